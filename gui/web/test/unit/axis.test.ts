import { describe, expect, it } from "vitest";
import { placeOn, spanOn, ticksOf, type Axis } from "../../src/components/axis";

const hertz: Axis = { scale: "frequency", min: 20, max: 20_000, unit: "Hz" };
const gain: Axis = { scale: "decibels", min: -18, max: 18 };
const labels = (axis: Axis, length: number, way: "across" | "up" = "up") =>
  ticksOf(axis, length, way).flatMap(({ label }) => (label ? [label] : []));

describe("an axis", () => {
  it("is even, or logarithmic in hertz", () => {
    expect(placeOn(gain, -9)).toBeCloseTo(0.25);
    expect([20, 200, 2000, 20_000].map((value) => placeOn(hertz, value).toFixed(4))).toEqual([
      "0.0000",
      "0.3333",
      "0.6667",
      "1.0000",
    ]);
    expect(placeOn(hertz, 0)).toBe(-1);
    expect(placeOn({ scale: "linear", min: 1, max: 1 }, 5)).toBe(0);
  });

  it("has a parameter's range where its values are, and all of it where they have no place", () => {
    expect(spanOn({ ...gain, min: -36, max: 36 }, { min: -18, max: 18 })).toEqual([0.25, 0.75]);
    expect(spanOn(gain, { min: 3, max: 3 })).toEqual([0, 1]);
  });

  it("has more lines where there is room, and always some", () => {
    expect(labels(gain, 260)).toEqual(["−18", "−12", "−6", "0", "+6", "+12", "+18"]);
    expect(labels(gain, 100)).toEqual(["−12", "0", "+12"]);
    expect(labels(gain, 50)).toEqual(["−18", "0", "+18"]);
    expect(labels({ ...gain, min: -60, max: 0 }, 260)).toEqual(["−60", "−48", "−36", "−24", "−12", "0"]);
    expect(labels({ scale: "linear", min: 0, max: 2, unit: "s" }, 400, "across")).toEqual([
      "0",
      "0.2",
      "0.4",
      "0.6",
      "0.8",
      "1",
      "1.2",
      "1.4",
      "1.6",
      "1.8",
      "2 s",
    ]);
  });

  it("leaves out numbers that would touch others, not the ends", () => {
    expect(labels(hertz, 800, "across")).toEqual(["20", "50", "100", "200", "500", "1k", "2k", "5k", "10k", "20 kHz"]);
    const few = labels(hertz, 150, "across");
    expect([few[0], few.at(-1)]).toEqual(["20", "20 kHz"]);
    expect(few.length).toBeLessThan(8);
    const lines = ticksOf(hertz, 150, "across");
    expect(lines.length, "their lines stay, and those between them").toBe(28);
    expect(lines.filter(({ minor }) => !minor).length).toBe(10);
  });

  it("tells short times in milliseconds", () => {
    const time = (max: number) => labels({ scale: "seconds", min: 0, max }, 200, "across");
    expect(time(0.08)).toEqual(["0", "20", "40", "60", "80 ms"]);
    expect(time(8)).toEqual(["0", "2", "4", "6", "8 s"]);
  });

  it("has the places that it is given, and no numbers where there are to be none", () => {
    expect(labels({ ...gain, ticks: [-18, -3, 0, 99] }, 260)).toEqual(["−18", "−3", "0"]);
    expect(labels({ ...gain, labels: false }, 260)).toEqual([]);
    expect(ticksOf({ ...gain, labels: false }, 260, "up").length).toBe(7);
  });
});
