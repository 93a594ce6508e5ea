/** Pictures that are drawn by hand: as many dots as the screen has, colours of the theme, nothing while nothing moves. */

import { useCallback, useEffect, useRef, type RefObject } from "react";
import { currentZoom, useClient } from "../react";
import type { Theme } from "../theme";
import { animate, rest } from "./pictures";

export type Tone = keyof Theme["colors"];

/** What a picture is drawn on. All lengths are in dots of the screen. */
export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  /** Dots of a logical pixel. */
  unit: number;
  /** The element's own colour. */
  color: string;
  /** A colour of the theme, as it is where the element stands. */
  tone(name: Tone): string;
}

export interface Canvas {
  ref: RefObject<HTMLCanvasElement | null>;
  /** Has it drawn anew with the next picture. */
  redraw(): void;
}

/**
 * A canvas that `paint` draws, on an empty surface: when something about its size or colours changes, when its
 * component is drawn, and when it is told to. Where it moves by itself, `step` takes the seconds since the last
 * picture and says whether it goes on.
 */
export function useCanvas(paint: (surface: Surface) => void, step?: (elapsed: number) => boolean): Canvas {
  const client = useClient();
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ paint, step });
  const draw = useCallback((elapsed: number) => {
    const moves = latest.current.step?.(elapsed) ?? false;
    const surface = ref.current && surfaceOf(ref.current);
    if (surface) {
      surface.context.save();
      latest.current.paint(surface);
      surface.context.restore();
    }
    return moves;
  }, []);
  const redraw = useCallback(() => animate(draw), [draw]);
  useEffect(() => {
    latest.current = { paint, step };
    redraw();
  });
  useEffect(() => {
    const stops = [client.onStatus(redraw), onDensity(redraw), () => rest(draw)];
    if (ref.current && typeof ResizeObserver !== "undefined") {
      const observer = new ResizeObserver(redraw);
      observer.observe(ref.current);
      stops.push(() => observer.disconnect());
    }
    return () => stops.forEach((stop) => stop());
  }, [client, draw, redraw]);
  return { ref, redraw };
}

function surfaceOf(canvas: HTMLCanvasElement): Surface | null {
  const context = canvas.getContext("2d");
  const density = window.devicePixelRatio || 1;
  const { left, top, right, bottom } = canvas.getBoundingClientRect();
  // As browsers round where a box begins and ends: then each dot is one of the screen.
  const dots = (from: number, to: number) => Math.round(to * density) - Math.round(from * density);
  const [width, height] = [dots(left, right), dots(top, bottom)];
  if (!context || width <= 0 || height <= 0) return null;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  return {
    context,
    width,
    height,
    unit: currentZoom() * density,
    color: style.color,
    tone: (name) => style.getPropertyValue(`--dyad-color-${name}`).trim(),
  };
}

/** Calls `listener` when the window comes to a screen of another density. */
function onDensity(listener: () => void): () => void {
  if (typeof window.matchMedia !== "function") return () => undefined;
  let query: MediaQueryList | undefined;
  const watch = () => {
    query?.removeEventListener("change", changed);
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", changed);
  };
  const changed = () => {
    watch();
    listener();
  };
  watch();
  return () => query?.removeEventListener("change", changed);
}
