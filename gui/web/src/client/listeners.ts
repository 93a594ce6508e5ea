/** Functions that want to know of something. One that throws does not keep others from being called. */
export class Listeners<T> {
  readonly #all = new Set<(event: T) => void>();

  /** Returns what takes it away again; the same function may be added more than once. */
  add(listener: (event: T) => void): () => void {
    const own = (event: T) => listener(event);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  emit(event: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(event);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
