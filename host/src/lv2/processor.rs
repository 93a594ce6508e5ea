//! One LV2 plugin's audio-thread side.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::Arc;

use super::atoms::Sequence;
use super::controls::Controls;
use super::describe::{self, Buses, Side};
use super::instance::Raw;
use super::letters::{Inbox, Letter, Outbox};
use super::midi;
use super::ports::{Kind, Port};
use super::position::{self, Position};
use super::urid::Urids;
use super::uris;
use super::worker::WorkerRunner;
use crate::child::{Block, Output, Processor};
use crate::shared::{Change, Direction, EVENTS, Memory, Midi, Status, Transport};

/// What is needed to connect a plugin.
pub(super) struct Wiring<'a> {
    pub(super) raw: Raw,
    pub(super) ports: &'a [Port],
    pub(super) buses: &'a Buses,
    pub(super) controls: &'a Controls,
    pub(super) urids: &'a Urids,
    pub(super) worker: Option<WorkerRunner>,
    /// To and from an editor.
    pub(super) letters: Option<(Outbox, Inbox)>,
    pub(super) rate: f64,
}

/// Runs the plugin. A block is cut at every parameter change, so that the change lands exactly.
pub(super) struct LvProcessor {
    raw: Raw,
    memory: Arc<Memory>,
    /// Port of every audio and CV channel, and its start in the first slot.
    channels: Vec<(u32, *mut f32)>,
    controls: Controls,
    parameters: Vec<ParameterPort>,
    inputs: Vec<EventInput>,
    outputs: Vec<(u32, Sequence)>,
    worker: Option<WorkerRunner>,
    letters: Option<(Outbox, Inbox)>,
    kinds: Kinds,
    position: Position,
}

// SAFETY: the handle and the channel pointers are used by one thread at a time: by the main thread
// until the audio thread starts and after it has ended, in between by the audio thread alone.
unsafe impl Send for LvProcessor {}

struct ParameterPort {
    port: u32,
    input: bool,
    /// What an output had when it was last reported.
    last: f32,
}

struct EventInput {
    port: u32,
    sequence: Sequence,
    /// Its number among the inputs for MIDI.
    midi: Option<u8>,
    time: bool,
}

struct Kinds {
    sequence: u32,
    chunk: u32,
    midi: u32,
}

impl LvProcessor {
    /// Connects all ports; the plugin must not be active yet.
    pub(super) fn new(wiring: Wiring<'_>, memory: &Arc<Memory>) -> Result<Self, String> {
        let Wiring { raw, ports, buses, controls, urids, worker, letters, rate } = wiring;
        let mut channels = Vec::new();
        add_channels(&mut channels, memory, Direction::Input, &buses.inputs)?;
        add_channels(&mut channels, memory, Direction::Output, &buses.outputs)?;
        let connect = |port: u32, data: *mut c_void| (raw.connect_port)(raw.handle, port, data);
        let unconnected = [&buses.inputs.unconnected, &buses.outputs.unconnected];
        for port in unconnected.into_iter().flatten() {
            connect(*port, std::ptr::null_mut());
        }
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        // Of several inputs for MIDI the designated one is the first.
        let takes_midi = |port: &&Port| port.input && matches!(port.kind, Kind::Atom { midi: true, .. });
        let mut midi_ports: Vec<_> = ports.iter().filter(takes_midi).collect();
        midi_ports.sort_by_key(|port| port.designation.as_deref() != Some(uris::CONTROL));
        let midi_ports: Vec<_> = midi_ports.into_iter().map(|port| port.index).collect();
        for port in ports {
            match port.kind {
                Kind::Control(_) => connect(port.index, controls.as_ptr(port.index).cast()),
                Kind::Atom { capacity, time, .. } => {
                    let mut sequence = Sequence::new(capacity);
                    connect(port.index, sequence.as_mut_ptr().cast());
                    if port.input {
                        let midi = midi_ports.iter().position(|other| *other == port.index);
                        let midi = midi.and_then(|at| u8::try_from(at).ok());
                        inputs.push(EventInput { port: port.index, sequence, midi, time });
                    } else {
                        outputs.push((port.index, sequence));
                    }
                }
                Kind::Other => connect(port.index, std::ptr::null_mut()),
                Kind::Audio { .. } | Kind::Cv => {}
            }
        }
        for (port, start) in &channels {
            connect(*port, start.cast());
        }
        let parameters = describe::parameter_ports(ports)
            .map(|(port, _)| ParameterPort { port: port.index, input: port.input, last: f32::NAN })
            .collect();
        Ok(Self {
            raw,
            memory: Arc::clone(memory),
            channels,
            controls: controls.clone(),
            parameters,
            inputs,
            outputs,
            worker,
            letters,
            kinds: Kinds {
                sequence: urids.map(uris::SEQUENCE),
                chunk: urids.map(uris::CHUNK),
                midi: urids.map(uris::MIDI_EVENT),
            },
            position: Position::new(urids, rate),
        })
    }

    /// Runs the frames from `start` to `end` of a block.
    fn run(
        &mut self,
        number: u32,
        [start, end]: [u32; 2],
        midi: &[Midi],
        transport: Option<&Transport>,
        found: &mut Vec<Midi>,
    ) {
        let place = self.memory.between(0, number) + start as isize;
        for (port, first) in &self.channels {
            // SAFETY: `start` lies within the block, and every channel of every slot is a whole block long.
            let data = unsafe { first.offset(place) };
            (self.raw.connect_port)(self.raw.handle, *port, data.cast());
        }
        for input in &mut self.inputs {
            input.sequence.begin_input(self.kinds.sequence);
            if let Some(transport) = transport.filter(|_| input.time) {
                let body: [u8; position::SIZE] = self.position.body(transport);
                input.sequence.push(0, self.position.object, &body);
            }
            if let Some(midi_port) = input.midi {
                let mine = midi.iter().filter(|message| message.port == midi_port);
                for message in mine.filter_map(midi::proper) {
                    let frame = message.offset - start;
                    input.sequence.push(frame, self.kinds.midi, message.bytes());
                }
            }
        }
        if let Some((_, inbox)) = &mut self.letters {
            while let Some(Letter { port, kind, body }) = inbox.next() {
                if let Some(input) = self.inputs.iter_mut().find(|input| input.port == port) {
                    input.sequence.push(0, kind, body);
                }
            }
        }
        for (_, output) in &mut self.outputs {
            output.begin_output(self.kinds.chunk);
        }
        (self.raw.run)(self.raw.handle, end - start);
        if let Some(worker) = &mut self.worker {
            worker.after_run();
        }
        for ((port, output), number) in self.outputs.iter().zip(0_u8..) {
            if let Some((outbox, _)) = &mut self.letters {
                output.events(self.kinds.sequence, |_, kind, body| {
                    // Full only while the editor is away; what it misses it can ask for.
                    let _ = outbox.send(Letter { port: *port, kind, body });
                });
            }
            output.midi(self.kinds.sequence, self.kinds.midi, start, |message| {
                if found.len() < EVENTS && message.offset < end {
                    found.push(message.on_port(number));
                }
            });
        }
    }

    fn report_outputs(&mut self, frames: u32, output: &mut Output) {
        for (index, parameter) in self.parameters.iter_mut().enumerate() {
            let value = self.controls.get(parameter.port);
            if !parameter.input && value != parameter.last && output.changes.len() < EVENTS {
                parameter.last = value;
                let native = f64::from(value);
                output.changes.push(Change { index: index as u32, offset: frames - 1, native });
            }
        }
    }
}

impl Processor for LvProcessor {
    fn process(&mut self, block: &Block<'_>, output: &mut Output) -> Status {
        let mut changes = block.changes;
        let mut midi = block.midi;
        let mut start = 0;
        while start < block.frames {
            let due = changes.partition_point(|change| change.offset <= start);
            for change in &changes[..due] {
                match self.parameters.get(change.index as usize) {
                    Some(ParameterPort { port, input: true, .. }) => {
                        self.controls.set(*port, change.native as f32);
                    }
                    _ => return Status::BadBlock,
                }
            }
            changes = &changes[due..];
            let end = changes.first().map_or(block.frames, |change| change.offset);
            let (now, later) = midi.split_at(midi.partition_point(|m| m.offset < end));
            midi = later;
            // The position is told once per block, as VST3 does.
            let transport = (start == 0).then_some(&block.transport);
            self.run(block.number, [start, end], now, transport, &mut output.midi);
            start = end;
        }
        self.report_outputs(block.frames, output);
        Status::Ok
    }
}

fn add_channels(
    channels: &mut Vec<(u32, *mut f32)>,
    memory: &Memory,
    direction: Direction,
    side: &Side,
) -> Result<(), String> {
    let sizes = memory.sizes();
    let room = if direction == Direction::Input { sizes.inputs } else { sizes.outputs };
    if side.ports.len() > room as usize {
        return Err(format!(
            "it has {} channels in one direction, this host carries {room}",
            side.ports.len()
        ));
    }
    let first = |channel| memory.channel_ptr(0, direction, channel);
    channels.extend(side.ports.iter().zip(0..).map(|(port, channel)| (*port, first(channel))));
    Ok(())
}
