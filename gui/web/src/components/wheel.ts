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
