//! MIDI on its way from the sequencer to the audio thread.

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use rtrb::{Consumer, Producer, RingBuffer};
use rustix::event::EventfdFlags;

use super::library::Library;
use super::sequencer::{Port, Sequencer};
use crate::play::meter::Meter;
use crate::poll;

/// Messages on their way at one time.
const ROOM: usize = 1024;
/// The longest message, in bytes, that a plugin takes.
const LONGEST: usize = 8;

/// A message and when it came.
#[derive(Clone, Copy, Debug)]
struct Message {
    at: Instant,
    len: u8,
    bytes: [u8; LONGEST],
}

/// What the thread hands over, on the audio thread's side.
pub(super) struct Inbox(Consumer<Message>);

impl Inbox {
    /// Takes the next message for a block of `frames` that begins `now`, before its frame `end`. Messages lie in
    /// the block as they came during the one before, so that each is late by the same time.
    pub(super) fn next(
        &mut self,
        now: Instant,
        frames: u32,
        rate: u32,
        end: u32,
        take: &mut dyn FnMut(u32, &[u8]),
    ) -> bool {
        let Ok(message) = self.0.peek() else { return false };
        let Some(age) = now.checked_duration_since(message.at) else { return false };
        let ago = (age.as_secs_f64() * f64::from(rate)) as u32;
        let frame = frames.saturating_sub(ago.max(1));
        if frame >= end {
            return false;
        }
        take(frame, &message.bytes[..usize::from(message.len)]);
        let _ = self.0.pop();
        true
    }
}

/// The thread that listens. Dropping it ends it.
pub(super) struct Midi {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Midi {
    /// Listens to some ports, or where none is named and it is wanted to those of the hardware.
    ///
    /// # Errors
    /// In words.
    pub(super) fn start(
        library: &Arc<Library>,
        name: &str,
        sources: &[Port],
        hardware: bool,
        meter: &Arc<Meter>,
    ) -> Result<(Self, Inbox), String> {
        let mut sequencer = Sequencer::open(library)?;
        sequencer.listen(name)?;
        if sources.is_empty() && hardware {
            for port in sequencer.ports().into_iter().filter(|port| port.hardware) {
                // One that refuses is no reason to do without the others.
                let _ = sequencer.connect(&port);
            }
        }
        sources.iter().try_for_each(|port| sequencer.connect(port))?;
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let stop = rustix::event::eventfd(0, flags).map_err(|error| error.to_string())?;
        let stop = Arc::new(stop);
        let (to, from) = RingBuffer::new(ROOM);
        let (told, meter) = (Arc::clone(&stop), Arc::clone(meter));
        let work = move || listen(sequencer, &told, to, &meter);
        let thread = std::thread::Builder::new().name("dyad-alsa-midi".into()).spawn(work);
        let thread = Some(thread.map_err(|error| format!("can't start a thread: {error}"))?);
        Ok((Self { stop, thread }, Inbox(from)))
    }
}

fn listen(mut sequencer: Sequencer, stop: &OwnedFd, mut to: Producer<Message>, meter: &Meter) {
    let sockets = sequencer.sockets();
    let all: Vec<_> = std::iter::once(stop.as_raw_fd()).chain(sockets).collect();
    loop {
        let ready = poll::readable(&all, None);
        if ready.ready.contains(&stop.as_raw_fd()) || !ready.lost.is_empty() {
            return;
        }
        let at = Instant::now();
        sequencer.take(&mut |bytes: &[u8]| {
            let mut message = Message { at, len: 0, bytes: [0; LONGEST] };
            let fits = bytes.len() <= LONGEST;
            if fits {
                message.len = bytes.len() as u8;
                message.bytes[..bytes.len()].copy_from_slice(bytes);
            }
            if !fits || to.push(message).is_err() {
                meter.midi_dropped.add(1);
            }
        });
    }
}

impl Drop for Midi {
    fn drop(&mut self) {
        // Fails only with the counter full, and then it is readable anyway.
        let _ = rustix::io::write(&*self.stop, &1_u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn messages_lie_in_the_block_as_they_came() {
        let (mut to, from) = RingBuffer::new(4);
        let mut inbox = Inbox(from);
        let now = Instant::now() + Duration::from_secs(1);
        let ago = |milliseconds| now - Duration::from_millis(milliseconds);
        for (at, byte) in [(ago(500), 1), (ago(8), 2), (ago(2), 3), (now + Duration::from_millis(1), 4)] {
            to.push(Message { at, len: 1, bytes: [byte; LONGEST] }).unwrap();
        }
        let mut got = Vec::new();
        let mut take = |frame: u32, bytes: &[u8]| got.push((frame, bytes.to_vec()));
        while inbox.next(now, 480, 48_000, 300, &mut take) {}
        while inbox.next(now, 480, 48_000, 480, &mut take) {}
        assert_eq!(got, [(0, vec![1]), (96, vec![2]), (384, vec![3])], "what comes later waits");
    }
}
