/** Axes of pictures: where a value stands, and the numbers beside it. */

export interface Axis {
  /** `frequency` is logarithmic, in hertz; the others are even. Short `seconds` are told in milliseconds. */
  scale: "frequency" | "decibels" | "seconds" | "linear";
  min: number;
  max: number;
  /** Where lines and numbers are, instead of the usual places. */
  ticks?: readonly number[];
  /** Stands behind the last number of a horizontal axis; seconds have their own. */
  unit?: string;
  /** False for lines without numbers. */
  labels?: boolean;
  /** False for numbers without lines. */
  lines?: boolean;
}

export interface Tick {
  value: number;
  /** Place on the axis, 0 to 1. */
  at: number;
  /** Empty where there is no room for one. */
  label: string;
  /** A line between those that have numbers. */
  minor: boolean;
}

/** Where a value stands: 0 at the axis's beginning, 1 at its end. Outside of it where it is beyond. */
export function placeOn({ scale, min, max }: Axis, value: number): number {
  if (!(max > min)) return 0;
  if (scale !== "frequency") return (value - min) / (max - min);
  return value > 0 ? Math.log(value / min) / Math.log(max / min) : -1;
}

/** The part of an axis that a parameter's range takes, from its lower end to its upper one. */
export function spanOn(axis: Axis, range: { min: number; max: number }): [from: number, to: number] {
  const span: [number, number] = [placeOn(axis, range.min), placeOn(axis, range.max)];
  return span.every(Number.isFinite) && span[0] !== span[1] ? span : [0, 1];
}

/** Logical pixels from one line to the next one at least. */
const GAPS = { across: 40, up: 30 };
/** Logical pixels of a number: its height, and about the width of a digit; and between two of them. */
const [LINE, DIGIT, SPACE] = [12, 6, 6];

/** Lines and numbers for an axis of a length in logical pixels. */
export function ticksOf(axis: Axis, length: number, way: keyof typeof GAPS): Tick[] {
  const inside = (value: number) => value >= axis.min - 1e-9 && value <= axis.max + 1e-9;
  const values = (axis.ticks ?? usual(axis, length, GAPS[way])).filter(inside);
  const last = values.length - 1;
  const ticks = values.map((value, n): Tick => {
    const label = way === "across" && n === last ? withUnit(axis, value) : tickText(axis, value);
    const minor = axis.scale === "frequency" && !axis.ticks && !/^[125]/.test(String(value));
    return { value, at: placeOn(axis, value), label: minor && n !== 0 && n !== last ? "" : label, minor };
  });
  const shown = new Map<Tick, readonly [number, number]>();
  // The ends first: they say what the axis is of.
  for (const tick of [ticks[0], ticks[last], ...ticks]) {
    if (!tick || tick.label === "" || shown.has(tick) || axis.labels === false) continue;
    const [from, to] = way === "across" ? room(tick, length) : [tick.at * length, tick.at * length + LINE];
    const free = [...shown.values()].every(([left, right]) => from - right >= SPACE || left - to >= SPACE);
    if (free) shown.set(tick, [from, to]);
  }
  return ticks.map((tick) => (shown.has(tick) ? tick : { ...tick, label: "" }));
}

/** Which end of a horizontal axis a number stands at: there it does not reach beyond it. */
export function endOf({ at }: Tick): 0 | 1 | null {
  return at < 0.01 ? 0 : at > 0.99 ? 1 : null;
}

/** What a number takes of a horizontal axis. */
function room(tick: Tick, length: number): readonly [number, number] {
  const width = tick.label.length * DIGIT;
  const from = tick.at * length - width * (endOf(tick) ?? 0.5);
  return [from, from + width];
}

const STEPS: Record<"decibels" | "linear", readonly number[]> = {
  decibels: [1, 2, 3, 6, 12, 24, 48],
  linear: [1, 2, 5, 10],
};

function usual(axis: Axis, length: number, gap: number): number[] {
  if (axis.scale === "frequency") return decades(axis);
  const wanted = ((axis.max - axis.min) * gap) / Math.max(1, length);
  const power = axis.scale === "decibels" ? 1 : 10 ** Math.floor(Math.log10(wanted));
  const steps = axis.scale === "decibels" ? STEPS.decibels : STEPS.linear;
  const step = (steps.find((one) => one * power >= wanted * 0.999) ?? steps.at(-1) ?? 1) * power;
  const first = Math.ceil(axis.min / step - 1e-9);
  const count = Math.floor(axis.max / step + 1e-9) - first + 1;
  // Few lines are at the ends.
  if (count < 3) return [axis.min, ...(axis.min < 0 && axis.max > 0 ? [0] : []), axis.max];
  return Array.from({ length: Math.min(200, count) }, (_, n) => (first + n) * step);
}

/** 1 to 9 of each decade. */
function decades({ min, max }: Axis): number[] {
  const all: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(min)); decade <= max; decade *= 10) {
    for (let one = 1; one < 10; one++) all.push(one * decade);
  }
  return all.filter((value) => value >= min * 0.999 && value <= max * 1.001);
}

function tickText({ scale, min, max }: Axis, value: number): string {
  if (scale === "seconds" && max < 1) return digits(value * 1000);
  if (scale === "frequency" && value >= 1000) return `${digits(value / 1000)}k`;
  // Where there is more and less than nothing, a plus says so.
  const plus = scale === "decibels" && min < 0 && value > 0 ? "+" : "";
  return plus + digits(value);
}

function withUnit(axis: Axis, value: number): string {
  if (axis.scale === "seconds") return `${tickText(axis, value)} ${axis.max < 1 ? "ms" : "s"}`;
  if (!axis.unit) return tickText(axis, value);
  if (axis.scale === "frequency" && value >= 1000) return `${digits(value / 1000)} k${axis.unit}`;
  return `${tickText(axis, value)} ${axis.unit}`;
}

/** Without what arithmetic adds at the end; a true minus. */
function digits(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
