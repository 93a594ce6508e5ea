import {
  Editor,
  Graph,
  GraphCurve,
  GraphNodes,
  Knob,
  Meter,
  MeterScale,
  Panel,
  Select,
  Toggle,
  useClient,
  useParameter,
  type Axis,
  type GraphNode,
} from "dyad-web";
import { useEffect } from "react";
import "./delay.css";
import { Echoes } from "./echoes";
import { Freeze } from "./freeze";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 928, height: 548 };

const FREQUENCY: Axis = { scale: "frequency", min: 20, max: 20000, unit: "Hz" };
const LEVEL: Axis = {
  scale: "decibels",
  min: -30,
  max: 6,
  ticks: [0, -12, -24],
};
const CUTS: GraphNode[] = [
  { x: "low_cut", label: "", name: "Low cut" },
  { x: "high_cut", label: "", name: "High cut" },
];

/** What belongs together in the lower row. */
const GROUPS = [
  { label: "Filters", ids: ["low_cut", "high_cut"] },
  { label: "Modulation", ids: ["mod_rate", "mod_depth"] },
  { label: "Echoes", ids: ["width", "ducking"] },
  { label: "Output", ids: ["mix", "output"] },
];

export function Delay() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <div className="delay-main">
        <div className="delay-pictures">
          <Panel className="delay-echoes-panel" label="Echoes over time">
            <Echoes />
          </Panel>
          <Panel className="delay-filters" label="Filters">
            <Graph label="What the filters leave" x={FREQUENCY} y={LEVEL}>
              <GraphCurve id="filter" tone="accent" filled />
              <GraphNodes nodes={CUTS} />
            </Graph>
          </Panel>
        </div>
        <div className="delay-row">
          <Times />
          <Panel className="delay-feedback" label="Feedback">
            <Knob id="feedback" main />
            <Toggle id="ping_pong" />
          </Panel>
          <Freeze />
        </div>
        <div className="delay-row delay-groups">
          {GROUPS.map(({ label, ids }) => (
            <Panel key={label} label={label}>
              {ids.map((id) => (
                <Knob key={id} id={id} />
              ))}
            </Panel>
          ))}
        </div>
      </div>
      <Panel className="delay-meters" label="Levels">
        <MeterScale />
        <Meter id="input_level" />
        <Meter id="left_level" />
        <Meter id="right_level" />
      </Panel>
    </Editor>
  );
}

/** Both sides' times: note values or milliseconds. */
function Times() {
  const sync = useParameter("sync");
  const link = useParameter("link");
  const kind = sync.value > 0.5 ? "note" : "time";
  return (
    <Panel className="delay-times" label="Times">
      <div className="delay-switches">
        <Toggle id="sync" />
        <Toggle id="link" />
      </div>
      <Knob key={`${kind}_left`} id={`${kind}_left`} main />
      {/* Where it follows the left one it is only there for later. */}
      <div className="delay-right" data-linked={link.value > 0.5}>
        <Knob key={`${kind}_right`} id={`${kind}_right`} main />
      </div>
      <Select id="change" />
    </Panel>
  );
}
