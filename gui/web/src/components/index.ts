import "./styles.css";

export { Bypass } from "./bypass";
export { Editor, Panel, type EditorProps, type PanelProps } from "./editor";
export { Entry, type EntryProps } from "./entry";
export { Header, type HeaderProps } from "./header";
export { Knob, type KnobProps } from "./knob";
export { fitKnob, knobSizes, type KnobSizes } from "./knob-geometry";
export { Meter, MeterScale, type MeterProps } from "./meter";
export { useOperate, type OperateOptions, type Travel } from "./operate";
export { animate, rest, type Draw } from "./pictures";
export { Readout, type ReadoutProps } from "./readout";
export { Select, type SelectProps } from "./select";
export { Slider, type SliderProps } from "./slider";
export type { SwitchProps } from "./switch";
export { PathField, TextField, type TextFieldProps } from "./text-field";
export { Toggle } from "./toggle";
export { Trigger } from "./trigger";
export { ValueField, type ValueFieldProps } from "./value-field";
