import { describe, expect, it, vi } from "vitest";
import { decodeShow, Notice, showLevel, useCurve, useShow, Waveform, type HistoryColumns, type Show } from "../../src";
import { HistoryStore, Scroll } from "../../src/components/history-store";
import { SpectrumState } from "../../src/components/spectrum-state";
import { everyHello } from "../mock/examples";
import { code, history, keys, notice, points, spectrum, waveform } from "../mock/shows";
import { connect, doing, show } from "./setup";

describe("what the sound half shows", () => {
  it("is read as it was made", () => {
    expect(decodeShow(spectrum(3, [0, -60, -200]))).toEqual({
      kind: "spectrum",
      stream: 3,
      bins: Uint8Array.of(240, 120, 0),
    });
    const columns = [
      [-6, -1.5],
      [-12, 0],
    ];
    expect(decodeShow(history(1, 0xfffffff0, columns))).toEqual({
      kind: "history",
      stream: 1,
      first: 0xfffffff0,
      fields: 2,
      columns: Uint8Array.of(228, 237, 216, 240),
    });
    expect(decodeShow(notice(0, 2, "Zu laut – übersteuert"))).toEqual({
      kind: "notice",
      stream: 0,
      severity: "warning",
      text: "Zu laut – übersteuert",
    });
    const sound = waveform(2, 96_000, 44_100, [[[-127, 127]], [[-1, 2]]]);
    expect(decodeShow(sound)).toEqual({
      kind: "waveform",
      stream: 2,
      frames: 96_000,
      rate: 44_100,
      channels: [Int8Array.of(-127, 127), Int8Array.of(-1, 2)],
    });
    expect(decodeShow(waveform(0, 0, 0, [[]]))).toMatchObject({ frames: 0, channels: [new Int8Array()] });
    expect(decodeShow(keys(1, [127, 60, 0]))).toEqual({ kind: "keys", stream: 1, keys: [0, 60, 127] });
    // From the middle of something larger, too.
    const inside = Uint8Array.of(9, 9, ...sound).subarray(2);
    expect(decodeShow(inside)).toEqual(decodeShow(sound));
  });

  it("is in half decibels from −120 up", () => {
    expect([0, 120, 240, 255].map(showLevel)).toEqual([-120, -60, 0, 7.5]);
    expect([-120, -60, -0.3, 0].map(code)).toEqual([0, 120, 239, 240]);
  });

  it.each([
    ["nothing", []],
    ["no stream", [1]],
    ["no bins", [1, 0]],
    ["a history without fields", [2, 0, 0, 0, 0, 0, 0, 1]],
    ["a torn column", [2, 0, 0, 0, 0, 0, 2, 1, 2, 3]],
    ["a history that is cut", [2, 0, 0, 0]],
    ["no severity", [3, 0]],
    ["no text", [3, 0, 1, 0xff]],
    ["a waveform that is cut", [4, 0, 0, 0, 0]],
    ["a waveform without channels", [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["half a pair", [4, 0, 1, 0, 0, 0, 0, 0, 128, 63, 1, 5]],
    ["no rate", [4, 0, 1, 0, 0, 0, 0, 0, 192, 127, 1, 5, 5]],
    ["the plugin's own", [128, 0, 1, 2, 3]],
    ["keys that are cut", [5, 0, 1]],
    ["an unknown kind", [6, 0, 1]],
  ])("is none of it: %s", (_, bytes) => {
    expect(decodeShow(Uint8Array.from(bytes))).toBeNull();
  });

  it("is heard by stream, and what stands there by who comes later", async () => {
    const { editor, client } = await connect(everyHello());
    const heard: Show[] = [];
    client.onShow("notice", 1, (text) => heard.push(text));
    editor.say(notice(0, 1, "another stream"));
    editor.say(notice(1, 1, "first"));
    editor.say(notice(1, 3, "second"));
    editor.say(Uint8Array.of(200, 1));
    expect(heard.map((text) => text.kind === "notice" && text.text)).toEqual(["first", "second"]);
    const later: string[] = [];
    const stop = client.onShow("notice", 1, ({ text }) => later.push(text));
    stop();
    editor.say(notice(1, 0, ""));
    expect(later).toEqual(["second"]);
    // Columns went by.
    editor.say(history(0, 1, [[0]]));
    const columns = vi.fn();
    client.onShow("history", 0, columns);
    expect(columns).not.toHaveBeenCalled();
  });

  it("comes to components without drawing them again", async () => {
    let drawn = 0;
    const heard: number[] = [];
    function Probe() {
      drawn++;
      useShow("spectrum", 4, ({ bins }) => heard.push(bins.length));
      return null;
    }
    const { editor } = await show(<Probe />);
    await doing(() => editor.say(spectrum(4, [0, 0])));
    await doing(() => editor.say(spectrum(4, [0, 0, 0])));
    expect([drawn, heard]).toEqual([1, [2, 3]]);
  });
});

describe("a curve", () => {
  const hello = () => ({ ...everyHello(), curves: [{ id: "level", points: points([1, 2.5]) }] });

  it("is known at once, and anew when it changes", async () => {
    const heard: number[][] = [];
    function Probe() {
      useCurve("level", (values) => heard.push([...values]));
      return null;
    }
    const { editor } = await show(<Probe />, hello());
    await doing(() => editor.notify("curveUpdate", { id: "level", points: points([-3, 0.25]) }));
    await doing(() => editor.notify("curveUpdate", { id: "other", points: points([7]) }));
    expect(heard).toEqual([
      [1, 2.5],
      [-3, 0.25],
    ]);
  });

  it("stays where what comes is none", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { editor, client } = await connect(hello());
    for (const text of ["AAA=", "%"]) editor.notify("curveUpdate", { id: "level", points: text });
    expect([...(client.curve("level") ?? [])]).toEqual([1, 2.5]);
    expect(warned).toHaveBeenCalledTimes(2);
    expect(client.curve("other")).toBeUndefined();
  });
});

describe("a spectrum", () => {
  const state = () => {
    const made = new SpectrumState();
    made.take(Uint8Array.of(code(-20), code(-60)));
    return made;
  };

  it("rises at once, falls steadily, and rests where it arrives", () => {
    const one = state();
    expect(one.step(0, 20)).toBe(false);
    expect([...one.levels]).toEqual([-20, -60]);
    one.take(Uint8Array.of(code(-30), code(-50)));
    expect(one.step(0.25, 20)).toBe(true);
    expect([...one.levels]).toEqual([-25, -50]);
    expect(one.step(0.25, 20)).toBe(false);
    expect([...one.levels]).toEqual([-30, -50]);
  });

  it("falls to nothing when nobody says what sounds, and takes another number of bands", () => {
    const one = state();
    one.step(0, 20);
    one.silence();
    expect(one.step(1, 20)).toBe(true);
    expect(one.step(10, 20)).toBe(false);
    expect([...one.levels]).toEqual([-120, -120]);
    one.take(Uint8Array.of(1, 2, 3));
    one.step(0, 20);
    expect(one.levels.length).toBe(3);
  });
});

describe("a history", () => {
  const columns = (first: number, ...levels: number[]): HistoryColumns =>
    decodeShow(
      history(
        0,
        first,
        levels.map((level) => [level]),
      ),
    ) as HistoryColumns;
  /** The levels that are kept, from the oldest; null for what is missing. */
  const kept = (store: HistoryStore, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const column = store.end - count + n;
      return store.has(column) ? store.level(column, 0) : null;
    });

  it("keeps the newest columns, each by its number", () => {
    const store = new HistoryStore(4);
    store.take(columns(10, -1, -2, -3));
    store.take(columns(13, -4, -5));
    expect(store.end).toBe(5);
    expect(kept(store, 5)).toEqual([null, -2, -3, -4, -5]);
  });

  it("shows a gap where numbers are missing, and goes on where they begin anew", () => {
    const store = new HistoryStore(6);
    store.take(columns(0xffffffff, -1));
    store.take(columns(2, -2));
    expect(kept(store, 4)).toEqual([-1, null, null, -2]);
    store.take(columns(0, -7, -8, -9));
    expect(kept(store, 4), "what comes again takes its place").toEqual([-1, -7, -8, -9]);
  });

  it("forgets what was before another beginning", () => {
    const store = new HistoryStore(4);
    store.take(columns(5000, -1, -2));
    store.take(columns(0, -3));
    expect(kept(store, 3)).toEqual([null, null, -3]);
    store.take(decodeShow(history(0, 1, [[-4, -5]])) as HistoryColumns);
    expect(kept(store, 2)).toEqual([null, -4]);
    expect(store.level(store.end - 1, 1)).toBe(-5);
  });

  it("scrolls at its pace, rests where it has arrived, and does not run after what is far ahead", () => {
    const scroll = new Scroll();
    expect(scroll.step(6, 0, 60)).toBe(true);
    for (let n = 0; n < 30; n++) scroll.step(6, 1 / 60, 60);
    expect(scroll.head).toBe(6);
    expect(scroll.step(6, 1, 60)).toBe(false);
    expect(scroll.step(500, 0.01, 60)).toBe(false);
    expect(scroll.head).toBe(500);
  });
});

describe("a notice", () => {
  const line = () => document.querySelector<HTMLElement>(".dyad-notice");

  it("is there before it says something, interrupts for errors alone, and goes", async () => {
    const { editor } = await show(<Notice stream={2} />);
    expect([line()?.getAttribute("role"), line()?.textContent]).toEqual(["status", ""]);
    await doing(() => editor.say(notice(2, 3, "File not found")));
    expect([line()?.getAttribute("role"), line()?.textContent]).toEqual(["alert", "File not found"]);
    expect(line()?.querySelector("svg"), "not by colour alone").not.toBeNull();
    await doing(() => editor.say(notice(2, 0, "")));
    expect(line()?.childElementCount).toBe(0);
  });

  it("says what it was given while the plugin says nothing", async () => {
    const { editor } = await show(<Notice stream={0} quiet="Ready" />);
    expect(line()?.textContent).toBe("Ready");
    await doing(() => editor.say(notice(0, 0, "Stereo, 2.0 s")));
    expect([line()?.textContent, line()?.dataset["severity"]]).toEqual(["Stereo, 2.0 s", "fine"]);
  });
});

describe("a waveform", () => {
  it("says where there is no sound, and how long one is", async () => {
    const { editor, place } = await show(<Waveform stream={0} label="Impulse" empty="Nothing loaded" />);
    expect(place.textContent).toBe("Nothing loaded");
    await doing(() => editor.say(waveform(0, 96_000, 48_000, [[[-1, 1]]])));
    expect(place.textContent).not.toContain("Nothing loaded");
    await doing(() => editor.say(waveform(0, 0, 48_000, [[]])));
    expect(place.textContent).toBe("Nothing loaded");
  });
});
