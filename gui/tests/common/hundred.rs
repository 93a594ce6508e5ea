//! A plugin with 100 parameters.

use dyad::prelude::*;

#[derive(Choice, Clone, Copy, PartialEq)]
pub enum Shape {
    Bell,
    LowShelf,
    HighShelf,
    LowPass,
    HighPass,
}

#[derive(Params)]
pub struct Dynamics {
    #[param(name = "Threshold", range = Range::linear(-60.0, 0.0), default = -18.0, unit = Unit::Decibels)]
    threshold: Float,
    #[param(name = "Ratio", range = Range::skewed(1.0, 20.0, 4.0), default = 4.0)]
    ratio: Float,
    #[param(name = "Attack", range = Range::log(0.1, 200.0), default = 12.0, unit = Unit::Milliseconds)]
    attack: Float,
    #[param(name = "Release", range = Range::log(5.0, 2000.0), default = 140.0, unit = Unit::Milliseconds)]
    release: Float,
}

#[derive(Params)]
pub struct Band {
    #[param(name = "Frequency", range = Range::log(20.0, 20_000.0), default = 1000.0, unit = Unit::Hertz)]
    frequency: Float,
    #[param(name = "Gain", range = Range::linear(-24.0, 24.0), default = 3.5, unit = Unit::Decibels)]
    gain: Float,
    #[param(name = "Q", range = Range::log(0.1, 18.0), default = 0.71)]
    q: Float,
    #[param(name = "Pan", range = Range::linear(-100.0, 100.0), default = -20.0, unit = Unit::Percent)]
    pan: Float,
    #[param(name = "Shape", default = Shape::Bell)]
    shape: Choice<Shape>,
    #[param(name = "On", default = true)]
    on: Bool,
    #[param(name = "Solo")]
    solo: Bool,
    #[param(name = "Order", range = Range::stepped(1.0, 8.0, 1.0), default = 2)]
    order: Int,
    #[group(name = "Dynamics")]
    dynamics: Dynamics,
}

#[derive(Params)]
pub struct HundredParams {
    #[param(name = "Input", range = Range::linear(-24.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    input: Float,
    #[param(name = "Output", range = Range::linear(-24.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    output: Float,
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 100.0, unit = Unit::Percent)]
    mix: Float,
    #[param(name = "Auto gain")]
    auto: Bool,
    #[group(name = "Band")]
    band: [Band; 8],
    #[meter(name = "In")]
    level_in: PeakMeter,
    #[meter(name = "GR")]
    reduction: GainReductionMeter,
    #[meter(name = "Out")]
    level_out: PeakMeter,
}

#[derive(Default)]
pub struct Hundred;

impl Plugin for Hundred {
    type Params = HundredParams;
    type Processor = Self;
    const INFO: Info = Info {
        id: "urn:dyad:hundred",
        name: "Hundred",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.0.0",
        license: "MIT",
        description: "For tests.",
        category: Category::Equaliser,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO];
    const EVENTS: EventPorts = EventPorts::NONE;
    const PROPERTIES: &'static [Property] = &[];
    const PRESETS: &'static [Preset] = &[];

    fn activate(&mut self, _: &mut Activation<'_>) -> Self {
        Self
    }
}

impl Processor for Hundred {
    type Params = HundredParams;
    fn process(&mut self, _: &mut HundredParams, _: &mut Audio<'_>, _: &mut Context<'_>) {}
}
