import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Theme } from "../client";
import { useClient, useMeter, useSize, useTheme } from "../react";
import { meterPart } from "../theme";
import { decibels, meterNumber, MeterState } from "./meter-state";
import { animate, rest } from "./pictures";

export interface MeterProps {
  /** Of the meter: a `level` or a `reduction`. */
  id: string;
}

/**
 * A meter as a bar: its highest value above, its name below. Levels are held for a while, and a level beyond full
 * scale is marked until it is clicked. Nothing is drawn while nothing moves.
 */
export function Meter({ id }: MeterProps) {
  const client = useClient();
  const theme = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const number = useRef<HTMLDivElement>(null);
  const state = useMemo(() => new MeterState(theme.meter), [theme]);
  const value = useRef(0);
  const info = client.meter(id);
  const reduction = info?.type === "reduction";
  const lowest = info?.min ?? 0;

  const draw = useCallback(
    (elapsed: number) => {
      const moves = !reduction && state.update(decibels(value.current), elapsed);
      if (root.current && number.current) {
        const picture = reduction ? reductionPicture(value.current, lowest) : levelPicture(state, theme.meter);
        paint(root.current, number.current, picture);
      }
      return moves;
    },
    [reduction, lowest, state, theme],
  );
  const {
    name,
    type,
    max: highest,
  } = useMeter(id, (next) => {
    value.current = next;
    animate(draw);
  });
  useEffect(() => {
    animate(draw);
    return () => rest(draw);
  }, [draw]);
  useEffect(() => (root.current ? client.place(id, root.current) : undefined), [client, id]);

  const forget = () => {
    state.clip = undefined;
    animate(draw);
  };
  const [min, max] = reduction ? [lowest, highest] : [theme.meter.min_db, theme.meter.max_db];
  return (
    <div
      ref={root}
      className="dyad-meter"
      data-type={type}
      role="meter"
      aria-label={name}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={reduction ? max : min}
      onClick={forget}
    >
      <div ref={number} className="dyad-meter-number" aria-hidden />
      <div className="dyad-meter-well">
        <div className="dyad-meter-zero" />
        <div className="dyad-meter-fill" />
        <div className="dyad-meter-hold" />
        <div className="dyad-meter-clip" />
      </div>
      <div className="dyad-meter-name" aria-hidden title={name}>
        {name}
      </div>
    </div>
  );
}

/** What a meter shows, in parts of its height. */
interface Picture {
  number: string;
  /** In decibels, for those who can't see it. */
  now: number;
  fill: number;
  /** Undefined where there is no line. */
  hold?: number;
  clipped: boolean;
  hot: boolean;
}

function levelPicture(state: MeterState, meter: Theme["meter"]): Picture {
  const shown = state.clip ?? state.hold;
  return {
    number: meterNumber(shown),
    now: Math.min(meter.max_db, Math.max(meter.min_db, shown)),
    fill: meterPart(meter, state.bar),
    ...(Number.isFinite(state.hold) ? { hold: meterPart(meter, state.hold) } : {}),
    clipped: state.clip !== undefined,
    hot: state.bar >= meter.hot_db,
  };
}

function reductionPicture(db: number, min: number): Picture {
  const fill = min < 0 ? Math.min(1, Math.max(0, db / min)) : 0;
  return { number: meterNumber(db), now: Math.max(min, db), fill, clipped: false, hot: false };
}

function part(root: HTMLElement, selector: string): CSSStyleDeclaration {
  return (root.querySelector(selector) as HTMLElement).style;
}

function paint(root: HTMLElement, number: HTMLElement, picture: Picture): void {
  const percent = (part: number) => `${(part * 100).toFixed(2)}%`;
  // On the parts themselves: what they inherit would have the whole meter styled anew.
  part(root, ".dyad-meter-fill").setProperty("--dyad-fill", percent(1 - picture.fill));
  part(root, ".dyad-meter-hold").setProperty("--dyad-hold", percent(1 - (picture.hold ?? 0)));
  root.toggleAttribute("data-held", picture.hold !== undefined);
  root.toggleAttribute("data-clipped", picture.clipped);
  root.toggleAttribute("data-hot", picture.hot);
  if (number.textContent === picture.number) return;
  number.textContent = picture.number;
  root.setAttribute("aria-valuenow", picture.now.toFixed(1));
  root.setAttribute("aria-valuetext", `${picture.number} dB${picture.clipped ? ", clipped" : ""}`);
}

/** The numbers beside level meters, and short lines to them; where there is no room, some are left out. */
export function MeterScale() {
  const { meter, type } = useTheme();
  const lane = useRef<HTMLDivElement>(null);
  const height = useSize(lane)?.height ?? 0;
  const zoom = lane.current ? parseFloat(getComputedStyle(lane.current).fontSize) / type.small : 1;
  let last = -Infinity;
  const ticks = meter.ticks.filter((tick) => {
    const y = (1 - meterPart(meter, tick)) * height;
    if (height > 0 && y - last < (type.small + 3) * zoom) return false;
    last = y;
    return true;
  });
  return (
    <div className="dyad-meter-scale" aria-hidden>
      <div ref={lane} className="dyad-meter-lane">
        {ticks.map((tick) => (
          <div key={tick} className="dyad-meter-tick" style={{ bottom: `${meterPart(meter, tick) * 100}%` }}>
            {tick > 0 ? `+${tick}` : meterNumber(tick).replace(/\.0$/, "")}
          </div>
        ))}
      </div>
    </div>
  );
}
