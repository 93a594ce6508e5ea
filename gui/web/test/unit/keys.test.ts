import { describe, expect, it } from "vitest";
import type { HostKey } from "../../src/client";
import { afterTasks } from "../../src/client/paint";
import type { MockEditor } from "../mock/editor";
import { connect, settle } from "./setup";

function add<K extends keyof HTMLElementTagNameMap>(tag: K, more: object = {}): HTMLElementTagNameMap[K] {
  return document.body.appendChild(Object.assign(document.createElement(tag), more));
}

async function key(editor: MockEditor, name: string, more: Partial<HostKey> = {}): Promise<void> {
  const text = name.length === 1 ? name : null;
  editor.notify("key", { key: name, text, down: true, shift: false, ctrl: false, alt: false, ...more });
  await afterTasks();
  await settle();
}

describe("keys that the host hands on", () => {
  it("arrive where the focus is, down and up, with what is held beside them", async () => {
    const { editor } = await connect();
    const knob = add("div", { tabIndex: 0 });
    const heard: unknown[] = [];
    for (const type of ["keydown", "keyup"] as const) {
      knob.addEventListener(type, (event) =>
        heard.push([type, event.key, event.shiftKey, event.ctrlKey, event.altKey]),
      );
    }
    knob.focus();
    await key(editor, "ArrowUp", { shift: true });
    await key(editor, "ArrowUp", { down: false, ctrl: true });
    expect(heard).toEqual([
      ["keydown", "ArrowUp", true, false, false],
      ["keyup", "ArrowUp", false, true, false],
    ]);
  });

  it("write in a text field, which hears of it", async () => {
    const { editor } = await connect();
    const field = add("input", { value: "ab", maxLength: 4 });
    let inputs = 0;
    field.addEventListener("input", () => inputs++);
    field.focus();
    field.setSelectionRange(1, 1);
    await key(editor, "−");
    await key(editor, "6");
    await key(editor, "7"); // There is no room.
    await key(editor, "7", { down: false, text: "7" });
    expect(field.value).toBe("a−6b");
    expect(inputs).toBe(2);
  });

  it("edit in a text field", async () => {
    const { editor } = await connect();
    const field = add("input", { value: "a😀c" });
    field.focus();
    await key(editor, "End");
    await key(editor, "ArrowLeft");
    await key(editor, "Backspace");
    expect(field.value).toBe("ac");
    await key(editor, "Home");
    await key(editor, "Delete");
    expect(field.value).toBe("c");
    await key(editor, "a", { ctrl: true, text: null });
    await key(editor, "x");
    expect(field.value).toBe("x");
    await key(editor, "ArrowLeft", { shift: true });
    await key(editor, "y");
    expect(field.value).toBe("y");
  });

  it("write nothing where the page takes them itself", async () => {
    const { editor } = await connect();
    const field = add("input");
    field.addEventListener("keydown", (event) => event.preventDefault());
    field.focus();
    await key(editor, "a");
    expect(field.value).toBe("");
  });

  it("leave a field that is only read as it is, and begin a line where there are more", async () => {
    const { editor } = await connect();
    const read = add("input", { value: "ab", readOnly: true });
    read.focus();
    await key(editor, "x");
    await key(editor, "Backspace");
    expect(read.value).toBe("ab");
    const lines = add("textarea", { value: "ab" });
    lines.focus();
    lines.setSelectionRange(1, 1);
    await key(editor, "Enter");
    expect(lines.value).toBe("a\nb");
  });

  it("press buttons, and go from one control to the next and around", async () => {
    const { editor } = await connect();
    const first = add("button");
    add("button", { disabled: true });
    add("button", { tabIndex: -1 });
    const last = add("div", { tabIndex: 0 });
    let clicks = 0;
    first.addEventListener("click", () => clicks++);
    await key(editor, "Tab");
    expect(document.activeElement).toBe(first);
    await key(editor, "Enter");
    await key(editor, " ");
    expect(clicks).toBe(2);
    await key(editor, "Tab");
    expect(document.activeElement).toBe(last);
    await key(editor, "Tab");
    expect(document.activeElement).toBe(first);
    await key(editor, "Tab", { shift: true });
    expect(document.activeElement).toBe(last);
  });
});

describe("which keys the page wants", () => {
  it("is said when it changes, and not while the focus goes from one control to another", async () => {
    const { editor } = await connect();
    const [knob, other, field] = [add("div", { tabIndex: 0 }), add("button"), add("input")];
    const said = () => editor.told.filter(({ method }) => method === "keyboard").map(({ params }) => params);
    knob.focus();
    await settle();
    other.focus();
    await settle();
    expect(said()).toEqual([{ typing: false, operating: true }]);
    field.focus();
    await settle();
    field.blur();
    await settle();
    expect(said().slice(1)).toEqual([
      { typing: true, operating: true },
      { typing: false, operating: false },
    ]);
  });
});
