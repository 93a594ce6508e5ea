import { useSwitch } from "dyad-web";

/** Six arms with two small ones each, around the middle of 32 by 32. */
const ARMS = Array.from({ length: 6 }, (_, n) => {
  const angle = (n / 6) * 2 * Math.PI + Math.PI / 2;
  const at = (way: number, length: number, x = 16, y = 16) =>
    [x + Math.cos(way) * length, y + Math.sin(way) * length] as const;
  const [tip, fork] = [at(angle, 15), at(angle, 8.7)];
  const twigs = [-0.9, 0.9].map(
    (turn) => `M${fork.join(" ")}L${at(angle + turn, 5.4, ...fork).join(" ")}`,
  );
  return `M16 16L${tip.join(" ")}${twigs.join("")}`;
}).join("");

/** The large switch that holds the loop. */
export function Freeze() {
  const { parameter, on, ref, handlers } = useSwitch("freeze");
  return (
    <button
      ref={ref}
      {...handlers}
      type="button"
      className="delay-freeze"
      role="switch"
      aria-checked={on}
    >
      <svg viewBox="0 0 32 32" aria-hidden>
        <path d={ARMS} />
      </svg>
      <b>{parameter.name}</b>
      <span>{on ? "Holding" : "Off"}</span>
    </button>
  );
}
