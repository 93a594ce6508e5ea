//! A polyphonic synthesiser: band-limited oscillators with unison, a filter, three envelopes, two LFOs, a modulation
//! matrix, MPE and note expressions. What a person should know of it is in the README beside.

mod blend;
mod channels;
mod choices;
mod chorus;
mod envelope;
mod expressions;
mod filter;
mod first_order;
mod glide;
mod lfo;
mod matrix;
#[cfg(test)]
mod measure;
mod noise;
mod notes;
mod order;
mod oscillator;
mod params;
mod patch;
pub mod picture;
mod player;
mod pool;
mod processor;
mod reverb;
mod smooth;
#[cfg(test)]
mod speed;
mod voice;
mod wave;

pub use choices::{FilterKind, Glide, LfoShape, LfoStart, MpeMode, Source, Target, VoiceMode, Wave};
pub use envelope::EnvelopeSettings;
pub use params::{ENVELOPES, LFOS, OSCILLATORS, ROWS, SynthParams, UNISON, VOICES};
pub use processor::SynthProcessor;

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
        EventPorts::NONE.input().mpe().controllers(Controllers::Some(CONTROLLERS)).notes(256);
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const TRANSPORT: bool = true;
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> SynthProcessor {
        // The editor has nothing to say to the sound but notes, which come as events.
        let (to_editor, _) = run.messages();
        SynthProcessor::new(run, to_editor)
    }
}

/// Modulation wheel, expression, pedal, brightness, all sound off, reset.
const CONTROLLERS: &[u8] = &[1, 11, 64, 74, 120, 121];

const STEREO_OUT: Layout =
    Layout { id: "stereo", name: "Stereo", inputs: &[], outputs: &[Bus::main_output(2)] };

dyad::export!(Synth);
