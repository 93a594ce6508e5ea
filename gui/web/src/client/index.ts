/** A page's connection to the editor of a Dyad plugin, without dependencies. */

export { Client, createClient, type ClientOptions, type Status } from "./client";
export { ConnectionError, ErrorCode, RpcError } from "./errors";
export { isTextField } from "./focus";
export * from "./show";
export { webviewTransport, type Transport } from "./transport";
export * from "./protocol";
export type { Theme } from "../theme";
