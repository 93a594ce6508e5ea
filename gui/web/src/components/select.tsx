import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { currentZoom, useParameter } from "../react";
import { useOperate } from "./operate";

export interface SelectProps {
  /** Of the parameter, a choice. */
  id: string;
  /** Without the name above. */
  nameless?: boolean;
}

/** A choice: its name above, what is chosen below. A click opens a list, wheel and arrow keys step. */
export function Select({ id, nameless = false }: SelectProps) {
  const parameter = useParameter(id);
  const { choices, text } = parameter;
  const base = useId();
  const [active, setActive] = useState<number | undefined>();
  const open = active !== undefined;
  const chosen = choices.indexOf(text);
  const show = () => setActive(Math.max(0, chosen));
  const close = () => setActive(undefined);
  const { ref, handlers } = useOperate<HTMLButtonElement>(id, {
    travel: "none",
    onClick: () => (open ? close() : show()),
    onEnter: show,
  });
  const pick = (index: number) => {
    close();
    const choice = choices[index];
    // By name: which number it has is the core's business.
    if (choice !== undefined && index !== chosen) void parameter.setText(choice);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (active === undefined) {
      if (event.key === " ") show();
      else return handlers.onKeyDown(event);
    } else {
      const to = moved(event.key, active, choices);
      if (to !== undefined) setActive(to);
      else if (event.key === "Enter" || event.key === " ") pick(active);
      else if (event.key === "Escape") close();
      else return;
    }
    event.preventDefault();
  };
  return (
    <div className="dyad-select">
      <span id={`${base}name`} className="dyad-select-name" title={parameter.name} hidden={nameless}>
        {parameter.name}
      </span>
      <button
        ref={ref}
        {...handlers}
        type="button"
        className="dyad-select-button"
        role="combobox"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${base}list`}
        aria-labelledby={`${base}name`}
        aria-activedescendant={open ? `${base}${active}` : undefined}
        onKeyDown={onKeyDown}
        onBlur={close}
      >
        <span className="dyad-select-text">{text}</span>
        <svg viewBox="0 0 10 6" aria-hidden>
          <path d="M1 1L5 5L9 1" />
        </svg>
      </button>
      {open && <List id={base} choices={choices} active={active} chosen={chosen} onActive={setActive} onPick={pick} />}
    </div>
  );
}

interface ListProps {
  id: string;
  choices: string[];
  active: number;
  chosen: number;
  onActive(index: number): void;
  onPick(index: number): void;
}

/** Logical pixels between a list and its button, and the window's edge. */
const GAP = 4;

function List({ id, choices, active, chosen, onActive, onPick }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [{ above, left }, setSide] = useState({ above: false, left: false });
  useLayoutEffect(() => {
    const element = list.current;
    const box = element?.parentElement?.querySelector("button")?.getBoundingClientRect();
    if (!element || !box) return;
    const { height, width } = element.getBoundingClientRect();
    const edge = 2 * GAP * currentZoom();
    const [below, over] = [innerHeight - box.bottom - edge, box.top - edge];
    // Where there is no room below, and more above; and beyond the right edge, if the left one is farther away.
    const up = below < height && over > below;
    element.style.setProperty("--dyad-select-room", `${Math.max(0, up ? over : below)}px`);
    const toLeft = box.left + width > innerWidth && box.right > innerWidth - box.left;
    element.style.setProperty("--dyad-select-width", `${toLeft ? box.right : innerWidth - box.left}px`);
    setSide({ above: up, left: toLeft });
  }, []);
  useLayoutEffect(() => {
    const [element, item] = [list.current, list.current?.children[active]];
    if (!element || !(item instanceof HTMLElement)) return;
    // Not by the browser's own way: that moves the page too.
    const padding = (element.firstElementChild as HTMLElement).offsetTop;
    const [top, bottom] = [item.offsetTop - padding, item.offsetTop + item.offsetHeight + padding];
    element.scrollTop = Math.min(top, Math.max(element.scrollTop, bottom - element.clientHeight));
  }, [active, above]);
  return (
    <ul
      ref={list}
      id={`${id}list`}
      className="dyad-select-list"
      role="listbox"
      data-above={above}
      data-left={left}
      // The button keeps the focus, whose loss would close the list.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {choices.map((choice, index) => (
        <li
          // Two may have one name.
          key={index}
          id={`${id}${index}`}
          role="option"
          aria-selected={index === chosen}
          data-active={index === active}
          onPointerMove={() => index !== active && onActive(index)}
          onClick={() => onPick(index)}
        >
          {choice}
        </li>
      ))}
    </ul>
  );
}

/** Where a key brings the mark in an open list; undefined for a key that moves nothing. */
function moved(key: string, active: number, choices: string[]): number | undefined {
  const last = choices.length - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, active + 1);
    case "ArrowUp":
      return Math.max(0, active - 1);
    case "PageDown":
      return Math.min(last, active + 10);
    case "PageUp":
      return Math.max(0, active - 10);
    case "Home":
      return 0;
    case "End":
      return last;
  }
  if (key.length !== 1 || key === " ") return undefined;
  // A letter: to the next choice that begins with it.
  const starts = (index: number) => choices[index % choices.length]?.toLowerCase().startsWith(key.toLowerCase());
  const found = choices.findIndex((_, by) => starts(active + 1 + by));
  return found < 0 ? undefined : (active + 1 + found) % choices.length;
}
