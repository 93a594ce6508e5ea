//! Writes an atom sequence into the space that the host offers, byte by byte.
//!
//! One port carries all that goes out: MIDI, answers, notices. So there is one writer for a block, and
//! what it has written is a whole sequence at any time. See [`atom`](crate::atom) for the addresses.

use std::ffi::c_void;

use crate::atom::{BODY_HEAD, EVENT_HEAD, HEAD, number};

/// A sequence that grows in the host's memory.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    /// Head, body and free space; empty where the port is not connected.
    space: &'a mut [u8],
    used: usize,
    last: u32,
}

/// What an event takes with its head and padding.
pub(crate) const fn event_size(body: usize) -> usize {
    EVENT_HEAD + body.next_multiple_of(8)
}

impl<'a> Writer<'a> {
    /// Begins an empty sequence, within the space that the host offers in the atom's size.
    ///
    /// # Safety
    /// A non-null `port` points to a writable atom head, followed by as many writable bytes as its
    /// size says; nothing else reads or writes them for `'a`.
    pub(crate) unsafe fn begin(port: *mut c_void, sequence_type: u32) -> Self {
        if port.is_null() {
            return Self { space: &mut [], used: 0, last: 0 };
        }
        // SAFETY: the head is readable; a byte slice needs no alignment.
        let offered = number(unsafe { std::slice::from_raw_parts(port.cast(), HEAD) }, 0) as usize;
        // No slice may be longer; nobody offers as much.
        let offered = offered.min(isize::MAX as usize - HEAD);
        // SAFETY: the host says that so many bytes follow the head.
        let space = unsafe { std::slice::from_raw_parts_mut(port.cast::<u8>(), HEAD + offered) };
        let mut writer = Self { space, used: HEAD, last: 0 };
        writer.space[4..HEAD].copy_from_slice(&sequence_type.to_ne_bytes());
        if offered >= BODY_HEAD {
            // The unit: frames.
            writer.space[HEAD..HEAD + BODY_HEAD].fill(0);
            writer.used += BODY_HEAD;
        }
        writer.close();
        writer
    }

    /// Whether there is anybody to write to.
    pub(crate) fn is_connected(&self) -> bool {
        !self.space.is_empty()
    }

    /// Bytes that are free for events.
    pub(crate) fn room(&self) -> usize {
        if self.used < HEAD + BODY_HEAD { 0 } else { self.space.len() - self.used }
    }

    /// Adds an event whose body is the parts one after the other; false, and nothing is written, where
    /// it does not fit. A frame before the last event's counts as that one's. `[audio-thread]`
    pub(crate) fn event(&mut self, frame: u32, kind: u32, parts: &[&[u8]]) -> bool {
        let body: usize = parts.iter().map(|part| part.len()).sum();
        let size = event_size(body);
        if size > self.room() {
            return false;
        }
        self.last = self.last.max(frame);
        let (head, rest) = self.space[self.used..self.used + size].split_at_mut(EVENT_HEAD);
        head[..8].copy_from_slice(&i64::from(self.last).to_ne_bytes());
        head[8..12].copy_from_slice(&(body as u32).to_ne_bytes());
        head[12..].copy_from_slice(&kind.to_ne_bytes());
        let mut at = 0;
        for part in parts {
            rest[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        rest[at..].fill(0);
        self.used += size;
        self.close();
        true
    }

    /// Says how long the sequence is.
    fn close(&mut self) {
        let size = (self.used - HEAD) as u32;
        self.space[..4].copy_from_slice(&size.to_ne_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::Events;

    const SEQUENCE: u32 = 7;

    /// Runs `write` on a port with so much room at every address modulo 8; gives the last one's events.
    fn written(room: usize, write: impl Fn(&mut Writer<'_>)) -> Vec<(i64, u32, Vec<u8>)> {
        let mut read = Vec::new();
        for offset in 0..8 {
            let mut words = vec![0xee_u8; room + HEAD + 16];
            let start = words.as_ptr().align_offset(8) + offset;
            words[start..start + 4].copy_from_slice(&(room as u32).to_ne_bytes());
            let port: *mut c_void = words[start..].as_mut_ptr().cast();
            // SAFETY: `room` bytes follow the head; nobody else uses them.
            write(&mut unsafe { Writer::begin(port, SEQUENCE) });
            assert!(words[start + HEAD + room..].iter().all(|byte| *byte == 0xee), "within its room");
            // SAFETY: a whole sequence.
            let events = unsafe { Events::at(words[start..].as_ptr().cast(), SEQUENCE) };
            read = events.map(|event| (event.frame, event.kind, event.body.to_vec())).collect();
            let size = number(&words[start..], 0) as usize;
            assert!(size <= room && (size == 0) == (room < BODY_HEAD), "{size} of {room}");
        }
        read
    }

    #[test]
    fn events_are_padded_and_keep_their_order() {
        let read = written(200, |writer| {
            assert!(writer.event(3, 1, &[&[0x90, 60], &[100]]));
            assert!(writer.event(1, 2, &[]));
            assert!(writer.event(9, 3, &[&[7; 8]]));
        });
        assert_eq!(read, [(3, 1, vec![0x90, 60, 100]), (3, 2, vec![]), (9, 3, vec![7; 8])]);
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        for room in 0..100 {
            let read = written(room, |writer| {
                let fits = writer.room() >= event_size(3);
                assert_eq!(writer.event(0, 1, &[&[1, 2, 3]]), fits);
                assert!(!writer.event(0, 1, &[&[0; 100]]));
            });
            assert_eq!(read.len(), usize::from(room >= BODY_HEAD + event_size(3)), "{room}");
        }
        // SAFETY: not connected.
        let mut nobody = unsafe { Writer::begin(std::ptr::null_mut(), SEQUENCE) };
        assert!(!nobody.is_connected() && nobody.room() == 0 && !nobody.event(0, 1, &[]));
    }
}
