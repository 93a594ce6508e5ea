import { useRef, type CSSProperties } from "react";
import { placeOn, spanOn, type Axis } from "./axis";
import { usePlane } from "./graph";
import { usePad } from "./pad";

export interface GraphNode {
  /** The parameters that its place is. */
  x: string;
  /** Without one, it stands where the axis has 0, or at half its height. */
  y?: string;
  /** What the wheel and the Page keys step. */
  wheel?: string;
  /** What turns it on; Enter and Space do. */
  enabled?: string;
  /** What stands in it: a number, a letter. */
  label: string;
  /** What it is called; without it, its label. */
  name?: string;
  /** Instead of the accent colour, a custom property of the theme: `var(--…)`. */
  color?: string;
}

export interface GraphNodesProps {
  nodes: readonly GraphNode[];
  /** The position in `nodes` of the one that other controls belong to. */
  selected?: number;
  /** One was pressed, or has got the keyboard. */
  onSelect?(index: number): void;
}

/**
 * Points of a picture that move two parameters each: drag, Shift for fine, wheel, arrow keys; a double-click or
 * Delete for the defaults; Enter or Space turns one on and off.
 */
export function GraphNodes({ nodes, selected, onSelect }: GraphNodesProps) {
  return (
    <div className="dyad-graph-nodes">
      {nodes.map((node, index) => (
        <Node key={index} {...node} selected={index === selected} onSelect={() => onSelect?.(index)} />
      ))}
    </div>
  );
}

interface NodeProps extends GraphNode {
  selected: boolean;
  onSelect(): void;
}

function Node({ x, y, wheel, enabled, label, name = label, color, selected, onSelect }: NodeProps) {
  const plane = usePlane();
  const spans = useRef<Spans>({ x: [0, 1], y: [0, 1] });
  const pad = usePad<HTMLDivElement>({
    x,
    y,
    wheel,
    enabled,
    onPress: onSelect,
    extent: (element) => {
      const box = element.parentElement?.getBoundingClientRect();
      const [across, up] = [spans.current.x, spans.current.y];
      return {
        width: (box?.width ?? 0) * (across[1] - across[0]),
        height: (box?.height ?? 0) * (up[1] - up[0]),
      };
    },
  });
  const { ref, held, handlers } = pad;
  spans.current = { x: spanOf(plane.x, pad.x), y: spanOf(plane.y, pad.y) };
  const across = along(spans.current.x, pad.x?.position ?? 0);
  const up = pad.y ? along(spans.current.y, pad.y.position) : resting(plane.y);
  const isOn = !pad.enabled || pad.enabled.value > pad.enabled.min;
  const texts = [pad.x, pad.y, pad.wheel].flatMap((info) => (info ? [info.text] : []));
  const style = { "--dyad-x": inside(across), "--dyad-y": inside(up), ...(color ? { color } : {}) } as CSSProperties;
  const state = pad.enabled && !isOn ? [`${pad.enabled.name} ${pad.enabled.text}`] : [];
  return (
    <div
      ref={ref}
      {...handlers}
      className="dyad-graph-node"
      role="slider"
      tabIndex={0}
      style={style}
      data-held={held}
      data-on={isOn}
      data-selected={selected}
      data-low={up > 0.8}
      data-side={across < 0.15 ? "left" : across > 0.85 ? "right" : null}
      aria-label={name}
      aria-valuemin={pad.x?.min}
      aria-valuemax={pad.x?.max}
      aria-valuenow={pad.x?.value}
      aria-valuetext={[...texts, ...state].join(", ")}
      onFocus={onSelect}
    >
      <span className="dyad-graph-node-dot">
        <b>{label}</b>
      </span>
      <span className="dyad-graph-tip" aria-hidden>
        {texts.map((text, n) => (
          <span key={n}>{text}</span>
        ))}
      </span>
    </div>
  );
}

interface Spans {
  x: [number, number];
  y: [number, number];
}

const inside = (part: number) => Math.min(1, Math.max(0, part));
const along = ([from, to]: [number, number], position: number) => from + (to - from) * position;
const spanOf = (axis: Axis, info: { min: number; max: number } | undefined): [number, number] =>
  info ? spanOn(axis, info) : [0, 1];

function resting(axis: Axis): number {
  const zero = placeOn(axis, 0);
  return zero >= 0 && zero <= 1 ? zero : 0.5;
}
