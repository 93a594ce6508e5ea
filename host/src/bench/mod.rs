//! Measuring: what the way between two processes costs, and what plugins cost.
//!
//! A number by itself says little on a machine that does other things too, so everything here is measured
//! in turns with a *floor*: the least that any program could do for the same purpose, in the same run, with
//! the same pinning. The ratio is what counts. Nothing is asserted on times.

mod cores;
mod floor;
mod inside;
mod load;
mod ours;
mod pace;
mod plugin;
mod round_trip;
mod statistics;

pub(crate) use cores::{Cores, allowed};
pub(crate) use floor::{Partner, Way, be_partner};
pub(crate) use inside::measure;
pub(crate) use load::{Events, Load, MOST_HELD, Measured};
pub(crate) use pace::Pace;
pub(crate) use plugin::{Cell, Cost, measure as measure_plugin, steps as plugin_steps};
pub(crate) use round_trip::{
    Beside, Part, Plan, measure as measure_round_trips, steps as round_trip_steps,
};
pub(crate) use statistics::{Summary, over_rounds};

/// White noise within ±0.25 (xorshift, Marsaglia 2003), the same for the same seed: signals that plugins
/// have to work on, with nothing for them to find silent.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5) / 2.0
    };
    (0..len).map(step).collect()
}
