//! Eight at once: does one know of another?

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Place, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal, first_difference, peak};

const COUNT: usize = 8;
const FRAMES: usize = 4096;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let alone = fresh(trial, &place)?;
    let again = fresh(trial, &place)?;
    let mut rigs = Vec::new();
    for _ in 0..COUNT {
        let mut rig = support::load(trial, &place)?;
        support::activate(trial, &mut rig)?;
        rigs.push(rig);
    }
    let mut known = Vec::new();
    for (at, rig) in rigs.iter_mut().enumerate() {
        trial.step(format!("setting the parameters of instance {at}"));
        scatter(rig, at as u64 + 1)?;
        known.push(rig.plugin().values());
    }
    for (at, (rig, known)) in rigs.iter_mut().zip(&known).enumerate() {
        trial.step(format!("reading the parameters of instance {at}"));
        let values = rig.plugin().values();
        for ((parameter, before), after) in rig.info.parameters.iter().zip(known).zip(&values) {
            let mine = support::settable(parameter)
                && !support::same(rig.info.format, parameter, before.plain, after.plain);
            trial.find_if(mine, &rules::NOT_INDEPENDENT, || {
                let called = support::called(parameter);
                let (before, after) = (before.plain, after.plain);
                format!("parameter {called} of instance {at} went from {before} to {after} while others were set")
            });
        }
    }
    let among = fresh(trial, &place)?;
    // What is different each time says nothing about the others.
    let limit = 1e-4 * peak(&alone).max(1e-3);
    if first_difference(&alone, &again, limit).is_none()
        && let Some((channel, frame, before, after)) = first_difference(&alone, &among, limit)
    {
        let text = format!(
            "a new instance gives {after} instead of {before} at frame {frame} of output channel {channel}, after \
             the parameters of others were set"
        );
        trial.find(&rules::SOUND_NOT_INDEPENDENT, text);
    }
    trial.step("destroying eight instances");
    drop(rigs);
    Ok(())
}

/// What a new instance makes of noise.
fn fresh(trial: &mut Trial, place: &Place) -> Result<Vec<Vec<f32>>, String> {
    let mut rig = support::load(trial, place)?;
    support::activate(trial, &mut rig)?;
    support::render_signal(trial, &mut rig, Signal::Noise, FRAMES)
}

/// Sets everything to values by chance and lets the sound hear of it.
fn scatter(rig: &mut Rig, seed: u64) -> Outcome {
    let mut chance = Chance::new(seed);
    let mut changes = Vec::new();
    for (index, parameter) in (0..).zip(rig.info.parameters.clone()).take(1000) {
        if support::settable(&parameter) {
            let value = support::value(rig, index, &parameter, chance.unit())?;
            changes.push(support::change(rig, index, value)?);
        }
    }
    let natives: Vec<_> = changes.iter().map(|change| (change.index, change.native)).collect();
    rig.plugin().set(&natives);
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    rig.run(&noise, BLOCK, Events { changes: &changes, midi: &[] }).map(|_| ())
}
