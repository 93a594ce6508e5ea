/** Folders for tests: the mock editor's file system. */

import type { FileEntry, Listing } from "../../src/client/protocol";

/** Folders end with a slash. What is in each, in the order in which it is listed. */
const TREE: Record<string, readonly string[]> = {
  "/": ["home/", "music/"],
  "/home": [],
  "/music": ["impulses/", "old/", "Tape.wav"],
  "/music/impulses": [
    "Springs/",
    "Ambience.wav",
    "Cathedral.wav",
    "Chamber, wooden floor, microphones far away from the source.wav",
    "Hall 2.wav",
    "Hall 10.wav",
    "Hangar.wav",
    "Plate, bright.wav",
    "Plate, dark.wav",
    "Room.wav",
    "Stairwell.wav",
    "Tunnel.wav",
  ],
  "/music/impulses/Springs": ["Long spring.wav", "Short spring.wav"],
  "/music/old": [],
};

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/";

/** Files that are there, but are not listed: hidden, or with an extension that the property does not name. */
const UNLISTED: readonly string[] = ["/music/impulses/.hidden.wav", "/music/impulses/Long hall.wave"];

/** What is in a folder, where the property's present file is this one. */
export function listing(folder: string, present: string): Listing {
  const entries = entriesOf(folder);
  const error = TREE[folder] ? null : "This folder is not there.";
  const exists = UNLISTED.includes(present) || entriesOf(parentOf(present)).some(({ path }) => path === present);
  return { folder, parent: folder === "/" ? null : parentOf(folder), entries, error, exists };
}

function entriesOf(folder: string): FileEntry[] {
  return (TREE[folder] ?? []).map((name): FileEntry => {
    const plain = name.replace(/\/$/, "");
    return { name: plain, path: `${folder === "/" ? "" : folder}/${plain}`, isFolder: plain !== name };
  });
}

/** The folder in which to look for another file than this one. */
export function folderOf(file: string): string {
  let folder = file === "" ? "/music/impulses" : parentOf(file);
  while (!TREE[folder]) folder = parentOf(folder);
  return folder;
}

/** The next file of the same folder, or the one before; undefined where there is no other. */
export function neighbour(file: string, forwards: boolean): string | undefined {
  if (file === "") return undefined;
  const files = entriesOf(parentOf(file)).filter((entry) => !entry.isFolder);
  const at = files.findIndex((entry) => entry.path === file);
  const next = files.at((at + (forwards ? 1 : -1)) % files.length)?.path;
  return next === file ? undefined : next;
}
