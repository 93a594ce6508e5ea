//! Measuring: what the way between two processes costs, and what plugins cost.
//!
//! A number by itself says little on a machine that does other things too, so everything here is measured
//! in turns with a *floor*: the least that any program could do for the same purpose, in the same run, with
//! the same pinning. The ratio is what counts. Nothing is asserted on times.

mod cores;
mod floor;
mod pace;
mod statistics;

pub(crate) use cores::{Cores, allowed};
pub(crate) use floor::{Partner, Way, be_partner};
pub(crate) use pace::Pace;
pub(crate) use statistics::{Summary, over_rounds};
