import { useParameter, useParameterActions, useParameterInfo } from "../react";
import { Select } from "./select";
import { Slider } from "./slider";
import { ValueField } from "./value-field";

export interface MatrixProps {
  /** Of its parameters: with `mod` they are `mod_1_source`, `mod_1_via`, `mod_1_amount`, `mod_1_target` and so on. */
  prefix: string;
  /** How many rows there are. */
  rows: number;
  /** What it is called. */
  label?: string;
}

/**
 * A modulation matrix: in each row a menu for the source, for what scales it (where there are such parameters) and for
 * the target, and a slider of the amount with its value. A row that does nothing is faint. A click on the cross at a
 * row's end, or a double-click on its number, brings the row to its defaults.
 */
export function Matrix({ prefix, rows, label = "Modulation" }: MatrixProps) {
  return (
    <div className="dyad-matrix" role="group" aria-label={label}>
      <div className="dyad-matrix-names" aria-hidden>
        <span>Source</span>
        <span>Via</span>
        <span>Amount</span>
        <span>Target</span>
      </div>
      {Array.from({ length: rows }, (_, n) => (
        <Row key={n} id={`${prefix}_${n + 1}`} label={`${label} ${n + 1}`} number={n + 1} />
      ))}
    </div>
  );
}

interface RowProps {
  id: string;
  label: string;
  number: number;
}

function Row({ id, label, number }: RowProps) {
  const [source, amount, target] = [
    useParameter(`${id}_source`),
    useParameter(`${id}_amount`),
    useParameter(`${id}_target`),
  ];
  const viaInfo = useParameterInfo(`${id}_via`);
  const viaActions = useParameterActions(`${id}_via`);
  const via = viaInfo && { ...viaInfo, ...viaActions };
  const isUnset = ({ value, default: usual }: { value: number; default: number }) => value === usual;
  const parts = [source, via, amount, target].flatMap((part) => (part ? [part] : []));
  const changed = parts.filter((part) => !isUnset(part));
  const clear = () => changed.forEach((part) => void part.reset());
  return (
    <div className="dyad-matrix-row" role="group" aria-label={label} data-empty={isUnset(source) || isUnset(target)}>
      <span className="dyad-matrix-number" aria-hidden onDoubleClick={clear}>
        {number}
      </span>
      <Select id={`${id}_source`} nameless />
      {via ? <Select id={`${id}_via`} nameless /> : <span />}
      <Slider id={`${id}_amount`} main nameless />
      <ValueField id={`${id}_amount`} tabbable={false} />
      <Select id={`${id}_target`} nameless />
      {changed.length > 0 && (
        <button
          type="button"
          className="dyad-matrix-clear"
          aria-label={`Clear ${label}`}
          title="Clear this row"
          onClick={clear}
        >
          <svg viewBox="0 0 10 10" aria-hidden>
            <path d="M1.5 1.5L8.5 8.5M8.5 1.5L1.5 8.5" />
          </svg>
        </button>
      )}
    </div>
  );
}
