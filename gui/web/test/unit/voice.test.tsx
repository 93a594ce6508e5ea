/** What instruments have: envelopes and modulation matrices. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { Envelope, Knob, Matrix } from "../../src";
import { picturesHello, ROWS } from "../mock/pictures";
import { byRole, doing, pointer, press, show } from "./setup";

const SETS = ["setParameter", "stepParameter", "resetParameter"];

beforeEach(() => {
  Element.prototype.setPointerCapture = () => undefined;
  // All that is seen is as large as this.
  const box = { left: 100, top: 50, right: 400, bottom: 150, width: 300, height: 100, x: 100, y: 50 };
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ ...box, toJSON: () => box });
});

const ids = { attack: "env_attack", decay: "env_decay", sustain: "env_sustain", release: "env_release" };
const envelope = <Envelope {...ids} curve="amp" label="Amplifier" />;

const handles = () => ["Attack", "Decay, Sustain", "Release"].map((name) => byRole("slider", name));
const place = (element: HTMLElement) =>
  ["--dyad-x", "--dyad-y"].map((name) => Number(element.style.getPropertyValue(name)));

async function drag(element: HTMLElement, right: number, down: number) {
  await pointer(element, "pointerdown", { clientX: 200, y: 100 });
  await pointer(element, "pointermove", { clientX: 200 + right / 2, y: 100 + down / 2 });
  await pointer(element, "pointermove", { clientX: 200 + right, y: 100 + down });
  await pointer(element, "pointerup", { clientX: 200 + right, y: 100 + down });
}

describe("an envelope", () => {
  it("has its handles where its parts end, each as long as its knob is turned", async () => {
    const { editor } = await show(envelope, picturesHello());
    const expected = [
      [0.3 * 0.2, 1],
      [0.3 * (0.2 + 0.5), 0.6],
      [0.7 + 0.3 * 0.4, 0],
    ];
    const near = () => handles().map((element) => place(element).map((part) => Math.round(part * 1000) / 1000));
    expect(near()).toEqual(expected.map((pair) => pair.map((part) => Math.round(part * 1000) / 1000)));
    await doing(() => editor.automate("env_attack", { value: 100 }));
    expect(near()[0]).toEqual([0.3, 1]);
    expect(near()[1]?.[0]).toBeCloseTo(0.45);
  });

  it("says its values", async () => {
    await show(envelope, picturesHello());
    expect(handles().map((element) => element.getAttribute("aria-valuetext"))).toEqual([
      "20.0 %",
      "50.0 %, 60.0 %",
      "40.0 %",
    ]);
    expect(handles()[1]?.querySelector(".dyad-graph-tip")?.textContent).toBe("Decay 50.0 %Sustain 60.0 %");
  });

  it("is dragged by one gesture of each parameter", async () => {
    const { editor } = await show(envelope, picturesHello());
    const [attack, decay, release] = handles() as [HTMLElement, HTMLElement, HTMLElement];
    // A part is 90 pixels at most.
    await drag(attack, 9, 40);
    expect(editor.value("env_attack")).toBeCloseTo(30);
    await drag(decay, -18, 10);
    expect(editor.value("env_decay")).toBeCloseTo(30);
    expect(editor.value("env_sustain")).toBeCloseTo(50);
    await drag(release, 300, 0);
    expect(editor.value("env_release")).toBe(100);
    const gestures = editor.calls("beginGesture", "endGesture");
    for (const id of Object.values(ids)) {
      expect(gestures.filter((call) => call.endsWith(id))).toEqual([`beginGesture ${id}`, `endGesture ${id}`]);
    }
  });

  it("is moved by keys and brought to its defaults", async () => {
    const { editor } = await show(envelope, picturesHello());
    const [attack, decay] = handles() as [HTMLElement, HTMLElement];
    await press(attack, "ArrowRight");
    await press(decay, "ArrowUp");
    await press(decay, "ArrowLeft");
    const steps = editor.told.filter(({ method }) => method === "stepParameter").map(({ params }) => params);
    expect(steps).toEqual([
      { id: "env_attack", steps: 1 },
      { id: "env_sustain", steps: 1 },
      { id: "env_decay", steps: -1 },
    ]);
    await doing(() => decay.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
    expect([editor.value("env_decay"), editor.value("env_sustain")]).toEqual([50, 60]);
  });

  it("says which curve is missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await expect(show(<Envelope {...ids} curve="amq" />, picturesHello())).rejects.toThrow(
      'the plugin has no curve "amq"',
    );
  });
});

const matrix = <Matrix prefix="mod" rows={ROWS} />;
const row = (n: number) => byRole("group", `Modulation ${n}`);
const within = (n: number, selector: string) => row(n).querySelector<HTMLElement>(selector);

describe("a matrix", () => {
  it("has a row for each, and those that do nothing are faint", async () => {
    const { editor } = await show(matrix, picturesHello());
    const empty = () => Array.from({ length: ROWS }, (_, n) => row(n + 1).dataset["empty"]);
    expect(empty()).toEqual(["false", "false", "true", "true"]);
    await doing(() => editor.automate("mod_3_source", { value: 2 }));
    expect(empty()[2], "it goes nowhere yet").toBe("true");
    await doing(() => editor.automate("mod_3_target", { value: 1 }));
    expect(empty()).toEqual(["false", "false", "false", "true"]);
  });

  it("chooses a source and moves an amount", async () => {
    const { editor } = await show(matrix, picturesHello());
    await press(within(3, '[role="combobox"]') as HTMLElement, "ArrowUp");
    expect(editor.value("mod_3_source")).toBe(1);
    await press(within(3, '[role="slider"]') as HTMLElement, "End");
    expect(editor.value("mod_3_amount")).toBe(100);
  });

  it("clears a row by its cross, and by a double-click on its number", async () => {
    const { editor } = await show(matrix, picturesHello());
    expect(within(3, "button.dyad-matrix-clear"), "nothing to clear").toBeNull();
    await doing(() => within(1, "button.dyad-matrix-clear")?.click());
    expect(editor.calls(...SETS).sort()).toEqual(
      ["amount", "source", "target", "via"].map((id) => `resetParameter mod_1_${id}`),
    );
    expect(row(1).dataset["empty"]).toBe("true");
    const number = within(2, ".dyad-matrix-number");
    await doing(() => number?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
    // Its via was off already.
    expect(editor.calls(...SETS).filter((call) => call.includes("mod_2")).length).toBe(3);
    expect(within(1, "button.dyad-matrix-clear")).toBeNull();
  });

  it("draws only the row again whose values change", async () => {
    const { editor } = await show(matrix, picturesHello());
    const changed = new Set<Node>();
    const observer = new MutationObserver((records) => records.forEach(({ target }) => changed.add(target)));
    observer.observe(document.body, { attributes: true, childList: true, subtree: true, characterData: true });
    await doing(() => editor.automate("mod_2_amount", { value: -10 }));
    observer.disconnect();
    expect(changed.size).toBeGreaterThan(0);
    for (const node of changed) expect(row(2).contains(node)).toBe(true);
  });
});

describe("a knob", () => {
  it("may have a shorter name below it than it is called", async () => {
    const { place } = await show(<Knob id="gain" name="Vol" />);
    expect(place.querySelector(".dyad-knob-name")?.textContent).toBe("Vol");
    expect(byRole("slider", "Gain")).toBeTruthy();
  });
});
