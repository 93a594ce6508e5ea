/** The look, as `gui/theme.json` has it, and how it becomes custom properties of CSS. */

/** Lengths are in logical pixels, levels in dBFS. */
export interface Theme {
  colors: Record<
    | "background"
    | "panel"
    | "raised"
    | "well"
    | "line"
    | "outline"
    | "text"
    | "dim"
    | "value"
    | "accent"
    | "signal"
    | "ok"
    | "warn"
    | "hot",
    string
  >;
  space: Record<"grid" | "gap" | "padding" | "header", number>;
  radius: Record<"small" | "control" | "panel", number>;
  type: { family: string } & Record<"small" | "label" | "text" | "value" | "title", number>;
  knob: Record<"small" | "medium" | "large" | "degrees" | "track", number>;
  meter: {
    min_db: number;
    max_db: number;
    ticks: number[];
    warn_db: number;
    hot_db: number;
    bar: number;
    fall_db_per_second: number;
    hold_seconds: number;
  };
}

/** A logical pixel, `n` times. Everything grows with `--dyad-zoom`, so that a large editor looks planned. */
const length = (n: number) => `calc(${n} * var(--dyad-unit))`;

/** The custom properties of a theme, by name. Made once for `theme.css`, and by a page whose plugin has another. */
export function themeVariables(theme: Theme): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, color] of Object.entries(theme.colors)) variables[`--dyad-color-${name}`] = color;
  for (const [name, n] of Object.entries(theme.space)) variables[`--dyad-space-${name}`] = length(n);
  for (const [name, n] of Object.entries(theme.radius)) variables[`--dyad-radius-${name}`] = length(n);
  for (const [name, n] of Object.entries(theme.type)) {
    if (typeof n === "number") variables[`--dyad-type-${name}`] = length(n);
  }
  variables["--dyad-type-family"] = `"${theme.type.family}", sans-serif`;
  variables["--dyad-switch-on"] = mix(theme.colors.raised, theme.colors.signal, 0.35);
  variables["--dyad-press"] = mix(theme.colors.raised, theme.colors.accent, 0.35);
  variables["--dyad-meter-bar"] = length(theme.meter.bar);
  variables["--dyad-meter-gradient"] = levelGradient(theme);
  variables["--dyad-meter-zero"] = percent(1 - meterPart(theme.meter, theme.meter.hot_db));
  return variables;
}

/** The part of a meter's height at which a level stands, 0 to 1. */
export function meterPart(meter: Theme["meter"], db: number): number {
  const part = (db - meter.min_db) / (meter.max_db - meter.min_db);
  return Math.min(1, Math.max(0, part));
}

/** Green, then yellow, then red: the same stops as the native editor's. */
function levelGradient({ colors, meter }: Theme): string {
  const stops: [number, string][] = [
    [meter.warn_db - 6, colors.ok],
    [meter.warn_db, mix(colors.ok, colors.warn, 0.6)],
    [meter.hot_db - 3, colors.warn],
    [meter.hot_db, colors.hot],
  ];
  const placed = stops.map(([db, color]) => `${color} ${percent(meterPart(meter, db))}`);
  return `linear-gradient(to top, ${placed.join(", ")})`;
}

const percent = (part: number) => `${(part * 100).toFixed(2)}%`;

/** A colour between two, in the space that screens show. */
export function mix(a: string, b: string, part: number): string {
  const channel = (color: string, n: number) => parseInt(color.slice(1 + 2 * n, 3 + 2 * n), 16);
  const mixed = [0, 1, 2].map((n) => Math.round(channel(a, n) + (channel(b, n) - channel(a, n)) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
