/** A plugin that has something for each kind of picture. */

import type { Hello, ParameterInfo } from "../../src/client/protocol";
import { everyHello, impulse } from "./examples";

/** Points of each curve. */
const POINTS = 256;

type Value = (id: string) => number;

const bands = [1, 2, 3, 4];

/** What its curves are with these values; the plugin's own code in earnest. */
export function pictureCurves(value: Value): Record<string, number[]> {
  const each = (of: (part: number) => number) => Array.from({ length: POINTS }, (_, n) => of(n / (POINTS - 1)));
  const bell = (band: number) => (part: number) => {
    if (value(`on${band}`) < 0.5) return 0;
    const octaves = Math.log2((20 * 1000 ** part) / value(`freq${band}`));
    return value(`gain${band}`) / (1 + (octaves * value(`q${band}`) * 1.5) ** 2);
  };
  const curves: Record<string, number[]> = {};
  for (const band of bands) curves[`band${band}`] = each(bell(band));
  curves["response"] = each((part) => bands.reduce((sum, band) => sum + bell(band)(part), 0));
  const [threshold, ratio, knee] = [value("threshold"), value("ratio"), 8];
  curves["transfer"] = each((part) => {
    const [level, over] = [part * 60 - 60, part * 60 - 60 - threshold];
    if (over < -knee / 2) return level;
    if (over > knee / 2) return threshold + over / ratio;
    return level + ((1 / ratio - 1) * (over + knee / 2) ** 2) / (2 * knee);
  });
  curves["envelope"] = each((part) => Math.exp(-3 * part * (1 - value("decay") / 100)));
  curves["amp"] = amp(value);
  return curves;
}

/** Attack, decay and release, each in a straight line. */
function amp(value: Value): number[] {
  const sustain = value("env_sustain") / 100;
  const line = (from: number, to: number) => Array.from({ length: 32 }, (_, n) => from + ((to - from) * n) / 31);
  return [...line(0, 1), ...line(1, sustain), ...line(sustain, 0)];
}

/** Rows of the modulation matrix. */
export const ROWS = 4;

export function picturesHello(): Hello {
  const hello = everyHello();
  const [base] = hello.parameters.filter(({ id }) => id === "mix") as [ParameterInfo];
  const add = (info: Partial<ParameterInfo>) => hello.parameters.push({ ...base, ...info });
  hello.plugin.name = "Pictures";
  const at: [number, number][] = [
    [90, 5],
    [420, -7.5],
    [2400, 4],
    [9000, 0],
  ];
  for (const [n, band] of bands.entries()) {
    const [value, gain] = at[n] ?? [1000, 0];
    add({ id: `freq${band}`, name: `Frequency ${band}`, unit: "Hz", value, default: 1000, min: 20, max: 20000 });
    add({ id: `gain${band}`, name: `Gain ${band}`, unit: "dB", value: gain, default: 0, min: -18.001, max: 18 });
    add({ id: `q${band}`, name: `Q ${band}`, unit: "", value: 1, default: 1, min: 0.1, max: 10 });
    const on = { value: band === 4 ? 0 : 1, default: 1, min: 0, max: 1, steps: 1, unit: "" };
    add({ id: `on${band}`, name: `Band ${band}`, type: "bool", ...on });
  }
  add({ id: "threshold", name: "Threshold", unit: "dB", value: -26, default: 0, min: -60.001, max: 0 });
  add({ id: "ratio", name: "Ratio", unit: "", value: 4, default: 2, min: 1, max: 20 });
  add({ id: "split", name: "Split", unit: "Hz", value: 800, default: 800, min: 20, max: 20000 });
  add({ id: "decay", name: "Decay", value: 50, default: 100, min: 0, max: 100 });
  add({ id: "start", name: "Start", unit: "s", value: 0.3, default: 0, min: 0, max: 2 });
  add({ id: "size", name: "Size", value: 30, default: 50, min: 0, max: 100 });
  for (const [id, value] of Object.entries({ attack: 20, decay: 50, sustain: 60, release: 40 })) {
    const name = id.charAt(0).toUpperCase() + id.slice(1);
    add({ id: `env_${id}`, name, value, default: value, min: 0, max: 100 });
  }
  const choices = ["Off", "Velocity", "LFO 1", "Mod wheel"];
  const choice = { type: "choice", unit: "", default: 0, min: 0, max: 3, steps: 3, choices } as const;
  for (let row = 1; row <= ROWS; row++) {
    const used = row < 3 ? row : 0;
    add({ ...choice, id: `mod_${row}_source`, name: "Source", value: used });
    add({ ...choice, id: `mod_${row}_via`, name: "Via", value: row === 1 ? 3 : 0 });
    add({ ...choice, id: `mod_${row}_target`, name: "Target", value: used });
    const range = { value: used ? 35 : 0, default: 0, min: -100, max: 100, origin: 0.5 };
    add({ ...range, id: `mod_${row}_amount`, name: "Amount" });
  }
  hello.curves = ["response", ...bands.map((band) => `band${band}`), "transfer", "envelope", "amp"].map((id) => ({
    id,
    points: "",
  }));
  const property = hello.properties.find(({ id }) => id === impulse.id);
  if (property) property.value = "/music/impulses/Plate, bright.wav";
  return hello;
}
