//! A plugin's events of a block, both ways.

use std::sync::Arc;

use crate::event::{
    Address, Event, EventKind, EventList, EventPorts, Incoming, Mpe, MpeReading, Note, NoteMap,
    SoundingOutputs, Source, SysEx, Zones,
};

use crate::played::{EditorNotes, Played};

/// Events on their way from the host to the plugin and back.
#[derive(Debug)]
pub(super) struct Events {
    ports: EventPorts,
    /// A bit for each controller that the plugin takes.
    controllers: u128,
    /// Those of the piece.
    input: EventList,
    /// Those of the block.
    output: EventList,
    /// Only with an input: its tables are not small.
    notes: Option<Box<NoteMap>>,
    /// As above: what is played in the editor.
    played: Option<Box<Played>>,
    mpe: Option<Box<Mpe>>,
    /// How the plugin wants it read.
    reading: MpeReading,
    /// MPE's zones before the first of the piece's events.
    zones: Zones,
    sounding: SoundingOutputs,
    /// On the way to bypass, and the plugin was told to end its notes.
    released: bool,
    /// Bypassed: input goes straight to the output.
    passing: bool,
    /// The piece's list has events of a block without frames already.
    carried: bool,
    /// Left out because the rest of the list is kept for the ends of notes.
    full: u64,
    /// Sent without an output for it.
    refused: u64,
}

impl Events {
    /// `[main-thread]`
    pub(super) fn new(ports: EventPorts, played: &Arc<EditorNotes>) -> Self {
        let room = |there: bool| {
            if !there {
                return EventList::new(0, 0);
            }
            // A list keeps its last quarter for what ends notes.
            let (events, notes) = (usize::from(ports.events), usize::from(ports.notes));
            EventList::new((events * 4).div_ceil(3).max(notes * 4), ports.sysex as usize)
        };
        Self {
            ports,
            controllers: ports.controllers.mask(),
            input: room(ports.input),
            output: room(ports.output),
            notes: ports.input.then(|| Box::new(NoteMap::new(ports.notes))),
            played: ports.input.then(|| Box::new(Played::new(Arc::clone(played)))),
            mpe: (ports.input && ports.mpe).then(|| Box::new(Mpe::new())),
            reading: MpeReading::Always,
            zones: Zones::NONE,
            sounding: SoundingOutputs::new(if ports.output { ports.notes } else { 0 }),
            released: false,
            passing: false,
            carried: false,
            full: 0,
            refused: 0,
        }
    }

    /// The events of the piece.
    #[inline]
    pub(super) fn input(&self) -> &[Event] {
        self.input.as_slice()
    }

    pub(super) fn input_sysex(&self, message: SysEx) -> &[u8] {
        self.input.sysex(message)
    }

    /// The events that the block has sent.
    pub(super) fn output(&self) -> &EventList {
        &self.output
    }

    /// Forgets what the last block sent. `[audio-thread]`
    #[inline]
    pub(super) fn begin(&mut self) {
        self.output.clear();
    }

    /// Forgets what the last block sent, and ends what sounds: the plugin never will. `[audio-thread]`
    #[cold]
    pub(super) fn give_up(&mut self) {
        self.output.clear();
        self.end_sounding(0);
    }

    pub(super) fn send(&mut self, event: Event) -> bool {
        if !self.ports.output {
            // An instrument says to us that a voice has ended, not to others.
            self.refused += u64::from(!matches!(event.kind, EventKind::NoteEnd { .. }));
            return false;
        }
        send(&mut self.output, &mut self.sounding, event)
    }

    pub(super) fn send_sysex(&mut self, frame: u32, message: &[u8]) -> bool {
        if !self.ports.output {
            self.refused += 1;
            return false;
        }
        self.output.push_sysex(frame, message)
    }

    /// Sends on what came in.
    pub(super) fn pass_sysex(&mut self, frame: u32, message: SysEx) -> bool {
        self.output.push_from(&self.input, Event { frame, kind: EventKind::SysEx(message) })
    }

    /// A voice has ended.
    pub(super) fn end(&mut self, note: Note) {
        if let Some(notes) = &mut self.notes {
            let _ = notes.end(note.id);
        }
    }

    /// How the events from now on are to be read.
    #[inline]
    pub(super) fn read_mpe(&mut self, reading: MpeReading) {
        self.reading = reading;
    }

    /// How far the pitch wheel of a channel bends at the piece's start, in semitones, where an MPE controller has said so.
    pub(super) fn bend_range(&self, channel: u8) -> Option<f32> {
        self.zones.bend_range(channel)
    }

    /// The manager of an MPE zone's member at the piece's start.
    pub(super) fn mpe_manager(&self, channel: u8) -> Option<u8> {
        self.zones.manager(channel)
    }

    /// Ends all notes that the plugin knows of, before the piece's first frame.
    fn release_all(&mut self, mut told: impl FnMut(&mut EventList, Event)) {
        let Self { notes, input, .. } = self;
        if let Some(notes) = notes {
            notes.release_all(0, &mut |event| told(input, event));
        }
    }

    /// Forgets all notes: nobody has them any more.
    fn forget_notes(&mut self) {
        if let Some(notes) = &mut self.notes {
            notes.choke_all(0, &mut |_| {});
        }
    }

    /// Takes the events of a block without frames; the next piece begins with them.
    pub(super) fn carry(&mut self, source: &mut impl Source) {
        if self.passing {
            self.forward(source, 0, 0, u32::MAX, true);
        } else if self.ports.input {
            self.gather(source, 0, 1, u32::MAX, false);
        }
        self.carried = true;
    }

    /// Takes the events of the frames `start..end`, and all up to `until`, for the plugin to see.
    pub(super) fn gather(
        &mut self,
        source: &mut impl Source,
        start: u32,
        end: u32,
        until: u32,
        leaving: bool,
    ) {
        let passed = std::mem::take(&mut self.passing);
        if !std::mem::take(&mut self.carried) || passed {
            self.input.clear();
            if let Some(mpe) = &self.mpe {
                self.zones = *mpe.zones();
            }
        }
        if passed {
            // Out of bypass: what was passed through has ended, and the plugin starts afresh.
            self.end_sounding(start);
            self.forget_notes();
        }
        if leaving && !self.released {
            self.release_all(|input, event| {
                input.push(event);
            });
        }
        self.released = leaving;
        let Self { input, notes: Some(notes), played, mpe, reading, ports, controllers, full, .. } = self
        else {
            return;
        };
        let last = end.saturating_sub(1);
        let open = notes.held();
        let mut intake = Intake { input, notes, controllers: *controllers, open, leaving, full };
        if let Some(mpe) = mpe {
            mpe.read(*reading, 0, &mut |event| intake.take(event));
        }
        if let Some(played) = played.as_mut().filter(|_| start == 0) {
            played.take(|event| intake.take(event));
        }
        source.events(until, &mut |incoming| match incoming {
            Incoming::SysEx { frame, data } if ports.sysex > 0 => {
                intake.input.push_sysex(frame.min(last).saturating_sub(start), data);
            }
            Incoming::SysEx { .. } => {}
            Incoming::Event(mut event) => {
                event.frame = event.frame.min(last).saturating_sub(start);
                match mpe {
                    Some(mpe) => mpe.translate(event, &mut |event| intake.take(event)),
                    None => intake.take(event),
                }
            }
        });
    }

    /// Bypassed: sends the events of the frames `start..end` on as they are, where the plugin has an
    /// output for them.
    pub(super) fn pass(&mut self, source: &mut impl Source, start: u32, end: u32, until: u32) {
        let carried = std::mem::take(&mut self.carried);
        if !std::mem::replace(&mut self.passing, true) {
            self.end_sounding(start);
            self.forget_notes();
        } else if carried {
            let Self { input, output, sounding, notes: Some(notes), .. } = self else { return };
            for event in input.iter().map(|event| Event { frame: start, ..*event }) {
                let sent = match event.kind {
                    EventKind::SysEx(_) => output.push_from(input, event),
                    _ => send(output, sounding, event),
                };
                if let (false, EventKind::NoteOn { note, .. }) = (sent, event.kind) {
                    let _ = notes.end(note.id);
                }
            }
        }
        self.input.clear();
        self.forward(source, start, end.saturating_sub(1), until, false);
    }

    /// Takes events as they are, at the frames `first..=last`: to be sent at once, or with the next piece.
    fn forward(&mut self, source: &mut impl Source, first: u32, last: u32, until: u32, later: bool) {
        let Self { input, output, notes: Some(notes), played, mpe, reading, sounding, ports, .. } = self
        else {
            return;
        };
        if let Some(mpe) = mpe {
            mpe.read(*reading, 0, &mut |_| {});
        }
        let mut pass = |event: Event<Address>, input: &mut EventList, output: &mut EventList| {
            let mut unknown = None;
            notes.resolve(event, &mut |event| {
                let sent = if later { input.push(event) } else { send(output, sounding, event) };
                if let (false, EventKind::NoteOn { note, .. }) = (sent, event.kind) {
                    unknown = Some(note.id);
                }
            });
            // What was never passed on needs no end: that would be another note's.
            if let Some(id) = unknown {
                let _ = notes.end(id);
            }
        };
        if let Some(played) = played.as_mut().filter(|_| first == 0) {
            played.take(|event| {
                if ports.output {
                    pass(event, input, output);
                }
            });
        }
        source.events(until, &mut |incoming| match incoming {
            Incoming::SysEx { frame, data } if ports.output && ports.sysex > 0 => {
                let list = if later { &mut *input } else { &mut *output };
                list.push_sysex(frame.min(last).max(first), data);
            }
            Incoming::SysEx { .. } => {}
            Incoming::Event(mut event) => {
                // What it says of channels counts after the bypass too.
                if let Some(mpe) = mpe {
                    mpe.translate(event, &mut |_| {});
                }
                if ports.output {
                    event.frame = event.frame.min(last).max(first);
                    pass(event, input, output);
                }
            }
        });
    }

    /// Ends every note that was sent without an end.
    fn end_sounding(&mut self, frame: u32) {
        let output = &mut self.output;
        self.sounding.end_all(frame, &mut |event| {
            output.push(event);
        });
    }

    /// Forgets all notes: the host starts anew. `[audio-thread]`
    pub(super) fn reset(&mut self) {
        self.input.clear();
        self.output.clear();
        self.forget_notes();
        if let Some(mpe) = &mut self.mpe {
            mpe.reset();
        }
        if let Some(played) = &mut self.played {
            played.forget();
        }
        self.sounding.end_all(0, &mut |_| {});
        (self.released, self.passing, self.carried) = (false, false, false);
    }

    /// How many events were lost each way: because of full lists, and sent without an output.
    pub(super) fn losses(&self) -> (u64, u64, u64) {
        let lost = |list: &EventList| list.dropped() + list.dropped_sysex();
        (lost(&self.input) + self.full, lost(&self.output) + self.sounding.refused(), self.refused)
    }
}

/// Where events come in that the plugin is to see.
struct Intake<'a> {
    input: &'a mut EventList,
    notes: &'a mut NoteMap,
    /// A bit for each controller that the plugin takes.
    controllers: u128,
    /// Notes that the plugin knows: each keeps a place for its end.
    open: usize,
    /// On the way to bypass no note begins.
    leaving: bool,
    full: &'a mut u64,
}

impl Intake<'_> {
    fn take(&mut self, event: Event<Address>) {
        let Self { input, notes, open, full, .. } = self;
        let (controllers, leaving) = (self.controllers, self.leaving);
        let mut unknown = None;
        notes.resolve(event, &mut |event| {
            if !wanted(&event, controllers) {
                return;
            }
            match event.kind {
                EventKind::NoteOff { .. } | EventKind::Choke { .. } => {
                    *open = open.saturating_sub(1);
                    input.push(event);
                }
                EventKind::NoteOn { note, .. } if leaving => unknown = Some(note.id),
                EventKind::NoteOn { note, .. } => {
                    if input.room() > *open + 1 && input.push(event) {
                        *open += 1;
                    } else {
                        **full += 1;
                        unknown = Some(note.id);
                    }
                }
                _ if input.room() > *open => {
                    input.push(event);
                }
                _ => **full += 1,
            }
        });
        // What never reached the plugin needs no end.
        if let Some(id) = unknown {
            let _ = notes.end(id);
        }
    }
}

/// Sends an event, and remembers what sounds. A note that can't be remembered is not begun: nobody could
/// end it.
fn send(output: &mut EventList, sounding: &mut SoundingOutputs, event: Event) -> bool {
    if let EventKind::NoteOn { note, .. } = event.kind {
        if !sounding.note(&event) {
            return false;
        }
        if !output.push(event) {
            let kind = EventKind::NoteOff { note, velocity: 0.0 };
            let _ = sounding.note(&Event { kind, ..event });
            return false;
        }
        return true;
    }
    let sent = output.push(event);
    if sent {
        let _ = sounding.note(&event);
    }
    sent
}

/// Whether a plugin takes an event of a channel: only the controllers that it names, a bit for each.
fn wanted(event: &Event, controllers: u128) -> bool {
    match event.kind {
        EventKind::Controller { controller, .. } => controllers & (1 << (controller & 127)) != 0,
        EventKind::ChannelPressure { .. } | EventKind::PitchBend { .. } | EventKind::Zone { .. } => {
            controllers != 0
        }
        _ => true,
    }
}
