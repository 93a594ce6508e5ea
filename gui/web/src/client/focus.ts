/** Which keys the page wants, and whether the keyboard was used last. */

/** Types of inputs that a text is not typed into. */
const NO_TEXT = new Set(["button", "checkbox", "radio", "range", "reset", "submit", "color", "file", "image"]);

/** Whether this is a form's field that a text is typed into. */
export function isFormField(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !NO_TEXT.has(element.type);
}

/** Whether this is no form's field, and still a text is typed into it: `contenteditable`. */
export function isEditable(element: Element | null): element is HTMLElement {
  return element instanceof HTMLElement && element.isContentEditable === true;
}

/** Of an element for which all keys are: one that plays notes with them, say. */
const TYPING_ATTRIBUTE = "data-dyad-typing";

/** Whether a text is typed into this element. */
export function isTextField(element: Element | null): element is HTMLElement {
  return isFormField(element) || isEditable(element);
}

export interface KeyboardUse {
  /** A text is being typed. */
  typing: boolean;
  /** A control has the focus; a text field is one. */
  operating: boolean;
}

function use(document: Document): KeyboardUse {
  const active = document.activeElement;
  const operating = active !== null && active !== document.body && active !== document.documentElement;
  return { typing: isTextField(active) || active?.hasAttribute(TYPING_ATTRIBUTE) === true, operating };
}

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);

/** The attribute of the root element while the keyboard was used last: focus rings are shown only then. */
export const KEYBOARD_ATTRIBUTE = "data-dyad-keyboard";

/**
 * Says which keys the page wants whenever that changes. `check` looks again, for changes that no event tells of.
 */
export function watchFocus(document: Document, send: (use: KeyboardUse) => void) {
  let last: KeyboardUse = { typing: false, operating: false };
  const check = () => {
    const now = use(document);
    if (now.typing === last.typing && now.operating === last.operating) return;
    last = now;
    send(now);
  };
  // While the focus goes from one element to the next, nothing has it: that is not worth a message.
  const soon = () => queueMicrotask(check);
  const root = document.documentElement;
  const onKey = (event: KeyboardEvent) => {
    if (!MODIFIERS.has(event.key)) root.setAttribute(KEYBOARD_ATTRIBUTE, "");
  };
  const onPointer = () => root.removeAttribute(KEYBOARD_ATTRIBUTE);
  const events = ["focusin", "focusout", "pointerup", "keyup"] as const;
  for (const name of events) document.addEventListener(name, soon);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPointer, true);
  return {
    check,
    stop() {
      for (const name of events) document.removeEventListener(name, soon);
      document.removeEventListener("keydown", onKey, true);
      document.removeEventListener("pointerdown", onPointer, true);
    },
  };
}
