//! From events to voices.

mod one;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use dyad::prelude::*;

use crate::channels::{Channels, RESET};
use crate::choices::VoiceMode;
use crate::expressions::Expressions;
use crate::lfo::Clock;
use crate::notes::Notes;
use crate::params::LFOS;
use crate::patch::Patch;
use crate::pool::{Pool, Use};
use crate::smooth::share;
use crate::voice::{Common, Lot};
use crate::wave::Tables;

/// The controller that silences a channel at once.
pub(crate) const SOUND_OFF: u8 = 120;
/// The most keys that one voice remembers.
const KEYS: usize = 32;

/// A key that one voice has to choose from.
#[derive(Clone, Copy, Debug)]
struct Key {
    note: Note,
    expressions: Expressions,
}

/// Who hears what happens to notes.
pub(crate) trait Ears {
    /// A key is down.
    fn down(&mut self, key: u8);
    /// A key is up, or nothing is heard of it any more.
    fn up(&mut self, key: u8);
    /// A note's voice has ended.
    fn ended(&mut self, note: Note);
}

/// All voices, and who plays them.
pub(crate) struct Player {
    pool: Pool,
    pub(crate) channels: Channels,
    /// With one voice alone: what is held, in the order in which it was struck.
    keys: Notes<Key, KEYS>,
    /// That voice, while it sounds.
    lead: Option<usize>,
    mode: VoiceMode,
    /// The last note's key, from which the next one glides.
    last: Option<u8>,
    /// Notes since the reset.
    count: u32,
    rate: f64,
    share: f32,
    tables: Arc<Tables>,
}

impl Player {
    /// `[main-thread]`
    pub(crate) fn new(rate: f64) -> Self {
        const NOBODY: Key =
            Key { note: Note { id: NoteId(0), channel: 0, key: 0 }, expressions: Expressions::NEUTRAL };
        Self {
            pool: Pool::new(rate),
            channels: Channels::new(),
            keys: Notes::new(NOBODY),
            lead: None,
            mode: VoiceMode::Poly,
            last: None,
            count: 0,
            rate,
            share: share(rate),
            tables: Tables::common(),
        }
    }

    /// Forgets all notes and controllers.
    pub(crate) fn reset(&mut self) {
        self.pool.clear();
        self.channels.reset();
        self.keys.clear();
        (self.lead, self.last, self.count) = (None, None, 0);
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.pool.is_silent()
    }

    pub(crate) fn sounding(&self) -> usize {
        self.pool.sounding()
    }

    /// What is set counts from now on.
    pub(crate) fn follow(&mut self, patch: &Patch, ears: &mut impl Ears) {
        let one = |mode| mode != VoiceMode::Poly;
        let former = std::mem::replace(&mut self.mode, patch.mode);
        if one(former) != one(patch.mode) {
            self.let_all_go(patch, ears);
        }
        self.limit(patch.voices, ears);
    }

    pub(crate) fn event(&mut self, event: &EventKind, patch: &Patch, ears: &mut impl Ears) {
        match *event {
            EventKind::NoteOn { note, velocity } => match self.mode {
                VoiceMode::Poly => self.begin(note, velocity, patch, ears),
                VoiceMode::Mono => self.strike(note, velocity, true, patch, ears),
                VoiceMode::Legato => self.strike(note, velocity, false, patch, ears),
            },
            EventKind::NoteOff { note, velocity } => self.key_up(note, velocity, patch, ears),
            EventKind::Choke { note } => self.choke(note, ears),
            EventKind::Expression { note, expression, value } => {
                if let Some(key) = self.keys.get(note.id) {
                    key.expressions.set(expression, value);
                }
                if let Some(at) = self.pool.of(note) {
                    self.pool.voice(at).expressions.set(expression, value);
                }
            }
            EventKind::Controller { channel, controller, value } => {
                if controller == SOUND_OFF {
                    self.silence_channel(channel, ears);
                } else if self.channels.control(channel, controller, value) || controller == RESET {
                    // After a reset the channel may also be in another zone, with another pedal.
                    self.pedals_up(patch, ears);
                }
            }
            EventKind::ChannelPressure { channel, value } => self.channels.press(channel, value),
            EventKind::PitchBend { channel, value } => self.channels.bend(channel, value),
            EventKind::Zone { channel, manager, bend_range } => {
                self.channels.set_part(channel, manager, bend_range);
            }
            EventKind::NoteEnd { .. } | EventKind::ProgramChange { .. } | EventKind::SysEx(_) => {}
        }
    }

    /// Adds frames, the first of which is `frame` since the reset.
    pub(crate) fn mix(
        &mut self,
        patch: &Patch,
        clock: &Clock<LFOS>,
        frame: u64,
        left: &mut [f32],
        right: &mut [f32],
        ears: &mut impl Ears,
    ) {
        let Self { pool, channels, keys, lead, tables, rate, share, .. } = self;
        let common = Common { patch, channels, clock, tables, rate: *rate, share: *share };
        pool.mix(&common, frame, left, right, |at, voice| {
            if *lead == Some(at) {
                *lead = None;
            }
            keys.remove(voice.note.id);
            if voice.key_down {
                ears.up(voice.note.key);
            }
            ears.ended(voice.note);
        });
    }

    fn lot(&mut self) -> Lot {
        self.count = self.count.wrapping_add(1);
        Lot::new(self.count)
    }

    /// A voice of its own for a note.
    fn begin(&mut self, note: Note, velocity: f32, patch: &Patch, ears: &mut impl Ears) {
        let legato = self.pool.count(Use::Held) > 0;
        self.limit(patch.voices - 1, ears);
        let from = self.last.filter(|_| patch.glides_always || legato).map(f64::from);
        self.sound(note, velocity, from, patch, ears);
    }

    fn sound(
        &mut self,
        note: Note,
        velocity: f32,
        from: Option<f64>,
        patch: &Patch,
        ears: &mut impl Ears,
    ) -> usize {
        let lot = self.lot();
        let at = self.pool.take(note);
        self.pool.voice(at).start(note, velocity, lot, from, patch);
        self.last = Some(note.key);
        ears.down(note.key);
        at
    }

    /// Takes places until no more than so many voices sound: first the one whose key has been up for the longest, then
    /// the oldest.
    fn limit(&mut self, most: usize, ears: &mut impl Ears) {
        while self.pool.sounding() > most {
            let Some(at) = self.pool.first(Use::Released).or_else(|| self.pool.first(Use::Held)) else {
                return;
            };
            self.silence(at, ears);
        }
    }

    /// A voice goes within a moment, and its note has ended.
    fn silence(&mut self, at: usize, ears: &mut impl Ears) {
        if self.lead == Some(at) {
            self.lead = None;
        }
        let voice = self.pool.voice(at);
        let note = voice.note;
        if std::mem::take(&mut voice.key_down) {
            ears.up(note.key);
        }
        self.keys.remove(note.id);
        self.pool.fade(at);
        ears.ended(note);
    }

    /// All of a channel, and of its zone: the framework says it of notes that it knows, and it forgets some where there
    /// are very many.
    fn silence_channel(&mut self, channel: u8, ears: &mut impl Ears) {
        for list in [Use::Held, Use::Released] {
            let mut next = self.pool.first(list);
            while let Some(at) = next {
                next = self.pool.after(at);
                if self.channels.reaches(channel, self.pool.voice(at).note.channel) {
                    self.silence(at, ears);
                }
            }
        }
    }

    fn key_up(&mut self, note: Note, velocity: f32, patch: &Patch, ears: &mut impl Ears) {
        if self.mode != VoiceMode::Poly && self.key_of_many_up(note, patch, ears) {
            return;
        }
        let Some(at) = self.pool.of(note) else { return };
        self.pool.let_go(at);
        if self.channels.is_held(note.channel) {
            self.pool.voice(at).pedalled = Some(velocity);
        } else {
            self.let_go(at, velocity, patch, ears);
        }
    }

    /// No pedal holds a voice either.
    fn let_go(&mut self, at: usize, velocity: f32, patch: &Patch, ears: &mut impl Ears) {
        let voice = self.pool.voice(at);
        voice.release(velocity, patch);
        let note = voice.note;
        if std::mem::take(&mut voice.key_down) {
            ears.up(note.key);
        }
        self.keys.remove(note.id);
        self.pool.let_go(at);
    }

    fn choke(&mut self, note: Note, ears: &mut impl Ears) {
        if let Some(at) = self.pool.of(note) {
            self.silence(at, ears);
        } else if self.keys.remove(note.id).is_some() {
            ears.up(note.key);
            ears.ended(note);
        }
    }

    /// Lets go what no pedal holds any more.
    fn pedals_up(&mut self, patch: &Patch, ears: &mut impl Ears) {
        let mut next = self.pool.first(Use::Released);
        // Each is put at the end of the list again: one round.
        for _ in 0..self.pool.count(Use::Released) {
            let Some(at) = next else { break };
            next = self.pool.after(at);
            let voice = self.pool.voice(at);
            if let Some(velocity) = voice.pedalled
                && !self.channels.is_held(voice.note.channel)
            {
                self.let_go(at, velocity, patch, ears);
            }
        }
    }

    fn let_all_go(&mut self, patch: &Patch, ears: &mut impl Ears) {
        while let Some(at) = self.pool.first(Use::Held) {
            self.let_go(at, dyad::event::RELEASE_VELOCITY, patch, ears);
        }
        while let Some(key) = self.keys.last().copied() {
            self.keys.remove(key.note.id);
            ears.up(key.note.key);
            ears.ended(key.note);
        }
        self.lead = None;
    }
}
