/** What moves the sound: envelopes, LFOs, the modulation matrix. */

import {
  Envelope,
  Matrix,
  Panel,
  Select,
  Toggle,
  useParameter,
} from "dyad-web";
import { useState, type KeyboardEvent } from "react";
import { Dials, Section } from "./panel";
import { Wave } from "./sound";

/** What each of the envelopes is for; the third is free. */
const TABS = ["1 Amp", "2 Filter", "3 Free"];

/** The envelopes, of which one is seen. */
export function Envelopes() {
  const [seen, setSeen] = useState(1);
  const id = (id: string) => `env_${seen}_${id}`;
  return (
    <Section title="Envelopes" beside={<Tabs seen={seen} onSee={setSeen} />}>
      <div className="synth-envelope">
        <Envelope
          key={seen}
          attack={id("attack")}
          decay={id("decay")}
          sustain={id("sustain")}
          release={id("release")}
          curve={`env_${seen}`}
          label={`Envelope ${seen}`}
        />
      </div>
      <Dials
        key={seen}
        dials={[
          { id: id("attack"), name: "Att", main: true },
          { id: id("decay"), name: "Dec", main: true },
          { id: id("sustain"), name: "Sus", main: true },
          { id: id("release"), name: "Rel", main: true },
          { id: id("curve"), name: "Curve", share: 0.85 },
        ]}
      />
    </Section>
  );
}

function Tabs({ seen, onSee }: { seen: number; onSee(n: number): void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onSee(Math.min(TABS.length, Math.max(1, seen + by)));
  };
  return (
    <div
      className="dyad-segments-row synth-tabs"
      role="radiogroup"
      aria-label="Envelope"
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {TABS.map((name, n) => (
        <span
          key={name}
          role="radio"
          aria-checked={seen === n + 1}
          onClick={() => onSee(n + 1)}
        >
          {name}
        </span>
      ))}
    </div>
  );
}

export function Lfo({ n }: { n: number }) {
  const id = (id: string) => `lfo_${n}_${id}`;
  const synced = useParameter(id("sync")).value > 0.5;
  return (
    <Section title={`LFO ${n}`} beside={<Toggle id={id("sync")} />}>
      <Wave id={`lfo_${n}`} label="Two periods of its shape" tone="accent" />
      <div className="synth-menus">
        <Select id={id("shape")} nameless />
        <Select id={id("start")} nameless />
      </div>
      <Dials
        dials={[
          synced
            ? { id: id("note"), name: "Note", share: 1.52, main: true }
            : { id: id("rate"), name: "Rate", share: 1.52, main: true },
          { id: id("phase"), name: "Phase" },
          { id: id("fade"), name: "Fade", share: 1.36 },
        ]}
      />
    </Section>
  );
}

/** The names of its columns stand where others have a title. */
export function Modulation() {
  return (
    <Panel className="synth-section" label="Modulation">
      <Matrix prefix="mod" rows={8} label="Modulation" />
    </Panel>
  );
}
