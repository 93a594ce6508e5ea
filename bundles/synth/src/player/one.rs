//! One voice for all keys.

use dyad::prelude::*;

use super::{Ears, Key, Player};
use crate::expressions::Expressions;
use crate::patch::Patch;

impl Player {
    /// A key is struck. `afresh`: it always begins anew, not only where no other is held.
    pub(super) fn strike(
        &mut self,
        note: Note,
        velocity: f32,
        afresh: bool,
        patch: &Patch,
        ears: &mut impl Ears,
    ) {
        if self.keys.is_full()
            && let Some(oldest) = self.keys.first().copied()
        {
            self.choke(oldest.note, ears);
        }
        let Some(at) = self.lead else {
            let from = self.last.filter(|_| patch.glides_always).map(f64::from);
            // What is left of times with many voices.
            self.limit(patch.voices - 1, ears);
            self.lead = Some(self.sound(note, velocity, from, patch, ears));
            self.remember(note);
            return;
        };
        let voice = self.pool.voice(at);
        let held = voice.key_down && voice.pedalled.is_none();
        if !held {
            // Nobody comes back to that note.
            if voice.key_down {
                ears.up(voice.note.key);
            }
            ears.ended(voice.note);
        }
        let glide = if patch.glides_always || held { patch.glide } else { 0 };
        self.change(at, note, Expressions::NEUTRAL, glide);
        self.last = Some(note.key);
        if afresh || !held {
            let lot = self.lot();
            self.pool.voice(at).again(velocity, lot, patch);
        }
        ears.down(note.key);
        self.remember(note);
    }

    fn remember(&mut self, note: Note) {
        self.keys.insert(note.id, Key { note, expressions: Expressions::NEUTRAL });
    }

    /// The voice sounds another note.
    fn change(&mut self, at: usize, note: Note, expressions: Expressions, glide: u32) {
        self.pool.hand_over(at, note);
        let voice = self.pool.voice(at);
        voice.take(note, f64::from(note.key), glide);
        voice.expressions = expressions;
    }

    /// A key is up. Whether that is all there is to it.
    pub(super) fn key_of_many_up(&mut self, note: Note, patch: &Patch, ears: &mut impl Ears) -> bool {
        if self.keys.get(note.id).is_none() {
            // The voice of it may sound from times with many voices.
            return false;
        }
        let heard = self.lead.filter(|at| self.pool.voice(*at).note.id == note.id);
        let Some(at) = heard else {
            self.keys.remove(note.id);
            ears.up(note.key);
            ears.ended(note);
            return true;
        };
        self.keys.remove(note.id);
        // The last one goes as any voice does, or a pedal holds it.
        let Some(back) = self.keys.last().copied() else { return false };
        ears.up(note.key);
        ears.ended(note);
        self.change(at, back.note, back.expressions, patch.glide);
        self.last = Some(back.note.key);
        true
    }
}
