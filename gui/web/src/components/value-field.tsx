import { useLayoutEffect, useRef, useState } from "react";
import { useClient, useParameter } from "../react";
import { Entry } from "./entry";

/** Characters that a typed value may have. */
const LENGTH = 64;

export interface ValueFieldProps {
  /** Of the parameter. */
  id: string;
  /** Whether Tab reaches it; not where a control beside it opens it with Enter. */
  tabbable?: boolean;
  /** Where somebody else says whether it is open for typing. */
  open?: boolean;
  onOpenChange?(open: boolean, byKey: boolean): void;
}

/** A parameter's value with its unit. A click opens it for typing. */
export function ValueField({ id, tabbable = true, open, onOpenChange }: ValueFieldProps) {
  const client = useClient();
  const parameter = useParameter(id);
  const button = useRef<HTMLButtonElement>(null);
  const [own, setOwn] = useState(false);
  const [focus, setFocus] = useState(false);
  const typing = open ?? own;

  const change = (next: boolean, byKey: boolean) => {
    setOwn(next);
    setFocus(!next && byKey && tabbable);
    onOpenChange?.(next, byKey);
  };
  useLayoutEffect(() => {
    if (focus && !typing) button.current?.focus({ preventScroll: true });
  }, [focus, typing]);

  if (typing) {
    return (
      <span className="dyad-value">
        <Entry
          initial={parameter.text}
          label={`${parameter.name}, value`}
          maxLength={LENGTH}
          onCommit={parameter.setText}
          onClose={(byKey) => change(false, byKey)}
        />
      </span>
    );
  }
  return (
    <span className="dyad-value">
      <button
        ref={button}
        type="button"
        className="dyad-value-text"
        tabIndex={tabbable ? 0 : -1}
        aria-label={`${parameter.name} ${parameter.text}, edit`}
        onClick={() => change(true, false)}
        onContextMenu={(event) => {
          event.preventDefault();
          client.menu(id, event.clientX, event.clientY).catch(() => undefined);
        }}
      >
        {parameter.text}
      </button>
    </span>
  );
}
