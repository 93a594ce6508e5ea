//! What threads hand each other without waiting.
//!
//! | module | holds |
//! |---|---|
//! | [`slot`] | a finished object for the audio thread, and the old one back to be freed elsewhere |
//! | [`queue`](mod@queue) | small messages from one thread to one other |
//! | [`gate`] | one at a time, and who comes second leaves without being forgotten |
//!
//! Each has a test under `cfg(loom)`, which tries every order in which the threads' steps can come
//! (`make sanitize`). What loom can't see into, ThreadSanitizer watches.

pub(crate) mod atomic;
pub mod gate;
#[cfg(all(test, any(dyad_tsan, loom)))]
mod planted;
pub mod queue;
pub mod slot;

pub use queue::{Consumer, Producer, queue};
pub use slot::{Receiver, Sender, handover};
