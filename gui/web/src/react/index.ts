export { DyadProvider, useClient, type DyadProviderProps } from "./context";
export * from "./hooks";
export * from "./session";
export { currentZoom, useSize, useZoom, type Size } from "./size";
