import { describe, expect, it } from "vitest";
import { Header, planHeader, PresetBox, type HeaderPlan } from "../../src";
import { everyHello } from "../mock/examples";
import { factoryPreset } from "../mock/session";
import { byRole, doing, press, show, type } from "./setup";

const click = (element: HTMLElement) => doing(() => element.click());

/** The button with this label or text. */
function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll("button")];
  const found = all.find((one) => one.getAttribute("aria-label") === name || one.textContent === name);
  if (!found) throw new Error(`there is no button ${name}`);
  return found;
}

const sees = (text: string) => document.body.textContent?.includes(text) ?? false;
const box = () => document.querySelector<HTMLButtonElement>(".dyad-preset-name")!;

async function header(presets = [factoryPreset("Loud", "Level"), factoryPreset("Soft", "Level")]) {
  const shown = await show(<Header />);
  shown.editor.session.presets.push(...presets);
  return shown;
}

describe("the header", () => {
  it("undoes and redoes what there is", async () => {
    const { editor } = await header();
    expect(button("Undo").getAttribute("aria-disabled")).toBe("true");
    await click(button("Undo"));
    expect(editor.count("undo")).toBe(0);
    await doing(() => editor.session.become({ undo: "Gain" }));
    expect(button("Undo").title).toBe("Undo Gain");
    await click(button("Undo"));
    expect(editor.count("undo")).toBe(1);
    expect(button("Redo").title).toBe("Redo Gain");
    await click(button("Redo"));
    expect(editor.count("redo")).toBe(1);
  });

  it("switches between A and B", async () => {
    const { editor } = await header();
    await click(button("A"));
    expect(editor.count("selectSlot")).toBe(0);
    await click(button("B"));
    expect(editor.last("selectSlot")).toEqual({ slot: "B" });
    expect(button("B").getAttribute("aria-checked")).toBe("true");
  });

  it("names the preset, marks a change, and steps through the list", async () => {
    const { editor } = await header();
    expect(box().textContent).toBe("Custom");
    await doing(() => editor.session.become({ preset: "default", name: "Default", changed: true }));
    expect(box().textContent).toBe("Default•");
    expect(box().getAttribute("aria-label")).toBe("Presets, Default, changed");
    await click(button("Next preset"));
    expect(editor.last("stepPreset")).toEqual({ by: 1 });
    expect(box().textContent).toBe("Loud");
    await click(button("Previous preset"));
    expect(box().textContent).toBe("Default");
  });

  it("says in the menu what an arrow could not load", async () => {
    await header([factoryPreset("Torn", "Level", { error: "Not a Dyad state." })]);
    await click(button("Next preset"));
    await click(button("Next preset"));
    expect(byRole("alert").textContent).toBe("Not a Dyad state.");
  });
});

describe("the keys for undo", () => {
  it("work wherever the focus is, but where a text is typed", async () => {
    const { editor } = await header();
    const ctrl = { ctrlKey: true };
    await press(document.body, "z", ctrl);
    await press(document.body, "Z", { ...ctrl, shiftKey: true });
    await press(document.body, "y", ctrl);
    expect(editor.calls("undo", "redo")).toEqual(["undo", "redo", "redo"]);
    await press(document.body, "z");
    await press(document.body, "z", { ...ctrl, altKey: true });
    await click(box());
    await click(button("Save as…"));
    await press(document.activeElement!, "z", ctrl);
    expect(editor.calls("undo", "redo").length).toBe(3);
  });

  it("come from the host too", async () => {
    const { editor } = await header();
    const key = { key: "z", text: null, shift: false, ctrl: true, alt: false };
    await doing(() => editor.notify("key", { ...key, down: true }));
    await doing(() => editor.notify("key", { ...key, down: false }));
    expect(editor.calls("undo")).toEqual(["undo"]);
  });
});

describe("the menu of presets", () => {
  it("reads the list when it opens, loads one, and closes", async () => {
    const { editor } = await header();
    await click(box());
    expect(editor.count("getPresets")).toBe(1);
    expect([...document.querySelectorAll(".dyad-preset")].map(({ textContent }) => textContent)).toEqual([
      "Default",
      "Loud",
      "Soft",
    ]);
    expect(document.querySelector(".dyad-preset-group")?.textContent).toBe("Level");
    await click(byRole("option", "Soft"));
    expect(editor.last("loadPreset")).toEqual({ id: "factory/soft" });
    expect(document.querySelector("[role=dialog]")).toBeNull();
    expect(document.activeElement).toBe(box());
    expect(box().textContent).toBe("Soft");
  });

  it("is operated by keys", async () => {
    const { editor } = await header();
    await click(box());
    const list = document.activeElement!;
    expect(list.getAttribute("role")).toBe("listbox");
    await press(list, "ArrowDown");
    await press(list, "ArrowDown");
    await press(list, "Enter");
    expect(editor.last("loadPreset")).toEqual({ id: "factory/loud" });
    await click(box());
    await press(document.activeElement!, "Escape");
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });

  it("closes where something else is pressed", async () => {
    await header();
    await click(box());
    await doing(() => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });

  it("is searched where there are many", async () => {
    const rooms = Array.from({ length: 12 }, (_, n) => factoryPreset(`Room ${n}`, "Rooms"));
    const { editor } = await header(rooms);
    await click(box());
    expect(document.activeElement?.getAttribute("placeholder")).toBe("Search");
    await type("ROOM 1");
    const names = [...document.querySelectorAll(".dyad-preset")].map(({ textContent }) => textContent);
    expect(names).toEqual(["Room 1", "Room 10", "Room 11"]);
    await press(document.activeElement!, "Enter");
    expect(editor.last("loadPreset")).toEqual({ id: "factory/room 1" });
    await click(box());
    await type("nobody");
    expect(sees("No preset is called that.")).toBe(true);
  });

  it("saves, asks before it overwrites, renames and deletes", async () => {
    const { editor } = await header();
    await click(box());
    await click(button("Save as…"));
    expect(button("Save").disabled).toBe(true);
    await type("Night");
    await press(document.activeElement!, "Enter");
    expect(editor.last("savePreset")).toEqual({ category: "", name: "Night", overwrite: false });
    expect(box().textContent).toBe("Night");
    expect(document.querySelector("[role=dialog]")).toBeNull();

    await doing(() => editor.session.become({ changed: true }));
    await click(box());
    await click(button("Save as…"));
    await click(button("Save"));
    expect(sees("There is already a preset “Night”. Overwrite it?")).toBe(true);
    expect(document.activeElement).toBe(button("Cancel"));
    await click(button("Overwrite"));
    expect(editor.last("savePreset")).toEqual({ category: "", name: "Night", overwrite: true });

    await click(box());
    await click(button("Rename…"));
    await type("Day");
    await click(button("Rename"));
    expect(editor.last("renamePreset")).toMatchObject({ id: "user/Night.dyadpreset", name: "Day" });
    await click(box());
    await click(button("Delete…"));
    await click(button("Delete"));
    expect(editor.last("deletePreset")).toEqual({ id: "user/Day.dyadpreset" });
    expect(box().textContent).toBe("Custom");
  });

  it("says why something was refused, and keeps what was typed", async () => {
    await header();
    await click(box());
    await click(button("Save as…"));
    await type("a/b");
    await click(button("Save"));
    expect(byRole("alert").textContent).toBe("A preset can't be called that.");
    expect((document.querySelector('[aria-label="Name"]') as HTMLInputElement).value).toBe("a/b");
  });

  it("lists a damaged file and does not load it", async () => {
    const { editor } = await header([factoryPreset("Torn", "Level", { error: "cut off" })]);
    await click(box());
    const torn = byRole("option", "Torndamaged");
    expect(torn.title).toBe("cut off");
    await click(torn);
    expect(editor.count("loadPreset")).toBe(0);
  });

  it("copies A to B", async () => {
    const { editor } = await header();
    await click(box());
    await click(button("Copy A to B"));
    expect(editor.count("copySlot")).toBe(1);
  });
});

describe("a header in little room", () => {
  it("loses its parts in the order of native ones", () => {
    const parts = ({ arrows, name, slots, history }: HeaderPlan) => [arrows, name, slots, history];
    let before = 4;
    for (let width = 1200; width > 0; width--) {
      const now = parts(planHeader(width, 70, true));
      const count = now.findIndex((there) => !there);
      const there = count < 0 ? 4 : count;
      expect(
        now.slice(there).some((there) => there),
        `${width}: ${now.join()}`,
      ).toBe(false);
      expect(there, `nothing comes back: ${width}`).toBeLessThanOrEqual(before);
      before = there;
    }
    expect(before).toBe(0);
    // Dyad Gain, at its size.
    expect(planHeader(388, 70, true)).toEqual({ name: true, arrows: true, slots: true, history: true });
  });

  it("has in the menu what it has no room for", async () => {
    const { editor } = await show(<Narrow />, everyHello());
    await doing(() => editor.session.become({ undo: "Gain" }));
    await click(box());
    await click(button("Undo Gain"));
    expect(editor.count("undo")).toBe(1);
    await click(box());
    await click(button("Switch to B"));
    expect(editor.last("selectSlot")).toEqual({ slot: "B" });
    await click(box());
    expect(button("Redo Gain").disabled).toBe(false);
  });
});

function Narrow() {
  return <PresetBox plan={{ name: false, arrows: false, slots: false, history: false }} />;
}
