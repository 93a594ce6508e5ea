//! The host's transport: `time:Position`.
//!
//! LV2 counts beats of the time signature, a [`Transport`] quarter notes: in 6/8 a beat is half a quarter
//! note, and 120 beats per minute are 60 quarter notes. A position in the song is what bar and beat
//! within the bar make with the present time signature, as if the song had no other. `time:beat`, which some hosts
//! send without its fraction, counts without them, and where it says the same more exactly: a beat within the bar
//! has 32 bits, and a frame of a long bar is lost in them. LV2 has no word for recording and
//! loops, so both are `false`.
//!
//! Hosts send a position when something has changed, and need not say all of it: what a message does not
//! mention goes on as it was, but one that says any position takes the place of all positions.

use dyad_core::Transport;

use crate::object::{Object, Value};
use crate::urids::Urids;

/// What a message says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Position {
    frame: Option<i64>,
    bar: Option<i64>,
    bar_beat: Option<f64>,
    beat: Option<f64>,
    speed: Option<f64>,
    unit: Option<f64>,
    per_bar: Option<f64>,
    per_minute: Option<f64>,
}

impl Position {
    /// `None` where the object is another, or malformed. `[audio-thread]`
    pub(crate) fn read(object: &Object<'_>, urids: &Urids) -> Option<Self> {
        if object.kind != urids.time_position {
            return None;
        }
        let mut all = Self::default();
        object.each(|key, value| all.note(key, &value, urids))?;
        Some(all)
    }

    fn note(&mut self, key: u32, value: &Value<'_>, urids: &Urids) {
        if key == urids.time_frame {
            self.frame = value.whole(urids);
            return;
        }
        if key == urids.time_bar {
            self.bar = value.whole(urids);
            return;
        }
        let places = [
            (urids.time_bar_beat, &mut self.bar_beat),
            (urids.time_beat, &mut self.beat),
            (urids.time_speed, &mut self.speed),
            (urids.time_beat_unit, &mut self.unit),
            (urids.time_beats_per_bar, &mut self.per_bar),
            (urids.time_beats_per_minute, &mut self.per_minute),
        ];
        for (urid, place) in places {
            if key == urid {
                *place = value.number(urids);
            }
        }
    }
}

/// Goes on counting where the host says nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    rate: f64,
    /// As of the last message, and how many frames ago that was at the block's first.
    transport: Transport,
    ago: i64,
    /// The engine does not know it yet.
    fresh: bool,
}

impl Clock {
    pub(crate) fn new(rate: f64) -> Self {
        Self { rate, transport: Transport::default(), ago: 0, fresh: false }
    }

    /// Time passes at another rate from now on. `[main-thread, not beside run]`
    pub(crate) fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// A new run begins, and nobody knows how much time has passed. Hosts say only what has changed since
    /// their last message, so the rest is as it was. `[main-thread & !active]`
    pub(crate) fn restart(&mut self) {
        let Transport { playing, tempo, time_signature, .. } = self.transport;
        self.transport = Transport { playing, tempo, time_signature, ..Transport::default() };
        (self.ago, self.fresh) = (0, true);
    }

    /// What a new run begins with, once. `[audio-thread]`
    pub(crate) fn begin(&mut self) -> Option<Transport> {
        std::mem::take(&mut self.fresh).then_some(self.transport)
    }

    /// A block has passed. `[audio-thread]`
    pub(crate) fn pass(&mut self, frames: usize) {
        self.ago = self.ago.saturating_add(frames as i64);
    }

    /// The transport at a frame of the block, with what the host says of it there. `[audio-thread]`
    pub(crate) fn hear(&mut self, frame: u32, said: &Position) -> Transport {
        let passed = self.ago.saturating_add(i64::from(frame)).clamp(0, i64::from(u32::MAX));
        let was = self.transport.after(passed as u32, self.rate);
        let above_0 = |number: Option<f64>| number.filter(|number| *number > 0.0);
        let whole = |number: Option<f64>| number.map(|number| (number + 0.5) as u16);
        let unit = above_0(said.unit).or(was.time_signature.map(|(_, unit)| f64::from(unit)));
        let per_bar = above_0(said.per_bar).or(was.time_signature.map(|(count, _)| f64::from(count)));
        // Without a word about it a beat is a quarter note.
        let quarters = 4.0 / unit.unwrap_or(4.0);
        let mut now = Transport {
            playing: said.speed.map_or(was.playing, |speed| speed != 0.0),
            tempo: said.per_minute.map(|tempo| tempo * quarters).or(was.tempo),
            time_signature: whole(per_bar).zip(whole(unit).or(Some(4))),
            ..was
        };
        let bar_start = said.bar.zip(per_bar).map(|(bar, per_bar)| bar as f64 * per_bar * quarters);
        let in_bar = said.bar_beat.map(|beat| beat * quarters);
        let beat = said.beat.map(|beat| beat * quarters);
        if said.frame.is_some() || said.bar.is_some() || in_bar.is_some() || beat.is_some() {
            now.position_frames = said.frame;
            now.position_beats = bar_start.zip(in_bar).map(|(start, beat)| start + beat).or(beat);
            if let (Some(start), Some(in_bar), Some(beat)) = (bar_start, in_bar, beat)
                && (beat - start) as f32 == in_bar as f32
            {
                now.position_beats = Some(beat);
            }
            let start = now.position_beats.zip(in_bar).map(|(position, beat)| position - beat);
            now.bar_start_beats = bar_start.or(start);
            now.bar = said.bar;
        }
        (self.transport, self.ago) = (now.checked(), -i64::from(frame));
        self.transport
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_the_time_signatures() {
        let mut clock = Clock::new(48_000.0);
        let said = Position {
            bar: Some(2),
            bar_beat: Some(1.5),
            unit: Some(8.0),
            per_bar: Some(6.0),
            per_minute: Some(240.0),
            speed: Some(1.0),
            ..Position::default()
        };
        let now = clock.hear(10, &said);
        assert_eq!((now.tempo, now.time_signature), (Some(120.0), Some((6, 8))));
        assert_eq!((now.bar_start_beats, now.position_beats), (Some(6.0), Some(6.75)));
        assert!(now.playing && !now.recording && now.position_frames.is_none());
        clock.pass(24_000);
        let faster = Position { per_minute: Some(480.0), ..Position::default() };
        let now = clock.hear(10, &faster);
        assert_eq!((now.tempo, now.position_beats), (Some(240.0), Some(7.75)), "half a second on");
        let stop = Position { speed: Some(0.0), frame: Some(5), ..Position::default() };
        let now = clock.hear(11, &stop);
        assert_eq!((now.playing, now.position_frames, now.position_beats), (false, Some(5), None));
        clock.pass(i64::MAX as usize);
        assert_eq!(clock.hear(u32::MAX, &Position::default()), now, "it stands");
    }

    #[test]
    fn a_beat_that_says_the_same_more_exactly_counts() {
        let exact = 402.1 + 1e-9;
        for (beat, position) in
            [(exact, exact), (402.0, 400.0 + f64::from(2.1_f32)), (402.101, 400.0 + f64::from(2.1_f32))]
        {
            let in_bar = f64::from(2.1_f32);
            let said = Position {
                bar: Some(100),
                bar_beat: Some(in_bar),
                beat: Some(beat),
                per_bar: Some(4.0),
                ..Position::default()
            };
            assert_eq!(Clock::new(48_000.0).hear(0, &said).position_beats, Some(position));
        }
    }

    #[test]
    fn nonsense_is_not_believed() {
        let mut clock = Clock::new(48_000.0);
        let said = Position {
            bar: Some(i64::MIN),
            bar_beat: Some(f64::MAX),
            unit: Some(0.0),
            per_bar: Some(1e300),
            per_minute: Some(-1.0),
            ..Position::default()
        };
        let now = clock.hear(0, &said);
        assert_eq!((now.tempo, now.playing), (None, false));
        assert_eq!(now.position_beats, None);
        let said = Position { beat: Some(3.0), per_bar: Some(0.2), ..Position::default() };
        let now = Clock::new(48_000.0).hear(0, &said);
        assert_eq!((now.position_beats, now.time_signature), (Some(3.0), None));
    }
}
