//! Where a rendering ends: the latency made up for, the tail cut after its last audible frame.
//!
//! The rule looks at the audio alone, frame by frame, so that it gives the same length whatever the
//! block sizes are.

/// Below this an output counts as silent: −120 dBFS.
const SILENCE: f32 = 1e-6;
/// For how long it must be silent, in seconds.
const HOLD: u64 = 2;
/// After how long a tail is cut even if it sounds, in seconds.
const LONGEST: u64 = 60;

/// How long to go on after the input's end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Rule {
    /// Until it is silent, but at least this many frames.
    Silent { at_least: u64 },
    /// This many frames.
    Exact(u64),
}

/// Decides frame by frame what becomes of the plugin's output.
///
/// Frames count from the first one that the plugin gave out. What it is late by is known only when
/// the input has ended; until then everything is kept, and that many frames are taken off the start
/// in the end.
#[derive(Clone, Debug)]
pub(super) struct Trimmer {
    input: u64,
    rate: u64,
    seen: u64,
    /// End of the last audible frame, or of the late input.
    end: u64,
    rest: Option<Rest>,
}

/// What is known once the input has ended.
#[derive(Clone, Copy, Debug)]
struct Rest {
    /// End of the input as it comes out of the plugin.
    input_end: u64,
    rule: Rule,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It lies behind the end.
    Drop,
    /// It is part of the result, and so is every frame held before.
    Keep,
    /// It is part of the result if a kept one follows.
    Hold,
}

impl Trimmer {
    pub(super) fn new(input: u64, rate: u32) -> Self {
        Self { input, rate: rate.into(), seen: 0, end: 0, rest: None }
    }

    /// Whether `input_ended` must be told before the frames up to `processed` can be judged.
    pub(super) fn wants_latency(&self, processed: u64) -> bool {
        self.rest.is_none() && processed >= self.input
    }

    /// Tells the latency, and how to go on from here.
    pub(super) fn input_ended(&mut self, latency: u64, rule: Rule) {
        let input_end = self.input + latency;
        self.end = self.end.max(input_end);
        self.rest = Some(Rest { input_end, rule });
    }

    pub(super) fn frame(&mut self, samples: impl IntoIterator<Item = f32>) -> Fate {
        if self.finished() {
            return Fate::Drop;
        }
        let index = self.seen;
        self.seen += 1;
        // NaN is no silence.
        let silent = || samples.into_iter().all(|sample| sample.abs() < SILENCE);
        match self.rest {
            Some(Rest { input_end, rule: Rule::Silent { .. } }) if index >= input_end && silent() => {
                Fate::Hold
            }
            _ => {
                self.end = self.end.max(self.seen);
                Fate::Keep
            }
        }
    }

    pub(super) fn finished(&self) -> bool {
        let Some(Rest { input_end, rule }) = self.rest else { return false };
        match rule {
            Rule::Exact(tail) => self.seen >= input_end + tail,
            Rule::Silent { at_least } => {
                let longest = LONGEST * self.rate;
                self.seen >= input_end + longest
                    || (self.seen >= self.end + HOLD * self.rate
                        && self.seen >= input_end + at_least.min(longest))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 10;

    /// Runs a signal (then silence) through the trimmer; returns the length of what is kept, and
    /// how many frames were needed.
    fn run(latency: u64, rule: Rule, signal: &[f32]) -> (usize, usize) {
        let mut trimmer = Trimmer::new(30, RATE);
        let (mut kept, mut held, mut needed) = (0, 0, 0);
        while !trimmer.finished() {
            let sample = signal.get(needed).copied().unwrap_or(0.0);
            if trimmer.wants_latency(needed as u64 + 1) {
                trimmer.input_ended(latency, rule);
            }
            needed += 1;
            match trimmer.frame([sample]) {
                Fate::Drop => {}
                Fate::Hold => held += 1,
                Fate::Keep => {
                    kept += held + 1;
                    held = 0;
                }
            }
        }
        (kept, needed)
    }

    const ANY: Rule = Rule::Silent { at_least: 0 };

    #[test]
    fn never_shorter_than_the_input() {
        assert_eq!(run(0, ANY, &[]), (30, 50));
        assert_eq!(run(0, ANY, &[1.0; 30]), (30, 50));
    }

    #[test]
    fn cut_after_the_last_audible_frame() {
        let mut signal = vec![0.5; 30];
        signal.extend([0.0; 15]);
        signal.push(2e-6);
        assert_eq!(run(0, ANY, &signal), (46, 66));
        signal.extend([0.0; 20]);
        signal.push(1.0);
        assert_eq!(run(0, ANY, &signal), (46, 66), "too late to count");
    }

    #[test]
    fn a_promised_tail_is_awaited() {
        let mut signal = vec![0.0; 80];
        signal.push(1.0);
        let rule = Rule::Silent { at_least: 60 };
        assert_eq!(run(0, rule, &signal), (81, 101));
    }

    #[test]
    fn endless_tails_are_cut() {
        let signal = vec![1.0; 10_000];
        assert_eq!(run(0, ANY, &signal), (630, 630));
        let nan = vec![f32::NAN; 10_000];
        assert_eq!(run(0, ANY, &nan), (630, 630));
        let rule = Rule::Silent { at_least: u64::MAX / 2 };
        assert_eq!(run(0, rule, &[]), (30, 630));
    }

    #[test]
    fn latency_is_made_up_for() {
        let mut signal = vec![0.0; 7];
        signal.extend([1.0; 30]);
        assert_eq!(run(7, ANY, &signal), (37, 57), "the first 7 are taken off later");
    }

    #[test]
    fn an_exact_tail_is_exact() {
        assert_eq!(run(3, Rule::Exact(5), &[1.0; 99]), (38, 38));
        assert_eq!(run(0, Rule::Exact(0), &[]), (30, 30));
    }
}
