/** A page in a browser with an editor behind it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import type { MockWindow } from "../mock/page";
import { mockScript, serve } from "./server.mjs";

interface Served {
  address: string;
  script: string;
}

export interface Editor {
  page: Page;
  /** What it was told with these methods, as `method id`. */
  calls(...methods: string[]): Promise<string[]>;
  /** The params of all messages with this method. */
  params(method: string): Promise<(Record<string, unknown> | undefined)[]>;
  value(id: string): Promise<number | undefined>;
  meters(meters: Record<string, number>): Promise<void>;
  /** How often a picture was asked for so far. */
  pictures(): Promise<number>;
}

interface Fixtures {
  /** Opens a page and waits until it says that it has painted. */
  open(path: string): Promise<Editor>;
}

export const test = base.extend<Fixtures, { served: Served }>({
  served: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const { address, close } = await serve();
      await use({ address, script: await mockScript() });
      close();
    },
    { scope: "worker" },
  ],
  open: async ({ page, served }, use) => {
    const said: string[] = [];
    page.on("pageerror", (error) => said.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) said.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(served.address)) said.push(`asked for ${request.url()}`);
    });
    await page.addInitScript(served.script);
    await use(async (path) => {
      await page.goto(served.address + path);
      await expect.poll(() => page.evaluate(() => mocked().mock.count("painted"))).toBe(1);
      return editorOf(page);
    });
    const violations = await page.evaluate(() => (window as unknown as { violations?: string[] }).violations ?? []);
    expect(violations, "what the page's policy forbids").toEqual([]);
    expect(said, "what the page complains of").toEqual([]);
  },
});

export { expect };

declare global {
  /** Of the page: {@link MockWindow}. */
  function mocked(): MockWindow;
}

function editorOf(page: Page): Editor {
  return {
    page,
    calls: (...methods) => page.evaluate((methods) => mocked().mock.calls(...methods), methods),
    params: (method) =>
      page.evaluate(
        (method) =>
          mocked()
            .mock.told.filter((told) => told.method === method)
            .map(({ params }) => params),
        method,
      ),
    value: (id) => page.evaluate((id) => mocked().mock.value(id), id),
    meters: (meters) => page.evaluate((meters) => mocked().mock.notify("meterFrame", { time: 1, meters }), meters),
    pictures: () => page.evaluate(() => mocked().pictures),
  };
}

/** The middle of an element. */
export async function middle(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is nowhere");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong for those who can't see, hear or point, as `rule: element`. */
export async function faults({ page }: Editor): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run() as Promise<AxeResults>,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
