import type { Page } from "@playwright/test";
import { expect, middle, test } from "./fixtures";

/** Gives the plugin presets, as its author and its user would. */
async function stock(page: Page, count = 3): Promise<void> {
  await page.evaluate((count) => {
    const session = mocked().mock.session;
    const [base] = session.presets;
    if (!base) return;
    const names = ["Drum bus, glue", "Vocal, gentle", "Bass", "Master", "Parallel smash", "Room"];
    for (let n = 0; n < count; n++) {
      const group = n < count / 2 ? "Buses" : "My presets · Tracks";
      const name = `${names[n % names.length]}${n < names.length ? "" : ` ${n}`}`;
      const users = n >= count / 2;
      session.presets.push({
        ...base,
        id: `${users ? "user" : "factory"}/${name}`,
        name,
        group,
        category: group,
        users,
      });
    }
    session.presets.push({
      ...base,
      id: "user/Torn",
      name: "Torn",
      group: "My presets",
      users: true,
      error: "cut off",
    });
  }, count);
}

const name = (page: Page) => page.getByRole("button", { name: /^Presets/ });
const menu = (page: Page) => page.getByRole("dialog", { name: "Presets" });

/** Everything of the header that is to be seen, from left to right. */
async function parts(page: Page) {
  const found = page.locator(".dyad-bypass, .dyad-header h1, .dyad-chip, .dyad-presets, .dyad-pair");
  const boxes = [];
  for (const part of await found.all()) if (await part.isVisible()) boxes.push(await part.boundingBox());
  return boxes.filter((box) => box !== null && box.width > 0).sort((a, b) => a!.x - b!.x) as {
    x: number;
    y: number;
    width: number;
    height: number;
  }[];
}

for (const width of [860, 420, 360, 240, 160]) {
  test(`no part of the header covers another in ${width} pixels`, async ({ open }) => {
    const { page } = await open("/gain/");
    await page.setViewportSize({ width, height: 260 });
    const bypass = page.getByRole("switch", { name: "Bypass" });
    for (const bypassed of [false, true]) {
      if (bypassed) await bypass.click();
      await expect(bypass).toBeChecked({ checked: bypassed });
      const boxes = await parts(page);
      for (const [n, box] of boxes.entries()) {
        expect(box.x, `${width}: ${n}`).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        const next = boxes[n + 1];
        if (next) expect(box.x + box.width, `${width}: ${n}`).toBeLessThanOrEqual(next.x);
      }
      await page.screenshot({ path: `test-results/header-${width}${bypassed ? "-bypassed" : ""}.png` });
    }
    await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(width >= 420 ? 1 : 0);
    await expect(page.getByRole("radio", { name: "A" })).toHaveCount(width >= 360 ? 1 : 0);
    await expect(name(page)).toBeVisible();
  });
}

test("the name of the plugin is whole where there is room for it", async ({ open }) => {
  const { page } = await open("/gain/");
  const title = page.getByRole("heading", { level: 1 });
  const cut = await title.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(cut).toBe(0);
  await expect(page.getByText("Dyad", { exact: true })).not.toBeInViewport();
  await page.setViewportSize({ width: 860, height: 260 });
  await expect(page.getByText("Dyad", { exact: true })).toBeInViewport();
});

for (const [width, height] of [
  [420, 260],
  [240, 200],
  [160, 200],
] as const) {
  test(`the menu stays within ${width} × ${height} pixels, and is operated by the pointer`, async ({ open }) => {
    const { page, params } = await open("/gain/");
    await page.setViewportSize({ width, height });
    await stock(page, 14);
    await name(page).click();
    await expect(page.getByPlaceholder("Search")).toBeFocused();
    const box = (await menu(page).boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    await page.screenshot({ path: `test-results/menu-${width}.png` });
    await page.getByRole("option", { name: "Vocal, gentle", exact: true }).click();
    expect(await params("loadPreset")).toEqual([{ id: "factory/Vocal, gentle" }]);
    await expect(menu(page)).toHaveCount(0);
    await expect(name(page)).toHaveText("Vocal, gentle");
  });
}

test("a press elsewhere closes the menu, and leaves the focus of others alone", async ({ open }) => {
  const { page, calls } = await open("/gain/");
  await page.setViewportSize({ width: 860, height: 260 });
  await stock(page);
  await name(page).click();
  await expect(page.getByRole("listbox")).toBeFocused();
  await page.screenshot({ path: "test-results/menu-few.png" });
  const knob = page.getByRole("slider", { name: "Gain" });
  const { x, y } = await middle(knob);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 30);
  await page.mouse.up();
  await expect(menu(page)).toHaveCount(0);
  await expect(knob).toBeFocused();
  // A press on a button of the header takes the keyboard from nobody.
  await page.getByRole("button", { name: "Next preset" }).click();
  await expect(knob).toBeFocused();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+Z");
  await expect.poll(() => calls("undo", "redo")).toEqual(["undo", "redo"]);
});

test("a preset is saved by keys alone", async ({ open }) => {
  const { page, params } = await open("/gain/");
  await stock(page);
  await name(page).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listbox")).toBeFocused();
  await page.getByRole("button", { name: "Save as…" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("Night");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Own");
  await page.screenshot({ path: "test-results/menu-save.png" });
  await page.keyboard.press("Enter");
  await expect.poll(() => params("savePreset")).toEqual([{ category: "Own", name: "Night", overwrite: false }]);
  await expect(name(page)).toHaveText("Night");
  await expect(name(page)).toBeFocused();
});
