import type { Page } from "@playwright/test";
import { expect, faults, middle, test, type Editor } from "./fixtures";

const WHOLE = { width: 860, height: 480 };

test.use({ viewport: WHOLE });

/**
 * What is drawn of a layer: the part of its dots that is, and in the column at `at`, a part of its width, from which
 * row to which, as parts of its height.
 */
const look = (page: Page, selector: string, at = 0) =>
  page
    .locator(selector)
    .first()
    .evaluate((canvas, at) => {
      const { width, height } = canvas as HTMLCanvasElement;
      // Of a copy: reading the layer itself would have it drawn otherwise from then on.
      const copy = Object.assign(document.createElement("canvas"), { width, height });
      const context = copy.getContext("2d", { willReadFrequently: true })!;
      context.drawImage(canvas as HTMLCanvasElement, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const isDrawn = (x: number, y: number) => data[4 * (y * width + x) + 3]! > 0;
      const [rows, x] = [[] as number[], Math.min(width - 1, Math.round(at * width))];
      let dots = 0;
      for (let y = 0; y < height; y++) {
        if (isDrawn(x, y)) rows.push(y);
        for (let column = 0; column < width; column++) if (isDrawn(column, y)) dots++;
      }
      const edges: [number, number] = [rows[0]! / height, (rows.at(-1)! + 1) / height];
      return { width, part: dots / (width * height), column: rows.length > 0 ? edges : null };
    }, at);

const part = async (page: Page, selector: string) => (await look(page, selector)).part;
const column = async (page: Page, selector: string, at: number) => (await look(page, selector, at)).column;

/** How much of a column's height is drawn without a gap from its lower end upwards. */
const drawnBelow = (page: Page, selector: string, at: number) =>
  page.locator(selector).evaluate((canvas, at) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    const context = copy.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = context.getImageData(Math.round(at * width), 0, 1, height);
    // Below the picture's lower line there is nothing.
    let y = height - 1;
    while (y >= 0 && data[4 * y + 3] === 0) y--;
    const from = y;
    while (y >= 0 && data[4 * y + 3]! > 0) y--;
    return (from - y) / height;
  }, at);

/** Sends messages of the sound half, made in the page. */
const say = (editor: Editor, kind: "spectrum" | "history" | "notice" | "waveform" | "keys", ...args: unknown[]) =>
  editor.page.evaluate(
    ([kind, args]) => {
      const { mock, shows } = mocked();
      mock.say((shows[kind] as (...args: unknown[]) => Uint8Array)(...args));
    },
    [kind, args] as const,
  );

/** Waits until no picture is asked for by itself any more. */
async function rests(editor: Editor): Promise<void> {
  await expect
    .poll(async () => {
      const before = await editor.pictures();
      await editor.page.evaluate(
        () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
      );
      return (await editor.pictures()) - before;
    })
    .toBe(2);
}

test("a curve is where its points are, and moves with them", async ({ open }) => {
  const editor = await open("/pictures/#response");
  const { page } = editor;
  const curve = '.dyad-graph-curve[data-tone="main"]';
  const at = async (place: number) => {
    const [from, to] = (await column(page, curve, place)) ?? [0, 0];
    return (from + to) / 2;
  };
  // Nothing is boosted at 9 kHz, where the fourth band is off.
  const place = Math.log10(9000 / 20) / 3;
  await expect.poll(() => at(place)).toBeCloseTo(0.5, 1);
  await page.evaluate(() => mocked().mock.automate("on4", { value: 1 }));
  await page.evaluate(() => mocked().mock.automate("gain4", { value: 12 }));
  await expect.poll(() => at(place)).toBeCloseTo(0.5 - 12 / 36, 1);
  await rests(editor);
});

test("a spectrum rises at once, falls by itself, and rests then", async ({ open }) => {
  const editor = await open("/pictures/#response");
  const { page } = editor;
  const layer = '.dyad-graph-spectrum[data-tone="signal"]';
  expect(await part(page, layer)).toBe(0);
  await say(editor, "spectrum", 1, Array(100).fill(-45));
  await expect.poll(() => part(page, layer)).toBeCloseTo(0.5, 1);
  await rests(editor);
  await say(editor, "spectrum", 1, Array(100).fill(-60));
  await expect.poll(() => part(page, layer)).toBeCloseTo(1 / 3, 1);
  await rests(editor);
});

test("a history goes by, shows gaps, and stands still when nothing comes", async ({ open }) => {
  const editor = await open("/pictures/#dynamics");
  const { page } = editor;
  const layer = ".dyad-history .dyad-graph-layer:not(.dyad-graph-grid)";
  // Six seconds of sixty columns: the older half, and after a gap the newer quarter.
  for (const [first, count] of [
    [0, 180],
    [270, 90],
  ] as const) {
    await say(editor, "history", 0, first, Array(count).fill([-30, -12]));
  }
  await rests(editor);
  // The reduction from above, the level from below.
  const levels = async (at: number) => {
    const found = await column(page, layer, at);
    return found && found.map((edge) => Math.round(edge * 20) / 20);
  };
  expect(await levels(0.25)).toEqual([0, 1]);
  expect(await levels(0.6)).toBeNull();
  expect(await levels(0.9)).toEqual([0, 1]);
  expect(await part(page, layer)).toBeGreaterThan(0.5 * 0.65);
  expect(await part(page, layer)).toBeLessThan(0.75 * 0.75);
  await page.evaluate(() => mocked().mock.automate("threshold", { value: -12 }));
  await expect(page.getByRole("slider", { name: "Threshold" }).first()).toHaveAttribute("aria-valuetext", "−12.0 dB");
});

test("a node is dragged to where the pointer goes", async ({ open }) => {
  const editor = await open("/pictures/#response");
  const { page } = editor;
  const node = page.getByRole("slider", { name: "Band 3" });
  const plot = await page.locator(".dyad-graph-plot").boundingBox();
  if (!plot) throw new Error("no picture");
  const { x, y } = await middle(node);
  await page.mouse.move(x, y);
  await page.mouse.down();
  const to = { x: plot.x + plot.width / 3, y: plot.y + plot.height / 4 };
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await expect(page.locator(".dyad-graph-tip").nth(2)).toBeVisible();
  await page.mouse.up();
  await expect.poll(() => middle(node).then((now) => Math.hypot(now.x - to.x, now.y - to.y))).toBeLessThan(1.5);
  expect(await editor.value("freq3")).toBeGreaterThan(195);
  expect(await editor.value("freq3")).toBeLessThan(205);
  expect(await editor.value("gain3")).toBeCloseTo(9, 0);
  for (const id of ["freq3", "gain3"]) {
    const calls = (await editor.calls("beginGesture", "endGesture")).filter((call) => call.endsWith(id));
    expect(calls).toEqual([`beginGesture ${id}`, `endGesture ${id}`]);
  }
  // The knobs below are of the one that was taken.
  await expect(page.getByRole("slider", { name: "Gain 3" })).toBeVisible();
});

test("a line is dragged, and its name never leaves the picture", async ({ open }) => {
  const editor = await open("/pictures/#dynamics");
  const { page } = editor;
  const line = page.locator(".dyad-graph-line");
  const plot = await page.locator(".dyad-history .dyad-graph-plot").boundingBox();
  if (!plot) throw new Error("no picture");
  const { x, y } = await middle(line);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, plot.y + plot.height / 3, { steps: 4 });
  await expect.poll(() => editor.value("threshold")).toBeCloseTo(-20, 0);
  for (const beyond of [plot.y - 40, plot.y + plot.height + 40]) {
    await page.mouse.move(x, beyond, { steps: 4 });
    await expect.poll(() => editor.value("threshold")).toBeCloseTo(beyond < plot.y ? 0 : -60, 1);
    const text = await page.locator(".dyad-graph-line-text").boundingBox();
    expect(text?.y).toBeGreaterThanOrEqual(plot.y);
    expect((text?.y ?? 0) + (text?.height ?? 0)).toBeLessThanOrEqual(plot.y + plot.height);
  }
  await page.mouse.up();
});

test("a pad's handle follows the pointer", async ({ open }) => {
  const editor = await open("/pictures/#sound");
  const { page } = editor;
  const box = await page.getByRole("slider", { name: "Decay, Size" }).boundingBox();
  if (!box) throw new Error("no pad");
  const handle = page.locator(".dyad-xy-handle");
  const to = { x: Math.round(box.x + box.width * 0.8), y: Math.round(box.y + box.height * 0.3) };
  await page.mouse.click(to.x, to.y);
  await expect.poll(() => middle(handle).then(({ x, y }) => Math.hypot(x - to.x, y - to.y))).toBeLessThan(0.5);
  await page.mouse.click(box.x + 4, box.y + box.height - 4);
  await expect.poll(() => editor.value("decay")).toBe(0);
  expect(await editor.value("size")).toBe(0);
  const at = await handle.boundingBox();
  expect(at?.x, "the handle is within it").toBeGreaterThanOrEqual(box.x);
});

test("a sound is drawn over its length, and a curve over it", async ({ open }) => {
  const editor = await open("/pictures/#sound");
  const { page } = editor;
  await expect(page.getByText("No impulse response loaded")).toBeVisible();
  const quiet = Array.from({ length: 200 }, (_, n) => (n < 100 ? [-64, 64] : [0, 0]));
  await say(editor, "waveform", 0, 96_000, 48_000, [quiet]);
  await expect(page.getByText("No impulse response loaded")).toBeHidden();
  const lane = ".dyad-waveform-sound";
  await expect.poll(() => part(page, lane)).toBeCloseTo(0.25, 1);
  const silent = await column(page, lane, 0.75);
  expect((silent?.[1] ?? 1) - (silent?.[0] ?? 0)).toBeLessThan(0.02);
  expect(await part(page, '.dyad-waveform [data-tone="accent"]')).toBeGreaterThan(0);
  await expect(page.locator(".dyad-graph-x")).toContainText("2 s");
});

test("an envelope's handles follow the pointer, and its curve follows them", async ({ open }) => {
  const editor = await open("/pictures/#voice");
  const { page } = editor;
  const curve = ".dyad-envelope-curve";
  const field = await page.locator(".dyad-envelope-handles").boundingBox();
  if (!field) throw new Error("no envelope");
  const handle = page.getByRole("slider", { name: "Decay, Sustain" });
  const { x, y } = await middle(handle);
  expect(x).toBeCloseTo(field.x + field.width * 0.3 * (0.2 + 0.5), 0);
  expect(y).toBeCloseTo(field.y + field.height * 0.4, 0);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 50, { steps: 4 });
  await expect(handle.locator(".dyad-graph-tip")).toBeVisible();
  await page.mouse.up();
  await expect.poll(() => middle(handle).then((now) => Math.hypot(now.x - x - 40, now.y - y - 50))).toBeLessThan(1);
  for (const id of ["env_decay", "env_sustain"]) {
    const calls = (await editor.calls("beginGesture", "endGesture")).filter((call) => call.endsWith(id));
    expect(calls).toEqual([`beginGesture ${id}`, `endGesture ${id}`]);
  }
  // Its area stands as high as the sustain while the key is held. The picture's own lines are above it.
  const sustain = ((await editor.value("env_sustain")) ?? 0) / 100;
  const level = async () => {
    const box = await page.locator(curve).boundingBox();
    return (await drawnBelow(page, curve, 0.65)) * ((box?.height ?? 0) / field.height);
  };
  await expect.poll(level).toBeGreaterThan(sustain - 0.1);
  expect(await level()).toBeLessThan(sustain + 0.2);
  await rests(editor);
});

test("a row of a matrix is chosen and cleared", async ({ open }) => {
  const editor = await open("/pictures/#voice");
  const { page } = editor;
  const row = page.getByRole("group", { name: "Modulation 3" });
  await expect(row).toHaveAttribute("data-empty", "true");
  for (const [name, choice] of [
    ["Source", "Velocity"],
    ["Target", "LFO 1"],
  ] as const) {
    await row.getByRole("combobox", { name }).click();
    const option = row.getByRole("option", { name: choice });
    const box = await option.boundingBox();
    expect((box?.y ?? 1e9) + (box?.height ?? 0), "within the window").toBeLessThanOrEqual(WHOLE.height);
    await option.click();
  }
  await expect(row).toHaveAttribute("data-empty", "false");
  const slider = row.getByRole("slider", { name: "Amount" });
  const { x, y } = await middle(slider);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y, { steps: 3 });
  await page.mouse.up();
  expect(await editor.value("mod_3_amount")).toBeGreaterThan(20);
  await row.getByRole("button", { name: "Clear" }).click();
  for (const id of ["source", "target", "amount"]) expect(await editor.value(`mod_3_${id}`)).toBe(0);
  await expect(row.getByRole("button", { name: "Clear" })).toHaveCount(0);
  // The others are as they were.
  expect([await editor.value("mod_2_source"), await editor.value("mod_2_amount")]).toEqual([2, 35]);
});

test("a file is chosen by keys that the host hands on", async ({ open }) => {
  const editor = await open("/pictures/#sound");
  const { page } = editor;
  await page.getByRole("button", { name: "Impulse, browse", exact: true }).click();
  const panel = page.getByRole("dialog");
  await expect(panel.getByRole("option")).toHaveCount(12);
  await page.evaluate(() => {
    for (const key of ["h", "a", "n", "Enter"]) {
      const text = key.length === 1 ? key : null;
      mocked().mock.notify("key", { key, text, down: true, shift: false, ctrl: false, alt: false });
    }
  });
  await expect(panel).toBeHidden();
  await expect
    .poll(() => editor.params("setProperty"))
    .toEqual([{ id: "impulse", value: "/music/impulses/Hangar.wav" }]);
  await expect(page.locator(".dyad-file-text")).toHaveText("Hangar.wav");
  await expect(page.locator(".dyad-file-text")).toBeFocused();
});

for (const [width, height] of [
  [860, 480],
  [430, 300],
  [1720, 960],
] as const) {
  test(`the panel of files is within a window of ${width} by ${height}`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    await open("/pictures/#sound");
    await page.getByRole("button", { name: "Impulse, browse", exact: true }).click();
    const panel = await page.getByRole("dialog").boundingBox();
    if (!panel) throw new Error("no panel");
    expect(Math.min(panel.x, panel.y)).toBeGreaterThanOrEqual(0);
    expect(panel.x + panel.width).toBeLessThanOrEqual(width);
    expect(panel.y + panel.height).toBeLessThanOrEqual(height);
    expect(panel.height).toBeGreaterThan(150);
    for (const key of ["End", "Home"]) {
      await page.keyboard.press(key);
      const active = await page.locator('.dyad-file-list [data-active="true"]').boundingBox();
      expect(active?.y).toBeGreaterThanOrEqual(panel.y);
      expect((active?.y ?? 0) + (active?.height ?? 0)).toBeLessThanOrEqual(panel.y + panel.height);
    }
    expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(0);
  });
}

for (const scene of ["response", "dynamics", "sound", "voice"]) {
  test(`nothing keeps anybody from using ${scene}`, async ({ open }) => {
    const editor = await open(`/pictures/#${scene}`);
    await say(editor, "notice", 0, 2, "This is a warning.");
    await say(editor, "waveform", 0, 100, 48_000, [[[-9, 9]]]);
    expect(await faults(editor)).toEqual([]);
    if (scene !== "sound") return;
    await editor.page.getByRole("button", { name: "Impulse, browse", exact: true }).click();
    await expect(editor.page.getByRole("option").first()).toBeVisible();
    expect(await faults(editor)).toEqual([]);
  });

  for (const scale of [1, 1.5, 2]) {
    test(`${scene} has a dot for each of a screen of ${scale} dots for each pixel`, async ({ browser, served }) => {
      const context = await browser.newContext({ viewport: WHOLE, deviceScaleFactor: scale });
      const page = await context.newPage();
      await page.addInitScript(served.script);
      await page.goto(`${served.address}/pictures/#${scene}`);
      const grid = page.locator("canvas").first();
      await expect.poll(() => grid.evaluate((canvas) => (canvas as HTMLCanvasElement).width)).not.toBe(300);
      const box = await grid.boundingBox();
      const size = await grid.evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        return { width, height };
      });
      expect(Math.abs(size.width - (box?.width ?? 0) * scale)).toBeLessThanOrEqual(1);
      expect(Math.abs(size.height - (box?.height ?? 0) * scale)).toBeLessThanOrEqual(1);
      await context.close();
    });
  }
}

test("what is drawn follows the window's size and the editor's zoom", async ({ open, page }) => {
  await open("/pictures/#response");
  const width = async () => (await look(page, ".dyad-graph-grid")).width;
  const before = await width();
  await page.setViewportSize({ width: 1720, height: 960 });
  await expect.poll(width).toBeGreaterThan(before * 1.9);
  // Numbers are as far from the picture as before, twice.
  const labels = await page.locator(".dyad-graph-y").boundingBox();
  expect(labels?.width).toBeCloseTo(60, 0);
});

test("nothing moves while nothing sounds", async ({ open }) => {
  for (const scene of ["response", "dynamics", "sound", "voice"]) await rests(await open(`/pictures/#${scene}`));
});

test("a keyboard is played by mouse and keys, shows what sounds, and lets go", async ({ open }) => {
  const editor = await open("/pictures/#keys");
  const { page } = editor;
  const key = (number: number) => page.locator(`.dyad-keyboard-keys > [data-key="${number}"]`);
  const played = async () => {
    const [on, off] = [await editor.params("noteOn"), await editor.params("noteOff")];
    return [on, off].map((all) => all.map((params) => params?.["key"]));
  };
  const box = (await key(36).boundingBox())!;
  const front = { x: box.x + box.width / 2, y: box.y + box.height - 4 };
  await page.mouse.move(front.x, front.y);
  await page.mouse.down();
  await page.mouse.move(front.x + 2 * box.width, front.y, { steps: 8 });
  await expect.poll(played).toEqual([
    [36, 38, 40],
    [36, 38],
  ]);
  await expect(key(40)).toHaveAttribute("data-lit", "true");
  await page.mouse.up();
  await expect.poll(async () => (await played())[1]).toEqual([36, 38, 40]);
  await say(editor, "keys", 0, [48, 51, 55, 60]);
  await say(editor, "keys", 1, [60, 72, 75]);
  await expect(key(75)).toHaveAttribute("data-second", "true");
  await page.getByRole("button", { name: "computer" }).click();
  await page.keyboard.down("k");
  await expect.poll(async () => (await played())[0]).toEqual([36, 38, 40, 72]);
  expect(await faults(editor)).toEqual([]);
  // What is held when another window is turned to does not hang.
  await page.evaluate(() => window.dispatchEvent(new Event("blur")));
  await expect.poll(async () => (await played())[1]).toEqual([36, 38, 40, 72]);
  await rests(editor);
});
