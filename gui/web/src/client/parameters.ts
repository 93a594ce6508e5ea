import { Lane } from "./lane";
import { Listeners } from "./listeners";
import type { ParameterInfo, ParameterValue, Setting } from "./protocol";
import type { Rpc } from "./rpc";

/**
 * What the page knows of the parameters, to be read at once, and how it sets them.
 *
 * While a parameter is held here, its knob follows the hand: what others set meanwhile is asked for when the
 * hand lets go.
 */
export class Parameters {
  readonly #rpc: Rpc;
  readonly #infos = new Map<string, ParameterInfo>();
  readonly #lanes = new Map<string, Lane>();
  /** What the core said last, of those that the page shows otherwise for the moment. */
  readonly #confirmed = new Map<string, ParameterValue>();
  /** Those that somebody else has set while they were held. */
  readonly #missed = new Set<string>();
  /** Those that were held when the connection was lost. */
  readonly #unended = new Set<string>();
  readonly #one = new Map<string, Listeners<ParameterInfo>>();
  readonly #any = new Listeners<ParameterInfo>();
  #all: readonly ParameterInfo[] = [];

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  get(id: string): ParameterInfo | undefined {
    return this.#infos.get(id);
  }

  /** In the plugin's order; another array after each change. */
  all(): readonly ParameterInfo[] {
    return this.#all;
  }

  onChange(id: string, listener: (info: ParameterInfo) => void): () => void {
    if (id === "*") return this.#any.add(listener);
    let listeners = this.#one.get(id);
    if (!listeners) this.#one.set(id, (listeners = new Listeners()));
    return listeners.add(listener);
  }

  /** Takes what the core says of all of them. */
  fill(infos: readonly ParameterInfo[]): void {
    const before = new Map(this.#infos);
    this.#infos.clear();
    this.#confirmed.clear();
    this.#missed.clear();
    for (const info of infos) this.#infos.set(info.id, info);
    this.#all = [...infos];
    for (const id of this.#unended) this.#rpc.request("endGesture", { id }).catch(() => undefined);
    this.#unended.clear();
    for (const info of infos) if (!same(before.get(info.id), info)) this.#tell(info);
  }

  /** Takes what somebody else has set. */
  update(value: ParameterValue): void {
    const lane = this.#lanes.get(value.id);
    if (lane && (lane.held || !lane.idle)) this.#missed.add(value.id);
    else this.#show(value);
  }

  /** Takes what the core says of one of them. */
  refresh(info: ParameterInfo): void {
    const lane = this.#lanes.get(info.id);
    if (!this.#infos.has(info.id) || (lane && (lane.held || !lane.idle))) return;
    this.#replace(info);
  }

  begin(id: string): Promise<null> {
    return this.#lane(id).begin();
  }

  end(id: string): Promise<null> {
    const lane = this.#lane(id);
    const ended = lane.end();
    if (lane.idle) this.#settled(id, lane);
    return ended;
  }

  set(id: string, setting: Setting): Promise<ParameterValue> {
    const lane = this.#lane(id);
    const info = this.#infos.get(id);
    // The hand is followed at once. Stepped ones wait for the core: where their steps are is not for pages to say.
    if (info && lane.held && "position" in setting && info.steps === 0) {
      if (!this.#confirmed.has(id)) this.#confirmed.set(id, info);
      this.#replace({ ...info, position: Math.min(1, Math.max(0, setting.position)) });
    }
    return lane.set(setting);
  }

  step(id: string, steps: number): Promise<ParameterValue> {
    return this.#lane(id).step(steps);
  }

  reset(id: string): Promise<ParameterValue> {
    return this.#lane(id).reset();
  }

  /** Sends all that waits. */
  flush(): void {
    for (const lane of this.#lanes.values()) lane.flush();
  }

  /** Lets go of everything: the connection was lost. */
  drop(): void {
    const lanes = [...this.#lanes];
    this.#lanes.clear();
    this.#missed.clear();
    for (const [id, lane] of lanes) if (lane.drop()) this.#unended.add(id);
    const confirmed = [...this.#confirmed.values()];
    this.#confirmed.clear();
    for (const value of confirmed) this.#show(value);
  }

  #lane(id: string): Lane {
    const known = this.#lanes.get(id);
    if (known) return known;
    const lane: Lane = new Lane(this.#rpc, id, {
      onValue: (value) => this.#answered(value, lane),
      onIdle: () => this.#settled(id, lane),
    });
    this.#lanes.set(id, lane);
    return lane;
  }

  #answered(value: ParameterValue, lane: Lane): void {
    if (this.#confirmed.has(value.id)) this.#confirmed.set(value.id, value);
    const info = this.#infos.get(value.id);
    const ahead = info?.steps === 0 ? lane.waitingPosition : undefined;
    this.#show(ahead === undefined ? value : { ...value, position: ahead });
  }

  #settled(id: string, lane: Lane): void {
    if (lane.held || this.#lanes.get(id) !== lane) return;
    // What was refused is not shown any longer.
    const confirmed = this.#confirmed.get(id);
    this.#confirmed.delete(id);
    if (confirmed) this.#show(confirmed);
    if (!this.#missed.delete(id)) return;
    this.#rpc.request("getParameter", { id }).then(
      (info) => this.refresh(info),
      () => undefined,
    );
  }

  #show({ id, value, position, text }: ParameterValue): void {
    const info = this.#infos.get(id);
    if (info) this.#replace({ ...info, value, position, text });
  }

  #replace(info: ParameterInfo): void {
    if (same(this.#infos.get(info.id), info)) return;
    this.#infos.set(info.id, info);
    this.#all = [...this.#infos.values()];
    this.#tell(info);
  }

  #tell(info: ParameterInfo): void {
    this.#one.get(info.id)?.emit(info);
    this.#any.emit(info);
  }
}

/** Whether there is nothing new to show. */
function same(a: ParameterInfo | undefined, b: ParameterInfo): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
