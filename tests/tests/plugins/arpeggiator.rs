//! The arpeggiator: notes in, notes out, through both formats, against what a song's arithmetic says.

mod editor;
mod order;
mod players;
mod song;
mod time;

use song::{Note, Song, render};

/// The settings that most tests begin with: sixteenths in the song's order, half of each sounds.
const PLAIN: [&str; 2] = ["rate=n1_16", "gate=50"];

/// What a chord from the song's start becomes, at 120 quarter notes per minute and 48 kHz: a sixteenth is 6000 frames.
fn chord(keys: &[u8], quarters: f64, set: &[&str]) -> Vec<Note> {
    render(48_000, &Song::chord(500_000, keys, quarters), &[&PLAIN[..], set].concat(), &[])
}

/// The keys of notes, as they begin.
fn keys(notes: &[Note]) -> Vec<u8> {
    notes.iter().map(|note| note.key).collect()
}
