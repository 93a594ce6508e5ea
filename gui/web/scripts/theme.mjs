/** theme.css, from the one file that native editors read too. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";
import { root } from "./page.mjs";

const FACES = [
  ["inter-regular.ttf", 400],
  ["inter-semibold.ttf", 600],
];

export async function themeCss() {
  const theme = JSON.parse(await readFile(path.join(root, "..", "theme.json"), "utf8"));
  const { themeVariables } = await load(path.join(root, "src", "theme.ts"));
  const faces = FACES.map(([file, weight]) => face(theme.type.family, file, weight));
  const variables = Object.entries(themeVariables(theme)).map(([name, value]) => `  ${name}: ${value};`);
  return [
    "/* Made from gui/theme.json by `npm run build` in gui/web. */\n",
    ...faces,
    // Zoom is what the page sets where its window is larger.
    ":root {\n  --dyad-zoom: 1;\n  --dyad-unit: calc(1px * var(--dyad-zoom));",
    ...variables,
    "  color-scheme: dark;\n}\n",
  ].join("\n");
}

function face(family, file, weight) {
  return [
    "@font-face {",
    `  font-family: "${family}";`,
    `  font-weight: ${weight};`,
    `  src: url("/dyad/${file}") format("truetype");`,
    "}\n",
  ].join("\n");
}

/** A module of TypeScript, for Node. */
async function load(file) {
  const { outputFiles } = await esbuild.build({ entryPoints: [file], bundle: true, write: false, format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
