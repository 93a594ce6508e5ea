//! Rendering files through plugins.

mod assignment;
mod audio;
mod automation;
mod chain;
mod compare;
mod job;
mod link;
mod midi;
mod passage;
mod run;
mod schedule;
mod sidechain;
mod tail;

pub use assignment::{Assignment, Automation};
pub use audio::{AudioFormat, Depth, Encoding, Finished, Sink, Source};
pub(crate) use chain::{about, follows, place_in_chain};
pub use compare::{Difference, compare};
pub use job::{Input, Job, Output, Progress, Report, Silence, Stage};
pub use run::run;
pub use schedule::BlockSizes;
