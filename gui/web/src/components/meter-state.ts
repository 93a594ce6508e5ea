import type { Theme } from "../client";

/** A linear factor in decibels. */
export function decibels(factor: number): number {
  return factor > 0 ? 20 * Math.log10(factor) : -Infinity;
}

/** Decibels as they stand above a meter: one digit, a true minus. */
export function meterNumber(db: number): string {
  if (!Number.isFinite(db)) return "−∞";
  // No zero below zero.
  const text = (Math.round(db * 10) / 10 || 0).toFixed(1);
  return text.startsWith("-") ? `−${text.slice(1)}` : text;
}

/** What a level meter shows between two pictures: up at once, down steadily, its peak held. */
export class MeterState {
  /** Where the bar ends, in decibels. */
  bar = -Infinity;
  /** The line above it, in decibels. */
  hold = -Infinity;
  /** The highest level beyond full scale since it was forgotten, in decibels. */
  clip: number | undefined;
  #holdLeft = 0;
  readonly #theme: Theme["meter"];

  constructor(theme: Theme["meter"]) {
    this.#theme = theme;
  }

  /**
   * Takes the level in decibels as it is now, `elapsed` seconds after the last one. Returns whether it will move by
   * itself.
   */
  update(level: number, elapsed: number): boolean {
    const { min_db: min, hot_db: hot, fall_db_per_second: fallRate, hold_seconds: holdSeconds } = this.#theme;
    const now = Number.isNaN(level) ? -Infinity : level;
    const fall = fallRate * elapsed;
    const floor = (db: number) => (db < min ? -Infinity : db);
    this.bar = floor(Math.max(this.bar - fall, now));
    this.#holdLeft -= elapsed;
    if (now >= this.hold) {
      this.hold = now;
      this.#holdLeft = holdSeconds;
    } else if (this.#holdLeft <= 0) {
      this.hold = Math.max(this.hold - fall, this.bar);
    }
    this.hold = floor(this.hold);
    if (now > hot) this.clip = Math.max(this.clip ?? now, now);
    return this.bar > Math.max(now, min) || this.hold > this.bar;
  }
}
