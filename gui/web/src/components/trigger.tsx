import { useParameter } from "../react";
import { useOperate } from "./operate";
import type { SwitchProps } from "./switch";

/** A button for a parameter that comes back by itself: each press sets it to its maximum, by one gesture. */
export function Trigger({ id }: SwitchProps) {
  const { name, max, setValue } = useParameter(id);
  const press = () => void setValue(max);
  const { ref, handlers } = useOperate<HTMLButtonElement>(id, {
    travel: "none",
    onClick: press,
    onEnter: press,
    still: true,
  });
  return (
    <button ref={ref} {...handlers} type="button" className="dyad-button">
      {name}
    </button>
  );
}
