//! The least that a round trip between two processes costs: one side says a number, the other says it back, and
//! 64 frames of stereo lie in shared memory beside it, written and read by both as a block of audio is.
//!
//! [`way`] is how a number crosses, [`words`] the memory that some ways need, [`partner`] the process at the
//! other end.

mod partner;
mod way;
mod words;

pub(crate) use partner::{Partner, be_partner};
pub(crate) use way::Way;
