import { describe, expect, it, vi } from "vitest";
import { ConnectionError } from "../../src/client";
import { everyHello } from "../mock/examples";
import { connect, settle } from "./setup";

const GESTURE = ["beginGesture", "setParameter", "stepParameter", "resetParameter", "endGesture"];

describe("a drag", () => {
  it("has one value under way, sends the newest of those that wait, and ends after the last", async () => {
    const { editor, client } = await connect();
    editor.manual = true;
    void client.beginGesture("gain");
    for (const position of [0.1, 0.2, 0.3, 0.4]) void client.setParameter("gain", { position });
    void client.endGesture("gain");
    expect(editor.calls(...GESTURE)).toEqual(["beginGesture gain", "setParameter gain"]);
    expect(editor.last("setParameter")).toEqual({ id: "gain", position: 0.1 });

    editor.answer(); // of beginGesture
    await settle();
    expect(editor.count("setParameter")).toBe(1);
    editor.answer(); // of the first value
    await settle();
    expect(editor.last("setParameter")).toEqual({ id: "gain", position: 0.4 });
    expect(editor.count("endGesture")).toBe(0);
    editor.answer(); // of the last value
    await settle();
    expect(editor.calls(...GESTURE)).toEqual([
      "beginGesture gain",
      "setParameter gain",
      "setParameter gain",
      "endGesture gain",
    ]);
  });

  it("gives all that were left out the answer to the newest", async () => {
    const { editor, client } = await connect();
    void client.beginGesture("gain");
    const answers = [0.5, 0.25, 0.75].map((position) => client.setParameter("gain", { position }));
    expect((await Promise.all(answers)).map(({ position }) => position)).toEqual([0.5, 0.75, 0.75]);
    expect(editor.count("setParameter")).toBe(2);
  });

  it("is begun once and ended once, whatever a page says", async () => {
    const { editor, client } = await connect();
    await client.endGesture("gain");
    await Promise.all([client.beginGesture("gain"), client.beginGesture("gain")]);
    await Promise.all([client.endGesture("gain"), client.endGesture("gain")]);
    expect(editor.calls(...GESTURE)).toEqual(["beginGesture gain", "endGesture gain"]);
  });

  it("does not wait for another parameter's", async () => {
    const { editor, client } = await connect(everyHello());
    editor.manual = true;
    void client.setParameter("gain", { position: 0.1 });
    void client.setParameter("mix", { position: 0.2 });
    expect(editor.calls("setParameter")).toEqual(["setParameter gain", "setParameter mix"]);
  });

  it("keeps a second drag behind the end of the first", async () => {
    const { editor, client } = await connect();
    editor.manual = true;
    for (const position of [0.1, 0.2]) {
      void client.beginGesture("gain");
      void client.setParameter("gain", { position });
      void client.endGesture("gain");
    }
    while (editor.waiting > 0) {
      editor.answer();
      await settle();
    }
    const drag = ["beginGesture gain", "setParameter gain", "endGesture gain"];
    expect(editor.calls(...GESTURE)).toEqual([...drag, ...drag]);
  });

  it("goes on after a value that is refused", async () => {
    const { editor, client } = await connect();
    void client.beginGesture("gain");
    const refused = client.setParameter("gain", { text: "loud" });
    const taken = client.setParameter("gain", { position: 0.5 });
    void client.endGesture("gain");
    await expect(refused).rejects.toMatchObject({ code: -32002 });
    expect((await taken).position).toBe(0.5);
    await settle();
    expect(editor.calls(...GESTURE).at(-1)).toBe("endGesture gain");
  });
});

describe("outside a drag", () => {
  it("leaves no value out: each is a gesture of its own", async () => {
    const { editor, client } = await connect();
    await Promise.all([0, 3, 6].map((value) => client.setParameter("gain", { value })));
    expect(editor.count("setParameter")).toBe(3);
  });

  it("adds up steps in one direction while the editor is busy, and no others", async () => {
    const { editor, client } = await connect();
    await Promise.all([1, 1, 1, -1].map((steps) => client.stepParameter("gain", steps)));
    const steps = editor.told.filter(({ method }) => method === "stepParameter").map(({ params }) => params?.["steps"]);
    expect(steps).toEqual([1, 2, -1]);
  });

  it("asks for an unknown parameter too, and says what the editor says", async () => {
    const { client } = await connect();
    await expect(client.setParameter("loudness", { value: 1 })).rejects.toMatchObject({
      name: "RpcError",
      code: -32001,
      data: { id: "loudness" },
    });
  });
});

describe("what is shown", () => {
  it("follows the hand at once, and takes the text from the core", async () => {
    const { editor, client } = await connect();
    editor.manual = true;
    void client.beginGesture("gain");
    void client.setParameter("gain", { position: 0.75 });
    expect(client.parameter("gain")).toMatchObject({ position: 0.75, text: "−6.0 dB" });
    editor.answer();
    editor.answer();
    await settle();
    expect(client.parameter("gain")).toMatchObject({ position: 0.75, value: 3, text: "3.0 dB" });
  });

  it("does not jump back to an answer that the hand has left behind", async () => {
    const { editor, client } = await connect();
    editor.manual = true;
    const positions: number[] = [];
    client.onParamChange("gain", ({ position }) => positions.push(position));
    void client.beginGesture("gain");
    void client.setParameter("gain", { position: 0.7 });
    void client.setParameter("gain", { position: 0.8 });
    editor.answer();
    editor.answer();
    await settle();
    expect(client.parameter("gain")?.position).toBe(0.8);
    expect(positions.every((position, n) => n === 0 || position >= (positions[n - 1] ?? 0))).toBe(true);
  });

  it("does not jump to what others set meanwhile, and is right once let go", async () => {
    const { editor, client } = await connect();
    void client.beginGesture("gain");
    await client.setParameter("gain", { position: 0.75 });
    editor.automate("gain", { value: -60 });
    expect(client.parameter("gain")?.position).toBe(0.75);
    await client.endGesture("gain");
    await settle();
    expect(client.parameter("gain")).toMatchObject({ value: -60, position: 0, text: "−∞ dB" });
  });

  it("goes back where a value is refused", async () => {
    const { editor, client } = await connect();
    void client.beginGesture("gain");
    editor.reply = ({ id }) => ({ jsonrpc: "2.0", id, error: { code: -32003, message: "its queue is full" } });
    await expect(client.setParameter("gain", { position: 0.9 })).rejects.toMatchObject({ code: -32003 });
    await client.endGesture("gain").catch(() => undefined);
    expect(client.parameter("gain")?.value).toBe(-6);
    expect(client.parameter("gain")?.position).toBeCloseTo(54 / 84);
  });

  it("of a stepped parameter is where the core puts it", async () => {
    const { client } = await connect(everyHello());
    void client.beginGesture("voices");
    const set = client.setParameter("voices", { position: 0.23 });
    expect(client.parameter("voices")?.position).toBe(0.2);
    expect(await set).toMatchObject({ value: 4, position: 0.2 });
  });
});

describe("a connection that is lost in a drag", () => {
  it("rejects what waits, and begins anew when there is somebody again", async () => {
    vi.useFakeTimers();
    const { editor, client } = await connect(undefined, { timeout: 1000 });
    const statuses: string[] = [];
    client.onStatus((status) => statuses.push(status));
    editor.manual = true;
    const caught = [
      client.beginGesture("gain"),
      client.setParameter("gain", { position: 0.9 }),
      client.setParameter("gain", { position: 0.95 }),
    ].map((promise) => promise.catch((error: unknown) => error));
    vi.advanceTimersByTime(1001);
    for (const error of await Promise.all(caught)) expect(error).toBeInstanceOf(ConnectionError);
    expect(client.status).toBe("lost");
    expect(client.parameter("gain")?.position).toBeCloseTo(54 / 84);

    // What it finds again is what the editor says then, and a drag may begin.
    expect(editor.count("hello")).toBe(2);
    editor.manual = false;
    while (editor.waiting > 0) editor.answer();
    await settle();
    expect(statuses).toEqual(["lost", "connected"]);
    // What the editor takes for held is let go.
    expect(editor.calls("beginGesture", "endGesture")).toEqual(["beginGesture gain", "endGesture gain"]);
    await client.beginGesture("gain");
    expect(editor.calls("beginGesture")).toHaveLength(2);
    vi.useRealTimers();
  });
});
