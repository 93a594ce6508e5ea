import { beforeEach, describe, expect, it } from "vitest";
import { Keyboard } from "../../src";
import { fittingOctaves, pianoKeyAt, pianoKeys, usableFirst } from "../../src/components/piano";
import type { MockEditor } from "../mock/editor";
import { keys } from "../mock/shows";
import { byRole, doing, pointer, show } from "./setup";

beforeEach(() => {
  Element.prototype.setPointerCapture = () => undefined;
});

/** What was played since the last call: `+key`, and `-key` where a note ended. */
function played(editor: MockEditor): string[] {
  const notes = editor.told.filter(({ method }) => method === "noteOn" || method === "noteOff");
  editor.told.length = 0;
  return notes.map(({ method, params }) => `${method === "noteOn" ? "+" : "-"}${String(params?.["key"])}`);
}

/** A keyboard of 36 white keys, 20 pixels each and 100 high. */
async function piano(more = <></>) {
  const { editor, client, root } = await show(
    <>
      <Keyboard second={1} />
      {more}
    </>,
  );
  const element = byRole("group", "Piano keys");
  element.getBoundingClientRect = () => new DOMRect(0, 0, 720, 100);
  const computer = document.querySelector<HTMLButtonElement>(".dyad-keyboard-computer")!;
  played(editor);
  return { editor, client, root, element, computer };
}

const key = (element: Element, type: "keydown" | "keyup", key: string, more: KeyboardEventInit = {}) =>
  doing(() => element.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true, ...more })));

const keyElement = (number: number) => document.querySelector<HTMLElement>(`[data-key="${number}"]`)!;

describe("piano keys", () => {
  it("are found where they are, black ones on the white ones", () => {
    const all = pianoKeys(36, 5);
    expect([all.length, all.filter(({ black }) => black).length]).toEqual([61, 25]);
    for (const { key, black, left, width } of all) {
      expect(pianoKeyAt(all, left + width / 2, black ? 0.3 : 0.99)?.key, String(key)).toBe(key);
    }
    expect(pianoKeyAt(all, 0.999, 0.5)).toEqual({ key: 96, down: 0.5 });
    expect(pianoKeyAt(all, 1, 0.5)).toBeUndefined();
    expect(pianoKeyAt(all, 0.5, -0.01)).toBeUndefined();
  });

  it("are as many as there is room for, and only those of MIDI", () => {
    expect([0, 50, 340, 880, 5000].map(fittingOctaves)).toEqual([5, 1, 3, 5, 5]);
    expect([-7, 0, 41, 200].map((first) => usableFirst(first, 5))).toEqual([0, 0, 36, 60]);
  });
});

describe("a keyboard", () => {
  it("plays while it is pressed, the louder the lower, one key after the other", async () => {
    const { editor, element } = await piano();
    await pointer(element, "pointerdown", { clientX: 10, y: 99 });
    expect(editor.last("noteOn")).toEqual({ key: 36, velocity: expect.closeTo(0.99, 1) });
    expect(keyElement(36).dataset["lit"]).toBe("true");
    await pointer(element, "pointermove", { clientX: 30, y: 99 });
    await pointer(element, "pointermove", { clientX: 34, y: 99 });
    await pointer(element, "pointermove", { clientX: 30, y: 120 });
    expect(played(editor)).toEqual(["+36", "-36", "+38", "-38"]);
    await pointer(element, "pointermove", { clientX: 30, y: 90 });
    await pointer(element, "pointerup", { clientX: 30, y: 90 });
    expect(played(editor)).toEqual(["+38", "-38"]);
    expect(keyElement(38).dataset["lit"]).toBe("false");
    await pointer(element, "pointerdown", { clientX: 10, y: 0 });
    expect(editor.last("noteOn")).toEqual({ key: 36, velocity: 0.25 });
    await pointer(element, "pointercancel");
    expect(played(editor)).toEqual(["+36", "-36"]);
  });

  it("is played by the computer's keys while they have the focus", async () => {
    const { editor, computer } = await piano();
    await doing(() => computer.focus());
    expect(editor.last("keyboard")).toEqual({ typing: true, operating: true });
    played(editor);
    expect(keyElement(60).textContent).toBe("AC4");
    await key(computer, "keydown", "a");
    await key(computer, "keydown", "a", { repeat: true });
    await key(computer, "keydown", "w");
    await key(computer, "keydown", "s", { ctrlKey: true });
    await key(computer, "keyup", "w");
    expect(played(editor)).toEqual(["+60", "+61", "-61"]);
    await key(computer, "keydown", "x");
    expect(played(editor)).toEqual(["-60"]);
    await key(computer, "keyup", "a");
    await key(computer, "keydown", "a");
    expect(played(editor)).toEqual(["+72"]);
    await key(computer, "keydown", "Escape");
    expect(played(editor)).toEqual(["-72"]);
    expect(document.activeElement).not.toBe(computer);
    expect(keyElement(72).textContent).toBe("C5");
  });

  it("ends a note when the last one lets go of it", async () => {
    const { editor, element, computer } = await piano();
    await doing(() => computer.focus());
    await key(computer, "keydown", "a");
    await pointer(element, "pointerdown", { clientX: 14 * 20 + 10, y: 90 });
    await key(computer, "keyup", "a");
    expect(played(editor)).toEqual(["+60", "+60"]);
    await pointer(element, "pointerup");
    expect(played(editor)).toEqual(["-60"]);
  });

  it.each([
    [
      "the window goes out of sight",
      () => Object.defineProperty(document, "hidden", { value: true, configurable: true }),
      "visibilitychange",
    ],
    ["another window has the keyboard", () => undefined, "blur"],
  ])("ends its notes when %s", async (_, before, event) => {
    const { editor, element } = await piano();
    await pointer(element, "pointerdown", { clientX: 10, y: 90 });
    before();
    await doing(() => (event === "blur" ? window : document).dispatchEvent(new Event(event)));
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    expect(played(editor)).toEqual(["+36", "-36"]);
  });

  it("ends its notes when it goes", async () => {
    const { editor, element, root } = await piano();
    await pointer(element, "pointerdown", { clientX: 10, y: 90 });
    await doing(() => root.render(<></>));
    expect(played(editor)).toEqual(["+36", "-36"]);
  });

  it("goes octaves down and up as far as there are keys", async () => {
    await piano();
    const [down, up] = [...document.querySelectorAll<HTMLButtonElement>(".dyad-keyboard-buttons button")];
    for (let n = 0; n < 5; n++) await doing(() => down!.click());
    expect([keyElement(0) !== null, down!.disabled, up!.disabled]).toEqual([true, true, false]);
    for (let n = 0; n < 9; n++) await doing(() => up!.click());
    expect([keyElement(120) !== null, up!.disabled]).toEqual([true, true]);
  });

  it("shows what sounds, of two streams", async () => {
    const { editor } = await piano();
    await doing(() => editor.say(keys(0, [48, 60])));
    await doing(() => editor.say(keys(1, [60, 72])));
    const of = (number: number) => [keyElement(number).dataset["lit"], keyElement(number).dataset["second"]];
    expect([48, 60, 72, 50].map(of)).toEqual([
      ["true", "false"],
      ["true", "true"],
      ["false", "true"],
      ["false", "false"],
    ]);
    await doing(() => editor.say(keys(0, [])));
    expect(of(48)).toEqual(["false", "false"]);
  });
});
