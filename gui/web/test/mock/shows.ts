/** Messages of the kinds that all plugins share, as the sound half makes them. */

import { toBase64 } from "../../src/client/base64";

/** A level in decibels as its code. */
export const code = (db: number) => Math.min(255, Math.max(0, Math.round((db + 120) * 2)));

const number = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
const float = (value: number) => [...new Uint8Array(new Float32Array([value]).buffer)];

export const spectrum = (stream: number, levels: number[]) => Uint8Array.of(1, stream, ...levels.map(code));

export const history = (stream: number, first: number, columns: number[][]) =>
  Uint8Array.of(2, stream, ...number(first), columns[0]?.length ?? 1, ...columns.flat().map(code));

export const notice = (stream: number, severity: number, text: string) =>
  Uint8Array.of(3, stream, severity, ...new TextEncoder().encode(text));

/** Pairs of least and most, ±127. */
export const waveform = (stream: number, frames: number, rate: number, channels: [number, number][][]) =>
  Uint8Array.of(
    4,
    stream,
    ...number(frames),
    ...float(rate),
    channels.length,
    ...channels.flat(2).map((value) => value & 255),
  );

export const keys = (stream: number, sounding: number[]) => {
  const message = Uint8Array.of(5, stream, ...new Array<number>(16).fill(0));
  for (const key of sounding) message[2 + (key >> 3)]! |= 1 << (key & 7);
  return message;
};

/** Points of a curve, as a message has them. */
export const points = (values: number[]) => toBase64(Uint8Array.from(values.flatMap(float)));
