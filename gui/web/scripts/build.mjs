/**
 * Builds theme.css and every page of pages.json: into its own `dist`, or with `--out DIR` into DIR, each page in a
 * folder of its name. The same input gives the same bytes.
 */

import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { buildPage, pages, root } from "./page.mjs";
import { themeCss } from "./theme.mjs";

const [flag, out, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (flag !== undefined && (flag !== "--out" || out === undefined))) {
  console.error("usage: npm run build [-- --out DIR]");
  process.exit(2);
}

const theme = path.join(out ?? root, "theme.css");
await mkdir(path.dirname(theme), { recursive: true });
await writeFile(theme, await themeCss());

for (const { name, directory } of await pages()) {
  const target = out === undefined ? path.join(directory, "dist") : path.join(out, name);
  await mkdir(target, { recursive: true });
  await copyFile(path.join(directory, "index.html"), path.join(target, "index.html"));
  const files = await buildPage(path.join(directory, "src", "main.tsx"));
  for (const [file, content] of files) await writeFile(path.join(target, file), content);
  const sizes = files.map(([file, content]) => `${file} ${(content.length / 1000).toFixed(1)} kB`);
  console.log(`${name}: ${sizes.join(", ")}`);
}
