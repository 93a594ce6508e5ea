import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { Listing } from "../client";
import { useClient, useProperty } from "../react";
import { FilePanel } from "./file-panel";

export interface FileFieldProps {
  /** Of the property, a path. */
  id: string;
  /** What stands there where there is no file. */
  empty?: string;
  /** With the property's name before it. */
  named?: boolean;
}

/**
 * The file that a path property is: its name, the one before and after it in its folder, a panel to choose another
 * one, and none. Says where the file is not there any more. With the keyboard on its name, Enter chooses, arrows go to
 * the neighbours, Delete clears.
 */
export function FileField({ id, empty = "No file", named = false }: FileFieldProps) {
  const client = useClient();
  const property = useProperty(id);
  const { name, value } = property;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLDivElement>(null);
  const { folder, missing, look } = useFolderOf(id, value);
  const others = folder?.entries.some((entry) => !entry.isFolder && entry.path !== value) ?? false;
  const step = (forwards: boolean) => void client.stepFile(id, forwards).catch(() => undefined);
  const close = useCallback((byKey: boolean) => {
    setOpen(false);
    if (byKey) button.current?.focus({ preventScroll: true });
  }, []);
  const shown = value === "" ? empty : fileName(value);
  return (
    // One that is missing may be there again.
    <div ref={field} className="dyad-file" data-open={open} onPointerEnter={missing ? look : undefined}>
      {named && <span className="dyad-field-name">{name}</span>}
      <div className="dyad-file-box" data-missing={missing} data-empty={value === ""}>
        <IconButton
          label={`${name}, previous file`}
          title="Previous file"
          path="M6 1L2 5L6 9"
          disabled={!others}
          onClick={() => step(false)}
        />
        <button
          ref={button}
          type="button"
          className="dyad-file-text"
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label={`${name}: ${shown}${missing ? ", not found" : ""}, browse`}
          title={value}
          // It would take the keyboard from the panel, whose loss closes it.
          onPointerDown={(event) => open && event.preventDefault()}
          onClick={() => setOpen(!open)}
          onKeyDown={(event) => {
            if (open || event.ctrlKey || event.altKey || event.metaKey) return;
            if (/^Arrow(Left|Up)$/.test(event.key)) step(false);
            else if (/^Arrow(Right|Down)$/.test(event.key)) step(true);
            else if (event.key === "Delete" || event.key === "Backspace") void property.setValue("");
            else return;
            event.preventDefault();
          }}
        >
          <span>{shown}</span>
          {missing && <em>not found</em>}
        </button>
        {value !== "" && (
          <IconButton
            label={`${name}, clear`}
            title="Clear"
            path="M1.5 1.5L8.5 8.5M8.5 1.5L1.5 8.5"
            onClick={() => void property.setValue("")}
          />
        )}
        <IconButton
          label={`${name}, next file`}
          title="Next file"
          path="M4 1L8 5L4 9"
          disabled={!others}
          onClick={() => step(true)}
        />
      </div>
      <button
        type="button"
        className="dyad-button"
        aria-label={`${name}, browse`}
        onPointerDown={(event) => open && event.preventDefault()}
        onClick={() => setOpen(!open)}
      >
        Browse
      </button>
      {open && <FilePanel property={property} beside={field} onClose={close} />}
    </div>
  );
}

interface IconButtonProps {
  label: string;
  title: string;
  /** In a square of ten logical pixels. */
  path: string;
  disabled?: boolean;
  onClick(): void;
  children?: ReactNode;
}

function IconButton({ label, title, path, disabled = false, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="dyad-icon-button"
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      <svg viewBox="0 0 10 10" aria-hidden>
        <path d={path} />
      </svg>
    </button>
  );
}

/**
 * What is in the folder of the file, asked for where it is not known yet; undefined before the answer. And whether the
 * file is known to be missing.
 */
function useFolderOf(id: string, value: string) {
  const client = useClient();
  const [folder, setFolder] = useState<Listing>();
  /** The file that the last answer was about, where it is not there. */
  const [absent, setAbsent] = useState("");
  const known = useRef<Listing>(undefined);
  const asked = useRef(0);
  const look = useCallback(() => {
    if (known.current && holds(known.current, value)) return;
    const turn = ++asked.current;
    client.listFiles(id).then(
      (listing) => {
        if (asked.current !== turn) return;
        known.current = value === "" ? undefined : listing;
        setFolder(known.current);
        setAbsent(listing.exists ? "" : value);
      },
      () => undefined,
    );
  }, [client, id, value]);
  useEffect(() => {
    look();
    return () => void asked.current++;
  }, [look]);
  const missing = value !== "" && absent === value && !(folder && holds(folder, value));
  return { folder, missing, look };
}

const holds = (folder: Listing, path: string) => folder.entries.some((entry) => !entry.isFolder && entry.path === path);

/** How a person calls a file. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}
