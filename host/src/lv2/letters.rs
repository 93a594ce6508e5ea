//! Atoms on their way between an editor and the audio thread: two bounded queues of bytes.
//!
//! A letter is a port, a type, and a body. Nobody waits; what finds no room is dropped and counted by
//! whoever sent it.

use rtrb::{Consumer, Producer, RingBuffer};

/// Bytes that may be on their way.
const ROOM: usize = 1 << 20;
/// The longest body; more is refused before it is sent.
const LONGEST: usize = 1 << 18;
/// Port, type, length.
const HEAD: usize = 12;

/// The end where letters go in.
pub(super) struct Outbox {
    queue: Producer<u8>,
    letter: Vec<u8>,
}

/// The end where letters come out.
pub(super) struct Inbox {
    queue: Consumer<u8>,
    body: Vec<u8>,
}

/// A letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter<'a> {
    pub(super) port: u32,
    pub(super) kind: u32,
    pub(super) body: &'a [u8],
}

/// A way for letters. All memory is taken here.
pub(super) fn way() -> (Outbox, Inbox) {
    let (producer, consumer) = RingBuffer::new(ROOM);
    let outbox = Outbox { queue: producer, letter: Vec::with_capacity(HEAD + LONGEST) };
    (outbox, Inbox { queue: consumer, body: Vec::with_capacity(LONGEST) })
}

impl Outbox {
    /// Sends a letter as a whole, or not at all.
    pub(super) fn send(&mut self, letter: Letter<'_>) -> bool {
        let Ok(len) = u32::try_from(letter.body.len()) else { return false };
        if letter.body.len() > LONGEST {
            return false;
        }
        self.letter.clear();
        for number in [letter.port, letter.kind, len] {
            self.letter.extend_from_slice(&number.to_ne_bytes());
        }
        self.letter.extend_from_slice(letter.body);
        self.queue.push_entire_slice(&self.letter).is_ok()
    }
}

impl Inbox {
    /// The oldest letter, as long as nothing else is taken.
    pub(super) fn next(&mut self) -> Option<Letter<'_>> {
        let mut head = [0; HEAD];
        self.queue.pop_entire_slice(&mut head).ok()?;
        let [port, kind, len] = [0, 4, 8].map(|at| {
            let mut word = [0; 4];
            word.copy_from_slice(&head[at..at + 4]);
            u32::from_ne_bytes(word)
        });
        self.body.clear();
        self.body.resize((len as usize).min(LONGEST), 0);
        // A letter was sent as a whole, so its body is there.
        self.queue.pop_entire_slice(&mut self.body).ok()?;
        Some(Letter { port, kind, body: &self.body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_out_whole_and_in_order() {
        let (mut outbox, mut inbox) = way();
        assert_eq!(inbox.next(), None);
        assert!(outbox.send(Letter { port: 3, kind: 7, body: b"hello" }));
        assert!(outbox.send(Letter { port: 4, kind: 8, body: b"" }));
        assert!(!outbox.send(Letter { port: 4, kind: 8, body: &vec![0; LONGEST + 1] }));
        assert_eq!(inbox.next(), Some(Letter { port: 3, kind: 7, body: b"hello" }));
        assert_eq!(inbox.next(), Some(Letter { port: 4, kind: 8, body: b"" }));
        let long = vec![1; LONGEST];
        let sent = (0..9).filter(|_| outbox.send(Letter { port: 0, kind: 0, body: &long })).count();
        assert_eq!(sent, ROOM / (LONGEST + HEAD), "the rest finds no room");
        assert_eq!(inbox.next().map(|letter| letter.body.len()), Some(LONGEST));
    }
}
