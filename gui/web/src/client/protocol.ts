/** The messages of `docs/web-protocol.md` as types. Nothing here computes. */

import type { Theme } from "../theme";

export const PROTOCOL = 1;

/** Bytes of UTF-8 that a message may have at most. */
export const MESSAGE_BYTES = 262_144;

/** Bytes that a message to the sound half may have at most. */
export const DATA_BYTES = 4_096;

/** A parameter's value in its three forms, all of them from the core. */
export interface ParameterValue {
  id: string;
  /** Plain value, in the parameter's unit. */
  value: number;
  /** Where its knob stands, 0 to 1. */
  position: number;
  /** As people read it, with its unit. */
  text: string;
}

export interface ParameterInfo extends ParameterValue {
  name: string;
  type: "float" | "int" | "bool" | "choice";
  role: "normal" | "bypass" | "trigger";
  default: number;
  min: number;
  max: number;
  /** `"dB"`; empty for none. */
  unit: string;
  /** Of a stepped range: one less than its values. 0 for others. */
  steps: number;
  /** The position at which a knob's arc begins. */
  origin: number;
  /** Names of a choice's values; else empty. */
  choices: string[];
  /** Names, the outermost first. */
  groups: string[];
  automatable: boolean;
  hidden: boolean;
}

export interface MeterInfo {
  id: string;
  name: string;
  value: number;
  /** `level`: a linear factor. `reduction`: decibels from 0 down. `value`: anything else. */
  type: "level" | "reduction" | "value";
  min: number;
  max: number;
  unit: string;
  /** The value as people read it, with its unit. */
  text: string;
  groups: string[];
}

export interface MeterFrame {
  /** Milliseconds, of the other side's clock. */
  time: number;
  /** All or some meters, by id. */
  meters: Record<string, number>;
  /** Those of type `value` whose text is another one now, by id; absent where there are none. */
  texts?: Record<string, string>;
}

export interface PropertyInfo {
  id: string;
  name: string;
  type: "text" | "path";
  value: string;
  /** Bytes of UTF-8 that its value may have. */
  maxLength: number;
}

/** A curve that the plugin's own code has computed from its parameters. */
export interface CurvePoints {
  id: string;
  /** In base64, floats of four bytes each, the lowest byte first: y values, evenly spaced over the picture's x axis. */
  points: string;
}

/** What is in a folder. */
export interface Listing {
  folder: string;
  /** The folder that it is in; null for the topmost. */
  parent: string | null;
  /** Folders first, each in the order in which people look for names. */
  entries: FileEntry[];
  /** What the user should know: it can't be read, or holds more than is listed. */
  error: string | null;
  /** Whether the property's present file is there; it need not be among the entries. */
  exists: boolean;
}

export interface FileEntry {
  name: string;
  /** The whole path. */
  path: string;
  isFolder: boolean;
}

/** Everything that a session keeps. What is not named stays as it is. */
export interface State {
  /** Plain values by id. */
  parameters: Record<string, number>;
  properties: Record<string, string>;
}

export interface PluginInfo {
  id: string;
  name: string;
  vendor: string;
  version: string;
}

/** One of the two states that are compared. */
export type Slot = "A" | "B";

/** How presets, A and B, and undo stand. */
export interface SessionState {
  /** The preset that is loaded, or was before something was changed. */
  preset: string | null;
  /** Its name, or what stands for none. */
  name: string;
  category: string;
  /** Something is otherwise than in the preset. */
  changed: boolean;
  slot: Slot;
  /** What would be undone, as people call it. */
  undo: string | null;
  redo: string | null;
}

export interface PresetInfo {
  id: string;
  name: string;
  category: string;
  /** What it is listed under; empty for the default. */
  group: string;
  comment: string;
  /** A file of the user's, which can be renamed and deleted. */
  users: boolean;
  /** Why it can't be loaded. */
  error: string | null;
}

/** What the host of this editor can do. */
export interface HostFeatures {
  resize: boolean;
  menu: boolean;
  browse: boolean;
  messages: boolean;
  /** The sound half takes notes. */
  notes: boolean;
}

export interface Hello {
  protocol: typeof PROTOCOL;
  plugin: PluginInfo;
  parameters: ParameterInfo[];
  meters: MeterInfo[];
  properties: PropertyInfo[];
  curves: CurvePoints[];
  theme: Theme;
  host: HostFeatures;
  session: SessionState;
}

/** What a parameter is set to: one of its three forms. */
export type Setting = { value: number } | { position: number } | { text: string };

/** Where a control is, in CSS pixels from the page's upper left corner. */
export interface Place {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A key that the host got while the editor's window was in front. */
export interface HostKey {
  /** As in DOM's `KeyboardEvent`. */
  key: string;
  /** What it writes; null where it writes nothing. */
  text: string | null;
  down: boolean;
  shift: boolean;
  ctrl: boolean;
  alt: boolean;
}

/** Requests of a page: params and result of each. */
export interface Requests {
  hello: [{ protocol: number }, Hello];
  getParameter: [{ id: string }, ParameterInfo];
  getAllParameters: [undefined, ParameterInfo[]];
  setParameter: [{ id: string } & Setting, ParameterValue];
  stepParameter: [{ id: string; steps: number }, ParameterValue];
  resetParameter: [{ id: string }, ParameterValue];
  beginGesture: [{ id: string }, null];
  endGesture: [{ id: string }, null];
  getMeterFrame: [undefined, MeterFrame];
  getProperty: [{ id: string }, PropertyInfo];
  getAllProperties: [undefined, PropertyInfo[]];
  setProperty: [{ id: string; value: string }, null];
  browse: [{ id: string }, boolean];
  listFiles: [{ id: string; folder: string }, Listing];
  stepFile: [{ id: string; forwards: boolean }, boolean];
  getState: [undefined, State];
  setState: [State, null];
  send: [{ data: string }, null];
  noteOn: [{ key: number; velocity: number }, null];
  noteOff: [{ key: number }, null];
  resize: [{ width: number; height: number }, boolean];
  menu: [{ id: string; x: number; y: number }, boolean];
  undo: [undefined, null];
  redo: [undefined, null];
  selectSlot: [{ slot: Slot }, null];
  copySlot: [undefined, null];
  getPresets: [undefined, PresetInfo[]];
  loadPreset: [{ id: string }, null];
  stepPreset: [{ by: number }, null];
  savePreset: [{ category: string; name: string; overwrite: boolean }, null];
  renamePreset: [{ id: string; category: string; name: string; overwrite: boolean }, null];
  deletePreset: [{ id: string }, null];
}

/** Notifications of a page. */
export interface PageNotifications {
  painted: undefined;
  ack: { seq: number };
  pong: { tag: number };
  keyboard: { typing: boolean; operating: boolean };
  places: Place[];
  closed: undefined;
}

/** Notifications to a page. */
export interface EditorNotifications {
  paramUpdate: ParameterValue;
  meterFrame: MeterFrame;
  propertyUpdate: { id: string; value: string };
  curveUpdate: CurvePoints;
  message: { data: string };
  sessionUpdate: SessionState;
  key: HostKey;
  sync: { seq: number };
  ping: { tag: number };
  closing: undefined;
}
