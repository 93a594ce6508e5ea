import { useEffect, useId, useRef } from "react";
import { useClient, useMeterText } from "../react";

export interface ReadoutProps {
  /** Of the meter: a `value`. */
  id: string;
}

/** A number that the plugin shows: its name at the left, its text at the right. */
export function Readout({ id }: ReadoutProps) {
  const client = useClient();
  const text = useMeterText(id);
  const label = useId();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => (root.current ? client.place(id, root.current) : undefined), [client, id]);
  const name = client.meter(id)?.name;
  return (
    <div ref={root} className="dyad-readout">
      <span id={label} className="dyad-readout-name" title={name}>
        {name}
      </span>
      {/* It moves as meters do: who wants to hear it asks. */}
      <output aria-live="off" aria-labelledby={label}>
        {text}
      </output>
    </div>
  );
}
