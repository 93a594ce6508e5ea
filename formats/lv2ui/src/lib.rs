//! Exports Dyad's editors as LV2 UIs.
//!
//! Thin by design: it translates between a host's port events and an open editor
//! ([`dyad_editor::Session`]). It knows the plugin by its description alone, may run in another process
//! than the plugin, and needs nothing of the host but a function to write to ports.
//!
//! Everything is `[main-thread]`: the host's UI thread, one call at a time. A host may call back while one
//! of its functions runs, so none is called while the state is borrowed.
//!
//! | way in and out | module |
//! |---|---|
//! | what the host offers | `features`, `options`, `host` |
//! | the functions that it calls | `descriptor`, `entry` |
//! | an open editor, and what it was told last | `ui`, `mirror` |
//! | texts and paths | `patch`, written by `forge` |
//! | messages between sound and editor | `messages` |
//! | presses of triggers | `press` |
#![allow(unsafe_code)]

mod descriptor;
mod entry;
mod forge;
mod host;
mod messages;
mod mirror;
mod options;
mod patch;
mod played;
mod ports;
mod press;
mod ui;

pub use descriptor::descriptor;
pub use dyad_lv2::sys;
