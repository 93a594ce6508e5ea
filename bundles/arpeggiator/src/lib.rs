//! An arpeggiator: plays the notes that are held one after the other, in time with the song. What a person should
//! know of it is in the README beside.

mod arp;
mod dice;
mod grid;
mod held;
mod key;
mod line;
mod order;
mod params;
mod processor;
mod settings;
mod voices;

pub use params::{ArpeggiatorParams, Loudness, Order, Restart, STEPS, Step};
pub use processor::ArpeggiatorProcessor;

use dyad::prelude::*;
use dyad_dsp::note::USUAL_TEMPO;

use arp::Arp;

/// The plugin.
#[derive(Default)]
pub struct Arpeggiator;

impl Plugin for Arpeggiator {
    type Params = ArpeggiatorParams;
    type Processor = ArpeggiatorProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:arpeggiator",
        name: "Dyad Arpeggiator",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Plays the notes of a chord one after the other, in time with the song.",
        category: Category::NoteEffect,
    };
    const LAYOUTS: &'static [Layout] = &[NOTES_ONLY];
    const EVENTS: EventPorts =
        EventPorts::NONE.input().output().controllers(Controllers::All).notes(256).events(2048).sysex(4096);
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const TRANSPORT: bool = true;
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> ArpeggiatorProcessor {
        let arp = Arp::new(run.sample_rate, USUAL_TEMPO);
        ArpeggiatorProcessor::new(arp, run.messages().0)
    }
}

const NOTES_ONLY: Layout = Layout { id: "notes", name: "Notes", inputs: &[], outputs: &[] };

dyad::export!(Arpeggiator);
