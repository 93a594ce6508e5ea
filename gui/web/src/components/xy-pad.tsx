import { useId, type CSSProperties } from "react";
import { currentZoom } from "../react";
import { usePad } from "./pad";

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
const HANDLE = 12;

/**
 * Two parameters as one point. It goes where it is pressed, and is dragged from there; all else is as with a knob,
 * the arrow keys each along their own way.
 */
export function XyPad({ x, y, wheel, label }: XyPadProps) {
  const names = useId();
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
        {...(label === undefined ? { "aria-labelledby": names } : { "aria-label": label })}
        aria-valuemin={pad.x.min}
        aria-valuemax={pad.x.max}
        aria-valuenow={pad.x.value}
        aria-valuetext={`${pad.x.text}, ${pad.y.text}`}
      >
        <span className="dyad-xy-lines" />
        <span className="dyad-xy-handle" />
      </div>
      <div id={names} className="dyad-xy-names">
        <span>{pad.x.name}</span> <span aria-hidden>{pad.x.text}</span>
        <span>{pad.y.name}</span> <span aria-hidden>{pad.y.text}</span>
      </div>
    </div>
  );
}

/** The way of the handle's middle: inside of the border. */
function boxOf(element: HTMLElement) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width: width || 1, height: height || 1 };
}
