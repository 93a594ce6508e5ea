/** The stereo picture: what sounds now, where sounds from left to right come out, and a handle for pan and width. */

import {
  Graph,
  GraphNodes,
  useCanvas,
  useClient,
  useCurve,
  type Axis,
  type Surface,
} from "dyad-web";
import { useEffect, useRef } from "react";

/** Byte 0 of the sound's messages; `utility::scope` has their form. */
const POINTS = 128;
/** Messages that are seen at once; older ones fade. */
const KEPT = 6;
/** Room above the disc and at its sides, in logical pixels. */
const EDGE = 22;

const pan: Axis = {
  scale: "linear",
  min: -100,
  max: 100,
  lines: false,
  labels: false,
};
const width: Axis = {
  scale: "linear",
  min: 0,
  max: 200,
  lines: false,
  labels: false,
};

type Point = readonly [x: number, y: number];

/** The line where sounds from left to right come out. */
interface Image {
  x: Float32Array;
  y: Float32Array;
}

export function Field() {
  const client = useClient();
  const clouds = useRef<Point[][]>([]);
  const image = useRef<Image>({ x: new Float32Array(), y: new Float32Array() });
  const canvas = useCanvas((surface) =>
    paint(surface, clouds.current, image.current),
  );
  const { redraw } = canvas;
  useEffect(
    () =>
      client.onMessage((bytes) => {
        const cloud = pointsOf(bytes);
        if (cloud.length === 0) return;
        // After silence nothing more comes that would let them fade.
        const silent = cloud.every(([x, y]) => x === 0 && y === 0);
        clouds.current = silent
          ? []
          : [cloud, ...clouds.current.slice(0, KEPT - 1)];
        redraw();
      }),
    [client, redraw],
  );
  useCurve("image_x", (x) => {
    image.current = { ...image.current, x };
    redraw();
  });
  useCurve("image_y", (y) => {
    image.current = { ...image.current, y };
    redraw();
  });
  return (
    <div className="utility-field">
      <canvas ref={canvas.ref} aria-hidden />
      <div className="utility-travel">
        <Graph label="Pan and width" x={pan} y={width}>
          <GraphNodes
            nodes={[{ x: "pan", y: "width", label: "", name: "Pan and width" }]}
          />
        </Graph>
      </div>
    </div>
  );
}

function pointsOf(bytes: Uint8Array): Point[] {
  if (bytes[0] !== POINTS) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = (at: number) => view.getInt16(at, true) / 32767;
  return Array.from({ length: Math.floor((bytes.length - 2) / 4) }, (_, n) => [
    part(2 + 4 * n),
    part(4 + 4 * n),
  ]);
}

/** Half of a disc: its middle is at the bottom. */
interface Disc extends Surface {
  middle: number;
  bottom: number;
  radius: number;
  place(point: Point): Point;
}

function discOf(surface: Surface): Disc {
  const { width, height, unit } = surface;
  const radius = Math.max(
    1,
    Math.floor(Math.min(width / 2, height) - EDGE * unit),
  );
  const [middle, bottom] = [Math.round(width / 2), height - 1];
  const place = ([x, y]: Point): Point => [
    middle + x * radius,
    bottom - y * radius,
  ];
  return { ...surface, middle, bottom, radius, place };
}

function paint(surface: Surface, clouds: Point[][], { x, y }: Image): void {
  const disc = discOf(surface);
  paintGround(disc);
  clouds.forEach((cloud, age) => paintCloud(disc, cloud, 1 - age / KEPT));
  const line = Array.from(x, (across, n): Point => [across, y[n] ?? 0]);
  if (line.length > 1) paintImage(disc, line);
}

function paintGround(disc: Disc): void {
  const { context, middle, bottom, radius, unit, tone } = disc;
  const half = (distance: number) => {
    context.beginPath();
    context.arc(middle, bottom, radius * distance, Math.PI, 2 * Math.PI);
  };
  context.lineWidth = unit;
  context.strokeStyle = tone("line");
  context.fillStyle = tone("well");
  half(1);
  context.closePath();
  context.fill();
  context.stroke();
  context.globalAlpha = 0.6;
  // −12 and −24 dB.
  for (const distance of [0.5, 0.25]) {
    half(distance);
    context.stroke();
  }
  for (const degrees of [-45, 0, 45]) {
    const angle = (degrees * Math.PI) / 180;
    context.beginPath();
    context.moveTo(middle, bottom);
    context.lineTo(
      middle + Math.sin(angle) * radius,
      bottom - Math.cos(angle) * radius,
    );
    context.stroke();
  }
  context.globalAlpha = 1;
  context.font = fontOf(disc, "normal");
  context.fillStyle = tone("dim");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("C", middle, bottom - radius - 12 * unit);
  context.fillStyle = tone("outline");
  context.textBaseline = "bottom";
  for (const [side, align] of [
    [-1, "left"],
    [1, "right"],
  ] as const) {
    context.textAlign = align;
    context.fillText(
      "Out of phase",
      middle + side * (radius - 8 * unit),
      bottom - 4 * unit,
    );
  }
}

function paintCloud(
  { context, place, unit, tone }: Disc,
  cloud: Point[],
  strength: number,
): void {
  const size = 1.6 * unit;
  context.fillStyle = tone("signal");
  context.globalAlpha = 0.75 * strength * strength;
  for (const point of cloud) {
    if (point[0] === 0 && point[1] === 0) continue;
    const [x, y] = place(point);
    context.fillRect(x - size / 2, y - size / 2, size, size);
  }
  context.globalAlpha = 1;
}

/** The line where sounds from left to right come out, and what is below it. */
function paintImage(disc: Disc, line: Point[]): void {
  const { context, middle, bottom, unit, place, tone } = disc;
  context.strokeStyle = context.fillStyle = tone("accent");
  context.lineJoin = "round";
  for (const part of partsOf(line)) {
    const path = () => part.forEach((point) => context.lineTo(...place(point)));
    context.beginPath();
    context.moveTo(middle, bottom);
    path();
    context.closePath();
    context.globalAlpha = 0.13;
    context.fill();
    context.globalAlpha = 0.5;
    context.lineWidth = unit;
    context.stroke();
    context.globalAlpha = 1;
    context.beginPath();
    path();
    context.lineWidth = 2 * unit;
    context.stroke();
  }
  const [left, right] = [line[0], line.at(-1)];
  // Which end is which, once they are apart.
  if (
    !left ||
    !right ||
    Math.hypot(left[0] - right[0], left[1] - right[1]) <= 0.1
  )
    return;
  paintBadge(disc, left, "L");
  paintBadge(disc, right, "R");
}

function paintBadge(disc: Disc, point: Point, name: string): void {
  const { context, unit, place, tone } = disc;
  const [x, y] = place(point);
  context.beginPath();
  context.arc(x, y, 7 * unit, 0, 2 * Math.PI);
  context.fillStyle = tone("well");
  context.strokeStyle = tone("accent");
  context.lineWidth = 1.5 * unit;
  context.fill();
  context.stroke();
  context.font = fontOf(disc, "600");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = tone("text");
  context.fillText(name, x, y + 0.5 * unit);
}

/** Small type in the page's own face. */
function fontOf({ context, unit }: Disc, weight: string): string {
  return `${weight} ${10 * unit}px ${getComputedStyle(context.canvas).fontFamily}`;
}

/** The stretches of a line: what passes −90° goes on at 90°. */
function partsOf(line: Point[]): Point[][] {
  const parts: Point[][] = [];
  line.forEach((point, n) => {
    const before = line[n - 1];
    const passes =
      before &&
      before[0] * point[0] < 0 &&
      Math.abs(before[0] - point[0]) > 0.8;
    if (!before || passes) parts.push([]);
    parts.at(-1)?.push(point);
  });
  return parts;
}
