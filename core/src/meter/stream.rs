//! Frames of levels from the sound side to an editor that polls.

use std::sync::Arc;

use rtrb::{Consumer, Producer, PushError, RingBuffer};

use super::frame::{MeterFrame, Span};
use super::hub::{Hub, Ticket};
use crate::param::{Largest, Squares};

/// Levels of left and right for an editor: one [`MeterFrame`] for each block. No peak is lost, however
/// slow the reader is.
///
/// ```
/// use dyad_core::meter::MeterTap;
///
/// // The plugin keeps the tap and gives the processor its end in `activate`:
/// let tap = MeterTap::default();
/// let mut sender = tap.sender(MeterTap::CAPACITY);
/// // The editor's timer polls:
/// let mut reader = tap.attach().expect("one editor at a time");
/// // The processor:
/// sender.add(0, &[0.5, -1.0]);
/// sender.add(1, &[0.25, 0.25]);
/// sender.finish(2);
///
/// assert_eq!(reader.poll().map(|frame| frame.peak), Some([1.0, 0.25]));
/// assert_eq!(reader.poll(), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MeterTap {
    hub: Arc<Hub<Consumer<Span>>>,
}

impl MeterTap {
    /// Frames that suit 60 polls a second down to blocks of 32 frames at 96 kHz (5 KB). See
    /// [`meter_capacity`](super::meter_capacity) for other conditions.
    pub const CAPACITY: usize = 128;

    /// Makes the processor's end, and the ring between, which holds `capacity` frames (one at least).
    /// It replaces the one before. `[main-thread & !active]`
    #[must_use]
    pub fn sender(&self, capacity: usize) -> MeterSender {
        let (ring, end) = RingBuffer::new(capacity.clamp(1, 1 << 16));
        self.hub.offer(end);
        MeterSender {
            hub: Arc::clone(&self.hub),
            ring,
            ticket: Ticket::default(),
            sides: [Side::NONE; 2],
            pending: None,
            time: 0,
        }
    }

    /// Becomes the reader until it is dropped; `None` while there is another. It sees what is measured
    /// from now on. `[any thread but audio]`
    #[must_use]
    pub fn attach(&self) -> Option<MeterReader> {
        let ticket = self.hub.attach()?;
        Some(MeterReader { hub: Arc::clone(&self.hub), end: None, ticket })
    }
}

/// What is measured of a side in the present block.
#[derive(Clone, Copy, Debug)]
struct Side {
    peak: Largest,
    energy: f64,
    count: u64,
}

impl Side {
    const NONE: Self = Self { peak: Largest::NONE, energy: 0.0, count: 0 };

    #[inline]
    fn add(&mut self, samples: &[f32]) {
        self.peak.add(samples);
        let mut squares = Squares::NONE;
        squares.add(samples);
        let sum = squares.sum();
        self.energy += if sum.is_finite() { f64::from(sum) } else { careful_energy(samples) };
        self.count += samples.len() as u64;
    }

    /// Peak and RMS.
    fn levels(&self) -> (f32, f32) {
        let mean = if self.count > 0 { self.energy / self.count as f64 } else { 0.0 };
        (self.peak.value().min(f32::MAX), mean.sqrt().min(f64::from(f32::MAX)) as f32)
    }
}

/// The squares of finite samples, however large.
#[cold]
fn careful_energy(samples: &[f32]) -> f64 {
    let finite = samples.iter().filter(|sample| sample.is_finite());
    finite.map(|sample| f64::from(*sample) * f64::from(*sample)).sum()
}

/// The processor's end of a [`MeterTap`]. Nothing here allocates or waits. While nobody is attached
/// each call costs one relaxed load.
///
/// What finds no room in the ring is combined into one frame, which is sent first as soon as there is
/// room: the larger peaks and the mean power. So an overflow costs resolution in time, and nothing
/// else.
#[derive(Debug)]
pub struct MeterSender {
    hub: Arc<Hub<Consumer<Span>>>,
    ring: Producer<Span>,
    /// Whom all below is for.
    ticket: Ticket,
    sides: [Side; 2],
    /// What found no room.
    pending: Option<Span>,
    time: u64,
}

impl MeterSender {
    /// Takes the samples of a channel into account, those of a whole block or of a piece of it:
    /// channel 0 is left, 1 is right, others are not shown. NaN samples count as nothing, infinite ones
    /// only for the peak, as `f32::MAX`. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, channel: usize, samples: &[f32]) {
        if self.is_heard()
            && let Some(side) = self.sides.get_mut(channel)
        {
            side.add(samples);
        }
    }

    /// Closes a block of this many frames and sends its levels. Where channel 1 got no samples the
    /// sound is mono and both sides show channel 0. A block of 0 frames is none, and stays open.
    /// `[audio-thread]`
    #[inline]
    pub fn finish(&mut self, frames: usize) {
        self.time += frames as u64;
        if frames > 0 && self.is_heard() {
            self.send(frames);
        }
    }

    fn send(&mut self, frames: usize) {
        let [left, right] = std::mem::replace(&mut self.sides, [Side::NONE; 2]);
        let (peak_l, rms_l) = left.levels();
        let (peak_r, rms_r) = if right.count > 0 { right.levels() } else { (peak_l, rms_l) };
        let span = Span {
            ticket: self.ticket,
            frames: u32::try_from(frames).unwrap_or(u32::MAX),
            levels: MeterFrame { peak: [peak_l, peak_r], rms: [rms_l, rms_r], timestamp: self.time },
        };
        if let Some(pending) = self.pending.take()
            && let Err(PushError::Full(mut pending)) = self.ring.push(pending)
        {
            pending.merge(&span);
            self.pending = Some(pending);
            return;
        }
        if let Err(PushError::Full(span)) = self.ring.push(span) {
            self.pending = Some(span);
        }
    }

    /// Whether there is a reader; what was kept for another one goes.
    #[inline]
    fn is_heard(&mut self) -> bool {
        let Some(ticket) = self.hub.attached() else { return false };
        if ticket != self.ticket {
            self.ticket = ticket;
            self.sides = [Side::NONE; 2];
            self.pending = None;
        }
        true
    }
}

/// The one reader of a [`MeterTap`]; dropping it makes place for the next.
#[derive(Debug)]
pub struct MeterReader {
    hub: Arc<Hub<Consumer<Span>>>,
    end: Option<Consumer<Span>>,
    ticket: Ticket,
}

impl MeterReader {
    /// Everything since the last poll as one frame: the largest peaks, the mean power, the time of the
    /// last block. `None` where no block has ended meanwhile; then the display keeps what it shows.
    /// `[any thread but audio]`
    pub fn poll(&mut self) -> Option<MeterFrame> {
        let mut sum = None;
        self.drain(&mut sum);
        // The plugin was activated since, or this is the first poll.
        if let Some(end) = self.hub.fetch() {
            self.end = Some(end);
            self.drain(&mut sum);
        }
        sum.map(|span| span.levels)
    }

    fn drain(&mut self, sum: &mut Option<Span>) {
        let Some(end) = &mut self.end else { return };
        let waiting = end.slots();
        let Ok(spans) = end.read_chunk(waiting) else { return };
        for span in spans.into_iter().filter(|span| span.ticket == self.ticket) {
            match sum {
                Some(sum) => sum.merge(&span),
                None => *sum = Some(span),
            }
        }
    }
}

impl Drop for MeterReader {
    fn drop(&mut self) {
        self.hub.detach(self.end.take());
    }
}
