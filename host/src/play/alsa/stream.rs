//! The device's own audio thread.
#![allow(clippy::disallowed_types, reason = "the channel is used once, before the first block")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Instant;

use super::library::Library;
use super::midi::{Inbox, Midi};
use super::pcm::{Asked, Pcm, Trouble, Way};
use super::sequencer::Port;
use crate::child::{Priority, RATES, USUAL_PRIORITY, raise};
use crate::error::{Error, Result};
use crate::planar::Planar;
use crate::play::driver::{Format, Input, Wires, Wish};
use crate::play::engine::{Ends, Moment, Player};
use crate::play::meter::Meter;
use crate::shared::{MAX_BLOCK, Transport};

/// The device that everybody means who means none.
const USUAL: &str = "default";

/// Devices that are open and play nothing yet.
pub(in crate::play) struct Opened {
    library: Arc<Library>,
    name: String,
    playback: Pcm,
    capture: Option<Pcm>,
    sources: Vec<Port>,
    wish: Wish,
}

fn refused(device: &str, reason: String) -> Error {
    Error::Device { device: device.to_owned(), reason }
}

impl Opened {
    /// Opens the device that is wanted, and the one that sound comes from.
    ///
    /// # Errors
    /// Where one can't be opened or used as it is wanted, and where MIDI is to come from what is not there.
    pub(in crate::play) fn open(wish: &Wish) -> Result<Self> {
        let library = Library::open().map_err(|reason| refused("ALSA", reason))?;
        let name = wish.device.clone().unwrap_or_else(|| USUAL.into());
        let asked = Asked {
            channels: wish.channels.max(1),
            rate: wish.rate.unwrap_or(48_000),
            frames: wish.frames.unwrap_or(256),
        };
        let playback = Pcm::open(&library, &name, Way::Playback, asked);
        let playback = playback.map_err(|reason| refused(&name, format!("can't play: {reason}")))?;
        if wish.rate.is_some_and(|rate| rate != playback.rate) {
            let reason = format!("can't play at {} Hz; {} Hz is the nearest", asked.rate, playback.rate);
            return Err(refused(&name, reason));
        }
        if !RATES.contains(&playback.rate) || playback.period > MAX_BLOCK {
            let reason = format!("plays {} frames at {} Hz at a time", playback.period, playback.rate);
            return Err(refused(&name, format!("{reason}; expected at most {MAX_BLOCK}, at {RATES:?} Hz")));
        }
        let capture = match &wish.input {
            Input::None => None,
            Input::Named(source) => Some(Self::capture(&library, source, &playback)?),
            // Many devices only play, which is no reason not to.
            Input::Usual if wish.connect => Self::capture(&library, &name, &playback).ok(),
            Input::Usual => None,
        };
        let sources = Port::named(&library, &wish.midi)?;
        Ok(Self { library, name, playback, capture, sources, wish: wish.clone() })
    }

    fn capture(library: &Arc<Library>, name: &str, playback: &Pcm) -> Result<Pcm> {
        let channels = u32::try_from(playback.channels).unwrap_or(1);
        let asked = Asked { channels, rate: playback.rate, frames: playback.period };
        let capture = Pcm::open(library, name, Way::Capture, asked);
        let capture = capture.map_err(|reason| refused(name, format!("can't record: {reason}")))?;
        if (capture.rate, capture.period) != (playback.rate, playback.period) {
            let reason = format!(
                "can't record as the other one plays: {} frames at {} Hz, not {} at {}",
                capture.period, capture.rate, playback.period, playback.rate
            );
            return Err(refused(name, reason));
        }
        Ok(capture)
    }

    pub(in crate::play) fn format(&self) -> Format {
        Format { rate: self.playback.rate, frames: self.playback.period }
    }

    pub(in crate::play) fn outputs(&self) -> usize {
        self.playback.channels
    }

    pub(in crate::play) fn name(&self) -> &str {
        &self.name
    }

    /// Plays from now on.
    ///
    /// # Errors
    /// Where there is no thread for it.
    pub(in crate::play) fn start(
        self,
        player: Player,
        wires: &Wires,
        meter: &Arc<Meter>,
        tempo: f64,
    ) -> Result<Running> {
        let format = self.format();
        let Self { library, name, playback, capture, sources, wish } = self;
        let state = Arc::new(State::default());
        let mut remarks = Vec::new();
        let (mut midi, mut inbox) = (None, None);
        if wires.midi_in {
            match Midi::start(&library, &wish.name, &sources, wish.connect, meter) {
                Ok((thread, events)) => (midi, inbox) = (Some(thread), Some(events)),
                // Who named a port wants it; others play on without MIDI.
                Err(reason) if sources.is_empty() => remarks.push(format!("no MIDI with ALSA: {reason}")),
                Err(reason) => return Err(refused("ALSA", reason)),
            }
        }
        let channels = wires.outputs.first().copied().unwrap_or(0).max(playback.channels);
        let stream = Stream {
            sound: Planar::new(channels, playback.period as usize),
            playback,
            capture,
            player,
            inbox,
            state: Arc::clone(&state),
            meter: Arc::clone(meter),
            tempo,
            position: 0,
        };
        let (tell, told) = channel();
        let work = move || stream.run(&tell);
        let thread = std::thread::Builder::new().name("dyad-alsa".into()).spawn(work);
        let thread = Some(thread.map_err(Error::system("start a thread"))?);
        if let Ok(Priority::Normal { reason }) = told.recv() {
            remarks.push(format!("the audio thread has no real-time priority: {reason}"));
        }
        Ok(Running { name, format, state, remarks, thread, _midi: midi })
    }
}

/// What the thread and its owner tell each other.
#[derive(Default)]
struct State {
    stop: AtomicBool,
    failure: OnceLock<String>,
}

/// A device that plays. Dropping it ends that.
pub(in crate::play) struct Running {
    name: String,
    format: Format,
    state: Arc<State>,
    remarks: Vec<String>,
    thread: Option<JoinHandle<()>>,
    _midi: Option<Midi>,
}

impl Running {
    /// As it was when it began: ALSA's devices change nothing on the way.
    pub(in crate::play) fn format(&self) -> Format {
        self.format
    }

    pub(in crate::play) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Whether it still plays.
    ///
    /// # Errors
    /// Where it does not, and why.
    pub(in crate::play) fn check(&self) -> Result<()> {
        match self.state.failure.get() {
            Some(reason) => Err(refused(&self.name, reason.clone())),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread has.
struct Stream {
    playback: Pcm,
    capture: Option<Pcm>,
    player: Player,
    /// What comes out of the plugins, for the device.
    sound: Planar,
    inbox: Option<Inbox>,
    state: Arc<State>,
    meter: Arc<Meter>,
    tempo: f64,
    /// Frames since the start.
    position: u64,
}

impl Stream {
    fn run(mut self, tell: &Sender<Priority>) {
        let _ = tell.send(raise(USUAL_PRIORITY));
        if let Some(capture) = &self.capture {
            self.playback.link(capture);
        }
        let mut begun = self.begin();
        while !self.state.stop.load(Ordering::Relaxed) {
            begun = match begun.and_then(|()| self.block()) {
                Ok(()) => Ok(()),
                Err(trouble @ (Trouble::Xrun | Trouble::Suspended)) => {
                    self.meter.xruns.add(1);
                    if trouble == Trouble::Suspended {
                        self.playback.resume();
                    }
                    self.begin()
                }
                Err(Trouble::Stalled) => return self.fail("it plays nothing any more".into()),
                Err(Trouble::Error(error)) => {
                    let reason = self.playback.words(error);
                    return self.fail(format!("it plays no more: {reason}"));
                }
            };
        }
    }

    /// The owner looks at it, and drops what is left here.
    fn fail(&self, reason: String) {
        let _ = self.state.failure.set(reason);
    }

    /// Fills the device with silence, whereupon it begins; what is recorded begins at the same time.
    fn begin(&mut self) -> Result<(), Trouble> {
        self.playback.prepare()?;
        if let Some(capture) = &self.capture {
            capture.prepare()?;
        }
        for _ in 0..(self.playback.buffer / self.playback.period).max(1) {
            self.playback.write_silence()?;
        }
        self.playback.start();
        if let Some(capture) = &self.capture {
            capture.start();
        }
        Ok(())
    }

    fn block(&mut self) -> Result<(), Trouble> {
        if let Some(capture) = &mut self.capture {
            capture.read()?;
        }
        let frames = self.playback.period;
        let transport = Transport { tempo: self.tempo, ..Transport::playing_at(self.position) };
        let now = Instant::now();
        let inbox = self.inbox.as_mut();
        let mut ends = Buffers {
            capture: self.capture.as_ref(),
            sound: &mut self.sound,
            inbox,
            now,
            frames,
            rate: self.playback.rate,
        };
        self.player.play(Moment { transport, patient: false }, frames, &mut ends);
        self.position += u64::from(frames);
        let sound = &self.sound;
        self.playback.write(|channel, frame| sound.channel(channel)[frame])
    }
}

/// The devices' ends for one block.
struct Buffers<'a> {
    capture: Option<&'a Pcm>,
    sound: &'a mut Planar,
    inbox: Option<&'a mut Inbox>,
    now: Instant,
    frames: u32,
    rate: u32,
}

impl Ends for Buffers<'_> {
    fn read(&mut self, bus: usize, channel: usize, at: usize, to: &mut [f32]) {
        match self.capture {
            // Further inputs are nobody's.
            Some(capture) if bus == 0 => {
                for (frame, sample) in (at..).zip(to) {
                    *sample = capture.sample(channel, frame);
                }
            }
            _ => to.fill(0.0),
        }
    }

    fn write(&mut self, bus: usize, channel: usize, at: usize, from: &[f32]) {
        if bus == 0 && channel < self.sound.channels() {
            self.sound.channel_mut(channel)[at..][..from.len()].copy_from_slice(from);
        }
    }

    fn receive(&mut self, end: u32, take: &mut dyn FnMut(u32, &[u8])) -> bool {
        let (now, frames, rate) = (self.now, self.frames, self.rate);
        self.inbox.as_mut().is_some_and(|inbox| inbox.next(now, frames, rate, end, take))
    }

    fn listens(&self) -> bool {
        false
    }

    fn send(&mut self, _frame: u32, _bytes: &[u8]) -> bool {
        false
    }
}
