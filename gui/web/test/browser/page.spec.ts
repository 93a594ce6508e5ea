import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, test, type Editor } from "./fixtures";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong for those who can't see, hear or point, as `rule: element`. */
async function faults({ page }: Editor): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run() as Promise<AxeResults>,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const peak = ({ page }: Editor) => page.getByRole("meter", { name: "Peak" });

/** Where an element's upper edge is seen, of a meter's bar that is cut off there. */
const bar = (editor: Editor) =>
  peak(editor)
    .locator(".dyad-meter-fill")
    .evaluate((fill) => parseFloat(getComputedStyle(fill).clipPath.replace("inset(", "")));

test("a meter moves, falls by itself, and asks for no picture once nothing sounds", async ({ open }) => {
  const editor = await open("/gain/");
  expect(await bar(editor)).toBe(100);
  await editor.meters({ peak: 10 ** (-4.4 / 20), rms: 10 ** (-14.9 / 20) });
  await expect.poll(() => bar(editor)).toBeCloseTo(100 - (55.6 / 66) * 100, 1);
  await expect(peak(editor)).toHaveAttribute("aria-valuetext", "−4.4 dB");
  await editor.meters({ peak: 0, rms: 0 });
  await expect.poll(() => bar(editor)).toBeGreaterThan(40);
  await expect(peak(editor)).toHaveAttribute("aria-valuetext", "−∞ dB", { timeout: 20_000 });
  await expect
    .poll(async () => {
      const before = await editor.pictures();
      // What would be drawn without end would be drawn in these two pictures.
      await editor.page.evaluate(
        () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
      );
      return (await editor.pictures()) - before;
    })
    .toBe(2);
});

test("a clip is kept until it is clicked", async ({ open }) => {
  const editor = await open("/gain/");
  await editor.meters({ peak: 1.6 });
  await expect(peak(editor)).toHaveAttribute("aria-valuetext", "4.1 dB, clipped");
  await editor.meters({ peak: 0.5 });
  await expect(peak(editor)).toHaveAttribute("aria-valuetext", "4.1 dB, clipped");
  await peak(editor).click();
  await expect(peak(editor)).not.toHaveAttribute("aria-valuetext", /clipped/);
});

for (const path of ["/gain/", "/every/"]) {
  test(`nothing keeps anybody from using ${path}`, async ({ open }) => {
    const editor = await open(path);
    await editor.meters({ peak: 1.6, rms: 0.2 });
    await expect(peak(editor)).toHaveAttribute("aria-valuetext", /clipped/);
    expect(await faults(editor)).toEqual([]);
    await editor.page.getByRole("switch", { name: "Bypass" }).click();
    await editor.page.getByRole("button", { name: /^Gain .*, edit$/ }).click();
    await expect(editor.page.getByRole("textbox")).toBeFocused();
    expect(await faults(editor)).toEqual([]);
  });
}

test("an open choice is as good", async ({ open }) => {
  const editor = await open("/every/");
  await editor.page.setViewportSize({ width: 640, height: 400 });
  await editor.page.getByRole("combobox").click();
  await expect(editor.page.getByRole("listbox")).toBeVisible();
  expect(await faults(editor)).toEqual([]);
});

const sizes = [
  [332, 260],
  [420, 260],
  [840, 300],
  [360, 560],
  [840, 520],
  [1260, 780],
] as const;

for (const [width, height] of sizes) {
  test(`nothing is cut off or overlaps at ${width} by ${height}`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    const editor = await open("/gain/");
    await editor.page.getByRole("switch", { name: "Bypass" }).click();
    await expect(editor.page.getByRole("status")).toHaveText("Bypassed");
    const boxes = await editor.page
      .locator(".dyad-bypass, h1, .dyad-chip, .dyad-knob, .dyad-meter-scale, .dyad-meter")
      .evaluateAll((all) =>
        all.map((element) => {
          const { left, top, right, bottom } = element.getBoundingClientRect();
          return { name: element.className || element.tagName, left, top, right, bottom };
        }),
      );
    expect(boxes.length).toBe(7);
    for (const [n, box] of boxes.entries()) {
      expect(box, box.name).toMatchObject({ name: box.name });
      expect(Math.min(box.left, box.top), box.name).toBeGreaterThanOrEqual(0);
      expect(box.right, box.name).toBeLessThanOrEqual(width);
      expect(box.bottom, box.name).toBeLessThanOrEqual(height);
      for (const other of boxes.slice(n + 1)) {
        const apart =
          box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;
        expect(apart, `${box.name} and ${other.name}`).toBe(true);
      }
    }
    const title = editor.page.getByRole("heading", { name: "Dyad Gain" });
    expect(await title.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)).toBe(true);
  });
}

test("it is drawn in the framework's own typeface", async ({ open }) => {
  const { page } = await open("/gain/");
  const loaded = await page.evaluate(() =>
    [...document.fonts].map(({ family, weight, status }) => `${family.replaceAll('"', "")} ${weight} ${status}`),
  );
  expect(loaded.sort()).toEqual(["Inter 400 loaded", "Inter 600 loaded"]);
});
