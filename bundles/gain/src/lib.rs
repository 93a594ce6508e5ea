//! A smoothed gain for mono and stereo, with bypass and a peak and RMS meter.

use dyad::prelude::*;

/// What the host can set and show.
#[derive(Params)]
pub struct GainParams {
    #[param(name = "Gain", range = Range::linear(-60.0, 24.0), default = 0.0, silent_at_min)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Gain(20.0))]
    gain: Float,
    #[meter(name = "Peak")]
    peak: PeakMeter,
    #[meter(name = "RMS")]
    rms: RmsMeter,
}

/// The plugin. It keeps nothing between blocks but its parameters.
#[derive(Default)]
pub struct Gain;

impl Plugin for Gain {
    type Params = GainParams;
    type Processor = Self;

    const INFO: Info = Info {
        id: "urn:dyad:gain",
        name: "Dyad Gain",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Changes the level without a click, and shows it.",
        category: Category::Amplifier,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, Layout::MONO];

    fn activate(&mut self, _: &mut Activation<'_>) -> Self {
        Self
    }
}

impl Processor for Gain {
    type Params = GainParams;

    fn process(&mut self, params: &mut GainParams, audio: &mut Audio<'_>, _: &mut Context<'_>) {
        let gain = params.gain.advance(audio.frames());
        for mut channel in audio.channels() {
            channel.map_with(&gain, |sample, gain| sample * gain);
            params.peak.add(channel.output());
            params.rms.add(channel.output());
        }
        if audio.all_silent() {
            // Zeros times anything: hosts save work where they know.
            audio.silence();
        }
    }
}

dyad::export!(Gain);
