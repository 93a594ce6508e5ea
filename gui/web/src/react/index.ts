export { DyadProvider, useClient, type DyadProviderProps } from "./context";
export * from "./hooks";
export { currentZoom, useSize, useZoom, type Size } from "./size";
