import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { Listing } from "../client";
import { useClient, useProperty } from "../react";
import { FilePanel } from "./file-panel";

export interface FileFieldProps {
  /** Of the property, a path. */
  id: string;
  /** What stands there where there is no file. */
  empty?: string;
  /** Without the property's name before it. */
  nameless?: boolean;
}

/**
 * The file that a path property is: its name, the one before and after it in its folder, a panel to choose another
 * one, and none. Says where the file is not there any more.
 */
export function FileField({ id, empty = "No file", nameless = false }: FileFieldProps) {
  const client = useClient();
  const property = useProperty(id);
  const { name, value } = property;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLDivElement>(null);
  const folder = useFolderOf(id, value);
  const missing = value !== "" && folder !== undefined && folder.error === null && !holds(folder, value);
  const others = folder?.entries.some((entry) => !entry.isFolder && entry.path !== value) ?? false;
  const step = (forwards: boolean) => void client.stepFile(id, forwards).catch(() => undefined);
  const close = useCallback((byKey: boolean) => {
    setOpen(false);
    if (byKey) button.current?.focus({ preventScroll: true });
  }, []);
  const shown = value === "" ? empty : fileName(value);
  return (
    <div ref={field} className="dyad-file" data-open={open}>
      {!nameless && <span className="dyad-field-name">{name}</span>}
      <div className="dyad-file-box" data-missing={missing} data-empty={value === ""}>
        <IconButton
          label={`${name}, file before`}
          title="File before"
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
          aria-label={`${name}: ${shown}${missing ? ", file not found" : ""}, browse`}
          title={value}
          // It would take the keyboard from the panel, whose loss closes it.
          onPointerDown={(event) => open && event.preventDefault()}
          onClick={() => setOpen(!open)}
        >
          <span>{shown}</span>
          {missing && <em>File not found</em>}
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

/** What is in the folder of the file, asked for where it is not known yet; undefined before the answer. */
function useFolderOf(id: string, value: string): Listing | undefined {
  const client = useClient();
  const [folder, setFolder] = useState<Listing>();
  const known = useRef<Listing>(undefined);
  useEffect(() => {
    if (known.current && holds(known.current, value)) return;
    let wanted = true;
    client.listFiles(id).then(
      (listing) => {
        if (!wanted) return;
        known.current = value === "" ? undefined : listing;
        setFolder(known.current);
      },
      () => undefined,
    );
    return () => void (wanted = false);
  }, [client, id, value]);
  return folder;
}

const holds = (folder: Listing, path: string) => folder.entries.some((entry) => !entry.isFolder && entry.path === path);

/** How a person calls a file. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}
