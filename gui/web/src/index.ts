export * from "./client";
export * from "./react";
export * from "./components";
export { themeVariables } from "./theme";
