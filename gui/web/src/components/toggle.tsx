import { useParameter } from "../react";
import type { SwitchProps } from "./bypass";
import { useOperate } from "./operate";

/** A switch with its name beside it. A click anywhere on it turns it, and so do Enter and Space. */
export function Toggle({ id }: SwitchProps) {
  const { name, value, min, max, setValue } = useParameter(id);
  const on = value > min;
  const turn = () => void setValue(on ? min : max);
  const { ref, handlers } = useOperate<HTMLButtonElement>(id, { travel: "none", onClick: turn, onEnter: turn });
  return (
    <button ref={ref} {...handlers} type="button" className="dyad-toggle" role="switch" aria-checked={on}>
      <span className="dyad-toggle-switch" />
      <span className="dyad-toggle-name">{name}</span>
    </button>
  );
}
