import { expect, faults, middle, test, type Editor } from "./fixtures";

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
    // Beside the chip it is whole, or not there.
    const title = editor.page.getByRole("heading", { name: "Dyad Gain" });
    const cut = await title.evaluate(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth);
    expect(cut).toBe(false);
    await editor.page.getByRole("switch", { name: "Bypass" }).click();
    await expect(editor.page.locator(".dyad-chip")).toHaveCount(0);
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

for (const scale of [0.5, 1.5, 4]) {
  test(`a screen of ${scale} dots for each pixel shows the same`, async ({ browser, served }) => {
    const context = await browser.newContext({ viewport: { width: 420, height: 260 }, deviceScaleFactor: scale });
    const page = await context.newPage();
    await page.addInitScript(served.script);
    await page.goto(`${served.address}/gain/`);
    const dial = page.getByRole("slider", { name: "Gain" });
    await expect(dial).toBeVisible();
    expect(await dial.boundingBox()).toEqual({ x: 88, y: 79, width: 112, height: 112 });
    await context.close();
  });
}

for (const zoom of [0.5, 1, 2, 4]) {
  test(`everything is ${zoom} times as large where the page says so`, async ({ open, page }) => {
    await page.setViewportSize({ width: 640 * zoom, height: 400 * zoom });
    const editor = await open("/every/");
    await page.evaluate((zoom) => document.documentElement.style.setProperty("--dyad-zoom", String(zoom)), zoom);
    const size = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return [(box?.width ?? 0) / zoom, (box?.height ?? 0) / zoom];
    };
    const header = await size(".dyad-header");
    expect(header[1]).toBeCloseTo(44, 1);
    expect((await size(".dyad-knob-dial"))[0]).toBeCloseTo(56, 1);
    expect((await size(".dyad-readout"))[1]).toBeCloseTo(22, 1);
    // A drag is as long as what is seen.
    const { x, y } = await middle(page.getByRole("slider", { name: "Gain" }));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 20 * zoom, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => editor.value("gain")).toBeCloseTo(-6 + 0.1 * 84);
  });
}

for (const [direction, locale] of [
  ["rtl", "ar-EG"],
  ["ltr", "tr-TR"],
] as const) {
  test(`${direction} and ${locale} change neither numbers nor ways`, async ({ browser, served }) => {
    const context = await browser.newContext({ viewport: { width: 640, height: 400 }, locale });
    const page = await context.newPage();
    await page.addInitScript(served.script);
    await page.goto(`${served.address}/every/`);
    await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
    await expect(page.getByRole("button", { name: "Gain −6.0 dB, edit" })).toBeVisible();
    const lane = page.getByRole("slider", { name: "Mix" });
    const box = await lane.boundingBox();
    if (!box) throw new Error("no slider");
    await page.mouse.click(box.x + 6 + (box.width - 12) * 0.75, box.y + box.height / 2);
    await expect(lane).toHaveAttribute("aria-valuetext", /^7[45]\.\d %$/);
    // What is filled is where the pointer is, whose place is told in whole pixels.
    const handle = await page.locator(".dyad-slider-handle").boundingBox();
    const off = (handle?.x ?? 0) + (handle?.width ?? 0) / 2 - (box.x + 6 + (box.width - 12) * 0.75);
    expect(Math.abs(off)).toBeLessThan(1.5);
    const fill = await page.locator(".dyad-slider-fill").boundingBox();
    expect(fill?.x).toBeCloseTo(box.x, 0);
    await page.evaluate(() => mocked().mock.notify("meterFrame", { time: 1, meters: { peak: 0.25 } }));
    await expect(page.getByRole("meter", { name: "Peak" })).toHaveAttribute("aria-valuetext", "−12.0 dB");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await context.close();
  });
}

test("a readout has its name at the left and its value at the right, and cuts what is too long", async ({ open }) => {
  const editor = await open("/every/");
  const { page } = editor;
  await page.setViewportSize({ width: 640, height: 400 });
  const [row, name, value] = [".dyad-readout", ".dyad-readout-name", ".dyad-readout output"].map((part) =>
    page.locator(part),
  );
  const edges = async () =>
    Promise.all([row, name, value].map(async (one) => (await one?.boundingBox()) ?? { x: 0, width: 0, height: 0 }));
  for (const text of ["90.00", "a text that is much longer than all the room that there is"]) {
    await page.evaluate(
      (text) => mocked().mock.notify("meterFrame", { time: 1, meters: { tempo: 90 }, texts: { tempo: text } }),
      text,
    );
    await expect(page.locator(".dyad-readout output")).toHaveText(text);
    const [whole, left, right] = await edges();
    if (!whole || !left || !right) throw new Error("it is nowhere");
    expect(whole.height).toBe(22);
    expect(left.x).toBeCloseTo(whole.x, 1);
    expect(right.x + right.width).toBeCloseTo(whole.x + whole.width, 1);
    expect(right.x).toBeGreaterThanOrEqual(left.x + left.width + 7.9);
    expect(right.width).toBeLessThanOrEqual(whole.width * 0.7 + 0.1);
  }
  await expect.poll(async () => JSON.stringify(await editor.params("places"))).toContain('"tempo"');
});

for (const height of [180, 260, 400, 800]) {
  test(`a long list stays within a window of ${height}, and moves nothing else`, async ({ open, page }) => {
    await page.setViewportSize({ width: 640, height });
    await open("/every/#many");
    const box = page.getByRole("combobox", { name: "Shape" });
    await box.click();
    const list = page.getByRole("listbox");
    await expect(list).toBeVisible();
    for (const key of ["End", "Home", "End"]) {
      await page.keyboard.press(key);
      const frame = await list.boundingBox();
      if (!frame) throw new Error("no list");
      expect(Math.min(frame.x, frame.y)).toBeGreaterThanOrEqual(0);
      expect(frame.y + frame.height).toBeLessThanOrEqual(height);
      expect(frame.x + frame.width).toBeLessThanOrEqual(640);
      const active = await page.locator('.dyad-select-list li[data-active="true"]').boundingBox();
      expect(active?.y).toBeGreaterThanOrEqual(frame.y);
      expect((active?.y ?? 0) + (active?.height ?? 0)).toBeLessThanOrEqual(frame.y + frame.height);
      expect(await page.evaluate(() => [document.body.scrollTop, document.documentElement.scrollTop])).toEqual([0, 0]);
    }
    // A click beside its entries, where a scroll bar may be, leaves it open.
    const frame = await list.boundingBox();
    await page.mouse.click((frame?.x ?? 0) + 2, (frame?.y ?? 0) + 2);
    await expect(list).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
  });
}
