import { useParameter } from "dyad-web";

/** A band as the page sees it. */
export interface Band {
  /** What its parameters' ids begin with, and its curve's id. */
  id: string;
  label: string;
  /** A custom property of bands.css. */
  color: string;
  on: boolean;
  /** What of its controls changes anything now. */
  hasGain: boolean;
  hasQ: boolean;
  hasSlope: boolean;
  /** Whether it does nothing, and may be taken for something else. */
  free: boolean;
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** All bands. */
export function useBands(): Band[] {
  return NUMBERS.map(useBand);
}

function useBand(n: number): Band {
  const id = `band_${n}`;
  const on = useParameter(`${id}_on`).value > 0;
  const kind = useParameter(`${id}_kind`).text;
  const gain = useParameter(`${id}_gain`).value;
  const hasGain = ["Bell", "Low shelf", "High shelf", "Tilt"].includes(kind);
  return {
    id,
    label: `${n}`,
    color: `var(--equaliser-band-${n})`,
    on,
    hasGain,
    hasQ: kind !== "Tilt",
    hasSlope: ["Low cut", "High cut"].includes(kind),
    free: !on || (hasGain && gain === 0),
  };
}
