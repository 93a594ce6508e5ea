/** Keys that the host got and hands on: events like a keyboard's own, and what a browser would do with them. */

import { isEditable, isFormField } from "./focus";
import { afterTasks } from "./paint";
import type { HostKey } from "./protocol";

/** Gives keys to the page one by one: what a key has opened is there when the next one comes. */
export class Keys {
  readonly #taken: () => void;
  readonly #waiting: HostKey[] = [];
  #running: Promise<void> | undefined;

  /** `taken` is called after each key. */
  constructor(taken: () => void) {
    this.#taken = taken;
  }

  press(key: HostKey): void {
    this.#waiting.push(key);
    this.#running ??= this.#run();
  }

  /** Resolves when all have been given. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let key = this.#waiting.shift(); key; key = this.#waiting.shift()) {
      try {
        dispatchKey(document, key);
      } catch (error) {
        console.error(error);
      }
      this.#taken();
      await afterTasks();
    }
    this.#running = undefined;
  }
}

const FOCUSABLE = "a[href], button, input, select, textarea, [contenteditable], [tabindex]";

/** Gives a key to the element that has the focus. */
function dispatchKey(document: Document, key: HostKey): void {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent(key.down ? "keydown" : "keyup", {
    key: key.key,
    shiftKey: key.shift,
    ctrlKey: key.ctrl,
    altKey: key.alt,
    bubbles: true,
    cancelable: true,
  });
  const goesOn = target.dispatchEvent(event);
  if (!goesOn || !key.down || key.alt) return;
  if (key.key === "Tab") moveFocus(document, key.shift ? -1 : 1);
  else if (isFormField(target)) edit(target, key);
  else if (isEditable(target)) editRich(document, key);
  else if (key.key === "Enter" || key.key === " ") {
    if (target instanceof HTMLButtonElement) target.click();
  }
}

/** What a key does in a text field. */
function edit(field: HTMLInputElement | HTMLTextAreaElement, key: HostKey): void {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  const length = field.value.length;
  const put = (text: string, from: number, to: number) => {
    if (field.readOnly) return;
    const room = field.maxLength < 0 ? text.length : field.maxLength - (length - (to - from));
    const fitting = text.slice(0, Math.max(0, room));
    if (fitting === "" && from === to) return;
    field.setRangeText(fitting, from, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: fitting }));
  };
  const go = (to: number) => {
    const place = Math.min(length, Math.max(0, to));
    if (!key.shift) return field.setSelectionRange(place, place);
    const anchor = field.selectionDirection === "backward" ? end : start;
    field.setSelectionRange(Math.min(anchor, place), Math.max(anchor, place), place < anchor ? "backward" : "forward");
  };
  const caret = key.shift ? (field.selectionDirection === "backward" ? start : end) : undefined;
  const before = (at: number) => at - lengthBefore(field.value, at);
  const after = (at: number) => at + lengthAfter(field.value, at);
  if (key.ctrl) {
    if (key.key.toLowerCase() === "a") field.select();
    return;
  }
  switch (key.key) {
    case "Backspace":
      return put("", start === end ? before(start) : start, end);
    case "Delete":
      return put("", start, start === end ? after(end) : end);
    case "ArrowLeft":
      return go(caret !== undefined ? before(caret) : start === end ? before(start) : start);
    case "ArrowRight":
      return go(caret !== undefined ? after(caret) : start === end ? after(end) : end);
    case "Home":
      return go(0);
    case "End":
      return go(length);
  }
  if (key.key === "Enter") {
    if (field instanceof HTMLTextAreaElement) put("\n", start, end);
  } else if (key.text !== null && key.key !== "Escape") put(key.text, start, end);
}

/** What a key does in a text that is no field: the browser's own commands know its elements. */
function editRich(document: Document, key: HostKey): void {
  const go = (direction: "backward" | "forward", by: "character" | "line" | "lineboundary") =>
    document.getSelection()?.modify(key.shift ? "extend" : "move", direction, by);
  if (key.ctrl) {
    if (key.key.toLowerCase() === "a") document.execCommand("selectAll");
    return;
  }
  switch (key.key) {
    case "Backspace":
      return void document.execCommand("delete");
    case "Delete":
      return void document.execCommand("forwardDelete");
    case "Enter":
      return void document.execCommand(key.shift ? "insertLineBreak" : "insertParagraph");
    case "ArrowLeft":
      return go("backward", "character");
    case "ArrowRight":
      return go("forward", "character");
    case "ArrowUp":
      return go("backward", "line");
    case "ArrowDown":
      return go("forward", "line");
    case "Home":
      return go("backward", "lineboundary");
    case "End":
      return go("forward", "lineboundary");
  }
  if (key.text !== null && key.key !== "Escape") document.execCommand("insertText", false, key.text);
}

/** Code units of the character that ends here. */
function lengthBefore(text: string, at: number): number {
  return [...text.slice(0, at)].at(-1)?.length ?? 0;
}

/** Code units of the character that begins here. */
function lengthAfter(text: string, at: number): number {
  return [...text.slice(at)][0]?.length ?? 0;
}

/** Whether Tab stops there; of what is editable, browsers don't say so. */
function isReached(element: HTMLElement): boolean {
  return element.hasAttribute("tabindex") || !isEditable(element) ? element.tabIndex >= 0 : true;
}

/** To the next element that Tab reaches, around the end. */
function moveFocus(document: Document, by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => isReached(element) && !element.matches(":disabled") && !element.closest("[inert], [hidden]"),
  );
  if (all.length === 0) return;
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  all[next]?.focus();
}
