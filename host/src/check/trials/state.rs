//! Saving and loading.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal, first_difference, peak};
use crate::info::ParameterValue;
use crate::state::PluginState;

const FRAMES: usize = 8 * BLOCK as usize;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    support::activate(trial, &mut rig)?;
    scatter(trial, &mut rig)?;
    let values = rig.plugin().values();
    let Some(state) = save(trial, &mut rig) else { return Ok(()) };
    differences(trial, &mut rig, &values, &rules::STATE_SAVE_CHANGES, "after saving");
    let Some(second) = save(trial, &mut rig) else { return Ok(()) };
    trial.find_if(state != second, &rules::STATE_TWICE, || {
        format!("{}, without a change in between", difference(&state, &second))
    });
    trial.step("deactivating");
    rig.deactivate();
    let mut others = Vec::new();
    for _ in 0..2 {
        let mut other = support::load(trial, &place)?;
        if !load(trial, &mut other, &state) {
            return Ok(());
        }
        if others.is_empty() {
            let when = "in another instance that loaded the state";
            differences(trial, &mut other, &values, &rules::STATE_LOST, when);
        }
        others.push(other);
    }
    if let Some(third) = save(trial, &mut others[0]) {
        trial.find_if(state != third, &rules::STATE_DIFFERS, || {
            format!("{}, saved by the instance that loaded it", difference(&state, &third))
        });
    }
    sounds(trial, &mut rig, others)
}

/// Do the instances that loaded the state sound as the one that saved it?
fn sounds(trial: &mut Trial, rig: &mut Rig, mut others: Vec<Rig>) -> Outcome {
    let mut sound = |rig: &mut Rig| {
        support::activate(trial, rig)?;
        let sound = support::render_signal(trial, rig, Signal::Noise, FRAMES);
        rig.deactivate();
        sound
    };
    let saved = sound(rig)?;
    let (loaded, second, again) = (sound(&mut others[0])?, sound(&mut others[1])?, sound(&mut others[0])?);
    let limit = 1e-3 * peak(&loaded).max(1e-3);
    // What sounds different each time, or after each activation, tells nothing here.
    let steady = |other: &[Vec<f32>]| first_difference(&loaded, other, limit).is_none();
    if steady(&second)
        && steady(&again)
        && let Some((channel, frame, a, b)) = first_difference(&saved, &loaded, limit)
    {
        let text =
            format!("output channel {channel} is {b} instead of {a} at frame {frame} with a loaded state");
        trial.find(&rules::STATE_SOUND, text);
    }
    Ok(())
}

/// Sets everything to other values, and lets the sound hear of it.
fn scatter(trial: &mut Trial, rig: &mut Rig) -> Outcome {
    trial.step("setting all parameters");
    let mut chance = Chance::new(5);
    let mut changes = Vec::new();
    for (index, parameter) in (0..).zip(rig.info.parameters.clone()).take(2000) {
        if support::settable(&parameter) {
            let value = support::value(rig, index, &parameter, chance.unit())?;
            changes.push(support::change(rig, index, value)?);
        }
    }
    let natives: Vec<_> = changes.iter().map(|change| (change.index, change.native)).collect();
    rig.plugin().set(&natives);
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    let mut events = Events { changes: &changes, midi: &[] };
    for _ in 0..4 {
        support::block(trial, rig, &noise, BLOCK, "noise with all parameters set", events)?;
        events = Events::default();
    }
    Ok(())
}

fn save(trial: &mut Trial, rig: &mut Rig) -> Option<PluginState> {
    trial.step("saving its state");
    match rig.plugin().save_state() {
        Ok(state) => Some(state),
        Err(reason) => {
            trial.find(&rules::STATE_SAVE, reason);
            None
        }
    }
}

fn load(trial: &mut Trial, rig: &mut Rig, state: &PluginState) -> bool {
    trial.step("loading its state");
    match rig.plugin().load_state(state.clone()) {
        Ok(()) => true,
        Err(reason) => {
            trial.find(&rules::STATE_LOAD, reason);
            false
        }
    }
}

fn differences(
    trial: &mut Trial,
    rig: &mut Rig,
    before: &[ParameterValue],
    rule: &'static crate::check::finding::Rule,
    when: &str,
) {
    let after = rig.plugin().values();
    for ((parameter, before), after) in rig.info.parameters.iter().zip(before).zip(&after) {
        // The wheel's place is the player's, and no session brings it back.
        let changed = support::settable(parameter)
            && !parameter.flags.midi
            && !support::same(rig.info.format, parameter, before.plain, after.plain);
        trial.find_if(changed, rule, || {
            let (called, before, after) = (support::called(parameter), before.plain, after.plain);
            format!("parameter {called} was {before} and is {after} {when}")
        });
    }
}

/// What differs, for a person.
fn difference(a: &PluginState, b: &PluginState) -> String {
    match (a, b) {
        (
            PluginState::Vst3 { component: a, controller: x },
            PluginState::Vst3 { component: b, controller: y },
        ) => {
            let (part, a, b) = match (x, y) {
                (Some(x), Some(y)) if a == b => ("controller", &x.0, &y.0),
                _ => ("component", &a.0, &b.0),
            };
            let at = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
            format!("the {part}'s {} and {} bytes differ from byte {at}", a.len(), b.len())
        }
        (PluginState::Lv2 { properties: a, .. }, PluginState::Lv2 { properties: b, .. }) => {
            let other = a.iter().find(|property| !b.contains(property));
            match other {
                Some(property) => format!("the property {} differs", property.key),
                None => format!("there are {} and {} properties", a.len(), b.len()),
            }
        }
        _ => "they are of two formats".into(),
    }
}

/// The same while it runs.
pub(super) fn running(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    let values = rig.plugin().values();
    for _ in 0..20 {
        support::block(
            trial,
            &mut rig,
            &noise,
            BLOCK,
            "noise between saving and loading",
            Events::default(),
        )?;
        let Some(state) = save(trial, &mut rig) else { return Ok(()) };
        support::block(
            trial,
            &mut rig,
            &noise,
            BLOCK,
            "noise between saving and loading",
            Events::default(),
        )?;
        if !load(trial, &mut rig, &state) {
            return Ok(());
        }
    }
    differences(
        trial,
        &mut rig,
        &values,
        &rules::STATE_LOST,
        "after 20 times saved and loaded while running",
    );
    Ok(())
}
