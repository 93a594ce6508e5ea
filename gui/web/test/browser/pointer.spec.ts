import { expect, middle, test, type Editor } from "./fixtures";

const GESTURE = ["beginGesture", "setParameter", "stepParameter", "resetParameter", "endGesture"];

/** A gesture without how many values it had. */
function shape(calls: string[]): string[] {
  return calls.filter((call, n) => call !== calls[n - 1]);
}

const knob = ({ page }: Editor) => page.getByRole("slider", { name: "Gain" });

test("a drag that leaves the window is one gesture, and ends where the button is let go", async ({ open }) => {
  const editor = await open("/gain/");
  const { x, y } = await middle(knob(editor));
  const { mouse } = editor.page;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x, y - 20, { steps: 4 });
  // Above the window and beside it.
  await mouse.move(x + 600, y - 50, { steps: 4 });
  await mouse.move(-80, -400, { steps: 4 });
  await mouse.up();
  await expect.poll(() => editor.value("gain")).toBe(24);
  await expect
    .poll(async () => shape(await editor.calls(...GESTURE)))
    .toEqual(["beginGesture gain", "setParameter gain", "endGesture gain"]);
  const sets = await editor.params("setParameter");
  const positions = sets.map((params) => params?.["position"] as number);
  expect(
    [...positions].sort((a, b) => a - b),
    "never back",
  ).toEqual(positions);
  await mouse.move(x, y);
  expect((await editor.calls("beginGesture")).length, "nothing is held any more").toBe(1);
});

test("two hundred pixels are the whole range, and with Shift a tenth of it", async ({ open }) => {
  const editor = await open("/gain/");
  const { x, y } = await middle(knob(editor));
  const { mouse, keyboard } = editor.page;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x, y - 50, { steps: 5 });
  await expect.poll(() => editor.value("gain")).toBeCloseTo(-6 + 0.25 * 84);
  await keyboard.down("Shift");
  await mouse.move(x, y, { steps: 5 });
  await keyboard.up("Shift");
  await mouse.up();
  await expect.poll(() => editor.value("gain")).toBeCloseTo(15 - 0.025 * 84);
});

test("a click is no gesture", async ({ open }) => {
  const editor = await open("/gain/");
  await knob(editor).click();
  await expect(knob(editor)).toBeFocused();
  expect(await editor.calls(...GESTURE)).toEqual([]);
});

test("a double-click and a click with Ctrl bring the default", async ({ open }) => {
  const editor = await open("/gain/");
  await knob(editor).dblclick();
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "0.0 dB");
  await editor.page.evaluate(() => mocked().mock.automate("gain", { value: 12 }));
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "12.0 dB");
  await knob(editor).click({ modifiers: ["Control"] });
  await expect(knob(editor)).toHaveAttribute("aria-valuetext", "0.0 dB");
  expect(await editor.calls(...GESTURE)).toEqual(["resetParameter gain", "resetParameter gain"]);
});

test("the wheel steps by hundredths, with Shift by thousandths", async ({ open }) => {
  const editor = await open("/gain/");
  await knob(editor).hover();
  await editor.page.mouse.wheel(0, -120);
  await expect.poll(() => editor.value("gain")).toBeCloseTo(-6 + 0.84);
  await editor.page.keyboard.down("Shift");
  await editor.page.mouse.wheel(0, -120);
  await expect.poll(() => editor.value("gain")).toBeCloseTo(-6 + 0.84 + 0.084);
});

test("the right button opens the host's menu where it was pressed, and nothing else", async ({ open }) => {
  const editor = await open("/gain/");
  const { x, y } = await middle(knob(editor));
  await editor.page.mouse.click(x, y, { button: "right" });
  await expect.poll(() => editor.params("menu")).toEqual([{ id: "gain", x, y }]);
  await editor.page.mouse.click(x, y + 5);
  expect(await editor.calls(...GESTURE)).toEqual([]);
});

test("the host is told where controls are, and again when the window has another size", async ({ open }) => {
  const editor = await open("/gain/");
  const last = async () => (await editor.params("places")).at(-1) as unknown as { id: string; x: number }[];
  await expect.poll(async () => (await last()).map(({ id }) => id).sort()).toEqual(["bypass", "gain", "peak", "rms"]);
  await expect
    .poll(async () => (await last()).find(({ id }) => id === "gain"))
    .toEqual({
      id: "gain",
      x: 88,
      y: 79,
      width: 112,
      height: 112,
    });
  await editor.page.setViewportSize({ width: 840, height: 520 });
  await expect
    .poll(async () => (await last()).find(({ id }) => id === "gain"))
    .toEqual({
      id: "gain",
      x: 176,
      y: 158,
      width: 224,
      height: 224,
    });
});

test("a slider is dragged over its own length, and its knob goes where the track is clicked", async ({ open }) => {
  const editor = await open("/every/");
  await editor.page.setViewportSize({ width: 640, height: 400 });
  const lane = editor.page.getByRole("slider", { name: "Mix" });
  const box = await lane.boundingBox();
  if (!box) throw new Error("no slider");
  await editor.page.mouse.click(box.x + box.width - 6, box.y + 10);
  await expect(lane).toHaveAttribute("aria-valuetext", "100.0 %");
  await editor.page.mouse.move(box.x + box.width - 6, box.y + 10);
  await editor.page.mouse.down();
  await editor.page.mouse.move(box.x + 6 + (box.width - 12) / 2, box.y + 60, { steps: 5 });
  await editor.page.mouse.up();
  await expect(lane).toHaveAttribute("aria-valuetext", "50.0 %");
});
