import { createContext, useContext, useMemo, useRef, type CSSProperties, type ReactNode } from "react";
import { currentZoom, useSize } from "../react";
import { endOf, placeOn, ticksOf, type Axis, type Tick } from "./axis";
import { useCanvas } from "./canvas";
import type { Position } from "./pad";

/** What the layers of a picture share. */
export interface Plane {
  x: Axis;
  y: Axis;
}

const PlaneContext = createContext<Plane | null>(null);

/** The axes of the picture that this is a layer of. @throws where it is none. */
export function usePlane(): Plane {
  const plane = useContext(PlaneContext);
  if (!plane) throw new Error("there is no Graph above");
  return plane;
}

export interface GraphProps {
  /** What it shows, for those who can't see it. */
  label: string;
  /** Without one, an axis is even, from 0 to 1, and has neither lines nor numbers. */
  x?: Axis;
  y?: Axis;
  className?: string;
  /** It was double-clicked where nothing else is: at these parts of its width and height, 0 to 1. */
  onDoubleClick?(at: Position): void;
  /** Layers, the lowest first. */
  children?: ReactNode;
}

const bare: Axis = { scale: "linear", min: 0, max: 1, ticks: [] };

/** A picture with axes, a grid and numbers, as large as the room that it is given; what it shows are its layers. */
export function Graph({ label, x = bare, y = bare, className, onDoubleClick, children }: GraphProps) {
  const plot = useRef<HTMLDivElement>(null);
  const size = useSize(plot);
  const zoom = currentZoom();
  const length = (pixels: number | undefined) => (pixels ?? 0) / zoom;
  const across = ticksOf(x, length(size?.width), "across");
  const up = ticksOf(y, length(size?.height), "up");
  const plane = useMemo(() => ({ x, y }), [x, y]);
  const has = (ticks: Tick[]) => ticks.some((tick) => tick.label !== "");
  return (
    <PlaneContext value={plane}>
      <div
        className={`dyad-graph ${className ?? ""}`}
        role="group"
        aria-label={label}
        data-x={x.labels !== false && (size ? has(across) : x !== bare)}
        data-top={y !== bare}
        data-y={y.labels !== false && (size ? has(up) : y !== bare)}
      >
        <div
          ref={plot}
          className="dyad-graph-plot"
          onDoubleClick={({ target, currentTarget, clientX, clientY }) => {
            // What is above it has its own.
            if (target !== currentTarget) return;
            const { left, bottom, width, height } = currentTarget.getBoundingClientRect();
            onDoubleClick?.({ x: (clientX - left) / width, y: (bottom - clientY) / height });
          }}
        >
          <Grid x={x.lines === false ? [] : across} y={y.lines === false ? [] : up} />
          {children}
        </div>
        <Numbers className="dyad-graph-y" ticks={up} />
        <Numbers className="dyad-graph-x" ticks={across} />
      </div>
    </PlaneContext>
  );
}

function Numbers({ className, ticks }: { className: string; ticks: Tick[] }) {
  return (
    <div className={className} aria-hidden>
      {ticks.map(
        (tick) =>
          tick.label !== "" && (
            <span key={tick.value} style={{ "--dyad-at": tick.at } as CSSProperties} data-end={endOf(tick)}>
              {tick.label}
            </span>
          ),
      )}
    </div>
  );
}

/** Thin lines, each on whole dots of the screen. */
function Grid({ x, y }: { x: Tick[]; y: Tick[] }) {
  const { ref } = useCanvas(({ context, width, height, unit, color }) => {
    const line = Math.max(1, Math.floor(unit));
    context.fillStyle = color;
    for (const { at, minor } of x) {
      context.globalAlpha = minor ? 0.45 : 1;
      context.fillRect(Math.round(at * (width - line)), 0, line, height);
    }
    context.globalAlpha = 1;
    for (const { at } of y) context.fillRect(0, Math.round((1 - at) * (height - line)), width, line);
  });
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-grid" aria-hidden />;
}

export interface GraphGuideProps {
  /** Two points in the axes' units. */
  from: readonly [x: number, y: number];
  to: readonly [x: number, y: number];
}

/** A thin straight line to compare with: what goes through unchanged. */
export function GraphGuide({ from, to }: GraphGuideProps) {
  const { x, y } = usePlane();
  const { ref } = useCanvas(({ context, width, height, unit, color }) => {
    context.strokeStyle = color;
    context.lineWidth = unit;
    context.beginPath();
    for (const [across, up] of [from, to]) context.lineTo(placeOn(x, across) * width, (1 - placeOn(y, up)) * height);
    context.stroke();
  });
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-guide" aria-hidden />;
}
