import { useEffect, useRef } from "react";
import { useClient, useMeter } from "../react";
import { placeOn } from "./axis";
import { useCanvas } from "./canvas";
import { usePlane } from "./graph";
import { decibels } from "./meter-state";

export interface GraphDotProps {
  /** Meters; a level counts in decibels. */
  x: string;
  y: string;
}

/** A point where two meters are now; gone while one is below its axis. */
export function GraphDot({ x, y }: GraphDotProps) {
  const client = useClient();
  const plane = usePlane();
  const values = useRef({ x: NaN, y: NaN });
  const { ref, redraw } = useCanvas(({ context, width, height, unit, color }) => {
    const [across, up] = [placeOn(plane.x, values.current.x), placeOn(plane.y, values.current.y)];
    if (!(across >= 0 && up >= 0)) return;
    context.fillStyle = color;
    context.beginPath();
    context.arc(Math.min(1, across) * width, (1 - Math.min(1, up)) * height, 5 * unit, 0, 2 * Math.PI);
    context.fill();
  });
  const take = (axis: "x" | "y", id: string) => (value: number) => {
    values.current[axis] = client.meter(id)?.type === "level" ? decibels(value) : value;
    redraw();
  };
  useMeter(x, take("x", x));
  useMeter(y, take("y", y));
  useEffect(() => redraw(), [redraw]);
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-dot" aria-hidden />;
}
