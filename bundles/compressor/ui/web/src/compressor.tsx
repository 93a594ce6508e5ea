import {
  Editor,
  GraphLine,
  History,
  Knob,
  Meter,
  MeterScale,
  Panel,
  Select,
  Toggle,
  useClient,
  useParameter,
  useTheme,
} from "dyad-web";
import { useEffect } from "react";
import { Transfer, type HistoryFields } from "./transfer";
import "./compressor.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 904, height: 560 };

/** Columns of the history in a second, as the sound half makes them. */
const PACE = 60;

const levels = { scale: "decibels", min: -60, max: 0 } as const;

const upper = [
  "threshold",
  "ratio",
  "knee",
  "attack",
  "release",
  "look_ahead",
  "make_up",
  "mix",
];

export function Compressor() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <div className="compressor-left">
        <div className="compressor-pictures">
          <Levels />
          <Transfer axis={levels} stream={0} fields={FIELDS} />
        </div>
        <Controls />
      </div>
      <Panel className="compressor-meters" label="Levels">
        <MeterScale />
        <Meter id="input_l" right="input_r" name="In" />
        <Meter id="reduction" name="GR" />
        <Meter id="output_l" right="output_r" name="Out" />
      </Panel>
    </Editor>
  );
}

/** Where a column has what. */
const FIELDS: HistoryFields = { gain: 1, key: 3 };

/** What came in the last seconds and how much of it was taken. Where something else keys it, that is a line. */
function Levels() {
  const { value } = useParameter("external_key");
  const key = value > 0 ? "line" : null;
  return (
    <History
      label="Levels of the last seconds"
      y={levels}
      stream={0}
      pace={PACE}
      seconds={6}
      fields={["level", "reduction", null, key]}
    >
      <GraphLine param="threshold" />
    </History>
  );
}

function Controls() {
  const { knob } = useTheme();
  const detector = useParameter("detector");
  return (
    <section className="compressor-controls" aria-label="Controls">
      <div className="compressor-row">
        {upper.map((id, n) => (
          <Knob key={id} id={id} main={n === 0} />
        ))}
      </div>
      <div className="compressor-row compressor-lower">
        <div className="compressor-group compressor-key">
          <div className="compressor-toggles">
            <Toggle id="external_key" />
            <Toggle id="listen" />
          </div>
          <Knob id="high_pass" size={knob.small} />
        </div>
        <div className="compressor-group compressor-detector">
          <Select id="detector" />
          <div className="compressor-rms" data-used={detector.value > 0}>
            <Knob id="rms_time" size={knob.small} />
          </div>
          <Knob id="link" size={knob.small} />
        </div>
        <div className="compressor-group compressor-toggles compressor-automatic">
          <Toggle id="auto_release" />
          <Toggle id="auto_make_up" />
        </div>
      </div>
    </section>
  );
}
