//! When the sound comes, and when it ends.

use super::support::{self, BLOCK, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Signal, peak};
use crate::info::Tail;

/// Frames that are compared.
const WINDOW: usize = 4096;
/// How far beyond what was said the sound is looked for.
const BEYOND: usize = 4096;
/// More than this is not measured.
const MOST: usize = 3 * RATE as usize;
/// How alike two signals are that are one but for time and level, and such that are nearly so.
const CLEAR: f64 = 0.995;
const LIKELY: f64 = 0.7;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    if rig.main_inputs() == 0 || rig.main_outputs() == 0 {
        return trial.skip("it has no audio input, or no output");
    }
    // Smoothed parameters settle first, and LV2 plugins say their latency in `run`.
    support::render_signal(trial, &mut rig, Signal::Silence, 64 * BLOCK as usize)?;
    let timing = rig.plugin().timing()?;
    let said = timing.latency as usize;
    if said > MOST {
        return trial.skip(format!("a latency of {said} frames is not measured"));
    }
    let frames = (WINDOW + said + BEYOND).next_multiple_of(BLOCK as usize);
    let mut input = rig.signal(Signal::Noise, frames);
    // Quiet noise: what bends the sound only when it is loud leaves it.
    input.iter_mut().flatten().for_each(|sample| *sample *= 0.1);
    let output = support::render(trial, &mut rig, &input, frames, &[BLOCK], "noise")?;
    trial.step("comparing input and output");
    if let Some((late, alike)) = best(&input[0], &output[0], said + BEYOND) {
        judge(trial, &rig, said, late, alike);
    }
    tail(trial, &mut rig, said, timing.tail)
}

fn judge(trial: &mut Trial, rig: &Rig, said: usize, late: usize, alike: f64) {
    if late == said || alike < LIKELY {
        return;
    }
    let text = format!(
        "the output is {late} frames late, and said to be {said} (input and output are alike by {:.1} %)",
        alike * 100.0
    );
    // An echo alone may be what a delay is for.
    let echo = ["delay", "reverb", "modul", "chorus", "spatial"];
    let category = rig.info.category.to_lowercase() + &rig.info.name.to_lowercase();
    let meant = said == 0 && echo.iter().any(|kind| category.contains(kind));
    let clear = alike >= CLEAR && !meant;
    trial.find(if clear { &rules::LATENCY } else { &rules::LATENCY_UNCLEAR }, text);
}

/// How much later `b` is most like `a`, and how alike they are then, from 0 to 1.
fn best(a: &[f32], b: &[f32], most: usize) -> Option<(usize, f64)> {
    let a = &a[..WINDOW.min(a.len())];
    let energy = |x: &[f32]| x.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>();
    let reference = energy(a);
    (0..=most.min(b.len().saturating_sub(a.len())))
        .map(|late| {
            let part = &b[late..late + a.len()];
            let product: f32 = a.iter().zip(part).map(|(a, b)| a * b).sum();
            let level = (reference * energy(part)).sqrt();
            (late, if level > 1e-12 { f64::from(product.abs()) / level } else { 0.0 })
        })
        .filter(|(_, alike)| alike.is_finite())
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Is it over when it was said to be?
fn tail(trial: &mut Trial, rig: &mut Rig, latency: usize, tail: Tail) -> Outcome {
    let Tail::Frames(tail) = tail else { return Ok(()) };
    let wait = latency + tail as usize;
    if wait > MOST || !rig.info.event_inputs.is_empty() {
        return Ok(());
    }
    let loud = peak(&support::render_signal(trial, rig, Signal::Noise, 32 * BLOCK as usize)?);
    let quiet = vec![vec![0.0; BLOCK as usize]; rig.main_inputs() as usize];
    let mut passed = 0;
    while passed < wait + BLOCK as usize {
        support::block(trial, rig, &quiet, BLOCK, "silence", Events::default())?;
        passed += BLOCK as usize;
    }
    let left = peak(&support::block(trial, rig, &quiet, BLOCK, "silence", Events::default())?.outputs);
    // 60 dB below.
    trial.find_if(left > 1e-3 * loud && left > 1e-5, &rules::TAIL, || {
        format!("a tail of {tail} frames was said, {passed} frames after noise the peak is still {left}")
    });
    Ok(())
}
