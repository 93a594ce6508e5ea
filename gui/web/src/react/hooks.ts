import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { MeterInfo, ParameterInfo, PluginInfo, PropertyInfo, ShowKind, ShowOf, Status, Theme } from "../client";
import { useClient } from "./context";
import { useStatusOf, useThemeOf } from "./status";

/** What a parameter can be told; each as in {@link Client}, and none ever rejects: what is refused changes nothing. */
export interface ParameterActions {
  setValue(value: number): Promise<boolean>;
  setPosition(position: number): Promise<boolean>;
  /** False where the text is no value. */
  setText(text: string): Promise<boolean>;
  step(steps: number): Promise<boolean>;
  reset(): Promise<boolean>;
  begin(): void;
  end(): void;
}

export type Parameter = ParameterInfo & ParameterActions;

/**
 * A parameter as it is shown now, and what it can be told.
 *
 * @throws where the plugin has no such parameter: a misspelt id shows at once.
 */
export function useParameter(id: string): Parameter {
  const info = useParameterInfo(id);
  if (!info) throw new Error(`the plugin has no parameter "${id}"`);
  const actions = useParameterActions(id);
  return useMemo(() => ({ ...info, ...actions }), [info, actions]);
}

/** A parameter as it is shown now; undefined where the plugin has none of this id. */
export function useParameterInfo(id: string): ParameterInfo | undefined {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => client.onParamChange(id, changed), [client, id]);
  return useSyncExternalStore(subscribe, () => client.parameter(id));
}

/** All parameters, in the plugin's order. */
export function useParameters(): readonly ParameterInfo[] {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => client.onParamChange("*", changed), [client]);
  return useSyncExternalStore(subscribe, () => client.parameters());
}

/** What a parameter can be told; the same object for as long as the id is the same. */
export function useParameterActions(id: string): ParameterActions {
  const client = useClient();
  return useMemo(
    () => ({
      setValue: (value) => succeeds(client.setParameter(id, { value })),
      setPosition: (position) => succeeds(client.setParameter(id, { position })),
      setText: (text) => succeeds(client.setParameter(id, { text })),
      step: (steps) => succeeds(client.stepParameter(id, steps)),
      reset: () => succeeds(client.resetParameter(id)),
      begin: () => void succeeds(client.beginGesture(id)),
      end: () => void succeeds(client.endGesture(id)),
    }),
    [client, id],
  );
}

/**
 * A meter's description; `onValue` is called with its value now and with each new one, without drawing the
 * component again. @throws where the plugin has no such meter.
 */
export function useMeter(id: string, onValue: (value: number) => void): MeterInfo {
  const client = useClient();
  const latest = useRef(onValue);
  useEffect(() => {
    latest.current = onValue;
  });
  useEffect(() => {
    latest.current(client.meterValue(id));
    return client.onMeterValue(id, (value) => latest.current(value));
  }, [client, id]);
  const info = client.meter(id);
  if (!info) throw new Error(`the plugin has no meter "${id}"`);
  return info;
}

/**
 * A meter's text as it is now. @throws where the plugin has no such meter, or its type is not `value`: texts of
 * others are not sent.
 */
export function useMeterText(id: string): string {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => client.onMeterText(id, changed), [client, id]);
  const text = useSyncExternalStore(subscribe, () => client.meterText(id));
  const type = client.meter(id)?.type;
  if (!type) throw new Error(`the plugin has no meter "${id}"`);
  if (type !== "value") throw new Error(`the meter "${id}" is a ${type}: it has no text that is kept new`);
  return text;
}

export interface PropertyActions {
  /** False where it can't be that, for example because it is too long. */
  setValue(value: string): Promise<boolean>;
  /** False where the host lets nobody choose a file. */
  browse(): Promise<boolean>;
}

export type Property = PropertyInfo & PropertyActions;

/** A text or path, and what it can be told. @throws where the plugin has none of this id. */
export function useProperty(id: string): Property {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => client.onPropertyChange(id, changed), [client, id]);
  const info = useSyncExternalStore(subscribe, () => client.property(id));
  if (!info) throw new Error(`the plugin has no property "${id}"`);
  return useMemo(
    () => ({
      ...info,
      setValue: (value) => succeeds(client.setProperty(id, value)),
      browse: () => client.browse(id).catch(() => false),
    }),
    [client, id, info],
  );
}

/**
 * Calls `onPoints` with a curve's points now and with each new ones, without drawing the component again.
 * @throws where the plugin has no such curve.
 */
export function useCurve(id: string, onPoints: (points: Float32Array) => void): void {
  const client = useClient();
  const latest = useRef(onPoints);
  useEffect(() => {
    latest.current = onPoints;
  });
  useEffect(() => {
    latest.current(client.curve(id) ?? new Float32Array());
    return client.onCurve(id, (points) => latest.current(points));
  }, [client, id]);
  if (!client.curve(id)) throw new Error(`the plugin has no curve "${id}"`);
}

/**
 * Calls `onShow` with what the sound half shows in a stream of this kind: with what stands there now and with all
 * that comes, without drawing the component again.
 */
export function useShow<K extends ShowKind>(kind: K, stream: number, onShow: (show: ShowOf<K>) => void): void {
  const client = useClient();
  const latest = useRef(onShow);
  useEffect(() => {
    latest.current = onShow;
  });
  useEffect(() => client.onShow(kind, stream, (show) => latest.current(show)), [client, kind, stream]);
}

export function useStatus(): Status {
  return useStatusOf(useClient());
}

/** The look, for what is drawn by hand; style sheets have it as custom properties. */
export function useTheme(): Theme {
  const theme = useThemeOf(useClient());
  if (!theme) throw new Error("the editor has not answered yet");
  return theme;
}

export function usePlugin(): PluginInfo {
  const plugin = useClient().hello?.plugin;
  if (!plugin) throw new Error("the editor has not answered yet");
  return plugin;
}

function succeeds(done: Promise<unknown>): Promise<boolean> {
  return done.then(
    () => true,
    () => false,
  );
}
