import {
  Graph,
  GraphCurve,
  GraphGuide,
  GraphLine,
  showLevel,
  useCanvas,
  useShow,
  type Axis,
} from "dyad-web";
import { useRef } from "react";

/** Which of a column's fields are what. */
export interface HistoryFields {
  gain: number;
  /** The level that is compared with the threshold. */
  key: number;
}

interface NowProps {
  /** Of both directions. */
  axis: Axis;
  /** Of the history. */
  stream: number;
  fields: HistoryFields;
}

/** What comes out for each level that goes in, and where the signal is now. */
export function Transfer(props: NowProps) {
  const { axis } = props;
  const across = { ...axis, labels: false };
  return (
    <div className="compressor-transfer">
      <Graph label="Transfer curve" x={across} y={across}>
        <GraphGuide from={[axis.min, axis.min]} to={[axis.max, axis.max]} />
        <GraphCurve id="transfer" />
        <GraphLine param="threshold" axis="x" />
        <Now {...props} />
      </Graph>
    </div>
  );
}

/** A dot: on the curve while the level is steady, off it while the gain is on its way. */
function Now({ axis, stream, fields }: NowProps) {
  const now = useRef({ key: -Infinity, gain: 0 });
  const { ref, redraw } = useCanvas(
    ({ context, width, height, unit, tone }) => {
      const place = (level: number) =>
        Math.min(1, Math.max(0, (level - axis.min) / (axis.max - axis.min)));
      const { key, gain } = now.current;
      if (key <= axis.min) return;
      const at = [
        place(key) * width,
        (1 - place(key + gain)) * height,
      ] as const;
      for (const [radius, color] of [
        [6.5, tone("background")],
        [5, tone("accent")],
      ] as const) {
        context.fillStyle = color;
        context.beginPath();
        context.arc(...at, radius * unit, 0, 2 * Math.PI);
        context.fill();
      }
    },
  );
  useShow("history", stream, ({ columns, fields: count }) => {
    const last = columns.length - count;
    if (last < 0) return;
    const level = (field: number) => showLevel(columns[last + field] ?? 0);
    now.current = { key: level(fields.key), gain: level(fields.gain) };
    redraw();
  });
  return <canvas ref={ref} className="dyad-graph-layer" aria-hidden />;
}
