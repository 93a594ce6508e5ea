//! Envelopes: attack, decay, sustain, release, each segment with an exact length in frames.
//!
//! A segment of N frames goes from a level A to a level B. At its frame n, 0 ≤ n < N, the level is
//!
//! ```text
//! A + (B − A) · (1 − exp(−k·n/N)) / (1 − exp(−k))        k = 8 · curve
//! ```
//!
//! and at frame N it is B, exactly: the first frame of what comes next. With k = 0 that is a straight line. An attack
//! goes from the present level to 1, so that a voice that starts again does not click; a release from the present level
//! to 0.

/// `k` of the steepest curve.
const STEEPEST: f64 = 8.0;
/// A sustain that is moved takes this long for the whole way from 0 to 1.
const SUSTAIN_SECONDS: f64 = 0.01;
/// The shortest attack from a level above 0, which would click.
const AGAIN_SECONDS: f64 = 0.001;

/// An envelope as it is set: for editors, which draw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnvelopeSettings {
    /// Milliseconds from 0 to 1.
    pub attack: f64,
    /// Milliseconds from 1 to the sustain.
    pub decay: f64,
    /// 0 to 1.
    pub sustain: f64,
    /// Milliseconds from the sustain to 0.
    pub release: f64,
    /// 0 is straight, 1 the steepest at first.
    pub curve: f64,
}

impl EnvelopeSettings {
    /// The level at a time after the note's start, both in milliseconds, where the key is let go after `held`.
    #[must_use]
    pub fn level_at(&self, milliseconds: f64, held: f64) -> f64 {
        if milliseconds >= held {
            let from = self.held_at(held);
            let gone = milliseconds - held;
            return if gone >= self.release { 0.0 } else { from * (1.0 - self.share(gone / self.release)) };
        }
        self.held_at(milliseconds)
    }

    fn held_at(&self, milliseconds: f64) -> f64 {
        if milliseconds < self.attack {
            return self.share(milliseconds / self.attack);
        }
        let gone = milliseconds - self.attack;
        if gone >= self.decay {
            return self.sustain;
        }
        1.0 + (self.sustain - 1.0) * self.share(gone / self.decay)
    }

    /// How much of a segment's way is done at a share of its time.
    pub(crate) fn share(&self, time: f64) -> f64 {
        let k = STEEPEST * self.curve;
        if k < 1e-6 { time } else { (-k * time).exp_m1() / (-k).exp_m1() }
    }
}

/// The same in frames.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Times {
    attack: u32,
    decay: u32,
    sustain: f64,
    release: u32,
    k: f64,
    /// The most that a sustain moves in a frame.
    slew: f64,
    /// The shortest attack from a level above 0, in frames.
    again: u32,
}

impl Times {
    pub(crate) fn new(settings: &EnvelopeSettings, rate: f64) -> Self {
        // The cast stops at the ends.
        let frames = |ms: f64| (ms * 1e-3 * rate).round() as u32;
        Self {
            attack: frames(settings.attack),
            decay: frames(settings.decay),
            sustain: settings.sustain,
            release: frames(settings.release),
            k: STEEPEST * settings.curve,
            slew: 1.0 / (SUSTAIN_SECONDS * rate),
            again: (AGAIN_SECONDS * rate).round() as u32,
        }
    }

    pub(crate) fn release(&self) -> u32 {
        self.release
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Over,
    Attack,
    Decay,
    Sustain,
    Release,
}

/// An envelope that runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    stage: Stage,
    from: f64,
    to: f64,
    /// Which share of the way is left: `left ← q · left − c` in each frame.
    left: f64,
    q: f64,
    c: f64,
    frames: u32,
}

impl Envelope {
    pub(crate) const fn new() -> Self {
        Self { stage: Stage::Over, from: 0.0, to: 0.0, left: 0.0, q: 0.0, c: 0.0, frames: 0 }
    }

    /// The level of the next frame.
    #[inline]
    pub(crate) fn level(&self) -> f64 {
        self.to + (self.from - self.to) * self.left
    }

    /// Nothing comes any more.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Whether it has come down to a sustain of 0, from where only an attack leads away.
    #[inline]
    pub(crate) fn rests_at_zero(&self, times: &Times) -> bool {
        self.stage == Stage::Sustain && self.to == 0.0 && times.sustain == 0.0
    }

    /// A note begins.
    pub(crate) fn start(&mut self, times: &Times) {
        let level = self.level();
        let frames = if level > 0.0 { times.attack.max(times.again) } else { times.attack };
        self.segment(Stage::Attack, level, 1.0, frames, times);
    }

    /// The key is let go.
    pub(crate) fn release(&mut self, times: &Times) {
        if !matches!(self.stage, Stage::Over | Stage::Release) {
            self.segment(Stage::Release, self.level(), 0.0, times.release, times);
        }
    }

    fn segment(&mut self, stage: Stage, from: f64, to: f64, frames: u32, times: &Times) {
        let n = f64::from(frames);
        (self.stage, self.from, self.to, self.frames, self.left) = (stage, from, to, frames, 1.0);
        (self.q, self.c) = if times.k < 1e-6 {
            (1.0, 1.0 / n)
        } else {
            // left(n) = (exp(−k·n/N) − exp(−k)) / (1 − exp(−k))
            let end = (-times.k).exp();
            let q = (-times.k / n).exp();
            (q, end * (1.0 - q) / (1.0 - end))
        };
        if frames == 0 {
            self.end_segment(times);
        }
    }

    fn end_segment(&mut self, times: &Times) {
        match self.stage {
            Stage::Attack => self.segment(Stage::Decay, 1.0, times.sustain, times.decay, times),
            Stage::Decay => {
                self.stage = Stage::Sustain;
                self.left = 0.0;
            }
            Stage::Release => *self = Self::new(),
            Stage::Sustain | Stage::Over => {}
        }
    }

    /// Writes the levels of the next frames, and moves on by as many.
    #[inline]
    pub(crate) fn fill(&mut self, times: &Times, out: &mut [f32]) {
        let mut at = 0;
        while at < out.len() {
            let rest = &mut out[at..];
            match self.stage {
                Stage::Over => {
                    rest.fill(0.0);
                    return;
                }
                Stage::Sustain => {
                    if self.to == times.sustain {
                        rest.fill(self.to as f32);
                    } else {
                        for out in rest {
                            *out = self.to as f32;
                            self.to += (times.sustain - self.to).clamp(-times.slew, times.slew);
                        }
                    }
                    return;
                }
                _ => {
                    let frames = rest.len().min(self.frames as usize);
                    let way = self.from - self.to;
                    for out in &mut rest[..frames] {
                        *out = (self.to + way * self.left) as f32;
                        self.left = self.q * self.left - self.c;
                    }
                    at += frames;
                    self.frames -= frames as u32;
                    if self.frames == 0 {
                        self.end_segment(times);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    fn settings(curve: f64) -> EnvelopeSettings {
        EnvelopeSettings { attack: 10.0, decay: 25.0, sustain: 0.4, release: 40.0, curve }
    }

    /// A note that is let go after `held` frames, in pieces of `cut`.
    fn run(settings: &EnvelopeSettings, held: usize, frames: usize, cut: usize) -> Vec<f32> {
        let times = Times::new(settings, RATE);
        let mut envelope = Envelope::new();
        envelope.start(&times);
        let mut out = vec![0.0; frames];
        let (before, after) = out.split_at_mut(held);
        before.chunks_mut(cut).for_each(|piece| envelope.fill(&times, piece));
        envelope.release(&times);
        after.chunks_mut(cut).for_each(|piece| envelope.fill(&times, piece));
        out
    }

    #[test]
    fn every_frame_is_the_closed_form() {
        for curve in [0.0, 0.3, 1.0] {
            for held in [100, 480, 1000, 1680, 3000] {
                let settings = settings(curve);
                let out = run(&settings, held, 6000, 64);
                for (n, level) in out.iter().enumerate() {
                    let ms = |frames: usize| frames as f64 * 1000.0 / RATE;
                    let wanted = settings.level_at(ms(n), ms(held));
                    assert!(
                        (f64::from(*level) - wanted).abs() < 1e-6,
                        "{curve} {held} {n}: {level} {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn segments_end_exactly_and_the_cut_does_not_matter() {
        let out = run(&settings(0.7), 3000, 6000, 64);
        assert_eq!((out[0], out[480], out[480 + 1200]), (0.0, 1.0, 0.4));
        assert!(out[479] < 1.0 && out[479 + 1200] > 0.4);
        assert_eq!(out.iter().rposition(|level| *level != 0.0), Some(3000 + 1920 - 1));
        for cut in [1, 7, 512] {
            assert_eq!(run(&settings(0.7), 3000, 6000, cut), out);
        }
    }

    #[test]
    fn a_second_start_goes_on_from_the_present_level() {
        let times = Times::new(&EnvelopeSettings { attack: 0.0, ..settings(0.5) }, RATE);
        let mut envelope = Envelope::new();
        envelope.start(&times);
        let mut out = [0.0; 600];
        envelope.fill(&times, &mut out);
        assert_eq!(out[0], 1.0, "nothing sounded before, so it begins at once");
        let before = envelope.level();
        envelope.start(&times);
        envelope.fill(&times, &mut out);
        assert_eq!(f64::from(out[0]), f64::from(before as f32));
        assert!(out[..48].is_sorted() && out[48] == 1.0, "within a millisecond, not at once");
    }

    #[test]
    fn a_sustain_that_moves_is_followed_without_a_jump() {
        let low = Times::new(&EnvelopeSettings { attack: 0.0, decay: 0.0, ..settings(0.5) }, RATE);
        let high = Times { sustain: 0.9, ..low };
        let mut envelope = Envelope::new();
        envelope.start(&low);
        let mut out = [0.0; 1000];
        envelope.fill(&low, &mut out[..100]);
        envelope.fill(&high, &mut out[100..]);
        assert_eq!((out[99], out[999]), (0.4, 0.9));
        assert!(out.windows(2).skip(1).all(|pair| pair[1] - pair[0] < 0.0022 && pair[1] >= pair[0]));
    }
}
