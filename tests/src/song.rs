//! MIDI files in which a tick is a frame at 48 kHz, message by message: also such as no program would write.

use std::path::Path;

/// Ticks of a quarter note; at [`TEMPO`] a tick is a frame at 48 kHz.
pub const QUARTER: u16 = 24_000;
/// Microseconds of a quarter note: 120 a minute.
const TEMPO: u32 = 500_000;

/// Messages with their frames.
#[derive(Clone, Debug, Default)]
pub struct Song {
    events: Vec<(u32, Vec<u8>)>,
}

impl Song {
    /// A song without anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the bytes of an event: a message, a meta event, or what is none. Events of one frame stay in the order in
    /// which they were added.
    #[must_use]
    pub fn at(mut self, frame: u32, bytes: &[u8]) -> Self {
        self.events.push((frame, bytes.to_vec()));
        self
    }

    /// Adds a note of a channel (0 to 15), from one frame to another.
    #[must_use]
    pub fn note(self, channel: u8, key: u8, velocity: u8, from: u32, to: u32) -> Self {
        self.at(from, &[0x90 | channel, key, velocity]).at(to, &[0x80 | channel, key, 64])
    }

    /// Adds a pitch bend of a channel: −1 to 1 of its range.
    #[must_use]
    pub fn bend(self, frame: u32, channel: u8, amount: f64) -> Self {
        let value = (8192.0 + amount * 8192.0).round().clamp(0.0, 16_383.0) as u16;
        self.at(frame, &[0xE0 | channel, (value & 127) as u8, (value >> 7) as u8])
    }

    /// Adds a registered parameter's value, coarse: controllers 101, 100 and 6.
    #[must_use]
    pub fn registered(self, frame: u32, channel: u8, number: u8, value: u8) -> Self {
        let say = |song: Self, controller, value| song.at(frame, &[0xB0 | channel, controller, value]);
        [(101, 0), (100, number), (6, value)].into_iter().fold(self, |song, (c, v)| say(song, c, v))
    }

    /// The file of format 0: the tempo, and then the events, with their status bytes as they were given.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let event = |(frame, bytes): &(u32, Vec<u8>)| match bytes.split_first() {
            // In a file, the length of system exclusive follows its first byte.
            Some((0xF0, rest)) => (*frame, [&[0xF0], &*variable(rest.len() as u32), rest].concat()),
            _ => (*frame, bytes.clone()),
        };
        file(QUARTER, TEMPO, self.events.iter().map(event).collect())
    }

    /// Writes the file.
    ///
    /// # Panics
    /// Where it can't be written.
    pub fn write(&self, path: &Path) {
        std::fs::write(path, self.bytes()).expect("a file can be written");
    }
}

/// A file of format 0, with so many ticks and microseconds in a quarter note. Events are ticks and the bytes that are to
/// stand in the file; those of one tick stay in their order.
#[must_use]
pub fn file(quarter: u16, micros: u32, mut events: Vec<(u32, Vec<u8>)>) -> Vec<u8> {
    events.sort_by_key(|(tick, _)| *tick);
    let mut track = vec![0, 0xFF, 0x51, 3];
    track.extend(&micros.to_be_bytes()[1..]);
    let mut now = 0;
    for (tick, bytes) in events {
        track.extend(variable(tick - now));
        track.extend(bytes);
        now = tick;
    }
    track.extend([0, 0xFF, 0x2F, 0]);
    let mut file = b"MThd\0\0\0\x06\0\0\0\x01".to_vec();
    file.extend(quarter.to_be_bytes());
    file.extend(b"MTrk");
    file.extend((track.len() as u32).to_be_bytes());
    file.extend(track);
    file
}

/// A number of variable length.
fn variable(mut number: u32) -> Vec<u8> {
    let mut digits = vec![(number & 127) as u8];
    while number > 127 {
        number >>= 7;
        digits.insert(0, (number & 127) as u8 | 128);
    }
    digits
}
