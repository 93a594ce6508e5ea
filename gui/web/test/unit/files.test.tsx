import { describe, expect, it, vi } from "vitest";
import { FileField } from "../../src";
import { everyHello, impulse } from "../mock/examples";
import { byRole, connect, doing, press, show } from "./setup";

const FOLDER = "/music/impulses";

/** A field whose file is this one. */
async function field(value: string, browse = false) {
  const hello = everyHello();
  hello.host.browse = browse;
  hello.properties = [{ ...impulse, value }];
  const shown = await show(<FileField id="impulse" />, hello);
  await doing(() => undefined);
  return shown;
}

const button = (name: string) => {
  const found = document.querySelector<HTMLButtonElement>(`[aria-label="${name}"]`);
  if (!found) throw new Error(`no button is called ${name}`);
  return found;
};
const text = () => document.querySelector<HTMLElement>(".dyad-file-text");
const list = () => byRole("listbox");
const names = () => [...list().querySelectorAll("li")].map((item) => item.textContent);
const active = () => list().querySelector('[data-active="true"]')?.textContent;
const open = () => doing(() => button("Impulse, browse").click());

describe("a file", () => {
  it("is called by its name, and its whole path is a tip", async () => {
    await field(`${FOLDER}/Hangar.wav`);
    expect([text()?.textContent, text()?.title]).toEqual(["Hangar.wav", `${FOLDER}/Hangar.wav`]);
    expect(document.querySelector('[data-missing="true"]')).toBeNull();
  });

  it("is followed by the next one of its folder, and the first after the last", async () => {
    const { client } = await field(`${FOLDER}/Stairwell.wav`);
    await doing(() => button("Impulse, next file").click());
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Tunnel.wav`);
    await doing(() => button("Impulse, next file").click());
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Ambience.wav`);
    await doing(() => button("Impulse, previous file").click());
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Tunnel.wav`);
  });

  it("that is alone has none before and after it", async () => {
    await field("/music/Tape.wav");
    expect(button("Impulse, next file").disabled && button("Impulse, previous file").disabled).toBe(true);
  });

  it("that is not there says so in words", async () => {
    await field(`${FOLDER}/Gone.wav`);
    expect(text()?.textContent).toBe("Gone.wavnot found");
    expect(button("Impulse, next file").disabled, "its folder has others").toBe(false);
  });

  it("that is there without being among those to choose from is not said to be missing", async () => {
    const { client } = await field(`${FOLDER}/.hidden.wav`);
    const missing = () => document.querySelector('[data-missing="true"]') !== null;
    expect([text()?.textContent, missing()]).toEqual([".hidden.wav", false]);
    for (const [name, is] of [
      ["Gone.wav", true],
      ["Long hall.wave", false],
      ["Hangar.wav", false],
    ] as const) {
      await doing(() => void client.setProperty("impulse", `${FOLDER}/${name}`));
      expect([name, missing()]).toEqual([name, is]);
    }
  });

  it("that was not there is looked for again when the pointer comes", async () => {
    const { editor } = await field(`${FOLDER}/Gone.wav`);
    const enter = () =>
      doing(() =>
        document.querySelector(".dyad-file")?.dispatchEvent(new MouseEvent("pointerover", { bubbles: true })),
      );
    await enter();
    expect(editor.count("listFiles")).toBe(2);
    await doing(() => editor.notify("propertyUpdate", { id: "impulse", value: `${FOLDER}/Room.wav` }));
    const before = editor.count("listFiles");
    await enter();
    expect(editor.count("listFiles"), "what is there is not asked for").toBe(before);
  });

  it("is taken away, and then there is none", async () => {
    const { client } = await field(`${FOLDER}/Hangar.wav`);
    await doing(() => button("Impulse, clear").click());
    expect(client.property("impulse")?.value).toBe("");
    expect(text()?.textContent).toBe("No file");
    expect(document.querySelector('[aria-label="Impulse, clear"]')).toBeNull();
    expect(button("Impulse, next file").disabled).toBe(true);
  });

  it("is stepped and taken away by keys", async () => {
    const { client } = await field(`${FOLDER}/Hangar.wav`);
    const name = text() as HTMLElement;
    await press(name, "ArrowRight");
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Plate, bright.wav`);
    await press(name, "ArrowUp");
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Hangar.wav`);
    await press(name, "Delete");
    expect(client.property("impulse")?.value).toBe("");
  });

  it("asks for its folder once, and again only where it is another one", async () => {
    const { editor } = await field(`${FOLDER}/Hangar.wav`);
    await doing(() => button("Impulse, next file").click());
    await doing(() => button("Impulse, next file").click());
    expect(editor.count("listFiles")).toBe(1);
    await doing(() => editor.notify("propertyUpdate", { id: "impulse", value: "/music/Tape.wav" }));
    expect(editor.count("listFiles")).toBe(2);
  });
});

describe("the panel of files", () => {
  it("opens at the file that there is, folders first, and has the keyboard", async () => {
    await field(`${FOLDER}/Hall 10.wav`);
    await open();
    expect(document.activeElement).toBe(list());
    expect(names().slice(0, 3)).toEqual(["Springs", "Ambience.wav", "Cathedral.wav"]);
    expect(active()).toBe("Hall 10.wav");
    expect(byRole("dialog").textContent).toContain(FOLDER);
    expect(list().querySelector('[aria-selected="true"]')?.textContent).toBe("Hall 10.wav");
  });

  it("is moved through by keys, and Enter chooses", async () => {
    const { client } = await field(`${FOLDER}/Hall 10.wav`);
    await open();
    await press(list(), "ArrowDown");
    expect(active()).toBe("Hangar.wav");
    await press(list(), "End");
    await press(list(), "ArrowUp");
    expect(active()).toBe("Stairwell.wav");
    await press(list(), "Enter");
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Stairwell.wav`);
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    expect(document.activeElement, "the keyboard comes back").toBe(text());
  });

  it("finds what is typed, and with the same letter the next one", async () => {
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    await field("");
    await open();
    for (const letter of "hall 1") await press(list(), letter);
    expect(active()).toBe("Hall 10.wav");
    now.mockReturnValue(5000);
    await press(list(), "p");
    expect(active()).toBe("Plate, bright.wav");
    await press(list(), "p");
    expect(active()).toBe("Plate, dark.wav");
    await press(list(), "p");
    expect(active()).toBe("Plate, bright.wav");
  });

  it("goes into folders and out of them, to where it came from", async () => {
    await field("");
    await open();
    await press(list(), "Home");
    await press(list(), "Enter");
    expect(names()).toEqual(["Long spring.wav", "Short spring.wav"]);
    await press(list(), "ArrowLeft");
    expect(active()).toBe("Springs");
    await press(list(), "Backspace");
    expect([names(), active()]).toEqual([["impulses", "old", "Tape.wav"], "impulses"]);
    await press(list(), "ArrowDown");
    await press(list(), "ArrowRight");
    expect([names(), byRole("dialog").textContent]).toEqual([[], expect.stringContaining("No files that fit")]);
    await doing(() => button("The folder above").click());
    expect(active()).toBe("old");
    await press(list(), "Backspace");
    expect(names()).toEqual(["home", "music"]);
    expect(button("The folder above").disabled).toBe(true);
  });

  it("is operated by clicks too", async () => {
    const { client } = await field("");
    await open();
    await doing(() => byRole("option", "Springs, folder").click());
    await doing(() => byRole("option", "Long spring.wav").click());
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Springs/Long spring.wav`);
    expect(document.querySelector('[role="dialog"]')).toBeNull();
  });

  it("is closed by Escape, and when something else gets the keyboard", async () => {
    const { client } = await field(`${FOLDER}/Hangar.wav`);
    await open();
    await press(list(), "Escape");
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    await open();
    await doing(() => button("Impulse, next file").focus());
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    expect(client.property("impulse")?.value).toBe(`${FOLDER}/Hangar.wav`);
  });

  it("offers the host's own dialogue where there is one", async () => {
    const { editor } = await field("", true);
    await open();
    const other = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Other…");
    await doing(() => other?.click());
    expect(editor.last("browse")).toEqual({ id: "impulse" });
    expect(document.querySelector('[role="dialog"]')).toBeNull();
  });

  it("says why a folder can't be listed", async () => {
    const { client } = await connect(everyHello());
    expect(await client.listFiles("impulse", "/nowhere/at/all")).toEqual({
      folder: "/nowhere/at/all",
      parent: "/nowhere/at",
      entries: [],
      error: "This folder is not there.",
      exists: false,
    });
  });
});
