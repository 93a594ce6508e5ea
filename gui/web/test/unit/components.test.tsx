import { describe, expect, it, vi } from "vitest";
import { Bypass, Editor, Knob, PathField, Select, Slider, TextField, Toggle, Trigger, ValueField } from "../../src";
import type { MockEditor } from "../mock/editor";
import { everyHello } from "../mock/examples";
import { byRole, doing, press, show, type } from "./setup";

const SETS = ["beginGesture", "setParameter", "stepParameter", "resetParameter", "endGesture"];

describe("a knob", () => {
  it("is a slider that says its name and value", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider", "Gain");
    expect(knob.tabIndex).toBe(0);
    const aria = (name: string) => knob.getAttribute(`aria-${name}`);
    expect([aria("valuemin"), aria("valuemax"), aria("valuenow"), aria("valuetext")]).toEqual([
      "-60",
      "24",
      "-6",
      "−6.0 dB",
    ]);
    await doing(() => editor.automate("gain", { value: -60 }));
    expect(aria("valuetext")).toBe("−∞ dB");
  });

  it("steps, goes to its ends and to its default by keys", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    for (const key of ["ArrowUp", "ArrowLeft", "PageUp", "PageDown"]) await press(knob, key);
    await press(knob, "ArrowRight", { shiftKey: true });
    const steps = editor.told.filter(({ method }) => method === "stepParameter").map(({ params }) => params?.["steps"]);
    expect(steps).toEqual([1, -1, 10, -10, 0.1]);
    await press(knob, "Home");
    expect(editor.last("setParameter")).toEqual({ id: "gain", position: 0 });
    await press(knob, "End");
    expect(editor.last("setParameter")).toEqual({ id: "gain", position: 1 });
    await press(knob, "Delete");
    expect(editor.value("gain")).toBe(0);
  });

  it("leaves keys with Ctrl and Alt, and letters, to the host", async () => {
    const { editor } = await show(<Knob id="gain" />);
    await press(byRole("slider"), "ArrowUp", { ctrlKey: true });
    await press(byRole("slider"), "Home", { altKey: true });
    await press(byRole("slider"), "x");
    expect(editor.calls(...SETS)).toEqual([]);
  });

  it("steps by values where it has some, and by tenths of them with Page keys", async () => {
    const { editor } = await show(<Knob id="voices" />);
    await press(byRole("slider"), "ArrowUp", { shiftKey: true });
    await press(byRole("slider"), "PageUp");
    expect(editor.value("voices")).toBe(4 + 1 + 2);
  });

  it("takes the wheel by notches, and by whole ones where it is stepped", async () => {
    const { editor } = await show(
      <>
        <Knob id="gain" />
        <Knob id="voices" />
      </>,
    );
    const wheel = (name: string, deltaY: number, more: WheelEventInit = {}) =>
      doing(() => byRole("slider", name).dispatchEvent(new WheelEvent("wheel", { deltaY, cancelable: true, ...more })));
    await wheel("Gain", -100);
    expect(editor.last("stepParameter")).toEqual({ id: "gain", steps: 1 });
    await wheel("Gain", 100, { shiftKey: true });
    expect(editor.last("stepParameter")).toEqual({ id: "gain", steps: -0.1 });
    await wheel("Voices", -60);
    expect(editor.last("stepParameter")?.["id"]).toBe("gain");
    await wheel("Voices", -60);
    expect(editor.last("stepParameter")).toEqual({ id: "voices", steps: 1 });
  });

  it("opens the host's menu with the right button", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 12, clientY: 34 });
    await doing(() => byRole("slider").dispatchEvent(event));
    expect(editor.last("menu")).toEqual({ id: "gain", x: 12, y: 34 });
    expect(event.defaultPrevented).toBe(true);
  });
});

describe("a value that is typed", () => {
  const field = () => document.querySelector("input");

  it("is opened by Enter, taken by Enter, and gives the keyboard back", async () => {
    const { editor } = await show(<Knob id="gain" />);
    const knob = byRole("slider");
    knob.focus();
    await press(knob, "Enter");
    expect(document.activeElement).toBe(field());
    expect(field()?.value).toBe("−6.0 dB");
    expect(field()?.selectionEnd).toBe(7);
    await type("3");
    await press(field() as Element, "Enter");
    expect(editor.last("setParameter")).toEqual({ id: "gain", text: "3" });
    expect(field()).toBeNull();
    expect(document.activeElement).toBe(knob);
    expect(knob.getAttribute("aria-valuetext")).toBe("3.0 dB");
  });

  it("that is no value stays, is marked, and can be put right", async () => {
    const { editor } = await show(<ValueField id="gain" />);
    await doing(() => document.querySelector("button")?.click());
    await type("loud");
    await press(field() as Element, "Enter");
    expect(field()?.getAttribute("aria-invalid")).toBe("true");
    expect(editor.value("gain")).toBe(-6);
    await type("-9");
    expect(field()?.getAttribute("aria-invalid")).toBe("false");
    await press(field() as Element, "Enter");
    expect(editor.value("gain")).toBe(-9);
    expect(document.activeElement).toBe(document.querySelector("button"));
  });

  it("is forgotten by Escape, and sets nothing where nothing was changed", async () => {
    const { editor } = await show(<ValueField id="gain" />);
    const open = () => doing(() => document.querySelector("button")?.click());
    await open();
    await type("5");
    await press(field() as Element, "Escape");
    await open();
    await press(field() as Element, "Enter");
    await open();
    await doing(() => field()?.blur());
    expect(field()).toBeNull();
    expect(editor.calls(...SETS)).toEqual([]);
  });

  it("is taken when the keyboard goes elsewhere, and when the window goes", async () => {
    const { editor } = await show(<ValueField id="gain" />);
    await doing(() => document.querySelector("button")?.click());
    await type("5");
    await doing(() => field()?.blur());
    expect(editor.value("gain")).toBe(5);

    await doing(() => document.querySelector("button")?.click());
    await type("7");
    await doing(async () => {
      editor.notify("closing");
      await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    });
    expect(editor.calls("setParameter", "closed")).toEqual(["setParameter gain", "setParameter gain", "closed"]);
    expect(editor.value("gain")).toBe(7);
  });
});

describe("a field that is open while others set what it shows", () => {
  const SETS_OF_ALL = [...SETS, "setProperty"];
  const field = () => document.querySelector("input") as HTMLInputElement;
  const kinds = [
    {
      kind: "a value",
      node: <Knob id="gain" />,
      opener: ".dyad-value-text",
      set: (editor: MockEditor) => editor.automate("gain", { value: 6 }),
      typed: "3",
      expected: ["setParameter gain"],
    },
    {
      kind: "a text",
      node: <TextField id="title" />,
      opener: ".dyad-field-text",
      set: (editor: MockEditor) => editor.notify("propertyUpdate", { id: "title", value: "Preset" }),
      typed: "Room",
      expected: ["setProperty title"],
    },
  ];
  const opened = async ({ node, opener, set }: (typeof kinds)[number]) => {
    const { editor } = await show(node);
    await doing(() => document.querySelector<HTMLElement>(opener)?.click());
    const before = field().value;
    await doing(() => set(editor));
    expect(field().value, "what stood there when it was opened").toBe(before);
    return { editor, before };
  };
  const closes = (editor: MockEditor) =>
    doing(async () => {
      editor.notify("closing");
      await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    });

  for (const one of kinds) {
    it(`${one.kind} in which nobody typed sets nothing when it is left`, async () => {
      const { editor } = await opened(one);
      await doing(() => field().blur());
      expect(field()).toBeNull();
      expect(editor.calls(...SETS_OF_ALL)).toEqual([]);
    });

    it(`${one.kind} in which nobody typed sets nothing by Enter, nor when the window goes`, async () => {
      const { editor } = await opened(one);
      await press(field(), "Enter");
      expect(field()).toBeNull();
      await doing(() => document.querySelector<HTMLElement>(one.opener)?.click());
      await doing(() => one.set(editor));
      await closes(editor);
      expect(editor.calls(...SETS_OF_ALL)).toEqual([]);
    });

    it(`${one.kind} that was typed, and is again what it was, sets nothing`, async () => {
      const { editor, before } = await opened(one);
      await type(one.typed);
      await type(before);
      await doing(() => field().blur());
      expect(editor.calls(...SETS_OF_ALL)).toEqual([]);
    });

    it(`${one.kind} that was typed is taken, also when the window goes`, async () => {
      const { editor } = await opened(one);
      await type(one.typed);
      await doing(() => field().blur());
      expect(editor.calls(...SETS_OF_ALL)).toEqual(one.expected);
      await doing(() => document.querySelector<HTMLElement>(one.opener)?.click());
      await type(`${one.typed}1`);
      await closes(editor);
      expect(editor.calls(...SETS_OF_ALL)).toEqual([...one.expected, ...one.expected]);
    });
  }

  it("a text of more lines than a field can hold is left as it is", async () => {
    const { editor } = await show(<TextField id="title" />);
    await doing(() => editor.notify("propertyUpdate", { id: "title", value: "two\nlines" }));
    await doing(() => document.querySelector<HTMLElement>(".dyad-field-text")?.click());
    expect(field().value).toBe("twolines");
    await doing(() => field().blur());
    expect(editor.calls(...SETS_OF_ALL)).toEqual([]);
  });

  it("what was taken by Enter is not set again by leaving before the answer, nor by a second Enter", async () => {
    const { editor } = await show(<ValueField id="gain" />);
    await doing(() => document.querySelector("button")?.click());
    await type("3");
    editor.manual = true;
    await press(field(), "Enter");
    await press(field(), "Enter");
    await doing(() => field().blur());
    expect(editor.waiting).toBe(1);
    await doing(() => editor.answer());
    expect(editor.calls(...SETS_OF_ALL)).toEqual(["setParameter gain"]);
    expect(document.querySelector("button")?.textContent).toBe("3.0 dB");
  });
});

describe("keys that the host hands on in one batch", () => {
  it("each find what the one before has opened, and are all taken before the window goes", async () => {
    const { editor } = await show(<Knob id="gain" />);
    byRole("slider").focus();
    await doing(async () => {
      const keys = ["Enter", "-", "1", "2"].map((key) => {
        const params = { key, text: key.length === 1 ? key : null, down: true, shift: false, ctrl: false, alt: false };
        return { jsonrpc: "2.0", method: "key", params };
      });
      editor.deliver([...keys, { jsonrpc: "2.0", method: "closing" }]);
      await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    });
    expect(editor.value("gain")).toBe(-12);
  });
});

describe("switches and buttons", () => {
  it("the bypass and a toggle turn by a click and by keys", async () => {
    const { editor } = await show(
      <>
        <Bypass id="bypass" />
        <Toggle id="limit" />
      </>,
    );
    for (const name of ["Bypass", "Limit"]) {
      const control = byRole("switch", name);
      expect(control.getAttribute("aria-checked")).toBe("false");
      await doing(() => control.click());
      expect(control.getAttribute("aria-checked")).toBe("true");
      await press(control, "Enter");
      expect(control.getAttribute("aria-checked")).toBe("false");
      await press(control, "ArrowUp");
      expect(control.getAttribute("aria-checked")).toBe("true");
    }
    expect(editor.value("bypass")).toBe(1);
  });

  it("a trigger sets its maximum with each press, and no key moves it", async () => {
    const { editor } = await show(<Trigger id="panic" />);
    const button = document.querySelector("button") as HTMLElement;
    await doing(() => button.click());
    await press(button, "ArrowDown");
    await press(button, "Enter");
    expect(editor.told.filter(({ method }) => SETS.includes(method)).map(({ params }) => params)).toEqual([
      { id: "panic", value: 1 },
      { id: "panic", value: 1 },
    ]);
  });
});

describe("quick clicks", () => {
  const click = (element: Element, detail: number) =>
    doing(() => element.dispatchEvent(new MouseEvent("click", { bubbles: true, detail })));

  it.each([
    ["trigger", "panic", <Trigger id="panic" />],
    ["toggle", "limit", <Toggle id="limit" />],
    ["bypass", "bypass", <Bypass id="bypass" />],
  ])("on a %s all count", async (kind, id, node) => {
    const { editor } = await show(node);
    const button = document.querySelector("button") as HTMLElement;
    for (const detail of [1, 2, 3, 4]) await click(button, detail);
    const values = editor.told.filter(({ method }) => method === "setParameter").map(({ params }) => params?.["value"]);
    expect(values).toEqual(kind === "trigger" ? [1, 1, 1, 1] : [1, 0, 1, 0]);
    expect(editor.value(id)).toBe(kind === "trigger" ? 1 : 0);
  });

  it.each([
    ["toggle", "limit", <Toggle id="limit" />],
    ["bypass", "bypass", <Bypass id="bypass" />],
  ])("on a %s turn it each time, also before the editor has answered", async (_, id, node) => {
    const { editor } = await show(node);
    const button = document.querySelector("button") as HTMLElement;
    editor.manual = true;
    for (const detail of [1, 2, 3]) await click(button, detail);
    while (editor.waiting > 0) await doing(() => editor.answer());
    const values = editor.told.filter(({ method }) => method === "setParameter").map(({ params }) => params?.["value"]);
    expect(values).toEqual([1, 0, 1]);
    expect(button.getAttribute("aria-checked")).toBe("true");
    // What others set since then counts again.
    await doing(() => editor.automate(id, { value: 0 }));
    await click(button, 1);
    expect(editor.last("setParameter")).toEqual({ id, value: 1 });
    while (editor.waiting > 0) await doing(() => editor.answer());
  });

  it("on a slider are a double-click: the second brings no other place", async () => {
    const { editor } = await show(<Slider id="mix" />);
    for (const detail of [1, 2]) await click(byRole("slider"), detail);
    expect(editor.count("setParameter")).toBe(1);
  });
});

describe("a choice", () => {
  it("opens, is moved through, and is chosen by name", async () => {
    const { editor, place } = await show(<Select id="shape" />);
    const box = byRole("combobox", "Shape");
    expect(box.textContent).toBe("Saw");
    await press(box, "Enter");
    expect(box.getAttribute("aria-expanded")).toBe("true");
    const active = () => document.getElementById(box.getAttribute("aria-activedescendant") ?? "")?.textContent;
    expect(active()).toBe("Saw");
    await press(box, "ArrowDown");
    expect(active()).toBe("Square");
    await press(box, "ArrowDown");
    expect(active()).toBe("Square");
    await press(box, "s");
    expect(active()).toBe("Sine");
    expect(editor.calls(...SETS)).toEqual([]);
    await press(box, "Enter");
    expect(editor.last("setParameter")).toEqual({ id: "shape", text: "Sine" });
    expect(box.textContent).toBe("Sine");
    expect(place.querySelector("ul")).toBeNull();
  });

  it("is chosen by a click, forgotten by Escape, and stepped while closed", async () => {
    const { editor, place } = await show(<Select id="shape" />);
    const box = byRole("combobox");
    await doing(() => box.click());
    await press(box, "Escape");
    expect(place.querySelector("ul")).toBeNull();
    await press(box, "ArrowUp");
    expect(box.textContent).toBe("Square");
    await doing(() => box.click());
    await doing(() => byRole("option", "Sine").click());
    expect(editor.value("shape")).toBe(0);
  });
});

describe("a choice of many", () => {
  const many = (names: string[]) => {
    const hello = everyHello();
    const shape = hello.parameters.find(({ id }) => id === "shape");
    if (shape) Object.assign(shape, { choices: names, max: names.length - 1, steps: names.length - 1, value: 0 });
    return hello;
  };

  it("is moved through by pages, ends and letters", async () => {
    const names = Array.from({ length: 300 }, (_, n) => `Entry ${n}`);
    names[250] = "Zebra";
    const { editor, place } = await show(<Select id="shape" />, many(names));
    const box = byRole("combobox");
    await press(box, "Enter");
    expect(place.querySelectorAll("li")).toHaveLength(300);
    const active = () => document.getElementById(box.getAttribute("aria-activedescendant") ?? "")?.textContent;
    await press(box, "PageDown");
    expect(active()).toBe("Entry 10");
    await press(box, "End");
    expect(active()).toBe("Entry 299");
    await press(box, "z");
    expect(active()).toBe("Zebra");
    await press(box, "Enter");
    expect(editor.last("setParameter")).toEqual({ id: "shape", text: "Zebra" });
  });

  it("may have two of one name", async () => {
    const said = vi.spyOn(console, "error");
    const { place } = await show(<Select id="shape" />, many(["Same", "Same", "Other"]));
    await press(byRole("combobox"), "Enter");
    expect(place.querySelectorAll("li")).toHaveLength(3);
    expect(said).not.toHaveBeenCalled();
  });

  it("may have one alone, which nothing moves", async () => {
    const { editor } = await show(<Select id="shape" />, many(["Only"]));
    const box = byRole("combobox");
    expect(box.textContent).toBe("Only");
    for (const key of ["ArrowUp", "End", "Delete"]) await press(box, key);
    await press(box, "Enter");
    await press(box, "ArrowDown");
    await press(box, "x");
    await press(box, "Enter");
    expect(box.textContent).toBe("Only");
    expect(editor.value("shape")).toBe(0);
  });
});

describe("a slider", () => {
  it("goes where its track is clicked", async () => {
    const { editor } = await show(<Slider id="mix" />);
    const lane = byRole("slider", "Mix");
    lane.getBoundingClientRect = () => new DOMRect(100, 0, 212, 20);
    await doing(() => lane.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: 256, detail: 1 })));
    expect(editor.last("setParameter")).toEqual({ id: "mix", position: 0.75 });
    await doing(() => lane.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: 0, detail: 1 })));
    expect(editor.last("setParameter")).toEqual({ id: "mix", position: 0 });
  });
});

describe("fields", () => {
  it("a text is typed, and one that is too long is refused", async () => {
    const { editor } = await show(<TextField id="title" />);
    await doing(() => document.querySelector("button")?.click());
    await type("a text that is much too long");
    const field = document.querySelector("input") as HTMLInputElement;
    await press(field, "Enter");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    await type("Room");
    await press(field, "Enter");
    expect(editor.last("setProperty")).toEqual({ id: "title", value: "Room" });
    expect(document.querySelector(".dyad-field-text")?.textContent).toBe("Room");
  });

  it("a path is chosen by the host, cleared, or typed where the host can't", async () => {
    const hello = everyHello();
    const { editor, place } = await show(<PathField id="impulse" />, hello);
    const button = (label: string) => place.querySelector(`[aria-label="Impulse, ${label}"]`) as HTMLElement | null;
    expect(place.textContent).toContain("No file");
    expect(button("clear")).toBeNull();
    await doing(() => button("browse")?.click());
    expect(editor.last("browse")).toEqual({ id: "impulse" });
    await doing(() => editor.notify("propertyUpdate", { id: "impulse", value: "/music/hall.wav" }));
    expect(place.textContent).toContain("/music/hall.wav");
    await doing(() => button("clear")?.click());
    expect(place.textContent).toContain("No file");
    hello.host.browse = false;
    await doing(() => button("browse")?.click());
    expect(document.activeElement).toBe(place.querySelector("input"));
  });
});

describe("an editor", () => {
  it("says what is wrong in words, and lets nothing be operated while the connection is lost", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { editor, client, place } = await show(
      <Editor width={420} height={260}>
        <Knob id="gain" />
      </Editor>,
    );
    expect(place.querySelector("h1")?.textContent).toBe("Dyad Gain");
    expect(byRole("status").textContent).toBe("");
    await doing(() => byRole("switch", "Bypass").click());
    expect(byRole("status").textContent).toBe("Bypassed");
    const take = editor.take.bind(editor);
    editor.take = () => {
      throw new Error("gone");
    };
    await doing(() => client.getState().catch(() => undefined));
    expect(byRole("status").textContent).toBe("No connection");
    expect(place.querySelector("main")?.hasAttribute("inert")).toBe(true);
    editor.take = take;
  });
});
