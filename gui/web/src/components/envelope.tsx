import { useEffect, type CSSProperties } from "react";
import { useClient, useParameterInfo } from "../react";
import { useCanvas, type Surface } from "./canvas";
import { usePad } from "./pad";

export interface EnvelopeProps {
  /** The parameters. */
  attack: string;
  decay: string;
  sustain: string;
  release: string;
  /**
   * Of the plugin's curve: three stretches of points, each a third of all, from the beginning of attack, decay and
   * release to its end, with levels from 0 to 1.
   */
  curve: string;
  /** What it is called. */
  label?: string;
}

/** The most of the width that attack, decay and release each have, and where the release begins. */
const PART = 0.3;
const RELEASE = 1 - PART;
/** Logical pixels from the edge to what is drawn; the style sheet has the same. */
const MARGIN = 10;

/**
 * An envelope: its curve, and a handle at the end of each part that is dragged. The first stands for the attack, the
 * second for decay (to the side) and sustain (upwards), the third for the release; each is operated as a node of a
 * graph is. Each part is as long as its knob is turned, so that a millisecond and ten seconds are both in reach; a
 * line stands for the key that is let go.
 */
export function Envelope({ attack, decay, sustain, release, curve, label = "Envelope" }: EnvelopeProps) {
  const client = useClient();
  const [first, second, last] = [useParameterInfo(attack), useParameterInfo(decay), useParameterInfo(release)];
  const part = (info: { position: number } | undefined) => PART * (info?.position ?? 0);
  const times = { attack: part(first), decay: part(first) + part(second), release: RELEASE + part(last) };
  const level = useParameterInfo(sustain)?.position ?? 0;
  const { ref, redraw } = useCanvas((surface) => draw(surface, times, client.curve(curve)));
  useEffect(() => client.onCurve(curve, redraw), [client, curve, redraw]);
  if (!client.curve(curve)) throw new Error(`the plugin has no curve "${curve}"`);
  return (
    <div className="dyad-envelope" role="group" aria-label={label}>
      <canvas ref={ref} className="dyad-envelope-curve" aria-hidden />
      <div className="dyad-envelope-handles">
        <Handle x={attack} left={times.attack} up={1} />
        <Handle x={decay} y={sustain} left={times.decay} up={level} />
        <Handle x={release} left={times.release} up={0} />
      </div>
    </div>
  );
}

interface HandleProps {
  x: string;
  y?: string;
  /** Where it stands: parts of the width and the height. */
  left: number;
  up: number;
}

function Handle({ x, y, left, up }: HandleProps) {
  const { ref, held, handlers, ...pad } = usePad<HTMLDivElement>({
    x,
    y,
    extent: (element) => {
      const box = element.parentElement?.getBoundingClientRect();
      return { width: (box?.width ?? 0) * PART, height: box?.height ?? 0 };
    },
  });
  const infos = [pad.x, pad.y].flatMap((info) => (info ? [info] : []));
  const main = pad.y ?? pad.x;
  return (
    <div
      ref={ref}
      {...handlers}
      className="dyad-graph-node dyad-envelope-handle"
      role="slider"
      tabIndex={0}
      style={{ "--dyad-x": left, "--dyad-y": up } as CSSProperties}
      data-held={held}
      data-both={pad.y !== undefined}
      data-low={up > 0.5}
      data-side={left < 0.3 ? "left" : left > 0.7 ? "right" : null}
      aria-label={infos.map(({ name }) => name).join(", ")}
      aria-valuemin={main?.min}
      aria-valuemax={main?.max}
      aria-valuenow={main?.value}
      aria-valuetext={infos.map(({ text }) => text).join(", ")}
    >
      <span className="dyad-envelope-dot" />
      <span className="dyad-graph-tip" aria-hidden>
        {infos.map(({ name, text }) => (
          <span key={name}>
            {name} {text}
          </span>
        ))}
      </span>
    </div>
  );
}

interface Times {
  attack: number;
  decay: number;
  release: number;
}

function draw(surface: Surface, times: Times, points: Float32Array | undefined) {
  const { context, width, height, unit, color } = surface;
  const margin = MARGIN * unit;
  const x = (part: number) => margin + part * (width - 2 * margin);
  const y = (level: number) => height - margin - level * (height - 2 * margin);
  const line = Math.max(1, Math.floor(unit));
  context.fillStyle = context.strokeStyle = surface.tone("line");
  context.globalAlpha = 0.7;
  for (const level of [0, 0.5, 1]) context.fillRect(0, Math.round(y(level)), width, line);
  context.globalAlpha = 1;
  context.lineWidth = line;
  context.setLineDash([3 * unit, 3 * unit]);
  context.beginPath();
  context.moveTo(Math.round(x(RELEASE)) + line / 2, 0);
  context.lineTo(Math.round(x(RELEASE)) + line / 2, height);
  context.stroke();
  context.setLineDash([]);

  const third = Math.floor((points?.length ?? 0) / 3);
  if (!points || third < 2) return;
  const spans: [number, number][] = [
    [0, times.attack],
    [times.attack, times.decay],
    [RELEASE, times.release],
  ];
  const path = new Path2D();
  spans.forEach(([from, to], span) => {
    for (let n = 0; n < third; n++) {
      const level = Math.min(1, Math.max(0, points[span * third + n] ?? 0));
      path.lineTo(x(from + ((to - from) * n) / (third - 1)), y(level));
    }
  });
  const area = new Path2D(path);
  area.lineTo(x(times.release), y(0));
  area.lineTo(x(0), y(0));
  context.globalAlpha = 0.14;
  context.fillStyle = color;
  context.fill(area);
  context.globalAlpha = 1;
  context.lineJoin = "round";
  context.strokeStyle = color;
  context.lineWidth = 2 * unit;
  context.stroke(path);
}
