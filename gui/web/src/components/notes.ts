/** Notes that a component plays: each ends, whatever happens. */

import { useEffect, useMemo } from "react";
import { useClient } from "../react";

/** What plays a key: a key of the computer's by its name, or the pointer. */
export type Player = string;

export interface Notes {
  /** This one plays `key` now, in the place of what it played before. */
  play(by: Player, key: number, velocity: number): void;
  release(by: Player): void;
  /** Ends the notes of all, or of those that `which` chooses. */
  releaseAll(which?: (by: Player) => boolean): void;
  /** The key that this one plays. */
  of(by: Player): number | undefined;
}

/** `onHeld` is called with the keys that are held, whenever they are others. */
export function useNotes(onHeld: (keys: ReadonlySet<number>) => void): Notes {
  const client = useClient();
  const notes = useMemo(() => {
    const players = new Map<Player, number>();
    const quietly = (done: Promise<unknown>) => void done.catch(() => undefined);
    const end = (by: Player) => {
      const key = players.get(by);
      players.delete(by);
      // Two may hold the same one.
      if (key !== undefined && ![...players.values()].includes(key)) quietly(client.noteOff(key));
    };
    const changed = () => onHeld(new Set(players.values()));
    return {
      play(by, key, velocity) {
        if (players.get(by) === key) return;
        end(by);
        players.set(by, key);
        quietly(client.noteOn(key, velocity));
        changed();
      },
      release(by) {
        end(by);
        changed();
      },
      releaseAll(which = () => true) {
        [...players.keys()].filter(which).forEach(end);
        changed();
      },
      of: (by) => players.get(by),
    } satisfies Notes;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- it only sets a state
  }, [client]);
  useEffect(() => {
    const end = () => notes.releaseAll();
    const hidden = () => document.hidden && end();
    document.addEventListener("visibilitychange", hidden);
    window.addEventListener("blur", end);
    window.addEventListener("pagehide", end);
    const stops = [client.onClosing(end), client.onStatus(end)];
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      window.removeEventListener("blur", end);
      window.removeEventListener("pagehide", end);
      stops.forEach((stop) => stop());
      end();
    };
  }, [client, notes]);
  return notes;
}
