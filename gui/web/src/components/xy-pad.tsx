import type { CSSProperties } from "react";
import { currentZoom } from "../react";
import { usePad } from "./pad";
import { ValueField } from "./value-field";

export interface XyPadProps {
  /** The parameters: to the right, and upwards. */
  x: string;
  y: string;
  /** What the wheel and the Page keys step; without it, `y`. */
  wheel?: string;
  /** What it is called; without it, both names. */
  label?: string;
}

/** Logical pixels around the handle's middle within which a press takes hold of it. */
const HANDLE = 14;
/** Logical pixels from the field's edge to the handle's middle at an end; the style sheet has the same. */
const EDGE = 12;

/**
 * Two parameters as one point. It goes where it is pressed, and is dragged from there; all else is as with a knob,
 * the arrow keys each along their own way.
 */
export function XyPad({ x, y, wheel, label }: XyPadProps) {
  const pad = usePad<HTMLDivElement>({
    x,
    y,
    wheel,
    extent: boxOf,
    at: (element, left, top, now) => {
      const box = boxOf(element);
      const to = { x: (left - box.left) / box.width, y: 1 - (top - box.top) / box.height };
      const away = Math.hypot((to.x - now.x) * box.width, (to.y - now.y) * box.height);
      return away > HANDLE * currentZoom() ? to : undefined;
    },
  });
  const { ref, held, handlers } = pad;
  if (!pad.x || !pad.y) return null;
  const style = { "--dyad-x": pad.x.position, "--dyad-y": pad.y.position } as CSSProperties;
  return (
    <div className="dyad-xy" data-held={held} style={style}>
      <div
        ref={ref}
        {...handlers}
        className="dyad-xy-field"
        role="slider"
        tabIndex={0}
        aria-label={label ?? `${pad.x.name}, ${pad.y.name}`}
        aria-valuemin={pad.x.min}
        aria-valuemax={pad.x.max}
        aria-valuenow={pad.x.value}
        aria-valuetext={`${pad.x.text}, ${pad.y.text}`}
      >
        <span className="dyad-xy-lines" />
        <span className="dyad-xy-handle" />
      </div>
      <div className="dyad-xy-names">
        <Name id={x} name={pad.x.name} way="M1 6H11M3.5 3.5L1 6L3.5 8.5M8.5 3.5L11 6L8.5 8.5" />
        <Name id={y} name={pad.y.name} way="M6 1V11M3.5 3.5L6 1L8.5 3.5M3.5 8.5L6 11L8.5 8.5" />
      </div>
    </div>
  );
}

/** A name and its value, with the direction in which it goes. */
function Name({ id, name, way }: { id: string; name: string; way: string }) {
  return (
    <div>
      <svg viewBox="0 0 12 12" aria-hidden>
        <path d={way} />
      </svg>
      <span title={name}>{name}</span>
      <ValueField id={id} />
    </div>
  );
}

/** The way of the handle's middle. */
function boxOf(element: HTMLElement) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const edge = EDGE * currentZoom();
  const length = (side: number) => Math.max(1, side - 2 * edge);
  return { left: left + edge, top: top + edge, width: length(width), height: length(height) };
}
