import { ConnectionError } from "./errors";
import type { ParameterValue, Setting } from "./protocol";
import type { Rpc } from "./rpc";

/** What is done to a parameter, in the order in which it is done. */
type Op = Mark | Change;
interface Mark {
  kind: "begin" | "end";
  waiters: Waiter<null>[];
}
type Change =
  | { kind: "set"; setting: Setting; waiters: Waiter<ParameterValue>[] }
  | { kind: "step"; steps: number; waiters: Waiter<ParameterValue>[] }
  | { kind: "reset"; waiters: Waiter<ParameterValue>[] };

interface Waiter<T> {
  resolve(result: T): void;
  reject(error: unknown): void;
}

export interface LaneEvents {
  /** The core has answered with what the parameter is now. */
  onValue(value: ParameterValue): void;
  /** Nothing is under way or waiting any more. */
  onIdle(): void;
}

/**
 * The way of one parameter's gestures to the editor: begin, sets, end, never in another order.
 *
 * A value is under way at most once; of what comes meanwhile in a drag only the newest goes on, so that a page
 * never floods an editor that is busy.
 */
export class Lane {
  /** Between begin and end, as the page has said it. */
  held = false;
  readonly #rpc: Rpc;
  readonly #id: string;
  readonly #events: LaneEvents;
  #queue: Op[] = [];
  #underWay = false;
  #dropped = false;
  /** A begin has gone out, and no end. */
  #begun = false;

  constructor(rpc: Rpc, id: string, events: LaneEvents) {
    this.#rpc = rpc;
    this.#id = id;
    this.#events = events;
  }

  get idle(): boolean {
    return !this.#underWay && this.#queue.length === 0;
  }

  /** The position that was asked for last and has not gone out; undefined where there is none. */
  get waitingPosition(): number | undefined {
    const last = this.#queue.findLast((op) => op.kind === "set");
    return last && "position" in last.setting ? last.setting.position : undefined;
  }

  begin(): Promise<null> {
    if (this.held) return Promise.resolve(null);
    this.held = true;
    return new Promise((resolve, reject) => this.#push({ kind: "begin", waiters: [{ resolve, reject }] }));
  }

  end(): Promise<null> {
    if (!this.held) return Promise.resolve(null);
    this.held = false;
    return new Promise((resolve, reject) => this.#push({ kind: "end", waiters: [{ resolve, reject }] }));
  }

  set(setting: Setting): Promise<ParameterValue> {
    return new Promise((resolve, reject) => {
      const last = this.#queue.at(-1);
      // Each set outside a gesture is one of its own, and a text may be refused: those are never left out.
      if (this.held && last?.kind === "set" && !("text" in setting) && !("text" in last.setting)) {
        last.setting = setting;
        last.waiters.push({ resolve, reject });
      } else {
        this.#push({ kind: "set", setting, waiters: [{ resolve, reject }] });
      }
    });
  }

  step(steps: number): Promise<ParameterValue> {
    return new Promise((resolve, reject) => {
      const last = this.#queue.at(-1);
      // Only in the same direction: at the end of a range, there and back is not nothing.
      if (last?.kind === "step" && Math.sign(last.steps) === Math.sign(steps)) {
        last.steps += steps;
        last.waiters.push({ resolve, reject });
      } else {
        this.#push({ kind: "step", steps, waiters: [{ resolve, reject }] });
      }
    });
  }

  reset(): Promise<ParameterValue> {
    return new Promise((resolve, reject) => this.#push({ kind: "reset", waiters: [{ resolve, reject }] }));
  }

  /** Sends all that waits at once, and ends a gesture: the window goes. */
  flush(): void {
    void this.end().catch(() => undefined);
    while (this.#queue.length > 0) this.#sendNext();
  }

  /** Forgets all that waits: there is nobody to send it to. Returns whether the editor thinks that it is held. */
  drop(): boolean {
    this.#dropped = true;
    this.held = false;
    const queue = this.#queue;
    this.#queue = [];
    for (const op of queue) {
      for (const waiter of op.waiters) waiter.reject(new ConnectionError("the connection was lost"));
    }
    return this.#begun;
  }

  #push(op: Op): void {
    this.#queue.push(op);
    this.#drain();
  }

  #drain(): void {
    while (!this.#underWay && this.#queue.length > 0) this.#sendNext();
  }

  #sendNext(): void {
    const op = this.#queue.shift();
    if (!op) return;
    switch (op.kind) {
      // The way keeps the order: nothing has to wait for the answer.
      case "begin":
        return this.#mark("beginGesture", op.waiters);
      case "end":
        return this.#mark("endGesture", op.waiters);
      case "set":
        return this.#change(op, this.#rpc.request("setParameter", { id: this.#id, ...op.setting }));
      case "step":
        return this.#change(op, this.#rpc.request("stepParameter", { id: this.#id, steps: op.steps }));
      case "reset":
        return this.#change(op, this.#rpc.request("resetParameter", { id: this.#id }));
    }
  }

  #mark(method: "beginGesture" | "endGesture", waiters: Waiter<null>[]): void {
    this.#begun = method === "beginGesture";
    settle(this.#rpc.request(method, { id: this.#id }), waiters);
    if (this.idle) this.#events.onIdle();
  }

  #change(op: Change, answer: Promise<ParameterValue>): void {
    this.#underWay = true;
    settle(answer, op.waiters);
    answer.then(
      (value) => this.#answered(value),
      () => this.#answered(),
    );
  }

  #answered(value?: ParameterValue): void {
    if (this.#dropped) return;
    this.#underWay = false;
    if (value) this.#events.onValue(value);
    this.#drain();
    if (this.idle) this.#events.onIdle();
  }
}

function settle<T>(answer: Promise<T>, waiters: Waiter<T>[]): void {
  answer.then(
    (result) => waiters.forEach((waiter) => waiter.resolve(result)),
    (error: unknown) => waiters.forEach((waiter) => waiter.reject(error)),
  );
}
