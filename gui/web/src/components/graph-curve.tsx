import { useRef, type CSSProperties } from "react";
import { useCurve } from "../react";
import { placeOn, type Axis } from "./axis";
import { useCanvas, type Surface } from "./canvas";
import { usePlane } from "./graph";

export interface GraphCurveProps {
  /** Of the curve. */
  id: string;
  /** How it stands out: the result itself, a part of it, what the plugin does, the signal. */
  tone?: "main" | "dim" | "accent" | "signal";
  /** Another colour: a custom property of the theme, `var(--…)`. */
  color?: string;
  /** Filled down (or up) to 0, or to the axis's lower end where there is no 0. */
  filled?: boolean;
  /** Without its line, where it is filled. */
  lineless?: boolean;
}

/** A curve that the plugin's own code has computed, over the whole width. */
export function GraphCurve({ id, tone = "main", color, filled = false, lineless = false }: GraphCurveProps) {
  const { y } = usePlane();
  const points = useRef<Float32Array>(new Float32Array());
  const { ref, redraw } = useCanvas((surface) => {
    const { context, height, color, unit } = surface;
    if (points.current.length < 2) return;
    context.lineJoin = "round";
    if (filled) {
      const base = (1 - baseOf(y)) * height;
      context.beginPath();
      context.moveTo(0, base);
      trace(surface, y, points.current);
      context.lineTo(surface.width, base);
      context.globalAlpha = 0.16;
      context.fillStyle = color;
      context.fill();
      context.globalAlpha = 1;
    }
    if (lineless) return;
    context.beginPath();
    trace(surface, y, points.current);
    context.strokeStyle = color;
    context.lineWidth = (tone === "main" || tone === "accent" ? 2 : 1) * unit;
    context.stroke();
  });
  useCurve(id, (next) => {
    points.current = next;
    redraw();
  });
  const style = color === undefined ? undefined : ({ color } as CSSProperties);
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-curve" data-tone={tone} style={style} aria-hidden />;
}

/** From the left edge to the right one. What is far outside stays just outside. */
function trace({ context, width, height, unit }: Surface, axis: Axis, points: Float32Array): void {
  const [above, below] = [-4 * unit, height + 4 * unit];
  points.forEach((value, n) => {
    const y = (1 - placeOn(axis, value)) * height;
    context.lineTo((n / (points.length - 1)) * width, Math.min(below, Math.max(above, y)));
  });
}

function baseOf(axis: Axis): number {
  const zero = placeOn(axis, 0);
  return zero >= 0 && zero <= 1 ? zero : 0;
}
