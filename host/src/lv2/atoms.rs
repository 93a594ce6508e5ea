//! Atom sequences in 8-byte words, so that no unaligned memory ever meets a plugin.

use crate::shared::Midi;

/// Room in every sequence buffer, in bytes, unless a port asks for more.
pub(super) const CAPACITY: usize = 128 * 1024;

/// Words before the first event: the atom's head and the sequence body's head.
const HEAD: usize = 2;

/// One port's buffer.
pub(super) struct Sequence {
    words: Vec<u64>,
    used: usize,
}

fn pair(low: u32, high: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&low.to_ne_bytes());
    bytes[4..].copy_from_slice(&high.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

fn split(word: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = word.to_ne_bytes();
    (u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h]))
}

impl Sequence {
    pub(super) fn new(bytes: usize) -> Self {
        Self { words: vec![0; bytes.max(64).div_ceil(8)], used: HEAD }
    }

    /// The address for `connect_port`; it stays the same.
    pub(super) fn as_mut_ptr(&mut self) -> *mut u64 {
        self.words.as_mut_ptr()
    }

    /// Makes it an empty input, counted in frames.
    pub(super) fn begin_input(&mut self, sequence: u32) {
        self.used = HEAD;
        self.words[0] = pair(8, sequence);
        self.words[1] = 0;
    }

    /// Appends an event; false where it does not fit.
    pub(super) fn push(&mut self, frame: u32, kind: u32, body: &[u8]) -> bool {
        let len = body.len().div_ceil(8);
        let Some(slot) = self.words.get_mut(self.used..self.used + 2 + len) else { return false };
        slot[0] = u64::from_ne_bytes(i64::from(frame).to_ne_bytes());
        slot[1] = pair(body.len() as u32, kind);
        for (word, chunk) in slot[2..].iter_mut().zip(body.chunks(8)) {
            let mut full = [0; 8];
            full[..chunk.len()].copy_from_slice(chunk);
            *word = u64::from_ne_bytes(full);
        }
        self.used += 2 + len;
        let (_, sequence) = split(self.words[0]);
        self.words[0] = pair(((self.used - 1) * 8) as u32, sequence);
        true
    }

    /// Offers the whole buffer for output.
    pub(super) fn begin_output(&mut self, chunk: u32) {
        self.words[0] = pair(((self.words.len() - 1) * 8) as u32, chunk);
        self.words[1] = 0;
    }

    /// Calls `found` with the MIDI messages that the plugin has written, at `start` and later;
    /// whatever does not make sense ends the reading.
    pub(super) fn midi(&self, sequence: u32, midi: u32, start: u32, mut found: impl FnMut(Midi)) {
        self.events(sequence, |frame, kind, body| {
            // Longer messages (SysEx) have no place in a block.
            if kind == midi && (1..=8).contains(&body.len()) {
                found_message(start.saturating_add(frame), body, &mut found);
            }
        });
    }

    /// Calls `found` with the frame, type and body of every event that the plugin has written; whatever
    /// does not make sense ends the reading.
    pub(super) fn events(&self, sequence: u32, mut found: impl FnMut(u32, u32, &[u8])) {
        let (size, kind) = split(self.words[0]);
        if kind != sequence || size < 8 {
            return;
        }
        let end = (1 + size as usize / 8).min(self.words.len());
        let mut at = HEAD;
        while at + 2 <= end {
            let frame = i64::from_ne_bytes(self.words[at].to_ne_bytes());
            let (size, kind) = split(self.words[at + 1]);
            let next = at + 2 + (size as usize).div_ceil(8);
            if next > end {
                return;
            }
            let bytes: &[u8] = bytemuck::cast_slice(&self.words[at + 2..next]);
            found(u32::try_from(frame).unwrap_or(0), kind, &bytes[..size as usize]);
            at = next;
        }
    }
}

fn found_message(offset: u32, bytes: &[u8], found: &mut impl FnMut(Midi)) {
    if let Some(message) = Midi::new(offset, bytes) {
        found(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQUENCE: u32 = 7;
    const MIDI: u32 = 9;

    fn read(sequence: &Sequence) -> Vec<Midi> {
        let mut found = vec![];
        sequence.midi(SEQUENCE, MIDI, 10, |message| found.push(message));
        found
    }

    #[test]
    fn what_is_written_is_read() {
        let mut sequence = Sequence::new(256);
        sequence.begin_input(SEQUENCE);
        assert!(sequence.push(0, MIDI, &[0x90, 60, 100]));
        assert!(sequence.push(3, MIDI + 1, &[1; 20]));
        assert!(sequence.push(5, MIDI, &[0xf8]));
        let found = read(&sequence);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].offset, found[0].bytes()), (10, &[0x90, 60, 100][..]));
        assert_eq!((found[1].offset, found[1].bytes()), (15, &[0xf8][..]));
        assert!(!sequence.push(6, MIDI, &[0; 200]), "full");
        assert_eq!(read(&sequence).len(), 2);
    }

    #[test]
    fn broken_sequences_end_the_reading() {
        let mut sequence = Sequence::new(64);
        sequence.begin_output(1);
        assert!(read(&sequence).is_empty(), "untouched output");
        sequence.begin_input(SEQUENCE);
        sequence.push(0, MIDI, &[1]);
        sequence.words[3] = pair(u32::MAX, MIDI);
        assert!(read(&sequence).is_empty(), "event longer than the buffer");
        sequence.words[0] = pair(u32::MAX, SEQUENCE);
        assert!(read(&sequence).is_empty(), "sequence longer than the buffer");
    }
}
