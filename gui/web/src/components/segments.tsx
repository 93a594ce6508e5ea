import { useId } from "react";
import { useParameter } from "../react";
import { useOperate } from "./operate";

export interface SegmentsProps {
  /** Of the parameter, a choice of few short names. */
  id: string;
  /** Without the name above. */
  nameless?: boolean;
}

/** A choice whose names stand beside each other. A click chooses; arrow keys and the wheel step. */
export function Segments({ id, nameless = false }: SegmentsProps) {
  const parameter = useParameter(id);
  const { name, choices, text } = parameter;
  const base = useId();
  const { ref, handlers } = useOperate<HTMLDivElement>(id, { travel: "none" });
  const chosen = choices.indexOf(text);
  return (
    <div className="dyad-segments">
      <span id={`${base}name`} className="dyad-select-name" hidden={nameless}>
        {name}
      </span>
      <div
        ref={ref}
        {...handlers}
        className="dyad-segments-row"
        role="radiogroup"
        aria-labelledby={`${base}name`}
        aria-activedescendant={chosen < 0 ? undefined : `${base}${chosen}`}
        tabIndex={0}
      >
        {choices.map((choice, index) => (
          <span
            // Two may have one name.
            key={index}
            id={`${base}${index}`}
            role="radio"
            aria-checked={index === chosen}
            title={choice}
            onClick={() => index !== chosen && void parameter.setText(choice)}
          >
            {choice}
          </span>
        ))}
      </div>
    </div>
  );
}
