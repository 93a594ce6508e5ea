//! The player of steps: keys and the song's time go in, notes come out.

mod play;
#[cfg(test)]
mod tests;
mod time;

use dyad::event::{Event, EventKind, Note};

use crate::grid::Grid;
use crate::held::Held;
use crate::key::Key;
use crate::line::Line;
use crate::params::{Order, Restart};
use crate::settings::Settings;
use crate::voices::Voices;

pub(crate) use time::Song;

/// What a note is handed to: its frame, and what happens. False where there is no room for it.
pub(crate) trait Out: FnMut(i64, EventKind) -> bool {}
impl<F: FnMut(i64, EventKind) -> bool> Out for F {}

/// A step that has been played, or was a rest.
#[derive(Clone, Copy, Debug)]
struct Last {
    frame: i64,
    /// Its number on the grid.
    step: i64,
    group: Option<usize>,
}

/// A chord that later fingers join.
#[derive(Clone, Copy, Debug)]
struct Struck {
    frame: i64,
    group: usize,
    semitones: i32,
    /// The step's velocity and how much it is changed.
    velocity: (f32, f32),
}

/// All of it, independent of where hosts cut their blocks. Frames are counted from the first. `[audio-thread]`
#[derive(Debug)]
pub(crate) struct Arp {
    rate: f64,
    settings: Settings,
    pub(crate) held: Held,
    pub(crate) voices: Voices,
    /// A bit for each channel whose sustain pedal is down.
    pedals: u16,
    /// Everything before this frame is done.
    now: i64,
    /// Where time runs: the song's, or free from the first key. Nowhere while there is neither.
    line: Option<Line>,
    /// The line is the song's.
    in_song: bool,
    playing: bool,
    /// Quarter notes per minute.
    tempo: f64,
    looped: Option<(f64, f64)>,
    grid: Grid,
    /// The next step's number on the grid, and its frame.
    next: i64,
    due: i64,
    /// Steps and notes since the pattern began, and where the random walk is.
    number: i64,
    notes: i64,
    walk: usize,
    /// Steps since the processor began: what is diced by outside of the song.
    count: i64,
    last: Option<Last>,
    /// The notes that a tie is to come for.
    tied: Option<usize>,
    struck: Option<Struck>,
    /// The step of the pattern that time is at, from 1; 0 = none.
    pub(crate) shown: usize,
}

impl Arp {
    /// `[main-thread]`
    pub(crate) fn new(rate: f64, tempo: f64) -> Self {
        let settings = Settings::default();
        Self {
            rate,
            settings,
            held: Held::new(rate),
            voices: Voices::new(rate),
            pedals: 0,
            now: 0,
            line: None,
            in_song: false,
            playing: false,
            tempo,
            looped: None,
            grid: Grid { length: settings.quarters, swing: 0.5, loose: 0.0, per_second: tempo / 60.0 },
            next: 0,
            due: i64::MAX,
            number: 0,
            notes: 0,
            walk: 0,
            count: 0,
            last: None,
            tied: None,
            struck: None,
            shown: 0,
        }
    }

    /// Forgets everything; what sounds has been ended by others.
    pub(crate) fn reset(&mut self) {
        self.held.clear();
        self.voices.clear();
        (self.pedals, self.now, self.count) = (0, 0, 0);
        (self.line, self.in_song, self.playing) = (None, false, false);
        (self.last, self.tied, self.struck, self.due, self.shown) = (None, None, None, i64::MAX, 0);
    }

    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    pub(crate) fn tempo(&self) -> f64 {
        self.tempo
    }

    /// What happens at the present frame: before what the song does there.
    pub(crate) fn event(&mut self, event: Event, out: &mut impl Out) {
        match event.kind {
            EventKind::NoteOn { note, velocity } => self.press(note, velocity, out),
            EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                self.held.release(note, self.keeps());
                self.rest_without_keys(out);
            }
            EventKind::NoteEnd { .. } => {}
            EventKind::Expression { note, expression, value } => {
                self.held.express(Key::of(note), expression, value);
                self.voices.express(Key::of(note), self.now, (expression, value), out);
            }
            EventKind::Controller { channel, controller: 64, value } => {
                self.pedal(channel, value >= 0.5, out);
            }
            EventKind::Controller { channel, controller: 120 | 123..=127, .. } => {
                self.held.drop_kept_of(channel);
                self.rest_without_keys(out);
                self.voices.end_channel(channel, self.now, out);
                out(self.now, event.kind);
            }
            EventKind::Controller { channel, controller: 121, .. } => {
                self.pedal(channel, false, out);
                out(self.now, event.kind);
            }
            _ => _ = out(self.now, event.kind),
        }
    }

    fn press(&mut self, note: Note, velocity: f32, out: &mut impl Out) {
        let (silent, first) = (self.held.len() == 0, !self.held.any_down());
        if !self.held.press(note, velocity) {
            return;
        }
        if silent {
            self.begin_pattern();
        } else if first && self.settings.restart == Restart::Chord {
            (self.number, self.notes, self.walk) = (0, 0, 0);
        } else if !first && self.settings.order == Order::Chord {
            self.join(Key::of(note), out);
        }
        self.find_due();
    }

    /// Whether keys are kept after their release.
    fn keeps(&self) -> bool {
        self.settings.latch || self.pedals != 0
    }

    fn pedal(&mut self, channel: u8, down: bool, out: &mut impl Out) {
        let bit = 1 << (channel & 15);
        self.pedals = if down { self.pedals | bit } else { self.pedals & !bit };
        if !self.keeps() {
            self.held.drop_kept();
            self.rest_without_keys(out);
        }
    }

    /// Falls silent where no key is left.
    fn rest_without_keys(&mut self, out: &mut impl Out) {
        if self.held.len() == 0 {
            self.end_all(out);
            self.shown = 0;
            self.line = self.line.filter(|_| self.in_song);
            self.due = i64::MAX;
        }
    }

    fn end_all(&mut self, out: &mut impl Out) {
        self.voices.end_others(None, self.now, out);
        (self.last, self.tied, self.struck) = (None, None, None);
    }

    /// Plays up to a frame, without it.
    pub(crate) fn advance(&mut self, until: i64, out: &mut impl Out) {
        while self.now < until {
            let wrap = self.wrap();
            let end = until.min(wrap.unwrap_or(i64::MAX));
            loop {
                let frame = self.due.min(self.voices.due()).max(self.now);
                if frame >= end {
                    break;
                }
                self.now = frame;
                self.voices.end_due(frame, out);
                if self.due <= frame {
                    self.step(out);
                    self.find_due();
                }
            }
            self.now = end;
            if wrap == Some(end) && end < until {
                self.go_round(out);
            }
        }
    }
}
