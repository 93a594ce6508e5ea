//! What another plugin's fault does to this one.

use super::support::{self, BLOCK, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::Signal;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
        let mut rig = support::load(trial, &place)?;
        support::activate(trial, &mut rig)?;
        if rig.main_inputs() == 0 {
            return trial.skip("it has no audio input");
        }
        let input = rig.signal(Signal::Constant(bad), BLOCK as usize);
        trial.step(format!("processing {BLOCK} frames of {bad}"));
        for _ in 0..2 {
            let ran = rig.run(&input, BLOCK, Events::default())?;
            support::look(trial, &ran, BLOCK, "bad numbers");
        }
        if recovers(trial, &mut rig, 2 * RATE)? {
            continue;
        }
        trial.find(
            &rules::NO_RECOVERY_RUNNING,
            format!("two seconds after a block of {bad} the output is still not finite"),
        );
        trial.step("deactivating");
        rig.deactivate();
        support::activate(trial, &mut rig)?;
        let finite = recovers(trial, &mut rig, RATE / 4)?;
        trial.find_if(!finite, &rules::NO_RECOVERY, || {
            format!("after a block of {bad}, deactivation and activation the output is still not finite")
        });
    }
    Ok(())
}

/// Whether the last of so many frames of noise come out finite.
fn recovers(trial: &mut Trial, rig: &mut Rig, frames: u32) -> Result<bool, String> {
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    trial.step(format!("processing {BLOCK} frames of noise after bad input"));
    let mut finite = false;
    for _ in 0..frames.div_ceil(BLOCK) {
        let ran = rig.run(&noise, BLOCK, Events::default())?;
        finite = ran.outputs.iter().flatten().all(|sample| sample.is_finite());
        if finite {
            break;
        }
    }
    Ok(finite)
}
