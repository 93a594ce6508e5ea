import type { MouseEvent, ReactNode } from "react";
import { isTextField } from "../client";
import { useStatus, useZoom } from "../react";
import { Header } from "./header";

export interface EditorProps {
  /** The size at which all is seen at once, in logical pixels; in larger windows everything grows. */
  width: number;
  height: number;
  /** Instead of the usual {@link Header}. */
  header?: ReactNode;
  children: ReactNode;
}

/** A whole page: the header, and below it what operates and shows the plugin. */
export function Editor({ width, height, header = <Header />, children }: EditorProps) {
  const lost = useStatus() === "lost";
  useZoom({ width, height });
  return (
    <div className="dyad-editor" onContextMenu={noMenu}>
      {header}
      <main className="dyad-body" inert={lost}>
        {children}
      </main>
    </div>
  );
}

/** The browser's own menu has nothing for a plugin, except where text is typed. */
function noMenu(event: MouseEvent): void {
  if (!(event.target instanceof Element && isTextField(event.target))) event.preventDefault();
}

export interface PanelProps {
  /** Stands above in capitals. */
  title?: string;
  /** What it is called where no title is shown. */
  label?: string;
  className?: string;
  children: ReactNode;
}

/** The ground of a group of controls. */
export function Panel({ title, label, className, children }: PanelProps) {
  return (
    <section className={`dyad-panel ${className ?? ""}`} aria-label={title ?? label}>
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  );
}
