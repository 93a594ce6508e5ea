//! An arpeggiator: plays the notes that are held one after the other, in time with the song. What a person should
//! know of it is in the README beside.

mod params;

pub use params::{ArpeggiatorParams, Loudness, Order, Restart, STEPS, Step};

use dyad::prelude::*;

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
        EventPorts::NONE.input().output().controllers(Controllers::All).notes(256).sysex(4096);
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const TRANSPORT: bool = true;
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, _run: &mut Activation<'_>) -> ArpeggiatorProcessor {
        ArpeggiatorProcessor
    }
}

const NOTES_ONLY: Layout = Layout { id: "notes", name: "Notes", inputs: &[], outputs: &[] };

/// What makes notes of notes.
pub struct ArpeggiatorProcessor;

impl Processor for ArpeggiatorProcessor {
    type Params = ArpeggiatorParams;

    fn process(
        &mut self,
        _params: &mut ArpeggiatorParams,
        _audio: &mut Audio<'_>,
        context: &mut Context<'_>,
    ) {
        for n in 0..context.event_count() {
            if let Some(event) = context.event(n) {
                let _ = context.send(event);
            }
        }
    }
}

dyad::export!(Arpeggiator);
