//! The echoes of one short sound, for a picture: when each comes, how loud it is on either side, and how much of
//! its treble is left. Worked out from the settings, by the same functions as the sound.

use crate::echo::{balance, bend};
use crate::filter::response;
use crate::tail::repeats;
use dyad_dsp::note::usable_tempo;

/// What the echoes follow from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Left's and right's time in milliseconds.
    pub times: [f64; 2],
    /// As a factor.
    pub feedback: f64,
    /// From side to side.
    pub ping_pong: bool,
    /// The loop is held.
    pub frozen: bool,
    /// The corners of low cut and high cut, in hertz.
    pub cuts: (f32, f32),
    /// As a factor.
    pub width: f64,
    /// 0 to 1.
    pub mix: f64,
    /// The tempo, in quarter notes per minute, where times follow it.
    pub tempo: Option<f64>,
}

/// An echo of a sound in the middle of the stereo picture, as loud as 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Echo {
    /// When it comes, in milliseconds after the sound.
    pub time: f64,
    /// Left's and right's level as a factor, of noise that is as loud in each octave.
    pub levels: [f64; 2],
    /// What the filters leave of what is above 2 kHz, as a factor.
    pub treble: f64,
}

/// The most echoes of a picture.
pub const MOST: usize = 64;
/// The lowest level that a picture shows, as a factor: −48 dB.
pub const LOWEST: f64 = 0.004;

/// Between two frequencies of 10 octaves from 20 Hz on.
const OCTAVE: f64 = 1.0 / 3.0;
/// Where treble begins, in hertz.
const TREBLE: f64 = 2000.0;
/// For the filters' closed form; their curves are alike at all rates but near the upper end.
const RATE: f64 = 96_000.0;

impl Settings {
    /// The echoes up to a time in milliseconds, in their order, [`MOST`] at most.
    #[must_use]
    pub fn echoes(&self, until: f64) -> Vec<Echo> {
        let mut all = Vec::with_capacity(MOST);
        if self.ping_pong && !self.frozen {
            let mut time = 0.0;
            for n in 0..MOST {
                time += self.times[n % 2];
                all.push(self.echo(time, n % 2, n));
            }
        } else {
            for side in 0..2 {
                let time = |n: usize| self.times[side] * (n + 1) as f64;
                all.extend((0..MOST).map(|n| self.echo(time(n), side, n)));
            }
        }
        all.retain(|echo| echo.time <= until);
        all.sort_by(|a, b| a.time.total_cmp(&b.time));
        // Both sides' at one time are one.
        all.dedup_by(|echo, before| {
            let same = (echo.time - before.time).abs() < 0.01;
            if same {
                (0..2).for_each(|side| before.levels[side] += echo.levels[side]);
            }
            same
        });
        all.truncate(MOST);
        all
    }

    /// Echo number `n` of a side, the first being 0.
    fn echo(&self, time: f64, side: usize, n: usize) -> Echo {
        let (again, passes) = if self.frozen { (0, 1) } else { (n, n as i32 + 1) };
        // What the loop makes of a sound of this level.
        let kept = (0..again).fold(1.0f32, |level, _| bend(level * self.feedback as f32));
        let [_, wet] = balance(self.mix as f32);
        let (all, treble) = self.left(passes);
        let level = f64::from(kept) * f64::from(wet) * all;
        let (own, other) = (0.5 + 0.5 * self.width, (0.5 - 0.5 * self.width).abs());
        let mut levels = [level * other; 2];
        levels[side] = level * own;
        Echo { time, levels, treble }
    }

    /// What the filters leave after so many passes: of everything, and of treble.
    fn left(&self, passes: i32) -> (f64, f64) {
        let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
        for n in 0..=30 {
            let hertz = 20.0 * 2f64.powf(f64::from(n) * OCTAVE);
            let power = response(hertz, self.cuts.0, self.cuts.1, RATE).powi(2 * passes);
            for band in 0..if hertz >= TREBLE { 2 } else { 1 } {
                sums[band] += power;
                counts[band] += 1.0;
            }
        }
        ((sums[0] / counts[0]).sqrt(), (sums[1] / counts[1]).sqrt())
    }

    /// How long a picture is, in milliseconds: at least two echoes, eight of the longer side at most, and a round
    /// number of quarter notes or of milliseconds.
    #[must_use]
    pub fn span(&self) -> f64 {
        let longest = self.times[0].max(self.times[1]);
        let heard = if self.frozen { None } else { repeats(self.feedback) };
        let wanted = longest * (heard.unwrap_or(8.0).clamp(2.0, 8.0) + 0.25);
        let unit = self.quarter().unwrap_or(1.0);
        // From a 1/16 on, doubled; or 1, 2, 5 and so on.
        let mut span = unit * if self.tempo.is_some() { 0.25 } else { 5.0 };
        let mut n = 0;
        while span < wanted {
            span *= if self.tempo.is_some() || n % 3 != 2 { 2.0 } else { 2.5 };
            n += 1;
        }
        span
    }

    /// A quarter note in milliseconds, where times follow the tempo.
    fn quarter(&self) -> Option<f64> {
        self.tempo.map(|tempo| 60_000.0 / usable_tempo(tempo))
    }

    /// The lines of a picture's grid, from its beginning to its end: where each is in milliseconds, its number (of
    /// quarter notes, or the milliseconds), and whether it is a bar of four.
    #[must_use]
    pub fn grid(&self) -> Vec<(f64, f64, bool)> {
        let span = self.span();
        let Some(quarter) = self.quarter() else {
            return (0..=5).map(|n| f64::from(n) * span / 5.0).map(|ms| (ms, ms, false)).collect();
        };
        let beats = span / quarter;
        // Eight or so, each a power of two of a quarter note.
        let step = 2f64.powf((beats / 8.0).log2().ceil());
        let count = (beats / step).round() as u32;
        let at = |n: u32| f64::from(n) * step;
        (0..=count).map(|n| (at(n) * quarter, at(n), at(n) % 4.0 == 0.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{HIGH_OFF, LOW_OFF};

    const PLAIN: Settings = Settings {
        times: [100.0, 100.0],
        feedback: 0.5,
        ping_pong: false,
        frozen: false,
        cuts: (LOW_OFF, HIGH_OFF),
        width: 1.0,
        mix: 1.0,
        tempo: None,
    };

    fn times_and_levels(settings: &Settings) -> Vec<(f64, [f64; 2])> {
        let echoes = settings.echoes(350.0);
        echoes.iter().map(|echo| (echo.time, echo.levels.map(|x| (x * 1000.0).round() / 1000.0))).collect()
    }

    #[test]
    fn it_shows_what_is_heard() {
        let expected = [(100.0, [1.0; 2]), (200.0, [0.5; 2]), (300.0, [0.25; 2])];
        assert_eq!(times_and_levels(&PLAIN), expected);
        let ping_pong = Settings { ping_pong: true, times: [100.0, 50.0], ..PLAIN };
        let expected =
            [(100.0, [1.0, 0.0]), (150.0, [0.0, 0.5]), (250.0, [0.25, 0.0]), (300.0, [0.0, 0.125])];
        assert_eq!(times_and_levels(&ping_pong), expected);
        let frozen = Settings { frozen: true, feedback: 0.1, mix: 0.25, ..PLAIN };
        assert_eq!(times_and_levels(&frozen), [100.0, 200.0, 300.0].map(|time| (time, [0.5; 2])));
        let mono = Settings { width: 0.0, times: [100.0, 1000.0], feedback: 0.0, ..PLAIN };
        assert_eq!(times_and_levels(&mono)[0], (100.0, [0.5; 2]));
    }

    #[test]
    fn each_echo_is_darker_than_the_one_before() {
        let dark = Settings { cuts: (LOW_OFF, 1000.0), ..PLAIN };
        let echoes = dark.echoes(1000.0);
        assert!(echoes.windows(2).all(|pair| pair[1].treble < pair[0].treble * 0.8));
        assert!(echoes[0].treble < 0.4 && echoes[0].levels[0] < 0.9);
        assert!(PLAIN.echoes(1000.0).iter().all(|echo| echo.treble == 1.0));
    }

    #[test]
    fn the_picture_has_room_for_what_is_to_be_seen() {
        for tempo in [None, Some(90.0), Some(120.0), Some(0.0)] {
            for time in [30.0, 120.0, 375.0, 5000.0] {
                for feedback in [0.0, 0.5, 1.1] {
                    let settings = Settings { times: [time, time * 0.5], feedback, tempo, ..PLAIN };
                    let (span, grid) = (settings.span(), settings.grid());
                    assert!(span >= 2.0 * time && span < 20.0 * time, "{time} ms: {span}");
                    assert!((6..=9).contains(&grid.len()), "{time} ms: {grid:?}");
                    assert_eq!(
                        (grid[0].0, grid.last().map(|line| line.0.round())),
                        (0.0, Some(span.round()))
                    );
                }
            }
        }
        // Four dotted eighths at 120 are 1.5 s: a bar of 2 s shows them.
        let dotted = Settings { times: [375.0; 2], feedback: 0.1, tempo: Some(120.0), ..PLAIN };
        assert_eq!(dotted.span(), 2000.0);
        let beats: Vec<f64> = dotted.grid().iter().map(|line| line.1).collect();
        assert_eq!(beats, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]);
    }
}
