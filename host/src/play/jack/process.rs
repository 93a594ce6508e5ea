//! JACK's callbacks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jack::{
    AudioIn, AudioOut, Client, ClientStatus, Control, Frames, MidiIn, MidiIter, MidiOut, MidiWriter,
    NotificationHandler, Port, ProcessHandler, ProcessScope, RawMidi,
};

use super::transport;
use crate::play::engine::{Ends, Moment, Player};
use crate::play::meter::Meter;
use crate::shared::Transport;

/// What JACK tells on threads of its own.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The server is gone.
    pub(super) ended: AtomicBool,
    /// The server waits for everybody, as fast as it goes.
    pub(super) freewheels: AtomicBool,
}

/// The client's ports, bus by bus.
pub(super) struct Ports {
    pub(super) inputs: Vec<Vec<Port<AudioIn>>>,
    pub(super) outputs: Vec<Vec<Port<AudioOut>>>,
    pub(super) midi_in: Option<Port<MidiIn>>,
    pub(super) midi_out: Option<Port<MidiOut>>,
}

/// The real-time thread's part.
pub(super) struct Process {
    pub(super) player: Player,
    pub(super) ports: Ports,
    pub(super) transport: jack::Transport,
    pub(super) news: Arc<News>,
    /// Quarter notes per minute where JACK knows none.
    pub(super) tempo: f64,
}

impl ProcessHandler for Process {
    fn process(&mut self, _client: &Client, scope: &ProcessScope) -> Control {
        let transport = match self.transport.query() {
            Ok(now) => transport::read(&now, self.tempo),
            Err(_) => Transport { playing: false, ..Transport::playing_at(0) },
        };
        let patient = self.news.freewheels.load(Ordering::Relaxed);
        let Ports { inputs, outputs, midi_in, midi_out } = &mut self.ports;
        let mut ends = Buffers {
            scope,
            inputs,
            outputs,
            midi_in: midi_in.as_ref().map(|port| port.iter(scope)),
            midi_out: midi_out.as_mut().map(|port| port.writer(scope)),
        };
        self.player.play(Moment { transport, patient }, scope.n_frames(), &mut ends);
        Control::Continue
    }
}

/// The ports' buffers for one block.
struct Buffers<'a> {
    scope: &'a ProcessScope,
    inputs: &'a [Vec<Port<AudioIn>>],
    outputs: &'a mut [Vec<Port<AudioOut>>],
    midi_in: Option<MidiIter<'a>>,
    midi_out: Option<MidiWriter<'a>>,
}

impl Ends for Buffers<'_> {
    fn read(&mut self, bus: usize, channel: usize, at: usize, to: &mut [f32]) {
        match self.inputs.get(bus).and_then(|ports| ports.get(channel)) {
            Some(port) => to.copy_from_slice(&port.as_slice(self.scope)[at..][..to.len()]),
            None => to.fill(0.0),
        }
    }

    fn write(&mut self, bus: usize, channel: usize, at: usize, from: &[f32]) {
        if let Some(port) = self.outputs.get_mut(bus).and_then(|ports| ports.get_mut(channel)) {
            port.as_mut_slice(self.scope)[at..][..from.len()].copy_from_slice(from);
        }
    }

    fn receive(&mut self, end: u32, take: &mut dyn FnMut(u32, &[u8])) -> bool {
        match self.midi_in.as_mut().and_then(|events| events.next_if(|event| event.time < end)) {
            Some(event) => {
                take(event.time, event.bytes);
                true
            }
            None => false,
        }
    }

    fn listens(&self) -> bool {
        self.midi_out.is_some()
    }

    fn send(&mut self, frame: u32, bytes: &[u8]) -> bool {
        let message = RawMidi { time: frame, bytes };
        self.midi_out.as_mut().is_some_and(|writer| writer.write(&message).is_ok())
    }
}

/// What happens beside the real-time thread.
pub(super) struct Notices {
    pub(super) news: Arc<News>,
    pub(super) meter: Arc<Meter>,
}

impl NotificationHandler for Notices {
    #[allow(
        unsafe_code,
        reason = "the trait says so: nothing may be done here that a signal handler may not do"
    )]
    unsafe fn shutdown(&mut self, _status: ClientStatus, _reason: &str) {
        self.news.ended.store(true, Ordering::Release);
    }

    fn freewheel(&mut self, _client: &Client, on: bool) {
        self.news.freewheels.store(on, Ordering::Relaxed);
    }

    fn sample_rate(&mut self, _client: &Client, _rate: Frames) -> Control {
        // The main thread looks by itself.
        Control::Continue
    }

    fn xrun(&mut self, _client: &Client) -> Control {
        self.meter.xruns.add(1);
        Control::Continue
    }
}
