//! What a plugin costs, beside one that only copies.

use std::time::Duration;

use serde::Serialize;

use super::statistics::median;
use super::{Events, Load, Measured};
use crate::error::{Error, Result};
use crate::info::Parameter;
use crate::parameter;
use crate::parent::{Host, Instance, Setup};
use crate::render::Assignment;
use crate::target::Target;

/// The fewest turns that each measurement is taken in.
const ROUNDS: u32 = 5;
/// The longest turn: a plugin must answer within the host's limit.
const LONGEST: Duration = Duration::from_millis(500);

/// What is to be measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cost {
    pub(crate) target: Target,
    pub(crate) class: Option<String>,
    pub(crate) rate: u32,
    /// Values from the start on.
    pub(crate) set: Vec<Assignment>,
    pub(crate) loads: Vec<Load>,
    /// How long all of it may take.
    pub(crate) time: Duration,
}

/// What came out for one load: nanoseconds of one block.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Cell {
    #[serde(flatten)]
    pub(crate) load: Load,
    pub(crate) plugin: Spent,
    /// The built-in plugin that copies its input.
    pub(crate) floor: Spent,
    /// Times as long as the floor, within the same turns.
    pub(crate) ratio: f64,
}

/// Medians over the turns, but for the longest block, which is the longest of all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spent {
    pub(crate) median: f64,
    pub(crate) mean: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
    pub(crate) blocks: u64,
}

impl Spent {
    fn over(turns: &[Measured]) -> Self {
        let of = |field: fn(&Measured) -> f64| median(turns.iter().map(field).collect());
        Self {
            median: of(|turn| turn.times.median),
            mean: of(|turn| turn.mean),
            p99: of(|turn| turn.times.p99),
            max: turns.iter().map(|turn| turn.times.max).fold(0.0, f64::max),
            blocks: turns.iter().map(|turn| turn.blocks).sum(),
        }
    }
}

/// The turns of each load and how long one is: the plugin and the floor are measured in each.
fn turns(cost: &Cost) -> (u32, Duration) {
    let parts = 2 * u32::try_from(cost.loads.len()).unwrap_or(u32::MAX).max(1);
    let each = cost.time / parts;
    let rounds = (each.as_secs_f64() / LONGEST.as_secs_f64()).ceil();
    // A day has fewer turns than 2³² of half a second.
    let rounds = (rounds as u32).max(ROUNDS);
    (rounds, each / rounds)
}

/// How often `tell` is called, at most.
pub(crate) fn steps(cost: &Cost) -> u64 {
    u64::from(turns(cost).0) * cost.loads.len() as u64
}

/// Measures the loads that the plugin can be given; `tell` hears of every turn.
pub(crate) fn measure(host: &Host, cost: &Cost, tell: &mut dyn FnMut()) -> Result<(Instance, Vec<Cell>)> {
    let max_block = cost.loads.iter().map(|load| load.frames).max().unwrap_or(1);
    let setup = Setup { sample_rate: cost.rate, max_block };
    let mut plugin = host.open(&cost.target, setup)?.load(cost.class.as_deref())?;
    let mut floor = host.open(&Target::parse("__through__")?, setup)?.load(None)?;
    if cost.loads.iter().any(|load| load.held > 0) && plugin.info().event_inputs.is_empty() {
        return Err(Error::Usage(format!("--notes: {} takes no MIDI", plugin.name())));
    }
    let mut values = Vec::new();
    for Assignment { name, value } in &cost.set {
        let value = parameter::resolve(&mut plugin, name, value)?;
        values.push((value.index, value.native));
    }
    plugin.set(&values)?;
    let values = settings(&mut plugin)?;
    let (rounds, time) = turns(cost);
    let mut cells = Vec::new();
    for load in &cost.loads {
        if !load.fits(plugin.info()) {
            continue;
        }
        // The floor has nothing to do with changes and notes.
        let bare = Load { events: Events::None, held: 0, ..*load };
        let (mut theirs, mut ours) = (vec![], vec![]);
        for _ in 0..rounds {
            theirs.push(plugin.measure(*load, &values, None, time)?);
            ours.push(floor.measure(bare, &[], None, time)?);
            tell();
        }
        let ratios = theirs
            .iter()
            .zip(&ours)
            .map(|(plugin, floor)| plugin.times.median / floor.times.median.max(1.0));
        cells.push(Cell {
            load: *load,
            ratio: median(ratios.collect()),
            plugin: Spent::over(&theirs),
            floor: Spent::over(&ours),
        });
    }
    floor.close()?;
    Ok((plugin, cells))
}

/// What can be automated, as it is now: one load's changes are not to be found in the next.
fn settings(plugin: &mut Instance) -> Result<Vec<(u32, f64)>> {
    let moved = |parameter: &Parameter| {
        let flags = &parameter.flags;
        flags.automatable && !flags.read_only && !flags.output && !flags.program
    };
    let moved: Vec<_> = plugin.info().parameters.iter().map(moved).collect();
    let now = plugin.values()?;
    let settable = (0..).zip(now).zip(moved).filter(|(_, moved)| *moved);
    settable.map(|((index, value), _)| Ok((index, plugin.native(index, value.plain)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_shared_out() {
        let load = Load { frames: 64, events: Events::None, held: 0 };
        let target = Target::parse("__through__").unwrap();
        let cost = |loads, seconds| Cost {
            target: target.clone(),
            class: None,
            rate: 48_000,
            set: vec![],
            loads: vec![load; loads],
            time: Duration::from_secs(seconds),
        };
        assert_eq!(turns(&cost(1, 2)), (5, Duration::from_millis(200)));
        assert_eq!(turns(&cost(2, 60)), (30, LONGEST));
        assert_eq!(steps(&cost(2, 60)), 60);
        assert_eq!(turns(&cost(0, 3)).0, 5);
    }
}
