import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Theme } from "../client";
import { useClient, useMeter, useSize, useTheme } from "../react";
import { meterPart } from "../theme";
import { decibels, meterNumber, MeterState } from "./meter-state";
import { animate, rest } from "./pictures";

export interface MeterProps {
  /** Of the meter: a `level` or a `reduction`. */
  id: string;
  /** Of a second level beside it: two bars with one name, and the higher one's number. */
  right?: string;
  /** Instead of the meter's own name, which may be too long for a bar. */
  name?: string;
}

/**
 * A meter as a bar: its highest value above, its name below. Levels are held for a while, and a level beyond full
 * scale is marked until it is clicked. Nothing is drawn while nothing moves.
 */
export function Meter({ id, right, name: given }: MeterProps) {
  const client = useClient();
  const theme = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const number = useRef<HTMLDivElement>(null);
  const bars = useMemo(
    () => [id, ...(right === undefined ? [] : [right])].map(() => new MeterState(theme.meter)),
    [theme, id, right],
  );
  const values = useRef([0, 0]);
  const info = client.meter(id);
  const reduction = info?.type === "reduction";
  const lowest = info?.min ?? 0;

  const draw = useCallback(
    (elapsed: number) => {
      let moves = false;
      const pictures = bars.map((state, n) => {
        const value = values.current[n] ?? 0;
        if (reduction) return reductionPicture(value, lowest);
        moves = state.update(decibels(value), elapsed) || moves;
        return levelPicture(state, theme.meter);
      });
      if (root.current && number.current) paint(root.current, number.current, pictures);
      return moves;
    },
    [reduction, lowest, bars, theme],
  );
  const take = (n: number) => (next: number) => {
    values.current[n] = next;
    animate(draw);
  };
  const { name: own, type, max: highest } = useMeter(id, take(0));
  useMeter(right ?? id, take(1));
  useEffect(() => {
    animate(draw);
    return () => rest(draw);
  }, [draw]);
  useEffect(() => (root.current ? client.place(id, root.current) : undefined), [client, id]);

  const forget = () => {
    for (const state of bars) state.clip = undefined;
    animate(draw);
  };
  const name = given ?? own;
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
      <div className="dyad-meter-wells">
        {bars.map((_, n) => (
          <div key={n} className="dyad-meter-well">
            <div className="dyad-meter-zero" />
            <div className="dyad-meter-fill" />
            <div className="dyad-meter-hold" />
            <div className="dyad-meter-clip" />
          </div>
        ))}
      </div>
      <div className="dyad-meter-name" aria-hidden title={name}>
        {name}
      </div>
    </div>
  );
}

/** What a bar shows, in parts of its height. */
interface Picture {
  /** In decibels: the number above. */
  shown: number;
  /** The same within the scale, for those who can't see it. */
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
    shown,
    now: Math.min(meter.max_db, Math.max(meter.min_db, shown)),
    fill: meterPart(meter, state.bar),
    ...(Number.isFinite(state.hold) ? { hold: meterPart(meter, state.hold) } : {}),
    clipped: state.clip !== undefined,
    hot: state.bar >= meter.hot_db,
  };
}

function reductionPicture(db: number, min: number): Picture {
  const fill = min < 0 ? Math.min(1, Math.max(0, db / min)) : 0;
  return { shown: db, now: Math.max(min, db), fill, clipped: false, hot: false };
}

function part(root: Element | undefined, selector: string): CSSStyleDeclaration | undefined {
  return root?.querySelector<HTMLElement>(selector)?.style;
}

function paint(root: HTMLElement, number: HTMLElement, pictures: Picture[]): void {
  const percent = (part: number) => `${(part * 100).toFixed(2)}%`;
  const wells = root.querySelectorAll(".dyad-meter-well");
  pictures.forEach(({ fill, hold, clipped, hot }, n) => {
    const well = wells[n];
    // On the parts themselves: what they inherit would have the whole meter styled anew.
    part(well, ".dyad-meter-fill")?.setProperty("--dyad-fill", percent(1 - fill));
    part(well, ".dyad-meter-hold")?.setProperty("--dyad-hold", percent(1 - (hold ?? 0)));
    well?.toggleAttribute("data-held", hold !== undefined);
    well?.toggleAttribute("data-clipped", clipped);
    well?.toggleAttribute("data-hot", hot);
  });
  const clipped = pictures.some((picture) => picture.clipped);
  root.toggleAttribute("data-clipped", clipped);
  const highest = pictures.reduce((most, picture) => (picture.shown > most.shown ? picture : most));
  const text = meterNumber(highest.shown);
  if (number.textContent === text) return;
  number.textContent = text;
  root.setAttribute("aria-valuenow", highest.now.toFixed(1));
  root.setAttribute("aria-valuetext", `${text} dB${clipped ? ", clipped" : ""}`);
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
