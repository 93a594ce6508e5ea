//! Playing as a client of a JACK server, which decides rate and block length.
//!
//! The library is opened when it is needed, so that the program runs without it.

mod client;
mod find;
mod latency;
mod process;
mod transport;

pub(super) use client::{Opened, Running};
pub(super) use find::list;
