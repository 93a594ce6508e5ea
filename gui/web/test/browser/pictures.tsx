/** Pages with every picture, for tests in a browser: the part after # says which one. */

import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import {
  createClient,
  DyadProvider,
  Editor,
  Envelope,
  FileField,
  Graph,
  GraphCurve,
  GraphDot,
  GraphGuide,
  GraphLine,
  GraphNodes,
  GraphSpectrum,
  History,
  Keyboard,
  Knob,
  Matrix,
  Meter,
  MeterScale,
  Notice,
  Panel,
  Segments,
  useClient,
  Waveform,
  XyPad,
  type Axis,
} from "dyad-web";
import "./pictures.css";

const hertz: Axis = { scale: "frequency", min: 20, max: 20_000, unit: "Hz" };
const gain: Axis = { scale: "decibels", min: -18, max: 18 };
const level: Axis = { scale: "decibels", min: -60, max: 0 };
const input: Axis = { ...level, unit: "dB" };
const output: Axis = { ...level, labels: false };

const bands = [1, 2, 3, 4].map((band) => ({
  x: `freq${band}`,
  y: `gain${band}`,
  wheel: `q${band}`,
  enabled: `on${band}`,
  label: String(band),
  name: `Band ${band}`,
}));

function Response() {
  const [selected, setSelected] = useState(1);
  const band = selected + 1;
  return (
    <div className="pictures-main">
      <div className="pictures-plain">
        <Graph label="Frequency response" x={hertz} y={gain}>
          <GraphSpectrum stream={0} tone="dim" outlined />
          <GraphSpectrum stream={1} />
          <GraphCurve id={bands.flatMap((_, n) => (n === selected ? [] : [`band${n + 1}`]))} tone="dim" />
          <GraphCurve id={`band${band}`} tone="accent" filled lineless />
          <GraphCurve id="response" />
          <GraphLine param="split" axis="x" />
          <GraphNodes nodes={bands} selected={selected} onSelect={setSelected} />
        </Graph>
      </div>
      <Panel label="Band" className="pictures-controls">
        <Knob id={`freq${band}`} main />
        <Knob id={`gain${band}`} />
        <Knob id={`q${band}`} />
      </Panel>
    </div>
  );
}

function Dynamics() {
  return (
    <>
      <div className="pictures-main">
        <div className="pictures-row">
          <History
            label="Levels and reduction"
            stream={0}
            fields={["level", "reduction"]}
            pace={60}
            seconds={6}
            y={level}
          >
            <GraphLine param="threshold" />
          </History>
          <Graph label="Transfer curve" x={input} y={output}>
            <GraphGuide from={[-60, -60]} to={[0, 0]} />
            <GraphCurve id="transfer" />
            <GraphDot x="peak" y="rms" />
          </Graph>
        </div>
        <Panel label="Controls" className="pictures-controls">
          <Knob id="threshold" main />
          <Knob id="ratio" />
          <Knob id="mix" />
        </Panel>
      </div>
      <Panel label="Levels" className="pictures-meters">
        <MeterScale />
        <Meter id="peak" />
        <Meter id="reduction" />
      </Panel>
    </>
  );
}

function Sound() {
  return (
    <div className="pictures-main">
      <FileField id="impulse" />
      <div className="pictures-row">
        <Waveform stream={0} label="Impulse response" empty="No impulse response loaded" overlay="envelope">
          <GraphLine param="start" axis="x" />
        </Waveform>
        <XyPad x="decay" y="size" />
      </div>
      <Panel label="Controls" className="pictures-controls">
        <Knob id="decay" main />
        <Knob id="size" />
        <div className="pictures-grow">
          <Segments id="shape" />
        </div>
        <div className="pictures-grow">
          <Notice stream={0} />
        </div>
      </Panel>
    </div>
  );
}

function Voice() {
  return (
    <div className="pictures-main">
      <div className="pictures-row">
        <Envelope
          attack="env_attack"
          decay="env_decay"
          sustain="env_sustain"
          release="env_release"
          curve="amp"
          label="Amplifier"
        />
      </div>
      <Panel label="Matrix" className="pictures-matrix">
        <Matrix prefix="mod" rows={4} />
      </Panel>
    </div>
  );
}

function Keys() {
  return (
    <div className="pictures-main">
      <div className="pictures-plain" />
      <Keyboard second={1} />
    </div>
  );
}

const scenes = {
  "#response": Response,
  "#dynamics": Dynamics,
  "#sound": Sound,
  "#voice": Voice,
  "#keys": Keys,
};

function Pictures() {
  const client = useClient();
  useEffect(() => void client.painted(), [client]);
  const Scene = scenes[location.hash as keyof typeof scenes] ?? Response;
  return (
    <Editor width={860} height={480}>
      <Scene />
    </Editor>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <DyadProvider client={createClient()}>
      <Pictures />
    </DyadProvider>,
  );
}
