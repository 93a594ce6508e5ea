//! Every parameter, everywhere.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal};
use crate::info::{Format, Parameter};
use crate::shared::{Change, EVENTS};

/// Parameters that are tried, of those that have thousands.
const MOST: usize = 400;
/// Frames after each change.
const FRAMES: u32 = 128;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    let parameters = rig.info.parameters.clone();
    let noise = rig.signal(Signal::Noise, FRAMES as usize);
    let mut chance = Chance::new(2);
    let mut odd = Vec::new();
    let mine = (0..).zip(&parameters).filter(|(_, p)| support::settable(p)).take(MOST);
    for (index, parameter) in mine {
        let called = support::called(parameter);
        let (min, max) = support::bounds(parameter);
        let between = support::value(&mut rig, index, parameter, chance.unit())?;
        // It has said that it sets this one itself: a button goes back.
        let mut own = false;
        for value in [min, max, between, parameter.default] {
            trial.step(format!("setting parameter {called} to {value}"));
            let change = support::change(&mut rig, index, value)?;
            rig.plugin().set(&[(index, change.native)]);
            let what = format!("noise with parameter {called} at {value}");
            let events = Events { changes: &[change], midi: &[] };
            let ran = support::block(trial, &mut rig, &noise, FRAMES, &what, events)?;
            outputs(trial, &parameters, rig.info.format, &ran.changes, &mut odd);
            own |= ran.changes.iter().any(|change| change.index == index);
            if !own {
                keeps(trial, &mut rig, index as usize, parameter, value);
            }
        }
    }
    Ok(())
}

/// Is the value there?
fn keeps(trial: &mut Trial, rig: &mut Rig, at: usize, parameter: &Parameter, value: f64) {
    let values = rig.plugin().values();
    let Some(now) = values.get(at) else { return };
    trial.find_if(!support::same(rig.info.format, parameter, now.plain, value), &rules::VALUE_LOST, || {
        let called = support::called(parameter);
        format!("parameter {called} was set to {value} and is {} after a block", now.plain)
    });
}

/// Do the values that come out lie where they should?
fn outputs(
    trial: &mut Trial,
    parameters: &[Parameter],
    format: Format,
    changes: &[Change],
    odd: &mut Vec<u32>,
) {
    for change in changes {
        if odd.contains(&change.index) {
            continue;
        }
        let Some(parameter) = parameters.get(change.index as usize) else { continue };
        let (min, max) = match format {
            Format::Lv2 => (parameter.min, parameter.max),
            Format::Vst3 => (0.0, 1.0),
        };
        let slack = 1e-5 * (max - min).abs().min(1e6);
        let outside = change.native < min - slack || change.native > max + slack || change.native.is_nan();
        if outside && min <= max {
            odd.push(change.index);
            let called = support::called(parameter);
            let text = format!("{called} was put out as {}, its range is {min} to {max}", change.native);
            trial.find(&rules::OUTPUT_RANGE, text);
        }
    }
}

/// Many changes at once.
pub(super) fn automation(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    let parameters = rig.info.parameters.clone();
    let mine: Vec<_> = (0..).zip(&parameters).filter(|(_, p)| support::settable(p)).take(MOST).collect();
    if mine.is_empty() {
        return trial.skip("it has no parameter that a host may set");
    }
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    let mut chance = Chance::new(3);
    for count in [10, 100, BLOCK as usize, 2000.min(EVENTS)] {
        let mut changes = Vec::new();
        for _ in 0..count {
            let (index, parameter) = mine[(chance.next() % mine.len() as u64) as usize];
            let value = support::value(&mut rig, index, parameter, chance.unit())?;
            let offset = (chance.next() % u64::from(BLOCK)) as u32;
            changes.push(Change { offset, ..support::change(&mut rig, index, value)? });
        }
        changes.sort_by_key(|change| change.offset);
        let what = format!("noise with {count} parameter changes");
        for _ in 0..2 {
            let events = Events { changes: &changes, midi: &[] };
            support::block(trial, &mut rig, &noise, BLOCK, &what, events)?;
        }
    }
    // All of them in the one frame of a block.
    let mut changes = Vec::new();
    for (index, parameter) in mine {
        changes.push(support::change(&mut rig, index, parameter.default)?);
    }
    let first: Vec<_> = noise.iter().map(|channel| channel[..1].to_vec()).collect();
    let events = Events { changes: &changes, midi: &[] };
    support::block(trial, &mut rig, &first, 1, "noise with all parameters changed", events)?;
    Ok(())
}
