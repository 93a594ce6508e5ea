import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
} from "react";
import type { Client, Setting } from "../client";
import { useClient, useMeter, useParameter, useParameterActions } from "../react";
import { operateByKey, useWheel } from "./operate";
import { placeOf, useStroke, type StrokePlace } from "./stroke";

export interface StepsProps {
  /** Of the steps' parameters: `step` for `step_1_velocity` and its like. */
  prefix: string;
  /** The parameter that says how many steps the pattern has. */
  count: string;
  /** The meter that says which step is played now, from 1, 0 for none. */
  playing?: string;
}

type LaneKind = "velocity" | "kind" | "transpose" | "length";

const LANES: { kind: LaneKind; name: string }[] = [
  { kind: "velocity", name: "Velocity" },
  { kind: "kind", name: "Step" },
  { kind: "transpose", name: "Transpose" },
  { kind: "length", name: "Length" },
];
const KINDS = ["play", "rest", "tie"];

/**
 * Columns of a pattern: what each step does, how loud it is, how far it is moved and how long it is. A stroke of the
 * pointer paints over as many steps as it passes, as one gesture on each, and one thing to undo. Steps beyond the
 * pattern's length are dim; a stroke along the numbers sets the length. In each lane one step has the keyboard: arrows
 * to the sides go to its neighbours, all other keys are as with a knob; Enter goes on to the next kind.
 *
 * Of `PREFIX_N_kind` (playing, resting, tying), `PREFIX_N_velocity`, `PREFIX_N_transpose` and `PREFIX_N_length`, those
 * that are missing have no lane.
 */
export function Steps({ prefix, count, playing }: StepsProps) {
  const client = useClient();
  const numbers = useRef<HTMLDivElement>(null);
  const lanes = useMemo(() => {
    const all = LANES.map((lane) => ({ ...lane, ids: idsOf(client, prefix, lane.kind) }));
    return all.filter(({ ids }) => ids.length > 0);
  }, [client, prefix]);
  const columns = Math.min(...lanes.map(({ ids }) => ids.length));
  const length = useParameter(count).value;
  if (lanes.length === 0) throw new Error(`the plugin has no parameter "${prefix}_1_velocity"`);
  return (
    <div className="dyad-steps" style={{ "--dyad-columns": columns } as CSSProperties}>
      <Numbers ref={numbers} count={count} columns={columns} />
      {playing !== undefined && <Playhead id={playing} numbers={numbers} />}
      {lanes.map(({ kind, name, ids }, row) => (
        <Lane key={kind} {...{ kind, name, prefix, length }} row={row + 2} ids={ids.slice(0, columns)} />
      ))}
    </div>
  );
}

function idsOf(client: Client, prefix: string, kind: LaneKind): string[] {
  const ids = [];
  for (let n = 1; client.parameter(`${prefix}_${n}_${kind}`); n++) ids.push(`${prefix}_${n}_${kind}`);
  return ids;
}

const columnAt = (x: number, columns: number) => Math.min(columns - 1, Math.max(0, Math.floor(x * columns)));

/** The column of the step that is played. */
function Playhead({ id, numbers }: { id: string; numbers: RefObject<HTMLDivElement | null> }) {
  const ref = useRef<HTMLSpanElement>(null);
  useMeter(id, (value) => {
    const step = Math.round(value);
    if (!ref.current) return;
    ref.current.hidden = step < 1;
    ref.current.style.setProperty("--dyad-at", String(step - 1));
    [...(numbers.current?.children ?? [])].forEach((number, n) =>
      number.toggleAttribute("data-playing", n + 1 === step),
    );
  });
  return (
    <div className="dyad-steps-head" aria-hidden>
      <span ref={ref} hidden />
    </div>
  );
}

/** The steps' numbers, along which the pattern's length is set. */
function Numbers({ ref, count, columns }: { ref: RefObject<HTMLDivElement | null>; count: string; columns: number }) {
  const client = useClient();
  const { name, value, text, min, max, steps, reset } = useParameter(count);
  const actions = useParameterActions(count);
  const stroke = useStroke<HTMLDivElement>({
    paint: (_, to, set) => {
      const wanted = Math.max(min, columnAt(to.x, columns) + 1);
      if (wanted !== client.parameter(count)?.value) set(count, { value: wanted });
    },
  });
  useEffect(() => (ref.current ? client.place(count, ref.current) : undefined), [client, count, ref]);
  return (
    <div
      ref={ref}
      {...stroke}
      className="dyad-steps-numbers"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      onDoubleClick={() => void reset()}
      onClick={(event) => event.ctrlKey && void reset()}
      onContextMenu={(event) => menu(client, count, event)}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (operateByKey(event.key, event.shiftKey, steps, actions)) event.preventDefault();
      }}
    >
      {Array.from({ length: columns }, (_, n) => (
        <span key={n} data-beyond={n >= value}>
          {n + 1}
        </span>
      ))}
    </div>
  );
}

function menu(client: Client, id: string, event: MouseEvent): void {
  event.preventDefault();
  client.menu(id, event.clientX, event.clientY).catch(() => undefined);
}

/** The kind that a click makes of another. */
const following = (kind: number) => (Math.round(kind) + 1) % KINDS.length;

interface LaneProps {
  kind: LaneKind;
  name: string;
  prefix: string;
  ids: string[];
  /** Of the pattern. */
  length: number;
  /** Of the grid. */
  row: number;
}

function Lane({ kind, name, prefix, ids, length, row }: LaneProps) {
  const client = useClient();
  const ref = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState(0);
  const [pointed, setPointed] = useState(-1);
  const brush = useRef(0);
  const cellAt = (n: number) => ref.current?.children[n] as HTMLElement | undefined;
  const column = (x: number) => columnAt(x, ids.length);

  const stroke = useStroke<HTMLDivElement>({
    paint: (from, to, set, first) => {
      const [a, b] = [column(from.x), column(to.x)];
      if (first) {
        const info = client.parameter(ids[b] ?? "");
        // What the first step becomes, all become that the stroke comes over.
        brush.current = following(info?.value ?? 0);
        setSelected(b);
        cellAt(b)?.focus({ preventScroll: true });
      }
      setPointed(b);
      for (let n = Math.min(a, b); n <= Math.max(a, b); n++) {
        paintOne(client, ids[n] ?? "", kind === "kind" ? brush.current : heightAt(n, b, from, to), kind, set);
      }
    },
  });
  /** Where a stroke comes over a step's middle. */
  const heightAt = (n: number, last: number, from: StrokePlace, to: StrokePlace) => {
    const part = n === last ? 1 : Math.min(1, Math.max(0, ((n + 0.5) / ids.length - from.x) / (to.x - from.x)));
    return Math.min(1, Math.max(0, 1 - (from.y + (to.y - from.y) * part)));
  };
  const reset = (event: MouseEvent<HTMLDivElement>) => {
    const id = ids[column(placeOf(event).x)];
    if (id !== undefined && kind !== "kind") client.resetParameter(id).catch(() => undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key, shiftKey } = event;
    const id = ids[selected] ?? "";
    const info = client.parameter(id);
    if (!info) return;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const to = Math.min(ids.length - 1, Math.max(0, selected + (key === "ArrowLeft" ? -1 : 1)));
      setSelected(to);
      cellAt(to)?.focus();
    } else if (kind === "kind" && (key === "Enter" || key === " ")) {
      client.setParameter(id, { value: following(info.value) }).catch(() => undefined);
    } else if (!operateByKey(key, shiftKey, info.steps, actionsOf(client, id))) {
      return;
    }
    event.preventDefault();
  };
  return (
    <>
      <span className="dyad-steps-name" style={{ gridRow: row }} aria-hidden>
        {name}
      </span>
      <div
        ref={ref}
        {...stroke}
        className="dyad-steps-lane"
        style={{ gridRow: row }}
        data-lane={kind}
        role="group"
        aria-label={name}
        onPointerMove={(event: PointerEvent<HTMLDivElement>) => {
          setPointed(column(placeOf(event).x));
          stroke.onPointerMove(event);
        }}
        onPointerLeave={() => setPointed(-1)}
        onDoubleClick={reset}
        onClick={(event) => event.ctrlKey && reset(event)}
        onContextMenu={(event) => menu(client, ids[column(placeOf(event).x)] ?? "", event)}
        onKeyDown={onKeyDown}
      >
        {ids.map((id, n) => (
          <Cell
            key={id}
            {...{ id, kind, name }}
            kindId={`${prefix}_${n + 1}_kind`}
            number={n + 1}
            beyond={n >= length}
            tabs={n === selected}
            pointed={n === pointed}
          />
        ))}
      </div>
    </>
  );
}

function paintOne(
  client: Client,
  id: string,
  to: number,
  kind: LaneKind,
  set: (id: string, setting: Setting) => void,
): void {
  const info = client.parameter(id);
  if (!info) return;
  if (kind === "kind") {
    if (Math.round(info.value) !== to) set(id, { value: to });
    return;
  }
  const position = info.steps > 0 ? Math.round(to * info.steps) / info.steps : to;
  if (Math.abs(position - info.position) > 1e-6) set(id, { position });
}

/** As {@link useParameterActions}, for what a key does. */
function actionsOf(client: Client, id: string) {
  const done = (promise: Promise<unknown>) =>
    promise.then(
      () => true,
      () => false,
    );
  return {
    setValue: (value: number) => done(client.setParameter(id, { value })),
    setPosition: (position: number) => done(client.setParameter(id, { position })),
    setText: (text: string) => done(client.setParameter(id, { text })),
    step: (steps: number) => done(client.stepParameter(id, steps)),
    reset: () => done(client.resetParameter(id)),
    begin: () => void done(client.beginGesture(id)),
    end: () => void done(client.endGesture(id)),
  };
}

interface CellProps {
  id: string;
  kind: LaneKind;
  /** Of the step's kind. */
  kindId: string;
  name: string;
  number: number;
  beyond: boolean;
  tabs: boolean;
  pointed: boolean;
}

function Cell({ id, kind, kindId, name, number, beyond, tabs, pointed }: CellProps) {
  const client = useClient();
  const ref = useRef<HTMLDivElement>(null);
  const { value, position, text, min, max, steps } = useParameter(id);
  const actions = useParameterActions(id);
  const does = useParameter(client.parameter(kindId) ? kindId : id);
  useEffect(() => (ref.current ? client.place(id, ref.current) : undefined), [client, id]);
  useWheel(ref, actions, steps, true);
  return (
    <div
      ref={ref}
      className="dyad-steps-cell"
      role="slider"
      tabIndex={tabs ? 0 : -1}
      data-does={does.id === kindId ? KINDS[Math.round(does.value)] : "play"}
      data-beyond={beyond}
      data-pointed={pointed}
      data-way={Math.sign(Math.round((position - 0.5) * 1e3))}
      style={{ "--dyad-at": position } as CSSProperties}
      aria-label={`Step ${number} ${name.toLowerCase()}`}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
    >
      <i />
      {kind !== "kind" && pointed && <b>{text}</b>}
    </div>
  );
}
