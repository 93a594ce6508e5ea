import { useLayoutEffect, useRef, useState } from "react";
import { useProperty, type Property } from "../react";
import { Entry } from "./entry";

export interface TextFieldProps {
  /** Of the property. */
  id: string;
}

/** A text property: its name, and what it is. A click or Enter opens it for typing. */
export function TextField({ id }: TextFieldProps) {
  const property = useProperty(id);
  const [open, setOpen] = useState(false);
  return (
    <div className="dyad-field">
      <span className="dyad-field-name">{property.name}</span>
      <Text property={property} empty="Empty" open={open} onOpenChange={setOpen} />
    </div>
  );
}

/** A path property: as a text, and with buttons to choose a file and to choose none. */
export function PathField({ id }: TextFieldProps) {
  const property = useProperty(id);
  const [open, setOpen] = useState(false);
  const browse = async () => {
    // Where the host lets nobody choose, a path can still be typed.
    if (!(await property.browse())) setOpen(true);
  };
  return (
    <div className="dyad-field">
      <span className="dyad-field-name">{property.name}</span>
      <Text property={property} empty="No file" open={open} onOpenChange={setOpen} />
      {property.value !== "" && (
        <button
          type="button"
          className="dyad-field-clear"
          aria-label={`${property.name}, clear`}
          title="Clear"
          onClick={() => void property.setValue("")}
        >
          <svg viewBox="0 0 10 10" aria-hidden>
            <path d="M1 1L9 9M9 1L1 9" />
          </svg>
        </button>
      )}
      <button
        type="button"
        className="dyad-button"
        aria-label={`${property.name}, browse`}
        onClick={() => void browse()}
      >
        Browse
      </button>
    </div>
  );
}

interface TextProps {
  property: Property;
  /** What stands there where there is nothing. */
  empty: string;
  open: boolean;
  onOpenChange(open: boolean): void;
}

function Text({ property, empty, open, onOpenChange }: TextProps) {
  const { name, type, value, maxLength } = property;
  const button = useRef<HTMLButtonElement>(null);
  const [focus, setFocus] = useState(false);
  useLayoutEffect(() => {
    if (focus && !open) button.current?.focus({ preventScroll: true });
  }, [focus, open]);
  if (open) {
    return (
      <Entry
        className="dyad-field-entry"
        initial={value}
        label={name}
        maxLength={maxLength}
        onCommit={property.setValue}
        onClose={(byKey) => {
          setFocus(byKey);
          onOpenChange(false);
        }}
      />
    );
  }
  return (
    <button
      ref={button}
      type="button"
      className="dyad-field-text"
      data-empty={value === ""}
      aria-label={`${name}: ${value === "" ? empty : value}, edit`}
      title={value}
      onClick={() => {
        setFocus(false);
        onOpenChange(true);
      }}
    >
      <Shown text={value === "" ? empty : value} isPath={type === "path" && value !== ""} />
    </button>
  );
}

/** Of a path that is too long, the file's own name is seen. */
function Shown({ text, isPath }: { text: string; isPath: boolean }) {
  const name = isPath ? text.lastIndexOf("/") : -1;
  if (name < 0) return <span>{text}</span>;
  return (
    <>
      <span>{text.slice(0, name)}</span>
      <span className="dyad-field-file">{text.slice(name)}</span>
    </>
  );
}
