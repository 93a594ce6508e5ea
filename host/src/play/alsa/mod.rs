//! Playing with ALSA: a device for sound, and the sequencer for MIDI.
//!
//! The kept crates (`alsa`, and `cpal` and `midir` on top of it) link `libasound`, so that a program with them does
//! not even start where that is not installed, and `cpal` runs capture and playback on threads of their own. This
//! room opens the library when it is needed, by the few functions that it uses.

mod library;
mod list;
mod midi;
mod pcm;
mod sample;
mod sequencer;
mod stream;

pub(super) use list::list;
pub(super) use stream::{Opened, Running};
