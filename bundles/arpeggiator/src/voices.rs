//! The notes that are played, and when they end.

use dyad::event::{EventKind, Expression, RELEASE_VELOCITY};
use dyad::show::Keys;

use crate::key::{KEYS, Key};
use crate::line::Line;

/// Steps that sound at a time. A further one ends the first: it takes a rate that becomes much faster.
const STEPS: usize = 8;
/// The most notes of a step; further ones are left out.
const NOTES: usize = 128;

/// The notes of a step.
#[derive(Debug)]
struct Group {
    keys: Vec<Key>,
    lives: bool,
    /// Where they began, and where they end, in quarter notes; infinity until it is known.
    end: f64,
    /// The frame of their beginning.
    began: i64,
    /// The frame of their end.
    due: i64,
}

/// A key as it is played.
#[derive(Clone, Copy, Debug, Default)]
struct Played {
    id: u32,
    /// Of the group that it sounds in, from 1; 0 = it is silent.
    group: u8,
}

/// All notes that sound, by steps. No key sounds twice: what is played again ends first. `[audio-thread]`
#[derive(Debug)]
pub(crate) struct Voices {
    groups: [Group; STEPS],
    /// The group that is begun next.
    next: usize,
    played: Box<[Played]>,
    /// What was played last from each key.
    from: Box<[(Key, u32)]>,
    id: u32,
    pub(crate) keys: Keys,
}

impl Voices {
    /// `[main-thread]`
    pub(crate) fn new(sample_rate: f64) -> Self {
        let group = || Group {
            keys: Vec::with_capacity(NOTES),
            lives: false,
            end: f64::INFINITY,
            began: 0,
            due: i64::MAX,
        };
        Self {
            groups: std::array::from_fn(|_| group()),
            next: 0,
            played: vec![Played::default(); KEYS].into(),
            from: vec![(Key::default(), 0); KEYS].into(),
            id: 0,
            keys: Keys::new(1, sample_rate),
        }
    }

    /// The first frame at which something ends.
    pub(crate) fn due(&self) -> i64 {
        self.groups.iter().filter(|group| group.lives).map(|group| group.due).min().unwrap_or(i64::MAX)
    }

    /// Begins a step's notes.
    pub(crate) fn begin(&mut self, frame: i64, out: &mut impl FnMut(i64, EventKind) -> bool) -> usize {
        let at = self.next;
        self.next = (at + 1) % STEPS;
        self.end(at, frame, out);
        let group = &mut self.groups[at];
        (group.lives, group.began) = (true, frame);
        (group.end, group.due) = (f64::INFINITY, i64::MAX);
        at
    }

    /// Plays a note in a step, from a key that is held. A key that has begun in this step is not begun again.
    pub(crate) fn play(
        &mut self,
        group: usize,
        frame: i64,
        [source, key]: [Key; 2],
        velocity: f32,
        out: &mut impl FnMut(i64, EventKind) -> bool,
    ) -> bool {
        let mark = group as u8 + 1;
        let before = self.played[key.place()];
        if before.group == mark || self.groups[group].keys.len() == NOTES {
            return false;
        }
        if before.group != 0 {
            self.silence(key, frame, out);
        }
        // As ids have been elsewhere: below 2³¹.
        self.id = (self.id + 1) & 0x7fff_ffff;
        let id = self.id;
        if !out(frame, EventKind::NoteOn { note: key.note(id), velocity }) {
            return false;
        }
        self.played[key.place()] = Played { id, group: mark };
        self.from[source.place()] = (key, id);
        self.groups[group].keys.push(key);
        self.keys.on(key.key());
        true
    }

    fn silence(&mut self, key: Key, frame: i64, out: &mut impl FnMut(i64, EventKind) -> bool) {
        let played = &mut self.played[key.place()];
        if std::mem::take(&mut played.group) != 0 {
            let note = key.note(played.id);
            out(frame, EventKind::NoteOff { note, velocity: RELEASE_VELOCITY });
            self.keys.off(key.key());
        }
    }

    /// Passes on what the player does to a key, to the note that was played last from it.
    pub(crate) fn express(
        &mut self,
        source: Key,
        frame: i64,
        (expression, value): (Expression, f32),
        out: &mut impl FnMut(i64, EventKind) -> bool,
    ) {
        let (key, id) = self.from[source.place()];
        let played = self.played[key.place()];
        if played.group != 0 && played.id == id {
            out(frame, EventKind::Expression { note: key.note(id), expression, value });
        }
    }

    /// When a step's notes end, at the earliest a frame after their beginning.
    pub(crate) fn end_at(&mut self, group: usize, beats: f64, line: &Line) {
        let group = &mut self.groups[group];
        group.end = beats;
        group.due = line.frame(beats).max(group.began + 1);
    }

    /// Time goes on along another line.
    pub(crate) fn retime(&mut self, line: &Line) {
        for group in self.groups.iter_mut().filter(|group| group.lives && group.end.is_finite()) {
            group.due = line.frame(group.end).max(group.began + 1);
        }
    }

    /// Moves the end of a step's notes, by quarter notes.
    pub(crate) fn shift(&mut self, group: usize, beats: f64) {
        self.groups[group].end += beats;
    }

    /// Whether a step's notes have not ended.
    pub(crate) fn lives(&self, group: usize) -> bool {
        self.groups[group].lives
    }

    /// Ends a step's notes.
    pub(crate) fn end(&mut self, at: usize, frame: i64, out: &mut impl FnMut(i64, EventKind) -> bool) {
        if !std::mem::take(&mut self.groups[at].lives) {
            return;
        }
        for n in 0..self.groups[at].keys.len() {
            let key = self.groups[at].keys[n];
            // Those that another step has played since are its own.
            if self.played[key.place()].group == at as u8 + 1 {
                self.silence(key, frame, out);
            }
        }
        self.groups[at].keys.clear();
    }

    /// Ends what is due at a frame or before.
    pub(crate) fn end_due(&mut self, frame: i64, out: &mut impl FnMut(i64, EventKind) -> bool) {
        for at in 0..STEPS {
            if self.groups[at].lives && self.groups[at].due <= frame {
                self.end(at, frame, out);
            }
        }
    }

    /// Ends everything but one step's notes.
    pub(crate) fn end_others(
        &mut self,
        keep: Option<usize>,
        frame: i64,
        out: &mut impl FnMut(i64, EventKind) -> bool,
    ) {
        for at in (0..STEPS).filter(|at| Some(*at) != keep) {
            self.end(at, frame, out);
        }
    }

    /// Ends the notes of a channel.
    pub(crate) fn end_channel(
        &mut self,
        channel: u8,
        frame: i64,
        out: &mut impl FnMut(i64, EventKind) -> bool,
    ) {
        for at in 0..STEPS {
            for n in 0..self.groups[at].keys.len() {
                let key = self.groups[at].keys[n];
                if key.channel() == channel && self.played[key.place()].group == at as u8 + 1 {
                    self.silence(key, frame, out);
                }
            }
        }
    }

    /// Forgets all notes: somebody else has ended them.
    pub(crate) fn clear(&mut self) {
        for group in &mut self.groups {
            for key in group.keys.drain(..) {
                self.played[key.place()].group = 0;
            }
            group.lives = false;
        }
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line = Line { frame: 0, beats: 0.0, per_frame: 0.001 };

    fn short(kind: EventKind) -> (bool, u8) {
        match kind {
            EventKind::NoteOn { note, .. } => (true, note.key),
            EventKind::NoteOff { note, .. } => (false, note.key),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_never_sounds_twice() {
        let mut voices = Voices::new(48_000.0);
        let mut sent = Vec::new();
        let mut out = |frame, kind| {
            sent.push((frame, short(kind)));
            true
        };
        let key = [Key::new(0, 60); 2];
        let first = voices.begin(0, &mut out);
        assert!(voices.play(first, 0, key, 0.5, &mut out));
        assert!(!voices.play(first, 0, key, 0.5, &mut out), "not twice in a step");
        voices.end_at(first, 0.2, &LINE);
        let second = voices.begin(100, &mut out);
        assert!(voices.play(second, 100, key, 0.5, &mut out));
        voices.end_at(second, 0.3, &LINE);
        assert_eq!(voices.due(), 200);
        voices.end_due(200, &mut out);
        voices.end_due(300, &mut out);
        assert_eq!(voices.due(), i64::MAX);
        assert_eq!(voices.keys.sounding(), 0);
        assert_eq!(sent, [(0, (true, 60)), (100, (false, 60)), (100, (true, 60)), (300, (false, 60))]);
    }

    #[test]
    fn what_nobody_took_is_not_ended() {
        let mut voices = Voices::new(48_000.0);
        let group = voices.begin(0, &mut |_, _| true);
        assert!(!voices.play(group, 0, [Key::new(0, 60); 2], 0.5, &mut |_, _| false));
        voices.end_others(None, 5, &mut |_, kind| panic!("{kind:?}"));
    }

    #[test]
    fn a_crowd_of_steps_ends_the_first() {
        let mut voices = Voices::new(48_000.0);
        let mut sounding = Vec::new();
        let mut out = |_, kind| {
            match short(kind) {
                (true, key) => sounding.push(key),
                (false, key) => sounding.retain(|other| *other != key),
            }
            true
        };
        for n in 0..20 {
            let group = voices.begin(n, &mut out);
            voices.play(group, n, [Key::new(0, n as u8); 2], 0.5, &mut out);
        }
        voices.end_others(Some(1), 20, &mut out);
        assert_eq!(sounding, [17]);
    }

    #[test]
    fn the_shortest_note_has_a_frame() {
        let mut voices = Voices::new(48_000.0);
        let group = voices.begin(7, &mut |_, _| true);
        voices.end_at(group, 0.0, &LINE);
        assert_eq!(voices.due(), 8);
    }

    #[test]
    fn expressions_reach_the_last_note_of_their_key_while_it_sounds() {
        let mut voices = Voices::new(48_000.0);
        let (source, high) = (Key::new(0, 60), Key::new(0, 72));
        let group = voices.begin(0, &mut |_, _| true);
        voices.play(group, 0, [source, high], 0.5, &mut |_, _| true);
        let mut sent = Vec::new();
        let mut out = |frame, kind| {
            sent.push((frame, kind));
            true
        };
        voices.express(source, 5, (Expression::Pressure, 0.25), &mut out);
        voices.express(Key::new(0, 61), 5, (Expression::Pressure, 0.5), &mut out);
        voices.end(group, 9, &mut |_, _| true);
        voices.express(source, 10, (Expression::Pressure, 0.75), &mut out);
        let kind =
            EventKind::Expression { note: high.note(1), expression: Expression::Pressure, value: 0.25 };
        assert_eq!(sent, [(5, kind)]);
    }
}
