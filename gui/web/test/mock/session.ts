/** Presets, A and B, and undo, as far as tests of pages need them: it sets no values. */

import type { PresetInfo, SessionState, Slot } from "../../src/client/protocol";
import { absent, misfit, Refusal } from "./refusal";

const DEFAULT: PresetInfo = {
  id: "default",
  name: "Default",
  category: "",
  group: "",
  comment: "",
  users: false,
  error: null,
};

/** A factory preset. */
export function factoryPreset(name: string, group: string, more: Partial<PresetInfo> = {}): PresetInfo {
  return { ...DEFAULT, id: `factory/${name.toLowerCase()}`, name, category: group, group, ...more };
}

export class MockSession {
  presets: PresetInfo[] = [DEFAULT];
  state: SessionState;
  readonly #tell: (state: SessionState) => void;

  constructor(state: SessionState, tell: (state: SessionState) => void) {
    this.state = state;
    this.#tell = tell;
  }

  /** Makes it what the page is told. */
  become(change: Partial<SessionState>): null {
    this.state = { ...this.state, ...change };
    this.#tell(this.state);
    return null;
  }

  /** The result of a request; undefined where it is about something else. */
  result(method: string, params: Record<string, unknown>): unknown {
    const { undo, redo, slot, preset } = this.state;
    switch (method) {
      case "undo":
        return this.become({ undo: null, redo: undo });
      case "redo":
        return this.become({ undo: redo, redo: null });
      case "selectSlot":
        if (params["slot"] !== "A" && params["slot"] !== "B") throw misfit("slot");
        return this.become({ slot: params["slot"] as Slot, undo: `switch to ${params["slot"]}` });
      case "copySlot":
        return this.become({ undo: `copy of ${slot}` });
      case "getPresets":
        return this.presets;
      case "loadPreset":
        return this.#load(this.#preset(params));
      case "stepPreset": {
        if (!Number.isInteger(params["by"])) throw misfit("by");
        const count = this.presets.length;
        const now = this.presets.findIndex(({ id }) => id === preset);
        return this.#load(this.presets[(now + (params["by"] as number) + count) % count] ?? DEFAULT);
      }
      case "savePreset":
        return this.#save(params);
      case "renamePreset": {
        const old = this.#preset(params);
        return this.#save(params, old);
      }
      case "deletePreset": {
        const gone = this.#users(this.#preset(params));
        this.presets = this.presets.filter(({ id }) => id !== gone.id);
        return this.become({ preset: null, name: "Custom", category: "", changed: false });
      }
    }
    return undefined;
  }

  #preset({ id }: Record<string, unknown>): PresetInfo {
    if (typeof id !== "string") throw misfit("id");
    const found = this.presets.find((preset) => preset.id === id);
    if (!found) throw absent("preset", id);
    return found;
  }

  #users(preset: PresetInfo): PresetInfo {
    if (!preset.users) throw new Refusal(-32003, "Only presets of your own can be changed.");
    return preset;
  }

  #load({ id, name, category, error }: PresetInfo): null {
    if (error !== null) throw new Refusal(-32003, error);
    return this.become({ preset: id, name, category, changed: false, undo: `preset “${name}”` });
  }

  #save(params: Record<string, unknown>, old?: PresetInfo): null {
    const { category, name, overwrite } = params;
    if (typeof category !== "string") throw misfit("category");
    if (typeof name !== "string") throw misfit("name");
    if (typeof overwrite !== "boolean") throw misfit("overwrite");
    if (name.includes("/")) throw new Refusal(-32003, "A preset can't be called that.");
    const id = `user/${category ? `${category}/` : ""}${name}.dyadpreset`;
    if (this.presets.some((preset) => preset.id === id) && !overwrite) {
      throw new Refusal(-32004, `There is already a preset “${name}”.`);
    }
    if (old) this.#users(old);
    const group = category ? `My presets · ${category}` : "My presets";
    this.presets = this.presets.filter((preset) => preset.id !== id && preset.id !== old?.id);
    this.presets.push({ ...DEFAULT, id, name, category, group, users: true });
    return this.become({ preset: id, name, category, changed: false });
  }
}
