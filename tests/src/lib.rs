//! What the tests of the built bundles share: where the bundles are, and hosts made of nothing but
//! the two plugin interfaces, which can do what no real host should and some do.
//!
//! | module | holds |
//! |---|---|
//! | [`ardour`] | Ardour, a real DAW |
//! | [`ardour_window`] | Ardour with its window |
//! | [`bundle`] | where the bundles are, and what to do where they are missing |
//! | [`command`] | running programs that must be there |
//! | [`fpu`] | the floating-point mode |
//! | [`gain`] | what the gain plugin must do: its ids, and a model of its sound |
//! | [`jack`] | a JACK server without a sound card |
//! | [`jack_client`] | a JACK client that feeds a plugin and sees every block that it misses |
//! | [`jack_player`] | a JACK client that plays to a plugin, and hears what comes back |
//! | [`live`] | jalv, with its windows |
//! | [`memory`] | buffers that end where memory ends |
//! | [`lv2`] | an LV2 host |
//! | [`lv2ui`] | a host of LV2 editors |
//! | [`lv2info`] | what lilv reads from a bundle |
//! | [`pitch`] | the pitch of a sound |
//! | [`player`] | notes and a transport for a plugin in either format |
//! | [`probe`] | the plugin for tests |
//! | [`process`] | programs that run beside a test |
//! | [`shown`] | what a plugin's meters show while a sound passes |
//! | [`song`] | MIDI files, message by message |
//! | [`system`] | what the system says of processes: time, priorities, what they leave |
//! | [`turtle`] | Turtle files |
//! | [`users_preset`] | a preset of a user's |
//! | [`vst3`] | a VST3 host |
//! | [`watch`] | counting allocations and system calls of a piece of code |
//! | [`wav`] | sound files |
//! | [`web`] | web editors: the program that shows them, and its processes |
//! | [`x11`] | a screen without a monitor: windows, pointer, pictures |
//!
//! A bundle or a program that is missing fails a test and says which command makes it: a test that
//! skips itself looks like one that passed.
#![allow(unsafe_code)]
#![cfg_attr(dyad_rtsan, feature(sanitize))]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "wrong pointers are what many tests are about")]

pub mod ardour;
pub mod ardour_window;
pub mod bundle;
pub mod command;
pub mod fpu;
pub mod gain;
pub mod jack;
mod jack_api;
pub mod jack_client;
pub mod jack_player;
pub mod live;
pub mod lv2;
pub mod lv2info;
pub mod lv2ui;
pub mod memory;
pub mod pitch;
pub mod player;
pub mod probe;
pub mod process;
pub mod shown;
pub mod song;
pub mod sound;
pub mod system;
pub mod turtle;
pub mod users_preset;
pub mod vst3;
pub mod watch;
pub mod watched;
pub mod wav;
pub mod web;
pub mod x11;
