//! What the host can set and show.

use dyad::prelude::*;

use crate::curve::INFINITE;
use crate::look_ahead::LONGEST_MS;

/// What of the key counts.
#[derive(Choice, Clone, Copy, Debug, PartialEq)]
pub enum DetectorKind {
    /// The magnitude of each sample.
    Peak,
    /// The mean power.
    #[choice(id = "rms", name = "RMS")]
    Rms,
}

/// Milliseconds of the way to a new value.
const GLIDE: f32 = 20.0;

/// The high-pass filter's lowest frequency in Hz, at which it is left out.
pub(crate) const HIGH_PASS_OFF: f32 = 20.0;

/// All parameters and meters.
#[derive(Params)]
pub struct CompressorParams {
    #[param(name = "Threshold", range = Range::linear(-60.0, 0.0), default = -20.0)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Linear(GLIDE))]
    pub(crate) threshold: Float,
    #[param(name = "Ratio", range = Range::log(1.0, INFINITE), default = 4.0, infinite_at_max)]
    #[param(unit = Unit::Other(": 1"), smooth = Smooth::Linear(GLIDE))]
    pub(crate) ratio: Float,
    #[param(name = "Knee", range = Range::linear(0.0, 24.0), default = 6.0)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Linear(GLIDE))]
    pub(crate) knee: Float,
    #[param(name = "Attack", range = Range::log(0.05, 250.0), default = 10.0, unit = Unit::Milliseconds)]
    pub(crate) attack: Float,
    #[param(name = "Release", range = Range::log(5.0, 2500.0), default = 120.0, unit = Unit::Milliseconds)]
    pub(crate) release: Float,
    #[param(name = "Auto release")]
    pub(crate) auto_release: Bool,
    #[param(name = "Look-ahead", range = Range::linear(0.0, LONGEST_MS), unit = Unit::Milliseconds)]
    pub(crate) look_ahead: Float,
    #[param(name = "Detector", default = DetectorKind::Peak)]
    pub(crate) detector: Choice<DetectorKind>,
    #[param(name = "RMS time", range = Range::log(1.0, 300.0), default = 10.0, unit = Unit::Milliseconds)]
    pub(crate) rms_time: Float,
    #[param(name = "Link", range = Range::linear(0.0, 100.0), default = 100.0, unit = Unit::Percent)]
    pub(crate) link: Float,
    #[param(name = "Sidechain")]
    pub(crate) external_key: Bool,
    #[param(name = "Listen")]
    pub(crate) listen: Bool,
    #[param(name = "Key low cut", range = Range::log(HIGH_PASS_OFF, 500.0), unit = Unit::Hertz, off_at_min)]
    pub(crate) high_pass: Float,
    #[param(name = "Auto make-up")]
    pub(crate) auto_make_up: Bool,
    #[param(name = "Make-up", range = Range::linear(-12.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    pub(crate) make_up: Float,
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 100.0)]
    #[param(unit = Unit::Percent, smooth = Smooth::Linear(GLIDE))]
    pub(crate) mix: Float,
    /// In mono both are the one channel.
    #[meter(name = "Input left")]
    pub(crate) input_l: PeakMeter,
    #[meter(name = "Input right")]
    pub(crate) input_r: PeakMeter,
    #[meter(name = "Gain reduction")]
    pub(crate) reduction: GainReductionMeter,
    #[meter(name = "Output left")]
    pub(crate) output_l: PeakMeter,
    #[meter(name = "Output right")]
    pub(crate) output_r: PeakMeter,
}
