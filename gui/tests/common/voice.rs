//! A plugin with an envelope and a modulation matrix.

use std::sync::Arc;

use dyad::prelude::*;
use dyad_core::Description;

#[derive(Choice, Clone, Copy, Default, PartialEq)]
pub enum Source {
    #[default]
    Off,
    Velocity,
    Lfo,
    Wheel,
}

#[derive(Choice, Clone, Copy, Default, PartialEq)]
pub enum Target {
    #[default]
    Off,
    Pitch,
    Cutoff,
}

#[derive(Params)]
pub struct Row {
    #[param(name = "Source", default = Source::Off)]
    source: Choice<Source>,
    #[param(name = "Via", default = Source::Off)]
    via: Choice<Source>,
    #[param(name = "Target", default = Target::Off)]
    target: Choice<Target>,
    #[param(name = "Amount", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Percent)]
    amount: Float,
}

#[derive(Params)]
pub struct VoiceParams {
    #[param(name = "Attack", range = Range::skewed(0.0, 10_000.0, 625.0), default = 625.0, unit = Unit::Milliseconds)]
    attack: Float,
    #[param(name = "Decay", range = Range::skewed(1.0, 20_000.0, 1250.0), default = 1250.0, unit = Unit::Milliseconds)]
    decay: Float,
    #[param(name = "Sustain", range = Range::linear(0.0, 100.0), default = 60.0, unit = Unit::Percent)]
    sustain: Float,
    #[param(name = "Release", range = Range::skewed(1.0, 20_000.0, 1250.0), default = 1250.0, unit = Unit::Milliseconds)]
    release: Float,
    #[group(name = "Modulation", id = "mod")]
    matrix: [Row; 4],
}

#[derive(Default)]
pub struct Voice;

impl Plugin for Voice {
    type Params = VoiceParams;
    type Processor = Self;
    const INFO: Info = Info {
        id: "urn:dyad:voice",
        name: "Voice",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.0.0",
        license: "MIT",
        description: "For tests.",
        category: Category::Instrument,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO];

    fn activate(&mut self, _: &mut Activation<'_>) -> Self {
        Self
    }
}

impl Processor for Voice {
    type Params = VoiceParams;
    fn process(&mut self, _: &mut VoiceParams, _: &mut Audio<'_>, _: &mut Context<'_>) {}
}

/// A plugin with an envelope and a modulation matrix of four rows.
pub fn voice() -> Arc<Description> {
    Arc::new(Description::of::<Voice>("").unwrap())
}
