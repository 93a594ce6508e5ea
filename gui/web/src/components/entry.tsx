import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useClient } from "../react";

export interface EntryProps {
  /** What stands there when it is opened, selected; what it becomes later is not shown. */
  initial: string;
  label: string;
  maxLength: number;
  className?: string;
  /** Takes what was typed; false where it can't be. */
  onCommit(text: string): Promise<boolean>;
  /** It is to be closed; `byKey` says that the keyboard goes back to where it came from. */
  onClose(byKey: boolean): void;
}

/**
 * A text that is being typed. Enter takes it and shows where it can't be taken; leaving takes it too, and forgets it
 * where it can't be; Escape leaves everything as it was, and so does what nobody has changed since it was opened.
 */
export function Entry({ initial, label, maxLength, className, onCommit, onClose }: EntryProps) {
  const client = useClient();
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  // What others set meanwhile changes neither what stands there nor what it is compared with.
  const [opened] = useState(initial);
  // As the field itself has it: of a text of more lines it makes one.
  const shown = useRef("");
  /** What was given to `onCommit` last, and not changed since. */
  const given = useRef<string | undefined>(undefined);
  const [wrong, setWrong] = useState(false);

  useLayoutEffect(() => {
    if (!field.current) return;
    shown.current = field.current.value;
    field.current.focus({ preventScroll: true });
    field.current.select();
  }, []);

  const leave = () => {
    const text = field.current?.value;
    if (done.current || text === undefined) return;
    done.current = true;
    if (text !== shown.current && text !== given.current) void onCommit(text);
    onClose(false);
  };
  const take = useEffectEvent(leave);
  useEffect(() => client.onClosing(() => take()), [client]);

  const close = () => {
    done.current = true;
    onClose(true);
  };
  const enter = async (text: string) => {
    if (text === shown.current) return close();
    if (text === given.current) return;
    given.current = text;
    const taken = await onCommit(text);
    // It was left, or is another text by now.
    if (done.current || given.current !== text) return;
    if (taken) return close();
    setWrong(true);
    field.current?.select();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") void enter(event.currentTarget.value);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  };

  return (
    <input
      ref={field}
      className={`dyad-entry ${className ?? ""}`}
      type="text"
      defaultValue={opened}
      aria-label={label}
      aria-invalid={wrong}
      maxLength={maxLength}
      autoComplete="off"
      spellCheck={false}
      onKeyDown={onKeyDown}
      onInput={() => {
        given.current = undefined;
        setWrong(false);
      }}
      onBlur={leave}
    />
  );
}
