import { useState, type ReactNode } from "react";
import type { WaveformPicture } from "../client";
import { useShow } from "../react";
import type { Axis } from "./axis";
import { useCanvas, type Surface } from "./canvas";
import { Graph } from "./graph";

export interface WaveformProps {
  /** Of its messages. */
  stream: number;
  label: string;
  /** What is said where there is no sound. */
  empty?: string;
  /** Of the layers above: a curve over the sound. */
  y?: Axis;
  className?: string;
  /** Layers above, seen where there is a sound. */
  children?: ReactNode;
}

const whole: Axis = { scale: "linear", min: 0, max: 1, ticks: [] };

/** A whole sound, one lane for each channel, over its length. */
export function Waveform({ stream, label, empty = "No sound", y = whole, className, children }: WaveformProps) {
  const [sound, setSound] = useState<WaveformPicture>();
  useShow("waveform", stream, setSound);
  const seconds = sound && sound.rate > 0 ? sound.frames / sound.rate : 0;
  const short = seconds < 1;
  const x: Axis = { scale: "linear", min: 0, max: short ? seconds * 1000 : seconds, unit: short ? "ms" : "s" };
  return (
    <Graph
      label={label}
      {...(seconds > 0 ? { x } : {})}
      {...(y === whole ? {} : { y })}
      className={`dyad-waveform ${className ?? ""}`}
    >
      {sound && seconds > 0 ? (
        <>
          <Lanes sound={sound} />
          {children}
        </>
      ) : (
        <p className="dyad-graph-empty">{empty}</p>
      )}
    </Graph>
  );
}

function Lanes({ sound }: { sound: WaveformPicture }) {
  const { ref } = useCanvas((surface) => {
    const { context, color } = surface;
    context.fillStyle = color;
    sound.channels.forEach((pairs, n) => lane(surface, pairs, n, sound.channels.length));
  });
  return <canvas ref={ref} className="dyad-graph-layer dyad-waveform-sound" aria-hidden />;
}

/** One channel: a column of dots for each dot of the width, with all that lies in it. */
function lane({ context, width, height, unit }: Surface, pairs: Int8Array, channel: number, channels: number): void {
  const count = pairs.length / 2;
  const room = height / channels;
  const middle = (channel + 0.5) * room;
  const half = (room / 2 - 2 * unit) / 127;
  const line = Math.max(1, Math.floor(unit));
  for (let dot = 0; dot < width; dot++) {
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
    context.fillRect(dot, (top + bottom - tall) / 2, 1, tall);
  }
}
