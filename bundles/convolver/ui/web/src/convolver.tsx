import {
  Editor,
  FileField,
  Knob,
  Meter,
  MeterScale,
  Notice,
  Panel,
  Select,
  Toggle,
  useClient,
  useParameter,
  useTheme,
  Waveform,
} from "dyad-web";
import { useEffect } from "react";
import "./convolver.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 872, height: 560 };

/** What is done to the response. */
const shape = ["size", "length", "fade", "decay"];
const switches = ["reverse", "trim", "normalise"];
/** What is done to the sound; the mix is the last. */
const sound = ["pre_delay", "low_cut", "high_cut", "width", "wet_gain", "mix"];

export function Convolver() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  const isFile = useParameter("source").value < 0.5;
  return (
    <Editor {...SIZE}>
      <div className="convolver-left">
        <div className="convolver-source">
          <Select id="source" />
          <div className="convolver-which">
            {isFile ? (
              <FileField id="impulse" empty="No file chosen" />
            ) : (
              <Notice stream={0} />
            )}
          </div>
        </div>
        <Response />
        {isFile && <Notice stream={0} className="convolver-notice" />}
        <Controls />
      </div>
      <Panel className="convolver-meters" label="Levels">
        <MeterScale />
        <Meter id="in_left" right="in_right" name="In" />
        <Meter id="out_left" right="out_right" name="Out" />
      </Panel>
    </Editor>
  );
}

/** The response, from when on it is heard, and what is left of it. */
function Response() {
  const { value } = useParameter("pre_delay");
  return (
    <div className="convolver-response">
      <Waveform
        stream={0}
        label="Impulse response"
        empty="No impulse response: the sound passes"
        start={value / 1000}
        overlay="envelope"
      />
    </div>
  );
}

function Controls() {
  const { knob } = useTheme();
  return (
    <section className="convolver-controls" aria-label="Controls">
      <div className="convolver-row">
        {shape.map((id) => (
          <Knob key={id} id={id} size={knob.small} />
        ))}
        <div className="convolver-switches">
          {switches.map((id) => (
            <Toggle key={id} id={id} />
          ))}
        </div>
      </div>
      <div className="convolver-row convolver-lower">
        {sound.map((id) => (
          <Knob key={id} id={id} size={knob.small} main={id === "mix"} />
        ))}
      </div>
    </section>
  );
}
