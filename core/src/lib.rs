//! The format-agnostic heart of Dyad.
//!
//! A plugin is written once against this crate: [`Plugin`] (main thread), [`Processor`] (audio
//! thread) and a struct of parameters with `#[derive(Params)]`. The adaptors in `formats/` export it
//! as LV2 and VST3; they lend the host's buffers to the one audio [`cycle`] that lives here, which
//! is why a plugin sounds the same in both, to the bit.
//!
//! | module | holds |
//! |---|---|
//! | [`plugin`] | what an author implements, and on which thread each part runs |
//! | [`param`] | parameters, ranges, units, text, smoothing, meters |
//! | [`audio`], [`layout`], [`event`] | buffers, buses and events of a block |
//! | [`meter`] | frames of levels, samples and loudness for editors and tasks |
//! | [`cycle`] | the one function that runs a block |
//! | [`store`], [`state`], [`preset`] | values across threads, in sessions, and in presets |
//! | [`sync`], [`task`] | what threads hand each other, and work off the audio thread |
//! | [`editor`], [`message`], [`show`] | what an editor sees and can ask for, and what sound and editor tell each other |
//! | [`identity`], [`describe`] | what is permanent, and what the outside sees |
//! | [`guard`](mod@guard) | the way in from C |

// The derive macros name this crate as authors do.
extern crate self as dyad;

pub mod audio;
pub mod bundle;
pub mod cycle;
pub mod describe;
pub mod editor;
pub mod event;
#[cfg(test)]
mod fixture;
pub mod guard;
pub mod identity;
pub mod instance;
pub mod layout;
pub mod message;
pub mod meter;
pub mod param;
pub mod played;
pub mod plugin;
pub mod preset;
pub mod shared;
pub mod show;
pub mod state;
pub mod store;
pub mod sync;
pub mod task;
pub mod track;
pub mod transport;

pub use audio::{Audio, Channel, Sample};
pub use bundle::{Bundle, Visitor};
pub use cycle::{Block, Context, Edit, Engine, Mode};
pub use describe::{DescribeError, Description, Param};
pub use editor::EditorHost;
pub use guard::guard;
pub use instance::{Content, Instance};
pub use layout::{Bus, Layout, Speaker};
pub use meter::{AudioTap, LoudnessAnalyser, MeterFrame, MeterReader, MeterSender, MeterTap};
pub use meter::{TapPiece, TapReader, TapSender};
pub use plugin::{Activation, Category, Info, Plugin, Processor, SampleFormat, Setup, Tail};
pub use preset::{Preset, presets};
pub use shared::Shared;
pub use store::Store;
pub use track::Track;
pub use transport::Transport;
