import { showLevel } from "../client";

/** The lowest level of a spectrum, in decibels. */
export const FLOOR = -120;

/** What a spectrum shows between two messages: up at once, down steadily. */
export class SpectrumState {
  /** Levels of the bands in decibels, as they are shown. */
  levels: Float32Array = new Float32Array();
  #target: Uint8Array = new Uint8Array();

  /** Takes what was measured last. */
  take(bins: Uint8Array): void {
    this.#target = bins;
    if (this.levels.length !== bins.length) this.levels = new Float32Array(bins.length).fill(FLOOR);
  }

  /** Nothing sounds, as far as anybody knows. */
  silence(): void {
    this.#target = new Uint8Array(this.#target.length);
  }

  /** Goes on by so many seconds, falling by so many decibels a second. Returns whether it moves by itself. */
  step(elapsed: number, fall: number): boolean {
    let moves = false;
    this.levels.forEach((level, n) => {
      const target = showLevel(this.#target[n] ?? 0);
      const next = Math.max(target, level - fall * elapsed);
      this.levels[n] = next;
      moves ||= next > target;
    });
    return moves;
  }
}
