//! The memory that both processes see: some blocks of audio each way, their events and transport.
//!
//! The parent makes it as a sealed memfd, so neither side can shrink it under the other; the child
//! checks the seals, the magic number, the version and every size before it believes anything.
//! Numbers in it are atomics and audio is reached through raw pointers: whatever the other process does,
//! reading is never undefined, only possibly nonsense, and therefore checked. Who may write when is
//! decided by the two sequence numbers (`wake`).

mod block;
mod layout;
mod look_out;
mod map;
mod slot;
mod values;
mod wake;

pub(crate) use block::Status;
pub use block::{Change, Midi, Transport};
#[cfg(test)]
pub(crate) use layout::MAGIC;
pub(crate) use layout::{EVENTS, MAX_BLOCK, MAX_CHANNELS, SLOTS, Sizes};
pub(crate) use look_out::{LookOut, look_out};
pub(crate) use map::{Direction, Memory};
pub(crate) use slot::Head;
pub(crate) use values::Values;
pub(crate) use wake::reached;

/// What the self-test leaves in the scratch word.
pub(crate) const SELF_TEST: u32 = 0xDEAD_BEEF;
