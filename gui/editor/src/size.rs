//! Sizes: what an editor wants, what it can be, and what its user gave it last.

use std::sync::{Mutex, OnceLock, PoisonError};

use dyad_core::guard;
use dyad_editor_abi::Measure;
use dyad_gui::egui::Vec2;
use dyad_gui::{Generated, Theme, View};

use crate::container::Display;
use crate::session::{MakeView, Plugin};

/// The longest side, in physical pixels: what an editor draws.
pub(crate) const MAX_SIDE: u32 = dyad_gui::editor::MAX_SIDE;

/// What a view says about its size, in logical pixels.
#[derive(Clone, Copy, Debug)]
struct Wishes {
    preferred: Vec2,
    minimum: Vec2,
    resizable: bool,
}

/// What is known of one plugin's editors.
struct Known {
    id: &'static str,
    view: Option<MakeView>,
    wishes: Wishes,
    /// The size that the user gave it last, in logical pixels.
    given: Option<[f64; 2]>,
}

static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

/// A scale with which anything can be shown; none where it says nothing.
pub(crate) fn usable_scale(scale: f64) -> Option<f64> {
    (scale.is_finite() && scale > 0.0).then(|| scale.clamp(0.5, 8.0))
}

/// Physical pixels of a logical length.
pub(crate) fn physical(logical: f64, scale: f64) -> u32 {
    // `as` saturates, and takes NaN for 0.
    ((logical * scale).round() as u32).clamp(1, MAX_SIDE)
}

/// The author's view, or the one that is made from the description.
pub(crate) fn make_view(plugin: &Plugin, theme: &Theme) -> Box<dyn View> {
    let made = plugin
        .view
        .and_then(|make| guard::guard("an editor's view", None, || make(&plugin.description, theme)));
    made.unwrap_or_else(|| Box::new(Generated::new(&plugin.description, theme)))
}

/// Calls `with` with what is known of this plugin.
fn known<R>(plugin: &Plugin, with: impl FnOnce(&mut Known) -> R) -> R {
    let id = plugin.description.info.id;
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |known: &Known| {
        known.id == id && known.view.map(|view| view as usize) == plugin.view.map(|view| view as usize)
    };
    let place = match all.iter().position(same) {
        Some(place) => place,
        None => {
            let wishes = wishes(plugin);
            all.push(Known { id, view: plugin.view, wishes, given: None });
            all.len() - 1
        }
    };
    with(&mut all[place])
}

fn wishes(plugin: &Plugin) -> Wishes {
    let theme = plugin.theme();
    let fallback =
        Wishes { preferred: Vec2::new(480.0, 320.0), minimum: Vec2::new(160.0, 120.0), resizable: true };
    guard::guard("an editor's size", fallback, || {
        let view = make_view(plugin, &theme);
        Wishes {
            preferred: view.preferred_size(),
            minimum: view.minimum_size(),
            resizable: view.resizable(),
        }
    })
}

/// The scale at which an editor opens where its host says none: the display's, as it was when this was first
/// asked; 1 without a display.
fn displays_scale() -> f64 {
    static SCALE: OnceLock<f64> = OnceLock::new();
    *SCALE.get_or_init(|| Display::open().map_or(1.0, |display| display.scale()))
}

/// How large a plugin's editor wants to be at this scale; at the display's own where the host says none.
/// Needs no display. `[main-thread]`
#[must_use]
pub fn measure(plugin: &Plugin, scale: Option<f64>) -> Measure {
    let scale = scale.and_then(usable_scale).unwrap_or_else(displays_scale);
    let (wishes, given) = known(plugin, |known| (known.wishes, known.given));
    let sides = |size: Vec2| [size.x, size.y].map(|side| physical(f64::from(side), scale));
    let [width, height] = sides(wishes.preferred);
    if !wishes.resizable {
        return Measure {
            width,
            height,
            min_width: width,
            min_height: height,
            max_width: width,
            max_height: height,
            ..Measure::default()
        };
    }
    let minimum = sides(wishes.minimum);
    let minimum = [minimum[0].min(width), minimum[1].min(height)];
    let [width, height] = given.map_or([width, height], |given| given.map(|side| physical(side, scale)));
    Measure {
        width: width.max(minimum[0]),
        height: height.max(minimum[1]),
        min_width: minimum[0],
        min_height: minimum[1],
        max_width: MAX_SIDE,
        max_height: MAX_SIDE,
        resizable: 1,
        reserved: 0,
    }
}

/// Brings a size into what the editor can be.
pub(crate) fn fit(measure: &Measure, size: [u32; 2]) -> [u32; 2] {
    [
        size[0].clamp(measure.min_width, measure.max_width),
        size[1].clamp(measure.min_height, measure.max_height),
    ]
}

/// Notes the size that the user gave an editor: the next one of this plugin opens with it.
pub(crate) fn remember(plugin: &Plugin, size: [u32; 2], scale: f64) {
    known(plugin, |known| known.given = Some(size.map(|side| f64::from(side) / scale)));
}
