import { Listeners } from "./listeners";
import type { MeterFrame, MeterInfo } from "./protocol";

/** The newest values of the meters. */
export class Meters {
  readonly #infos = new Map<string, MeterInfo>();
  readonly #values = new Map<string, number>();
  readonly #one = new Map<string, Listeners<number>>();
  readonly #frames = new Listeners<MeterFrame>();
  #all: readonly MeterInfo[] = [];

  fill(infos: readonly MeterInfo[]): void {
    this.#infos.clear();
    this.#all = infos;
    for (const info of infos) this.#infos.set(info.id, info);
    this.update({ time: 0, meters: Object.fromEntries(infos.map(({ id, value }) => [id, value])) });
  }

  update(frame: MeterFrame): void {
    for (const [id, value] of Object.entries(frame.meters)) {
      if (!this.#infos.has(id)) continue;
      this.#values.set(id, value);
      this.#one.get(id)?.emit(value);
    }
    this.#frames.emit(frame);
  }

  /** Nothing sounds any more, as far as anybody knows. */
  silence(): void {
    const still = (info: MeterInfo) => Math.min(info.max, Math.max(info.min, 0));
    this.update({ time: 0, meters: Object.fromEntries(this.#all.map((info) => [info.id, still(info)])) });
  }

  /** As it was described; its value is what it was then. */
  get(id: string): MeterInfo | undefined {
    return this.#infos.get(id);
  }

  all(): readonly MeterInfo[] {
    return this.#all;
  }

  value(id: string): number {
    return this.#values.get(id) ?? 0;
  }

  onValue(id: string, listener: (value: number) => void): () => void {
    let listeners = this.#one.get(id);
    if (!listeners) this.#one.set(id, (listeners = new Listeners()));
    return listeners.add(listener);
  }

  onFrame(listener: (frame: MeterFrame) => void): () => void {
    return this.#frames.add(listener);
  }
}
