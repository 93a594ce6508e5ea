import { useCallback, useMemo, useSyncExternalStore } from "react";
import { ErrorCode, RpcError, type PresetInfo, type SessionState, type Slot } from "../client";
import { useClient } from "./context";

/** How presets, A and B, and undo stand now. */
export function useSession(): SessionState {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => client.onSessionChange(changed), [client]);
  const session = useSyncExternalStore(subscribe, () => client.session);
  if (!session) throw new Error("the editor has not answered yet");
  return session;
}

/** What became of something that can be refused. `exists`: a preset of this name is there, and may be overwritten. */
export type Outcome = { done: true } | { done: false; exists: boolean; why: string };

export interface PresetActions {
  /** Reads the list anew: other editors save presets too. */
  refresh(): Promise<Outcome>;
  load(id: string): Promise<Outcome>;
  /** So many presets further in the list, around its end. */
  step(by: number): Promise<Outcome>;
  save(category: string, name: string, overwrite: boolean): Promise<Outcome>;
  rename(id: string, category: string, name: string, overwrite: boolean): Promise<Outcome>;
  remove(id: string): Promise<Outcome>;
}

export interface Presets extends PresetActions {
  /** All of them as they were last read; empty before the first {@link PresetActions.refresh}. */
  list: readonly PresetInfo[];
  /** The one that is loaded, or was before something was changed; undefined where it is none, or not in the list. */
  current: PresetInfo | undefined;
}

/** The presets of the plugin and its user, and what can be done with them. */
export function usePresets(): Presets {
  const client = useClient();
  const { preset } = useSession();
  const subscribe = useCallback((changed: () => void) => client.onPresets(changed), [client]);
  const list = useSyncExternalStore(subscribe, () => client.presets());
  const actions = useMemo<PresetActions>(
    () => ({
      refresh: () => outcome(client.getPresets()),
      load: (id) => outcome(client.loadPreset(id)),
      step: (by) => outcome(client.stepPreset(by)),
      save: (category, name, overwrite) => outcome(client.savePreset(category, name, overwrite)),
      rename: (id, category, name, overwrite) => outcome(client.renamePreset(id, category, name, overwrite)),
      remove: (id) => outcome(client.deletePreset(id)),
    }),
    [client],
  );
  const current = list.find(({ id }) => id === preset);
  return useMemo(() => ({ list, current, ...actions }), [list, current, actions]);
}

export interface UndoHistory {
  /** What {@link undo} would take back, as people call it; null for nothing. */
  undoName: string | null;
  redoName: string | null;
  undo(): void;
  redo(): void;
}

/** What the user can take back. */
export function useHistory(): UndoHistory {
  const client = useClient();
  const { undo: undoName, redo: redoName } = useSession();
  return useMemo(
    () => ({
      undoName,
      redoName,
      undo: () => void outcome(client.undo()),
      redo: () => void outcome(client.redo()),
    }),
    [client, undoName, redoName],
  );
}

export interface Comparison {
  /** The one of the two that is to be heard. */
  slot: Slot;
  select(slot: Slot): void;
  /** Makes the other one what is so now. */
  copy(): void;
}

/** A and B. */
export function useCompare(): Comparison {
  const client = useClient();
  const { slot } = useSession();
  return useMemo(
    () => ({
      slot,
      select: (slot: Slot) => void outcome(client.selectSlot(slot)),
      copy: () => void outcome(client.copySlot()),
    }),
    [client, slot],
  );
}

function outcome(asked: Promise<unknown>): Promise<Outcome> {
  return asked.then(
    () => ({ done: true }),
    (error: unknown) => ({
      done: false,
      exists: error instanceof RpcError && error.code === ErrorCode.exists,
      why: error instanceof RpcError ? error.message : "The plugin does not answer.",
    }),
  );
}
