import { useSwitch, type SwitchProps } from "./switch";

/** A switch with its name beside it. A click anywhere on it turns it, and so do Enter and Space. */
export function Toggle({ id }: SwitchProps) {
  const { parameter, on, ref, handlers } = useSwitch(id);
  return (
    <button ref={ref} {...handlers} type="button" className="dyad-toggle" role="switch" aria-checked={on}>
      <span className="dyad-toggle-switch" />
      <span className="dyad-toggle-name">{parameter.name}</span>
    </button>
  );
}
