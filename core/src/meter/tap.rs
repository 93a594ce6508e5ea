//! Samples from the sound side to an analyser that runs elsewhere.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use super::hub::{Hub, Ticket};

/// Gaps that can be on their way at a time.
const MARKS: usize = 32;

/// The sound itself for an analyser off the audio thread, such as a task that works out a spectrum.
/// Samples go as they are, NaN included. A reader knows of each gap, so that it can start its window
/// anew.
///
/// When the reader is too slow the newest samples are dropped, a piece at a time, and counted. They
/// have to be: the older ones are the reader's, which may be reading them just then, and the audio
/// thread can't wait for it.
///
/// ```
/// use dyad_core::meter::AudioTap;
///
/// // The plugin keeps the tap and gives the processor its end in `activate`:
/// let tap = AudioTap::default();
/// let mut sender = tap.sender(2, 8192);
/// // The task:
/// let mut reader = tap.attach().expect("one reader at a time");
/// // The processor:
/// let mut piece = sender.piece(3);
/// piece.channel(0, &[1.0, 2.0, 3.0]);
/// piece.channel(1, &[4.0, 5.0, 6.0]);
/// drop(piece);
///
/// let mut buffers = [[0.0; 64]; 2];
/// assert_eq!(reader.read(&mut buffers).frames, 3);
/// assert_eq!((buffers[0][2], buffers[1][2]), (3.0, 6.0));
/// ```
#[derive(Clone, Debug, Default)]
pub struct AudioTap {
    hub: Arc<Hub<End>>,
}

/// Where the stream in the ring starts anew.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// For whom the stream is from here on.
    ticket: Ticket,
    /// Frames written to the ring before.
    at: u64,
    /// Frames that the processor has made before.
    time: u64,
}

/// The receiving end: a ring for each channel, and the marks.
#[derive(Debug)]
struct End {
    channels: Box<[Consumer<f32>]>,
    marks: Consumer<Mark>,
    /// Frames taken from the ring.
    taken: u64,
}

impl AudioTap {
    /// Makes the processor's end, and the ring between: `channels` channels (one at least) of `capacity`
    /// frames. Pieces longer than that never fit; a ring should hold what is played between two reads
    /// twice over, and two of the longest pieces at least. It replaces the one before.
    /// `[main-thread & !active]`
    #[must_use]
    pub fn sender(&self, channels: usize, capacity: usize) -> TapSender {
        let rings = (0..channels.max(1)).map(|_| RingBuffer::new(capacity.clamp(1, 1 << 24)));
        let (senders, ends): (Vec<_>, Vec<_>) = rings.unzip();
        let (marks, marks_end) = RingBuffer::new(MARKS);
        self.hub.offer(End { channels: ends.into(), marks: marks_end, taken: 0 });
        TapSender {
            hub: Arc::clone(&self.hub),
            lanes: senders.into_iter().map(|ring| Lane { ring, filled: 0 }).collect(),
            marks,
            ticket: Ticket::default(),
            broken: true,
            written: 0,
            time: 0,
            dropped: 0,
        }
    }

    /// Becomes the reader until it is dropped; `None` while there is another. It gets what is played
    /// from now on. `[any thread but audio]`
    #[must_use]
    pub fn attach(&self) -> Option<TapReader> {
        let ticket = self.hub.attach()?;
        let hub = Arc::clone(&self.hub);
        Some(TapReader { hub, end: None, ticket, begun: false, continues: false, lost: 0, time: 0 })
    }
}

#[derive(Debug)]
struct Lane {
    ring: Producer<f32>,
    /// Frames of the present piece.
    filled: usize,
}

/// The processor's end of an [`AudioTap`]. Nothing here allocates or waits. While nobody is attached a
/// piece costs one relaxed load.
#[derive(Debug)]
pub struct TapSender {
    hub: Arc<Hub<End>>,
    lanes: Box<[Lane]>,
    marks: Producer<Mark>,
    ticket: Ticket,
    /// The next piece does not continue the last one in the ring.
    broken: bool,
    written: u64,
    time: u64,
    dropped: u64,
}

impl TapSender {
    /// Begins a piece of this many frames; it is complete when dropped. `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn piece(&mut self, frames: usize) -> TapPiece<'_> {
        let open = frames > 0 && self.is_heard() && self.makes_room(frames);
        TapPiece { sender: self, frames, open }
    }

    /// Sends a piece as long as its shortest channel. `[audio-thread]`
    pub fn push(&mut self, channels: &[&[f32]]) {
        let frames = channels.iter().map(|samples| samples.len()).min().unwrap_or(0);
        let mut piece = self.piece(frames);
        for (channel, samples) in channels.iter().enumerate() {
            piece.channel(channel, samples);
        }
    }

    /// Frames that were dropped because a reader was attached and too slow. `[audio-thread]`
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    #[inline]
    fn is_heard(&mut self) -> bool {
        let Some(ticket) = self.hub.attached() else { return false };
        if ticket != self.ticket {
            self.ticket = ticket;
            self.broken = true;
        }
        true
    }

    /// Whether a piece fits, with the mark that it may need.
    fn makes_room(&mut self, frames: usize) -> bool {
        let mut fits = self.lanes.iter().all(|lane| lane.ring.slots() >= frames);
        if fits && self.broken {
            // Before the samples: who sees them sees the mark.
            let mark = Mark { ticket: self.ticket, at: self.written, time: self.time };
            fits = self.marks.push(mark).is_ok();
        }
        self.broken = !fits;
        if !fits {
            self.dropped += frames as u64;
        }
        fits
    }
}

/// A piece on its way into an [`AudioTap`].
#[derive(Debug)]
pub struct TapPiece<'a> {
    sender: &'a mut TapSender,
    frames: usize,
    open: bool,
}

impl TapPiece<'_> {
    /// Adds samples of a channel, the first is 0; in one go or bit by bit. Samples beyond the piece and
    /// channels beyond the tap's are left out, missing ones are silent. `[audio-thread]`
    #[inline]
    pub fn channel(&mut self, channel: usize, samples: &[f32]) {
        if self.open
            && let Some(lane) = self.sender.lanes.get_mut(channel)
        {
            lane.add(&samples[..samples.len().min(self.frames - lane.filled)]);
        }
    }
}

impl Lane {
    fn add(&mut self, samples: &[f32]) {
        // There is room: only the reader moves the ring's other end, and it makes more.
        let added = self.ring.push_entire_slice(samples);
        debug_assert!(added.is_ok());
        self.filled += samples.len();
    }
}

impl Drop for TapPiece<'_> {
    #[inline]
    fn drop(&mut self) {
        self.sender.time += self.frames as u64;
        if self.open {
            for lane in &mut self.sender.lanes {
                while lane.filled < self.frames {
                    let silence = [0.0; 64];
                    lane.add(&silence[..silence.len().min(self.frames - lane.filled)]);
                }
                lane.filled = 0;
            }
            self.sender.written += self.frames as u64;
        }
    }
}

/// What a [`TapReader`] has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TapChunk {
    /// How many frames; 0 where none is waiting, and then the rest means nothing.
    pub frames: usize,
    /// The first frame's number since the sender was made.
    pub position: u64,
    /// Whether the first frame follows the last one that was read before. Where it does not, a window
    /// over the samples starts anew.
    pub continues: bool,
    /// Frames that are missing right before the first one because the ring was full; 0 at a start.
    pub lost: u64,
}

/// The one reader of an [`AudioTap`]; dropping it makes place for the next.
#[derive(Debug)]
pub struct TapReader {
    hub: Arc<Hub<End>>,
    end: Option<End>,
    ticket: Ticket,
    /// A mark for this reader was passed: what follows is for it.
    begun: bool,
    /// What the next chunk will say.
    continues: bool,
    lost: u64,
    time: u64,
}

impl TapReader {
    /// Takes waiting frames, as many as the shortest buffer holds, one buffer for each channel, from
    /// their starts. A chunk ends at a gap; the next read goes on behind it. Buffers beyond the tap's
    /// channels get silence. `[any thread but audio]`
    pub fn read(&mut self, buffers: &mut [impl AsMut<[f32]>]) -> TapChunk {
        let longest = buffers.iter_mut().map(|buffer| buffer.as_mut().len()).min().unwrap_or(0);
        if longest == 0 {
            return TapChunk::default();
        }
        loop {
            let frames = self.waiting().min(longest);
            if frames > 0 {
                return self.take(buffers, frames);
            }
            // The ring is empty. Has the plugin been activated since?
            let Some(end) = self.hub.fetch() else { return TapChunk::default() };
            self.end = Some(end);
            self.begun = false;
        }
    }

    /// Frames up to the next gap, after passing all that is not for this reader.
    fn waiting(&mut self) -> usize {
        let Some(end) = &mut self.end else { return 0 };
        loop {
            // Samples first: who sees them sees the marks before them.
            let frames = end.channels.iter().map(Consumer::slots).min().unwrap_or(0);
            let mark = end.marks.peek().copied().ok();
            let before = mark.map_or(u64::MAX, |mark| mark.at.saturating_sub(end.taken));
            let frames = usize::try_from(before).map_or(frames, |before| frames.min(before));
            if self.begun && frames > 0 {
                return frames;
            }
            end.skip(frames);
            match mark {
                Some(mark) if before == frames as u64 => {
                    // Passed: the frames after it are next.
                    let _ = end.marks.pop();
                    let mine = mark.ticket == self.ticket;
                    self.lost = if mine && self.begun { mark.time.saturating_sub(self.time) } else { 0 };
                    (self.begun, self.continues, self.time) = (mine, false, mark.time);
                }
                _ if frames == 0 => return 0,
                _ => {}
            }
        }
    }

    fn take(&mut self, buffers: &mut [impl AsMut<[f32]>], frames: usize) -> TapChunk {
        if let Some(end) = &mut self.end {
            end.take(frames, buffers);
        }
        let chunk = TapChunk { frames, position: self.time, continues: self.continues, lost: self.lost };
        (self.continues, self.lost) = (true, 0);
        self.time += frames as u64;
        chunk
    }
}

impl End {
    /// Takes frames that are there into buffers that hold as many.
    fn take(&mut self, frames: usize, buffers: &mut [impl AsMut<[f32]>]) {
        for (n, buffer) in buffers.iter_mut().enumerate() {
            let buffer = &mut buffer.as_mut()[..frames];
            match self.channels.get_mut(n) {
                Some(channel) => {
                    let taken = channel.pop_entire_slice(buffer);
                    debug_assert!(taken.is_ok());
                }
                None => buffer.fill(0.0),
            }
        }
        self.skip_channels(buffers.len(), frames);
        self.taken += frames as u64;
    }

    /// Passes frames that are there.
    fn skip(&mut self, frames: usize) {
        self.skip_channels(0, frames);
        self.taken += frames as u64;
    }

    fn skip_channels(&mut self, first: usize, frames: usize) {
        for channel in self.channels.iter_mut().skip(first) {
            if let Ok(chunk) = channel.read_chunk(frames) {
                chunk.commit_all();
            }
        }
    }
}

impl Drop for TapReader {
    fn drop(&mut self) {
        self.hub.detach(self.end.take());
    }
}
