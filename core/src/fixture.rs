//! A plugin for the tests of this crate: it shows the cycle all it asks for.

use crate::audio::Audio;
use crate::cycle::Context;
use crate::describe::Description;
use crate::layout::{Bus, Layout};
use crate::param::{Bool, Choice, Float, Int, Params, PeakMeter, Range, Smooth, Unit};
use crate::plugin::{Activation, Category, Info, Plugin, Processor};

#[derive(Choice, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Sine,
    #[choice(id = "saw", name = "Saw up")]
    SawUp,
}

#[derive(Params)]
pub(crate) struct Voice {
    #[param(name = "Tune", range = Range::linear(-12.0, 12.0))]
    pub(crate) tune: Float,
    #[param(name = "On")]
    pub(crate) on: Bool,
}

#[derive(Params)]
pub(crate) struct Bank {
    #[param(name = "Mix")]
    pub(crate) mix: Float,
    #[group(id = "v", name = "Voice")]
    pub(crate) voices: [Voice; 3],
}

#[derive(Params)]
pub(crate) struct Nested {
    #[param(name = "First")]
    pub(crate) first: Float,
    #[group(name = "Bank")]
    pub(crate) bank: Bank,
    #[param(name = "Last")]
    pub(crate) last: Int,
}

#[derive(Params)]
pub(crate) struct FixtureParams {
    #[param(name = "Gain", range = Range::linear(-60.0, 24.0), default = 0.0, silent_at_min)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Gain(5.0))]
    pub(crate) gain: Float,
    #[param(range = Range::stepped(-3.0, 3.0, 1.0), default = 1)]
    pub(crate) steps: Int,
    #[param(default = true)]
    pub(crate) on: Bool,
    #[param(default = Shape::SawUp)]
    pub(crate) shape: Choice<Shape>,
    #[meter(name = "Peak")]
    pub(crate) peak: PeakMeter,
}

/// Gain with a delay of `LATENCY` frames that it reports, and a sidechain that is added.
#[derive(Default)]
pub(crate) struct Fixture<const LATENCY: usize>;

pub(crate) struct FixtureProcessor<const LATENCY: usize> {
    delays: Vec<Vec<f32>>,
    at: usize,
    pub(crate) pieces: Vec<usize>,
    pub(crate) panics: bool,
    /// Whether the host had buffers for the sidechain.
    pub(crate) connected: bool,
}

pub(crate) const SIDECHAIN: Layout = Layout {
    id: "stereo_sc",
    name: "Stereo with sidechain",
    inputs: &[Bus::main_input(2), Bus::sidechain(1)],
    outputs: &[Bus::main_output(2)],
};

/// Mono in, stereo out.
pub(crate) const WIDENING: Layout = Layout {
    id: "widening",
    name: "Mono to stereo",
    inputs: &[Bus::main_input(1)],
    outputs: &[Bus::main_output(2)],
};

/// Stereo in, mono out, and an output beside it.
pub(crate) const NARROWING: Layout = Layout {
    id: "narrowing",
    name: "Stereo to mono",
    inputs: &[Bus::main_input(2)],
    outputs: &[Bus::main_output(1), Bus::aux(1)],
};

impl<const LATENCY: usize> Plugin for Fixture<LATENCY> {
    type Params = FixtureParams;
    type Processor = FixtureProcessor<LATENCY>;

    const INFO: Info = Info {
        id: "urn:dyad:fixture",
        name: "Fixture",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.2.3",
        license: "MIT",
        description: "",
        category: Category::Utility,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, Layout::MONO, SIDECHAIN];

    fn activate(&mut self, setup: &mut Activation<'_>) -> Self::Processor {
        FixtureProcessor {
            delays: vec![vec![0.0; LATENCY]; setup.layout.main_outputs()],
            at: 0,
            pieces: Vec::with_capacity(4096),
            panics: false,
            connected: false,
        }
    }
}

impl<const LATENCY: usize> Processor for FixtureProcessor<LATENCY> {
    type Params = FixtureParams;

    fn reset(&mut self) {
        self.delays.iter_mut().for_each(|delay| delay.fill(0.0));
    }

    fn process(&mut self, params: &mut FixtureParams, audio: &mut Audio<'_>, _: &mut Context<'_>) {
        assert!(!self.panics, "on purpose");
        self.pieces.push(audio.frames());
        let gain = params.gain.advance(audio.frames());
        let sidechain = audio.aux_input(1, 0);
        // Shorter views know it as well.
        self.connected = audio.sub_blocks(1).next().is_some_and(|(_, part)| part.is_connected(1));
        let start = self.at;
        for (mut channel, delay) in audio.channels().zip(&mut self.delays) {
            self.at = start;
            channel.map_with(&gain, |x, gain| x * gain);
            for (i, sample) in channel.written().iter_mut().enumerate() {
                *sample += sidechain.map_or(0.0, |sidechain| sidechain[i]);
                if LATENCY > 0 {
                    std::mem::swap(sample, &mut delay[self.at]);
                    self.at = (self.at + 1) % LATENCY;
                }
            }
            params.peak.add(channel.output());
        }
    }

    fn latency(&self) -> u32 {
        LATENCY as u32
    }
}

pub(crate) fn description() -> &'static Description {
    Box::leak(Box::new(Description::of::<Fixture<0>>("").unwrap()))
}
