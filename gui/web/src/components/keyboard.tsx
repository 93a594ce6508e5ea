import { useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from "react";
import { currentZoom, useShow, useSize } from "../react";
import { useNotes } from "./notes";
import { fittingOctaves, pianoKeyAt, pianoKeys, usableFirst } from "./piano";

export interface KeyboardProps {
  /** Of the messages `keys` that light keys in the accent colour. */
  stream?: number;
  /** Of those that light them in the signal's. */
  second?: number;
  /** How many; without it, as many as there is room for. */
  octaves?: number;
  /** The lowest key at first, a C. */
  lowest?: number;
  /** In logical pixels. */
  height?: number;
}

/** Keys of the computer's, each a semitone higher: white keys in the row of A, black ones in the row above. */
const ROW = [..."AWSEDFTGYHUJKOL"];
/** What they play with: 100 of MIDI's 127. */
const VELOCITY = 100 / 127;
/** What the pointer plays with at a key's upper end. */
const SOFTEST = 0.25;
const POINTER = "pointer";
const NOBODY: ReadonlySet<number> = new Set();

/**
 * Piano keys to play the sound with, lit where the plugin says that they sound. Pressed, a key plays: the lower on it,
 * the louder; dragged along, one after the other. The computer's keyboard plays once its button has the focus: A to L
 * are white keys, the row above has the black ones, Z and X go an octave down and up, Escape gives the keyboard back.
 */
export function Keyboard({ stream = 0, second = -1, octaves: fixed, lowest = 36, height = 88 }: KeyboardProps) {
  const ref = useRef<HTMLDivElement>(null);
  const width = useSize(ref)?.width ?? 0;
  const fitting = fittingOctaves(width / currentZoom());
  const octaves = fixed === undefined ? fitting : Math.min(10, Math.max(1, Math.round(fixed)));
  const [from, setFrom] = useState(lowest);
  const [plays, setPlays] = useState(false);
  const [held, setHeld] = useState(NOBODY);
  const first = usableFirst(from, octaves);
  const keys = useMemo(() => pianoKeys(first, octaves), [first, octaves]);
  const notes = useNotes(setHeld);
  const [lit, played] = [useSounding(stream), useSounding(second)];

  const canShift = (by: number) => usableFirst(first + by * 12, octaves) === first + by * 12;
  const shift = (by: number) => {
    if (!canShift(by)) return;
    notes.releaseAll((by) => by !== POINTER);
    setFrom(first + by * 12);
  };
  /** The key of A: the C of the middle octave, or of the lower one of two. */
  const base = first + Math.floor((octaves - 1) / 2) * 12;

  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const at = pianoKeyAt(keys, (event.clientX - left) / width, (event.clientY - top) / height);
    if (at) notes.play(POINTER, at.key, SOFTEST + (1 - SOFTEST) * at.down);
    else notes.release(POINTER);
  };
  const pointer = useRef<number>(undefined);
  const letGo = (event: PointerEvent<HTMLDivElement>) => {
    if (pointer.current !== event.pointerId) return;
    pointer.current = undefined;
    notes.release(POINTER);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const name = event.key.toUpperCase();
    const step = ROW.indexOf(name);
    if (name === "ESCAPE") event.currentTarget.blur();
    else if (step >= 0) {
      if (!event.repeat && notes.of(name) === undefined) notes.play(name, base + step, VELOCITY);
    } else if (name === "Z" || name === "X") {
      if (!event.repeat) shift(name === "Z" ? -1 : 1);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="dyad-keyboard" style={{ "--dyad-height": height } as CSSProperties}>
      <div className="dyad-keyboard-buttons">
        <OctaveButton by={-1} can={canShift(-1)} shift={shift} />
        <OctaveButton by={1} can={canShift(1)} shift={shift} />
        <button
          type="button"
          className="dyad-keyboard-computer"
          aria-pressed={plays}
          aria-label="Play with the computer's keyboard"
          title="Play with the computer's keyboard: A to L, Z and X for octaves, Esc to end"
          // All keys are its own: the page then has the keyboard, and none goes up elsewhere.
          data-dyad-typing=""
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.preventDefault();
            if (plays) event.currentTarget.blur();
            else event.currentTarget.focus({ preventScroll: true });
          }}
          onMouseDown={(event) => event.preventDefault()}
          onFocus={() => setPlays(true)}
          onBlur={() => {
            setPlays(false);
            notes.releaseAll((by) => by !== POINTER);
          }}
          onKeyDown={onKeyDown}
          onKeyUp={(event) => notes.release(event.key.toUpperCase())}
        >
          <svg viewBox="0 0 24 14" aria-hidden>
            <rect x="0.5" y="0.5" width="23" height="13" rx="2" />
            <path d="M4 4H6M8 4H10M12 4H14M16 4H18M20 4H21M3 7H5M7 7H9M11 7H13M15 7H17M19 7H21M7 10H17" />
          </svg>
        </button>
      </div>
      <div
        ref={ref}
        className="dyad-keyboard-keys"
        role="group"
        aria-label="Piano keys"
        // The button keeps the focus.
        onMouseDown={(event) => event.preventDefault()}
        onPointerDown={(event) => {
          if (event.button !== 0 || pointer.current !== undefined) return;
          pointer.current = event.pointerId;
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={(event) => {
          if (pointer.current !== event.pointerId) return;
          if ((event.buttons & 1) === 0) letGo(event);
          else follow(event);
        }}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onLostPointerCapture={letGo}
        onContextMenu={(event) => event.preventDefault()}
      >
        {keys.map(({ key, black, left, width }) => (
          <span
            key={key}
            data-key={key}
            data-black={black}
            data-lit={lit.has(key) || held.has(key)}
            data-second={played.has(key)}
            style={{ "--dyad-left": left, "--dyad-width": width } as CSSProperties}
          >
            {plays && ROW[key - base] !== undefined && <i>{ROW[key - base]}</i>}
            {key % 12 === 0 && <b>C{key / 12 - 1}</b>}
          </span>
        ))}
      </div>
    </div>
  );
}

function OctaveButton({ by, can, shift }: { by: -1 | 1; can: boolean; shift: (by: number) => void }) {
  const name = by < 0 ? "Octave down" : "Octave up";
  return (
    <button type="button" aria-label={name} title={name} disabled={!can} onClick={() => shift(by)}>
      <svg viewBox="0 0 12 12" aria-hidden>
        <path d={by < 0 ? "M7.5 2L3.5 6L7.5 10" : "M4.5 2L8.5 6L4.5 10"} />
      </svg>
    </button>
  );
}

/** The keys of a stream that sound. */
function useSounding(stream: number): ReadonlySet<number> {
  const [sounding, setSounding] = useState(NOBODY);
  useShow("keys", stream, ({ keys }) => setSounding(new Set(keys)));
  return sounding;
}
