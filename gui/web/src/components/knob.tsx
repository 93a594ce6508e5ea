import { useMemo, useState, type CSSProperties } from "react";
import { useParameter, useTheme } from "../react";
import { Dial, knobSizes } from "./knob-geometry";
import { useOperate } from "./operate";
import { ValueField } from "./value-field";

export interface KnobProps {
  /** Of the parameter. */
  id: string;
  /** Diameter of the dial in logical pixels; without it, the theme's medium. */
  size?: number;
  /** What the plugin is about: drawn in the accent colour. */
  main?: boolean;
  /** Below it instead of the parameter's own name: a shorter one, where what stands around it says the rest. */
  name?: string;
}

/**
 * A knob with its name and value. Vertical drag, Shift for fine, wheel, arrow and Page keys, Home and End;
 * double-click, Ctrl-click or Delete for the default; a click on the value, or Enter, to type; the host's menu with
 * the right button.
 */
export function Knob({ id, size, main = false, name }: KnobProps) {
  const theme = useTheme();
  const parameter = useParameter(id);
  const diameter = size ?? theme.knob.medium;
  const [typing, setTyping] = useState(false);
  const { ref, held, handlers } = useOperate<HTMLDivElement>(id, {
    travel: "up",
    onEnter: () => setTyping(true),
  });
  const sizes = knobSizes(theme, diameter);
  const style = {
    "--dyad-knob-size": sizes.diameter,
    "--dyad-knob-below": sizes.below - sizes.diameter,
    "--dyad-knob-label": sizes.label,
    "--dyad-knob-label-line": sizes.labelLine,
    "--dyad-knob-value": sizes.value,
    "--dyad-knob-value-line": sizes.valueLine,
  } as CSSProperties;

  return (
    <div className="dyad-knob" data-main={main} data-held={held} style={style}>
      <div
        ref={ref}
        {...handlers}
        className="dyad-knob-dial"
        role="slider"
        tabIndex={0}
        aria-label={parameter.name}
        aria-orientation="vertical"
        aria-valuemin={parameter.min}
        aria-valuemax={parameter.max}
        aria-valuenow={parameter.value}
        aria-valuetext={parameter.text}
      >
        <Face diameter={diameter} position={parameter.position} origin={parameter.origin} />
      </div>
      <div className="dyad-knob-name" aria-hidden title={parameter.name}>
        {name ?? parameter.name}
      </div>
      <ValueField
        id={id}
        tabbable={false}
        open={typing}
        onOpenChange={(open, byKey) => {
          if (byKey) ref.current?.focus({ preventScroll: true });
          setTyping(open);
        }}
      />
    </div>
  );
}

/** The picture of a knob. */
function Face({ diameter, position, origin }: { diameter: number; position: number; origin: number }) {
  const theme = useTheme();
  const dial = useMemo(() => new Dial(theme, diameter), [theme, diameter]);
  const { center, radius, width } = dial;
  // An arc of no length is a dot, so that it is seen where nothing is changed.
  const dot = origin > 0 ? dial.at(origin, radius) : undefined;
  return (
    <svg viewBox={`0 0 ${diameter} ${diameter}`} aria-hidden>
      <path className="dyad-knob-ring" d={dial.ring()} strokeWidth={1.5} />
      <path className="dyad-knob-track" d={dial.arc(0, 1)} strokeWidth={width} />
      <path className="dyad-knob-arc" d={dial.arc(origin, position)} strokeWidth={width} />
      {dot && <circle className="dyad-knob-dot" cx={dot.x} cy={dot.y} r={width / 2} />}
      <circle className="dyad-knob-cap" cx={center} cy={center} r={dial.cap} />
      <path className="dyad-knob-hand" d={dial.pointer(position)} strokeWidth={dial.hand} />
    </svg>
  );
}
