import type { Hello, ParameterInfo, PropertyInfo } from "../../src/client/protocol";
import protocol from "../../protocol.json";

/** An example of `protocol.json`. */
export interface Example {
  name: string;
  direction: "to-editor" | "to-page";
  /** What the plugin has beyond what Dyad Gain has. */
  fixture?: "property" | "messages" | "notes" | "curve" | "presets";
  message: { jsonrpc: "2.0"; id?: number; method: unknown; params?: unknown };
  reply?: { jsonrpc: "2.0"; id: number; result?: unknown; error?: unknown };
}

export const examples = protocol as Example[];

export function example(name: string): Example {
  const found = examples.find((one) => one.name === name);
  if (!found) throw new Error(`protocol.json has no example "${name}"`);
  return found;
}

/** What Dyad Gain says of itself. */
export function gainHello(): Hello {
  return structuredClone(example("hello").reply?.result) as Hello;
}

/** The property of the fixture. */
export const impulse = example("getProperty").reply?.result as PropertyInfo;

const base: ParameterInfo = {
  ...(example("getParameter").reply?.result as ParameterInfo),
  unit: "",
  origin: 0,
};

/** A plugin with a parameter of each kind. */
export function everyHello(): Hello {
  const hello = gainHello();
  const more: Partial<ParameterInfo>[] = [
    { id: "voices", name: "Voices", type: "int", value: 4, default: 8, min: 1, max: 16, steps: 15 },
    { id: "limit", name: "Limit", type: "bool", value: 0, default: 0, min: 0, max: 1, steps: 1 },
    {
      id: "shape",
      name: "Shape",
      type: "choice",
      value: 1,
      default: 0,
      min: 0,
      max: 2,
      steps: 2,
      choices: ["Sine", "Saw", "Square"],
    },
    { id: "panic", name: "Panic", type: "bool", role: "trigger", value: 0, default: 0, min: 0, max: 1, steps: 1 },
    { id: "mix", name: "Mix", unit: "%", value: 50, default: 100, min: 0, max: 100 },
    { id: "pan", name: "Pan", value: 0, default: 0, min: -1, max: 1, origin: 0.5 },
  ];
  for (const info of more) hello.parameters.push({ ...base, ...info });
  const [peak] = hello.meters;
  if (peak) {
    hello.meters.push({ ...peak, id: "reduction", name: "GR", type: "reduction", min: -24, max: 0, unit: "dB" });
    const tempo = { id: "tempo", name: "Tempo", type: "value", value: 120, min: 20, max: 300, text: "120.00" } as const;
    hello.meters.push({ ...peak, ...tempo });
  }
  hello.properties.push(impulse, { id: "title", name: "Title", type: "text", value: "Hall", maxLength: 16 });
  hello.host.messages = true;
  hello.host.notes = true;
  return hello;
}
