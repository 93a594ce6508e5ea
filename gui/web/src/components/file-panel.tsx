import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from "react";
import type { FileEntry, Listing } from "../client";
import { currentZoom, useClient, type Property } from "../react";

export interface FilePanelProps {
  property: Property;
  /** The element that it opens below or above. */
  beside: RefObject<HTMLElement | null>;
  /** It is to be closed; `byKey` says that the keyboard goes back to where it came from. */
  onClose(byKey: boolean): void;
}

/** A list of folders and of the files that fit, opened at the file that there is now. */
export function FilePanel({ property, beside, onClose }: FilePanelProps) {
  const client = useClient();
  const { id, name, value, setValue } = property;
  const base = useId();
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { listing, active, setActive, go } = useListing(id, value);
  const find = useTypeAhead(listing?.entries ?? []);
  usePlace(panel, beside);
  useLayoutEffect(() => list.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => showItem(list.current, active), [listing, active]);

  const entries = listing?.entries ?? [];
  const choose = (entry: FileEntry | undefined, byKey: boolean) => {
    if (!entry) return;
    if (entry.isFolder) return go(entry.path);
    void setValue(entry.path);
    onClose(byKey);
  };
  const up = () => listing?.parent != null && go(listing.parent, listing.folder);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    const { key, altKey } = event;
    const to = moved(key, active, entries.length);
    if (key === "Backspace" || key === "ArrowLeft" || (altKey && key === "ArrowUp")) up();
    else if (altKey) return;
    else if (to !== undefined) setActive(to);
    else if (key === "Enter" || (key === "ArrowRight" && entries[active]?.isFolder)) choose(entries[active], true);
    else if (key.length === 1) {
      const found = find(key, active);
      if (found !== undefined) setActive(found);
    } else return;
    event.preventDefault();
  };
  return (
    <div
      ref={panel}
      className="dyad-file-panel"
      role="dialog"
      aria-label={`${name}, choose a file`}
      onBlur={(event) => {
        const { currentTarget, relatedTarget } = event;
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) onClose(false);
      }}
      onPointerDown={(event) => {
        // What is no control takes no focus from the list.
        if (!(event.target as Element).closest("button")) event.preventDefault();
      }}
      onMouseDown={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose(true);
      }}
    >
      <div className="dyad-file-head">
        <button
          type="button"
          className="dyad-icon-button"
          aria-label="The folder above"
          title="The folder above"
          disabled={listing?.parent == null}
          onClick={() => {
            up();
            list.current?.focus({ preventScroll: true });
          }}
        >
          <svg viewBox="0 0 10 10" aria-hidden>
            <path d="M1 5L5 1L9 5M5 1V9" />
          </svg>
        </button>
        {/* Of a path that is too long, its end is seen. */}
        <span id={`${base}folder`} className="dyad-file-folder" title={listing?.folder}>
          <bdi>{listing?.folder ?? ""}</bdi>
        </span>
        {client.hello?.host.browse && (
          <button
            type="button"
            className="dyad-button"
            title="Choose with the host's own dialogue"
            onClick={() => {
              onClose(false);
              void property.browse();
            }}
          >
            Other…
          </button>
        )}
      </div>
      <ul
        ref={list}
        className="dyad-file-list"
        role="listbox"
        tabIndex={0}
        aria-labelledby={`${base}folder`}
        aria-activedescendant={entries[active] ? `${base}${active}` : undefined}
        aria-busy={listing === undefined}
        onKeyDown={onKeyDown}
      >
        {entries.map((entry, index) => (
          <li
            key={entry.path}
            id={`${base}${index}`}
            role="option"
            aria-selected={entry.path === value}
            aria-label={entry.isFolder ? `${entry.name}, folder` : entry.name}
            data-active={index === active}
            data-folder={entry.isFolder}
            onPointerMove={() => index !== active && setActive(index)}
            onClick={() => choose(entry, false)}
          >
            <svg viewBox="0 0 14 12" aria-hidden>
              <path d={entry.isFolder ? "M1 2.5V10.5H13V3.5H7L5.5 1.5H1Z" : "M2 6H3M5 3V9M7.5 1V11M10 4V8M12 6H12.5"} />
            </svg>
            <span>{entry.name}</span>
          </li>
        ))}
      </ul>
      <p className="dyad-file-note" role="status">
        {listing && (listing.error ?? (entries.length === 0 ? "No files that fit" : ""))}
      </p>
    </div>
  );
}

/** The folder that is shown, and the entry that the keyboard is at. */
function useListing(id: string, value: string) {
  const client = useClient();
  const [listing, setListing] = useState<Listing>();
  const [active, setActive] = useState(0);
  const asked = useRef(0);
  const go = useCallback(
    (folder: string, from?: string) => {
      const turn = ++asked.current;
      client.listFiles(id, folder).then(
        (next) => {
          // Of quick steps the last one counts.
          if (asked.current !== turn) return;
          setListing(next);
          setActive(Math.max(0, from === undefined ? 0 : next.entries.findIndex((entry) => entry.path === from)));
        },
        () => undefined,
      );
    },
    [client, id],
  );
  const [opened] = useState(value);
  useEffect(() => {
    go("", opened);
    return () => void asked.current++;
  }, [go, opened]);
  return { listing, active, setActive, go };
}

/** Milliseconds after which a letter begins another word. */
const PAUSE = 800;

/** Finds the entry that begins with what is being typed; the same letter again goes to the next one. */
function useTypeAhead(entries: readonly FileEntry[]) {
  const typed = useRef({ text: "", at: -Infinity });
  return (letter: string, active: number): number | undefined => {
    const now = performance.now();
    const { text, at } = typed.current;
    const goesOn = now - at < PAUSE && text !== letter;
    const word = (goesOn ? text + letter : letter).toLowerCase();
    typed.current = { text: word, at: now };
    if (word.trim() === "") return undefined;
    const from = goesOn ? active : active + 1;
    for (let n = 0; n < entries.length; n++) {
      const index = (from + n) % entries.length;
      if (entries[index]?.name.toLowerCase().startsWith(word)) return index;
    }
    return undefined;
  };
}

/** Where a key brings the mark; undefined for a key that moves nothing. */
function moved(key: string, active: number, count: number): number | undefined {
  const inside = (to: number) => Math.max(0, Math.min(count - 1, to));
  switch (key) {
    case "ArrowDown":
      return inside(active + 1);
    case "ArrowUp":
      return inside(active - 1);
    case "PageDown":
      return inside(active + 8);
    case "PageUp":
      return inside(active - 8);
    case "Home":
      return 0;
    case "End":
      return inside(count - 1);
    default:
      return undefined;
  }
}

/** Logical pixels between the panel, its field, and the window's edge; and the largest panel. */
const GAP = 4;
const LARGEST = { width: 420, height: 320 };

/** Puts the panel below its field, or above where there is more room, within the window. */
function usePlace(panel: RefObject<HTMLElement | null>, beside: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const place = () => {
      const box = beside.current?.getBoundingClientRect();
      const style = panel.current?.style;
      if (!box || !style) return;
      const [gap, zoom] = [GAP * currentZoom(), currentZoom()];
      const width = Math.min(Math.max(box.width, LARGEST.width * zoom), innerWidth - 2 * gap);
      const [below, above] = [innerHeight - box.bottom - 2 * gap, box.top - 2 * gap];
      const up = below < Math.min(LARGEST.height * zoom, above);
      const height = Math.min(LARGEST.height * zoom, up ? above : below);
      style.setProperty("width", `${width}px`);
      style.setProperty("height", `${height}px`);
      style.setProperty("left", `${Math.max(gap, Math.min(box.left, innerWidth - gap - width))}px`);
      style.setProperty("top", `${up ? box.top - gap - height : box.bottom + gap}px`);
    };
    place();
    window.addEventListener("resize", place);
    return () => window.removeEventListener("resize", place);
  }, [panel, beside]);
}

/** Scrolls a list so that an item is seen. Not by the browser's own way: that moves the page too. */
function showItem(list: HTMLElement | null, index: number): void {
  const item = list?.children[index];
  if (!list || !(item instanceof HTMLElement)) return;
  const padding = (list.firstElementChild as HTMLElement).offsetTop;
  const [top, bottom] = [item.offsetTop - padding, item.offsetTop + item.offsetHeight + padding];
  list.scrollTop = Math.min(top, Math.max(list.scrollTop, bottom - list.clientHeight));
}
