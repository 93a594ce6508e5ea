import type { Place } from "./protocol";

/** Says where controls are whenever that changes, at most once for each picture. */
export class Places {
  readonly #elements = new Map<Element, string>();
  readonly #send: (places: Place[]) => void;
  readonly #observer: ResizeObserver | undefined;
  readonly #soon = () => this.#schedule();
  #scheduled = false;
  #last = "[]";

  constructor(send: (places: Place[]) => void) {
    this.#send = send;
    this.#observer = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(this.#soon);
    this.#observer?.observe(document.documentElement);
    window.addEventListener("resize", this.#soon);
    document.addEventListener("scroll", this.#soon, true);
    // What a click or key has opened may have moved something.
    document.addEventListener("pointerup", this.#soon);
    document.addEventListener("keyup", this.#soon);
  }

  /** From now on `element` belongs to this parameter or meter. Returns what undoes it. */
  register(id: string, element: Element): () => void {
    this.#elements.set(element, id);
    this.#observer?.observe(element);
    this.#schedule();
    return () => {
      this.#elements.delete(element);
      this.#observer?.unobserve(element);
      this.#schedule();
    };
  }

  stop(): void {
    this.#observer?.disconnect();
    window.removeEventListener("resize", this.#soon);
    document.removeEventListener("scroll", this.#soon, true);
    document.removeEventListener("pointerup", this.#soon);
    document.removeEventListener("keyup", this.#soon);
    this.#elements.clear();
  }

  /** Says it again: the other side has forgotten. */
  repeat(): void {
    this.#last = "[]";
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      const places = [...this.#elements].map(([element, id]) => place(id, element));
      const visible = places.filter(({ width, height }) => width > 0 && height > 0);
      const text = JSON.stringify(visible);
      if (text === this.#last) return;
      this.#last = text;
      this.#send(visible);
    });
  }
}

function place(id: string, element: Element): Place {
  const { left, top, width, height } = element.getBoundingClientRect();
  // A hundredth of a pixel is nobody's business.
  const round = (n: number) => Math.round(n * 100) / 100;
  return { id, x: round(left), y: round(top), width: round(width), height: round(height) };
}
