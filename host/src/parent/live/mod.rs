//! A plugin that runs in time with the clock and outlives its own process.
//!
//! Three parts: [`Audio`] is for the audio thread, [`Live`] for everything else, and between them and the
//! child stands one **supervisor** thread per plugin: it talks to the child, sees that blocks make progress,
//! and replaces a child that crashed, hung, or talked nonsense by another one with the last state.

mod audio;
mod chain;
mod events;
mod handle;
mod options;
mod shared;
mod start;
mod supervisor;

pub use audio::{Audio, Dry, Outcome};
pub use chain::Chain;
pub use events::LiveEvent;
pub use handle::{EditorPlace, Live};
pub use options::Options;
pub use shared::Counters;
