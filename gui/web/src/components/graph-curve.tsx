import { useEffect } from "react";
import { useClient } from "../react";
import { placeOn, type Axis } from "./axis";
import { useCanvas, type Surface } from "./canvas";
import { usePlane } from "./graph";

export interface GraphCurveProps {
  /** Of the curve, or of several that look the same: they cost one layer together. */
  id: string | readonly string[];
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
  const client = useClient();
  const { y } = usePlane();
  const names = typeof id === "string" ? id : id.join("\n");
  const style = { filled, width: lineless ? 0 : tone === "main" || tone === "accent" ? 2 : 1 };
  const { ref, redraw } = useCanvas((surface) => {
    for (const name of namesIn(names)) draw(surface, y, client.curve(name) ?? new Float32Array(), style);
  });
  useEffect(() => {
    const stops = namesIn(names).map((name) => client.onCurve(name, redraw));
    return () => stops.forEach((stop) => stop());
  }, [client, names, redraw]);
  for (const name of namesIn(names)) {
    if (!client.curve(name)) throw new Error(`the plugin has no curve "${name}"`);
  }
  return (
    <canvas
      ref={ref}
      className="dyad-graph-layer dyad-graph-curve"
      data-tone={tone}
      {...(color === undefined ? {} : { style: { color } })}
      aria-hidden
    />
  );
}

/** An empty list has none. */
const namesIn = (names: string) => names.split("\n").filter((name) => name !== "");

function draw(
  surface: Surface,
  axis: Axis,
  points: Float32Array,
  { filled, width }: { filled: boolean; width: number },
) {
  const { context, height, color, unit } = surface;
  if (points.length < 2) return;
  context.lineJoin = "round";
  if (filled) {
    const base = (1 - baseOf(axis)) * height;
    context.beginPath();
    context.moveTo(0, base);
    trace(surface, axis, points);
    context.lineTo(surface.width, base);
    context.globalAlpha = 0.16;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = 1;
  }
  if (width === 0) return;
  context.beginPath();
  trace(surface, axis, points);
  context.strokeStyle = color;
  context.lineWidth = width * unit;
  context.stroke();
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
