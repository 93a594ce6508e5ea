//! Two made-up plugins with one of everything.

use dyad::event::EventPorts;
use dyad::param::{Bool, Choice, Float, Int, Output, Params, PeakMeter, Property, Range, Trigger, Unit};
use dyad::preset::{Preset, presets};
use dyad::{
    Activation, Audio, Bundle, Bus, Category, Context, Info, Layout, Plugin, Processor, Speaker, Visitor,
};

/// What an earlier version of the effect had besides.
pub(crate) const LOCK: &str = "\
[urn:example:rich]
audio-in      in_l                 wide
audio-in      in_r                 wide
audio-in      in                   mono
audio-out     out_l                wide
audio-out     out_r                wide
audio-out     out                  mono
events-in     control              *
events-out    notify               *
latency       latency              *
freewheel     freewheel            *
param         bypass               *
param         old                  *
param         gain                 *
meter         clip                 *

[urn:example:gone]
param         size                 *
";

#[derive(Clone, Copy, Choice)]
pub(crate) enum Mode {
    Clean,
    #[choice(id = "tube", name = "Tube \"warm\"")]
    Tube,
    Hard,
}

#[derive(Params)]
pub(crate) struct Envelope {
    #[param(name = "Attack", range = Range::linear(0.0, 1.0), unit = Unit::Seconds)]
    attack: Float,
    #[meter(name = "Level", range = Range::linear(-60.0, 0.0), unit = Unit::Decibels)]
    level: Output,
}

#[derive(Params)]
pub(crate) struct Oscillator {
    #[param(name = "Tune", range = Range::linear(-12.0, 12.0), unit = Unit::Semitones)]
    tune: Float,
    #[group(name = "Envelope")]
    envelope: Envelope,
}

#[derive(Params)]
pub(crate) struct RichParams {
    #[param(name = "Gain", range = Range::linear(-60.0, 24.0), default = 0.0, silent_at_min)]
    #[param(unit = Unit::Decibels, midi_cc = 74)]
    gain: Float,
    #[param(name = "Cutoff", range = Range::log(20.0, 20_000.0), default = 440.5, unit = Unit::Hertz)]
    cutoff: Float,
    #[param(name = "Drive", range = Range::skewed(0.0, 100.0, 10.0), unit = Unit::Percent)]
    drive: Float,
    #[param(name = "Tilt", range = Range::stepped(-1.0, 1.0, 0.25), default = 0.5)]
    #[param(unit = Unit::Other("%/dB"))]
    tilt: Float,
    #[param(name = "Mode", default = Mode::Tube)]
    mode: Choice<Mode>,
    #[param(name = "Voices", range = Range::stepped(1.0, 8.0, 1.0), default = 4)]
    voices: Int,
    #[param(name = "Size", range = Range::stepped(0.0, 100.0, 10.0), unit = Unit::Milliseconds)]
    size: Int,
    #[param(name = "Freeze", default = true)]
    freeze: Bool,
    #[param(name = "Tap")]
    tap: Trigger,
    #[param(name = "Seed", hidden, not_automatable)]
    seed: Float,
    #[group(name = "Oscillator")]
    osc: [Oscillator; 2],
    #[meter(name = "Peak")]
    peak: PeakMeter,
}

const WIDE: Layout = Layout {
    id: "wide",
    name: "Wide",
    inputs: &[Bus::main_input(2), Bus::sidechain(1)],
    outputs: &[Bus::main_output(2)],
};
/// 7.1 out of order, six channels that nobody knows, and mid-side.
const SURROUND: Layout = Layout {
    id: "surround",
    name: "Surround",
    inputs: &[Bus::main_input(6), Bus::sidechain(2).speakers(&[Speaker::Mid, Speaker::Side])],
    outputs: &[Bus::main_output(8).speakers(&[
        Speaker::Left,
        Speaker::Right,
        Speaker::Center,
        Speaker::LowFrequency,
        Speaker::BackLeft,
        Speaker::BackRight,
        Speaker::SurroundLeft,
        Speaker::SurroundRight,
    ])],
};

#[derive(Default)]
pub(crate) struct Rich;

impl Plugin for Rich {
    type Params = RichParams;
    type Processor = Silent<RichParams>;

    const INFO: Info = Info {
        id: "urn:example:rich",
        name: "Rich \\ \"Plugin\"",
        vendor: "Exämple & Söhne",
        url: "https://example.org/rich?a=<1>",
        email: "rich@example.org",
        version: "1.4.2",
        license: "MIT OR Apache-2.0",
        description: "Has one of everything.\nAlso a second line.",
        category: Category::Distortion,
    };
    const LAYOUTS: &'static [Layout] = &[WIDE, Layout::MONO, SURROUND, Layout::SURROUND_5_1];
    const PRESETS: &'static [Preset] = presets!("tests/presets");
    const TRANSPORT: bool = true;

    fn activate(&mut self, _: &mut Activation<'_>) -> Self::Processor {
        Silent(std::marker::PhantomData)
    }
}

#[derive(Default)]
pub(crate) struct Synth;

impl Plugin for Synth {
    type Params = ();
    type Processor = Silent<()>;

    const INFO: Info = Info {
        id: "https://example.org/synth",
        name: "Synth",
        vendor: "Example",
        url: "",
        email: "",
        version: "0.1.0",
        license: "All rights reserved",
        description: "",
        category: Category::Instrument,
    };
    const LAYOUTS: &'static [Layout] =
        &[Layout { id: "stereo", name: "Stereo", inputs: &[], outputs: &[Bus::main_output(2)] }];
    const EVENTS: EventPorts = EventPorts::NONE.input().output();
    const TASKS: bool = true;
    const PROPERTIES: &'static [Property] =
        &[Property::path("sample", "Sample"), Property::text("author", "Author")];

    fn activate(&mut self, _: &mut Activation<'_>) -> Self::Processor {
        Silent(std::marker::PhantomData)
    }
}

/// Makes no sound.
pub(crate) struct Silent<P>(std::marker::PhantomData<P>);

impl<P: Params> Processor for Silent<P> {
    type Params = P;

    fn process(&mut self, _params: &mut P, _audio: &mut Audio<'_>, _context: &mut Context<'_>) {}
}

/// Both plugins, with a lock that knows less than they have.
pub(crate) struct Old;

impl Bundle for Old {
    fn visit(visitor: &mut impl Visitor) {
        visitor.plugin::<Rich>(LOCK);
        visitor.plugin::<Synth>(LOCK);
    }
}

/// Both plugins, with a lock that is up to date.
pub(crate) struct Both;

impl Bundle for Both {
    fn visit(visitor: &mut impl Visitor) {
        const LOCK: &str = include_str!("../golden/ports.lock");
        visitor.plugin::<Rich>(LOCK);
        visitor.plugin::<Synth>(LOCK);
    }
}
