//! Runs LV2 and VST3 plugins, anyone's, each in a process of its own.
//!
//! ```no_run
//! use dyad_host::{Block, Host, Planar, Setup, Target, Transport};
//!
//! # fn main() -> dyad_host::Result<()> {
//! let target = Target::parse("http://lv2plug.in/plugins/eg-amp")?;
//! let mut plugin = Host::new().open(&target, Setup::default())?.load(None)?;
//! println!("{} by {}", plugin.info().name, plugin.info().vendor);
//! plugin.activate(Some(1))?;
//! let input = Planar::new(1, 512);
//! let mut output = Planar::new(1, 512);
//! let transport = Transport::playing_at(0);
//! let block = Block { frames: 512, transport, input: &input, aux: &[], changes: &[], midi: &[] };
//! plugin.process(&block, &mut output)?;
//! plugin.close()
//! # }
//! ```
//!
//! A plugin that crashes or hangs takes its own process with it and nothing else: every function
//! here returns an [`Error`] that says what happened and what was going on.
//!
//! Which side does what: `parent` starts and watches children; `child` is what runs in them, with
//! one room per format (`lv2`, `vst3`) behind one trait; `protocol` and `shared` are what they have
//! in common; `gui` has the window that the child opens around a plugin's editor; `render`, `play`
//! and `cli` are the program.

#[cfg(not(target_os = "linux"))]
compile_error!("dyad-host runs on Linux so far: it needs memfd, eventfd and descriptor passing");

/// The guide's example.
#[cfg(doctest)]
#[doc = include_str!("../../docs/host.md")]
struct Guide;

mod atomic;
mod bench;
mod check;
mod child;
pub mod cli;
pub mod count;
mod error;
mod fnv;
mod gui;
mod info;
mod input;
mod lv2;
mod missing;
pub mod parameter;
mod parent;
mod planar;
mod play;
mod poll;
mod protocol;
pub mod render;
pub mod scan;
mod shared;
pub mod state;
mod step;
mod target;
mod vst3;

pub use check::{SUBCOMMAND as TRIAL_SUBCOMMAND, main as trial_main};
pub use child::{Priority, RaisedBy, SUBCOMMAND as CHILD_SUBCOMMAND, main as child_main};
pub use error::{Error, Result};
pub use gui::{Edit, EditStep, NoView, Refusal};
pub use info::{
    Bus, BusKind, Format, Parameter, ParameterFlags, ParameterValue, PluginInfo, PluginSummary, Point,
    Tail, Timing, all_channels, main_channels,
};
pub use parent::{
    Active, Audio, Block, Chain, Counters, DEFAULT_LIMIT, Dry, EditorPlace, Host, Instance, Live,
    LiveEvent, Options, Outcome, Pool, Session, Setup,
};
pub use planar::Planar;
pub use protocol::Mode;
pub use shared::{Change, Midi, Transport};
pub use step::Step;
pub use target::{Found, Target, bundles_in};
