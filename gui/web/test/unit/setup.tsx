/** What tests of the client and of components share. */

import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach } from "vitest";
import { createClient, DyadProvider, type Client, type ClientOptions, type Hello } from "../../src";
import { MockEditor } from "../mock/editor";
import { everyHello, gainHello } from "../mock/examples";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

// There is nothing to draw on here; pictures are for the tests in a browser.
HTMLCanvasElement.prototype.getContext = () => null;

const clients: Client[] = [];
const editors: MockEditor[] = [];
const roots: Root[] = [];

afterEach(async () => {
  await act(async () => roots.splice(0).forEach((root) => root.unmount()));
  for (const editor of editors.splice(0)) {
    // Nothing is left without an answer: that would be said of the next test.
    editor.manual = false;
    while (editor.waiting > 0) editor.answer();
  }
  await settle();
  for (const client of clients.splice(0)) client.close();
  document.body.replaceChildren();
  document.documentElement.removeAttribute("data-dyad-keyboard");
});

/** Lets everything run that is due. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

/** A client that has greeted an editor. */
export async function connect(hello: Hello = gainHello(), options?: ClientOptions) {
  const editor = new MockEditor(hello);
  const client = createClient(editor.transport(), options);
  clients.push(client);
  editors.push(editor);
  await settle();
  return { editor, client };
}

/** A page with these components, connected to a plugin that has a parameter of each kind. */
export async function show(content: ReactNode, hello: Hello = everyHello()) {
  const { editor, client } = await connect(hello);
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  roots.push(root);
  await act(async () => root.render(<DyadProvider client={client}>{content}</DyadProvider>));
  return { editor, client, place, root };
}

/** Does something that changes what is shown. */
export async function doing(what: () => unknown): Promise<void> {
  await act(async () => {
    await what();
    await settle();
  });
}

/** The element with this role, or one of them by its label. */
export function byRole(role: string, name?: string): HTMLElement {
  const all = [...document.querySelectorAll<HTMLElement>(`[role="${role}"]`)];
  const found = all.find(
    (element) => name === undefined || element.getAttribute("aria-label") === name || labelOf(element) === name,
  );
  if (!found) throw new Error(`nothing is a ${role}${name ? ` called ${name}` : ""}`);
  return found;
}

function labelOf(element: HTMLElement): string | null | undefined {
  const id = element.getAttribute("aria-labelledby");
  return id ? document.getElementById(id)?.textContent : element.textContent;
}

/** A key of a keyboard. */
export function press(element: Element, key: string, more: KeyboardEventInit = {}): Promise<void> {
  return doing(() => {
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    element.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true, cancelable: true, ...more }));
  });
}

/** Puts a text where one is typed. */
export function type(text: string): Promise<void> {
  return doing(() => {
    const field = document.activeElement as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

export interface At extends MouseEventInit {
  y?: number;
  pointerId?: number;
  pointerType?: string;
}

/** An event of a pointer, of which jsdom has the mouse's part. */
export function pointer(element: Element, type: string, at: At = {}): Promise<void> {
  const { y: clientY = 0, pointerId = 1, pointerType = "mouse", ...more } = at;
  const buttons = type === "pointerdown" || type === "pointermove" ? 1 : 0;
  const event = new MouseEvent(type, { bubbles: true, cancelable: true, clientY, buttons, ...more });
  return doing(() => element.dispatchEvent(Object.assign(event, { pointerId, pointerType })));
}
