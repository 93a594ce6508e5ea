/** What a plugin's sound half shows: messages whose first byte says what they are and the second which one. */

/** Levels at bands of equal width on a logarithmic scale, from 20 Hz to 20 kHz, both included. */
export interface Spectrum {
  kind: "spectrum";
  stream: number;
  /** Codes of levels; see {@link showLevel}. */
  bins: Uint8Array;
}

/** What was measured at a fixed pace: so many columns, each of as many codes of levels as it has fields. */
export interface HistoryColumns {
  kind: "history";
  stream: number;
  /** Number of the first column; after 2³² − 1 comes 0. */
  first: number;
  fields: number;
  /** Column after column. */
  columns: Uint8Array;
}

export const SEVERITIES = ["fine", "info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A text for the user, which takes the place of the last one. */
export interface NoticeText {
  kind: "notice";
  stream: number;
  severity: Severity;
  text: string;
}

/** The picture of a sound. */
export interface WaveformPicture {
  kind: "waveform";
  stream: number;
  /** How long the sound is; 0 where there is none. */
  frames: number;
  /** Frames in a second. */
  rate: number;
  /** Of each channel that is shown: pairs of least and greatest, ±127 for ±1, evenly spaced over the sound. */
  channels: Int8Array[];
}

/** The keys that sound now. */
export interface SoundingKeys {
  kind: "keys";
  stream: number;
  /** MIDI keys, from the lowest. */
  keys: number[];
}

export type Show = Spectrum | HistoryColumns | NoticeText | WaveformPicture | SoundingKeys;
export type ShowKind = Show["kind"];
export type ShowOf<K extends ShowKind> = Extract<Show, { kind: K }>;

/** The level of a code, in decibels: steps of a half, and −120 is as good as nothing. */
export function showLevel(code: number): number {
  return code / 2 - 120;
}

/** Reads a message; null where it is none of these, as are the plugin's own kinds from 128 on. */
export function decodeShow(bytes: Uint8Array): Show | null {
  const [kind, stream] = bytes;
  if (kind === undefined || stream === undefined) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = (from: number) => bytes.slice(from);
  switch (kind) {
    case 1:
      return bytes.length > 2 ? { kind: "spectrum", stream, bins: rest(2) } : null;
    case 2: {
      if (bytes.length < 7) return null;
      const [first, fields] = [view.getUint32(2, true), view.getUint8(6)];
      const columns = rest(7);
      if (fields === 0 || columns.length % fields !== 0) return null;
      return { kind: "history", stream, first, fields, columns };
    }
    case 3: {
      const severity = bytes[2] === undefined ? undefined : (SEVERITIES[bytes[2]] ?? "error");
      const text = textOf(rest(3));
      return severity && text !== null ? { kind: "notice", stream, severity, text } : null;
    }
    case 4: {
      if (bytes.length < 11) return null;
      const [frames, rate, count] = [view.getUint32(2, true), view.getFloat32(6, true), view.getUint8(10)];
      const length = (bytes.length - 11) / count;
      if (count === 0 || length % 2 !== 0 || !Number.isFinite(rate)) return null;
      const pairs = new Int8Array(rest(11).buffer);
      const channels = Array.from({ length: count }, (_, n) => pairs.subarray(n * length, (n + 1) * length));
      return { kind: "waveform", stream, frames, rate, channels };
    }
    case 5: {
      if (bytes.length !== 18) return null;
      const sounds = (key: number) => (bytes[2 + (key >> 3)]! >> (key & 7)) & 1;
      return { kind: "keys", stream, keys: Array.from({ length: 128 }, (_, key) => key).filter(sounds) };
    }
    default:
      return null;
  }
}

/** A text of UTF-8; null where it is none. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
