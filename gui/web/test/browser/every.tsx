/** A page with every control, for tests in a browser. */

import { createRoot } from "react-dom/client";
import {
  createClient,
  DyadProvider,
  Editor,
  Knob,
  Meter,
  MeterScale,
  Panel,
  PathField,
  Readout,
  Select,
  Slider,
  TextField,
  Toggle,
  Trigger,
  useClient,
  ValueField,
} from "dyad-web";
import { useEffect } from "react";
import "./every.css";

function Every() {
  const client = useClient();
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor width={640} height={400}>
      <Panel title="Knobs" className="every-panel">
        <Knob id="gain" main />
        <Knob id="voices" />
        <Knob id="pan" />
      </Panel>
      <Panel title="Others" className="every-panel every-column">
        <Slider id="mix" />
        <Select id="shape" />
        <Toggle id="limit" />
        <Trigger id="panic" />
        <ValueField id="mix" />
        <TextField id="title" />
        <PathField id="impulse" />
        <Readout id="tempo" />
      </Panel>
      <Panel label="Levels" className="every-meters">
        <MeterScale />
        <Meter id="peak" />
        <Meter id="reduction" />
      </Panel>
    </Editor>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <DyadProvider client={createClient()}>
      <Every />
    </DyadProvider>,
  );
}
