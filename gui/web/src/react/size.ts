import { useLayoutEffect, useState, type RefObject } from "react";

export interface Size {
  width: number;
  height: number;
}

/** An element's inner size in CSS pixels; undefined before it is there. */
export function useSize(ref: RefObject<Element | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const look = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((last) => (last?.width === width && last.height === height ? last : { width, height }));
    };
    look();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/** CSS pixels for each logical pixel of the page now. */
export function currentZoom(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue("--dyad-zoom");
  const zoom = parseFloat(text);
  return Number.isFinite(zoom) && zoom > 0 ? zoom : 1;
}

/**
 * Draws everything larger where the window is larger than `whole` (the size at which all is seen at once, in logical
 * pixels) in both directions, up to three times: by twentieths, as native editors do. Returns the factor.
 */
export function useZoom(whole: Size): number {
  const { width, height } = whole;
  const [zoom, setZoom] = useState(1);
  useLayoutEffect(() => {
    const look = () => setZoom(zoomFor({ width, height }, innerWidth, innerHeight));
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, [width, height]);
  useLayoutEffect(() => document.documentElement.style.setProperty("--dyad-zoom", String(zoom)), [zoom]);
  return zoom;
}

/** What {@link useZoom} makes of a window. */
export function zoomFor(whole: Size, width: number, height: number): number {
  const fits = Math.min(width / whole.width, height / whole.height);
  // The small part keeps a window of exactly so many times the size from falling one step short.
  return fits > 1 ? Math.min(3, Math.floor(fits * 20 + 1e-6) / 20) : 1;
}
