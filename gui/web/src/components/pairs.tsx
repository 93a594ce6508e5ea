import { useRef, type KeyboardEvent, type MouseEvent } from "react";
import { useCompare, useHistory } from "../react";

/** The keyboard stays where it is: a press by the pointer is no turn to a button. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

/** A and B. */
export function CompareSwitch() {
  const { slot, select } = useCompare();
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const other = slot === "A" ? "B" : "A";
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    select(other);
    group.current?.querySelectorAll("button")[other === "A" ? 0 : 1]?.focus({ preventScroll: true });
  };
  return (
    <div
      ref={group}
      className="dyad-pair"
      role="radiogroup"
      aria-label="Compare"
      onMouseDown={keepFocus}
      onKeyDown={onKeyDown}
    >
      {(["A", "B"] as const).map((each) => (
        <button
          key={each}
          type="button"
          role="radio"
          tabIndex={each === slot ? 0 : -1}
          aria-checked={each === slot}
          title={each === slot ? `${each} is to be heard` : `Switch to ${each}`}
          onClick={() => each !== slot && select(each)}
        >
          {each}
        </button>
      ))}
    </div>
  );
}

/** Undo and redo. */
export function UndoButtons() {
  const { undoName, redoName, undo, redo } = useHistory();
  return (
    <div className="dyad-pair" role="group" aria-label="History" onMouseDown={keepFocus}>
      <Turn label="Undo" what={undoName} onClick={undo} />
      <Turn label="Redo" what={redoName} onClick={redo} />
    </div>
  );
}

interface TurnProps {
  label: "Undo" | "Redo";
  /** What there is to undo. */
  what: string | null;
  onClick(): void;
}

function Turn({ label, what, onClick }: TurnProps) {
  return (
    <button
      type="button"
      aria-label={label}
      // Not `disabled`: one that has the keyboard would lose it with the last step.
      aria-disabled={what === null}
      title={what === null ? `Nothing to ${label.toLowerCase()}` : `${label} ${what}`}
      onClick={() => what !== null && onClick()}
    >
      <svg viewBox="-8 -8 16 16" aria-hidden>
        <path
          transform={label === "Redo" ? "scale(-1 1)" : undefined}
          d="M-5-3.5H-.5A4 4 0 0 1-.5 4.5H-3M-2.5-6.25L-5.25-3.5L-2.5-.75"
        />
      </svg>
    </button>
  );
}
