/** How a page's script becomes what ships. */

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

/** This package's folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");

/** What is common to all bundles: pages lie outside of this package and still find its modules. */
const options = {
  bundle: true,
  write: false,
  absWorkingDir: root,
  format: "iife",
  target: ["es2022", "safari16"],
  jsx: "automatic",
  nodePaths: [modules],
  alias: { "dyad-web": path.join(root, "src", "index.ts") },
  define: { "process.env.NODE_ENV": '"production"' },
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};

/** The pages, with the absolute path of their folder. */
export async function pages() {
  const list = JSON.parse(await readFile(path.join(root, "pages.json"), "utf8"));
  return list.map(({ name, directory }) => ({ name, directory: path.resolve(root, directory) }));
}

/** Builds a page's script: pairs of file name and content. */
export async function buildPage(entry) {
  const result = await esbuild.build({
    ...options,
    entryPoints: { app: entry },
    outdir: "dist",
    minify: true,
    metafile: true,
    // The framework serves what is under /dyad/.
    external: ["/dyad/*"],
  });
  const files = result.outputFiles.map((file) => [path.basename(file.path), file.contents]);
  return [...files, ["licenses.txt", Buffer.from(await licenses(result.metafile))]];
}

/** The licences of all packages that are in a bundle. */
async function licenses(metafile) {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) names.add(found[1]);
  }
  const parts = await Promise.all([...names].sort().map(notice));
  return `app.js contains:\n\n${parts.join("\n\n")}`;
}

async function notice(name) {
  const directory = path.join(modules, name);
  const { version, license } = JSON.parse(await readFile(path.join(directory, "package.json"), "utf8"));
  const file = (await readdir(directory)).find((file) => /^licen[cs]e/i.test(file));
  if (!file) throw new Error(`${name} has no licence in it`);
  const text = await readFile(path.join(directory, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
