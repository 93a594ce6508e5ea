import {
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type FormEvent,
  type KeyboardEvent,
} from "react";
import type { PresetInfo } from "../client";
import { useCompare, useHistory, usePresets, useSession, type Outcome } from "../react";
import type { HeaderPlan } from "./header-plan";

/** From so many presets on there is a field to search in. */
const MANY = 9;

type Page =
  | { kind: "list" }
  | { kind: "save" }
  | { kind: "rename"; preset: PresetInfo }
  /** One of this name is there; `preset` is what would be renamed to it. */
  | { kind: "overwrite"; preset?: PresetInfo }
  | { kind: "delete"; preset: PresetInfo };

interface PresetMenuProps {
  id: string;
  plan: HeaderPlan;
  /** What could not be done before it was opened. */
  fault: string | undefined;
  /** `byKey`: the keyboard goes back to where it came from. */
  onClose(byKey: boolean): void;
}

/** All presets, and what can be done with them. */
export function PresetMenu({ id, plan, fault: before, onClose }: PresetMenuProps) {
  const { name, category, preset } = useSession();
  const presets = usePresets();
  const [page, setPage] = useState<Page>({ kind: "list" });
  const [fault, setFault] = useState(before);
  const [typed, setTyped] = useState({ name: "", category: "" });
  const { refresh } = presets;
  useEffect(() => void refresh(), [refresh]);

  const turn = (page: Page, typed?: { name: string; category: string }) => {
    setFault(undefined);
    setPage(page);
    if (typed) setTyped(typed);
  };
  const done = (outcome: Outcome, preset?: PresetInfo) => {
    if (outcome.done) onClose(true);
    else if (outcome.exists) turn(preset ? { kind: "overwrite", preset } : { kind: "overwrite" });
    else setFault(outcome.why);
  };
  const keep = async (overwrite: boolean, preset?: PresetInfo) => {
    const { name, category } = typed;
    const asked = preset
      ? presets.rename(preset.id, category, name, overwrite)
      : presets.save(category, name, overwrite);
    done(await asked, preset);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    onClose(true);
  };
  const alert = fault !== undefined && (
    <p className="dyad-preset-fault" role="alert">
      {fault}
    </p>
  );
  return (
    <div id={id} className="dyad-preset-menu" role="dialog" aria-label="Presets" onKeyDown={onKeyDown}>
      {page.kind === "list" && (
        <>
          {alert}
          <List presets={presets.list} current={preset} onPick={async (id) => done(await presets.load(id))} />
          <Lines plan={plan} onDone={() => onClose(true)} />
          <Actions
            current={presets.current}
            onSave={() => presets.current && turn({ kind: "overwrite" }, presets.current)}
            onSaveAs={() =>
              turn(
                { kind: "save" },
                { name: preset === null ? "" : name, category: presets.current?.users ? category : "" },
              )
            }
            onRename={(preset) => turn({ kind: "rename", preset }, preset)}
            onDelete={(preset) => turn({ kind: "delete", preset })}
          />
        </>
      )}
      {(page.kind === "save" || page.kind === "rename") && (
        <Form
          title={page.kind === "save" ? "Save preset" : "Rename preset"}
          verb={page.kind === "save" ? "Save" : "Rename"}
          typed={typed}
          onTyped={setTyped}
          onCancel={() => turn({ kind: "list" })}
          onSubmit={() => void keep(false, page.kind === "rename" ? page.preset : undefined)}
        >
          {alert}
        </Form>
      )}
      {page.kind === "overwrite" && (
        <Question
          words={`There is already a preset “${typed.name.trim()}”. Overwrite it?`}
          verb="Overwrite"
          onYes={() => void keep(true, page.preset)}
          onNo={() => turn({ kind: "list" })}
        >
          {alert}
        </Question>
      )}
      {page.kind === "delete" && (
        <Question
          words={`Delete the preset “${page.preset.name}”? This can't be undone.`}
          verb="Delete"
          onYes={async () => done(await presets.remove(page.preset.id))}
          onNo={() => turn({ kind: "list" })}
        >
          {alert}
        </Question>
      )}
    </div>
  );
}

interface ListProps {
  presets: readonly PresetInfo[];
  current: string | null;
  onPick(id: string): void;
}

/** The list; the arrow keys move a mark in it, also while something is searched. */
function List({ presets, current, onPick }: ListProps) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [sought, setSought] = useState("");
  const many = presets.length >= MANY;
  const words = sought.trim().toLowerCase();
  const found = presets.filter(({ name, group }) => [name, group].some((text) => text.toLowerCase().includes(words)));
  const [active, setActive] = useState<string | null>(current);
  const at = found.findIndex(({ id }) => id === active);

  const focus = useEffectEvent(() => (search.current ?? list.current)?.focus({ preventScroll: true }));
  useLayoutEffect(() => focus(), [many]);
  useLayoutEffect(() => {
    const item = list.current?.querySelector<HTMLElement>('[data-active="true"]');
    const element = list.current;
    if (!element || !item) return;
    // Not by the browser's own way: that moves the page too.
    const [top, bottom] = [item.offsetTop, item.offsetTop + item.offsetHeight];
    element.scrollTop = Math.min(top, Math.max(element.scrollTop, bottom - element.clientHeight));
  }, [active, presets]);

  const move = (to: number) => {
    const next = found[Math.min(found.length - 1, Math.max(0, to))];
    if (next) setActive(next.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const by = steps[event.key];
    const pick = at < 0 ? (words === "" ? undefined : found[0]) : found[at];
    if (by !== undefined) move(at < 0 ? 0 : at + by);
    else if (event.key === "Enter" && pick && !event.nativeEvent.isComposing) {
      if (pick.error === null) onPick(pick.id);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      {many && (
        <input
          ref={search}
          className="dyad-entry dyad-preset-search"
          type="text"
          role="combobox"
          aria-expanded
          aria-controls={base}
          aria-activedescendant={at < 0 ? undefined : `${base}${active}`}
          aria-label="Search presets"
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
          onChange={() => undefined}
          onKeyDown={onKeyDown}
        />
      )}
      <div
        ref={list}
        id={base}
        className="dyad-preset-list"
        role="listbox"
        tabIndex={0}
        aria-label="Presets"
        aria-activedescendant={at < 0 ? undefined : `${base}${active}`}
        onKeyDown={onKeyDown}
      >
        {found.map((preset, n) => (
          <Item
            key={preset.id}
            id={`${base}${preset.id}`}
            preset={preset}
            heading={preset.group !== "" && preset.group !== found[n - 1]?.group}
            current={preset.id === current}
            active={preset.id === active}
            onActive={() => setActive(preset.id)}
            onPick={() => onPick(preset.id)}
          />
        ))}
        {found.length === 0 && presets.length > 0 && <p className="dyad-preset-none">No preset is called that.</p>}
      </div>
    </>
  );
}

interface ItemProps {
  id: string;
  preset: PresetInfo;
  /** Its group stands above it. */
  heading: boolean;
  current: boolean;
  active: boolean;
  onActive(): void;
  onPick(): void;
}

function Item({ id, preset, heading, current, active, onActive, onPick }: ItemProps) {
  const { name, group, comment, error } = preset;
  return (
    <>
      {heading && (
        <h3 className="dyad-preset-group" role="presentation">
          {group}
        </h3>
      )}
      <div
        id={id}
        className="dyad-preset"
        role="option"
        aria-selected={current}
        aria-disabled={error !== null}
        data-active={active}
        title={error ?? (comment || undefined)}
        onPointerMove={() => active || onActive()}
        onClick={() => error === null && onPick()}
      >
        <span>{name}</span>
        {error !== null && <em>damaged</em>}
      </div>
    </>
  );
}

/** What the header has no room for, and the way from A to B. */
function Lines({ plan, onDone }: { plan: HeaderPlan; onDone(): void }) {
  const { undoName, redoName, undo, redo } = useHistory();
  const { slot, select, copy } = useCompare();
  const other = slot === "A" ? "B" : "A";
  const line = (label: string, can: boolean, run: () => void) => (
    <button
      type="button"
      className="dyad-preset-line"
      disabled={!can}
      onClick={() => {
        run();
        onDone();
      }}
    >
      {label}
    </button>
  );
  return (
    <div className="dyad-preset-lines">
      {!plan.history && line(undoName === null ? "Undo" : `Undo ${undoName}`, undoName !== null, undo)}
      {!plan.history && line(redoName === null ? "Redo" : `Redo ${redoName}`, redoName !== null, redo)}
      {!plan.slots && line(`Switch to ${other}`, true, () => select(other))}
      {line(`Copy ${slot} to ${other}`, true, copy)}
    </div>
  );
}

interface ActionsProps {
  current: PresetInfo | undefined;
  onSave(): void;
  onSaveAs(): void;
  onRename(preset: PresetInfo): void;
  onDelete(preset: PresetInfo): void;
}

function Actions({ current, onSave, onSaveAs, onRename, onDelete }: ActionsProps) {
  const { changed } = useSession();
  const users = current?.users ? current : undefined;
  return (
    <div className="dyad-preset-actions">
      {users && changed && <Action label="Save" onClick={onSave} />}
      <Action label="Save as…" onClick={onSaveAs} />
      {users && <Action label="Rename…" onClick={() => onRename(users)} />}
      {users && <Action label="Delete…" onClick={() => onDelete(users)} />}
    </div>
  );
}

function Action({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" className="dyad-button" onClick={onClick}>
      {label}
    </button>
  );
}

interface FormProps {
  title: string;
  verb: string;
  typed: { name: string; category: string };
  onTyped(typed: { name: string; category: string }): void;
  onSubmit(): void;
  onCancel(): void;
  children: React.ReactNode;
}

/** A name and a category. */
function Form({ title, verb, typed, onTyped, onSubmit, onCancel, children }: FormProps) {
  const name = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    name.current?.focus({ preventScroll: true });
    name.current?.select();
  }, []);
  const can = typed.name.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (can) onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A key that came through the host submits no form by itself.
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    if (can) onSubmit();
  };
  const field = (label: "Name" | "Category", key: "name" | "category") => (
    <input
      ref={key === "name" ? name : undefined}
      className="dyad-entry"
      type="text"
      aria-label={label}
      placeholder={label}
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
      value={typed[key]}
      onInput={(event) => onTyped({ ...typed, [key]: event.currentTarget.value })}
      onChange={() => undefined}
    />
  );
  return (
    <form className="dyad-preset-form" onSubmit={submit} onKeyDown={onKeyDown}>
      <h3 className="dyad-preset-group">{title}</h3>
      {field("Name", "name")}
      {field("Category", "category")}
      {children}
      <div className="dyad-preset-actions">
        <button type="submit" className="dyad-button" disabled={!can}>
          {verb}
        </button>
        <Action label="Cancel" onClick={onCancel} />
      </div>
    </form>
  );
}

interface QuestionProps {
  words: string;
  verb: string;
  onYes(): void;
  onNo(): void;
  children: React.ReactNode;
}

function Question({ words, verb, onYes, onNo, children }: QuestionProps) {
  const no = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => no.current?.focus({ preventScroll: true }), []);
  return (
    <div className="dyad-preset-form" role="alertdialog" aria-label={words}>
      <p>{words}</p>
      {children}
      <div className="dyad-preset-actions">
        <Action label={verb} onClick={onYes} />
        <button ref={no} type="button" className="dyad-button" onClick={onNo}>
          Cancel
        </button>
      </div>
    </div>
  );
}
