import { beforeEach, describe, expect, it, vi } from "vitest";
import { Meter, MeterScale, Readout } from "../../src";
import { decibels, meterNumber, MeterState } from "../../src/components/meter-state";
import { gainHello } from "../mock/examples";
import { byRole, doing, show } from "./setup";

const theme = gainHello().theme.meter;

/** How much of a meter is empty. */
function fill(meter: HTMLElement): string | undefined {
  return meter.querySelector<HTMLElement>(".dyad-meter-fill")?.style.getPropertyValue("--dyad-fill");
}

describe("a level", () => {
  it("rises at once, falls steadily, is held, and comes to rest", () => {
    const state = new MeterState(theme);
    expect(state.update(-Infinity, 0.1), "nothing sounds, nothing moves").toBe(false);
    state.update(-6, 0.016);
    expect([state.bar, state.hold]).toEqual([-6, -6]);
    expect(state.update(-Infinity, 0.5)).toBe(true);
    expect([state.bar, state.hold], "20 dB a second, the peak is held").toEqual([-16, -6]);
    state.update(-Infinity, 1.1);
    expect(state.hold, "1.5 s are over").toBeLessThan(-6);
    let pictures = 0;
    while (state.update(-Infinity, 0.016)) expect(pictures++, "never at rest").toBeLessThan(1000);
    expect([state.bar, state.hold, state.clip]).toEqual([-Infinity, -Infinity, undefined]);
    state.update(NaN, 0.1);
    expect(state.bar).toBe(-Infinity);
  });

  it("is marked beyond full scale, and full scale is not beyond it", () => {
    const state = new MeterState(theme);
    state.update(0, 0.01);
    expect(state.clip).toBeUndefined();
    for (const [level, clip] of [
      [2, 2],
      [1, 2],
      [-20, 2],
      [3.5, 3.5],
    ] as const) {
      state.update(level, 5);
      expect(state.clip).toBe(clip);
    }
  });

  it("stands as a number with a true minus", () => {
    expect([decibels(1), decibels(0), decibels(-1)]).toEqual([0, -Infinity, -Infinity]);
    expect([-4.44, 3, -Infinity, -0.04].map(meterNumber)).toEqual(["−4.4", "3.0", "−∞", "0.0"]);
  });
});

describe("a meter", () => {
  let now = 0;
  let waiting: FrameRequestCallback[] = [];

  /** Draws the next picture, `seconds` later. */
  const picture = (seconds: number) =>
    doing(() => {
      now += seconds * 1000;
      for (const callback of waiting.splice(0)) callback(now);
    });

  beforeEach(() => {
    now = 0;
    waiting = [];
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.spyOn(globalThis, "requestAnimationFrame").mockImplementation((callback) => waiting.push(callback));
  });

  it("shows the level, lets it fall, and asks for no picture once it is at rest", async () => {
    const { editor } = await show(<Meter id="peak" />);
    await picture(0.016);
    await picture(0.016);
    expect(waiting, "nothing sounds").toEqual([]);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { peak: 0.5 } }));
    await picture(0.016);
    const meter = byRole("meter", "Peak");
    expect(meter.getAttribute("aria-valuetext")).toBe("−6.0 dB");
    expect(fill(meter)).toBe("18.21%");
    await doing(() => editor.notify("meterFrame", { time: 2, meters: { peak: 0 } }));
    let pictures = 0;
    while (waiting.length > 0) {
      await picture(0.1);
      expect(pictures++, "never at rest").toBeLessThan(100);
    }
    expect(pictures, "falls for 2.7 s, is held for 1.5 s").toBeGreaterThan(15);
    expect(meter.getAttribute("aria-valuetext")).toBe("−∞ dB");
    expect(fill(meter)).toBe("100.00%");
  });

  it("keeps the mark of a clip until it is clicked", async () => {
    const { editor } = await show(<Meter id="peak" />);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { peak: 1.5 } }));
    await picture(0.016);
    await doing(() => editor.notify("meterFrame", { time: 2, meters: { peak: 0.1 } }));
    while (waiting.length > 0) await picture(0.5);
    const meter = byRole("meter", "Peak");
    expect(meter.textContent).toContain("3.5");
    expect(meter.getAttribute("aria-valuetext")).toBe("3.5 dB, clipped");
    await doing(() => meter.click());
    await picture(0.016);
    expect(meter.getAttribute("aria-valuetext")).toBe("−20.0 dB");
    expect(meter.hasAttribute("data-clipped")).toBe(false);
  });

  it("of two channels has a bar for each, and the higher one's number", async () => {
    const { editor } = await show(<Meter id="peak" right="rms" name="Out" />);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { peak: 0.1, rms: 0.5 } }));
    await picture(0.016);
    const meter = byRole("meter", "Out");
    expect(meter.getAttribute("aria-valuetext")).toBe("−6.0 dB");
    const fills = [...meter.querySelectorAll<HTMLElement>(".dyad-meter-fill")];
    const [left, right] = fills.map(({ style }) => parseFloat(style.getPropertyValue("--dyad-fill")));
    expect([left, right], "−20 and −6 dB of −60 to 6").toEqual([39.39, 18.21]);
    await doing(() => editor.notify("meterFrame", { time: 2, meters: { rms: 1.5 } }));
    await picture(0.016);
    const clipped = [...meter.querySelectorAll(".dyad-meter-well")].map((well) => well.hasAttribute("data-clipped"));
    expect(clipped).toEqual([false, true]);
  });

  it("of a reduction hangs from above and does not fall by itself", async () => {
    const { editor } = await show(<Meter id="reduction" />);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { reduction: -6 } }));
    await picture(0.016);
    const meter = byRole("meter", "GR");
    expect(meter.textContent).toContain("−6.0");
    expect(fill(meter)).toBe("75.00%");
    expect(waiting.length).toBe(0);
  });

  it("draws nothing while the page is hidden, and the right thing when it is seen again", async () => {
    const { editor } = await show(<Meter id="peak" />);
    while (waiting.length > 0) await picture(0.016);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { peak: 0.5 } }));
    expect(waiting).toEqual([]);
    hidden.mockReturnValue(false);
    await doing(() => document.dispatchEvent(new Event("visibilitychange")));
    await picture(0.016);
    expect(byRole("meter", "Peak").getAttribute("aria-valuetext")).toBe("−6.0 dB");
  });

  it("has a scale beside it with the theme's numbers", async () => {
    const { place } = await show(<MeterScale />);
    const numbers = [...place.querySelectorAll(".dyad-meter-tick")].map(({ textContent }) => textContent);
    expect(numbers).toEqual(["+6", "0", "−6", "−12", "−24", "−36", "−48", "−60"]);
  });
});

describe("a readout", () => {
  it("has the editor's text beside its name, and says it to nobody who has not asked", async () => {
    const { editor, place } = await show(<Readout id="tempo" />);
    const output = place.querySelector("output");
    expect(place.textContent).toBe("Tempo120.00");
    expect(output?.getAttribute("aria-live")).toBe("off");
    const name = document.getElementById(output?.getAttribute("aria-labelledby") ?? "");
    expect(name?.textContent).toBe("Tempo");
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { tempo: 90 }, texts: { tempo: "90.00" } }));
    expect(output?.textContent).toBe("90.00");
    await doing(() => editor.notify("meterFrame", { time: 2, meters: { tempo: 91 } }));
    expect(output?.textContent, "a page makes no text of a number").toBe("90.00");
  });
});
