//! What the audio thread asks of the allocator.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::finding::Rule;
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal};
use crate::count::{self, Counts};
use crate::info::Format;
use crate::protocol::Mode;
use crate::shared::{Change, Midi};

pub(super) fn run(trial: &mut Trial) -> Outcome {
    if !count::available() {
        return trial.skip("this program's allocator does not count");
    }
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    trial.step("activating");
    // Whoever works offline may take all the memory it likes.
    rig.activate_as(None, Mode::Live)?;
    let hard = trial.subject.format == Format::Vst3 || crate::lv2::trials::hard_real_time(&trial.subject);
    let rule = if hard { &rules::ALLOCATES } else { &rules::ALLOCATES_SOFT };
    let noise = rig.signal(Signal::Noise, BLOCK as usize);
    let first = blocks(trial, &mut rig, &noise, 2, "its first noise", &|_| (vec![], vec![]))?;
    tell(trial, first, &rules::ALLOCATES_ONCE, "in its first blocks");
    let plain = blocks(trial, &mut rig, &noise, 100, "noise", &|_| (vec![], vec![]))?;
    tell(trial, plain, rule, "while processing noise");
    let parameters = rig.info.parameters.clone();
    let mut each = Vec::new();
    let mut chance = Chance::new(7);
    for (index, parameter) in (0..).zip(&parameters).filter(|(_, p)| support::settable(p)).take(100) {
        let value = support::value(&mut rig, index, parameter, chance.unit())?;
        each.push(support::change(&mut rig, index, value)?);
        each.push(support::change(&mut rig, index, parameter.default)?);
    }
    if !each.is_empty() {
        let count = each.len();
        let one = |at: usize| (vec![Change { offset: 5, ..each[at] }], vec![]);
        let moved = blocks(trial, &mut rig, &noise, count, "noise with a parameter change", &one)?;
        tell(trial, moved, rule, "while parameters change");
    }
    if !rig.info.event_inputs.is_empty() {
        let notes = |at: usize| {
            let key = 40 + (at % 40) as u8;
            let status = if at % 4 < 2 { 0x90 } else { 0x80 };
            (vec![], Midi::new(3, &[status, key, 100]).into_iter().collect())
        };
        let played = blocks(trial, &mut rig, &noise, 100, "noise with notes", &notes)?;
        tell(trial, played, rule, "while notes are played");
    }
    Ok(())
}

type Played = (Vec<Change>, Vec<Midi>);

fn blocks(
    trial: &mut Trial,
    rig: &mut Rig,
    input: &[Vec<f32>],
    count: usize,
    what: &str,
    events: &dyn Fn(usize) -> Played,
) -> Result<(Counts, usize), String> {
    let (mut all, mut dirty) = (Counts::NONE, 0);
    for at in 0..count {
        let (changes, midi) = events(at);
        let events = Events { changes: &changes, midi: &midi };
        let ran = support::block(trial, rig, input, BLOCK, what, events)?;
        all = all.plus(ran.counts);
        dirty += usize::from(ran.counts.any());
    }
    Ok((all, dirty))
}

fn tell(trial: &mut Trial, (counts, dirty): (Counts, usize), rule: &'static Rule, when: &str) {
    trial.find_if(counts.any(), rule, || {
        let Counts { taken, freed, largest } = counts;
        format!("memory was taken {taken} times (at most {largest} bytes) and given back {freed} times {when}, in {dirty} blocks")
    });
}
