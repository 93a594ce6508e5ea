import {
  useCanvas,
  useCurve,
  useParameter,
  usePad,
  type Surface,
} from "dyad-web";
import { useRef, useState, type CSSProperties } from "react";

/** Numbers of an echo in the curve `echoes`, and of a line in the curve `grid`. */
const [ECHO, LINE] = [4, 3];
/** Levels with a line, in decibels, and the lowest one, in the middle. */
const LEVELS = [0, -12, -24, -36];
const LOWEST = -48;
/** Free above and below the longest bars, in logical pixels. */
const MARGIN = 8;

interface Line {
  /** On the x axis, 0 to 1. */
  at: number;
  /** Quarter notes or milliseconds. */
  number: number;
  bar: boolean;
}

interface Grid {
  beats: boolean;
  lines: Line[];
}

/**
 * The echoes over time: left's upwards, right's downwards. Dragged to the side it changes the time, dragged upwards
 * the feedback.
 */
export function Echoes() {
  const sync = useParameter("sync").value > 0.5;
  const [grid, setGrid] = useState<Grid>({ beats: false, lines: [] });
  useCurve("grid", ([count = 0, beats = 0, ...rest]) => {
    const line = (n: number): Line => {
      const [at = 0, number = 0, bar = 0] = rest.slice(
        n * LINE,
        (n + 1) * LINE,
      );
      return { at, number, bar: bar > 0.5 && n > 0 };
    };
    setGrid({
      beats: beats > 0.5,
      lines: Array.from({ length: count }, (_, n) => line(n)),
    });
  });
  const { ref, x, y, held, handlers } = usePad<HTMLDivElement>({
    x: sync ? "note_left" : "time_left",
    y: "feedback",
    extent: (element) => element.getBoundingClientRect(),
  });
  const last = grid.lines.length - 1;
  return (
    <div className="delay-echoes">
      <div className="delay-levels" aria-hidden>
        {[1, -1].flatMap((up) =>
          LEVELS.map((level) => (
            <span
              key={`${up} ${level}`}
              style={{ "--at": up * (1 - level / LOWEST) } as CSSProperties}
            >
              {level === 0 ? "0" : `−${-level}`}
            </span>
          )),
        )}
      </div>
      <div
        ref={ref}
        {...handlers}
        className="delay-plot"
        role="slider"
        tabIndex={0}
        data-held={held}
        aria-label="Echoes"
        aria-valuemin={x?.min}
        aria-valuemax={x?.max}
        aria-valuenow={x?.value}
        aria-valuetext={`${x?.text}, ${y?.name} ${y?.text}`}
      >
        <Bars grid={grid} />
        <b>L</b>
        <b>R</b>
      </div>
      <div className="delay-moments" aria-hidden>
        {grid.lines.map(({ at, number }, n) => (
          <span
            key={n}
            style={{ "--at": at } as CSSProperties}
            data-end={n === 0 ? 0 : n === last ? 1 : null}
          >
            {grid.beats ? beat(number, n === last) : time(number)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Bars({ grid }: { grid: Grid }) {
  const frozen = useParameter("freeze").value > 0.5;
  const points = useRef<Float32Array>(new Float32Array());
  const { ref, redraw } = useCanvas((surface) =>
    paint(surface, grid, points.current, frozen),
  );
  useCurve("echoes", (next) => {
    points.current = next;
    redraw();
  });
  return <canvas ref={ref} aria-hidden />;
}

function paint(
  surface: Surface,
  grid: Grid,
  points: Float32Array,
  frozen: boolean,
): void {
  const { context, width, height, unit, tone } = surface;
  const thin = Math.max(1, Math.floor(unit));
  const middle = Math.round(height / 2);
  const half = height / 2 - MARGIN * unit;
  const row = (y: number) =>
    context.fillRect(0, Math.round(y - thin / 2), width, thin);
  context.fillStyle = tone("line");
  context.globalAlpha = 0.7;
  for (const level of LEVELS)
    for (const up of [1, -1]) row(middle - up * half * (1 - level / LOWEST));
  for (const { at, bar } of grid.lines) {
    context.fillStyle = tone(bar ? "outline" : "line");
    context.fillRect(Math.round(at * (width - thin)), 0, thin, height);
  }
  context.globalAlpha = 1;
  context.fillStyle = tone("outline");
  row(middle);

  const [count = 0, dry = 0] = points;
  const echoes = Array.from({ length: count }, (_, n) =>
    points.subarray(2 + n * ECHO, 2 + (n + 1) * ECHO),
  );
  const bar = (x: number, up: number, wide: number) => {
    if (Math.abs(up) * half < 0.5 * unit) return;
    const [left, broad] = [Math.round(x - wide / 2), Math.round(wide)];
    const [from, to] = [middle - Math.sign(up) * unit, middle - up * half];
    const alpha = context.globalAlpha;
    context.globalAlpha = alpha * 0.6;
    context.beginPath();
    context.roundRect(
      left,
      Math.min(from, to),
      broad,
      Math.abs(to - from),
      2 * unit,
    );
    context.fill();
    context.globalAlpha = alpha;
    context.fillRect(left, up > 0 ? to : to - 2 * unit, broad, 2 * unit);
  };
  // The sound itself, at the picture's edge.
  context.fillStyle = tone("signal");
  for (const up of [1, -1]) bar(3 * unit, up * dry, 6 * unit);

  const main = tone(frozen ? "signal" : "accent");
  let apart = 1;
  echoes.forEach(
    ([at = 0], n) =>
      (apart = Math.min(apart, n > 0 ? at - (echoes[n - 1]?.[0] ?? 0) : 1)),
  );
  const wide = Math.round(
    Math.min(10 * unit, Math.max(4 * unit, width * apart * 0.4)),
  );
  for (const [side, up] of [
    [1, 1],
    [2, -1],
  ] as const) {
    context.beginPath();
    for (const echo of echoes) {
      const [own = 0, other = 0] = [echo[side], echo[3 - side]];
      // Of the side's own echoes: width lets each be heard on the other side too.
      if (own > 0 && own >= other)
        context.lineTo((echo[0] ?? 0) * width, middle - up * half * own);
    }
    context.strokeStyle = main;
    context.globalAlpha = 0.35;
    context.lineWidth = unit;
    context.stroke();
    context.fillStyle = main;
    for (const echo of echoes) {
      // Darker, the less treble it has.
      context.globalAlpha = 0.4 + 0.6 * Math.sqrt(echo[3] ?? 0);
      bar((echo[0] ?? 0) * width, up * (echo[side] ?? 0), wide);
    }
    context.globalAlpha = 1;
  }
}

/** The number of a quarter note, the last one with its unit. */
function beat(number: number, last: boolean): string {
  return last
    ? `${shortest(number)} ${number === 1 ? "beat" : "beats"}`
    : shortest(number);
}

function time(milliseconds: number): string {
  return milliseconds < 1000
    ? `${shortest(milliseconds)} ms`
    : `${shortest(milliseconds / 1000)} s`;
}

/** As many digits behind the point as there have to be. */
function shortest(number: number): string {
  return String(Number(number.toFixed(4)));
}
