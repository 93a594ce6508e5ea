//! The keys that are held on a keyboard of an editor, and by what.

use egui::{Id, Key};

use crate::context::Context;

/// Keys of the computer's from the left, each a semitone higher: a piano's white keys in the row of A, its black ones
/// in the row above.
pub(super) const ROW: [Key; 15] = [
    Key::A,
    Key::W,
    Key::S,
    Key::E,
    Key::D,
    Key::F,
    Key::T,
    Key::G,
    Key::Y,
    Key::H,
    Key::U,
    Key::J,
    Key::K,
    Key::O,
    Key::L,
];

/// One keyboard, between two frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct Played {
    /// The lowest C that is shown; none until it was drawn.
    pub(super) first: Option<u8>,
    /// The key under the pointer that is held.
    pub(super) pointer: Option<u8>,
    /// Keys of the computer's, and what each plays.
    pub(super) keys: Vec<(Key, u8)>,
    /// It was drawn in this frame.
    pub(super) seen: bool,
}

impl Played {
    pub(super) fn holds(&self, key: u8) -> bool {
        self.pointer == Some(key) || self.keys.iter().any(|(_, played)| *played == key)
    }

    /// The pointer plays this key now, or none.
    pub(super) fn point(&mut self, to: Option<(u8, f32)>, context: &mut Context<'_>) {
        let key = to.map(|(key, _)| key);
        if key == self.pointer {
            return;
        }
        if let Some(last) = self.pointer.take() {
            self.ended(last, context);
        }
        if let Some((key, velocity)) = to {
            self.pointer = Some(key);
            context.host.play_note(key, velocity);
        }
    }

    /// A key of the computer's goes down; it repeats while it is held.
    pub(super) fn press(&mut self, by: Key, key: u8, velocity: f32, context: &mut Context<'_>) {
        if key < 128 && self.keys.iter().all(|(held, _)| *held != by) {
            self.keys.push((by, key));
            context.host.play_note(key, velocity);
        }
    }

    pub(super) fn release(&mut self, by: Key, context: &mut Context<'_>) {
        if let Some(place) = self.keys.iter().position(|(held, _)| *held == by) {
            let (_, key) = self.keys.swap_remove(place);
            self.ended(key, context);
        }
    }

    /// The computer's keys are somebody else's now.
    pub(super) fn release_keys(&mut self, context: &mut Context<'_>) {
        while let Some((by, _)) = self.keys.last() {
            self.release(*by, context);
        }
    }

    fn ended(&self, key: u8, context: &mut Context<'_>) {
        // The pointer and a key may hold the same one.
        if !self.holds(key) {
            context.host.release_note(key);
        }
    }

    fn end(&mut self, context: &mut Context<'_>) {
        self.point(None, context);
        self.release_keys(context);
    }
}

/// Calls `with` with what a keyboard holds, and keeps it.
pub(super) fn with<R>(
    id: Id,
    context: &mut Context<'_>,
    with: impl FnOnce(&mut Played, &mut Context<'_>) -> R,
) -> R {
    let all = &mut context.state.keyboards;
    let place = all.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
        all.push((id, Played::default()));
        all.len() - 1
    });
    let mut played = std::mem::take(&mut all[place].1);
    let result = with(&mut played, context);
    context.state.keyboards[place].1 = played;
    result
}

/// Ends the notes of keyboards that are not to be seen any more; of all, where the editor closes.
pub(crate) fn end_notes(all: bool, context: &mut Context<'_>) {
    let mut keyboards = std::mem::take(&mut context.state.keyboards);
    for (_, played) in &mut keyboards {
        if !std::mem::take(&mut played.seen) || all {
            played.end(context);
        }
    }
    context.state.keyboards = keyboards;
}
