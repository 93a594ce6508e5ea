//! States that are none.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal};
use crate::state::{Bytes, PluginState, Property};

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    trial.step("saving its state");
    let good = rig.plugin().save_state()?;
    let list = bad(&good);
    if list.is_empty() {
        return trial.skip("it has no state but its ports");
    }
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    for (what, state) in list {
        trial.step(format!("loading {what} as its state"));
        let before = rig.plugin().values();
        let refused = rig.plugin().load_state(state).is_err();
        let moved = moved(&mut rig, &before);
        if let Some(moved) = moved {
            let rule = if refused { &rules::STATE_REFUSED } else { &rules::STATE_GARBAGE };
            let outcome = if refused { "refused" } else { "loaded" };
            trial.find(rule, format!("{what} was {outcome}, and {moved}"));
        }
        support::block(trial, &mut rig, &noise, BLOCK, &format!("noise after {what}"), Events::default())?;
        trial.step("loading its own state again");
        let back = rig.plugin().load_state(good.clone());
        if let Err(reason) = back {
            trial.find(&rules::STATE_LOAD, format!("after {what}: {reason}"));
        }
    }
    Ok(())
}

fn moved(rig: &mut Rig, before: &[crate::info::ParameterValue]) -> Option<String> {
    let after = rig.plugin().values();
    rig.info.parameters.iter().zip(before).zip(&after).find_map(|((parameter, before), after)| {
        let changed = support::settable(parameter)
            && !support::same(rig.info.format, parameter, before.plain, after.plain);
        let called = support::called(parameter);
        changed.then(|| format!("parameter {called} went from {} to {}", before.plain, after.plain))
    })
}

fn bad(good: &PluginState) -> Vec<(&'static str, PluginState)> {
    let mut chance = Chance::new(6);
    let mut random = |len: usize| (0..len).map(|_| chance.next() as u8).collect::<Vec<_>>();
    let shapes = |good: &[u8], random: &mut dyn FnMut(usize) -> Vec<u8>| {
        let mut flipped = good.to_vec();
        for byte in flipped.iter_mut().step_by(7) {
            *byte ^= 0x55;
        }
        let mut longer = good.to_vec();
        longer.extend(random(100));
        vec![
            ("64 bytes by chance", random(64)),
            ("65536 bytes by chance", random(65_536)),
            ("one byte", vec![0]),
            ("all bits set", vec![0xff; good.len().max(16)]),
            ("zeros", vec![0; good.len().max(16)]),
            ("half of its state", good[..good.len() / 2].to_vec()),
            ("its state without the last byte", good[..good.len().saturating_sub(1)].to_vec()),
            ("its state with every seventh byte changed", flipped),
            ("its state with 100 bytes more", longer),
        ]
    };
    match good {
        PluginState::Vst3 { component: Bytes(component), .. } => shapes(component, &mut random)
            .into_iter()
            .map(|(what, bytes)| (what, PluginState::Vst3 { component: Bytes(bytes), controller: None }))
            .collect(),
        PluginState::Lv2 { ports, properties } => {
            // Only of a chunk the bytes are the plugin's alone; of other types hosts know the form.
            let chunk = |p: &&Property| p.kind == "http://lv2plug.in/ns/ext/atom#Chunk";
            let Some(one) = properties.iter().find(chunk) else { return vec![] };
            shapes(&one.value.0, &mut random)
                .into_iter()
                .map(|(what, bytes)| {
                    let mut properties = properties.clone();
                    for property in properties.iter_mut().filter(|p| p.key == one.key) {
                        property.value = Bytes(bytes.clone());
                    }
                    (what, PluginState::Lv2 { ports: ports.clone(), properties })
                })
                .collect()
        }
    }
}
