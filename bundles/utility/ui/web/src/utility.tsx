import {
  Editor,
  Knob,
  Meter,
  MeterScale,
  Panel,
  Select,
  Slider,
  Toggle,
  Trigger,
  useClient,
} from "dyad-web";
import { useEffect } from "react";
import { Correlation } from "./correlation";
import { Field } from "./field";
import { LoudnessBar, Reading } from "./loudness";
import "./utility.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 976, height: 520 };

export function Utility() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <div className="utility-left">
        <Panel className="utility-picture" label="Stereo field">
          <Field />
          <Correlation />
        </Panel>
        <Panel className="utility-controls" label="Controls">
          <Controls />
        </Panel>
      </div>
      <Panel className="utility-meters" label="Meters">
        <Numbers />
        <div className="utility-bars">
          <MeterScale />
          <Meter id="true_peak_l" />
          <Meter id="true_peak_r" />
          <LoudnessBar />
        </div>
      </Panel>
    </Editor>
  );
}

function Controls() {
  return (
    <>
      <div className="utility-knobs">
        <Knob id="gain" main />
        <Knob id="pan" />
        <Knob id="width" />
        <Knob id="bass_frequency" />
      </div>
      <div className="utility-switches">
        <Toggle id="mute" />
        <Toggle id="mono" />
        <Toggle id="bass_mono" />
        <Toggle id="dc_filter" />
      </div>
      <div className="utility-switches">
        <Toggle id="invert_left" />
        <Toggle id="invert_right" />
      </div>
      <div className="utility-selects">
        <Select id="channels" />
        <Select id="pan_law" />
      </div>
    </>
  );
}

function Numbers() {
  return (
    <div className="utility-numbers">
      <Reading id="integrated" large />
      <Reading id="short_term" />
      <Reading id="momentary" />
      <Reading id="loudness_range" />
      <Reading id="true_peak_max" limit={0} />
      <div className="utility-target">
        <Slider id="target" />
        <Trigger id="match_target" />
        <Trigger id="reset_meters" />
      </div>
    </div>
  );
}
