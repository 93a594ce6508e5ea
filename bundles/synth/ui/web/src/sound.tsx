/** What makes the sound: oscillators, mixer, filter. */

import {
  Graph,
  GraphCurve,
  GraphNodes,
  Select,
  Toggle,
  useParameter,
  type Axis,
  type GraphNode,
} from "dyad-web";
import { Dials, Section } from "./panel";

/** A wave's: a little more than it reaches, and a line through its middle. */
const LEVEL: Axis = {
  scale: "linear",
  min: -1.08,
  max: 1.08,
  ticks: [0],
  labels: false,
};

interface WaveProps {
  id: string;
  label: string;
  tone: "accent" | "dim" | "main";
  color?: string;
}

/** A picture of a wave. */
export function Wave({ label, ...curve }: WaveProps) {
  return (
    <div className="synth-picture">
      <Graph label={label} y={LEVEL}>
        <GraphCurve {...curve} filled />
      </Graph>
    </div>
  );
}

export function Oscillator({ n }: { n: number }) {
  const id = (id: string) => `osc_${n}_${id}`;
  const pulse = useParameter(id("wave")).text === "Pulse";
  const many = useParameter(id("unison")).value > 1;
  const heard = useParameter(id("level")).value > 0;
  return (
    <Section title={`Oscillator ${n}`} beside={<Toggle id={id("free")} />}>
      <div className="synth-oscillator">
        <div className="synth-wave">
          {/* Where it is not heard by itself, it may still move the other's phase. */}
          <Wave
            id={`osc_${n}`}
            label="Two periods of its wave"
            tone={heard ? "accent" : "dim"}
          />
          <Select id={id("wave")} nameless />
        </div>
        <div className="synth-rows">
          <Dials
            dials={[
              { id: id("octave"), name: "Octave" },
              { id: id("semitone"), name: "Semi" },
              { id: id("fine"), name: "Fine", share: 1.12 },
              { id: id("level"), name: "Level", main: true },
            ]}
          />
          <Dials
            dials={[
              { id: id("width"), name: "Width", used: pulse },
              { id: id("unison"), name: "Unison" },
              { id: id("detune"), name: "Detune", used: many },
              { id: id("spread"), name: "Spread", used: many },
            ]}
          />
        </div>
      </div>
    </Section>
  );
}

/** What goes into the filter beside the oscillators. */
export function Mixer() {
  const noise = useParameter("noise").value > 0;
  return (
    <Section title="Mixer">
      <Wave
        id="mix"
        label="What goes into the filter"
        tone="main"
        color="var(--dyad-color-signal)"
      />
      <Dials
        dials={[
          { id: "fm", name: "FM" },
          { id: "sub", name: "Sub" },
          { id: "noise", name: "Noise" },
          { id: "noise_colour", name: "Colour", used: noise },
        ]}
      />
    </Section>
  );
}

/** A little more than a cutoff's: its node is within the picture. */
const FREQUENCY: Axis = {
  scale: "frequency",
  min: 14,
  max: 28_000,
  labels: false,
};
const DECIBELS: Axis = {
  scale: "decibels",
  min: -36,
  max: 24,
  labels: false,
  ticks: [-24, -12, 0, 12],
};
/** Resonance has no place on the scale of decibels. Its node never reaches the edge. */
const RESONANCE: Axis = {
  scale: "linear",
  min: -22,
  max: 122,
  lines: false,
  labels: false,
};
const PLAIN: Axis = { ...FREQUENCY, lines: false };
const NODES: GraphNode[] = [
  {
    x: "filter_cutoff",
    y: "filter_resonance",
    label: "",
    name: "Cutoff and resonance",
  },
];

export function Filter() {
  return (
    <Section title="Filter" beside={<Select id="filter_kind" nameless />}>
      <div className="synth-picture synth-filter">
        <Graph label="What the filter leaves" x={FREQUENCY} y={DECIBELS}>
          <GraphCurve id="filter" tone="accent" filled />
        </Graph>
        <Graph label="Cutoff and resonance" x={PLAIN} y={RESONANCE}>
          <GraphNodes nodes={NODES} />
        </Graph>
      </div>
      <Dials
        dials={[
          { id: "filter_cutoff", name: "Cutoff", share: 1.24, main: true },
          { id: "filter_resonance", name: "Reso", main: true },
          { id: "filter_drive", name: "Drive" },
          { id: "filter_key", name: "Key" },
          { id: "filter_envelope", name: "Env", share: 1.14 },
          { id: "filter_velocity", name: "Vel" },
        ]}
      />
    </Section>
  );
}
