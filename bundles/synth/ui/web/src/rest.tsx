/** What is around the voices: effects, how notes become voices, the level. */

import {
  Knob,
  Meter,
  MeterScale,
  Select,
  useClient,
  useMeter,
  useParameter,
} from "dyad-web";
import { useEffect, useRef } from "react";
import { Dials, Section } from "./panel";

export function Effects() {
  const chorus = useParameter("chorus_mix").value > 0;
  const reverb = useParameter("reverb_mix").value > 0;
  return (
    <Section title="Effects">
      <div className="synth-rows">
        <Dials
          dials={[
            { id: "chorus_mix", name: "Chorus", main: true },
            { id: "chorus_rate", name: "Rate", used: chorus },
            { id: "chorus_depth", name: "Depth", used: chorus },
          ]}
        />
        <Dials
          dials={[
            { id: "reverb_mix", name: "Reverb", main: true },
            { id: "reverb_decay", name: "Decay", used: reverb },
            { id: "reverb_damping", name: "Damping", used: reverb },
          ]}
        />
      </div>
    </Section>
  );
}

/** How notes become voices. */
export function Voice() {
  return (
    <Section title="Voices">
      <div className="synth-voice">
        <div className="synth-choices">
          <Select id="mode" />
          <Select id="glide_of" />
          <Select id="mpe" />
        </div>
        <div className="synth-rows">
          <Dials
            dials={[
              { id: "voices", name: "Voices" },
              { id: "glide", name: "Glide" },
              { id: "bend", name: "Bend" },
            ]}
          />
          <Dials
            dials={[
              { id: "velocity", name: "Velocity" },
              { id: "drift", name: "Drift" },
              { id: "tune", name: "Tune" },
            ]}
          />
        </div>
      </div>
    </Section>
  );
}

export function Level() {
  return (
    <Section title="Level" className="synth-level">
      <div className="synth-bars">
        <MeterScale />
        <Meter id="left_level" right="right_level" name="Out" />
      </div>
      <Knob id="volume" main />
      <Sounding />
    </Section>
  );
}

/** How many voices sound. It is written without drawing anything else. */
function Sounding() {
  const client = useClient();
  const ref = useRef<HTMLDivElement>(null);
  useMeter("sounding", (value) => {
    const [element, count] = [ref.current, Math.round(value)];
    if (!element) return;
    const text = count === 1 ? "1 voice" : `${count} voices`;
    if (element.textContent === text) return;
    element.textContent = text;
    element.dataset["some"] = String(count > 0);
  });
  useEffect(
    () => (ref.current ? client.place("sounding", ref.current) : undefined),
    [client],
  );
  return <div ref={ref} className="synth-sounding" />;
}
