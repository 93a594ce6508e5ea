//! Dyad: audio plugins in Rust, written once, exported as LV2 and VST3.
//!
//! A plugin is a library crate with a struct of parameters, a [`Plugin`](prelude::Plugin), a
//! [`Processor`](prelude::Processor) and `dyad::export!(MyPlugin);` at its end. Three one-line
//! programs beside it (`dyad::lv2!(my_crate);`, `dyad::vst3!(my_crate);`,
//! `dyad::describe!(my_crate);`) are what `dyad-bundle` makes bundles from, so that each binary
//! exports its own entry points and nothing else.

pub use dyad_core::{Bundle, Sample, Visitor};
pub use dyad_core::{event, message, meter, param, preset, presets, show, state, sync, task};

/// What an author's file needs.
pub mod prelude {
    pub use dyad_core::event::{
        Controllers, Event, EventKind, EventPorts, Expression, MpeReading, Note, NoteId,
    };
    pub use dyad_core::message::{MessageReceiver, MessageSender};
    pub use dyad_core::meter::{AudioTap, LoudnessAnalyser, MeterSender, MeterTap, TapSender};
    pub use dyad_core::param::{
        Bool, Choice, Float, GainReductionMeter, Int, Output, Params, PeakMeter, Property, Ramp, Range,
        RmsMeter, Smooth, Trigger, TruePeakMeter, Unit, Variants,
    };
    pub use dyad_core::preset::Preset;
    pub use dyad_core::state::{Draft, FieldError, Fields, Migration};
    pub use dyad_core::{
        Activation, Audio, Bus, Category, Channel, Context, Info, Layout, Mode, Plugin, Processor, Setup,
        Speaker, Tail, Track, Transport,
    };
}

/// The examples of the guide, compiled and run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/authoring.md")]
pub struct Guide;

/// What the macros name; not for use by hand.
#[doc(hidden)]
pub mod private {
    pub use dyad_core::describe::Description;
    pub use dyad_lv2::Exports as Lv2Exports;
    pub use dyad_ttl::describe::main as describe;
    pub use dyad_vst3::Exports as Vst3Exports;
    pub use {dyad_lv2 as lv2, dyad_vst3 as vst3};
}

/// Names the plugins that a crate exports, with the `ports.lock` that lies beside its Cargo.toml.
///
/// It makes a type `Bundle` for the three programs, and a test that checks ids, ranges and that
/// `ports.lock` is up to date.
#[macro_export]
macro_rules! export {
    ($($plugin:ty),+ $(,)?) => {
        /// The plugins of this crate, for the programs that export them.
        pub struct Bundle;

        impl $crate::Bundle for Bundle {
            fn visit(visitor: &mut impl $crate::Visitor) {
                const LOCK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/ports.lock"));
                $(visitor.plugin::<$plugin>(LOCK);)+
            }
        }

        #[cfg(test)]
        mod dyad_checks {
            #[test]
            fn plugins_are_sound_and_ports_lock_is_up_to_date() {
                $crate::check::<super::Bundle>();
            }
        }
    };
}

/// Panics with a clear message where a plugin of the bundle has a fault, or its `ports.lock` does
/// not list all it has. The test that [`export!`] makes calls it.
///
/// # Panics
/// On every fault; that is its purpose.
pub fn check<B: Bundle>() {
    struct Check;
    impl Visitor for Check {
        fn plugin<P: dyad_core::Plugin>(&mut self, lock: &'static str) {
            let id = P::INFO.id;
            let description = match dyad_core::Description::of::<P>(lock) {
                Ok(description) => description,
                Err(error) => panic!("{error}"),
            };
            let description: &'static _ = Box::leak(Box::new(description));
            let instance = dyad_core::Instance::<P>::new(description);
            for (n, preset) in P::PRESETS.iter().enumerate() {
                if let Err(error) = instance.load_preset(n) {
                    panic!("{id}: preset {:?}: {error}", preset.id);
                }
            }
            for layout in P::LAYOUTS {
                let setup = dyad_core::Setup {
                    sample_rate: 48_000.0,
                    max_frames: 64,
                    layout: *layout,
                    format: dyad_core::SampleFormat::F32,
                };
                let engine = instance.activate(setup, dyad_core::task::Worker::Service);
                assert!(
                    P::TASKS || engine.tasks().is_none(),
                    "{id} declares tasks, so it must say `const TASKS: bool = true;`"
                );
            }
            let now = description.lock();
            let kept = dyad_core::identity::Lock::parse(lock, id);
            assert!(
                kept.as_ref() == Ok(&now),
                "ports.lock is not up to date for {id}; `dyad-bundle --lock` makes it:\n{}",
                now.to_text(id)
            );
        }
    }
    B::visit(&mut Check);
}

/// The LV2 binary of a crate: `lv2_descriptor` and nothing else.
#[macro_export]
macro_rules! lv2 {
    ($krate:ident) => {
        $crate::private::lv2::entry!($krate::Bundle);
    };
}

/// The VST3 binary of a crate: the module's entry points and nothing else.
#[macro_export]
macro_rules! vst3 {
    ($krate:ident) => {
        $crate::private::vst3::entry!($krate::Bundle);
    };
}

/// The program that describes a crate's plugins on the build machine.
#[macro_export]
macro_rules! describe {
    ($krate:ident) => {
        fn main() -> ::std::process::ExitCode {
            $crate::private::describe::<$krate::Bundle>()
        }
    };
}
