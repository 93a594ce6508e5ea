import { useMemo, useRef, useState, type ReactNode } from "react";
import type { WaveformPicture } from "../client";
import { useCurve, useShow } from "../react";
import type { Axis } from "./axis";
import { useCanvas, type Surface } from "./canvas";
import { Graph } from "./graph";

export interface WaveformProps {
  /** Of its messages. */
  stream: number;
  label: string;
  /** What is said where there is no sound. */
  empty?: string;
  /** Seconds before the sound. */
  start?: number;
  /** How much fits into its width; without it, the whole sound and what is before it. */
  seconds?: number;
  /** A curve over the sound, both ways from the middle of each channel: 1 is full scale. */
  overlay?: string;
  className?: string;
  /** Layers above, seen where there is a sound: lines of parameters in seconds. */
  children?: ReactNode;
}

/** A whole sound, one lane for each channel, over its length. */
export function Waveform({
  stream,
  label,
  empty = "No sound",
  start = 0,
  seconds,
  overlay,
  className = "",
  children,
}: WaveformProps) {
  const [sound, setSound] = useState<WaveformPicture>();
  useShow("waveform", stream, setSound);
  const long = sound && sound.rate > 0 ? sound.frames / sound.rate : 0;
  const max = seconds ?? start + long;
  const x = useMemo<Axis>(() => ({ scale: "seconds", min: 0, max }), [max]);
  if (!sound || !(long > 0 && max > 0)) {
    return (
      <Graph label={label} className={`dyad-waveform ${className}`}>
        <p className="dyad-graph-empty">
          <span>{empty}</span>
        </p>
      </Graph>
    );
  }
  return (
    <Graph label={label} x={x} className={`dyad-waveform ${className}`}>
      <Lanes sound={sound} before={start / max} part={long / max} />
      {overlay !== undefined && (
        <Overlay id={overlay} channels={sound.channels.length} before={start / max} part={long / max} />
      )}
      {children}
    </Graph>
  );
}

/** Logical pixels above and below the sound in each lane. */
const MARGIN = 3;

/** Parts of the picture's width: what is before the sound, and what the sound has. */
interface Stretch {
  before: number;
  part: number;
}

function Lanes({ sound, ...stretch }: { sound: WaveformPicture } & Stretch) {
  const { ref } = useCanvas((surface) => {
    const { context, color } = surface;
    context.fillStyle = color;
    sound.channels.forEach((pairs, n) => lane(surface, pairs, n, sound.channels.length, stretch));
  });
  return <canvas ref={ref} className="dyad-graph-layer dyad-waveform-sound" aria-hidden />;
}

function Overlay({ id, channels, before, part }: { id: string; channels: number } & Stretch) {
  const points = useRef<Float32Array>(new Float32Array());
  const { ref, redraw } = useCanvas(({ context, width, height, unit, color }) => {
    const room = height / channels;
    context.strokeStyle = color;
    context.lineWidth = 1.5 * unit;
    context.lineJoin = "round";
    for (let channel = 0; channel < channels; channel++) {
      for (const way of [1, -1]) {
        context.beginPath();
        points.current.forEach((value, n) => {
          const up = Math.min(1, Math.max(-1, value)) * way * (room / 2 - MARGIN * unit);
          const at = before + (n / Math.max(1, points.current.length - 1)) * part;
          context.lineTo(at * width, (channel + 0.5) * room - up);
        });
        context.stroke();
      }
    }
  });
  useCurve(id, (next) => {
    points.current = next;
    redraw();
  });
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-curve" data-tone="accent" aria-hidden />;
}

/** One channel: a column of dots for each dot of the width, with all that lies in it. */
function lane(surface: Surface, pairs: Int8Array, channel: number, channels: number, stretch: Stretch): void {
  const { context, height, unit } = surface;
  const [left, width] = [Math.round(surface.width * stretch.before), surface.width * stretch.part];
  const count = pairs.length / 2;
  const room = height / channels;
  const middle = (channel + 0.5) * room;
  const half = (room / 2 - MARGIN * unit) / 127;
  const line = Math.max(1, Math.floor(unit));
  for (let dot = 0; dot < Math.min(width, surface.width - left); dot++) {
    const from = Math.floor((dot / width) * count);
    const to = Math.max(from + 1, Math.ceil(((dot + 1) / width) * count));
    let [low, high] = [127, -127];
    for (let n = from; n < Math.min(to, count); n++) {
      low = Math.min(low, pairs[2 * n] ?? 0);
      high = Math.max(high, pairs[2 * n + 1] ?? 0);
    }
    // Silence is a line.
    const [top, bottom] = [middle - high * half, middle - low * half];
    const tall = Math.max(line, bottom - top);
    context.fillRect(left + dot, (top + bottom - tall) / 2, 1, tall);
  }
}
