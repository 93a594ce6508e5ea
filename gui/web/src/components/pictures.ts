/** One loop for everything that moves by itself, which runs only while something does. */

/** Draws something `elapsed` seconds after it was drawn last; true while it will move by itself. */
export type Draw = (elapsed: number) => boolean;

/** Seconds of which a picture that comes late takes account at most. */
const LATEST = 10;

const moving = new Map<Draw, number>();
let scheduled = 0;

/** Has `draw` called for the next picture, and for all further ones until it says that it is at rest. */
export function animate(draw: Draw): void {
  if (!moving.has(draw)) moving.set(draw, performance.now());
  schedule();
}

/** Forgets it. */
export function rest(draw: Draw): void {
  moving.delete(draw);
}

function schedule(): void {
  // Nobody sees what a hidden page draws.
  if (scheduled !== 0 || moving.size === 0 || document.hidden) return;
  scheduled = requestAnimationFrame(() => {
    scheduled = 0;
    const now = performance.now();
    for (const [draw, last] of [...moving]) {
      const elapsed = Math.min(LATEST, Math.max(0, (now - last) / 1000));
      if (!moving.has(draw)) continue;
      if (draw(elapsed)) moving.set(draw, now);
      else moving.delete(draw);
    }
    schedule();
  });
}

if (typeof document !== "undefined") document.addEventListener("visibilitychange", schedule);
