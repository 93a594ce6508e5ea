/** Serves pages on this machine alone, as the framework does: with its policy, theme and fonts. */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";
import { buildPage, root } from "../../scripts/page.mjs";
import { themeCss } from "../../scripts/theme.mjs";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" };

const gain = path.join(root, "../../bundles/gain/ui/web");
const browser = path.join(root, "test/browser");

/** Everything that is served, by path. The pages are built anew, so that tests see what the source says. */
async function files() {
  const all = new Map();
  const add = async (at, directory, html) => {
    all.set(`${at}/index.html`, await readFile(html));
    for (const [name, content] of await buildPage(directory)) all.set(`${at}/${name}`, Buffer.from(content));
  };
  await add("/gain", path.join(gain, "src/main.tsx"), path.join(gain, "index.html"));
  await add("/every", path.join(browser, "every.tsx"), path.join(browser, "every.html"));
  await add("/pictures", path.join(browser, "pictures.tsx"), path.join(browser, "pictures.html"));
  all.set("/dyad/theme.css", Buffer.from(await themeCss()));
  for (const font of ["inter-regular.ttf", "inter-semibold.ttf"]) {
    all.set(`/dyad/${font}`, await readFile(path.join(root, "../fonts", font)));
  }
  return all;
}

/** The script that a test puts into a page before the page's own. */
export async function mockScript() {
  const entry = path.join(root, "test/mock/page.ts");
  const { outputFiles } = await esbuild.build({ entryPoints: [entry], bundle: true, write: false, format: "iife" });
  return outputFiles[0].text;
}

/** Starts serving; gives the address and what ends it. */
export async function serve() {
  const all = await files();
  const server = createServer((request, response) => {
    const at = request.url.endsWith("/") ? `${request.url}index.html` : request.url;
    const content = all.get(at);
    if (!content) return response.writeHead(at === "/favicon.ico" ? 204 : 404).end();
    const type = TYPES[path.extname(at)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-security-policy": POLICY });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
