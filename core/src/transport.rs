//! Where the host's song is, and how it moves.

/// The host's transport at the first frame of a piece. What a host does not say is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Transport {
    /// Whether it moves.
    pub playing: bool,
    /// Whether it records.
    pub recording: bool,
    /// Whether it goes back from the loop's end to its start.
    pub looping: bool,
    /// Quarter notes per minute; finite and above 0.
    pub tempo: Option<f64>,
    /// Beats of a bar, and the note value of a beat: 6/8 is `(6, 8)`. Both above 0.
    pub time_signature: Option<(u16, u16)>,
    /// Frames since the song's start; negative in a count-in.
    pub position_frames: Option<i64>,
    /// Quarter notes since the song's start; negative in a count-in.
    pub position_beats: Option<f64>,
    /// Where the present bar began, in quarter notes since the song's start.
    pub bar_start_beats: Option<f64>,
    /// The present bar's number, 0 = the song's first.
    pub bar: Option<i64>,
    /// Where the loop starts and ends, in quarter notes; the start lies before the end.
    pub loop_beats: Option<(f64, f64)>,
}

impl Transport {
    /// The same with everything taken out that makes no sense: tempo 0, time signature 0/0, a loop
    /// that ends before it starts, numbers that are none. Adaptors call it on what hosts say.
    #[must_use]
    pub fn checked(self) -> Self {
        let finite = |beats: Option<f64>| beats.filter(|beats| beats.is_finite());
        Self {
            tempo: self.tempo.filter(|tempo| tempo.is_finite() && *tempo > 0.0),
            time_signature: self.time_signature.filter(|(beats, value)| *beats > 0 && *value > 0),
            position_beats: finite(self.position_beats),
            bar_start_beats: finite(self.bar_start_beats),
            loop_beats: self.loop_beats.filter(|(a, b)| a.is_finite() && b.is_finite() && a < b),
            ..self
        }
    }

    /// The transport this many frames later, as far as it can be told without the host: positions move
    /// with the tempo while it plays, over a loop's end too, and a bar's end begins the next bar.
    /// `[audio-thread]`
    #[must_use]
    pub fn after(self, frames: u32, sample_rate: f64) -> Self {
        if !self.playing || frames == 0 {
            return self;
        }
        let mut later = self;
        later.position_frames = self.position_frames.map(|at| at.saturating_add(i64::from(frames)));
        let (Some(tempo), Some(beats)) = (self.tempo, self.position_beats) else { return later };
        let mut at = beats + f64::from(frames) / sample_rate * (tempo / 60.0);
        let mut jumped = false;
        if let Some((start, end)) = self.loop_beats.filter(|_| self.looping)
            && beats < end
            && at >= end
        {
            let over = (at - end) % (end - start);
            // How the loop's frames are counted, only the host knows.
            (at, jumped) = (start + over, true);
            later.position_frames = None;
        }
        later.position_beats = Some(at);
        if let (Some(bar_start), Some((count, value))) = (self.bar_start_beats, self.time_signature) {
            let length = f64::from(count) * 4.0 / f64::from(value);
            let bars = ((at - bar_start) / length).floor();
            if bars != 0.0 {
                later.bar_start_beats = Some(bar_start + bars * length);
                later.bar = self.bar.map(|bar| bar.saturating_add(bars as i64));
            }
        } else if jumped {
            (later.bar_start_beats, later.bar) = (None, None);
        }
        later
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing() -> Transport {
        Transport {
            playing: true,
            tempo: Some(120.0),
            time_signature: Some((3, 4)),
            position_frames: Some(1000),
            position_beats: Some(2.5),
            bar_start_beats: Some(0.0),
            bar: Some(0),
            ..Transport::default()
        }
    }

    #[test]
    fn it_moves_with_the_tempo_and_over_bars() {
        // Half a second is one beat.
        let later = playing().after(24_000, 48_000.0);
        assert_eq!((later.position_frames, later.position_beats), (Some(25_000), Some(3.5)));
        assert_eq!((later.bar, later.bar_start_beats), (Some(1), Some(3.0)));
        let stopped = Transport { playing: false, ..playing() };
        assert_eq!(stopped.after(24_000, 48_000.0), stopped);
        let alone = Transport { playing: true, position_frames: Some(i64::MAX), ..Transport::default() };
        assert_eq!(alone.after(5, 48_000.0), alone, "nothing to reckon with, and no overflow");
    }

    #[test]
    fn it_goes_round_a_loop() {
        let looping = Transport { looping: true, loop_beats: Some((1.0, 3.0)), ..playing() };
        let later = looping.after(24_000, 48_000.0);
        assert_eq!((later.position_beats, later.position_frames), (Some(1.5), None));
        assert_eq!((later.bar, later.bar_start_beats), (Some(0), Some(0.0)));
        let beyond = Transport { position_beats: Some(7.0), ..looping }.after(24_000, 48_000.0);
        assert_eq!(beyond.position_beats, Some(8.0), "a playhead beyond the loop goes on");
    }

    #[test]
    fn nonsense_is_taken_out() {
        let nonsense = Transport {
            tempo: Some(0.0),
            time_signature: Some((0, 0)),
            position_beats: Some(f64::NAN),
            bar_start_beats: Some(f64::INFINITY),
            loop_beats: Some((4.0, 4.0)),
            ..playing()
        };
        let checked = nonsense.checked();
        let none =
            Transport { playing: true, position_frames: Some(1000), bar: Some(0), ..Transport::default() };
        assert_eq!(checked, none);
        assert_eq!(playing().checked(), playing());
    }
}
