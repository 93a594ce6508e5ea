import { Knob, Select, Toggle, useParameterActions } from "dyad-web";
import type { CSSProperties } from "react";
import type { Band } from "./bands";
import type { BandsProps } from "./equaliser";

/** The band that is selected, and what is not a band's. */
export function Controls({ bands, selected, onSelect }: BandsProps) {
  const band = bands[selected];
  if (!band) return null;
  const { id, hasGain, hasQ, hasSlope } = band;
  return (
    <section className="equaliser-controls" aria-label="Controls">
      <div className="equaliser-bands">
        <div className="equaliser-chips" role="group" aria-label="Bands">
          {bands.map((band, n) => (
            <Chip
              key={band.id}
              band={band}
              selected={n === selected}
              onSelect={() => onSelect(n)}
            />
          ))}
        </div>
        <Toggle key={id} id={`${id}_on`} />
      </div>
      <div
        key={id}
        className="equaliser-band"
        role="group"
        aria-label={`Band ${band.label}`}
      >
        <div className="equaliser-selects">
          <Select id={`${id}_kind`} />
          <div data-used={hasSlope}>
            <Select id={`${id}_slope`} />
          </div>
        </div>
        <Knob id={`${id}_freq`} main />
        <div data-used={hasGain}>
          <Knob id={`${id}_gain`} main />
        </div>
        <div data-used={hasQ}>
          <Knob id={`${id}_q`} main />
        </div>
      </div>
      <div className="equaliser-whole">
        <Select id="analyser" />
        <Knob id="output" />
      </div>
    </section>
  );
}

interface ChipProps {
  band: Band;
  selected: boolean;
  onSelect(): void;
}

/** A band's number. It is filled while the band is on, and framed while it is selected. */
function Chip({
  band: { id, label, color, on },
  selected,
  onSelect,
}: ChipProps) {
  const actions = useParameterActions(`${id}_on`);
  return (
    <button
      type="button"
      className="equaliser-chip"
      style={{ "--equaliser-color": color } as CSSProperties}
      data-on={on}
      aria-pressed={selected}
      aria-label={`Band ${label}`}
      onClick={onSelect}
      onFocus={onSelect}
      onDoubleClick={() => void actions.setPosition(on ? 0 : 1)}
    >
      {label}
    </button>
  );
}
