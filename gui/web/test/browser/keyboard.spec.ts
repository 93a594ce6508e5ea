import { expect, test, type Editor } from "./fixtures";

const knob = ({ page }: Editor) => page.getByRole("slider", { name: "Gain" });
const ring = ({ page }: Editor) => page.locator(".dyad-knob-ring");

test("everything can be done without a pointer", async ({ open }) => {
  const editor = await open("/gain/");
  const { keyboard } = editor.page;
  await keyboard.press("Tab");
  const bypass = editor.page.getByRole("switch", { name: "Bypass" });
  await expect(bypass).toBeFocused();
  await keyboard.press("Space");
  await expect(bypass).toHaveAttribute("aria-checked", "true");
  await expect(editor.page.getByRole("status")).toHaveText("Bypassed");
  await keyboard.press("Enter");
  await expect(bypass).toHaveAttribute("aria-checked", "false");
  const { page } = editor;
  for (const next of [
    page.getByRole("button", { name: "Presets, Custom" }),
    page.getByRole("radio", { name: "A" }),
    page.getByRole("button", { name: "Undo" }),
    page.getByRole("button", { name: "Redo" }),
  ]) {
    await keyboard.press("Tab");
    await expect(next).toBeFocused();
  }
  await keyboard.press("Tab");
  await expect(knob(editor)).toBeFocused();
  await keyboard.press("PageUp");
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "2.4 dB");
  await keyboard.press("Home");
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "−∞ dB");
  await keyboard.press("Enter");
  await keyboard.type("-12");
  await keyboard.press("Enter");
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "−12.0 dB");
  await expect(knob(editor)).toBeFocused();
  await keyboard.press("Delete");
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "0.0 dB");
});

test("a ring shows what the keyboard operates, and only while it does", async ({ open }) => {
  const editor = await open("/gain/");
  await knob(editor).click();
  await expect(knob(editor)).toBeFocused();
  await expect(ring(editor)).toBeHidden();
  await editor.page.keyboard.press("Shift");
  await expect(ring(editor)).toBeHidden();
  await editor.page.keyboard.press("ArrowUp");
  await expect(ring(editor)).toBeVisible();
  await editor.page.mouse.click(4, 200);
  await expect(ring(editor)).toBeHidden();
});

test("a value is typed with the pointer alone, and one that is none is marked", async ({ open }) => {
  const editor = await open("/gain/");
  const { page } = editor;
  await page.getByRole("button", { name: "Gain −6.0 dB, edit" }).click();
  const field = page.getByRole("textbox", { name: "Gain, value" });
  await expect(field).toBeFocused();
  await page.keyboard.type("loud");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.type("−3");
  await page.mouse.click(4, 200);
  await expect(field).toBeHidden();
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "−3.0 dB");
});

test("the host learns which keys the page wants", async ({ open }) => {
  const editor = await open("/gain/");
  const { page } = editor;
  await knob(editor).click();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.mouse.click(4, 200);
  await expect
    .poll(() => editor.params("keyboard"))
    .toEqual([
      { typing: false, operating: true },
      { typing: true, operating: true },
      { typing: false, operating: true },
      { typing: false, operating: false },
    ]);
});

test("keys that the host hands on do what keys do", async ({ open }) => {
  const editor = await open("/gain/");
  // In one batch, as an editor that was busy sends them.
  const keys = (...names: string[]) =>
    editor.page.evaluate((names) => {
      const { mock } = mocked();
      for (const key of names) {
        const text = key.length === 1 ? key : null;
        for (const down of [true, false]) {
          mock.notify("key", { key, text, down, shift: false, ctrl: false, alt: false });
        }
      }
    }, names);
  await keys(...Array<string>(6).fill("Tab"));
  await expect(knob(editor)).toBeFocused();
  await expect(ring(editor)).toBeVisible();
  await keys("Enter", "-", "1", "2", "3", "Backspace");
  await expect(editor.page.getByRole("textbox")).toHaveValue("-12");
  await keys("Enter");
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "−12.0 dB");
  await expect(knob(editor)).toBeFocused();
});

test("a value that is being typed is taken when the window goes", async ({ open }) => {
  const editor = await open("/gain/");
  await knob(editor).click();
  await editor.page.keyboard.press("Enter");
  await editor.page.keyboard.type("7");
  await editor.page.evaluate(() => mocked().mock.notify("closing"));
  await expect.poll(() => editor.calls("setParameter", "closed")).toEqual(["setParameter gain", "closed"]);
  expect(await editor.value("gain")).toBe(7);
});

test("a choice is opened, moved through and closed by keys", async ({ open }) => {
  const editor = await open("/every/");
  const { page } = editor;
  const box = page.getByRole("combobox", { name: "Shape" });
  await box.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect(box).toHaveText("Square");
  await page.keyboard.press("ArrowDown");
  await expect(box).toHaveText("Saw");
  await box.click();
  await page.getByRole("option", { name: "Sine" }).click();
  await expect(box).toHaveText("Sine");
  await expect(page.getByRole("listbox")).toBeHidden();
});

test("a text is also typed into what the page lets be edited", async ({ open }) => {
  const editor = await open("/gain/");
  const { page } = editor;
  await page.evaluate(() => {
    const note = document.createElement("div");
    note.id = "note";
    note.contentEditable = "true";
    note.textContent = "ab";
    const inner = note.appendChild(document.createElement("b"));
    inner.textContent = "c";
    const not = Object.assign(document.createElement("div"), { id: "not", tabIndex: 0, contentEditable: "false" });
    document.querySelector("main")?.append(note, not);
  });
  const note = page.locator("#note");
  await page.locator("#not").focus();
  await expect.poll(() => editor.params("keyboard")).toEqual([{ typing: false, operating: true }]);
  await note.focus();
  await expect.poll(async () => (await editor.params("keyboard")).at(-1)).toEqual({ typing: true, operating: true });
  // The keys of a host that keeps the keyboard.
  const keys = (...names: [key: string, more?: object][]) =>
    page.evaluate((names) => {
      for (const [key, more] of names) {
        const text = key.length === 1 ? key : null;
        mocked().mock.notify("key", { key, text, down: true, shift: false, ctrl: false, alt: false, ...more });
      }
    }, names);
  await keys(["End"], ["x"], ["y"], ["ArrowLeft"], ["Delete"], ["Home"], ["-"], ["ArrowRight"], ["Backspace"]);
  await expect(note).toHaveText("-bcx");
  await keys(["a", { ctrl: true }], ["z"]);
  await expect(note).toHaveText("z");
  await keys(["Tab"]);
  await expect(page.locator("#not")).toBeFocused();
  await keys(["Tab", { shift: true }]);
  await expect(note).toBeFocused();
});
