/** Loudness in numbers and as a bar. */

import { useClient, useMeter, useMeterText, useParameterInfo } from "dyad-web";
import { useEffect, useRef, type CSSProperties } from "react";

/** The ends of the bar, in LUFS. */
const [LOWEST, HIGHEST] = [-60, 0];
/** Where it has numbers: R 128's target, what streaming services aim at, and others. */
const TICKS = [0, -6, -14, -23, -36, -48];
const MARKED = [-14, -23];

const part = (lufs: number) =>
  Math.min(1, Math.max(0, (lufs - LOWEST) / (HIGHEST - LOWEST)));

interface ReadingProps {
  /** Of the meter: a `value`. */
  id: string;
  large?: boolean;
  /** Values above are too much. */
  limit?: number;
}

/** A meter's value in large type, its name above and its unit behind. */
export function Reading({ id, large = false, limit }: ReadingProps) {
  const client = useClient();
  const root = useRef<HTMLDivElement>(null);
  const text = useMeterText(id);
  const { name } = useMeter(id, (value) => {
    root.current?.toggleAttribute(
      "data-hot",
      limit !== undefined && value > limit,
    );
  });
  useEffect(
    () => (root.current ? client.place(id, root.current) : undefined),
    [client, id],
  );
  const split = text.lastIndexOf(" ");
  return (
    <div ref={root} className="utility-reading" data-large={large}>
      <div className="utility-reading-name">{name}</div>
      <output aria-live="off" aria-label={name}>
        {split < 0 ? text : text.slice(0, split)}
        <span>{split < 0 ? "" : text.slice(split)}</span>
      </output>
    </div>
  );
}

/** Momentary loudness as a bar, short-term as a line on it, the target beside it. */
export function LoudnessBar() {
  const client = useClient();
  const root = useRef<HTMLDivElement>(null);
  const target = part(useParameterInfo("target")?.value ?? LOWEST);
  const text = useMeterText("momentary");
  const set = (property: string, value: number) =>
    root.current?.style.setProperty(property, value.toFixed(4));
  const { name } = useMeter("momentary", (value) =>
    set("--level", part(value)),
  );
  useMeter("short_term", (value) => {
    set("--steady", part(value));
    root.current?.toggleAttribute("data-steady", value > LOWEST);
  });
  useEffect(
    () => (root.current ? client.place("momentary", root.current) : undefined),
    [client],
  );
  return (
    <div
      ref={root}
      className="utility-loudness"
      role="img"
      aria-label={`${name} ${text}`}
    >
      <div className="utility-loudness-number">{text.split(" ")[0]}</div>
      <div
        className="utility-loudness-lane"
        style={{ "--target": target } as CSSProperties}
      >
        <div className="utility-loudness-well">
          <div className="utility-loudness-fill" />
          <div className="utility-loudness-over" />
          <div className="utility-loudness-steady" />
          <div className="utility-loudness-mark" />
        </div>
        <div className="utility-loudness-arrow" />
        {TICKS.map((tick) => (
          <div
            key={tick}
            className="utility-loudness-tick"
            data-marked={MARKED.includes(tick)}
            style={{ "--at": part(tick) } as CSSProperties}
          >
            {String(tick).replace("-", "−")}
          </div>
        ))}
      </div>
      <div className="utility-loudness-name">LUFS</div>
    </div>
  );
}
