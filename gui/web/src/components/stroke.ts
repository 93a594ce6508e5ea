/** A stroke of the pointer over several parameters: a gesture on each that it comes over, all ended with it. */

import { useEffect, useRef, type PointerEvent } from "react";
import { useClient } from "../react";
import type { Setting } from "../client";

/** A place within an element, as parts of its size: from the left and from the top. */
export interface StrokePlace {
  x: number;
  y: number;
}

export interface StrokeOptions {
  /** Paints from one place of the stroke to the next; its first time is where it begins, twice. */
  paint(from: StrokePlace, to: StrokePlace, set: (id: string, setting: Setting) => void, first: boolean): void;
}

export function useStroke<E extends HTMLElement>({ paint }: StrokeOptions) {
  const client = useClient();
  const pointer = useRef<{ id: number; at: StrokePlace } | null>(null);
  const held = useRef(new Set<string>());

  const set = (id: string, setting: Setting) => {
    if (!held.current.has(id)) {
      held.current.add(id);
      client.beginGesture(id).catch(() => undefined);
    }
    client.setParameter(id, setting).catch(() => undefined);
  };
  const finish = () => {
    pointer.current = null;
    for (const id of held.current) client.endGesture(id).catch(() => undefined);
    held.current.clear();
  };
  useEffect(() => {
    const ids = held.current;
    const forget = () => {
      pointer.current = null;
      ids.clear();
    };
    const stop = client.onStatus(forget);
    return () => {
      stop();
      for (const id of ids) client.endGesture(id).catch(() => undefined);
      forget();
    };
  }, [client]);

  const draws = (event: PointerEvent<E>) => pointer.current?.id === event.pointerId;
  const follow = (event: PointerEvent<E>, first = false) => {
    const to = placeOf(event);
    const from = pointer.current?.at ?? to;
    pointer.current = { id: event.pointerId, at: to };
    paint(from, to, set, first);
  };
  const stop = (event: PointerEvent<E>) => {
    if (draws(event)) finish();
  };

  return {
    onPointerDown(event: PointerEvent<E>) {
      // A click with Ctrl brings the default.
      if (event.button !== 0 || event.ctrlKey || (pointer.current && !draws(event))) return;
      finish();
      event.currentTarget.setPointerCapture(event.pointerId);
      follow(event, true);
    },
    onPointerMove(event: PointerEvent<E>) {
      if (!draws(event)) return;
      // The button was let go where nobody saw it.
      if ((event.buttons & 1) === 0) finish();
      else follow(event);
    },
    onPointerUp(event: PointerEvent<E>) {
      if (event.button !== 0 || !draws(event)) return;
      follow(event);
      finish();
    },
    onPointerCancel: stop,
    onLostPointerCapture: stop,
  };
}

export function placeOf(event: { currentTarget: Element; clientX: number; clientY: number }): StrokePlace {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  return { x: (event.clientX - left) / Math.max(1, width), y: (event.clientY - top) / Math.max(1, height) };
}
