import type { ReactNode } from "react";
import { useParameterInfo, useParameters, usePlugin, useStatus } from "../react";
import { Bypass } from "./bypass";

export interface HeaderProps {
  /** What stands at the right: presets, menus. */
  children?: ReactNode;
}

/** The upper edge of an editor: bypass, the plugin's name, its vendor's, and what is not as it should be. */
export function Header({ children }: HeaderProps) {
  const { name, vendor } = usePlugin();
  const lost = useStatus() === "lost";
  const bypass = useParameters().find((parameter) => parameter.role === "bypass");
  return (
    <header className="dyad-header">
      {bypass && <Bypass id={bypass.id} />}
      <div className="dyad-header-names">
        <h1>{name}</h1>
        <span>{vendor}</span>
      </div>
      {children}
      <div className="dyad-header-chips" role="status">
        {lost ? <Fault /> : bypass && <Bypassed id={bypass.id} />}
      </div>
    </header>
  );
}

/** In words too: the button's colour is not all that tells. */
function Bypassed({ id }: { id: string }) {
  const info = useParameterInfo(id);
  return info && info.value > info.min ? <span className="dyad-chip">Bypassed</span> : null;
}

function Fault() {
  return (
    <span className="dyad-chip" data-kind="fault" title="The plugin does not answer. This goes on when it does.">
      No connection
    </span>
  );
}
