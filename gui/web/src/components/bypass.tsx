import { useSwitch, type SwitchProps } from "./switch";

/** A round switch for the bypass: lit while the plugin works. */
export function Bypass({ id }: SwitchProps) {
  const { parameter, on: bypassed, ref, handlers } = useSwitch(id);
  return (
    <button
      ref={ref}
      {...handlers}
      type="button"
      className="dyad-bypass"
      role="switch"
      aria-checked={bypassed}
      aria-label={parameter.name}
      title={bypassed ? "Bypassed" : parameter.name}
    >
      <svg viewBox="0 0 28 28" aria-hidden>
        <circle className="dyad-bypass-ring" cx="14" cy="14" r="14" strokeWidth="2" />
        <path d="M17.535 9.787A5.5 5.5 0 1 1 10.465 9.787M14 7V13.5" strokeWidth="1.75" />
      </svg>
    </button>
  );
}
