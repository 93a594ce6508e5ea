//! What an editor knows, so that it is told what changed and nothing else.

use std::time::{Duration, Instant};

use dyad_core::param::Role;
use dyad_core::{Description, Shared};
use dyad_editor_abi::ToEditor;

/// How long the user's last value is believed after a gesture. Until the host has sent it to the sound,
/// blocks that were already on their way show older ones.
const AFTER: Duration = Duration::from_millis(150);

/// What one open editor knows and holds.
#[derive(Default)]
pub(crate) struct Told {
    /// Bits of plain values; empty before the first time.
    values: Vec<u64>,
    /// `None` where the editor may believe something else.
    texts: Vec<Option<String>>,
    hands: Vec<Hand>,
}

/// A parameter that the user holds, or held a moment ago.
struct Hand {
    index: usize,
    let_go: Option<Instant>,
}

impl Told {
    /// Adds what is new; everything, the first time. `[main-thread]`
    pub(crate) fn news(&mut self, description: &Description, shared: &Shared, frames: &mut Vec<u8>) {
        let first = self.values.is_empty();
        self.values.resize(description.params.len(), 0);
        if !self.hands.is_empty() {
            let now = Instant::now();
            self.hands.retain(|hand| hand.let_go.is_none_or(|then| now - then < AFTER));
        }
        for (index, known) in self.values.iter_mut().enumerate() {
            let plain = shared.store.shown(index);
            let changed = first || *known != plain.to_bits();
            if changed && !self.hands.iter().any(|hand| hand.index == index) {
                *known = plain.to_bits();
                ToEditor::Value { index: index as u32, plain }.encode(frames);
            }
        }
        if description.properties.is_empty() {
            return;
        }
        self.texts.resize(description.properties.len(), None);
        let present = shared.properties.snapshot();
        for (index, (known, text)) in self.texts.iter_mut().zip(present).enumerate() {
            if known.as_ref() != Some(&text) {
                ToEditor::Property { index: index as u32, text: &text }.encode(frames);
                *known = Some(text);
            }
        }
    }

    /// Whether a value is new; then it is told from now on.
    pub(crate) fn is_new(&mut self, index: usize, plain: f64) -> bool {
        let held = self.hands.iter().any(|hand| hand.index == index);
        let known = self.values.get_mut(index).filter(|known| !held && **known != plain.to_bits());
        known.map(|known| *known = plain.to_bits()).is_some()
    }

    /// The user takes hold of a parameter. `false` where there is no such one, or it is held already.
    pub(crate) fn begin(&mut self, description: &Description, index: usize) -> bool {
        let settable = |param: &dyad_core::Param| {
            matches!(param.info.role, Role::Normal | Role::Bypass | Role::Trigger)
        };
        if self.holds(index) || !description.params.get(index).is_some_and(settable) {
            return false;
        }
        self.hands.retain(|hand| hand.index != index);
        self.hands.push(Hand { index, let_go: None });
        true
    }

    /// Whether the user holds it.
    pub(crate) fn holds(&self, index: usize) -> bool {
        self.hands.iter().any(|hand| hand.index == index && hand.let_go.is_none())
    }

    /// The editor shows this value by itself.
    pub(crate) fn set(&mut self, index: usize, plain: f64) {
        if let Some(known) = self.values.get_mut(index) {
            *known = plain.to_bits();
        }
    }

    /// The user lets go. `false` where it was not held.
    pub(crate) fn end(&mut self, index: usize) -> bool {
        let hand = self.hands.iter_mut().find(|hand| hand.index == index && hand.let_go.is_none());
        hand.is_some_and(|hand| {
            hand.let_go = Some(Instant::now());
            true
        })
    }

    /// The parameters that are held.
    pub(crate) fn held(&self) -> impl Iterator<Item = usize> {
        self.hands.iter().filter(|hand| hand.let_go.is_none()).map(|hand| hand.index)
    }

    /// The editor shows this text by itself; `None` where it may show one that was refused.
    pub(crate) fn set_text(&mut self, index: usize, text: Option<String>) {
        if let Some(known) = self.texts.get_mut(index) {
            *known = text;
        }
    }

    /// A new editor knows nothing. Gestures of the old one may still have to end.
    pub(crate) fn forget(&mut self) {
        self.values.clear();
        self.texts.clear();
    }
}
