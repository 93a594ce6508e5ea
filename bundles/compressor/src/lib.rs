//! A compressor for mono and stereo, with look-ahead, a sidechain and a picture of what it does.
//!
//! | file | holds |
//! |---|---|
//! | `params.rs` | what the host can set and show |
//! | `processor.rs` | from the host's block to chunks |
//! | `chain.rs` | the compressor, chunk by chunk |
//! | `detector.rs`, `curve.rs`, `hold.rs`, `ballistics.rs`, `look_ahead.rs` | its parts |
//! | `decibels.rs` | logarithms and exponentials for many values |
//! | `history.rs` | what the editor draws |

mod ballistics;
mod chain;
pub mod curve;
mod decibels;
mod detector;
mod history;
mod hold;
mod look_ahead;
mod params;
mod processor;

use dyad::prelude::*;

pub use params::{CompressorParams, DetectorKind};
pub use processor::CompressorProcessor;

/// The first is VST3's default: its hosts see a sidechain only where the layout that they find has one.
const LAYOUTS: &[Layout] = &[
    Layout {
        id: "stereo_sidechain",
        name: "Stereo with sidechain",
        inputs: &[Bus::main_input(2), Bus::sidechain(2)],
        outputs: &[Bus::main_output(2)],
    },
    Layout::STEREO,
    Layout {
        id: "mono_sidechain",
        name: "Mono with sidechain",
        inputs: &[Bus::main_input(1), Bus::sidechain(1)],
        outputs: &[Bus::main_output(1)],
    },
    Layout::MONO,
];

/// The plugin. It keeps nothing between blocks but its parameters.
#[derive(Default)]
pub struct Compressor;

impl Plugin for Compressor {
    type Params = CompressorParams;
    type Processor = CompressorProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:compressor",
        name: "Dyad Compressor",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Evens out levels, by the sound itself or by a sidechain, with look-ahead.",
        category: Category::Dynamics,
    };
    const LAYOUTS: &'static [Layout] = LAYOUTS;
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> CompressorProcessor {
        // The editor has nothing to say to the sound.
        let (to_editor, _) = run.messages();
        CompressorProcessor::new(run, to_editor)
    }
}

dyad::export!(Compressor);
