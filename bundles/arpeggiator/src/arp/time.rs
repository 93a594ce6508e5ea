//! How the song's time moves: starts, stops, jumps and loops.

use dyad::prelude::Transport;
use dyad_dsp::note::usable_tempo;

use super::{Arp, Last, Out};
use crate::grid::Grid;
use crate::line::Line;
use crate::params::Restart;
use crate::settings::Settings;

/// What a host says further away than this is no place in a song, in quarter notes.
const FAR: f64 = 1e9;
/// A place so far from where it should be is a jump; less is a correction: a tempo that changed within a block.
const JUMP: f64 = 0.1;
/// The shortest loop, in quarter notes.
const SHORTEST_LOOP: f64 = 0.01;
/// How much a first key may be later than its step to be played at once, in seconds.
pub(super) const CATCH: f64 = 0.03;

/// What the host says of its song, at the first frame of a piece.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Song {
    pub(crate) playing: bool,
    /// In quarter notes.
    pub(crate) place: Option<f64>,
    pub(crate) tempo: Option<f64>,
    /// Where it goes from the second place to the first.
    pub(crate) looped: Option<(f64, f64)>,
}

impl From<Transport> for Song {
    fn from(transport: Transport) -> Self {
        Self {
            playing: transport.playing,
            place: transport.position_beats,
            tempo: transport.tempo,
            looped: transport.loop_beats.filter(|_| transport.looping),
        }
    }
}

impl Arp {
    /// Begins a piece.
    pub(crate) fn begin(&mut self, settings: Settings, song: Song, out: &mut impl Out) {
        if let Some(tempo) = song.tempo {
            // LV2 says tempos in 32 bits, and both formats are to play the same.
            self.tempo = f64::from(usable_tempo(tempo) as f32);
        }
        let kept = self.keeps();
        self.settings = settings;
        if kept && !self.keeps() {
            self.held.drop_kept();
            self.rest_without_keys(out);
        }
        let grid = Grid {
            length: settings.quarters,
            swing: settings.swing,
            loose: settings.loose,
            per_second: self.tempo / 60.0,
        };
        let was = std::mem::replace(&mut self.grid, grid);
        self.follow(song, out);
        if was.length != grid.length
            && let Some(line) = self.line
        {
            let done = self.last.map_or(f64::NEG_INFINITY, |last| was.at(last.step) + line.per_frame);
            self.next = grid.first_from(line.beats(self.now).max(done));
        }
        self.find_due();
    }

    fn per_frame(&self) -> f64 {
        self.tempo / 60.0 / self.rate
    }

    fn follow(&mut self, song: Song, out: &mut impl Out) {
        let was_playing = std::mem::replace(&mut self.playing, song.playing);
        let place = song.place.filter(|place| song.playing && place.abs() < FAR);
        let per_frame = self.per_frame();
        self.looped = song.looped.filter(|(start, end)| end - start > SHORTEST_LOOP.max(2.0 * per_frame));
        if (was_playing && !song.playing) || (self.in_song && place.is_none()) {
            self.stop(out);
        }
        match (place, self.line) {
            (Some(place), line) => {
                let new = Line { frame: self.now, beats: place, per_frame };
                match line.filter(|_| self.in_song) {
                    None => self.enter(new, out),
                    Some(line) if (line.beats(self.now) - place).abs() > JUMP => self.jump(new, out),
                    Some(_) => self.go_along(new),
                }
            }
            (None, Some(line)) if line.per_frame != per_frame => {
                self.go_along(Line { frame: self.now, beats: line.beats(self.now), per_frame });
            }
            (None, _) => {}
        }
    }

    fn go_along(&mut self, line: Line) {
        self.line = Some(line);
        self.voices.retime(&line);
    }

    /// The song begins to play.
    fn enter(&mut self, line: Line, out: &mut impl Out) {
        self.end_all(out);
        self.in_song = true;
        self.line = Some(line);
        (self.number, self.notes, self.walk) = (0, 0, 0);
        self.next = self.landing(&line);
    }

    /// The song stops: what sounds ends, and what only Latch or the pedal kept; what fingers hold runs free.
    fn stop(&mut self, out: &mut impl Out) {
        self.end_all(out);
        (self.in_song, self.line, self.shown) = (false, None, 0);
        self.held.drop_kept();
        if self.held.len() > 0 {
            self.begin_pattern();
        }
    }

    /// The first step that a line which begins now has before it; one that is less than a frame behind counts.
    fn landing(&self, line: &Line) -> i64 {
        self.grid.first_from(line.beats(self.now) - 1.02 * line.per_frame)
    }

    /// The song goes on elsewhere.
    fn jump(&mut self, line: Line, out: &mut impl Out) {
        let moved = self.line.map_or(0.0, |old| line.beats(self.now) - old.beats(self.now));
        let landing = self.landing(&line);
        // Hosts round the ends of loops as they like: the step there may have begun a frame ago.
        let same = self.last.filter(|last| self.is_same(*last, landing, &line));
        let keep = same.and_then(|last| last.group).filter(|group| self.voices.lives(*group));
        let tied = self.tied.filter(|tied| Some(*tied) == keep);
        self.voices.end_others(keep, self.now, out);
        if let Some(keep) = keep {
            self.voices.shift(keep, moved);
        }
        (self.tied, self.struck) = (tied, None);
        self.last = same.map(|last| Last { step: landing, ..last });
        self.next = landing + i64::from(same.is_some());
        self.go_along(line);
    }

    fn is_same(&self, last: Last, landing: i64, line: &Line) -> bool {
        let now =
            self.now - last.frame <= 2 && self.grid.at(landing) <= line.beats(self.now) + line.per_frame;
        let steps = self.settings.steps as i64;
        now && (self.settings.restart != Restart::Song || (last.step - landing) % steps == 0)
    }

    /// The frame at which the song goes back to its loop's start.
    pub(super) fn wrap(&self) -> Option<i64> {
        let (line, (_, end)) = (self.line.filter(|_| self.in_song)?, self.looped?);
        (line.beats(self.now) < end).then(|| line.frame(end).max(self.now))
    }

    pub(super) fn go_round(&mut self, out: &mut impl Out) {
        if let (Some(line), Some((start, end))) = (self.line, self.looped) {
            let over = line.beats(self.now) - end;
            self.jump(Line { frame: self.now, beats: start + over, ..line }, out);
            self.find_due();
        }
    }

    /// The first key has come.
    pub(super) fn begin_pattern(&mut self) {
        (self.number, self.notes, self.walk) = (0, 0, 0);
        self.last = None;
        if let Some(line) = self.line.filter(|_| self.in_song) {
            let caught = (CATCH * self.grid.per_second).min(self.grid.length / 2.0);
            self.next = self.grid.first_from(line.beats(self.now) - caught);
        } else {
            self.line = Some(Line { frame: self.now, beats: 0.0, per_frame: self.per_frame() });
            self.next = 0;
        }
    }

    /// Finds the next step's frame.
    pub(super) fn find_due(&mut self) {
        self.due = match self.line {
            Some(line) if self.held.len() > 0 => line.frame(self.grid.at(self.next) + self.late()),
            _ => i64::MAX,
        };
    }

    /// How much later the next step is played than it begins.
    pub(super) fn late(&self) -> f64 {
        self.grid.late(self.dice())
    }

    /// What the next step is diced by.
    pub(super) fn dice(&self) -> i64 {
        if self.in_song { self.next } else { self.count }
    }
}
