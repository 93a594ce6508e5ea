import { useRef } from "react";
import { useClient, useParameter } from "../react";
import { useOperate } from "./operate";

export interface SwitchProps {
  /** Of the parameter. */
  id: string;
}

/** What a button needs to be a switch between a parameter's two ends. */
export function useSwitch(id: string) {
  const client = useClient();
  const parameter = useParameter(id);
  const { min, max, setValue } = parameter;
  /** What was asked for and is not there yet: quick presses turn it each time. */
  const asked = useRef<number[]>([]);
  const turn = () => {
    const now = asked.current.at(-1) ?? client.parameter(id)?.value ?? min;
    const next = now > min ? min : max;
    asked.current.push(next);
    void setValue(next).then(() => asked.current.shift());
  };
  const operate = useOperate<HTMLButtonElement>(id, { travel: "none", onClick: turn, onEnter: turn });
  return { parameter, on: parameter.value > min, ...operate };
}
