import { describe, expect, it, vi } from "vitest";
import { ConnectionError, RpcError } from "../../src/client";
import { Rpc } from "../../src/client/rpc";
import { notifications, results } from "../../src/client/schema";
import { MockEditor } from "../mock/editor";
import { everyHello, example, examples, gainHello, impulse, type Example } from "../mock/examples";

/** The plugin that an example is of. */
function plugin({ fixture }: Example) {
  const hello = gainHello();
  if (fixture === "property") hello.properties.push(impulse);
  if (fixture === "messages") hello.host.messages = true;
  if (fixture === "notes") hello.host.notes = true;
  return hello;
}

/** An answer with its numbers to nine digits: arithmetic differs in the last ones. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => (typeof each === "number" ? Number(each.toFixed(9)) : each)),
  );
}

const requests = examples.filter(({ reply }) => reply);

describe("protocol.json", () => {
  it("has every message of the protocol, and names each example once", () => {
    const methods = new Set(examples.map(({ message }) => message.method));
    const page = ["painted", "ack", "pong", "keyboard", "places", "closed"];
    for (const method of [...Object.keys(results), ...Object.keys(notifications), ...page]) {
      expect(methods, method).toContain(method);
    }
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  });

  it.each(requests.map((one) => [one.name, one] as const))("the mock editor answers as written: %s", (_, one) => {
    const editor = new MockEditor(plugin(one));
    const answer = editor.reply(structuredClone(one.message) as Parameters<MockEditor["reply"]>[0]) as Record<
      string,
      unknown
    >;
    const { error, ...rest } = answer as { error?: { code: number; data?: unknown } };
    const expected = one.reply as Record<string, unknown> & { error?: { code: number; data?: unknown } };
    // Of an error, its code and data count; the words are for people.
    expect(rounded({ ...rest, code: error?.code, data: error?.data })).toEqual(
      rounded({ ...expected, error: undefined, code: expected.error?.code, data: expected.error?.data }),
    );
  });

  it.each(requests.map((one) => [one.name, one] as const))("the client reads the answer: %s", async (_, one) => {
    let receive: (incoming: unknown) => void = () => undefined;
    const sent: unknown[] = [];
    const rpc = new Rpc(
      { send: (text) => sent.push(JSON.parse(text)), receive: (handler) => ((receive = handler), () => undefined) },
      { timeout: 1e6, onNotification: () => undefined, onSilence: () => undefined },
    );
    const { method, params } = one.message as { method: "getParameter"; params: { id: string } };
    const answer = rpc.request(method, params);
    expect(sent).toEqual([{ ...one.message, id: 1 }]);
    receive({ ...one.reply, id: 1 });
    const error = one.reply?.error as { code: number; data?: unknown } | undefined;
    if (error) {
      const caught = await answer.catch((thrown: unknown) => thrown);
      expect(caught).toBeInstanceOf(RpcError);
      expect({ code: (caught as RpcError).code, data: (caught as RpcError).data }).toEqual({
        code: error.code,
        data: error.data,
      });
    } else {
      expect(await answer).toEqual(one.reply?.result);
    }
  });

  const toPage = examples.filter(({ direction }) => direction === "to-page");
  it.each(toPage.map((one) => [one.name, one] as const))("the client takes: %s", (_, { message }) => {
    const taken = vi.fn();
    const warned = vi.spyOn(console, "warn");
    const editor = new MockEditor(everyHello());
    const rpc = new Rpc(editor.transport(), { timeout: 1e6, onNotification: taken, onSilence: () => undefined });
    editor.deliver(message);
    expect(taken.mock.calls).toEqual([[{ method: message.method, params: message.params }]]);
    expect(warned).not.toHaveBeenCalled();
    rpc.close();
  });
});

describe("what does not fit", () => {
  it.each([
    ["no object", 5],
    ["null", null],
    ["a text", '{"jsonrpc":"2.0","method":"closing"}'],
    ["no JSON-RPC", { method: "paramUpdate", params: {} }],
    ["an unknown method", { jsonrpc: "2.0", method: "explode" }],
    ["a method of all objects", { jsonrpc: "2.0", method: "toString" }],
    [
      "a number that is none",
      { jsonrpc: "2.0", method: "paramUpdate", params: { id: "gain", value: null, position: 0, text: "" } },
    ],
    ["no params", { jsonrpc: "2.0", method: "meterFrame" }],
    [
      "a text of a meter that is none",
      { jsonrpc: "2.0", method: "meterFrame", params: { time: 1, meters: {}, texts: { a: 1 } } },
    ],
    ["an answer to nothing", { jsonrpc: "2.0", id: 12345, result: null }],
  ])("is ignored and said once: %s", (_, message) => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const taken = vi.fn();
    const editor = new MockEditor(gainHello());
    const rpc = new Rpc(editor.transport(), { timeout: 1e6, onNotification: taken, onSilence: () => undefined });
    expect(() => editor.deliver([message, example("paramUpdate").message])).not.toThrow();
    expect(warned).toHaveBeenCalledTimes(1);
    expect(taken).toHaveBeenCalledTimes(1);
    rpc.close();
  });

  it("makes the request fail whose answer it is", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const editor = new MockEditor(gainHello());
    editor.manual = true;
    const rpc = new Rpc(editor.transport(), {
      timeout: 1e6,
      onNotification: () => undefined,
      onSilence: () => undefined,
    });
    const answer = rpc.request("getParameter", { id: "gain" });
    editor.deliver({ jsonrpc: "2.0", id: 1, result: { id: "gain", value: "loud" } });
    await expect(answer).rejects.toBeInstanceOf(ConnectionError);
    rpc.close();
  });

  it("is not sent: a message that is too long", async () => {
    const editor = new MockEditor(everyHello());
    const rpc = new Rpc(editor.transport(), {
      timeout: 1e6,
      onNotification: () => undefined,
      onSilence: () => undefined,
    });
    const long = rpc.request("setProperty", { id: "title", value: "x".repeat(262_144) });
    await expect(long).rejects.toMatchObject({ name: "RpcError", code: -32700 });
    expect(editor.told).toEqual([]);
    rpc.close();
  });
});
