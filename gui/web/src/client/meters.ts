import { Listeners } from "./listeners";
import type { MeterFrame, MeterInfo } from "./protocol";

/** The newest values and texts of the meters. */
export class Meters {
  readonly #infos = new Map<string, MeterInfo>();
  readonly #values = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  readonly #one = new Map<string, Listeners<number>>();
  readonly #oneText = new Map<string, Listeners<string>>();
  readonly #frames = new Listeners<MeterFrame>();
  #all: readonly MeterInfo[] = [];

  fill(infos: readonly MeterInfo[]): void {
    this.#infos.clear();
    this.#all = infos;
    for (const info of infos) this.#infos.set(info.id, info);
    this.update({
      time: 0,
      meters: Object.fromEntries(infos.map(({ id, value }) => [id, value])),
      texts: Object.fromEntries(infos.map(({ id, text }) => [id, text])),
    });
  }

  update(frame: MeterFrame): void {
    const texts = Object.entries(frame.texts ?? {}).filter(
      ([id, text]) => this.#infos.has(id) && this.#texts.get(id) !== text,
    );
    // Who hears of a value finds its text.
    for (const [id, text] of texts) this.#texts.set(id, text);
    for (const [id, value] of Object.entries(frame.meters)) {
      if (!this.#infos.has(id)) continue;
      this.#values.set(id, value);
      this.#one.get(id)?.emit(value);
    }
    for (const [id, text] of texts) this.#oneText.get(id)?.emit(text);
    this.#frames.emit(frame);
  }

  /** Nothing sounds any more, as far as anybody knows. What is no level stays: its text is the editor's. */
  silence(): void {
    const still = (info: MeterInfo) => Math.min(info.max, Math.max(info.min, 0));
    const levels = this.#all.filter(({ type }) => type !== "value");
    this.update({ time: 0, meters: Object.fromEntries(levels.map((info) => [info.id, still(info)])) });
  }

  /** As it was described; its value and text are what they were then. */
  get(id: string): MeterInfo | undefined {
    return this.#infos.get(id);
  }

  all(): readonly MeterInfo[] {
    return this.#all;
  }

  value(id: string): number {
    return this.#values.get(id) ?? 0;
  }

  text(id: string): string {
    return this.#texts.get(id) ?? "";
  }

  onValue(id: string, listener: (value: number) => void): () => void {
    return listenersOf(this.#one, id).add(listener);
  }

  onText(id: string, listener: (text: string) => void): () => void {
    return listenersOf(this.#oneText, id).add(listener);
  }

  onFrame(listener: (frame: MeterFrame) => void): () => void {
    return this.#frames.add(listener);
  }
}

function listenersOf<T>(all: Map<string, Listeners<T>>, id: string): Listeners<T> {
  let listeners = all.get(id);
  if (!listeners) all.set(id, (listeners = new Listeners()));
  return listeners;
}
