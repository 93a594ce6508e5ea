import { useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { afterFonts } from "../client/paint";
import { currentZoom, useParameters, usePlugin, useSize, useStatus } from "../react";
import { Bypass } from "./bypass";
import { planHeader, type HeaderPlan } from "./header-plan";
import { CompareSwitch, UndoButtons } from "./pairs";
import { PresetBox } from "./preset-box";

export interface HeaderProps {
  /** Between the name and the presets. */
  children?: ReactNode;
}

/** Logical pixels between the name and a chip. */
const CHIP_GAP = 6;

const ALL: HeaderPlan = { name: true, arrows: true, slots: true, history: true };

/**
 * The upper edge of an editor: bypass, the plugin's name, presets, A and B, undo and redo, and what is not as it
 * should be. Where there is too little room, the menu of presets takes over what goes.
 */
export function Header({ children }: HeaderProps) {
  const { name, vendor } = usePlugin();
  const lost = useStatus() === "lost";
  const bypass = useParameters().find((parameter) => parameter.role === "bypass");
  const header = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const size = useSize(header);
  /** With other letters the name has another width. */
  const [fonts, setFonts] = useState(false);
  useEffect(() => void afterFonts().then(() => setFonts(true)), []);
  const hasBypass = bypass !== undefined;
  const [{ plan, named }, setPlan] = useState({ plan: ALL, named: 0 });
  useLayoutEffect(() => {
    if (!size || !header.current || !title.current) return;
    const zoom = currentZoom();
    const { paddingLeft, paddingRight } = getComputedStyle(header.current);
    const inner = (size.width - parseFloat(paddingLeft) - parseFloat(paddingRight)) / zoom;
    // Rounded by the browser, and never less than it is.
    const width = (title.current.scrollWidth + 1) / zoom;
    // Before anything has a size there is nothing to plan by.
    if (inner > 0) setPlan({ plan: planHeader(inner, width, hasBypass), named: width });
  }, [size, name, hasBypass, fonts]);
  const bypassed = bypass !== undefined && bypass.value > bypass.min;
  const left = useRef<HTMLDivElement>(null);
  const chips = useRef<HTMLDivElement>(null);
  const [alone, setAlone] = useState(false);
  useLayoutEffect(() => {
    const chip = chips.current?.offsetWidth ?? 0;
    const room = (left.current?.clientWidth ?? 0) - chip;
    setAlone(chip > 0 && room < (named + CHIP_GAP) * currentZoom());
  }, [size, plan, named, bypassed, lost]);
  const style = { "--dyad-header-name": `calc(${named} * var(--dyad-unit))` } as CSSProperties;
  return (
    <header ref={header} className="dyad-header" data-narrow={!plan.name} style={style}>
      {bypass && <Bypass id={bypass.id} />}
      <div ref={left} className="dyad-header-left" data-alone={alone}>
        <div className="dyad-header-names">
          <h1 ref={title}>{name}</h1>
          <span>{vendor}</span>
        </div>
        <div ref={chips} className="dyad-header-chips" role="status">
          {lost ? <Fault /> : bypassed && <Bypassed />}
        </div>
      </div>
      {children}
      <div className="dyad-header-tools" inert={lost}>
        <PresetBox plan={plan} />
        {plan.slots && <CompareSwitch />}
        {plan.history && <UndoButtons />}
      </div>
    </header>
  );
}

/** In words too: the button's colour is not all that tells. */
function Bypassed() {
  return <span className="dyad-chip">Bypassed</span>;
}

function Fault() {
  return (
    <span className="dyad-chip" data-kind="fault" title="The plugin does not answer. This goes on when it does.">
      No connection
    </span>
  );
}
