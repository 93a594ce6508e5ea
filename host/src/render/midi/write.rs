//! Writing MIDI files.

use midly::live::LiveEvent;
use midly::{Format, Header, MetaMessage, Smf, Timing, TrackEvent, TrackEventKind};

use super::tempo::TempoMap;
use crate::atomic::Pending;
use crate::shared::Midi;

/// Ticks in a quarter note: at 120 quarter notes per minute and 48 kHz a tick is a frame.
const TICKS: u16 = 24_000;
/// The longest time between two events of a file, in ticks.
const LONGEST: u64 = (1 << 28) - 1;

/// Writes messages on their frames, as one track with the tempo and time signatures of `tempo`.
/// Returns how many messages a MIDI file has no place for: those that are no channel's.
pub(in crate::render) fn write(
    pending: &Pending,
    messages: &[(u64, Midi)],
    tempo: &TempoMap,
    rate: u32,
) -> std::io::Result<usize> {
    let ticks = |quarters: f64| (quarters * f64::from(TICKS)).round() as u64;
    let mut events = Vec::new();
    for stretch in tempo.stretches() {
        let tick = ticks(stretch.quarters);
        // It came from a file's 24 bits, or is the one of a song that says none.
        events.push((tick, TrackEventKind::Meta(MetaMessage::Tempo(stretch.micros.into()))));
        let power = stretch.denominator.trailing_zeros() as u8;
        let numerator = stretch.numerator.min(255) as u8;
        events.push((tick, TrackEventKind::Meta(MetaMessage::TimeSignature(numerator, power, 24, 8))));
    }
    let mut left_out = 0;
    for (frame, message) in messages {
        match LiveEvent::parse(message.bytes()) {
            Ok(LiveEvent::Midi { channel, message }) => {
                let tick = ticks(tempo.quarters(*frame, rate));
                events.push((tick, TrackEventKind::Midi { channel, message }));
            }
            _ => left_out += 1,
        }
    }
    events.sort_by_key(|(tick, _)| *tick);
    let last = events.last().map_or(0, |(tick, _)| *tick);
    events.push((last, TrackEventKind::Meta(MetaMessage::EndOfTrack)));
    let mut track = Vec::new();
    let mut now = 0;
    for (tick, kind) in events {
        while tick - now > LONGEST {
            now += LONGEST;
            let kind = TrackEventKind::Meta(MetaMessage::Text(b""));
            track.push(TrackEvent { delta: (LONGEST as u32).into(), kind });
        }
        track.push(TrackEvent { delta: ((tick - now) as u32).into(), kind });
        now = tick;
    }
    let header = Header { format: Format::SingleTrack, timing: Timing::Metrical(TICKS.into()) };
    let mut bytes = Vec::new();
    Smf { header, tracks: vec![track] }.write_std(&mut bytes)?;
    std::io::Write::write_all(&mut pending.file(), &bytes)?;
    Ok(left_out)
}
