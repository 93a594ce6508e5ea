import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient, useShow } from "../react";
import { placeOn, type Axis } from "./axis";
import { useCanvas, type Surface, type Tone } from "./canvas";
import { Graph, usePlane } from "./graph";
import { HistoryStore, Scroll } from "./history-store";

/**
 * How a field of each column is drawn: a level filled from below, a level as a line, or a reduction (0 dB and less)
 * filled from above.
 */
export type HistoryField = "level" | "line" | "reduction";

export interface GraphHistoryProps {
  /** Of its messages. */
  stream: number;
  /** What each field of a column is, in their order; null for one that is not drawn. */
  fields: readonly (HistoryField | null)[];
  /** Columns in a second, as the plugin makes them. */
  pace: number;
  /** How much is seen at once. */
  seconds?: number;
}

export interface HistoryProps extends GraphHistoryProps {
  label: string;
  /** Of levels; reductions are on the same one. */
  y?: Axis;
  className?: string;
  /** Layers above: lines at thresholds. */
  children?: ReactNode;
}

/** How much is seen at once where nobody says. */
const SECONDS = 5;

const usual: Axis = { scale: "decibels", min: -60, max: 0 };

/** Levels and reductions of the last seconds, which go by to the left. Stands still while nothing comes. */
export function History({ label, y = usual, className, children, ...history }: HistoryProps) {
  const { seconds = SECONDS } = history;
  const [came, setCame] = useState(false);
  useShow("history", history.stream, () => setCame(true));
  const x = useMemo<Axis>(() => ({ scale: "linear", min: -seconds, max: 0, unit: "s", lines: false }), [seconds]);
  return (
    <Graph label={label} x={x} y={y} className={`dyad-history ${className ?? ""}`}>
      <GraphHistory {...history} />
      {!came && (
        <p className="dyad-graph-empty" data-grid>
          <span>No signal yet</span>
        </p>
      )}
      {children}
    </Graph>
  );
}

/** The columns of a {@link History}, as a layer of any picture whose y axis is of decibels. */
export function GraphHistory({ stream, fields, pace, seconds = SECONDS }: GraphHistoryProps) {
  const client = useClient();
  const { y } = usePlane();
  const span = Math.max(2, Math.ceil(seconds * pace));
  // As many more as a picture that is late has not shown yet.
  const store = useMemo(() => new HistoryStore(2 * span), [span]);
  const scroll = useRef(new Scroll());
  const { ref, redraw } = useCanvas(
    (surface) => {
      const { head } = scroll.current;
      fields.forEach((field, n) => field && draw(surface, { store, head, span, axis: y, field, n }));
    },
    (elapsed) => scroll.current.step(store.end, elapsed, pace),
  );
  useShow("history", stream, (columns) => {
    store.take(columns);
    redraw();
  });
  useEffect(
    () =>
      client.onStatus((status) => {
        if (status === "lost") store.clear();
      }),
    [client, store],
  );
  return <canvas ref={ref} className="dyad-graph-layer" aria-hidden />;
}

interface Drawn {
  store: HistoryStore;
  head: number;
  /** Columns from edge to edge. */
  span: number;
  axis: Axis;
  field: HistoryField;
  n: number;
}

const STYLES: Record<HistoryField, { tone: Tone; line: number; fill: number }> = {
  level: { tone: "signal", line: 0.75, fill: 0.18 },
  line: { tone: "value", line: 1, fill: 0 },
  reduction: { tone: "accent", line: 1, fill: 0.3 },
};

function draw(surface: Surface, { store, head, span, axis, field, n }: Drawn): void {
  const { context, width, height, unit } = surface;
  const { tone, line, fill } = STYLES[field];
  const base = field === "reduction" ? (1 - Math.min(1, Math.max(0, placeOn(axis, 0)))) * height : height;
  const x = (column: number) => width - ((head - column - 1) / span) * width;
  const y = (column: number) => (1 - Math.min(1, Math.max(0, placeOn(axis, store.level(column, n))))) * height;
  context.strokeStyle = context.fillStyle = surface.tone(tone);
  context.lineWidth = unit;
  context.lineJoin = "round";
  // One beyond each edge, so that lines go through them.
  const last = Math.min(store.end - 1, Math.ceil(head));
  for (let column = Math.max(0, Math.floor(head - span) - 1); column <= last; column++) {
    if (!store.has(column)) continue;
    // From a gap to the next one.
    const first = column;
    context.beginPath();
    for (; column <= last && store.has(column); column++) context.lineTo(x(column), y(column));
    context.globalAlpha = line;
    context.stroke();
    if (fill === 0) continue;
    context.lineTo(x(column - 1), base);
    context.lineTo(x(first), base);
    context.globalAlpha = fill;
    context.fill();
  }
}
