/** Codes of the errors that the editor answers with. */
export const ErrorCode = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  /** No such parameter, meter or property; `data.id` names it. */
  unknownId: -32001,
  /** A text that is no value, a property that is too long. */
  refused: -32002,
  /** The host or the plugin can't do that, or its queue is full. */
  unavailable: -32003,
  /** There is a preset of this name already. */
  exists: -32004,
} as const;

/** A request was answered with an error; it changed nothing. */
export class RpcError extends Error {
  override readonly name: string = "RpcError";

  constructor(
    /** One of {@link ErrorCode}, or one that this client does not know. */
    readonly code: number,
    message: string,
    /** What the error names: `data.id`, `data.param`. */
    readonly data?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

/** A request was not answered, or there is nobody to ask. It may or may not have been done. */
export class ConnectionError extends Error {
  override readonly name: string = "ConnectionError";
}
