//! MIDI files in and out.

mod read;
mod tempo;
#[cfg(test)]
mod tests;
mod write;

pub(super) use read::Song;
pub(super) use tempo::TempoMap;
pub(super) use write::write;
