/** Gestures: how what the pointer, wheel and keys do becomes begin, set and end. The same as in native editors. */

import {
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
} from "react";
import { currentZoom, useClient, useParameterActions, useParameterInfo, type ParameterActions } from "../react";
import { Notches, wheelNotches } from "./wheel";

/** Logical pixels of vertical drag from one end of a range to the other. */
const TRAVEL = 200;
/** What Shift makes of a movement. */
export const FINE = 0.1;
/** CSS pixels that the pointer moves before it is a drag. */
export const SLACK = 2;

/** Along which way a control is dragged: upwards, to the right over its own length, or not at all. */
export type Travel = "up" | "right" | "none";

export interface OperateOptions {
  travel: Travel;
  /** Logical pixels at both ends of a way to the right that the handle's middle does not reach. */
  margin?: number;
  /** A click; of what can be dragged, one that is no drag, no double-click and without Ctrl. */
  onClick?(event: MouseEvent<HTMLElement>): void;
  /** No key and no wheel moves it. */
  still?: boolean;
  /** Enter, where it types the value. */
  onEnter?(): void;
}

interface Drag {
  pointer: number;
  /** Where the pointer was when it was last followed. */
  x: number;
  y: number;
  /** Where it has brought the control, 0 to 1, also between steps. */
  position: number;
  started: boolean;
}

/** What a control's element needs to be operated as its parameter. */
export function useOperate<E extends HTMLElement>(id: string, options: OperateOptions) {
  const client = useClient();
  const actions = useParameterActions(id);
  const info = useParameterInfo(id);
  const ref = useRef<E>(null);
  const drag = useRef<Drag | null>(null);
  const dragged = useRef(false);
  const [held, setHeld] = useState(false);

  useEffect(() => (ref.current ? client.place(id, ref.current) : undefined), [client, id]);
  useWheel(ref, actions, info?.steps ?? 0, options.still !== true);

  const finish = () => {
    const last = drag.current;
    drag.current = null;
    if (!last?.started) return;
    setHeld(false);
    actions.end();
  };
  useEffect(() => {
    // A control that goes away lets go; and where nobody answers there is nothing to hold.
    const forget = () => {
      drag.current = null;
      setHeld(false);
    };
    const stop = client.onStatus(forget);
    return () => {
      stop();
      if (drag.current?.started) actions.end();
      forget();
    };
  }, [client, actions]);

  /** Another finger or the mouse has no part in a drag. */
  const drags = (event: PointerEvent<E>) => drag.current?.pointer === event.pointerId;
  const letGo = (event: PointerEvent<E>) => {
    if (drags(event)) finish();
  };
  const follow = (event: PointerEvent<E>) => {
    const now = drag.current;
    const element = ref.current;
    if (!now || !element) return;
    const [right, up] = [event.clientX - now.x, now.y - event.clientY];
    if (!now.started) {
      if (Math.hypot(right, up) < SLACK) return;
      now.started = true;
      dragged.current = true;
      setHeld(true);
      actions.begin();
    }
    [now.x, now.y] = [event.clientX, event.clientY];
    const fine = event.shiftKey ? FINE : 1;
    const way = options.travel === "up" ? up / (TRAVEL * currentZoom()) : right / trackOf(element, options).length;
    const position = Math.min(1, Math.max(0, now.position + way * fine));
    if (position === now.position) return;
    now.position = position;
    void actions.setPosition(position);
  };

  return {
    ref,
    held,
    handlers: {
      onPointerDown(event: PointerEvent<E>) {
        if (event.button !== 0 || (drag.current?.started && !drags(event))) return;
        finish();
        event.currentTarget.focus({ preventScroll: true });
        dragged.current = false;
        if (options.travel === "none" || !info) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const { pointerId: pointer, clientX: x, clientY: y } = event;
        drag.current = { pointer, x, y, position: info.position, started: false };
      },
      onPointerMove(event: PointerEvent<E>) {
        if (!drags(event)) return;
        // The button was let go where nobody saw it.
        if ((event.buttons & 1) === 0) finish();
        else follow(event);
      },
      onPointerUp(event: PointerEvent<E>) {
        if (event.button !== 0 || !drags(event)) return;
        follow(event);
        finish();
      },
      onPointerCancel: letGo,
      onLostPointerCapture: letGo,
      onClick(event: MouseEvent<E>) {
        // Quick clicks on a button are as many presses.
        if (options.travel === "none") return options.onClick?.(event);
        if (dragged.current) return;
        if (event.ctrlKey) void actions.reset();
        else if (event.detail <= 1) options.onClick?.(event);
      },
      onDoubleClick(event: MouseEvent<E>) {
        if (options.travel !== "none" && !event.ctrlKey) void actions.reset();
      },
      onContextMenu(event: MouseEvent<E>) {
        event.preventDefault();
        // A finger that rests in a drag wants no menu.
        if (drag.current?.started) return;
        client.menu(id, event.clientX, event.clientY).catch(() => undefined);
      },
      onKeyDown(event: KeyboardEvent<E>) {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.key === "Enter" && options.onEnter) options.onEnter();
        else if (options.still || !operateByKey(event.key, event.shiftKey, info?.steps ?? 0, actions)) return;
        event.preventDefault();
      },
    },
  };
}

/** Where the middle of a slider's handle can be: from `first` on, in CSS pixels of the page. */
export function trackOf(element: Element, { margin = 0 }: Pick<OperateOptions, "margin">) {
  const { left, width } = element.getBoundingClientRect();
  const edge = margin * currentZoom();
  return { first: left + edge, length: Math.max(1, width - 2 * edge) };
}

/** Whether the key was one that moves a parameter. */
export function operateByKey(key: string, fine: boolean, steps: number, actions: ParameterActions): boolean {
  const small = steps === 0 && fine ? FINE : 1;
  const large = steps > 0 ? Math.ceil(steps / 10) : 10;
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return (void actions.step(small), true);
    case "ArrowDown":
    case "ArrowLeft":
      return (void actions.step(-small), true);
    case "PageUp":
      return (void actions.step(large), true);
    case "PageDown":
      return (void actions.step(-large), true);
    case "Home":
      return (void actions.setPosition(0), true);
    case "End":
      return (void actions.setPosition(1), true);
    case "Delete":
    case "Backspace":
      return (void actions.reset(), true);
    default:
      return false;
  }
}

/** Lets the wheel step a parameter. React's own wheel events can't keep the page from scrolling. */
export function useWheel(
  ref: RefObject<HTMLElement | null>,
  actions: ParameterActions,
  steps: number,
  takes: boolean,
): void {
  useEffect(() => {
    const element = ref.current;
    if (!element || !takes) return;
    const notches = new Notches();
    const turn = (event: WheelEvent) => {
      if (event.ctrlKey) return;
      event.preventDefault();
      const whole = notches.add(wheelNotches(event), performance.now());
      if (whole !== 0) void actions.step(whole * (steps === 0 && event.shiftKey ? FINE : 1));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [ref, actions, steps, takes]);
}
