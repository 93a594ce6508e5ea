import { useEffect, useState } from "react";
import { useClient, useShow, useTheme } from "../react";
import { placeOn } from "./axis";
import { useCanvas } from "./canvas";
import { usePlane } from "./graph";
import { FLOOR, SpectrumState } from "./spectrum-state";

export interface GraphSpectrumProps {
  /** Of its messages. */
  stream: number;
  /** Levels at the lower and upper edge, in decibels: not the axis's, which has another purpose in most pictures. */
  min?: number;
  max?: number;
  /** Turned upwards by so many decibels an octave, about 1 kHz: music, which falls, then looks level. */
  tilt?: number;
  /** Only its line: for the one of two that is compared with. */
  outlined?: boolean;
  /** What is measured: the sound that the plugin makes, or another one behind it. */
  tone?: "signal" | "dim";
}

/** The spectrum of a sound, filled from below. It rises at once and falls by itself, and rests in between. */
export function GraphSpectrum({
  stream,
  min = -90,
  max = 0,
  tilt = 0,
  outlined = false,
  tone = "signal",
}: GraphSpectrumProps) {
  const client = useClient();
  const { meter } = useTheme();
  const { x } = usePlane();
  const [state] = useState(() => new SpectrumState());
  const { ref, redraw } = useCanvas(
    ({ context, width, height, unit, color }) => {
      const { levels } = state;
      const last = levels.length - 1;
      const hertz = (n: number) => 20 * 1000 ** (n / last);
      const turned = (level: number, n: number) => level + (level > FLOOR ? tilt * Math.log2(hertz(n) / 1000) : 0);
      if (last < 1 || levels.every((level, n) => turned(level, n) <= min)) return;
      const at = (n: number) => placeOn(x, hertz(n)) * width;
      const up = (n: number) => Math.min(1.02, (turned(levels[n] ?? FLOOR, n) - min) / (max - min));
      const y = (n: number) => (1 - Math.max(-0.02, up(n))) * height;
      context.beginPath();
      context.moveTo(at(0), y(0));
      // Through the middles between bands, so that few of them look like one line.
      for (let n = 1; n < levels.length - 1; n++) {
        context.quadraticCurveTo(at(n), y(n), (at(n) + at(n + 1)) / 2, (y(n) + y(n + 1)) / 2);
      }
      context.lineTo(at(last), y(last));
      context.strokeStyle = color;
      context.lineWidth = unit;
      context.lineJoin = "round";
      context.globalAlpha = outlined ? 0.5 : 0.7;
      context.stroke();
      if (outlined) return;
      context.lineTo(at(last), height);
      context.lineTo(at(0), height);
      context.globalAlpha = 0.16;
      context.fillStyle = color;
      context.fill();
    },
    (elapsed) => state.step(elapsed, meter.fall_db_per_second),
  );
  useShow("spectrum", stream, ({ bins }) => {
    state.take(bins);
    redraw();
  });
  useEffect(
    () =>
      client.onStatus((status) => {
        if (status !== "lost") return;
        state.silence();
        redraw();
      }),
    [client, state, redraw],
  );
  return <canvas ref={ref} className="dyad-graph-layer dyad-graph-spectrum" data-tone={tone} aria-hidden />;
}
