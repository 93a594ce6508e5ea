import { beforeEach, describe, expect, it } from "vitest";
import { Steps, type Hello } from "../../src";
import { everyHello } from "../mock/examples";
import { byRole, doing, pointer, press, show } from "./setup";

const COLUMNS = 4;

/** A plugin with four steps, of which three count. */
function stepsHello(): Hello {
  const hello = everyHello();
  const [base] = hello.parameters.filter(({ id }) => id === "voices");
  if (!base) throw new Error("no example");
  const add = (id: string, info: object) => hello.parameters.push({ ...base, id, name: id, ...info });
  add("steps", { name: "Steps", value: 3, default: 4, min: 1, max: COLUMNS, steps: COLUMNS - 1 });
  for (let n = 1; n <= COLUMNS; n++) {
    const choices = ["Play", "Rest", "Tie"];
    add(`step_${n}_kind`, { type: "choice", value: 0, default: 0, min: 0, max: 2, steps: 2, choices });
    add(`step_${n}_velocity`, { type: "float", value: 100, default: 100, min: 0, max: 100, steps: 0 });
    add(`step_${n}_transpose`, { value: 0, default: 0, min: -24, max: 24, steps: 48, origin: 0.5 });
  }
  const [peak] = hello.meters;
  if (peak) hello.meters.push({ ...peak, id: "playing", name: "Playing", type: "value", value: 2, min: 0, max: 4 });
  return hello;
}

const showSteps = () => show(<Steps prefix="step" count="steps" playing="playing" />, stepsHello());

/** A place in a lane of 400 by 100, in columns from the left and parts from below. */
const at = (column: number, height: number, more = {}) => ({
  clientX: (column - 0.5) * 100,
  y: (1 - height) * 100,
  ...more,
});

const GESTURE = ["beginGesture", "setParameter", "endGesture"];

beforeEach(() => {
  Element.prototype.setPointerCapture = () => undefined;
  Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 400, 100);
});

describe("a stroke", () => {
  it("paints over steps as one gesture on each, all let go together", async () => {
    const { editor, client } = await showSteps();
    const lane = byRole("group", "Velocity");
    await pointer(lane, "pointerdown", at(1, 0));
    await pointer(lane, "pointermove", at(3, 1));
    expect(editor.calls("endGesture")).toEqual([]);
    await pointer(lane, "pointerup", at(3, 1));
    await pointer(lane, "lostpointercapture", at(3, 1));
    const value = (n: number) => client.parameter(`step_${n}_velocity`)?.value;
    expect([1, 2, 3, 4].map(value)).toEqual([0, 50, 100, 100]);
    // The third was there already.
    expect(editor.calls("beginGesture")).toEqual(["beginGesture step_1_velocity", "beginGesture step_2_velocity"]);
    expect(editor.calls("endGesture")).toEqual(["endGesture step_1_velocity", "endGesture step_2_velocity"]);
  });

  it("paints the kind that its first step goes on to", async () => {
    const { client } = await showSteps();
    const kinds = () => [1, 2, 3, 4].map((n) => client.parameter(`step_${n}_kind`)?.value);
    const lane = byRole("group", "Step");
    const stroke = async (from: number, to: number) => {
      await pointer(lane, "pointerdown", at(from, 0.5));
      await pointer(lane, "pointermove", at(to, 0.5));
      await pointer(lane, "pointerup", at(to, 0.5));
    };
    await stroke(2, 2);
    expect(kinds()).toEqual([0, 1, 0, 0]);
    await stroke(2, 4);
    expect(kinds()).toEqual([0, 2, 2, 2]);
    await stroke(4, 4);
    expect(kinds()).toEqual([0, 2, 2, 0]);
    const does = document.querySelectorAll<HTMLElement>('[data-lane="velocity"] > *');
    expect([...does].map((cell) => cell.dataset["does"])).toEqual(["play", "tie", "tie", "play"]);
  });

  it("steps by whole semitones, and sends no value twice", async () => {
    const { editor, client } = await showSteps();
    const lane = byRole("group", "Transpose");
    await pointer(lane, "pointerdown", at(1, 0.755));
    await pointer(lane, "pointermove", at(1, 0.757));
    await pointer(lane, "pointerup", at(1, 0.757));
    expect(client.parameter("step_1_transpose")?.value).toBe(12);
    expect(editor.calls(...GESTURE)).toEqual([
      "beginGesture step_1_transpose",
      "setParameter step_1_transpose",
      "endGesture step_1_transpose",
    ]);
  });

  it("along the numbers sets how many steps there are", async () => {
    const { client } = await showSteps();
    const numbers = byRole("slider", "Steps");
    await pointer(numbers, "pointerdown", at(2, 0.5));
    expect(client.parameter("steps")?.value).toBe(2);
    await pointer(numbers, "pointermove", at(4, 0.5));
    await pointer(numbers, "pointerup", at(4, 0.5));
    expect(client.parameter("steps")?.value).toBe(4);
  });

  it("ends with the component", async () => {
    const { editor, root } = await showSteps();
    await pointer(byRole("group", "Velocity"), "pointerdown", at(1, 0.5));
    await doing(() => root.unmount());
    expect(editor.calls(...GESTURE).at(-1)).toBe("endGesture step_1_velocity");
  });

  it("is none with Ctrl, nor of another pointer", async () => {
    const { editor } = await showSteps();
    const lane = byRole("group", "Velocity");
    await pointer(lane, "pointerdown", at(1, 0.5, { ctrlKey: true }));
    expect(editor.calls(...GESTURE)).toEqual([]);
    await pointer(lane, "pointerdown", at(1, 0.5));
    await pointer(lane, "pointermove", at(3, 0.5, { pointerId: 2 }));
    expect(editor.calls("beginGesture")).toEqual(["beginGesture step_1_velocity"]);
  });
});

it("brings a step's default by a double-click", async () => {
  const { client } = await showSteps();
  const lane = byRole("group", "Velocity");
  await pointer(lane, "pointerdown", at(2, 0.25));
  await pointer(lane, "pointerup", at(2, 0.25));
  expect(client.parameter("step_2_velocity")?.value).toBe(25);
  await doing(() => lane.dispatchEvent(new MouseEvent("dblclick", { bubbles: true, clientX: 150, clientY: 75 })));
  expect(client.parameter("step_2_velocity")?.value).toBe(100);
});

it("goes along a lane by arrows, and sets its steps by all other keys", async () => {
  const { editor, client } = await showSteps();
  byRole("slider", "Step 1 transpose").focus();
  await press(byRole("slider", "Step 1 transpose"), "ArrowRight");
  expect(document.activeElement).toBe(byRole("slider", "Step 2 transpose"));
  expect(editor.calls("stepParameter", ...GESTURE)).toEqual([]);
  await press(byRole("slider", "Step 2 transpose"), "ArrowUp");
  expect(client.parameter("step_2_transpose")?.value).toBe(1);
  byRole("slider", "Step 1 step").focus();
  await press(byRole("slider", "Step 1 step"), "Enter");
  expect(client.parameter("step_1_kind")?.value).toBe(1);
  const stops = [...document.querySelectorAll<HTMLElement>('[role="slider"]')].filter(({ tabIndex }) => tabIndex === 0);
  expect(stops.length).toBe(4);
});

it("dims what is beyond the pattern's length, and lights what is played", async () => {
  await showSteps();
  const beyond = document.querySelectorAll('[data-lane="velocity"] > [data-beyond="true"]');
  expect([...beyond].map((cell) => cell.getAttribute("aria-label"))).toEqual(["Step 4 velocity"]);
  expect(document.querySelector("[data-playing]")?.textContent).toBe("2");
});
