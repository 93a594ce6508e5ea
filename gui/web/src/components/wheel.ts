/** What an event of the wheel has besides the standard: a notch is 120, in WebKit and in Chromium. */
interface WheelTicks {
  wheelDeltaX?: number;
  wheelDeltaY?: number;
}

/** How many notches of the wheel an event is; upwards is more. */
export function wheelNotches(event: WheelEvent): number {
  const ticks = event as WheelTicks;
  // With Shift, some systems turn the wheel aside.
  const aside = event.deltaY === 0 && event.shiftKey;
  const exact = aside ? ticks.wheelDeltaX : ticks.wheelDeltaY;
  if (exact) return exact / 120;
  const delta = -(aside ? event.deltaX : event.deltaY);
  if (event.deltaMode === WheelEvent.DOM_DELTA_LINE) return delta / 3;
  if (event.deltaMode === WheelEvent.DOM_DELTA_PAGE) return delta * 10;
  return delta / 100;
}

/** Milliseconds after which what is left of a turn is forgotten. */
const PAUSE = 500;

/** Whole notches of a wheel or pad that turns by parts of them: each is one gesture, and no part is. */
export class Notches {
  #parts = 0;
  #last = -Infinity;

  /** Takes what it was turned at a time in milliseconds; gives the notches that are whole by that. */
  add(notches: number, time: number): number {
    if (!Number.isFinite(notches) || notches === 0) return 0;
    if (time - this.#last > PAUSE || Math.sign(notches) !== Math.sign(this.#parts)) this.#parts = 0;
    this.#last = time;
    this.#parts += notches;
    // The small part is for sums of what is not exact in binary.
    const whole = Math.trunc(this.#parts + Math.sign(this.#parts) * 1e-6);
    this.#parts -= whole;
    // Nothing at all has no direction.
    if (Math.abs(this.#parts) < 1e-6) this.#parts = 0;
    return whole;
  }
}
