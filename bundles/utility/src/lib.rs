//! Gain, pan with a choice of pan laws, stereo width, polarity, choice of channels, mono, bass mono and a DC filter,
//! and meters for what comes of it: true peak, loudness after EBU R 128, correlation.

mod bass_mono;
mod chain;
mod controls;
mod correlation;
mod dc;
pub mod image;
mod matrix;
mod meters;
mod pan;
pub mod scope;

use dyad::prelude::*;

use chain::{Chain, Pair, Single};
use controls::Settings;
pub use matrix::Channels;
use matrix::Routing;
use meters::Meters;
pub use pan::PanLaw;

/// What the host can set and show.
#[derive(Params)]
pub struct UtilityParams {
    #[param(name = "Gain", range = Range::linear(-60.0, 36.0), default = 0.0, silent_at_min)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Gain(controls::GLIDE_MS))]
    gain: Float,
    #[param(name = "Mute")]
    mute: Bool,
    #[param(name = "Pan", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pan: Float,
    #[param(name = "Pan law", default = PanLaw::Balance)]
    pan_law: Choice<PanLaw>,
    #[param(name = "Width", range = Range::linear(0.0, 200.0), default = 100.0, unit = Unit::Percent)]
    width: Float,
    #[param(name = "Channels", default = Channels::Stereo)]
    channels: Choice<Channels>,
    #[param(name = "Mono")]
    mono: Bool,
    #[param(name = "Invert left")]
    invert_left: Bool,
    #[param(name = "Invert right")]
    invert_right: Bool,
    #[param(name = "Bass mono")]
    bass_mono: Bool,
    #[param(name = "Mono below", range = Range::log(50.0, 500.0), default = 120.0)]
    #[param(unit = Unit::Hertz)]
    bass_frequency: Float,
    #[param(name = "DC filter")]
    dc_filter: Bool,
    #[param(name = "Target", range = Range::stepped(-36.0, -6.0, 1.0), default = -14.0)]
    #[param(unit = Unit::Other("LUFS"), not_automatable)]
    target: Float,
    #[param(name = "Match target")]
    match_target: Trigger,
    #[param(name = "Reset meters")]
    reset_meters: Trigger,
    #[meter(name = "TP L")]
    true_peak_l: TruePeakMeter<4>,
    #[meter(name = "TP R")]
    true_peak_r: TruePeakMeter<4>,
    #[meter(name = "TP max", range = Range::linear(-70.0, 24.0), default = -70.0, silent_at_min)]
    #[meter(unit = Unit::Other("dBTP"))]
    true_peak_max: Output,
    #[meter(name = "Momentary", range = Range::linear(-70.0, 12.0), default = -70.0, silent_at_min)]
    #[meter(unit = Unit::Other("LUFS"))]
    momentary: Output,
    #[meter(name = "Short-term", range = Range::linear(-70.0, 12.0), default = -70.0, silent_at_min)]
    #[meter(unit = Unit::Other("LUFS"))]
    short_term: Output,
    #[meter(name = "Integrated", range = Range::linear(-70.0, 12.0), default = -70.0, silent_at_min)]
    #[meter(unit = Unit::Other("LUFS"))]
    integrated: Output,
    #[meter(name = "Loudness range", range = Range::linear(0.0, 60.0), unit = Unit::Other("LU"))]
    loudness_range: Output,
    #[meter(name = "Correlation", range = Range::linear(-1.0, 1.0), default = 0.0)]
    correlation: Output,
}

impl UtilityParams {
    fn settings(&self) -> Settings {
        let width = if self.mono.value() { 0.0 } else { self.width.value() / 100.0 };
        Settings {
            routing: Routing {
                invert: [self.invert_left.value(), self.invert_right.value()],
                channels: self.channels.value(),
                width,
            },
            place: self.pan.value() / 100.0,
            law: self.pan_law.value(),
            mute: self.mute.value(),
            dc_filter: self.dc_filter.value(),
            bass_mono: self.bass_mono.value(),
            bass_hertz: self.bass_frequency.value(),
        }
    }
}

/// Mono in, stereo out: to place a mono sound.
const MONO_TO_STEREO: Layout = Layout {
    id: "mono_to_stereo",
    name: "Mono to stereo",
    inputs: &[Bus::main_input(1)],
    outputs: &[Bus::main_output(2)],
};

/// The plugin. It keeps nothing between runs but its parameters.
#[derive(Default)]
pub struct Utility;

impl Plugin for Utility {
    type Params = UtilityParams;
    type Processor = Sound;

    const INFO: Info = Info {
        id: "urn:dyad:utility",
        name: "Dyad Utility",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Gain, pan, stereo width and channel repair, with loudness and true-peak meters.",
        category: Category::Utility,
    };
    const LAYOUTS: &'static [Layout] =
        &[Layout::STEREO, Layout::MONO, MONO_TO_STEREO, Layout::SURROUND_5_1];
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    // An editor takes its time to open, and a second of points waits.
    const MESSAGES: usize = 64 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> Sound {
        let (sender, _) = run.messages();
        Sound {
            chain: Chain::new(run.sample_rate),
            pairs: Default::default(),
            singles: Default::default(),
            meters: Meters::new(run, sender),
            tail: Tail::None,
            sounded: (run.sample_rate * TAIL_SECONDS) as u32,
        }
    }
}

/// How long the filters sound on: the DC filter falls by 60 dB in 0.22 s.
const TAIL_SECONDS: f64 = 0.25;

/// What makes the sound.
pub struct Sound {
    chain: Chain,
    pairs: [Pair; 2],
    singles: [Single; 2],
    meters: Meters,
    tail: Tail,
    /// Frames of the tail where there is one.
    sounded: u32,
}

impl Sound {
    /// Sets the gain so that what was measured would have been as loud as the target, and measures anew.
    fn match_target(&mut self, params: &mut UtilityParams, context: &mut Context<'_>) {
        let loudness = self.meters.integrated();
        if loudness.is_finite() {
            let gain = params.gain.value() + params.target.value() - loudness;
            context.set(&mut params.gain, 0, gain);
            self.meters.restart();
        }
    }
}

impl Processor for Sound {
    type Params = UtilityParams;

    fn reset(&mut self) {
        self.chain.reset();
        self.pairs = Default::default();
        self.singles = Default::default();
        self.meters.reset();
    }

    fn process(&mut self, params: &mut UtilityParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        let frames = audio.frames();
        if params.match_target.take() {
            self.match_target(params, context);
        }
        let gain = params.gain.advance(frames);
        let piece = self.chain.piece(&params.settings(), gain, frames);
        let silent = audio.all_silent() && !piece.filters();
        let ([front, surround], [center, effects]) = (&mut self.pairs, &mut self.singles);
        let from_mono = audio.layout().main_inputs() == 1;
        {
            let mut channels = audio.channels();
            let mut outputs: [Option<Channel<'_>>; 6] = std::array::from_fn(|_| channels.next());
            let mut outputs = outputs.each_mut().map(|channel| channel.as_mut().map(Channel::samples));
            match &mut outputs {
                [Some(left), Some(right), rest @ ..] => {
                    if from_mono {
                        right.copy_from_slice(left);
                    }
                    piece.pair(front, left, right);
                    if let [Some(c), Some(lfe), Some(left), Some(right)] = rest {
                        piece.center(center, c);
                        piece.center(effects, lfe);
                        piece.pair(surround, left, right);
                    }
                }
                [Some(mono), ..] => piece.mono(center, mono),
                _ => {}
            }
            let outputs = outputs.each_ref().map(|samples| samples.as_deref());
            self.meters.add(params, &outputs);
        }
        self.tail = if piece.filters() { Tail::Frames(self.sounded) } else { Tail::None };
        if silent {
            // Zeros in, zeros out: hosts save work where they know.
            audio.silence();
        }
    }

    fn end_block(&mut self, params: &mut UtilityParams, _: usize) {
        self.meters.end_block(params);
    }

    fn tail(&self) -> Tail {
        self.tail
    }
}

dyad::export!(Utility);
