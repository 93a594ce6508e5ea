//! Ordinary input.

use super::support::{self, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rules;
use crate::check::signal::{Signal, peak};

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    if rig.outputs.is_empty() {
        return trial.skip("it has no audio output");
    }
    let quiet = support::render_signal(trial, &mut rig, Signal::Silence, RATE as usize / 4)?;
    let level = peak(&quiet);
    trial.find_if(rig.main_inputs() > 0 && level > 1e-3, &rules::NOISE_FROM_SILENCE, || {
        format!("silence comes out with a peak of {level}")
    });
    let noisy = support::render_signal(trial, &mut rig, Signal::Noise, RATE as usize / 2)?;
    let level = peak(&noisy);
    trial.find_if(level > 1000.0, &rules::LOUD, || {
        format!("noise within ±0.5 comes out with a peak of {level}")
    });
    for signal in [Signal::Impulse, Signal::Constant(1.0), Signal::Constant(-1.0), Signal::Constant(1e-30)]
    {
        support::render_signal(trial, &mut rig, signal, RATE as usize / 8)?;
    }
    // Denormal numbers come where something fades away.
    support::render_signal(trial, &mut rig, Signal::Noise, 4096)?;
    let fading = support::render_signal(trial, &mut rig, Signal::Silence, 2 * RATE as usize)?;
    let denormal = fading.iter().enumerate().find_map(|(channel, samples)| {
        samples.iter().position(|sample| sample.is_subnormal()).map(|frame| (channel, frame))
    });
    if let Some((channel, frame)) = denormal {
        let text =
            format!("output channel {channel} is a denormal number {frame} frames after noise has ended");
        trial.find(&rules::DENORMAL, text);
    }
    for signal in [Signal::Constant(1e4), Signal::Constant(0.0)] {
        support::render_signal(trial, &mut rig, signal, 4096)?;
    }
    Ok(())
}
