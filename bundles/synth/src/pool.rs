//! All voices: who is free, who sounds, and whose place is taken.

use dyad::prelude::*;

use crate::notes::Notes;
use crate::order::Order;
use crate::params::VOICES;
use crate::voice::{Common, Voice};

/// As many again as can sound, for those that fade because their place was taken.
const PLACES: usize = 2 * VOICES;

/// In which way a place is taken, each with the order in which it came to be so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use {
    /// The key is down.
    Held,
    /// The key is up; the note sounds on by a pedal or its release.
    Released,
    /// Nobody's any more, silent within a moment.
    Fading,
}

const USES: usize = 3;

/// All voices.
#[derive(Debug)]
pub(crate) struct Pool {
    voices: Box<[Voice]>,
    order: Order<PLACES, USES>,
    /// Whose voice can still be addressed.
    by_note: Notes<u8, PLACES>,
    /// A bit for each place that is not free.
    active: u64,
    rate: f64,
}

impl Pool {
    /// `[main-thread]`
    pub(crate) fn new(rate: f64) -> Self {
        Self {
            voices: vec![Voice::new(); PLACES].into(),
            order: Order::new(),
            by_note: Notes::new(0),
            active: 0,
            rate,
        }
    }

    /// All are free.
    pub(crate) fn clear(&mut self) {
        // Also what free oscillators have behind them: after a reset all is as at first.
        self.voices.fill_with(Voice::new);
        self.order = Order::new();
        self.by_note.clear();
        self.active = 0;
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.active == 0
    }

    /// Voices of notes: all but those that fade.
    pub(crate) fn sounding(&self) -> usize {
        self.count(Use::Held) + self.count(Use::Released)
    }

    pub(crate) fn count(&self, list: Use) -> usize {
        self.order.len(list as usize)
    }

    pub(crate) fn first(&self, list: Use) -> Option<usize> {
        self.order.first(list as usize)
    }

    /// The one that came into the same list next.
    pub(crate) fn after(&self, at: usize) -> Option<usize> {
        self.order.after(at)
    }

    pub(crate) fn voice(&mut self, at: usize) -> &mut Voice {
        &mut self.voices[at]
    }

    pub(crate) fn of(&mut self, note: Note) -> Option<usize> {
        self.by_note.get(note.id).map(|at| usize::from(*at))
    }

    /// A place for a note that begins.
    pub(crate) fn take(&mut self, note: Note) -> usize {
        // The first that is free, so that it does not matter which of two was free sooner. With more notes in a moment
        // than there are places, the one that has faded for the longest is cut off.
        let at = match (!self.active).trailing_zeros() as usize {
            at @ 0..PLACES => at,
            _ => self.first(Use::Fading).unwrap_or(0),
        };
        self.active |= 1 << at;
        self.order.put(at, Use::Held as usize);
        self.by_note.insert(note.id, at as u8);
        at
    }

    /// A voice is another note's from now on; its former one can't be addressed any more.
    pub(crate) fn hand_over(&mut self, at: usize, to: Note) {
        self.by_note.remove(self.voices[at].note.id);
        self.by_note.insert(to.id, at as u8);
        self.order.put(at, Use::Held as usize);
    }

    /// The key of a voice is up.
    pub(crate) fn let_go(&mut self, at: usize) {
        self.order.put(at, Use::Released as usize);
    }

    /// A voice goes within a moment, or at once where nothing of it was heard yet.
    pub(crate) fn fade(&mut self, at: usize) {
        self.by_note.remove(self.voices[at].note.id);
        if self.voices[at].is_unheard() {
            self.free(at);
        } else {
            self.voices[at].fade(self.rate);
            self.order.put(at, Use::Fading as usize);
        }
    }

    fn free(&mut self, at: usize) {
        self.active &= !(1 << at);
        self.order.take(at);
    }

    /// Adds all voices' frames, the first of which is `frame` since the reset. `over` hears which notes have ended.
    pub(crate) fn mix(
        &mut self,
        common: &Common<'_>,
        frame: u64,
        left: &mut [f32],
        right: &mut [f32],
        mut over: impl FnMut(usize, &Voice),
    ) {
        let mut rest = self.active;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if self.voices[at].mix(common, frame, left, right) {
                let note = self.voices[at].note;
                if self.by_note.remove(note.id).is_some() {
                    over(at, &self.voices[at]);
                }
                self.free(at);
            }
        }
    }
}
