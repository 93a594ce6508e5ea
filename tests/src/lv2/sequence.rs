//! Atom sequences, honest ones and others.

/// An event: its frame, the size that it claims, its type and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Frame in the block.
    pub frame: i64,
    /// Size that its head claims; [`Event::new`] tells the truth.
    pub size: u32,
    /// URID of its type.
    pub kind: u32,
    /// Its body.
    pub body: Vec<u8>,
}

impl Event {
    /// An honest event.
    #[must_use]
    pub fn new(frame: i64, kind: u32, body: &[u8]) -> Self {
        Self { frame, size: body.len() as u32, kind, body: body.to_vec() }
    }
}

/// A sequence with these events.
#[must_use]
pub fn sequence(kind: u32, events: &[Event]) -> Vec<u8> {
    let mut body = vec![0; 8];
    for event in events {
        body.extend(event.frame.to_ne_bytes());
        body.extend(event.size.to_ne_bytes());
        body.extend(event.kind.to_ne_bytes());
        body.extend(&event.body);
        body.resize(body.len().next_multiple_of(8), 0);
    }
    let mut all = (body.len() as u32).to_ne_bytes().to_vec();
    all.extend(kind.to_ne_bytes());
    all.extend(body);
    all
}

/// What a host puts into an output port: an atom of type `chunk` whose size is the room behind its
/// head, and that room, full of old bytes.
#[must_use]
pub fn room(chunk: u32, bytes: u32) -> Vec<u8> {
    let mut all = bytes.to_ne_bytes().to_vec();
    all.extend(chunk.to_ne_bytes());
    all.resize(8 + bytes as usize, 0xee);
    all
}
