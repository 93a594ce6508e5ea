//! Rendering a file through a plugin.

mod assignment;
mod compare;
mod job;
mod passage;
mod schedule;
mod tail;
mod wav;

pub use assignment::{Assignment, Automation};
pub use compare::{Difference, compare};
pub use job::{Job, Report, run};
pub use schedule::BlockSizes;
pub use wav::{WavFormat, WavSink, WavSource};
