/** An editor for tests: answers as `docs/web-protocol.md` says, and keeps what it was told. */

import type { EditorNotifications, Hello, MeterFrame, PropertyInfo, Setting, State } from "../../src/client/protocol";
import type { Transport } from "../../src/client/transport";
import { toBase64 } from "../../src/client/base64";
import { folderOf, listing, neighbour } from "./files";
import { MockParameter } from "./parameters";
import { absent, misfit, Refusal } from "./refusal";
import { MockSession } from "./session";
import { points } from "./shows";

interface Message {
  id?: number;
  method?: unknown;
  params?: Record<string, unknown>;
}

/** A message that the editor got: requests and notifications alike. */
export interface Told {
  method: string;
  params: Record<string, unknown> | undefined;
}

export class MockEditor {
  /** Everything that came, in its order. */
  readonly told: Told[] = [];
  /** Whether answers wait for {@link answer}. */
  manual = false;
  readonly #hello: Hello;
  readonly #parameters: Map<string, MockParameter>;
  readonly #properties: Map<string, PropertyInfo>;
  #handler: ((incoming: unknown) => void) | undefined;
  #answers: object[] = [];
  readonly session: MockSession;
  /** What curves are with the values of this moment; those that have changed are told. */
  curves: (value: (id: string) => number) => Record<string, number[]> = () => ({});
  readonly #curves = new Map<string, string>();
  meters: Record<string, number> = {};
  /** Of the meters of type `value`. */
  texts: Record<string, string> = {};

  constructor(hello: Hello) {
    this.#hello = hello;
    this.#parameters = new Map(hello.parameters.map((info) => [info.id, new MockParameter(info)]));
    this.#properties = new Map(hello.properties.map((info) => [info.id, { ...info }]));
    this.session = new MockSession(hello.session, (state) => this.notify("sessionUpdate", state));
    for (const { id, type, value, text } of hello.meters) {
      this.meters[id] = value;
      if (type === "value") this.texts[id] = text;
    }
  }

  /** A client's way to this editor. */
  transport(): Transport {
    return {
      send: (text) => this.take(text),
      receive: (handler) => {
        this.#handler = handler;
        return () => (this.#handler = undefined);
      },
    };
  }

  /** Takes a page's message. */
  take(text: string): void {
    const message = JSON.parse(text) as Message;
    this.told.push({ method: String(message.method), params: message.params });
    const answer = this.reply(message);
    if (!answer) return;
    if (this.manual) this.#answers.push(answer);
    else queueMicrotask(() => this.deliver(answer));
  }

  /** Lets the oldest answer that waits go. */
  answer(): void {
    const answer = this.#answers.shift();
    if (!answer) throw new Error("no answer waits");
    this.deliver(answer);
  }

  /** How many answers wait. */
  get waiting(): number {
    return this.#answers.length;
  }

  /** Loses the answers that wait. */
  forget(): void {
    this.#answers = [];
  }

  /** Gives the page anything. */
  deliver(incoming: unknown): void {
    const { dyadReceive } = globalThis as { dyadReceive?: (incoming: unknown) => void };
    // A copy, as what comes through a webview is.
    (this.#handler ?? dyadReceive)?.(structuredClone(incoming));
  }

  notify<M extends keyof EditorNotifications>(method: M, params?: EditorNotifications[M]): void {
    this.deliver({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  /** Sets a parameter as a host does, and tells the page. */
  automate(id: string, setting: Setting): void {
    const parameter = this.#parameters.get(id);
    parameter?.set(setting);
    if (parameter) this.notify("paramUpdate", parameter.state());
    for (const [curve, points] of this.#moved()) this.notify("curveUpdate", { id: curve, points });
  }

  /** Lets the page have a message of the sound half. */
  say(bytes: Uint8Array): void {
    this.notify("message", { data: toBase64(bytes) });
  }

  value(id: string): number | undefined {
    return this.#parameters.get(id)?.value;
  }

  /** What it was told with these methods, each as its name and what tells it apart: `setParameter gain`. */
  calls(...methods: string[]): string[] {
    return this.told
      .filter(({ method }) => methods.includes(method))
      .map(({ method, params }) => [method, params?.["id"]].filter((part) => part !== undefined).join(" "));
  }

  /** The params of the last message with this method. */
  last(method: string): Record<string, unknown> | undefined {
    return this.told.findLast((told) => told.method === method)?.params;
  }

  count(method: string): number {
    return this.told.filter((told) => told.method === method).length;
  }

  /** The answer to a message; none to a notification. */
  reply(message: Message): object | undefined {
    const { id, method, params = {} } = message;
    if (id === undefined) return undefined;
    try {
      if (typeof method !== "string") throw new Refusal(-32600, "no request");
      return { jsonrpc: "2.0", id, result: this.#result(method, params) };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const { code, message: text, data } = refusal;
      return { jsonrpc: "2.0", id, error: { code, message: text, ...(data ? { data } : {}) } };
    }
  }

  #result(method: string, params: Record<string, unknown>): unknown {
    switch (method) {
      case "hello":
        if (params["protocol"] !== 1) throw misfit("protocol");
        return {
          ...this.#hello,
          parameters: this.#infos(),
          properties: [...this.#properties.values()],
          session: this.session.state,
          curves: this.#allCurves(),
        };
      case "getAllParameters":
        return this.#infos();
      case "getParameter":
        return this.#parameter(params).info();
      case "setParameter":
      case "stepParameter":
      case "resetParameter":
        return this.#change(method, params);
      case "beginGesture":
      case "endGesture":
        return (void this.#parameter(params), null);
      case "getMeterFrame":
        return this.#frame();
      case "getProperty":
        return this.#property(params);
      case "getAllProperties":
        return [...this.#properties.values()];
      case "setProperty":
        return (this.#setProperty(params), null);
      case "browse":
        return (void this.#property(params), this.#hello.host.browse);
      case "listFiles": {
        const { value } = this.#property(params);
        if (typeof params["folder"] !== "string") throw misfit("folder");
        return listing(params["folder"] || folderOf(value), value);
      }
      case "stepFile": {
        const property = this.#property(params);
        if (typeof params["forwards"] !== "boolean") throw misfit("forwards");
        const next = neighbour(property.value, params["forwards"]);
        if (next === undefined) return false;
        property.value = next;
        queueMicrotask(() => this.notify("propertyUpdate", { id: property.id, value: next }));
        return true;
      }
      case "getState":
        return this.#state();
      case "setState":
        return (this.#setState(params as unknown as State), null);
      case "noteOn":
      case "noteOff":
        if (!this.#hello.host.notes) throw new Refusal(-32003, "this plugin takes no notes");
        if (!isKey(params["key"])) throw misfit("key");
        if (method === "noteOn" && typeof params["velocity"] !== "number") throw misfit("velocity");
        return null;
      case "send":
        if (!this.#hello.host.messages) throw new Refusal(-32003, "this plugin takes no messages");
        if (typeof params["data"] !== "string" || !/^[\w+/]*=*$/.test(params["data"])) throw misfit("data");
        return null;
      case "resize":
        return this.#hello.host.resize;
      case "menu":
        return (void this.#parameter(params), this.#hello.host.menu);
      default: {
        const result = this.session.result(method, params);
        if (result === undefined) throw new Refusal(-32601, "no such method");
        return result;
      }
    }
  }

  #frame(): MeterFrame {
    const { meters, texts } = this;
    return { time: 0, meters, ...(Object.keys(texts).length > 0 ? { texts } : {}) };
  }

  #infos() {
    return [...this.#parameters.values()].map((parameter) => parameter.info());
  }

  #parameter({ id }: Record<string, unknown>): MockParameter {
    if (typeof id !== "string") throw misfit("id");
    const parameter = this.#parameters.get(id);
    if (!parameter) throw absent("parameter", id);
    return parameter;
  }

  #property({ id }: Record<string, unknown>): PropertyInfo {
    if (typeof id !== "string") throw misfit("id");
    const property = this.#properties.get(id);
    if (!property) throw absent("property", id);
    return property;
  }

  #change(method: string, params: Record<string, unknown>) {
    const parameter = this.#parameter(params);
    const { value, position, text, steps } = params;
    if (method === "resetParameter") parameter.reset();
    else if (method === "stepParameter") {
      if (typeof steps !== "number") throw misfit("steps");
      parameter.step(steps);
    } else {
      const given = Object.entries({ value, position, text }).filter(([, each]) => each !== undefined);
      const [first, second] = given;
      if (!first) throw misfit("value");
      if (second) throw misfit(second[0]);
      if (typeof first[1] !== (first[0] === "text" ? "string" : "number")) throw misfit(first[0]);
      if (!parameter.set(params as Setting)) throw new Refusal(-32002, "no value");
    }
    for (const [id, points] of this.#moved()) queueMicrotask(() => this.notify("curveUpdate", { id, points }));
    return parameter.state();
  }

  #allCurves() {
    this.#moved();
    return this.#hello.curves.map(({ id, points }) => ({ id, points: this.#curves.get(id) ?? points }));
  }

  /** The points of the curves that have changed. */
  #moved(): Map<string, string> {
    const curves = Object.entries(this.curves((id) => this.value(id) ?? 0));
    const now = curves.map(([id, values]) => [id, points(values)] as const);
    const changed = new Map(now.filter(([id, text]) => this.#curves.get(id) !== text));
    for (const [id, text] of changed) this.#curves.set(id, text);
    return changed;
  }

  #setProperty(params: Record<string, unknown>): void {
    const property = this.#property(params);
    const { value } = params;
    if (typeof value !== "string") throw misfit("value");
    if (value.length > property.maxLength) throw new Refusal(-32002, "too long");
    property.value = value;
  }

  #state(): State {
    const named = [...this.#parameters.values()].filter(({ role }) => role === "normal");
    const parameters = named.map(({ id, value }) => [id, value]);
    const properties = [...this.#properties.values()].map(({ id, value }) => [id, value]);
    return { parameters: Object.fromEntries(parameters), properties: Object.fromEntries(properties) };
  }

  #setState({ parameters, properties }: State): void {
    for (const id of Object.keys(parameters)) this.#parameter({ id });
    for (const id of Object.keys(properties)) this.#property({ id });
    for (const [id, value] of Object.entries(parameters)) this.#parameter({ id }).set({ value });
    for (const [id, value] of Object.entries(properties)) this.#setProperty({ id, value });
  }
}

const isKey = (key: unknown) => Number.isInteger(key) && (key as number) >= 0 && (key as number) < 128;
