//! Blocks with events, and what comes out of them.

use super::{Event, Rig, offers, room, sequence};
use crate::memory::Guarded;

/// Room that a host offers for notifications where a test says nothing else.
const ROOM: u32 = 16_384;

impl Rig {
    /// The number of a URI.
    #[must_use]
    pub fn urid(&self, uri: &str) -> u32 {
        self.host.urid(uri)
    }

    /// A MIDI message.
    #[must_use]
    pub fn midi(&self, frame: i64, bytes: &[u8]) -> Event {
        Event::new(frame, self.urid("http://lv2plug.in/ns/ext/midi#MidiEvent"), bytes)
    }

    /// Runs a block with these events and plenty of room, and gives what comes out.
    pub fn cycle(&mut self, frames: usize, events: &[Event]) -> Vec<Event> {
        self.cycle_within(frames, events, ROOM)
    }

    /// The same with so many bytes of room in the notify port, which lies at a multiple of 4 alone.
    ///
    /// # Panics
    /// Where what comes out is no sequence, or not in the order of frames.
    pub fn cycle_within(&mut self, frames: usize, events: &[Event], bytes: u32) -> Vec<Event> {
        let kind = self.urid("http://lv2plug.in/ns/ext/atom#Sequence");
        let chunk = self.urid("http://lv2plug.in/ns/ext/atom#Chunk");
        self.control = Guarded::aligned(&sequence(kind, events), 4);
        self.notify = Guarded::aligned(&room(chunk, bytes), 4);
        self.wire("control", self.control.ptr());
        self.wire("notify", self.notify.ptr());
        self.run(frames);
        let word = |at: usize| u32::from_ne_bytes(self.notify[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(word(4), kind, "a sequence comes out");
        let mut out: Vec<Event> = Vec::new();
        let (mut at, end) = (16, 8 + word(0) as usize);
        while at < end {
            let frame = i64::from_ne_bytes(self.notify[at..at + 8].try_into().expect("eight bytes"));
            let size = word(at + 8) as usize;
            assert!(out.last().is_none_or(|last| last.frame <= frame), "in the order of frames");
            assert!((0..frames.max(1) as i64).contains(&frame), "within the block");
            out.push(Event::new(frame, word(at + 12), &self.notify[at + 16..at + 16 + size]));
            at += 16 + size.next_multiple_of(8);
        }
        out
    }

    /// Only the MIDI messages of these events: frames and bytes.
    #[must_use]
    pub fn midi_of(&self, events: &[Event]) -> Vec<(i64, Vec<u8>)> {
        let midi = self.urid("http://lv2plug.in/ns/ext/midi#MidiEvent");
        let events = events.iter().filter(|event| event.kind == midi);
        events.map(|event| (event.frame, event.body.clone())).collect()
    }

    /// What the plugin asked the host to set control ports to since it was last asked: symbols and
    /// values.
    #[must_use]
    pub fn port_changes(&self) -> Vec<(String, f32)> {
        let changes = self.host.take_port_changes();
        changes
            .into_iter()
            .map(|(index, value)| (self.table.ports[index as usize].symbol.clone(), value))
            .collect()
    }

    /// Does what the plugin has scheduled, as a host's worker thread does; gives how many jobs there
    /// were.
    ///
    /// # Panics
    /// Where the plugin has no worker, and yet something was scheduled; or it fails.
    pub fn work(&self) -> usize {
        let jobs = self.host.take_jobs();
        for job in &jobs {
            offers::work(offers::worker(self.descriptor), self.handle, &job.to_ne_bytes());
        }
        jobs.len()
    }
}
