//! Atom sequences, read byte by byte.
//!
//! Hosts put sequences at addresses that are 4 mod 8 (jalv does), so a `&LV2_Atom_Event`, which
//! wants 8, may never exist. Everything here copies a field out of a byte slice, whose bounds
//! are checked.

use std::ffi::c_void;

/// Size and type, the head of every atom.
pub const HEAD: usize = 8;
/// Unit and padding, the head of a sequence's body.
pub const BODY_HEAD: usize = 8;
/// Time stamp and head of an event.
pub const EVENT_HEAD: usize = 16;

/// One event of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    pub frame: i64,
    pub kind: u32,
    pub body: &'a [u8],
}

/// The events of a sequence; ends at the first one that does not fit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events<'a> {
    rest: &'a [u8],
}

impl<'a> Events<'a> {
    /// The events of the sequence at `port`; a null pointer or another type of atom has none.
    ///
    /// # Safety
    /// A non-null `port` points to an atom of which head and body are readable for `'a`.
    pub unsafe fn at(port: *const c_void, sequence_type: u32) -> Self {
        if port.is_null() {
            return Self::default();
        }
        // SAFETY: the head is readable; a byte slice needs no alignment.
        let head: &[u8] = unsafe { std::slice::from_raw_parts(port.cast(), HEAD) };
        let size = number(head, 0) as usize;
        if number(head, 4) != sequence_type || size < BODY_HEAD || size > isize::MAX as usize - HEAD {
            return Self::default();
        }
        // SAFETY: the host says that the body has `size` bytes.
        let all = unsafe { std::slice::from_raw_parts(port.cast::<u8>(), HEAD + size) };
        Self { rest: &all[HEAD + BODY_HEAD..] }
    }
}

impl Events<'_> {
    /// Whether nothing is left to read.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let head = self.rest.get(..EVENT_HEAD)?;
        let frame = i64::from_ne_bytes(head[..8].try_into().ok()?);
        let size = number(head, 8) as usize;
        let body = self.rest[EVENT_HEAD..].get(..size)?;
        // Events are padded to 8 bytes; the last one's padding may be missing.
        let next = EVENT_HEAD + size.next_multiple_of(8);
        let event = Event { frame, kind: number(head, 12), body };
        self.rest = self.rest.get(next..).unwrap_or_default();
        Some(event)
    }
}

pub fn number(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQUENCE: u32 = 7;
    const MIDI: u32 = 9;

    fn sequence(events: &[(i64, &[u8])]) -> Vec<u8> {
        let mut body = vec![0; BODY_HEAD];
        for (frame, data) in events {
            body.extend(frame.to_ne_bytes());
            body.extend((data.len() as u32).to_ne_bytes());
            body.extend(MIDI.to_ne_bytes());
            body.extend(*data);
            body.resize(body.len().next_multiple_of(8), 0);
        }
        let mut all = (body.len() as u32).to_ne_bytes().to_vec();
        all.extend(SEQUENCE.to_ne_bytes());
        all.extend(body);
        all
    }

    /// Runs `check` with the bytes at every address modulo 8, 4 among them.
    fn at_every_alignment(bytes: &[u8], check: impl Fn(*mut c_void, usize)) {
        let mut words = vec![0u64; bytes.len() / 8 + 3];
        for offset in 0..8 {
            // SAFETY: the buffer is 8-aligned and 16 bytes longer than the sequence.
            unsafe {
                let base = words.as_mut_ptr().cast::<u8>().add(offset);
                base.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                check(base.cast(), offset);
            }
        }
    }

    #[test]
    fn events_are_read_at_any_address() {
        let bytes = sequence(&[(0, &[0x90, 60, 100]), (17, &[0x80, 60, 0]), (63, &[0xf0; 9])]);
        at_every_alignment(&bytes, |port, offset| {
            // SAFETY: points to a whole sequence.
            let events: Vec<_> = unsafe { Events::at(port, SEQUENCE) }.collect();
            let seen: Vec<_> = events.iter().map(|e| (e.frame, e.kind, e.body.len())).collect();
            assert_eq!(seen, [(0, MIDI, 3), (17, MIDI, 3), (63, MIDI, 9)], "address {offset} mod 8");
        });
    }

    #[test]
    fn lying_sizes_end_the_sequence() {
        let good = sequence(&[(0, &[1, 2, 3]), (5, &[4, 5, 6])]);
        let mut lies = good.clone();
        lies[8 + 8 + 24 + 8..][..4].copy_from_slice(&u32::MAX.to_ne_bytes());
        // SAFETY: a whole sequence; only the second event claims too much.
        let events = unsafe { Events::at(lies.as_ptr().cast(), SEQUENCE) };
        assert_eq!(events.count(), 1);
        // SAFETY: as above.
        unsafe {
            assert_eq!(Events::at(std::ptr::null(), SEQUENCE).count(), 0);
            assert_eq!(Events::at(good.as_ptr().cast(), SEQUENCE + 1).count(), 0);
        }
        for cut in 0..good.len() - 8 {
            let mut short = good[..8 + cut].to_vec();
            short[..4].copy_from_slice(&(cut as u32).to_ne_bytes());
            // SAFETY: the size says what is there.
            assert!(unsafe { Events::at(short.as_ptr().cast(), SEQUENCE) }.count() <= 2);
        }
    }
}
