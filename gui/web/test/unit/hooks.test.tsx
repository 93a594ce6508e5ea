import { Component, type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { useMeter, useParameter, useParameters, useProperty, useStatus, useTheme, type Parameter } from "../../src";
import { everyHello, gainHello } from "../mock/examples";
import { doing, show } from "./setup";

class Catch extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};
  static getDerivedStateFromError = (error: Error) => ({ message: error.message });
  override render = () => this.state.message ?? this.props.children;
}

describe("useParameter", () => {
  it("gives what is known at once, and draws again for its own parameter alone", async () => {
    const drawn: string[] = [];
    function Probe() {
      drawn.push(useParameter("gain").text);
      return null;
    }
    const { editor } = await show(<Probe />);
    expect(drawn).toEqual(["−6.0 dB"]);
    await doing(() => editor.automate("mix", { value: 10 }));
    await doing(() => editor.automate("gain", { value: -12 }));
    expect(drawn).toEqual(["−6.0 dB", "−12.0 dB"]);
  });

  it("sets, and says whether it was done", async () => {
    let parameter: Parameter | undefined;
    function Probe() {
      parameter = useParameter("gain");
      return null;
    }
    const { editor } = await show(<Probe />);
    const answers: boolean[] = [];
    await doing(async () => {
      parameter?.begin();
      answers.push((await parameter?.setPosition(0.5)) ?? false);
      parameter?.end();
    });
    await doing(async () => answers.push((await parameter?.setText("loud")) ?? true));
    await doing(async () => answers.push((await parameter?.setText("−3 dB")) ?? false));
    expect(answers).toEqual([true, false, true]);
    expect(parameter?.text).toBe("−3.0 dB");
    expect(editor.calls("beginGesture", "endGesture")).toEqual(["beginGesture gain", "endGesture gain"]);
  });

  it("says which parameter is missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const Probe = () => useParameter("loudness").text;
    const { place } = await show(
      <Catch>
        <Probe />
      </Catch>,
    );
    expect(place.textContent).toBe('the plugin has no parameter "loudness"');
  });
});

describe("other hooks", () => {
  it("draw with all parameters, a property, the status and the theme", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    function Probe() {
      const texts = useParameters().map(({ text }) => text);
      return [texts[1], useProperty("title").value, useStatus(), useTheme().colors.accent].join(" | ");
    }
    const { editor, client, place } = await show(<Probe />);
    expect(place.textContent).toBe("−6.0 dB | Hall | connected | #f2a65a");
    await doing(() => editor.automate("gain", { value: 3 }));
    await doing(() => editor.notify("propertyUpdate", { id: "title", value: "Room" }));
    editor.take = () => {
      throw new Error("gone");
    };
    await doing(() => client.getState().catch(() => undefined));
    expect(place.textContent).toBe("3.0 dB | Room | lost | #f2a65a");
  });

  it("tell of a meter without drawing", async () => {
    const values: number[] = [];
    let drawn = 0;
    function Probe() {
      drawn += 1;
      useMeter("peak", (value) => values.push(value));
      return null;
    }
    const { editor } = await show(<Probe />);
    await doing(() => {
      for (const peak of [0.25, 0.5, 0.75]) editor.notify("meterFrame", { time: 1, meters: { peak } });
    });
    expect(values).toEqual([0, 0.25, 0.5, 0.75]);
    expect(drawn).toBe(1);
  });

  it("give the page the colours of a plugin that has others", async () => {
    const hello = gainHello();
    hello.theme.colors.accent = "#ff00ff";
    await show(null, hello);
    expect(document.documentElement.style.getPropertyValue("--dyad-color-accent")).toBe("#ff00ff");
    expect(document.documentElement.dataset["dyadStatus"]).toBe("connected");
    document.documentElement.removeAttribute("style");
  });

  it("show nothing before the editor has answered", async () => {
    const hello = everyHello();
    const { place } = await show("here", hello);
    expect(place.textContent).toBe("here");
  });
});
