import {
  Editor,
  Graph,
  GraphCurve,
  GraphNodes,
  GraphSpectrum,
  Meter,
  MeterScale,
  Panel,
  useClient,
  useParameter,
  type Axis,
  type GraphNode,
} from "dyad-web";
import { useEffect, useState } from "react";
import { useBands, type Band } from "./bands";
import { Controls } from "./controls";
import "./bands.css";
import "./equaliser.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 1008, height: 600 };

const HERTZ: Axis = { scale: "frequency", min: 20, max: 20_000, unit: "Hz" };
const GAIN: Axis = { scale: "decibels", min: -24, max: 24 };

/** The band whose controls are there at first: a bell. */
const FIRST = 2;

export function Equaliser() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  const bands = useBands();
  const [selected, select] = useState(FIRST);
  return (
    <Editor {...SIZE}>
      <div className="equaliser-left">
        <Picture bands={bands} selected={selected} onSelect={select} />
        <Controls bands={bands} selected={selected} onSelect={select} />
      </div>
      <Panel className="equaliser-meters" label="Levels">
        <MeterScale />
        <Meter id="in_left" right="in_right" name="In" />
        <Meter id="out_left" right="out_right" name="Out" />
      </Panel>
    </Editor>
  );
}

export interface BandsProps {
  bands: Band[];
  selected: number;
  onSelect(index: number): void;
}

/** What all bands do, and each of them, before the spectrum of the sound. */
function Picture({ bands, selected, onSelect }: BandsProps) {
  const client = useClient();
  const analysed = useParameter("analyser");
  /** Turns on a band there: the first one that does nothing. */
  const add = ({ x, y }: { x: number; y: number }) => {
    const free = bands.findIndex((band) => band.free);
    const band = bands[free];
    if (!band) return;
    onSelect(free);
    const wanted = {
      kind: { text: "Bell" },
      freq: { position: x },
      gain: { position: y },
      on: { position: 1 },
    };
    for (const [id, value] of Object.entries(wanted)) {
      // What can't be set stays as it is, and is seen.
      client.setParameter(`${band.id}_${id}`, value).catch(() => undefined);
    }
  };
  return (
    <div className="equaliser-picture">
      <Graph label="Frequency response" x={HERTZ} y={GAIN} onDoubleClick={add}>
        {analysed.value > 0 && (
          <GraphSpectrum stream={0} min={-90} max={0} tilt={3} />
        )}
        {bands.map(
          ({ id, color, on }, n) =>
            on && (
              <GraphCurve
                key={id}
                id={id}
                tone="dim"
                color={color}
                filled={n === selected}
              />
            ),
        )}
        <GraphCurve id="response" />
        <GraphNodes
          nodes={bands.map(node)}
          selected={selected}
          onSelect={onSelect}
        />
      </Graph>
    </div>
  );
}

/** It moves up and down where there is a gain, and stands at 0 otherwise. */
function node({ id, label, color, hasGain, hasQ }: Band): GraphNode {
  return {
    x: `${id}_freq`,
    ...(hasGain ? { y: `${id}_gain` } : {}),
    ...(hasQ ? { wheel: `${id}_q` } : {}),
    enabled: `${id}_on`,
    label,
    name: `Band ${label}`,
    color,
  };
}
