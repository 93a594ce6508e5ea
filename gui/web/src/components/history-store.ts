import { showLevel, type HistoryColumns } from "../client";

/** How many numbers columns have before they begin anew. */
const NUMBERS = 2 ** 32;

/** The newest columns of a history, each in its place by its number. */
export class HistoryStore {
  /** How many columns there have been since this began, those that are missing included. */
  end = 0;
  readonly #capacity: number;
  #fields = 0;
  #codes = new Uint8Array();
  #present: Uint8Array;
  /** The number of the column that comes next. */
  #next: number | undefined;

  /** Keeps so many columns. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#present = new Uint8Array(capacity);
  }

  /** Takes columns; where some are missing before them, a gap stays. */
  take({ first, fields, columns }: HistoryColumns): void {
    if (fields !== this.#fields) {
      this.#fields = fields;
      this.#codes = new Uint8Array(this.#capacity * fields);
      this.clear();
    }
    const ahead = this.#next === undefined ? 0 : (first - this.#next + NUMBERS) % NUMBERS;
    // What comes again has its old place. What is far away is another beginning.
    const by = ahead < NUMBERS / 2 ? ahead : ahead - NUMBERS;
    if (Math.abs(by) > this.#capacity) this.clear();
    else this.#move(by);
    const count = columns.length / fields;
    for (let n = 0; n < count; n++) {
      this.#move(1);
      const at = (this.end - 1) % this.#capacity;
      this.#codes.set(columns.subarray(n * fields, (n + 1) * fields), at * fields);
      this.#present[at] = 1;
    }
    this.#next = (first + count) % NUMBERS;
  }

  /** Forgets all columns, but not how many there have been. */
  clear(): void {
    this.#present.fill(0);
  }

  /** Whether a column came, of those that are kept. */
  has(column: number): boolean {
    const kept = column >= 0 && column < this.end && column >= this.end - this.#capacity;
    return kept && this.#present[column % this.#capacity] === 1;
  }

  /** The level of a field of a column that came, in decibels. */
  level(column: number, field: number): number {
    return showLevel(this.#codes[(column % this.#capacity) * this.#fields + field] ?? 0);
  }

  /** Makes room: what is passed over is missing until it comes. */
  #move(by: number): void {
    if (by < 0) this.end = Math.max(0, this.end + by);
    for (; by > 0; by--, this.end++) this.#present[this.end % this.#capacity] = 0;
  }
}

/** Seconds that a picture stays behind what has come at most. */
const LATE = 0.5;

/** How far a history has scrolled: at an even pace behind what comes, so that it doesn't jump. */
export class Scroll {
  /** The column at the right edge, also between two. */
  head = 0;

  /** Goes on by so many seconds; whether it has not arrived. */
  step(end: number, elapsed: number, pace: number): boolean {
    const late = end - this.head;
    if (late < 0 || late > pace * LATE) this.head = end;
    // A little faster where it is late: by a tenth of a second, twice as fast.
    else this.head = Math.min(end, this.head + elapsed * pace * (0.5 + (10 * late) / pace));
    return this.head < end;
  }
}
