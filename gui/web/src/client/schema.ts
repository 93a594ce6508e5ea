/** Whether what comes is what the protocol says: the page must not break by a message. */

import type {
  CurvePoints,
  EditorNotifications,
  FileEntry,
  Hello,
  HostKey,
  Listing,
  MeterFrame,
  MeterInfo,
  ParameterInfo,
  ParameterValue,
  PresetInfo,
  PropertyInfo,
  SessionState,
  State,
} from "./protocol";

type Guard<T> = (value: unknown) => value is T;
type Fields = Record<string, unknown>;

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isNull = (value: unknown): value is null => value === null;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const listOf =
  <T>(guard: Guard<T>): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(guard);

const mapOf =
  <T>(guard: Guard<T>): Guard<Record<string, T>> =>
  (value): value is Record<string, T> =>
    isObject(value) && Object.values(value).every(guard);

const oneOf =
  <T extends string | number>(...values: T[]): Guard<T> =>
  (value): value is T =>
    values.includes(value as T);

const optional =
  <T>(guard: Guard<T>): Guard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || guard(value);

/** An object with at least these members: what is added to the protocol later does no harm. */
const record =
  <T>(fields: { [K in keyof T]-?: Guard<T[K]> }): Guard<T> =>
  (value): value is T =>
    isObject(value) && (Object.keys(fields) as (keyof T & string)[]).every((key) => fields[key](value[key]));

const valueFields = { id: isText, value: isNumber, position: isNumber, text: isText };

export const isParameterValue = record<ParameterValue>(valueFields);

export const isParameterInfo = record<ParameterInfo>({
  ...valueFields,
  name: isText,
  type: oneOf("float", "int", "bool", "choice"),
  role: oneOf("normal", "bypass", "trigger"),
  default: isNumber,
  min: isNumber,
  max: isNumber,
  unit: isText,
  steps: isNumber,
  origin: isNumber,
  choices: listOf(isText),
  groups: listOf(isText),
  automatable: isFlag,
  hidden: isFlag,
});

const isMeterInfo = record<MeterInfo>({
  id: isText,
  name: isText,
  value: isNumber,
  type: oneOf("level", "reduction", "value"),
  min: isNumber,
  max: isNumber,
  unit: isText,
  text: isText,
  groups: listOf(isText),
});

export const isMeterFrame = record<MeterFrame>({
  time: isNumber,
  meters: mapOf(isNumber),
  texts: optional(mapOf(isText)),
});

export const isPropertyInfo = record<PropertyInfo>({
  id: isText,
  name: isText,
  type: oneOf("text", "path"),
  value: isText,
  maxLength: isNumber,
});

const isCurvePoints = record<CurvePoints>({ id: isText, points: isText });

const isTextOrNull: Guard<string | null> = (value): value is string | null => value === null || isText(value);

const isListing = record<Listing>({
  folder: isText,
  parent: isTextOrNull,
  entries: listOf(record<FileEntry>({ name: isText, path: isText, isFolder: isFlag })),
  error: isTextOrNull,
  exists: isFlag,
});

export const isState = record<State>({ parameters: mapOf(isNumber), properties: mapOf(isText) });

const isTheme = record<Hello["theme"]>({
  colors: mapOf(isText) as Guard<Hello["theme"]["colors"]>,
  space: mapOf(isNumber) as Guard<Hello["theme"]["space"]>,
  radius: mapOf(isNumber) as Guard<Hello["theme"]["radius"]>,
  type: isObject as unknown as Guard<Hello["theme"]["type"]>,
  knob: mapOf(isNumber) as Guard<Hello["theme"]["knob"]>,
  meter: isObject as unknown as Guard<Hello["theme"]["meter"]>,
});

export const isSessionState = record<SessionState>({
  preset: isTextOrNull,
  name: isText,
  category: isText,
  changed: isFlag,
  slot: oneOf("A", "B"),
  undo: isTextOrNull,
  redo: isTextOrNull,
});

const isPresetInfo = record<PresetInfo>({
  id: isText,
  name: isText,
  category: isText,
  group: isText,
  comment: isText,
  users: isFlag,
  error: isTextOrNull,
});

export const isHello = record<Hello>({
  protocol: oneOf(1),
  plugin: record({ id: isText, name: isText, vendor: isText, version: isText }),
  parameters: listOf(isParameterInfo),
  meters: listOf(isMeterInfo),
  properties: listOf(isPropertyInfo),
  curves: listOf(isCurvePoints),
  theme: isTheme,
  host: record({ resize: isFlag, menu: isFlag, browse: isFlag, messages: isFlag, notes: isFlag }),
  session: isSessionState,
});

/** What the result of each request has to be. */
export const results = {
  hello: isHello,
  getParameter: isParameterInfo,
  getAllParameters: listOf(isParameterInfo),
  setParameter: isParameterValue,
  stepParameter: isParameterValue,
  resetParameter: isParameterValue,
  beginGesture: isNull,
  endGesture: isNull,
  getMeterFrame: isMeterFrame,
  getProperty: isPropertyInfo,
  getAllProperties: listOf(isPropertyInfo),
  setProperty: isNull,
  browse: isFlag,
  listFiles: isListing,
  stepFile: isFlag,
  getState: isState,
  setState: isNull,
  send: isNull,
  noteOn: isNull,
  noteOff: isNull,
  resize: isFlag,
  menu: isFlag,
  undo: isNull,
  redo: isNull,
  selectSlot: isNull,
  copySlot: isNull,
  getPresets: listOf(isPresetInfo),
  loadPreset: isNull,
  stepPreset: isNull,
  savePreset: isNull,
  renamePreset: isNull,
  deletePreset: isNull,
};

/** What the params of each notification have to be. */
export const notifications: { [K in keyof EditorNotifications]: Guard<EditorNotifications[K]> } = {
  paramUpdate: isParameterValue,
  meterFrame: isMeterFrame,
  propertyUpdate: record({ id: isText, value: isText }),
  curveUpdate: isCurvePoints,
  message: record({ data: isText }),
  sessionUpdate: isSessionState,
  key: record<HostKey>({
    key: isText,
    text: isTextOrNull,
    down: isFlag,
    shift: isFlag,
    ctrl: isFlag,
    alt: isFlag,
  }),
  sync: record({ seq: isNumber }),
  ping: record({ tag: isNumber }),
  closing: (value): value is undefined => value === undefined || isNull(value) || isObject(value),
};
