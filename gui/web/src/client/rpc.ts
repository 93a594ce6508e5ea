import { ConnectionError, ErrorCode, RpcError } from "./errors";
import { MESSAGE_BYTES, type EditorNotifications, type PageNotifications, type Requests } from "./protocol";
import { isObject, notifications, results } from "./schema";
import type { Transport } from "./transport";

/** A notification that fits the protocol. */
export type Notification = {
  [K in keyof EditorNotifications]: { method: K; params: EditorNotifications[K] };
}[keyof EditorNotifications];

export interface RpcOptions {
  /** Milliseconds after which a request counts as not answered. */
  timeout: number;
  onNotification(notification: Notification): void;
  /** A request was not answered in time, or could not be sent; all that wait are rejected already. */
  onSilence(): void;
}

interface Waiting {
  method: keyof Requests;
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Params<M extends keyof Requests> = Requests[M][0] extends undefined ? [] : [params: Requests[M][0]];
type NotifyParams<M extends keyof PageNotifications> = PageNotifications[M] extends undefined
  ? []
  : [params: PageNotifications[M]];

/** JSON-RPC 2.0 over a transport. What does not fit the protocol is ignored, and said once each on the console. */
export class Rpc {
  readonly #waiting = new Map<number, Waiting>();
  readonly #transport: Transport;
  readonly #options: RpcOptions;
  readonly #stop: () => void;
  #last = 0;

  constructor(transport: Transport, options: RpcOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#stop = transport.receive((incoming) => this.#receive(incoming));
  }

  /** Asks, and rejects with an {@link RpcError} or a {@link ConnectionError}. */
  request<M extends keyof Requests>(method: M, ...params: Params<M>): Promise<Requests[M][1]> {
    return this.#request(method, params[0], this.#options.timeout);
  }

  /** Asks, and waits for as long as it takes. */
  requestPatiently<M extends keyof Requests>(method: M, ...params: Params<M>): Promise<Requests[M][1]> {
    return this.#request(method, params[0], undefined);
  }

  /** @throws ConnectionError where it can't be sent. */
  notify<M extends keyof PageNotifications>(method: M, ...params: NotifyParams<M>): void {
    this.#send({ jsonrpc: "2.0", method, ...(params[0] === undefined ? {} : { params: params[0] }) });
  }

  /** Rejects all that wait. */
  abandon(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { timer, reject, method } of waiting) {
      clearTimeout(timer);
      reject(new ConnectionError(`${method}: ${reason}`));
    }
  }

  close(): void {
    this.#stop();
    this.abandon("closed");
  }

  #request<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
    timeout: number | undefined,
  ): Promise<Requests[M][1]> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const message = { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
      const timer = timeout === undefined ? undefined : setTimeout(() => this.#silence("not answered"), timeout);
      const settle = resolve as (result: unknown) => void;
      this.#waiting.set(id, { method, resolve: settle, reject, timer });
      try {
        this.#send(message);
      } catch (error) {
        this.#waiting.delete(id);
        clearTimeout(timer);
        reject(error as Error);
        if (error instanceof ConnectionError) this.#silence("not sent");
      }
    });
  }

  #silence(reason: string): void {
    this.abandon(reason);
    this.#options.onSilence();
  }

  #send(message: object): void {
    const text = JSON.stringify(message);
    // A character has three bytes at most.
    if (text.length * 3 > MESSAGE_BYTES && new TextEncoder().encode(text).length > MESSAGE_BYTES) {
      throw new RpcError(ErrorCode.parse, `a message has at most ${MESSAGE_BYTES} bytes`);
    }
    try {
      this.#transport.send(text);
    } catch (error) {
      throw new ConnectionError(error instanceof Error ? error.message : String(error));
    }
  }

  #receive(incoming: unknown): void {
    for (const message of Array.isArray(incoming) ? incoming : [incoming]) this.#take(message);
  }

  #take(message: unknown): void {
    if (!isObject(message) || message["jsonrpc"] !== "2.0") return ignore("no message of JSON-RPC 2.0", message);
    if ("method" in message) return this.#notification(message);
    return this.#response(message);
  }

  #notification(message: Record<string, unknown>): void {
    const { method, params } = message;
    if (typeof method !== "string" || !Object.hasOwn(notifications, method)) {
      return ignore("unknown method", message);
    }
    if (!notifications[method as keyof EditorNotifications](params)) {
      return ignore("params that do not fit", message);
    }
    try {
      this.#options.onNotification({ method, params } as Notification);
    } catch (error) {
      console.error(error);
    }
  }

  #response(message: Record<string, unknown>): void {
    const { id, error } = message;
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (!waiting) {
      // Answers that come too late are no fault of the message.
      const late = typeof id === "number" && id > 0 && id <= this.#last;
      return late ? undefined : ignore("answers nothing", message);
    }
    this.#waiting.delete(id as number);
    clearTimeout(waiting.timer);
    if (isObject(error) && typeof error["code"] === "number") {
      const text = typeof error["message"] === "string" ? error["message"] : "";
      const data = isObject(error["data"]) ? error["data"] : undefined;
      waiting.reject(new RpcError(error["code"], text, data));
    } else if (results[waiting.method](message["result"])) {
      waiting.resolve(message["result"]);
    } else {
      ignore("a result that does not fit", message);
      waiting.reject(new ConnectionError(`${waiting.method}: the answer does not fit the protocol`));
    }
  }
}

function ignore(why: string, message: unknown): void {
  console.warn(`dyad: message ignored, ${why}:`, message);
}
