/** Gestures of what moves two parameters at once, or one along a picture's axis. As with knobs otherwise. */

import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from "react";
import { useClient, useParameterActions, useParameterInfo, type Size } from "../react";
import { FINE, operateByKey, SLACK, useWheel } from "./operate";

export interface PadOptions {
  /** Parameters along the two ways; of those that are missing, nothing moves. */
  x?: string | undefined;
  y?: string | undefined;
  /** What the wheel and the Page keys step, by one; without it, what moves up and down, by ten. */
  wheel?: string | undefined;
  /** Turned on and off by Enter and Space. */
  enabled?: string | undefined;
  /** CSS pixels from one end of each range to the other. */
  extent(element: HTMLElement): Size;
  /** The positions at a place in CSS pixels, where a press there brings the handle from where it is `now`. */
  at?(element: HTMLElement, left: number, top: number, now: Position): Position | undefined;
  onPress?(): void;
}

export interface Position {
  x: number;
  y: number;
}

interface Drag extends Position {
  pointer: number;
  /** Where the pointer was when it was last followed, in CSS pixels. */
  left: number;
  top: number;
  started: boolean;
}

/** A parameter that may be none. */
function useMaybe(id: string | undefined) {
  const actions = useParameterActions(id ?? "");
  const info = useParameterInfo(id ?? "");
  if (id !== undefined && !info) throw new Error(`the plugin has no parameter "${id}"`);
  return info ? { info, actions } : undefined;
}

/** What a handle's element needs to be moved as its parameters. */
export function usePad<E extends HTMLElement>(options: PadOptions) {
  const client = useClient();
  const [x, y, turned, enabled] = [
    useMaybe(options.x),
    useMaybe(options.y),
    useMaybe(options.wheel),
    useMaybe(options.enabled),
  ];
  const ref = useRef<E>(null);
  const drag = useRef<Drag | null>(null);
  const dragged = useRef(false);
  const [held, setHeld] = useState(false);
  const both = [x, y].filter((one) => one !== undefined);
  const wheel = turned ?? y ?? x;
  const noWheel = useParameterActions("");

  const place = options.y ?? options.x;
  useEffect(() => (ref.current && place ? client.place(place, ref.current) : undefined), [client, place]);
  useWheel(ref, wheel?.actions ?? noWheel, wheel?.info.steps ?? 0, wheel !== undefined);

  const letGo = useRef<() => void>(undefined);
  useEffect(() => {
    letGo.current = () => both.forEach((one) => one.actions.end());
  });
  const finish = () => {
    const last = drag.current;
    drag.current = null;
    if (!last?.started) return;
    setHeld(false);
    letGo.current?.();
  };
  useEffect(() => {
    const forget = () => {
      drag.current = null;
      setHeld(false);
    };
    const stop = client.onStatus(forget);
    return () => {
      stop();
      if (drag.current?.started) letGo.current?.();
      drag.current = null;
    };
  }, [client]);

  const position = (): Position => ({ x: x?.info.position ?? 0, y: y?.info.position ?? 0 });
  const drags = (event: PointerEvent<E>) => drag.current?.pointer === event.pointerId;
  /** Brings it to a place, as far as that is another one. */
  const go = (from: Position, to: Position) => {
    // Beyond an end the hand is followed no further, and comes back to where it left.
    const inside = (part: number) => Math.min(1, Math.max(0, part));
    if (x && inside(to.x) !== inside(from.x)) void x.actions.setPosition(inside(to.x));
    if (y && inside(to.y) !== inside(from.y)) void y.actions.setPosition(inside(to.y));
  };
  const follow = (event: PointerEvent<E>) => {
    const now = drag.current;
    if (!now) return;
    const before = { x: now.x, y: now.y };
    const [right, up] = [event.clientX - now.left, now.top - event.clientY];
    if (!now.started) {
      if (Math.hypot(right, up) < SLACK) return;
      now.started = true;
      dragged.current = true;
      setHeld(true);
      both.forEach((one) => one.actions.begin());
      const jump = options.at?.(event.currentTarget, now.left, now.top, now);
      if (jump) [now.x, now.y] = [jump.x, jump.y];
    }
    if (right === 0 && up === 0) return;
    [now.left, now.top] = [event.clientX, event.clientY];
    const { width, height } = options.extent(event.currentTarget);
    const fine = event.shiftKey ? FINE : 1;
    now.x += (right / Math.max(1, width)) * fine;
    now.y += (up / Math.max(1, height)) * fine;
    go(before, now);
  };
  const stop = (event: PointerEvent<E>) => {
    if (drags(event)) finish();
  };
  const reset = () => [...both, ...(turned ? [turned] : [])].forEach((one) => void one.actions.reset());
  const turn = () => {
    if (!enabled) return;
    const { value, min, max } = enabled.info;
    void enabled.actions.setValue(value > min ? min : max);
  };

  return {
    ref,
    held,
    x: x?.info,
    y: y?.info,
    wheel: turned?.info,
    enabled: enabled?.info,
    handlers: {
      onPointerDown(event: PointerEvent<E>) {
        if (event.button !== 0 || (drag.current?.started && !drags(event))) return;
        finish();
        event.currentTarget.focus({ preventScroll: true });
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = false;
        options.onPress?.();
        const { pointerId: pointer, clientX: left, clientY: top } = event;
        drag.current = { pointer, left, top, ...position(), started: false };
      },
      onPointerMove(event: PointerEvent<E>) {
        if (!drags(event)) return;
        if ((event.buttons & 1) === 0) finish();
        else follow(event);
      },
      onPointerUp(event: PointerEvent<E>) {
        if (event.button !== 0 || !drags(event)) return;
        follow(event);
        finish();
      },
      onPointerCancel: stop,
      onLostPointerCapture: stop,
      onClick(event: MouseEvent<E>) {
        if (dragged.current) return;
        const jump = options.at?.(event.currentTarget, event.clientX, event.clientY, position());
        if (event.ctrlKey) reset();
        else if (event.detail <= 1 && jump) go(position(), jump);
      },
      onDoubleClick(event: MouseEvent<E>) {
        if (!event.ctrlKey) reset();
      },
      onContextMenu(event: MouseEvent<E>) {
        event.preventDefault();
        if (drag.current?.started || place === undefined) return;
        client.menu(place, event.clientX, event.clientY).catch(() => undefined);
      },
      onKeyDown(event: KeyboardEvent<E>) {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const { key, shiftKey } = event;
        if (key === "Delete" || key === "Backspace") reset();
        else if (enabled && (key === "Enter" || key === " ")) turn();
        else if (turned && /^Page/.test(key)) {
          void turned.actions.step((key === "PageUp" ? 1 : -1) * (shiftKey && turned.info.steps === 0 ? FINE : 1));
        } else {
          const one = /^(Arrow|Page)(Up|Down)$/.test(key) ? (y ?? x) : (x ?? y);
          if (!one || !operateByKey(key, shiftKey, one.info.steps, one.actions)) return;
        }
        event.preventDefault();
      },
    },
  };
}
