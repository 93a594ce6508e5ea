//! What comes out, measured.

use dyad::meter::Weight;
use dyad::prelude::*;

use crate::UtilityParams;
use crate::correlation::Correlation;
use crate::scope::Scope;

/// How the channels of 5.1 count.
const SURROUND: [Weight; 6] =
    [Weight::Front, Weight::Front, Weight::Front, Weight::Lfe, Weight::Surround, Weight::Surround];

/// Which of a true-peak meter's channels they are.
const LANES: [usize; 6] = [0, 0, 1, 2, 3, 3];

/// The meters' memory.
pub(crate) struct Meters {
    loudness: LoudnessAnalyser,
    correlation: Correlation,
    scope: Scope,
    /// The largest since the last reset, as a factor.
    true_peak: f32,
    /// Sound came in this block; none does while bypassed.
    heard: bool,
}

impl Meters {
    /// `[main-thread]`
    pub(crate) fn new(setup: &Setup, sender: MessageSender) -> Self {
        let channels = setup.layout.main_outputs();
        let (rate, frames) = (setup.sample_rate, setup.max_frames);
        Self {
            loudness: match SURROUND.get(..channels) {
                Some(weights) => LoudnessAnalyser::with_weights(rate, frames, weights),
                None => LoudnessAnalyser::new(rate, frames, channels),
            },
            correlation: Correlation::new(rate),
            scope: Scope::new(sender, rate),
            true_peak: 0.0,
            heard: false,
        }
    }

    /// A bypass has ended. What is measured over a long time stays. `[audio-thread]`
    pub(crate) fn reset(&mut self) {
        self.correlation.reset();
    }

    /// The loudness since the last reset in LUFS, −∞ where there is none yet. `[audio-thread]`
    pub(crate) fn integrated(&self) -> f32 {
        self.loudness.integrated()
    }

    /// Measures anew what is measured from a start. `[audio-thread]`
    pub(crate) fn restart(&mut self) {
        self.loudness.restart();
        self.true_peak = 0.0;
    }

    /// Takes the outputs of a piece into account. `[audio-thread]`
    pub(crate) fn add(&mut self, params: &mut UtilityParams, outputs: &[Option<&[f32]>; 6]) {
        if params.reset_meters.take() {
            self.restart();
        }
        self.heard = true;
        for (n, samples) in outputs.iter().enumerate() {
            let Some(samples) = samples else { break };
            self.loudness.add(n, samples);
            // Each bar has its side's channels; mono, the centre and effects count in both.
            let (in_left, in_right) = match (n, outputs[1]) {
                (0 | 4, Some(_)) => (true, false),
                (1 | 5, _) => (false, true),
                _ => (true, true),
            };
            if in_left {
                params.true_peak_l.add(LANES[n], samples);
            }
            if in_right {
                params.true_peak_r.add(LANES[n], samples);
            }
        }
        self.loudness.finish();
        if let [Some(left), right, ..] = outputs {
            let right = right.unwrap_or(left);
            self.correlation.add(left, right);
            self.scope.add(left, right);
        }
    }

    /// Shows the numbers. `[audio-thread]`
    pub(crate) fn end_block(&mut self, params: &mut UtilityParams) {
        let peak = params.true_peak_l.block_peak().max(params.true_peak_r.block_peak());
        self.true_peak = self.true_peak.max(peak);
        params.true_peak_max.show(20.0 * self.true_peak.log10());
        params.integrated.show(self.loudness.integrated());
        params.loudness_range.show(self.loudness.range());
        if std::mem::take(&mut self.heard) {
            params.momentary.show(self.loudness.momentary());
            params.short_term.show(self.loudness.short_term());
            params.correlation.show(self.correlation.value());
        } else {
            self.scope.rest();
            params.momentary.show(f32::NEG_INFINITY);
            params.short_term.show(f32::NEG_INFINITY);
            params.correlation.show(0.0);
        }
    }
}
