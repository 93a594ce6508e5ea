import { isTextField } from "./focus";
import { Listeners } from "./listeners";
import type { PresetInfo, SessionState } from "./protocol";

/** What the page knows of presets, A and B, and undo, to be read at once. */
export class SessionView {
  readonly #changed = new Listeners<SessionState>();
  readonly #listed = new Listeners<readonly PresetInfo[]>();
  #state: SessionState | undefined;
  #presets: readonly PresetInfo[] = [];

  get state(): SessionState | undefined {
    return this.#state;
  }

  get presets(): readonly PresetInfo[] {
    return this.#presets;
  }

  update(state: SessionState): void {
    this.#state = state;
    this.#changed.emit(state);
  }

  list(presets: readonly PresetInfo[]): void {
    this.#presets = presets;
    this.#listed.emit(presets);
  }

  onChange(listener: (state: SessionState) => void): () => void {
    return this.#changed.add(listener);
  }

  onList(listener: (presets: readonly PresetInfo[]) => void): () => void {
    return this.#listed.add(listener);
  }
}

/**
 * Takes the keys that undo and redo, wherever in the page the focus is. A text that is being typed has an undo of its
 * own. Returns what ends that.
 */
export function watchUndo(document: Document, run: (what: "undo" | "redo") => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || !event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTextField(document.activeElement)) return;
    const key = event.key.toLowerCase();
    const what = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" && !event.shiftKey ? "redo" : undefined;
    if (!what) return;
    event.preventDefault();
    run(what);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
