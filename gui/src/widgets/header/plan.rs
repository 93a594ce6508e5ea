//! Where the parts of a header stand, and which go first where there is too little room.

use egui::{Pos2, Rect, Vec2};

use crate::theme::Theme;

/// Where everything is in a header of one width. Lengths in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) bypass: Option<Rect>,
    /// For the plugin's name; may be empty.
    pub(super) names: Rect,
    /// The box with the preset's name.
    pub(super) presets: Rect,
    /// Whether there are arrows in it.
    pub(super) arrows: bool,
    pub(super) slots: Option<Rect>,
    pub(super) history: Option<Rect>,
}

/// Height of what is operated.
pub(super) const TOOL: f32 = 28.0;
/// Width of one button of a pair.
pub(super) const BUTTON: f32 = 29.0;
/// Width of an arrow beside a preset's name.
pub(super) const ARROW: f32 = 24.0;
/// Distance between neighbours.
const GAP: f32 = 8.0;
/// Distance between the name and what follows.
const NAME_GAP: f32 = 12.0;
/// Diameter of the bypass.
const BYPASS: f32 = 28.0;
/// Width of the box of presets: at most, and at least beside other things; and of a name in it.
const WIDEST: f32 = 236.0;
const NARROW: f32 = 124.0;
const LEAST: f32 = 48.0;
/// What a name is worth at least.
const NAME_LEAST: f32 = 64.0;

/// Divides a header. `name` is the width of the plugin's name. First what can be undone goes, then A and B,
/// both into the menu of presets; then the name, then the arrows; the menu is the last.
pub(super) fn plan(rect: Rect, theme: &Theme, has_bypass: bool, name: f32) -> Plan {
    let padding = theme.space.padding.min(rect.width() * 0.05);
    let (mut left, mut right) = (rect.left() + padding, rect.right() - padding);
    let middle = rect.center().y;
    let bypass = has_bypass.then(|| {
        let place = Pos2::new(left + BYPASS * 0.5, middle);
        left += BYPASS + NAME_GAP;
        Rect::from_center_size(place, Vec2::splat(BYPASS))
    });
    left = left.min(right);
    let width = right - left;
    let pair = 2.0 * BUTTON;
    // A very long name gives way earlier.
    let named = name.min(width * 0.4) + NAME_GAP;
    let with_slots = width >= named + NARROW + GAP + pair;
    let with_history = with_slots && width >= named + NARROW + 2.0 * (GAP + pair);
    let mut take = |wanted: bool| {
        wanted.then(|| {
            let size = Vec2::new(pair, TOOL);
            let place = Rect::from_min_size(Pos2::new(right - pair, middle - TOOL * 0.5), size);
            right = place.left() - GAP;
            place
        })
    };
    let (history, slots) = (take(with_history), take(with_slots));
    let room = (right - left).max(0.0);
    let least = NAME_LEAST.min(name) + NAME_GAP + NARROW;
    let presets = if room < least { room } else { (room - named).clamp(NARROW, WIDEST) };
    let top = middle - TOOL * 0.5;
    let presets = Rect::from_min_max(Pos2::new(right - presets, top), Pos2::new(right, top + TOOL));
    let names = Rect::from_min_max(
        Pos2::new(left, rect.top()),
        Pos2::new((presets.left() - NAME_GAP).max(left), rect.bottom()),
    );
    // On whole points, so that lines are sharp.
    let round = |rect: Rect| Rect::from_min_max(rect.min.round(), rect.max.round());
    Plan {
        bypass: bypass.map(round),
        names: round(names),
        presets: round(presets),
        arrows: presets.width() >= LEAST + 2.0 * ARROW,
        slots: slots.map(round),
        history: history.map(round),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: f32, name: f32) -> Plan {
        let rect = Rect::from_min_size(Pos2::ZERO, Vec2::new(width, 44.0));
        plan(rect, &Theme::default(), true, name)
    }

    #[test]
    fn parts_go_in_their_order_and_never_overlap() {
        let mut before = 4;
        for width in (40..=1200).rev() {
            let plan = at(width as f32, 70.0);
            let parts =
                [plan.arrows, plan.names.width() > 0.0, plan.slots.is_some(), plan.history.is_some()];
            let now = parts.iter().take_while(|there| **there).count();
            assert!(parts[now..].iter().all(|there| !there), "{width}: {plan:?}");
            assert!(now <= before, "nothing comes back where there is less room: {width}");
            before = now;
            let mut all = vec![plan.names, plan.presets];
            all.extend(plan.bypass);
            all.extend(plan.slots);
            all.extend(plan.history);
            all.sort_by(|a, b| a.left().total_cmp(&b.left()));
            for pair in all.windows(2) {
                assert!(pair[0].right() <= pair[1].left() + 0.5, "{width}: {pair:?}");
            }
            assert!(all.iter().all(|rect| rect.right() <= width as f32 && rect.width() >= 0.0), "{width}");
        }
        assert!(before == 0 && at(96.0, 70.0).presets.width() > 30.0, "the menu is the last");
    }

    #[test]
    fn everything_is_there_in_the_least_of_editors_that_has_room() {
        // Dyad Gain's.
        let gain = at(420.0, 70.0);
        assert!(gain.history.is_some() && gain.slots.is_some() && gain.arrows, "{gain:?}");
        assert!(gain.names.width() >= 70.0, "its name is whole: {gain:?}");
        assert_eq!(at(900.0, 70.0).presets.width(), WIDEST);
    }
}
