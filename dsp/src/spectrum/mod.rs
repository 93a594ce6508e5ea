//! Spectra for editors: the sound goes through a tap to a background task, and comes back as
//! [messages](dyad::show) for the editor.
//!
//! ```
//! use dyad::prelude::*;
//! use dyad_dsp::spectrum::Analyser;
//!
//! struct Sound {
//!     sender: MessageSender,
//!     analyser: Analyser,
//! }
//!
//! // As in `Plugin::activate`, of a plugin with `TASKS` and `MESSAGES`: two streams of two channels.
//! fn activate(run: &mut Activation<'_>) -> Sound {
//!     Sound { sender: run.messages().0, analyser: Analyser::new(run, 2, 2) }
//! }
//!
//! // As in `Processor::process`:
//! fn process(sound: &mut Sound, before: [&[f32]; 2], after: [&[f32]; 2]) {
//!     sound.analyser.push(0, &before);
//!     sound.analyser.push(1, &after);
//!     sound.analyser.advance(before[0].len(), &mut sound.sender);
//! }
//! ```

mod transform;
mod window;

use dyad::meter::{AudioTap, TapSender};
use dyad::prelude::{Activation, MessageSender};
use dyad::show::Message;
use dyad::sync::{Receiver, handover};
use dyad::task::TaskSender;

pub use transform::Transform;
use window::Windows;

/// Spectra in a second.
const PACE: f64 = 30.0;

/// Seconds of sound in a spectrum, about: low notes are told apart, and drums are still to be seen.
const WINDOW: f64 = 0.085;

/// Seconds of sound that the tap holds: three times what there is between two spectra.
const RING: f64 = 0.12;

/// Bins of a spectrum in a message.
pub const BINS: usize = 241;

/// A finished spectrum of each stream.
struct Finished {
    number: u32,
    messages: Vec<Message>,
}

/// The audio thread's side of an analyser: some streams of some channels each. `[audio-thread]`
///
/// While no editor looks it costs a load in each block. A level is that of a sine: 0 dB is one at full scale.
/// Of several channels it is the mean of their powers.
pub struct Analyser {
    streams: Vec<TapSender>,
    work: TaskSender<bool>,
    finished: Receiver<Finished>,
    /// Frames between two spectra, and until the next one.
    interval: usize,
    left: usize,
    watched: bool,
    /// The last one that was sent, and how many streams of a newer one are.
    number: u32,
    sent: usize,
}

impl Analyser {
    /// For `streams` sounds of `channels` channels each; the streams have these numbers in the messages.
    /// `[main-thread & !active]`
    #[must_use]
    pub fn new(run: &mut Activation<'_>, streams: usize, channels: usize) -> Self {
        let rate = run.sample_rate;
        let ring = ((rate * RING) as usize).max(2 * run.max_frames);
        let taps: Vec<_> = (0..streams).map(|_| AudioTap::default()).collect();
        let senders = taps.iter().map(|tap| tap.sender(channels, ring)).collect();
        let (mut hand, finished) = handover();
        // Made by the first task: who never opens an editor has none of it.
        let mut windows = None;
        let mut number = 0_u32;
        let work = run.tasks().background(2, move |anew: bool| {
            let windows = windows.get_or_insert_with(|| Windows::new(&taps, channels, rate));
            windows.read(anew);
            number = number.wrapping_add(1);
            hand.send(Finished { number, messages: windows.messages() });
        });
        let interval = ((rate / PACE) as usize).max(1);
        Self { streams: senders, work, finished, interval, left: 0, watched: false, number: 0, sent: 0 }
    }

    /// Adds a piece of a stream's sound: slices of one length, one for each channel. `[audio-thread]`
    #[inline]
    pub fn push(&mut self, stream: usize, channels: &[&[f32]]) {
        if self.watched
            && let Some(tap) = self.streams.get_mut(stream)
        {
            tap.push(channels);
        }
    }

    /// Ends a piece of this many frames, which was pushed to all streams: has spectra made in time, and sends the
    /// finished ones. `[audio-thread]`
    #[inline]
    pub fn advance(&mut self, frames: usize, sender: &mut MessageSender) {
        let anew = !self.watched;
        self.watched = sender.watched();
        if !self.watched {
            return;
        }
        if anew {
            self.left = self.interval;
            // What it attaches to the taps for is still to come.
            let _ = self.work.send(true);
        }
        self.left = self.left.saturating_sub(frames);
        if self.left == 0 && self.work.pending() == 0 && self.work.send(false).is_ok() {
            self.left = self.interval;
        }
        self.pass_on(sender);
    }

    fn pass_on(&mut self, sender: &mut MessageSender) {
        let Some(finished) = self.finished.get_mut() else { return };
        if finished.number != self.number {
            self.number = finished.number;
            self.sent = 0;
        }
        // What the editor has no room for is not worth another try: a newer one is on its way.
        for message in finished.messages.get(self.sent..).unwrap_or_default() {
            let _ = message.send(sender);
            self.sent += 1;
        }
    }
}
