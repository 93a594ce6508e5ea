//! What a step plays.

use super::time::CATCH;
use super::{Arp, Last, Out, Struck};
use crate::dice::Dice;
use crate::key::Key;
use crate::order::pick;
use crate::params::{Loudness, Order, Restart, Step};

/// How much Humanise changes velocities at most, to either side.
const UNEVEN: f64 = 0.2;
/// The step's velocity with which notes are as loud as their keys were struck.
const AS_STRUCK: f32 = 100.0;

impl Arp {
    /// Plays the next step, at the present frame.
    pub(super) fn step(&mut self, out: &mut impl Out) {
        let Some(line) = self.line else { return };
        let (grid, settings, frame) = (self.grid, self.settings, self.now);
        let place = line.beats(frame);
        self.leave_out(place - line.per_frame);
        let (step, dice) = (self.next, self.dice());
        let by_song = self.in_song && settings.restart == Restart::Song;
        let number = if by_song { step } else { self.number };
        let index = settings.index(number);
        let what = settings.step[index];
        let ties_on = settings.step[settings.index(number + 1)].kind == Step::Tie;
        let length = grid.length_of(step) * settings.gate * what.length;
        self.shown = index + 1;
        (self.next, self.number, self.count) = (step + 1, self.number + 1, self.count + 1);
        let tied = self.tied.filter(|tied| self.voices.lives(*tied));
        self.last = Some(Last { frame, step, group: tied });
        if what.kind == Step::Tie {
            if let Some(group) = tied.filter(|_| !ties_on) {
                self.voices.end_at(group, grid.at(step) + length, &line);
                self.tied = None;
            }
            return;
        }
        // The tie that was to come has become something else.
        if let Some(group) = self.tied.take() {
            self.voices.end(group, frame, out);
        }
        self.struck = None;
        if what.kind == Step::Rest {
            return;
        }
        let note = if by_song { settings.plays_before(number) } else { self.notes };
        self.notes += 1;
        if Dice::Chance.roll(dice) >= settings.chance {
            return;
        }
        let group = self.voices.begin(frame, out);
        self.last = Some(Last { frame, step, group: Some(group) });
        let uneven = 1.0 + UNEVEN * settings.loose * (2.0 * Dice::Velocity.roll(dice) - 1.0);
        let velocity = (what.velocity, uneven as f32);
        self.play(group, [note, dice], what.transpose, velocity, out);
        if ties_on {
            self.tied = Some(group);
        } else {
            // A step that comes late has its whole length.
            let begins = grid.at(step) + grid.late(dice);
            let begins = if place - begins > 1.02 * line.per_frame { place } else { begins };
            self.voices.end_at(group, begins + length, &line);
        }
    }

    /// Leaves out steps that are overdue, but for the last of them: the song has been moved forward.
    fn leave_out(&mut self, place: f64) {
        if self.grid.at(self.next + 1) <= place {
            let last = self.grid.first_from(place) - 1;
            self.number += last - self.next;
            self.next = last;
        }
    }

    /// Plays a note of the row, or the chord.
    fn play(
        &mut self,
        group: usize,
        [note, dice]: [i64; 2],
        transpose: i32,
        velocity: (f32, f32),
        out: &mut impl Out,
    ) {
        let (order, octaves, count) = (self.settings.order, self.settings.octaves, self.held.len());
        if order == Order::Chord {
            let semitones = transpose + 12 * note.rem_euclid(octaves as i64) as i32;
            for n in 0..count {
                if let Some(key) = self.held.by_pitch(n) {
                    self.sound(group, key, semitones, velocity, out);
                }
            }
            self.struck = Some(Struck { frame: self.now, group, semitones, velocity });
            return;
        }
        let at = pick(order, note, count * octaves, &mut self.walk, dice);
        let (octave, n) = (at / count.max(1), at % count.max(1));
        let key = if order == Order::Played { self.held.by_time(n) } else { self.held.by_pitch(n) };
        if let Some(key) = key {
            self.sound(group, key, transpose + 12 * octave as i32, velocity, out);
        }
    }

    /// A finger that is a little later than the chord's others.
    pub(super) fn join(&mut self, key: Key, out: &mut impl Out) {
        let latest = (CATCH * self.rate) as i64;
        if let Some(Struck { frame, group, semitones, velocity }) = self.struck
            && self.now - frame <= latest
            && self.voices.lives(group)
        {
            self.sound(group, key, semitones, velocity, out);
        }
    }

    fn sound(
        &mut self,
        group: usize,
        source: Key,
        semitones: i32,
        (step, uneven): (f32, f32),
        out: &mut impl Out,
    ) {
        let velocity = match self.settings.loudness {
            Loudness::Played => self.held.velocity(source) * step / AS_STRUCK,
            Loudness::Step => step / 127.0,
        };
        let velocity = (velocity * uneven).clamp(1.0 / 127.0, 1.0);
        let key = source.moved(semitones);
        if self.voices.play(group, self.now, [source, key], velocity, out) {
            for expression in self.held.expressions(source) {
                self.voices.express(source, self.now, expression, out);
            }
        }
    }
}
