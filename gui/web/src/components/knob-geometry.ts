import type { Theme } from "../client";
import type { Size } from "../react";

/** Sizes of a knob and of what stands below it, in logical pixels. */
export interface KnobSizes {
  diameter: number;
  /** Where the name begins, from the dial's top: the arc is open below. */
  below: number;
  /** Sizes of type, and heights of their lines. */
  label: number;
  labelLine: number;
  value: number;
  valueLine: number;
  /** Of all of it: dial, name, value. */
  height: number;
}

/** From this diameter on, type is larger. */
const LARGE = 80;

export function knobSizes(theme: Theme, diameter: number): KnobSizes {
  const large = diameter >= LARGE;
  const label = theme.type.label + (large ? 1 : 0);
  const value = diameter < theme.knob.small ? theme.type.text : theme.type.value + (large ? 2 : 0);
  const below = Math.ceil(diameter * 0.9 + 4);
  const [labelLine, valueLine] = [Math.ceil(label * 1.5), Math.ceil(value * 1.5)];
  return { diameter, below, label, labelLine, value, valueLine, height: below + labelLine + valueLine };
}

/** The diameter of the largest knob, of those that the theme allows, that has room here. */
export function fitKnob(theme: Theme, room: Size): number {
  const fits = (diameter: number) => diameter <= room.width && knobSizes(theme, diameter).height <= room.height + 0.5;
  for (let diameter = theme.knob.large; diameter >= theme.knob.medium; diameter -= 4) {
    if (fits(diameter)) return diameter;
  }
  return theme.knob.small;
}

export interface Point {
  x: number;
  y: number;
}

/** The lines of a knob's picture, from the dial's upper left corner. */
export class Dial {
  readonly center: number;
  /** Of the arc. */
  readonly radius: number;
  /** Of the arc's line. */
  readonly width: number;
  /** Of the hand's line. */
  readonly hand: number;
  readonly #degrees: number;
  readonly #diameter: number;

  constructor(theme: Theme, diameter: number) {
    // Thicker lines on larger knobs, but less than in proportion.
    const scale = Math.sqrt(diameter / theme.knob.medium);
    this.width = theme.knob.track * scale;
    this.hand = 2.5 * scale;
    this.center = diameter / 2;
    this.radius = diameter / 2 - this.width / 2;
    this.#degrees = theme.knob.degrees;
    this.#diameter = diameter;
  }

  /** Of the disc in the middle. */
  get cap(): number {
    return this.#diameter * 0.315;
  }

  /** A point at a position and a distance from the middle. */
  at(position: number, radius: number): Point {
    // Clockwise from the right; the open side is below.
    const degrees = 90 + (360 - this.#degrees) / 2 + this.#degrees * position;
    const angle = (degrees * Math.PI) / 180;
    return { x: this.center + Math.cos(angle) * radius, y: this.center + Math.sin(angle) * radius };
  }

  /** The arc between two positions, as a path of SVG; empty where it has no length. */
  arc(from: number, to: number, radius = this.radius): string {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (high - low < 1e-4) return "";
    const long = (high - low) * this.#degrees > 180 ? 1 : 0;
    const r = digits(radius);
    return `M${point(this.at(low, radius))}A${r} ${r} 0 ${long} 1 ${point(this.at(high, radius))}`;
  }

  /** Around the arc, and open below as it is: the name stands there. */
  ring(): string {
    return this.arc(-0.015, 1.015, this.#diameter / 2 + 2.5);
  }

  pointer(position: number): string {
    const [inner, outer] = [this.#diameter * 0.14, this.#diameter * 0.275];
    return `M${point(this.at(position, inner))}L${point(this.at(position, outer))}`;
  }
}

const digits = (n: number) => String(Math.round(n * 1000) / 1000);
const point = ({ x, y }: Point) => `${digits(x)} ${digits(y)}`;
