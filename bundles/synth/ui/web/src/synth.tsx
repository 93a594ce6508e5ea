import { Editor, Keyboard, useClient } from "dyad-web";
import { useEffect, useState } from "react";
import { Envelopes, Lfo, Modulation } from "./motion";
import { Effects, Level, Voice } from "./rest";
import { Filter, Mixer, Oscillator } from "./sound";
import "./synth.css";

/** The size at which it opens, in logical pixels; larger ones show the same, larger. */
const SIZE = { width: 1176, height: 760 };
/** From this height on there is room for the keys. */
const WHOLE = 744;

export function Synth() {
  const client = useClient();
  // It is called when all of this is in the document.
  useEffect(() => void client.painted(), [client]);
  return (
    <Editor {...SIZE}>
      <div className="synth-left">
        <div className="synth-row synth-upper">
          <Oscillator n={1} />
          <Oscillator n={2} />
          <Mixer />
        </div>
        <div className="synth-row synth-middle">
          <Filter />
          <Envelopes />
          <Lfo n={1} />
          <Lfo n={2} />
        </div>
        <div className="synth-row synth-lower">
          <Modulation />
          <Effects />
          <Voice />
        </div>
      </div>
      <Level />
      <Keys />
    </Editor>
  );
}

/** They go where there is no room for them. */
function Keys() {
  const fits = () => window.innerHeight >= WHOLE;
  const [shown, setShown] = useState(fits);
  useEffect(() => {
    const look = () => setShown(fits());
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  return shown ? (
    <div className="synth-keys">
      <Keyboard height={76} />
    </div>
  ) : null;
}
