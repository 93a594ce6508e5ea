import { useClient, useMeter, useMeterText } from "dyad-web";
import { useEffect, useRef } from "react";

/** How alike left and right are, as a bar from its middle. */
export function Correlation() {
  const client = useClient();
  const root = useRef<HTMLDivElement>(null);
  const fill = useRef<HTMLDivElement>(null);
  const text = useMeterText("correlation");
  const { name } = useMeter("correlation", (value) => {
    if (!fill.current) return;
    const [from, to] = [
      50 + 50 * Math.min(0, value),
      50 + 50 * Math.max(0, value),
    ];
    fill.current.style.setProperty("--from", `${from.toFixed(2)}%`);
    fill.current.style.setProperty("--to", `${to.toFixed(2)}%`);
    // What cancels in mono is to be watched.
    fill.current.toggleAttribute("data-opposite", value < 0);
    root.current?.setAttribute("aria-valuenow", value.toFixed(2));
  });
  useEffect(
    () =>
      root.current ? client.place("correlation", root.current) : undefined,
    [client],
  );
  return (
    <div
      ref={root}
      className="utility-correlation"
      role="meter"
      aria-label={name}
      aria-valuemin={-1}
      aria-valuemax={1}
      aria-valuenow={0}
    >
      <span className="utility-correlation-name">{name}</span>
      <span>−1</span>
      <div className="utility-correlation-bar">
        <div ref={fill} className="utility-correlation-fill" />
      </div>
      <span>+1</span>
      <span className="utility-correlation-value">{text}</span>
    </div>
  );
}
