/** Which parts of a header there is room for. */
export interface HeaderPlan {
  name: boolean;
  arrows: boolean;
  slots: boolean;
  history: boolean;
}

const GAP = 8;
const NAME_GAP = 12;
const BYPASS = 28;
const PAIR = 58;
/** Width of the box of presets beside other things, at least. */
const NARROW = 124;
/** What a name is worth at least. */
const NAME_LEAST = 64;
/** Where a name has room between its arrows. */
const ARROWS = 96;

/**
 * As native headers do it: first what can be undone goes, then A and B, both into the menu of presets; then the
 * name, then the arrows; the menu is the last. In logical pixels; `width` is between the header's edges.
 */
export function planHeader(width: number, name: number, bypass: boolean): HeaderPlan {
  const inner = Math.max(0, width - (bypass ? BYPASS + NAME_GAP : 0));
  const named = Math.min(name, inner * 0.4) + NAME_GAP;
  const slots = inner >= named + NARROW + GAP + PAIR;
  const history = slots && inner >= named + NARROW + 2 * (GAP + PAIR);
  const room = inner - (slots ? GAP + PAIR : 0) - (history ? GAP + PAIR : 0);
  const shown = room >= Math.min(NAME_LEAST, name) + NAME_GAP + NARROW;
  return { name: shown, arrows: shown || room >= ARROWS, slots, history };
}
