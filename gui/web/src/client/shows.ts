import { Listeners } from "./listeners";
import { decodeShow, type Show, type ShowKind, type ShowOf } from "./show";

/** What the sound half shows, by kind and stream. */
export class Shows {
  readonly #one = new Map<string, Listeners<Show>>();
  /** The newest of those that stand until the next one comes. */
  readonly #last = new Map<string, Show>();

  /** Takes any message of the sound half. */
  take(bytes: Uint8Array): void {
    const show = decodeShow(bytes);
    if (!show) return;
    const key = keyOf(show.kind, show.stream);
    // Columns go by: who comes later has missed them.
    if (show.kind !== "history") this.#last.set(key, show);
    this.#one.get(key)?.emit(show);
  }

  /** Calls `listener` with what stands now, and with all that comes. */
  on<K extends ShowKind>(kind: K, stream: number, listener: (show: ShowOf<K>) => void): () => void {
    const key = keyOf(kind, stream);
    let listeners = this.#one.get(key);
    if (!listeners) this.#one.set(key, (listeners = new Listeners()));
    const last = this.#last.get(key);
    if (last) listener(last as ShowOf<K>);
    return listeners.add((show) => listener(show as ShowOf<K>));
  }
}

const keyOf = (kind: ShowKind, stream: number) => `${kind} ${stream}`;
