import {
  currentZoom,
  Editor,
  fitKnob,
  Knob,
  Meter,
  MeterScale,
  Panel,
  useClient,
  useSize,
  useTheme,
} from "dyad-web";
import { useEffect, useRef } from "react";
import "./gain.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 420, height: 260 };

export function Gain() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <Panel className="gain-control" label="Gain">
        <Level />
      </Panel>
      <Panel className="gain-meters" label="Levels">
        <MeterScale />
        <Meter id="peak" />
        <Meter id="rms" />
      </Panel>
    </Editor>
  );
}

/** The knob, as large as there is room. */
function Level() {
  const theme = useTheme();
  const room = useRef<HTMLDivElement>(null);
  const size = useSize(room);
  const zoom = currentZoom();
  const knob =
    size &&
    fitKnob(theme, { width: size.width / zoom, height: size.height / zoom });
  return (
    <div ref={room} className="gain-room">
      {knob !== undefined && <Knob id="gain" size={knob} main />}
    </div>
  );
}
