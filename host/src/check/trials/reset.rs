//! The same again.

use super::support;
use crate::check::context::{Outcome, Trial};
use crate::check::rig::Rig;
use crate::check::rules;
use crate::check::signal::{Signal, first_difference, peak};

const FRAMES: usize = 12_000;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    support::activate(trial, &mut rig)?;
    if rig.outputs.is_empty() {
        return trial.skip("it has no audio output");
    }
    let first = sound(trial, &mut rig)?;
    let mut other = support::load(trial, &place)?;
    support::activate(trial, &mut other)?;
    let second = sound(trial, &mut other)?;
    drop(other);
    let limit = 1e-4 * peak(&first).max(1e-3);
    if let Some((channel, frame, a, b)) = first_difference(&first, &second, limit) {
        let text = format!(
            "a second instance gives {b} instead of {a} at frame {frame} of output channel {channel}"
        );
        trial.find(&rules::NOT_DETERMINISTIC, text);
        return Ok(());
    }
    trial.step("deactivating");
    rig.deactivate();
    support::activate(trial, &mut rig)?;
    let again = sound(trial, &mut rig)?;
    if let Some((channel, frame, a, b)) = first_difference(&first, &again, limit) {
        let text = format!(
            "after deactivation and activation output channel {channel} is {b} instead of {a} at frame {frame}"
        );
        trial.find(&rules::RESET, text);
    }
    Ok(())
}

fn sound(trial: &mut Trial, rig: &mut Rig) -> Result<Vec<Vec<f32>>, String> {
    let frames = FRAMES.next_multiple_of(support::BLOCK as usize);
    support::render_signal(trial, rig, Signal::Noise, frames)
}
