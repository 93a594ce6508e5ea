import { fromBase64, toBase64 } from "./base64";
import { Curves } from "./curves";
import { watchFocus } from "./focus";
import { Keys } from "./keys";
import { Listeners } from "./listeners";
import { Meters } from "./meters";
import { afterFonts, afterPaint, afterTasks } from "./paint";
import { Parameters } from "./parameters";
import { Places } from "./places";
import { Properties } from "./properties";
import { SessionView, watchUndo } from "./session";
import {
  PROTOCOL,
  type Hello,
  type Listing,
  type MeterFrame,
  type MeterInfo,
  type ParameterInfo,
  type ParameterValue,
  type PresetInfo,
  type PropertyInfo,
  type SessionState,
  type Setting,
  type Slot,
  type State,
} from "./protocol";
import { Rpc, type Notification } from "./rpc";
import type { ShowKind, ShowOf } from "./show";
import { Shows } from "./shows";
import { webviewTransport, type Transport } from "./transport";

/**
 * How the page stands with the editor: `connecting` until its first answer, `lost` while it does not answer.
 * A client that is lost asks again by itself, and has everything anew when it is `connected` again.
 */
export type Status = "connecting" | "connected" | "lost";

export interface ClientOptions {
  /** Milliseconds after which a request that was not answered means that the connection is lost. */
  timeout?: number;
}

/**
 * A page's side of the protocol.
 *
 * All that asks the editor returns a promise, which rejects with an {@link RpcError} where the editor says no (then
 * nothing was changed) and with a {@link ConnectionError} where it says nothing. What is known is read at once:
 * {@link parameter}, {@link meter}, {@link property} and their like.
 */
export class Client {
  readonly #rpc: Rpc;
  readonly #parameters: Parameters;
  readonly #meters = new Meters();
  readonly #properties = new Properties();
  readonly #session = new SessionView();
  readonly #undo: () => void;
  readonly #curves = new Curves();
  readonly #places: Places;
  readonly #focus: ReturnType<typeof watchFocus>;
  readonly #statuses = new Listeners<Status>();
  readonly #messages = new Listeners<Uint8Array>();
  readonly #shows = new Shows();
  readonly #closing = new Listeners<void>();
  readonly #keys = new Keys(() => this.#focus.check());
  #status: Status = "connecting";
  #hello: Hello | undefined;
  #painted: Promise<void> | undefined;

  /** Use {@link createClient}. */
  constructor(transport: Transport, options: ClientOptions = {}) {
    this.#rpc = new Rpc(transport, {
      timeout: options.timeout ?? 5000,
      onNotification: (notification) => this.#take(notification),
      onSilence: () => this.#lose(),
    });
    this.#parameters = new Parameters(this.#rpc);
    this.#places = new Places((places) => this.#tell(() => this.#rpc.notify("places", places)));
    this.#focus = watchFocus(document, (use) => this.#tell(() => this.#rpc.notify("keyboard", use)));
    this.#undo = watchUndo(document, (what) => void this[what]().catch(() => undefined));
    this.#greet();
  }

  // The connection.

  get status(): Status {
    return this.#status;
  }

  /** What the editor said of itself last; undefined until it did. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** Calls `listener` with each new status. Returns what ends that; so do all `on…` below. */
  onStatus(listener: (status: Status) => void): () => void {
    return this.#statuses.add(listener);
  }

  /** Calls `listener` when the window goes, before the editor is told that it may: take what is being typed. */
  onClosing(listener: () => void): () => void {
    return this.#closing.add(listener);
  }

  /** Ends it all; for tests and for pages that make another client. */
  close(): void {
    this.#focus.stop();
    this.#undo();
    this.#places.stop();
    this.#rpc.close();
  }

  // Parameters.

  /** A parameter as it is shown now; undefined where there is none. The same object until it changes. */
  parameter(id: string): ParameterInfo | undefined {
    return this.#parameters.get(id);
  }

  /** All of them, in the plugin's order. */
  parameters(): readonly ParameterInfo[] {
    return this.#parameters.all();
  }

  getParameter(id: string): Promise<ParameterInfo> {
    return this.#rpc.request("getParameter", { id }).then((info) => {
      this.#parameters.refresh(info);
      return info;
    });
  }

  getAllParameters(): Promise<ParameterInfo[]> {
    return this.#rpc.request("getAllParameters").then((infos) => {
      for (const info of infos) this.#parameters.refresh(info);
      return infos;
    });
  }

  /**
   * Sets a parameter to a plain `value`, a `position` from 0 to 1, or what a person has typed (`text`). Outside a
   * gesture it is one of its own. In a gesture, of what waits while the editor is busy only the newest is sent, and
   * all get its answer.
   */
  setParameter(id: string, setting: Setting): Promise<ParameterValue> {
    return this.#parameters.set(id, setting);
  }

  /** Moves it by steps: those of a stepped range, or hundredths of another; may be fractions. */
  stepParameter(id: string, steps: number): Promise<ParameterValue> {
    return this.#parameters.step(id, steps);
  }

  resetParameter(id: string): Promise<ParameterValue> {
    return this.#parameters.reset(id);
  }

  /** From now on the user holds it, until {@link endGesture}. Does nothing where that is so already. */
  beginGesture(id: string): Promise<null> {
    return this.#parameters.begin(id);
  }

  /** The user lets go. It is sent after the last value. Does nothing where nothing was begun. */
  endGesture(id: string): Promise<null> {
    return this.#parameters.end(id);
  }

  /** Calls `listener` whenever a parameter is shown otherwise, whoever has set it; with `"*"`, any parameter. */
  onParamChange(id: string, listener: (info: ParameterInfo) => void): () => void {
    return this.#parameters.onChange(id, listener);
  }

  // Meters.

  /** A meter's description; undefined where there is none. */
  meter(id: string): MeterInfo | undefined {
    return this.#meters.get(id);
  }

  meters(): readonly MeterInfo[] {
    return this.#meters.all();
  }

  /** A meter's newest value, in its own terms (see {@link MeterInfo.type}). */
  meterValue(id: string): number {
    return this.#meters.value(id);
  }

  /**
   * The newest text of a meter of type `value`, with its unit; empty where there is no such meter. Of others it is
   * that of {@link MeterInfo.text}: their texts are not sent.
   */
  meterText(id: string): string {
    return this.#meters.text(id);
  }

  getMeterFrame(): Promise<MeterFrame> {
    return this.#rpc.request("getMeterFrame").then((frame) => {
      this.#meters.update(frame);
      return frame;
    });
  }

  /** Calls `listener` with all that comes of meters: at most once for each picture, and only while they move. */
  onMeterFrame(listener: (frame: MeterFrame) => void): () => void {
    return this.#meters.onFrame(listener);
  }

  /** Calls `listener` with each value of one meter. */
  onMeterValue(id: string, listener: (value: number) => void): () => void {
    return this.#meters.onValue(id, listener);
  }

  /** Calls `listener` with each new text of one meter of type `value`. */
  onMeterText(id: string, listener: (text: string) => void): () => void {
    return this.#meters.onText(id, listener);
  }

  // Properties.

  /** A text or path as it is now; undefined where there is none. */
  property(id: string): PropertyInfo | undefined {
    return this.#properties.get(id);
  }

  properties(): readonly PropertyInfo[] {
    return this.#properties.all();
  }

  getProperty(id: string): Promise<PropertyInfo> {
    return this.#rpc.request("getProperty", { id }).then((info) => {
      this.#properties.update(id, info.value);
      return info;
    });
  }

  getAllProperties(): Promise<PropertyInfo[]> {
    return this.#rpc.request("getAllProperties").then((infos) => {
      for (const info of infos) this.#properties.update(info.id, info.value);
      return infos;
    });
  }

  setProperty(id: string, value: string): Promise<null> {
    return this.#rpc.request("setProperty", { id, value }).then((done) => {
      this.#properties.update(id, value);
      return done;
    });
  }

  onPropertyChange(id: string, listener: (info: PropertyInfo) => void): () => void {
    return this.#properties.onChange(id, listener);
  }

  /** Has the host let the user choose a file; the choice comes as a change. False where the host can't. */
  browse(id: string): Promise<boolean> {
    return this.#rpc.requestPatiently("browse", { id });
  }

  /**
   * What is in a folder, of the files that a path may be; with no folder, in that of the file it is now, or the
   * nearest one above it.
   */
  listFiles(id: string, folder = ""): Promise<Listing> {
    return this.#rpc.request("listFiles", { id, folder });
  }

  /** Sets a path to the next file of its folder, or to the one before. False where there is no other. */
  stepFile(id: string, forwards: boolean): Promise<boolean> {
    return this.#rpc.request("stepFile", { id, forwards });
  }

  // Curves.

  /** A curve's newest points, in the unit of its picture's y axis; undefined where the plugin has no such curve. */
  curve(id: string): Float32Array | undefined {
    return this.#curves.get(id);
  }

  onCurve(id: string, listener: (points: Float32Array) => void): () => void {
    return this.#curves.onChange(id, listener);
  }

  // Presets, A and B, undo.

  /** How they stand now; undefined before the editor has answered. */
  get session(): SessionState | undefined {
    return this.#session.state;
  }

  onSessionChange(listener: (session: SessionState) => void): () => void {
    return this.#session.onChange(listener);
  }

  /** Takes back what the user did last in this editor. Rejects while a control is held. */
  undo(): Promise<null> {
    return this.#rpc.request("undo");
  }

  redo(): Promise<null> {
    return this.#rpc.request("redo");
  }

  /** Shows and sounds this one of the two. */
  selectSlot(slot: Slot): Promise<null> {
    return this.#rpc.request("selectSlot", { slot });
  }

  /** Makes the other one of the two what is so now. */
  copySlot(): Promise<null> {
    return this.#rpc.request("copySlot");
  }

  /** All presets as they were last read: see {@link getPresets}. */
  presets(): readonly PresetInfo[] {
    return this.#session.presets;
  }

  /** Calls `listener` whenever the presets were read anew. */
  onPresets(listener: (presets: readonly PresetInfo[]) => void): () => void {
    return this.#session.onList(listener);
  }

  /** Reads all presets anew. */
  getPresets(): Promise<PresetInfo[]> {
    return this.#rpc.request("getPresets").then((presets) => {
      this.#session.list(presets);
      return presets;
    });
  }

  loadPreset(id: string): Promise<null> {
    return this.#rpc.request("loadPreset", { id });
  }

  /** Loads the preset so many places further in the list, around its end. */
  stepPreset(by: number): Promise<null> {
    return this.#rpc.request("stepPreset", { by });
  }

  /**
   * Saves what is so now as a preset of the user's. Rejects with the code {@link ErrorCode.exists} where there is one
   * of this name and it is not to be overwritten.
   */
  savePreset(category: string, name: string, overwrite: boolean): Promise<null> {
    return this.#relist(this.#rpc.request("savePreset", { category, name, overwrite }));
  }

  /** Gives a preset of the user's another name and category; as {@link savePreset}. */
  renamePreset(id: string, category: string, name: string, overwrite: boolean): Promise<null> {
    return this.#relist(this.#rpc.request("renamePreset", { id, category, name, overwrite }));
  }

  deletePreset(id: string): Promise<null> {
    return this.#relist(this.#rpc.request("deletePreset", { id }));
  }

  /** Reads the presets anew once something was done with them. */
  async #relist(done: Promise<null>): Promise<null> {
    await done;
    await this.getPresets();
    return null;
  }

  // Everything else.

  getState(): Promise<State> {
    return this.#rpc.request("getState");
  }

  /** Sets all that is named, or nothing where anything in it is wrong; then shows it. */
  async setState(state: State): Promise<null> {
    const done = await this.#rpc.request("setState", state);
    await Promise.all([this.getAllParameters(), this.getAllProperties()]);
    return done;
  }

  /** Sends bytes, at most 4,096, to the sound half. Rejects where its queue is full. */
  send(bytes: Uint8Array): Promise<null> {
    return this.#rpc.request("send", { data: toBase64(bytes) });
  }

  /**
   * Plays a note in the sound half, on MIDI channel 1: a `key` from 0 to 127, a `velocity` from 0 to 1. A key that is
   * held begins anew. What is held when the page ends is ended. Rejects where the plugin takes no notes.
   */
  noteOn(key: number, velocity: number): Promise<null> {
    return this.#rpc.request("noteOn", { key, velocity });
  }

  noteOff(key: number): Promise<null> {
    return this.#rpc.request("noteOff", { key });
  }

  /** Calls `listener` with what comes from the sound half. */
  onMessage(listener: (bytes: Uint8Array) => void): () => void {
    return this.#messages.add(listener);
  }

  /**
   * Calls `listener` with what the sound half shows in a stream of this kind: at once with what stands there now,
   * and with all that comes.
   */
  onShow<K extends ShowKind>(kind: K, stream: number, listener: (show: ShowOf<K>) => void): () => void {
    return this.#shows.on(kind, stream, listener);
  }

  /** Asks for a window of this size in CSS pixels. False where the host does not do that. */
  resize(width: number, height: number): Promise<boolean> {
    return this.#rpc.request("resize", { width, height });
  }

  /** Opens the host's menu of a parameter at a place in CSS pixels. False where it has none. */
  menu(id: string, x: number, y: number): Promise<boolean> {
    return this.#rpc.requestPatiently("menu", { id, x, y });
  }

  /** Tells the host that this parameter or meter is where `element` is. Returns what undoes it. */
  place(id: string, element: Element): () => void {
    return this.#places.register(id, element);
  }

  /**
   * Says that the page is there, once what it shows now has been drawn. Until then the native editor is about to
   * take over, so a page says it as soon as it shows the plugin, and no sooner.
   */
  painted(): Promise<void> {
    this.#painted ??= afterFonts()
      .then(afterPaint)
      .then(() => this.#tell(() => this.#rpc.notify("painted")));
    return this.#painted;
  }

  #greet(): void {
    this.#rpc.requestPatiently("hello", { protocol: PROTOCOL }).then(
      (hello) => {
        this.#hello = hello;
        this.#parameters.fill(hello.parameters);
        this.#meters.fill(hello.meters);
        this.#properties.fill(hello.properties);
        this.#session.update(hello.session);
        this.#curves.fill(hello.curves);
        this.#become("connected");
        this.#places.repeat();
      },
      (error: unknown) => {
        console.error("dyad: no editor:", error);
        this.#become("lost");
      },
    );
  }

  #lose(): void {
    if (this.#status === "lost") return;
    this.#become("lost");
    this.#parameters.drop();
    this.#meters.silence();
    // Its answer comes when there is somebody again.
    this.#greet();
  }

  #become(status: Status): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#statuses.emit(status);
  }

  /** Sends what nobody waits for; where that fails, the next request will say so. */
  #tell(notify: () => void): void {
    try {
      notify();
    } catch (error) {
      console.warn("dyad: not sent:", error);
    }
  }

  #take({ method, params }: Notification): void {
    switch (method) {
      case "paramUpdate":
        return this.#parameters.update(params);
      case "meterFrame":
        return this.#meters.update(params);
      case "propertyUpdate":
        return this.#properties.update(params.id, params.value);
      case "curveUpdate":
        return this.#curves.update(params);
      case "message": {
        const bytes = fromBase64(params.data);
        if (bytes) {
          this.#messages.emit(bytes);
          this.#shows.take(bytes);
        } else console.warn("dyad: message ignored, no base64:", params);
        return;
      }
      case "sessionUpdate":
        return this.#session.update(params);
      case "key":
        return this.#keys.press(params);
      case "sync":
        return this.#tell(() => this.#rpc.notify("ack", { seq: params.seq }));
      case "ping":
        return void this.#pong(params.tag);
      case "closing":
        return void this.#leave();
    }
  }

  async #pong(tag: number): Promise<void> {
    // Of a page that is hidden, nothing is to be seen, and it gets no pictures to wait for.
    if (!document.hidden) await afterPaint();
    this.#tell(() => this.#rpc.notify("pong", { tag }));
  }

  async #leave(): Promise<void> {
    await this.#keys.done();
    this.#closing.emit();
    const active = document.activeElement;
    if (active instanceof HTMLElement) active.blur();
    await afterTasks();
    this.#parameters.flush();
    this.#tell(() => this.#rpc.notify("closed"));
  }
}

/** Connects a page to its editor: by the webview that it is in, or by another transport. */
export function createClient(transport: Transport = webviewTransport(), options?: ClientOptions): Client {
  return new Client(transport, options);
}
