import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useParameter } from "../react";
import { useOperate } from "./operate";

export interface SelectProps {
  /** Of the parameter, a choice. */
  id: string;
}

/** A choice: its name above, what is chosen below. A click opens a list, wheel and arrow keys step. */
export function Select({ id }: SelectProps) {
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
      <span id={`${base}name`} className="dyad-select-name" title={parameter.name}>
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

/** Logical pixels that a list may be high. */
const HEIGHT = 240;

function List({ id, choices, active, chosen, onActive, onPick }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(false);
  useLayoutEffect(() => {
    const element = list.current;
    const button = element?.parentElement?.getBoundingClientRect();
    if (!element || !button) return;
    const needed = Math.min(HEIGHT, element.scrollHeight);
    const below = innerHeight - button.bottom;
    // Where there is no room below, and more above.
    setAbove(below < needed && button.top > below);
  }, []);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  return (
    <ul ref={list} id={`${id}list`} className="dyad-select-list" role="listbox" data-above={above}>
      {choices.map((choice, index) => (
        <li
          key={choice}
          id={`${id}${index}`}
          role="option"
          aria-selected={index === chosen}
          data-active={index === active}
          onPointerMove={() => index !== active && onActive(index)}
          // The button keeps the focus, whose loss would close the list.
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
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
