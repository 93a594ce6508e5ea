//! What the host can set and show.

use dyad::prelude::*;

use crate::load::shape::{Envelope, Shape};

/// Where the response comes from.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, by the property `impulse`.
    File,
    /// A room with hard walls, some metres wide.
    #[choice(name = "Small room")]
    SmallRoom,
    /// A chamber made for reverberation.
    Chamber,
    /// A concert hall.
    Hall,
    /// A large church.
    Cathedral,
    /// A plate of steel.
    Plate,
    /// Three springs.
    Spring,
    /// A guitar's cabinet.
    Cabinet,
    /// A small loudspeaker.
    #[choice(name = "Small speaker")]
    Speaker,
}

/// What the host can set and show.
#[derive(Params)]
pub struct ConvolverParams {
    #[param(name = "Source", default = Source::File)]
    pub(crate) source: Choice<Source>,
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 100.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) mix: Float,
    #[param(name = "Wet gain", range = Range::linear(-36.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    #[param(smooth = Smooth::Gain(20.0))]
    pub(crate) wet_gain: Float,
    #[param(name = "Pre-delay", range = Range::skewed(0.0, 500.0, 60.0), unit = Unit::Milliseconds)]
    pub(crate) pre_delay: Float,
    #[param(name = "Size", range = Range::log(25.0, 400.0), default = 100.0, unit = Unit::Percent)]
    pub(crate) size: Float,
    #[param(name = "Length", range = Range::linear(1.0, 100.0), default = 100.0, unit = Unit::Percent)]
    pub(crate) length: Float,
    #[param(name = "Fade", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) fade: Float,
    #[param(name = "Decay", range = Range::linear(-60.0, 0.0), default = 0.0, unit = Unit::Decibels)]
    pub(crate) decay: Float,
    #[param(name = "Low cut", range = Range::log(20.0, 2000.0), default = 20.0, unit = Unit::Hertz)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) low_cut: Float,
    #[param(name = "High cut", range = Range::log(500.0, 20_000.0), default = 20_000.0, unit = Unit::Hertz)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) high_cut: Float,
    #[param(name = "Width", range = Range::linear(0.0, 200.0), default = 100.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) width: Float,
    #[param(name = "Reverse")]
    pub(crate) reverse: Bool,
    #[param(name = "Trim")]
    pub(crate) trim: Bool,
    #[param(name = "Normalise", default = true)]
    pub(crate) normalise: Bool,
    #[meter(name = "Input left")]
    pub(crate) in_left: PeakMeter,
    #[meter(name = "Input right")]
    pub(crate) in_right: PeakMeter,
    #[meter(name = "Output left")]
    pub(crate) out_left: PeakMeter,
    #[meter(name = "Output right")]
    pub(crate) out_right: PeakMeter,
}

impl ConvolverParams {
    /// What the response is made with.
    pub(crate) fn shape(&self) -> Shape {
        Shape {
            source: self.source.value(),
            size: self.size.value() * 0.01,
            envelope: Envelope {
                length: self.length.value() * 0.01,
                fade: self.fade.value() * 0.01,
                decay: self.decay.value(),
            },
            reverse: self.reverse.value(),
            trim: self.trim.value(),
            normalise: self.normalise.value(),
        }
    }
}
