import { beforeEach, describe, expect, it, vi } from "vitest";
import { Graph, GraphCurve, GraphLine, GraphNodes, Segments, XyPad, type Axis } from "../../src";
import { everyHello } from "../mock/examples";
import { picturesHello } from "../mock/pictures";
import { byRole, doing, pointer, press, show } from "./setup";

const GESTURE = ["beginGesture", "setParameter", "stepParameter", "resetParameter", "endGesture"];

beforeEach(() => {
  Element.prototype.setPointerCapture = () => undefined;
  // All that is seen is as large as this.
  const box = { left: 100, top: 50, right: 300, bottom: 150, width: 200, height: 100, x: 100, y: 50 };
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ ...box, toJSON: () => box });
});

const hertz: Axis = { scale: "frequency", min: 20, max: 20_000 };
const gain: Axis = { scale: "decibels", min: -18, max: 18 };
const bands = [1, 2].map((band) => ({
  x: `freq${band}`,
  y: `gain${band}`,
  wheel: `q${band}`,
  enabled: `on${band}`,
  label: String(band),
  name: `Band ${band}`,
}));

async function showNodes() {
  const selected: number[] = [];
  const shown = await show(
    <Graph label="Response" x={hertz} y={gain}>
      <GraphCurve id="response" />
      <GraphNodes nodes={bands} selected={0} onSelect={(index) => selected.push(index)} />
    </Graph>,
    picturesHello(),
  );
  return { ...shown, selected, node: byRole("slider", "Band 2") };
}

/** How much a drag has moved, in parts of the range; what it was before is the plugin's. */
const position = (editor: { last(method: string): Record<string, unknown> | undefined }) =>
  editor.last("setParameter")?.["position"] as number;

describe("a node of a graph", () => {
  it("says its name and the texts of all that it moves", async () => {
    const { node, editor } = await showNodes();
    expect(node.getAttribute("aria-valuetext")).toBe("420.0 Hz, −7.5 dB, 1.0");
    expect([node.getAttribute("aria-valuemin"), node.getAttribute("aria-valuenow")]).toEqual(["20", "420"]);
    await doing(() => editor.automate("on2", { value: 0 }));
    expect(node.getAttribute("aria-valuetext")).toBe("420.0 Hz, −7.5 dB, 1.0, Band 2 Off");
    expect(node.dataset["on"]).toBe("false");
  });

  it("stands where its parameters do", async () => {
    const { node, editor } = await showNodes();
    await doing(() => editor.automate("freq2", { value: 2000 }));
    await doing(() => editor.automate("gain2", { value: 9 }));
    expect(Number(node.style.getPropertyValue("--dyad-x"))).toBeCloseTo(2 / 3, 4);
    expect(Number(node.style.getPropertyValue("--dyad-y"))).toBeCloseTo(0.75, 3);
  });

  it("is dragged by one gesture of each parameter", async () => {
    const { node, editor, selected } = await showNodes();
    await pointer(node, "pointerdown", { clientX: 150, y: 100 });
    await pointer(node, "pointermove", { clientX: 170, y: 90 });
    await pointer(node, "pointermove", { clientX: 190, y: 80 });
    await pointer(node, "pointerup", { clientX: 190, y: 80 });
    await pointer(node, "lostpointercapture", { clientX: 190, y: 80 });
    const of = (id: string) => editor.calls(...GESTURE).filter((call) => call.endsWith(id));
    for (const id of ["freq2", "gain2"]) {
      expect(of(id)).toEqual([`beginGesture ${id}`, `setParameter ${id}`, `setParameter ${id}`, `endGesture ${id}`]);
    }
    expect(Math.log10((editor.value("freq2") ?? 0) / 420)).toBeCloseTo((40 / 200) * 3);
    expect(editor.value("gain2")).toBeCloseTo(-7.5 + (20 / 100) * 36, 2);
    expect(selected).toEqual([1, 1]);
  });

  it("sets what moves, and not what stays", async () => {
    const { node, editor } = await showNodes();
    await pointer(node, "pointerdown", { clientX: 150, y: 100 });
    await pointer(node, "pointermove", { clientX: 150, y: 90 });
    await pointer(node, "pointerup", { clientX: 150, y: 90 });
    expect(editor.calls("setParameter")).toEqual(["setParameter gain2"]);
    expect(editor.value("freq2")).toBe(420);
  });

  it("moves a tenth with Shift, and follows the hand back from beyond an end", async () => {
    const { node, editor } = await showNodes();
    await pointer(node, "pointerdown", { clientX: 150, y: 100 });
    await pointer(node, "pointermove", { clientX: 150, y: 50, shiftKey: true });
    expect(editor.value("gain2")).toBeCloseTo(-7.5 + 0.05 * 36, 2);
    await pointer(node, "pointermove", { clientX: 150, y: -50 });
    expect(editor.value("gain2")).toBe(18);
    await pointer(node, "pointermove", { clientX: 150, y: -30 });
    expect(editor.value("gain2"), "still beyond").toBe(18);
    await pointer(node, "pointermove", { clientX: 150, y: 50 });
    await pointer(node, "pointerup", { clientX: 150, y: 50 });
    expect(editor.value("gain2")).toBeCloseTo(-7.5 + 0.05 * 36, 2);
  });

  it("steps by keys: arrows each along its own way, pages what the wheel does", async () => {
    const { node, editor } = await showNodes();
    for (const key of ["ArrowRight", "ArrowDown", "PageUp"]) await press(node, key);
    await press(node, "ArrowUp", { shiftKey: true });
    const steps = editor.told.filter(({ method }) => method === "stepParameter").map(({ params }) => params);
    expect(steps).toEqual([
      { id: "freq2", steps: 1 },
      { id: "gain2", steps: -1 },
      { id: "q2", steps: 1 },
      { id: "gain2", steps: 0.1 },
    ]);
    await press(node, "Delete");
    expect([editor.value("freq2"), editor.value("gain2"), editor.value("q2")]).toEqual([1000, 0, 1]);
  });

  it("is turned off and on by Enter and Space", async () => {
    const { node, editor } = await showNodes();
    await press(node, "Enter");
    expect(editor.value("on2")).toBe(0);
    await press(node, " ");
    expect(editor.value("on2")).toBe(1);
  });

  it("takes the wheel, a double-click and the host's menu", async () => {
    const { node, editor } = await showNodes();
    await doing(() => node.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, cancelable: true, bubbles: true })));
    expect(editor.last("stepParameter")).toEqual({ id: "q2", steps: 1 });
    await doing(() => node.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })));
    expect(editor.calls("resetParameter")).toEqual(["freq2", "gain2", "q2"].map((id) => `resetParameter ${id}`));
    const menu = new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 7, clientY: 8 });
    await doing(() => node.dispatchEvent(menu));
    expect(editor.last("menu")).toEqual({ id: "gain2", x: 7, y: 8 });
  });

  it("is not where the picture itself is double-clicked", async () => {
    const places: unknown[] = [];
    await show(
      <Graph label="Response" x={hertz} y={gain} onDoubleClick={(at) => places.push(at)}>
        <GraphNodes nodes={bands} />
      </Graph>,
      picturesHello(),
    );
    const at = (element: Element | null) =>
      doing(() => element?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true, clientX: 250, clientY: 100 })));
    await at(byRole("slider", "Band 1"));
    await at(document.querySelector(".dyad-graph-plot"));
    expect(places).toEqual([{ x: 0.75, y: 0.5 }]);
  });

  it("lets go where it goes away, and where nobody answers", async () => {
    const { node, editor, root } = await showNodes();
    await pointer(node, "pointerdown", { clientX: 150, y: 100 });
    await pointer(node, "pointermove", { clientX: 170, y: 90 });
    await doing(() => root.render(null));
    expect(editor.calls("endGesture").sort()).toEqual(["endGesture freq2", "endGesture gain2"]);
  });

  it("says which curve is missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const wrong = show(
      <Graph label="Response">
        <GraphCurve id={["band1", "band9"]} />
      </Graph>,
      picturesHello(),
    );
    await expect(wrong).rejects.toThrow('the plugin has no curve "band9"');
  });

  it("says which parameter is missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const wrong = [{ x: "freq9", label: "9" }];
    await expect(
      show(
        <Graph label="Response">
          <GraphNodes nodes={wrong} />
        </Graph>,
      ),
    ).rejects.toThrow('the plugin has no parameter "freq9"');
  });
});

describe("a line of a graph", () => {
  it("is a slider that is dragged over the axis", async () => {
    const { editor } = await show(
      <Graph label="Levels" y={{ scale: "decibels", min: -60, max: 0 }}>
        <GraphLine param="threshold" />
      </Graph>,
      picturesHello(),
    );
    const line = byRole("slider", "Threshold");
    expect(line.getAttribute("aria-valuetext")).toBe("−26.0 dB");
    expect(line.textContent).toBe("Threshold −26.0 dB");
    await pointer(line, "pointerdown", { clientX: 150, y: 100 });
    await pointer(line, "pointermove", { clientX: 190, y: 90 });
    await pointer(line, "pointerup", { clientX: 190, y: 90 });
    expect(editor.value("threshold")).toBeCloseTo(-20, 2);
    expect(editor.calls("beginGesture", "endGesture")).toEqual(["beginGesture threshold", "endGesture threshold"]);
    await press(line, "ArrowLeft");
    expect(editor.last("stepParameter")).toEqual({ id: "threshold", steps: -1 });
    await press(line, "Home");
    expect(position(editor)).toBe(0);
  });
});

describe("an XY pad", () => {
  const pad = () => byRole("slider", "Decay and size");
  const content = <XyPad x="decay" y="size" label="Decay and size" />;

  it("goes where it is pressed, and is dragged from there", async () => {
    const { editor } = await show(content, picturesHello());
    expect(pad().getAttribute("aria-valuetext")).toBe("50.0 %, 30.0 %");
    const click = (clientX: number, clientY: number) =>
      doing(() => pad().dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY, detail: 1 })));
    // Its way is 176 by 76 pixels, from 112 and 62 on.
    await pointer(pad(), "pointerdown", { clientX: 244, y: 81 });
    await pointer(pad(), "pointerup", { clientX: 244, y: 81 });
    await click(244, 81);
    expect([editor.value("decay"), editor.value("size")]).toEqual([75, 75]);
    // On the handle a click moves nothing, and a drag begins where the handle is.
    await click(248, 84);
    expect([editor.value("decay"), editor.value("size")]).toEqual([75, 75]);
    await pointer(pad(), "pointerdown", { clientX: 248, y: 84 });
    await pointer(pad(), "pointermove", { clientX: 204, y: 103 });
    await pointer(pad(), "pointerup", { clientX: 204, y: 103 });
    expect(editor.value("decay")).toBeCloseTo(50);
    expect(editor.value("size")).toBeCloseTo(50);
    // Beside it, it comes to the pointer first.
    await pointer(pad(), "pointerdown", { clientX: 112, y: 138 });
    await pointer(pad(), "pointermove", { clientX: 156, y: 138 });
    await pointer(pad(), "pointerup", { clientX: 156, y: 138 });
    expect(editor.value("decay")).toBeCloseTo(25);
    expect(editor.value("size")).toBeCloseTo(0);
  });

  it("steps each way by its own keys", async () => {
    const { editor } = await show(content, picturesHello());
    await press(pad(), "ArrowRight");
    await press(pad(), "ArrowDown");
    await press(pad(), "PageUp");
    const steps = editor.told.filter(({ method }) => method === "stepParameter").map(({ params }) => params);
    expect(steps).toEqual([
      { id: "decay", steps: 1 },
      { id: "size", steps: -1 },
      { id: "size", steps: 10 },
    ]);
  });
});

describe("segments", () => {
  it("show all names, of which a click chooses one and arrow keys another", async () => {
    const { editor } = await show(<Segments id="shape" />, everyHello());
    const group = byRole("radiogroup", "Shape");
    const checked = () => group.querySelector('[aria-checked="true"]')?.textContent;
    expect([group.textContent, checked()]).toEqual(["SineSawSquare", "Saw"]);
    await doing(() => byRole("radio", "Square").click());
    expect([editor.value("shape"), checked()]).toEqual([2, "Square"]);
    await press(group, "ArrowLeft");
    expect(checked()).toBe("Saw");
  });
});
