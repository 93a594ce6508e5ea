import { useRef, type CSSProperties } from "react";
import { spanOn } from "./axis";
import { usePlane } from "./graph";
import { usePad } from "./pad";

export interface GraphLineProps {
  /** Of the parameter. */
  param: string;
  /** Which axis has its values: `y` for a line from left to right, which is dragged up and down. */
  axis?: "x" | "y";
  /** Without its name and value, except while it is operated. */
  quiet?: boolean;
  /** Instead of the accent colour, a custom property of the theme: `var(--…)`. */
  color?: string;
}

/** A line through a picture at a parameter's value, with its name and text; it is operated as a slider is. */
export function GraphLine({ param, axis = "y", quiet = false, color }: GraphLineProps) {
  const plane = usePlane();
  const span = useRef<[number, number]>([0, 1]);
  const pad = usePad<HTMLDivElement>({
    [axis]: param,
    extent: (element) => {
      const box = element.parentElement?.getBoundingClientRect();
      const part = span.current[1] - span.current[0];
      return { width: (box?.width ?? 0) * part, height: (box?.height ?? 0) * part };
    },
  });
  const { ref, held, handlers } = pad;
  const info = pad[axis];
  if (!info) return null;
  span.current = spanOn(plane[axis], info);
  const [from, to] = span.current;
  const at = Math.min(1, Math.max(0, from + (to - from) * info.position));
  return (
    <div
      ref={ref}
      {...handlers}
      className="dyad-graph-line"
      role="slider"
      tabIndex={0}
      style={{ "--dyad-at": at, ...(color ? { color } : {}) } as CSSProperties}
      data-quiet={quiet}
      data-axis={axis}
      data-held={held}
      data-far={at > 0.85}
      aria-label={info.name}
      aria-orientation={axis === "y" ? "vertical" : "horizontal"}
      aria-valuemin={info.min}
      aria-valuemax={info.max}
      aria-valuenow={info.value}
      aria-valuetext={info.text}
    >
      <span className="dyad-graph-line-text" aria-hidden>
        {info.name} {info.text}
      </span>
    </div>
  );
}
