//! Exports Dyad plugins as LV2.
//!
//! Thin by design: it borrows the host's port buffers, hands changed control ports to the audio
//! cycle of `dyad-core` and writes meters, latency and notifications back. Port indices come from
//! `dyad_ttl::PortTable`, the same table that the Turtle is written from.
//!
//! LV2's threads: `instantiate`, `activate`, `deactivate` and `cleanup` never run beside anything
//! else; `run` and `connect_port` are `[audio-thread]`; `save`, `restore` and the worker's `work` may run
//! beside `run` (the plugins say `state:threadSafeRestore`) and therefore see shared data only.
//!
//! | way in and out | module |
//! |---|---|
//! | control ports, audio, sequences | `ports`, over `atom` and `object` |
//! | the transport | `position` |
//! | MIDI | core's `midi`; out through `output` and `writer` |
//! | texts and paths | `patch` on the audio thread, `home` beside it |
//! | the host's worker | `worker`, with `visits` and `pin` |
//! | messages between sound and editor | `messages` |
//! | notes that an editor plays | `played` |
//! | what the plugin asks of the host | `request` |
//! | state | `state`, with `path` and `base64` |
//! | lengths of blocks, the sample rate | `options` |
//! | what a person should know | `log` |
//! | names of notes | `midnam` |
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "LV2's enums are signed on Windows only")]

// Hidden: what the LV2 UI reads and writes is of the same kind.
#[doc(hidden)]
pub mod atom;
mod base64;
mod descriptor;
#[doc(hidden)]
pub mod features;
mod home;
mod instance;
#[doc(hidden)]
pub mod log;
mod messages;
mod midnam;
#[doc(hidden)]
pub mod object;
mod options;
mod output;
mod patch;
mod path;
mod pin;
mod played;
mod ports;
mod position;
mod request;
mod state;
#[doc(hidden)]
pub mod urids;
mod visits;
mod worker;
mod writer;

pub use descriptor::{Exports, SelfDescription, TailInterface};
pub use lv2::lv2_sys as sys;

/// Makes `lv2_descriptor` for a bundle. Used by `dyad::lv2!`.
#[macro_export]
macro_rules! entry {
    ($bundle:ty) => {
        /// The entry point of an LV2 binary.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2_descriptor(index: u32) -> *const $crate::sys::LV2_Descriptor {
            static EXPORTS: $crate::Exports = $crate::Exports::new();
            EXPORTS.descriptor::<$bundle>(index)
        }
    };
}
