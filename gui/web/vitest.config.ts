import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "dyad-web": new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    environment: "jsdom",
    include: ["test/unit/**/*.test.{ts,tsx}"],
    css: false,
    restoreMocks: true,
  },
});
