//! Bypassed, an effect does nothing.

use super::support::{self, BLOCK, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::Events;
use crate::check::rules;
use crate::check::signal::{Signal, first_difference};
use crate::shared::Change;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    let mut switches = (0_u32..).zip(&rig.info.parameters);
    let Some((index, parameter)) = switches.find(|(_, p)| p.flags.bypass || p.flags.enabled) else {
        return trial.skip("it has no bypass");
    };
    let off = if parameter.flags.bypass { 1.0 } else { 0.0 };
    let channels = rig.main_inputs();
    if channels == 0 || channels != rig.main_outputs() {
        return trial.skip("its main input and output have different channels, or there is none");
    }
    let change = Change { index, offset: 0, native: off };
    rig.plugin().set(&[(index, off)]);
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    let events = Events { changes: &[change], midi: &[] };
    support::block(trial, &mut rig, &noise, BLOCK, "noise, bypassed", events)?;
    // Time to fade.
    let frames = RATE as usize;
    let input = rig.signal(Signal::Noise, frames + 2 * BLOCK as usize);
    let output = support::render(trial, &mut rig, &input, input[0].len(), &[BLOCK], "noise, bypassed")?;
    let latency = rig.plugin().timing().map_or(0, |timing| timing.latency as usize);
    let matches = |late: usize| {
        let start = frames.max(late);
        let want: Vec<_> =
            input.iter().map(|channel| channel[start - late..channel.len() - late].to_vec()).collect();
        let got: Vec<_> = output.iter().map(|channel| channel[start..].to_vec()).collect();
        first_difference(&want, &got, 1e-4)
    };
    if latency < frames
        && let Some((channel, frame, want, got)) = matches(latency)
        && matches(0).is_some()
    {
        let text = format!(
            "bypassed for a second, output channel {channel} is {got} at frame {frame} of what follows, the input \
             {latency} frames before is {want}"
        );
        trial.find(&rules::BYPASS, text);
    }
    Ok(())
}
