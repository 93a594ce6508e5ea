import { describe, expect, it, vi } from "vitest";
import { createClient, type Status } from "../../src/client";
import { MockEditor } from "../mock/editor";
import { everyHello, gainHello } from "../mock/examples";
import { connect, settle } from "./setup";

/** Two pictures, and a little. */
const pictures = async () => {
  for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
};

describe("the connection", () => {
  it("is connecting until the editor answers, and knows everything then", async () => {
    const editor = new MockEditor(gainHello());
    editor.manual = true;
    const client = createClient(editor.transport());
    const statuses: Status[] = [];
    client.onStatus((status) => statuses.push(status));
    expect(client.status).toBe("connecting");
    expect(client.parameter("gain")).toBeUndefined();
    editor.answer();
    await settle();
    expect(statuses).toEqual(["connected"]);
    expect(client.hello?.plugin.name).toBe("Dyad Gain");
    expect(client.parameter("gain")).toMatchObject({ value: -6, text: "−6.0 dB" });
    expect(client.parameters().map(({ id }) => id)).toEqual(["bypass", "gain"]);
    client.close();
  });

  it("is lost where there is no editor at all", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const client = createClient();
    await settle();
    expect(client.status).toBe("lost");
    client.close();
  });

  it("is lost where a message can't be sent, and meters fall silent", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { editor, client } = await connect();
    editor.notify("meterFrame", { time: 1, meters: { peak: 0.5 } });
    editor.take = () => {
      throw new Error("gone");
    };
    await expect(client.getState()).rejects.toMatchObject({ name: "ConnectionError" });
    expect(client.status).toBe("lost");
    expect(client.meterValue("peak")).toBe(0);
  });

  it("uses the webview's own functions", async () => {
    const editor = new MockEditor(gainHello());
    const view = window as { ipc?: unknown; dyadReceive?: unknown };
    view.ipc = { postMessage: (text: string) => editor.take(text) };
    const client = createClient();
    await settle();
    expect(client.status).toBe("connected");
    client.close();
    expect(view.dyadReceive).toBeUndefined();
    delete view.ipc;
  });
});

describe("listeners", () => {
  it("hear of a parameter, of any parameter, and no more once they have gone", async () => {
    const { editor, client } = await connect();
    const [one, any, other] = [vi.fn(), vi.fn(), vi.fn()];
    const stop = client.onParamChange("gain", one);
    client.onParamChange("*", any);
    client.onParamChange("bypass", other);
    editor.automate("gain", { value: -12 });
    stop();
    editor.automate("gain", { value: -18 });
    expect(one.mock.calls.map(([{ text }]) => text)).toEqual(["−12.0 dB"]);
    expect(any.mock.calls.map(([{ text }]) => text)).toEqual(["−12.0 dB", "−18.0 dB"]);
    expect(other).not.toHaveBeenCalled();
  });

  it("are called although another one throws", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { editor, client } = await connect();
    const heard = vi.fn();
    client.onParamChange("gain", () => {
      throw new Error("a page's fault");
    });
    client.onParamChange("gain", heard);
    editor.automate("gain", { value: 0 });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(said).toHaveBeenCalledTimes(1);
  });

  it("are not called where nothing changed", async () => {
    const { editor, client } = await connect();
    const heard = vi.fn();
    client.onParamChange("gain", heard);
    editor.automate("gain", { value: -6 });
    expect(heard).not.toHaveBeenCalled();
  });

  it("hear of meters, all in one frame or one by one", async () => {
    const { editor, client } = await connect();
    const [frames, peak] = [vi.fn(), vi.fn()];
    client.onMeterFrame(frames);
    client.onMeterValue("peak", peak);
    editor.notify("meterFrame", { time: 5, meters: { rms: 0.25 } });
    editor.notify("meterFrame", { time: 6, meters: { peak: 0.5, rms: 0.25 } });
    expect(frames).toHaveBeenCalledTimes(2);
    expect(peak.mock.calls).toEqual([[0.5]]);
    expect(client.meterValue("rms")).toBe(0.25);
  });
});

describe("texts of meters", () => {
  it("are the editor's: at first, with a frame, and when asked for", async () => {
    const { editor, client } = await connect(everyHello());
    expect(client.meterText("tempo")).toBe("120.00");
    expect(client.meterText("no such meter")).toBe("");
    const texts = vi.fn();
    client.onMeterText("tempo", texts);
    const seen: string[] = [];
    client.onMeterValue("tempo", () => seen.push(client.meterText("tempo")));
    editor.notify("meterFrame", { time: 1, meters: { tempo: 90.001 }, texts: { tempo: "90.00" } });
    editor.notify("meterFrame", { time: 2, meters: { tempo: 90.002 } });
    editor.notify("meterFrame", { time: 3, meters: {}, texts: { tempo: "90.00", nobody: "1" } });
    expect(seen, "the text is there with the value").toEqual(["90.00", "90.00"]);
    expect(texts.mock.calls).toEqual([["90.00"]]);
    editor.meters["tempo"] = 60;
    editor.texts["tempo"] = "60.00";
    expect((await client.getMeterFrame()).texts).toEqual({ tempo: "60.00" });
    expect(client.meterText("tempo")).toBe("60.00");
  });

  it("stay with their values when the connection is lost: what is silent then are levels", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { editor, client } = await connect(everyHello());
    editor.notify("meterFrame", { time: 1, meters: { tempo: 90, peak: 0.5 }, texts: { tempo: "90.00" } });
    editor.take = () => {
      throw new Error("gone");
    };
    await client.getState().catch(() => undefined);
    expect(client.status).toBe("lost");
    expect([client.meterValue("peak"), client.meterValue("tempo"), client.meterText("tempo")]).toEqual([
      0,
      90,
      "90.00",
    ]);
  });
});

describe("properties, state and messages", () => {
  it("sets a property, and refuses one that is too long", async () => {
    const { client } = await connect(everyHello());
    const heard = vi.fn();
    client.onPropertyChange("title", heard);
    await client.setProperty("title", "Room");
    expect(client.property("title")?.value).toBe("Room");
    await expect(client.setProperty("title", "x".repeat(17))).rejects.toMatchObject({ code: -32002 });
    expect(client.property("title")?.value).toBe("Room");
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("hears of a file that the host has let the user choose", async () => {
    const { editor, client } = await connect(everyHello());
    expect(await client.browse("impulse")).toBe(true);
    editor.notify("propertyUpdate", { id: "impulse", value: "/music/hall.wav" });
    expect(client.property("impulse")?.value).toBe("/music/hall.wav");
  });

  it("shows a state that was set, and nothing of one that is wrong", async () => {
    const { client } = await connect();
    await client.setState({ parameters: { gain: 3 }, properties: {} });
    expect(client.parameter("gain")?.text).toBe("3.0 dB");
    const wrong = client.setState({ parameters: { gain: 6, loudness: 1 }, properties: {} });
    await expect(wrong).rejects.toMatchObject({ code: -32001 });
    expect(await client.getState()).toEqual({ parameters: { gain: 3 }, properties: {} });
  });

  it("carries bytes to the sound half and back", async () => {
    const { editor, client } = await connect(everyHello());
    await client.send(Uint8Array.of(0, 1, 255));
    expect(editor.last("send")).toEqual({ data: "AAH/" });
    const heard = vi.fn();
    client.onMessage(heard);
    editor.notify("message", { data: "AAH/" });
    expect([...(heard.mock.calls[0]?.[0] as Uint8Array)]).toEqual([0, 1, 255]);
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    editor.notify("message", { data: "!" });
    expect(warned).toHaveBeenCalledTimes(1);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("asks the host for a size and a menu", async () => {
    const { editor, client } = await connect();
    expect(await client.resize(840, 520)).toBe(true);
    expect(await client.menu("gain", 10, 20)).toBe(true);
    expect(editor.last("menu")).toEqual({ id: "gain", x: 10, y: 20 });
  });
});

describe("what keeps pages and editors in step", () => {
  it("answers sync at once, after all that came before it", async () => {
    const { editor, client } = await connect();
    const values: unknown[] = [];
    client.onParamChange("gain", ({ value }) => values.push(value, editor.count("ack")));
    editor.deliver([
      { jsonrpc: "2.0", method: "paramUpdate", params: { id: "gain", value: 1, position: 0.7, text: "1.0 dB" } },
      { jsonrpc: "2.0", method: "sync", params: { seq: 42 } },
    ]);
    expect(values).toEqual([1, 0]);
    expect(editor.last("ack")).toEqual({ seq: 42 });
  });

  it("answers ping when two pictures have been drawn", async () => {
    const { editor } = await connect();
    editor.notify("ping", { tag: 3 });
    await settle();
    expect(editor.count("pong")).toBe(0);
    await pictures();
    expect(editor.last("pong")).toEqual({ tag: 3 });
  });

  it("answers ping at once while it is hidden, as there are no pictures", async () => {
    const { editor } = await connect();
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    editor.notify("ping", { tag: 4 });
    expect(editor.last("pong")).toEqual({ tag: 4 });
  });

  it("says once that it has painted", async () => {
    const { editor, client } = await connect();
    await Promise.all([client.painted(), client.painted()]);
    expect(editor.count("painted")).toBe(1);
  });

  it("lets go of what is held before it says that it is closed", async () => {
    const { editor, client } = await connect();
    editor.manual = true;
    for (const promise of [
      client.beginGesture("gain"),
      client.setParameter("gain", { position: 0.1 }),
      client.setParameter("gain", { position: 0.2 }),
    ]) {
      promise.catch(() => undefined);
    }
    editor.notify("closing");
    await vi.waitFor(() => expect(editor.count("closed")).toBe(1));
    expect(editor.calls("beginGesture", "setParameter", "endGesture", "closed")).toEqual([
      "beginGesture gain",
      "setParameter gain",
      "setParameter gain",
      "endGesture gain",
      "closed",
    ]);
    expect(editor.value("gain")).toBeCloseTo(-60 + 0.2 * 84);
  });
});

describe("places", () => {
  it("are said when they change, together, and not again", async () => {
    const { editor, client } = await connect();
    const element = document.body.appendChild(document.createElement("div"));
    let left = 10;
    element.getBoundingClientRect = () => new DOMRect(left, 20, 30, 40.004);
    const away = client.place("gain", element);
    client.place("peak", document.createElement("div"));
    await pictures();
    expect(editor.count("places")).toBe(1);
    expect(editor.last("places")).toEqual([{ id: "gain", x: 10, y: 20, width: 30, height: 40 }]);
    window.dispatchEvent(new Event("resize"));
    await pictures();
    expect(editor.count("places")).toBe(1);
    left = 11;
    window.dispatchEvent(new Event("resize"));
    window.dispatchEvent(new Event("resize"));
    await pictures();
    expect(editor.count("places")).toBe(2);
    away();
    await pictures();
    expect(editor.last("places")).toEqual([]);
  });
});
