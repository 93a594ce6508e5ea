import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { usePresets, useSession, type Outcome } from "../react";
import type { HeaderPlan } from "./header-plan";
import { keepFocus } from "./pairs";
import { PresetMenu } from "./preset-menu";

export interface PresetBoxProps {
  /** What the header has no room for is in the menu. */
  plan?: HeaderPlan;
}

const ALL: HeaderPlan = { name: true, arrows: true, slots: true, history: true };

/** The name of the preset, arrows to the ones beside it, and the menu of all. */
export function PresetBox({ plan = ALL }: PresetBoxProps) {
  const { preset, name, changed } = useSession();
  const { step } = usePresets();
  const [open, setOpen] = useState(false);
  /** What an arrow could not load is said in the menu. */
  const [fault, setFault] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useId();

  const show = (why?: string) => {
    setFault(why);
    setOpen(true);
  };
  const close = (byKey: boolean) => {
    setOpen(false);
    if (byKey) button.current?.focus({ preventScroll: true });
  };
  const say = (outcome: Outcome) => {
    if (!outcome.done) show(outcome.why);
  };

  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere, true);
    return () => document.removeEventListener("pointerdown", elsewhere, true);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by === undefined || open || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    void step(by).then(say);
  };
  const arrow = (label: string, by: number, path: string) => (
    <button
      type="button"
      className="dyad-preset-arrow"
      // By the keyboard the name does it.
      tabIndex={-1}
      aria-label={label}
      title={label}
      onMouseDown={keepFocus}
      onClick={() => void step(by).then(say)}
    >
      <svg viewBox="-5 -5 10 10" aria-hidden>
        <path d={path} />
      </svg>
    </button>
  );
  return (
    <div ref={box} className="dyad-presets" data-open={open}>
      {plan.arrows && arrow("Previous preset", -1, "M1.5-4L-2 0L1.5 4")}
      <button
        ref={button}
        type="button"
        className="dyad-preset-name"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? menu : undefined}
        aria-label={`Presets, ${name}${changed ? ", changed" : ""}`}
        title={changed ? `${name}, changed` : name}
        data-none={preset === null}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={onKeyDown}
      >
        <span>{name}</span>
        {changed && <i aria-hidden>•</i>}
      </button>
      {plan.arrows && arrow("Next preset", 1, "M-1.5-4L2 0L-1.5 4")}
      {open && <PresetMenu id={menu} plan={plan} fault={fault} onClose={close} />}
    </div>
  );
}
