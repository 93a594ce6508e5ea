import { fromBase64 } from "./base64";
import { Listeners } from "./listeners";
import type { CurvePoints } from "./protocol";

/** The points of the plugin's curves, as its own code has computed them. */
export class Curves {
  readonly #points = new Map<string, Float32Array>();
  readonly #one = new Map<string, Listeners<Float32Array>>();

  fill(curves: readonly CurvePoints[]): void {
    this.#points.clear();
    for (const { id } of curves) this.#points.set(id, new Float32Array());
    for (const curve of curves) this.update(curve);
  }

  update({ id, points }: CurvePoints): void {
    if (!this.#points.has(id)) return;
    const decoded = decodePoints(points);
    if (!decoded) return console.warn("dyad: curve ignored, no points:", id);
    this.#points.set(id, decoded);
    this.#one.get(id)?.emit(decoded);
  }

  get(id: string): Float32Array | undefined {
    return this.#points.get(id);
  }

  onChange(id: string, listener: (points: Float32Array) => void): () => void {
    let listeners = this.#one.get(id);
    if (!listeners) this.#one.set(id, (listeners = new Listeners()));
    return listeners.add(listener);
  }
}

/** Numbers of four bytes each, the lowest first; null where it is something else. */
function decodePoints(text: string): Float32Array | null {
  const bytes = fromBase64(text);
  if (!bytes || bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, n) => view.getFloat32(n * 4, true));
}
