import { useState } from "react";
import type { NoticeText, Severity } from "../client";
import { useShow } from "../react";

export interface NoticeProps {
  /** Of its messages. */
  stream: number;
  /** What is said while the plugin says nothing; without it, then there is nothing. */
  quiet?: string;
  className?: string;
}

/** Pictures of 16 logical pixels: a mark for each, so that colour is not all that tells. */
const MARKS: Record<Severity, string> = {
  fine: "M3.5 8.5L6.5 11.5L12.5 4.5",
  info: "M8 7.5V11.5M8 4.5V4.6M8 1.5A6.5 6.5 0 1 1 7.99 1.5",
  warning: "M8 6.5V9.5M8 11.9V12M8 2L14.5 14H1.5Z",
  error: "M5.5 5.5L10.5 10.5M10.5 5.5L5.5 10.5M8 1.5A6.5 6.5 0 1 1 7.99 1.5",
};

/** What the plugin has to say to the user, in a line: that all is well, or what is not. */
export function Notice({ stream, quiet, className }: NoticeProps) {
  const [notice, setNotice] = useState<NoticeText>();
  useShow("notice", stream, setNotice);
  const severity = notice?.severity ?? "fine";
  const text = notice?.text || quiet || "";
  return (
    // It is there, and has its room, before there is something to say: so what comes is read out.
    <div
      className={`dyad-notice ${className ?? ""}`}
      role={severity === "error" ? "alert" : "status"}
      data-severity={severity}
    >
      {text !== "" && (
        <>
          <svg viewBox="0 0 16 16" aria-hidden>
            <path d={MARKS[severity]} />
          </svg>
          <span title={text}>{text}</span>
        </>
      )}
    </div>
  );
}
