//! The memory that both processes see: one block of audio each way, its events and its transport.
//!
//! The parent makes it as a sealed memfd, so neither side can shrink it under the other; the child
//! checks the seals, the magic number, the version and every size before it believes anything.
//! Everything in it is an atomic: whatever the other process does, reading is never undefined,
//! only possibly nonsense, and therefore checked. Who may write when is decided by the two
//! sequence numbers: the parent owns the block while they are equal, the child while they differ.

mod block;
mod layout;
mod map;

pub(crate) use block::Status;
pub use block::{Change, Midi, Transport};
pub(crate) use layout::{EVENTS, MAX_BLOCK, MAX_CHANNELS, Sizes};
pub(crate) use map::{Direction, Memory};

/// What the self-test leaves in the scratch word.
pub(crate) const SELF_TEST: u32 = 0xDEAD_BEEF;
