//! Exports Dyad plugins as VST3.
//!
//! Thin by design: it borrows the host's buffers, hands parameter queues and notes to the audio
//! cycle of `dyad-core`, and answers the host's questions from the plugin's description. Component
//! and controller are one object, so there is one state and nothing to keep in step.
//!
//! VST3's threads: `process` is `[audio-thread]`; `setProcessing` comes from either, never beside
//! `process`; everything else is `[main-thread]`, but hosts ask for values and text from anywhere,
//! so these answers come from atomics and from what never changes. Which thread calls the host for an
//! open editor is in `dyad-vst3-view`.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

mod beat;
mod behind;
mod buses;
mod changes;
mod channel;
mod component;
mod context;
mod controller;
mod controllers;
mod exclusive;
mod expressions;
mod factory;
mod half;
mod host_editing;
mod mapping;
mod midi_in;
mod midi_out;
mod notices;
mod processor;
mod programs;
mod queue;
mod remap;
mod reports;
mod speakers;
mod stream;
mod text;
mod units;

use dyad_core::guard;
use dyad_core::task::Service;
pub use factory::{Exports, class_id};
pub use vst3;

/// Before the module is unloaded: no thread of ours is in it any more. `[main-thread]`
#[must_use]
pub fn leave() -> bool {
    guard("ModuleExit", (), || Service::shared().settle());
    true
}

/// Makes the entry points of a VST3 module for a bundle. Used by `dyad::vst3!`.
#[macro_export]
macro_rules! entry {
    ($bundle:ty) => {
        /// Gives the module's factory; the caller owns one reference.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "system" fn GetPluginFactory() -> *mut $crate::vst3::Steinberg::IPluginFactory {
            static EXPORTS: $crate::Exports = $crate::Exports::new();
            EXPORTS.factory::<$bundle>()
        }

        /// Called after the module was loaded.
        #[cfg(all(unix, not(target_os = "macos")))]
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "system" fn ModuleEntry(_library: *mut ::std::ffi::c_void) -> bool {
            true
        }

        /// Called before the module is unloaded.
        #[cfg(all(unix, not(target_os = "macos")))]
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "system" fn ModuleExit() -> bool {
            $crate::leave()
        }

        /// Called after the module was loaded.
        #[cfg(target_os = "macos")]
        #[allow(unsafe_code, non_snake_case)]
        #[unsafe(no_mangle)]
        pub extern "system" fn bundleEntry(_bundle: *mut ::std::ffi::c_void) -> bool {
            true
        }

        /// Called before the module is unloaded.
        #[cfg(target_os = "macos")]
        #[allow(unsafe_code, non_snake_case)]
        #[unsafe(no_mangle)]
        pub extern "system" fn bundleExit() -> bool {
            $crate::leave()
        }

        /// Called after the module was loaded.
        #[cfg(windows)]
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "system" fn InitDll() -> bool {
            true
        }

        /// Called before the module is unloaded.
        #[cfg(windows)]
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "system" fn ExitDll() -> bool {
            $crate::leave()
        }
    };
}
