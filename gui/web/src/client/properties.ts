import { Listeners } from "./listeners";
import type { PropertyInfo } from "./protocol";

/** What the page knows of the texts and paths, to be read at once. */
export class Properties {
  readonly #infos = new Map<string, PropertyInfo>();
  readonly #one = new Map<string, Listeners<PropertyInfo>>();
  readonly #any = new Listeners<PropertyInfo>();
  #all: readonly PropertyInfo[] = [];

  fill(infos: readonly PropertyInfo[]): void {
    this.#infos.clear();
    for (const info of infos) this.#infos.set(info.id, info);
    this.#all = [...infos];
    for (const info of infos) this.#tell(info);
  }

  update(id: string, value: string): void {
    const info = this.#infos.get(id);
    if (!info || info.value === value) return;
    const next = { ...info, value };
    this.#infos.set(id, next);
    this.#all = [...this.#infos.values()];
    this.#tell(next);
  }

  get(id: string): PropertyInfo | undefined {
    return this.#infos.get(id);
  }

  all(): readonly PropertyInfo[] {
    return this.#all;
  }

  onChange(id: string, listener: (info: PropertyInfo) => void): () => void {
    if (id === "*") return this.#any.add(listener);
    let listeners = this.#one.get(id);
    if (!listeners) this.#one.set(id, (listeners = new Listeners()));
    return listeners.add(listener);
  }

  #tell(info: PropertyInfo): void {
    this.#one.get(info.id)?.emit(info);
    this.#any.emit(info);
  }
}
