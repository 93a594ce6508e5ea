/** Where the keys of a piano are. */

export interface PianoKey {
  /** MIDI's number of it. */
  key: number;
  black: boolean;
  /** Left edge and width, as parts of the whole width. */
  left: number;
  width: number;
}

/** The most octaves that are shown where nobody says how many, and logical pixels that a white key should have. */
const MOST = 5;
const WHITE = 16;
/** The highest C that is shown. */
const HIGHEST = 120;
/** A black key beside a white one: its width and its length; the style sheet has the length too. */
const BLACK_WIDTH = 0.6;
const BLACK_LENGTH = 0.63;
/** In white keys from the octave's C; black ones of a group are a little apart, as on a piano. */
const AT = [0, 0.94, 1, 2.06, 2, 3, 3.9, 4, 5, 5, 6.1, 6];
const BLACK = new Set([1, 3, 6, 8, 10]);

/** The octaves that there is room for; no width is one that nobody knows yet. */
export function fittingOctaves(width: number): number {
  if (width <= 0) return MOST;
  return Math.min(MOST, Math.max(1, Math.floor(width / (7 * WHITE))));
}

/** The lowest C of so many octaves, as near as there are keys. */
export function usableFirst(first: number, octaves: number): number {
  return Math.min(HIGHEST - octaves * 12, Math.max(0, Math.floor(first / 12) * 12));
}

/** From a C to the one so many octaves higher: white keys, then the black ones that lie on them. */
export function pianoKeys(first: number, octaves: number): PianoKey[] {
  const white = 1 / (octaves * 7 + 1);
  const keys = Array.from({ length: octaves * 12 + 1 }, (_, step): PianoKey => {
    const [black, at] = [BLACK.has(step % 12), Math.floor(step / 12) * 7 + AT[step % 12]!];
    const [left, width] = black ? [at - BLACK_WIDTH / 2, BLACK_WIDTH] : [at, 1];
    return { key: first + step, black, left: left * white, width: width * white };
  });
  return [...keys.filter(({ black }) => !black), ...keys.filter(({ black }) => black)];
}

/** The key at a place, 0 to 1 from the left and the top, and how far down on it that is. */
export function pianoKeyAt(keys: PianoKey[], x: number, y: number): { key: number; down: number } | undefined {
  if (x < 0 || x >= 1 || y < 0 || y >= 1) return undefined;
  const found = keys.findLast(
    ({ black, left, width }) => x >= left && x < left + width && (!black || y < BLACK_LENGTH),
  );
  return found && { key: found.key, down: found.black ? y / BLACK_LENGTH : y };
}
