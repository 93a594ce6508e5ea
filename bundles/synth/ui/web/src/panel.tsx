/** What panels have in common. */

import { Knob, Panel } from "dyad-web";
import type { CSSProperties, ReactNode } from "react";

/** Diameter of the knobs, in logical pixels. */
const DIAL = 40;

export interface SectionProps {
  title: string;
  className?: string;
  /** Beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

/** A panel with a title, and something at the right end of its line. */
export function Section({ title, className, beside, children }: SectionProps) {
  return (
    <Panel className={`synth-section ${className ?? ""}`} label={title}>
      <header>
        <h2>{title}</h2>
        {beside}
      </header>
      {children}
    </Panel>
  );
}

export interface Dial {
  id: string;
  /** Below it. */
  name: string;
  /** So much wider than the others. */
  share?: number;
  /** Whether it changes anything now; it does without this. */
  used?: boolean;
  main?: boolean;
}

/** Knobs beside each other. */
export function Dials({ dials }: { dials: readonly Dial[] }) {
  return (
    <div className="synth-dials">
      {dials.map(({ id, name, share = 1, used = true, main = false }) => (
        <div
          key={id}
          style={{ "--synth-share": share } as CSSProperties}
          data-used={used}
        >
          <Knob id={id} name={name} size={DIAL} main={main} />
        </div>
      ))}
    </div>
  );
}
