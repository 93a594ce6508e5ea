import { StrictMode, useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Bypass, Editor, Knob, Meter, PathField, Readout, Select, Slider, TextField, Toggle, Trigger } from "../../src";
import { everyHello, gainHello } from "../mock/examples";
import { byRole, doing, pointer, press, show, type } from "./setup";

const GESTURE = ["beginGesture", "setParameter", "stepParameter", "resetParameter", "endGesture"];

beforeEach(() => {
  // jsdom has no capture: what a page gets of a pointer is what a test sends.
  Element.prototype.setPointerCapture = () => undefined;
});

const steps = (told: { method: string; params: Record<string, unknown> | undefined }[]) =>
  told.filter(({ method }) => method === "stepParameter").map(({ params }) => params?.["steps"]);

describe("a wheel without notches", () => {
  const wheel = (name: string, delta: WheelEventInit & { ticks?: number }) =>
    doing(() => {
      const { ticks, ...init } = delta;
      const event = new WheelEvent("wheel", { bubbles: true, cancelable: true, ...init });
      if (ticks !== undefined) Object.defineProperty(event, "wheelDeltaY", { value: ticks });
      byRole("slider", name).dispatchEvent(event);
    });

  it.each([
    ["Gain", "gain"],
    ["Voices", "voices"],
  ])("gives %s one step for each whole notch", async (name, id) => {
    const { editor } = await show(<Knob id={id} />);
    // Three notches in sixty pieces, of which none is exact in binary.
    for (let n = 0; n < 60; n++) await wheel(name, { deltaY: -5 });
    expect(steps(editor.told)).toEqual([1, 1, 1]);
    for (let n = 0; n < 40; n++) await wheel(name, { deltaY: 1.3, ticks: -3 });
    expect(steps(editor.told)).toEqual([1, 1, 1, -1]);
  });

  it("gives more than one where it is turned by more, and tenths with Shift", async () => {
    const { editor } = await show(<Knob id="gain" />);
    await wheel("Gain", { deltaY: -260 });
    expect(steps(editor.told)).toEqual([2]);
    await wheel("Gain", { deltaY: -40, shiftKey: true });
    expect(steps(editor.told)).toEqual([2, 0.1]);
  });

  it("does not add what is left of one turn to the next one, nor to the other way", async () => {
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const { editor } = await show(<Knob id="gain" />);
    await wheel("Gain", { deltaY: -90 });
    now.mockReturnValue(2000);
    await wheel("Gain", { deltaY: -20 });
    expect(steps(editor.told)).toEqual([]);
    await wheel("Gain", { deltaY: 90 });
    await wheel("Gain", { deltaY: 10 });
    expect(steps(editor.told)).toEqual([-1]);
  });
});

describe("a pointer", () => {
  it.each(["mouse", "pen", "touch"])("that is a %s drags by one gesture", async (pointerType) => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    await pointer(knob, "pointerdown", { y: 100, pointerType });
    await pointer(knob, "pointermove", { y: 90, pointerType });
    await pointer(knob, "pointermove", { y: 80, pointerType });
    await pointer(knob, "pointerup", { y: 80, pointerType });
    await pointer(knob, "lostpointercapture", { y: 80, pointerType });
    expect(editor.calls(...GESTURE)).toEqual([
      "beginGesture gain",
      "setParameter gain",
      "setParameter gain",
      "endGesture gain",
    ]);
    expect(editor.value("gain")).toBeCloseTo(-6 + 0.1 * 84);
  });

  it("that is another one does not end or move a drag", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    const [finger, second, mouse] = [{ pointerId: 7 }, { pointerId: 8 }, { pointerId: 1, buttons: 0 }];
    await pointer(knob, "pointerdown", { y: 100, ...finger });
    await pointer(knob, "pointermove", { y: 90, ...finger });
    await pointer(knob, "pointerdown", { y: 10, ...second });
    await pointer(knob, "pointermove", { y: 50, ...second });
    await pointer(knob, "pointerup", { y: 50, ...second });
    await pointer(knob, "lostpointercapture", second);
    await pointer(knob, "pointercancel", second);
    await pointer(knob, "pointermove", { y: 60, ...mouse });
    expect(editor.calls("endGesture")).toEqual([]);
    await pointer(knob, "pointermove", { y: 80, ...finger });
    await pointer(knob, "pointerup", { y: 80, ...finger });
    expect(editor.calls("beginGesture", "endGesture")).toEqual(["beginGesture gain", "endGesture gain"]);
    expect(editor.value("gain")).toBeCloseTo(-6 + 0.1 * 84);
  });

  it("whose button was let go where nobody saw it ends its drag", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    await pointer(knob, "pointerdown", { y: 100 });
    await pointer(knob, "pointermove", { y: 90 });
    await pointer(knob, "pointermove", { y: 10, buttons: 0 });
    expect(editor.calls(...GESTURE).at(-1)).toBe("endGesture gain");
    expect(editor.value("gain")).toBeCloseTo(-6 + 0.05 * 84);
  });

  it("that is held long opens no menu in a drag", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    await pointer(knob, "pointerdown", { y: 100, pointerType: "touch" });
    await pointer(knob, "pointermove", { y: 90, pointerType: "touch" });
    await doing(() => knob.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true })));
    expect(editor.count("menu")).toBe(0);
    await pointer(knob, "pointerup", { y: 90, pointerType: "touch" });
  });
});

describe("a control that goes away in a drag", () => {
  it("lets go", async () => {
    let away: () => void = () => undefined;
    function Page() {
      const [there, setThere] = useState(true);
      away = () => setThere(false);
      return there && <Knob id="gain" />;
    }
    const { editor } = await show(<Page />);
    await pointer(byRole("slider"), "pointerdown", { y: 100 });
    await pointer(byRole("slider"), "pointermove", { y: 90 });
    await doing(away);
    expect(editor.calls("beginGesture", "endGesture")).toEqual(["beginGesture gain", "endGesture gain"]);
  });

  it("lets go of one parameter where it becomes another's, and does not look held", async () => {
    let turn: (id: string) => void = () => undefined;
    function Page() {
      const [id, setId] = useState("gain");
      turn = setId;
      return <Knob id={id} />;
    }
    const { editor } = await show(<Page />);
    await pointer(byRole("slider"), "pointerdown", { y: 100 });
    await pointer(byRole("slider"), "pointermove", { y: 90 });
    expect(document.querySelector(".dyad-knob")?.getAttribute("data-held")).toBe("true");
    await doing(() => turn("mix"));
    await pointer(byRole("slider"), "pointermove", { y: 50 });
    expect(editor.calls(...GESTURE)).toEqual(["beginGesture gain", "setParameter gain", "endGesture gain"]);
    expect(document.querySelector(".dyad-knob")?.getAttribute("data-held")).toBe("false");
  });
});

describe("in StrictMode, where effects run twice", () => {
  const All = () => (
    <StrictMode>
      <Editor width={640} height={400}>
        <Knob id="gain" />
        <Slider id="mix" />
        <Select id="shape" />
        <Toggle id="limit" />
        <Trigger id="panic" />
        <TextField id="title" />
        <PathField id="impulse" />
        <Meter id="peak" />
        <Readout id="tempo" />
      </Editor>
    </StrictMode>
  );

  it("nothing is said twice, and nothing complains", async () => {
    const said = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
    const { editor } = await show(<All />);
    const knob = byRole("slider", "Gain");
    await press(knob, "ArrowUp");
    await doing(() => knob.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, bubbles: true, cancelable: true })));
    await pointer(knob, "pointerdown", { y: 100 });
    await pointer(knob, "pointermove", { y: 90 });
    await pointer(knob, "pointerup", { y: 90 });
    expect(editor.calls(...GESTURE)).toEqual([
      "stepParameter gain",
      "stepParameter gain",
      "beginGesture gain",
      "setParameter gain",
      "endGesture gain",
    ]);
    await doing(() => byRole("switch", "Limit").click());
    expect(editor.value("limit")).toBe(1);
    await doing(() => document.querySelector<HTMLElement>(".dyad-field-text")?.click());
    await type("Room");
    await doing(async () => {
      editor.notify("closing");
      await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    });
    expect(editor.calls("setProperty")).toEqual(["setProperty title"]);
    await doing(() => editor.notify("meterFrame", { time: 1, meters: { tempo: 90 }, texts: { tempo: "90.00" } }));
    expect(document.querySelector("output")?.textContent).toBe("90.00");
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
  });
});

describe("a plugin with little", () => {
  it("has no meters, or a parameter of one value alone", async () => {
    const said = vi.spyOn(console, "warn");
    const hello = everyHello();
    hello.meters = [];
    const voices = hello.parameters.find(({ id }) => id === "voices");
    if (voices) Object.assign(voices, { min: 4, max: 4, value: 4, default: 4, steps: 0 });
    const { editor, client } = await show(<Knob id="voices" />, hello);
    expect(client.meters()).toEqual([]);
    expect(await client.getMeterFrame()).toEqual({ time: 0, meters: {} });
    await doing(() => editor.notify("meterFrame", { time: 1, meters: {} }));
    const knob = byRole("slider");
    for (const key of ["ArrowUp", "End", "Home", "Delete"]) await press(knob, key);
    await pointer(knob, "pointerdown", { y: 100 });
    await pointer(knob, "pointermove", { y: 50 });
    await pointer(knob, "pointerup", { y: 50 });
    expect(client.parameter("voices")).toMatchObject({ value: 4, position: 0, text: "4" });
    expect(document.body.innerHTML).not.toContain("NaN");
    expect(said).not.toHaveBeenCalled();
  });

  it("has no bypass", async () => {
    const hello = gainHello();
    hello.parameters = hello.parameters.filter(({ role }) => role !== "bypass");
    const { place } = await show(
      <Editor width={420} height={260}>
        <Knob id="gain" />
      </Editor>,
      hello,
    );
    expect(place.querySelector(".dyad-bypass")).toBeNull();
  });
});

describe("requests", () => {
  it("all have an id, so that all are answered", async () => {
    const { editor, client } = await show(
      <>
        <Knob id="gain" />
        <Bypass id="bypass" />
      </>,
    );
    const sent: { method: string; id?: number }[] = [];
    const take = editor.take.bind(editor);
    editor.take = (text) => (sent.push(JSON.parse(text) as (typeof sent)[number]), take(text));
    const knob = byRole("slider");
    await press(knob, "ArrowUp");
    await press(knob, "Home");
    await press(knob, "Delete");
    await pointer(knob, "pointerdown", { y: 100 });
    await pointer(knob, "pointermove", { y: 90 });
    await pointer(knob, "pointerup", { y: 90 });
    await doing(() => byRole("switch").click());
    await doing(() =>
      Promise.all([client.setProperty("title", "Room"), client.setState({ parameters: {}, properties: {} })]),
    );
    // What is held when the window goes, and when the connection is found again.
    await doing(() => client.beginGesture("gain"));
    await doing(async () => {
      editor.notify("closing");
      await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    });
    const notified = new Set(["painted", "ack", "pong", "keyboard", "places", "closed"]);
    for (const { method, id } of sent) {
      expect(typeof id, method).toBe(notified.has(method) ? "undefined" : "number");
    }
    for (const method of [...GESTURE, "setProperty", "setState"])
      expect(sent.map((one) => one.method)).toContain(method);
  });
});
