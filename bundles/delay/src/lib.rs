//! Echoes in time with the song or free: two sides, ping-pong, filters and modulation in the loop, freeze,
//! ducking. What a person should know of it is in the README beside.

mod duck;
mod echo;
mod filter;
mod head;
mod line;
pub mod picture;
mod swing;
mod tail;
mod time;

pub use echo::{DEEPEST_MS, LINEAR, balance, bend};
pub use filter::{HIGH_OFF, LOW_OFF, response};
pub use head::Change;
pub use tail::{INAUDIBLE, repeats};
pub use time::{LONGEST_MS, SHORTEST_MS, milliseconds, samples};

use dyad::prelude::*;
use dyad_dsp::note::{NoteValue, TEMPOS, USUAL_TEMPO, usable_tempo};

use echo::{Echoes, Lane, RUN, Wanted};

/// What the host can set and show.
#[derive(Params)]
pub struct DelayParams {
    #[param(name = "Sync", default = true)]
    sync: Bool,
    #[param(name = "Link", default = true)]
    link: Bool,
    #[param(name = "Time left", range = Range::log(SHORTEST_MS, LONGEST_MS), default = 375.0)]
    #[param(unit = Unit::Milliseconds)]
    time_left: Float,
    #[param(name = "Time right", range = Range::log(SHORTEST_MS, LONGEST_MS), default = 375.0)]
    #[param(unit = Unit::Milliseconds)]
    time_right: Float,
    #[param(name = "Note left", default = NoteValue::N8D)]
    note_left: Choice<NoteValue>,
    #[param(name = "Note right", default = NoteValue::N8D)]
    note_right: Choice<NoteValue>,
    #[param(name = "Time change", default = Change::Fade)]
    change: Choice<Change>,
    #[param(name = "Ping-pong")]
    ping_pong: Bool,
    #[param(name = "Feedback", range = Range::linear(0.0, 110.0), default = 40.0)]
    #[param(unit = Unit::Percent, smooth = Smooth::Linear(20.0))]
    feedback: Float,
    #[param(name = "Low cut", range = Range::log(LOW_OFF, 2000.0), default = LOW_OFF, unit = Unit::Hertz)]
    low_cut: Float,
    #[param(name = "High cut", range = Range::log(200.0, HIGH_OFF), default = HIGH_OFF, unit = Unit::Hertz)]
    high_cut: Float,
    #[param(name = "Mod rate", range = Range::log(0.05, 10.0), default = 0.5, unit = Unit::Hertz)]
    mod_rate: Float,
    #[param(name = "Mod depth", range = Range::skewed(0.0, DEEPEST_MS, 1.5), default = 0.0)]
    #[param(unit = Unit::Milliseconds, smooth = Smooth::Linear(50.0))]
    mod_depth: Float,
    #[param(name = "Freeze")]
    freeze: Bool,
    #[param(name = "Width", range = Range::linear(0.0, 200.0), default = 100.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    width: Float,
    #[param(name = "Ducking", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    ducking: Float,
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 25.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    mix: Float,
    #[param(name = "Output", range = Range::linear(-24.0, 12.0), default = 0.0, unit = Unit::Decibels)]
    #[param(smooth = Smooth::Gain(20.0))]
    output: Float,
    #[meter(name = "Input")]
    input_level: PeakMeter,
    #[meter(name = "Left")]
    left_level: PeakMeter,
    #[meter(name = "Right")]
    right_level: PeakMeter,
    // What the echoes are in time with, for editors.
    #[meter(name = "Tempo", range = Range::linear(TEMPOS.0, TEMPOS.1), default = USUAL_TEMPO as f32)]
    #[meter(unit = Unit::BeatsPerMinute)]
    tempo: Output,
}

impl DelayParams {
    /// Left's and right's delay in milliseconds.
    fn milliseconds(&self, tempo: f64) -> [f64; 2] {
        let left = (self.note_left.value(), self.time_left.value());
        let right = (self.note_right.value(), self.time_right.value());
        let right = if self.link.value() { left } else { right };
        let of = |(note, time): (NoteValue, f32)| {
            if self.sync.value() { time::milliseconds(note, tempo) } else { f64::from(time) }
        };
        [of(left), of(right)]
    }
}

/// The plugin. It keeps nothing between runs but its parameters.
#[derive(Default)]
pub struct Delay;

const MONO_TO_STEREO: Layout = Layout {
    id: "mono_to_stereo",
    name: "Mono to stereo",
    inputs: &[Bus::main_input(1)],
    outputs: &[Bus::main_output(2)],
};

impl Plugin for Delay {
    type Params = DelayParams;
    type Processor = DelayProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:delay",
        name: "Dyad Delay",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Echoes in time with the song or free, with ping-pong, filters and freeze.",
        category: Category::Delay,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, Layout::MONO, MONO_TO_STEREO];
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const TRANSPORT: bool = true;

    fn activate(&mut self, run: &mut Activation<'_>) -> DelayProcessor {
        DelayProcessor {
            echoes: Echoes::new(run.layout.main_outputs(), run.sample_rate),
            sample_rate: run.sample_rate,
            tempo: USUAL_TEMPO,
            tail: Tail::None,
        }
    }
}

/// The sound.
pub struct DelayProcessor {
    echoes: Echoes,
    sample_rate: f64,
    /// What the host said last, or [`USUAL_TEMPO`].
    tempo: f64,
    tail: Tail,
}

impl DelayProcessor {
    fn delays(&self, params: &DelayParams) -> [f64; 2] {
        params.milliseconds(self.tempo).map(|ms| time::samples(ms, self.sample_rate))
    }

    fn find_tail(&mut self, params: &DelayParams, delays: [f64; 2]) {
        let swing = f64::from(params.mod_depth.value()) * 1e-3;
        let low_cut = params.low_cut.value();
        // The low cut's answer to the end of a sound, down to −60 dB; the high cut's is shorter.
        let ringing =
            if low_cut > LOW_OFF { 7.0 / (std::f64::consts::TAU * f64::from(low_cut)) } else { 0.0 };
        self.tail = tail::tail(
            delays,
            f64::from(params.feedback.value()) / 100.0,
            params.ping_pong.value(),
            params.freeze.value(),
            (swing + ringing) * self.sample_rate,
        );
    }
}

impl Processor for DelayProcessor {
    type Params = DelayParams;

    fn prepare(&mut self, params: &mut DelayParams) {
        let delays = self.delays(params);
        self.find_tail(params, delays);
    }

    fn reset(&mut self) {
        self.echoes.clear();
    }

    fn process(&mut self, params: &mut DelayParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        if let Some(tempo) = context.transport().tempo {
            self.tempo = usable_tempo(tempo);
        }
        params.tempo.show(self.tempo as f32);
        let frames = audio.frames();
        let wanted = Wanted {
            delays: self.delays(params),
            change: params.change.value(),
            ping_pong: params.ping_pong.value(),
            freeze: params.freeze.value(),
            cuts: (params.low_cut.value(), params.high_cut.value()),
            mod_rate: params.mod_rate.value(),
            feedback: params.feedback.advance(frames),
            mod_depth: params.mod_depth.advance(frames),
            width: params.width.advance(frames),
            duck: params.ducking.advance(frames),
            mix: params.mix.advance(frames),
            output: params.output.advance(frames),
        };
        let piece = self.echoes.begin(wanted, frames);
        let (spread, sides) = (audio.layout().main_inputs() == 1, audio.layout().main_outputs());
        let mut pieces = audio.sub_blocks(RUN);
        while let Some((start, mut part)) = pieces.next() {
            let frames = part.frames();
            let mut input: [Lane; 2] = [[0.0; RUN]; 2];
            for (lane, channel) in input.iter_mut().zip(part.channels()) {
                lane[..frames].copy_from_slice(channel.input());
            }
            if spread {
                input[1] = input[0];
            }
            input.iter().for_each(|lane| params.input_level.add(&lane[..frames]));
            let mut output: [Lane; 2] = [[0.0; RUN]; 2];
            self.echoes.run(&piece, start, frames, &input, &mut output);
            for (lane, mut channel) in output.iter().zip(part.channels()) {
                channel.written().copy_from_slice(&lane[..frames]);
            }
            params.left_level.add(&output[0][..frames]);
            // The one channel of a mono track is on both sides.
            params.right_level.add(&output[sides - 1][..frames]);
        }
        let reach = self.echoes.reach();
        self.find_tail(params, reach);
    }

    fn tail(&self) -> Tail {
        self.tail
    }
}

dyad::export!(Delay);
