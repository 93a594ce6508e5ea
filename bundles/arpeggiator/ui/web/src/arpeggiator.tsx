import {
  Editor,
  Keyboard,
  Knob,
  Panel,
  Select,
  Steps,
  Toggle,
  useClient,
} from "dyad-web";
import { useEffect } from "react";
import "./arpeggiator.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 928, height: 640 };

export function Arpeggiator() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <div className="arp-main">
        <Panel className="arp-pattern" label="Pattern">
          <Steps prefix="step" count="steps" playing="playing" />
        </Panel>
        <div className="arp-row">
          <Panel className="arp-order" label="Order">
            <div className="arp-choices">
              <Select id="order" />
              <Select id="restart" />
            </div>
            <Knob id="octaves" />
          </Panel>
          <Panel className="arp-time" label="Time">
            <Knob id="rate" main />
            <Knob id="gate" />
            <Knob id="swing" />
          </Panel>
          <Panel className="arp-chance" label="Chance">
            <Knob id="chance" />
            <Knob id="humanise" />
          </Panel>
          <Panel className="arp-play" label="Keys">
            <Select id="loudness" />
            <Toggle id="latch" />
          </Panel>
        </div>
        <Panel className="arp-keys" label="Keyboard">
          {/* What is held, and what is played from it. */}
          <Keyboard stream={0} second={1} height={84} />
        </Panel>
      </div>
    </Editor>
  );
}
