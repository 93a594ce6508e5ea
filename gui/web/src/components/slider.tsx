import { useId, useState, type CSSProperties } from "react";
import { useParameter } from "../react";
import { trackOf, useOperate } from "./operate";
import { ValueField } from "./value-field";

export interface SliderProps {
  /** Of the parameter. */
  id: string;
  /** What the plugin is about: drawn in the accent colour. */
  main?: boolean;
  /** Without its name and value: where they stand beside it. */
  nameless?: boolean;
}

/** Half the width of the handle with the gap around it, in logical pixels. */
const MARGIN = 6;

/** A slider with its name and value above it. A click on the track brings it there; all else is as with a knob. */
export function Slider({ id, main = false, nameless = false }: SliderProps) {
  const parameter = useParameter(id);
  const name = useId();
  const [typing, setTyping] = useState(false);
  const { ref, held, handlers } = useOperate<HTMLDivElement>(id, {
    travel: "right",
    margin: MARGIN,
    ...(nameless ? {} : { onEnter: () => setTyping(true) }),
    onClick: (event) => {
      const { first, length } = trackOf(event.currentTarget, { margin: MARGIN });
      void parameter.setPosition(Math.min(1, Math.max(0, (event.clientX - first) / length)));
    },
  });
  const { position, origin } = parameter;
  const style = {
    "--dyad-at": position,
    "--dyad-from": Math.min(origin, position),
    "--dyad-to": Math.max(origin, position),
  } as CSSProperties;
  return (
    <div
      className="dyad-slider"
      data-main={main}
      data-held={held}
      data-origin={origin > 0}
      data-nameless={nameless}
      style={style}
    >
      {!nameless && (
        <div className="dyad-slider-texts">
          <span id={name} className="dyad-slider-name" title={parameter.name}>
            {parameter.name}
          </span>
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
      )}
      <div
        ref={ref}
        {...handlers}
        className="dyad-slider-lane"
        role="slider"
        tabIndex={0}
        {...(nameless ? { "aria-label": parameter.name } : { "aria-labelledby": name })}
        aria-valuemin={parameter.min}
        aria-valuemax={parameter.max}
        aria-valuenow={parameter.value}
        aria-valuetext={parameter.text}
      >
        <span className="dyad-slider-track" />
        <span className="dyad-slider-fill" />
        <span className="dyad-slider-handle" />
      </div>
    </div>
  );
}
