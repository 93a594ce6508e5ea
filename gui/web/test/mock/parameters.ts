/** The core as far as tests need it: ranges, texts, what is no value. */

import type { ParameterInfo, ParameterValue, Setting } from "../../src/client/protocol";

const MINUS = "−";

/** A parameter of the mock editor: linear between its ends, logarithmic in hertz, by steps where it has some. */
export class MockParameter {
  readonly #info: ParameterInfo;
  value: number;

  constructor(info: ParameterInfo) {
    this.#info = info;
    this.value = info.value;
  }

  get id(): string {
    return this.#info.id;
  }

  get role(): ParameterInfo["role"] {
    return this.#info.role;
  }

  info(): ParameterInfo {
    return { ...this.#info, ...this.state() };
  }

  state(): ParameterValue {
    return { id: this.id, value: this.value, position: this.#position(this.value), text: this.#text(this.value) };
  }

  reset(): void {
    this.value = this.#info.default;
  }

  step(steps: number): void {
    const size = 1 / (this.#info.steps || 100);
    this.value = this.#plain(this.#position(this.value) + steps * size);
  }

  /** False where it is no value. */
  set(setting: Setting): boolean {
    const plain =
      "text" in setting
        ? this.#parse(setting.text)
        : "position" in setting
          ? this.#plain(setting.position)
          : setting.value;
    if (plain === undefined) return false;
    this.value = Math.min(this.#info.max, Math.max(this.#info.min, plain));
    return true;
  }

  #position(value: number): number {
    const { min, max, unit } = this.#info;
    if (unit === "Hz") return Math.log(value / min) / Math.log(max / min);
    return max > min ? (value - min) / (max - min) : 0;
  }

  #plain(position: number): number {
    const { min, max, steps, unit } = this.#info;
    const inside = Math.min(1, Math.max(0, position));
    if (unit === "Hz") return min * (max / min) ** inside;
    return min + (steps ? Math.round(inside * steps) / steps : inside) * (max - min);
  }

  #text(value: number): string {
    const { type, choices, unit, min } = this.#info;
    if (type === "bool") return value >= 0.5 ? "On" : "Off";
    if (type === "choice") return choices[value] ?? "";
    if (unit === "dB" && value === min) return `${MINUS}∞ dB`;
    if (unit === "Hz" && value >= 1000) return `${(value / 1000).toFixed(2)} kHz`;
    const number = value.toFixed(type === "int" ? 0 : 1).replace("-", MINUS);
    return unit ? `${number} ${unit}` : number;
  }

  #parse(text: string): number | undefined {
    const choice = this.#info.choices.indexOf(text);
    if (choice >= 0) return choice;
    const number = Number(text.replace(MINUS, "-").replace(this.#info.unit, "").trim());
    return text.trim() === "" || Number.isNaN(number) ? undefined : number;
  }
}
