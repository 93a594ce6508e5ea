//! Reading MIDI files.

use std::io::Read as _;
use std::path::Path;

use midly::live::LiveEvent;
use midly::{Format, Fps, MetaMessage, Smf, Timing, TrackEventKind};

use super::tempo::{START, Stretch, TempoMap};
use crate::error::{Error, Result, why};
use crate::shared::Midi;

/// More than any song needs, in bytes.
const MAX_SIZE: u64 = 256 << 20;
/// More than any song lasts, in seconds.
const MAX_SECONDS: u64 = 24 * 3600;

/// A MIDI file's content, on frames.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::render) struct Song {
    /// Channel messages of all tracks in order, each with its frame; their offsets mean nothing.
    pub(in crate::render) messages: Vec<(u64, Midi)>,
    pub(in crate::render) tempo: TempoMap,
    /// Until the last track ends, in frames; past every message.
    pub(in crate::render) frames: u64,
    /// System exclusive messages and escapes, which are not in `messages`.
    pub(in crate::render) left_out: usize,
}

impl Song {
    /// Reads a file for `rate` frames per second.
    ///
    /// # Errors
    /// [`Error::File`], naming the file and what was expected.
    pub(in crate::render) fn open(path: &Path, rate: u32) -> Result<Self> {
        let (file, len) = crate::input::open(path, "a MIDI file")?;
        if len == 0 {
            return Err(Error::file(path, "the file is empty; expected a MIDI file"));
        }
        if len > MAX_SIZE {
            let reason = format!("{len} bytes; expected a MIDI file of at most {MAX_SIZE} bytes");
            return Err(Error::file(path, reason));
        }
        let mut bytes = Vec::new();
        file.take(MAX_SIZE)
            .read_to_end(&mut bytes)
            .map_err(|e| Error::file(path, format_args!("cannot read: {}", why(&e))))?;
        Self::parse(&bytes, rate).map_err(|reason| Error::file(path, reason))
    }

    /// The song cut off at a frame.
    pub(in crate::render) fn until(mut self, frames: u64) -> Self {
        self.messages.retain(|(frame, _)| *frame < frames);
        self.frames = self.frames.min(frames);
        self
    }

    pub(super) fn parse(bytes: &[u8], rate: u32) -> Result<Self, String> {
        let smf = Smf::parse(bytes).map_err(|e| format!("not a usable MIDI file ({})", reason(&e)))?;
        if smf.header.format == Format::Sequential {
            return Err("its tracks are separate songs (format 2); expected format 0 or 1".into());
        }
        // All tracks in order of time; at one time the earlier track comes first.
        let mut events = Vec::new();
        let mut end = 0;
        for track in &smf.tracks {
            let mut tick = 0_u64;
            for event in track {
                tick += u64::from(event.delta.as_int());
                events.push((tick, &event.kind));
            }
            end = end.max(tick);
        }
        events.sort_by_key(|(tick, _)| *tick);
        let mut clock = Clock::new(smf.header.timing, rate)?;
        let mut song = Self::default();
        let mut raw = Vec::new();
        for (tick, kind) in events {
            clock.advance(tick)?;
            match kind {
                TrackEventKind::Midi { channel, message } => {
                    raw.clear();
                    let live = LiveEvent::Midi { channel: *channel, message: *message };
                    let message = live.write(&mut raw).ok().and_then(|()| Midi::new(0, &raw));
                    song.messages.extend(message.map(|message| (clock.frame(), message)));
                }
                TrackEventKind::SysEx(_) | TrackEventKind::Escape(_) => song.left_out += 1,
                TrackEventKind::Meta(MetaMessage::Tempo(micros)) if micros.as_int() > 0 => {
                    clock.micros = micros.as_int();
                    song.tempo.push(clock.stretch());
                }
                TrackEventKind::Meta(MetaMessage::TimeSignature(numerator, power, ..))
                    if *numerator > 0 && *power < 16 =>
                {
                    (clock.numerator, clock.denominator) = ((*numerator).into(), 1 << power);
                    song.tempo.push(clock.stretch());
                }
                TrackEventKind::Meta(_) => {}
            }
        }
        clock.advance(end)?;
        let past_the_last = song.messages.last().map_or(0, |(frame, _)| frame + 1);
        song.frames = clock.frame().max(past_the_last);
        if song.frames == 0 {
            return Err("the file holds no music; expected at least one message or some time".into());
        }
        Ok(song)
    }
}

fn reason(error: &midly::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// Goes from tick to tick and knows the exact time at each.
struct Clock {
    timing: Unit,
    rate: u32,
    tick: u64,
    /// Time passed, in the unit's parts of a second.
    time: u128,
    quarters: f64,
    micros: u32,
    numerator: u32,
    denominator: u32,
}

/// How long a tick is.
#[derive(Clone, Copy)]
enum Unit {
    /// So many ticks are a quarter note; time counts in microseconds over this.
    Quarter(u32),
    /// So many ticks are so many seconds.
    Seconds { ticks: u32, seconds: u32 },
}

impl Clock {
    fn new(timing: Timing, rate: u32) -> Result<Self, String> {
        let timing = match timing {
            Timing::Metrical(ticks) if ticks.as_int() > 0 => Unit::Quarter(ticks.as_int().into()),
            Timing::Timecode(fps, parts) if parts > 0 => {
                let (frames, seconds) = match fps {
                    Fps::Fps24 => (24, 1),
                    Fps::Fps25 => (25, 1),
                    // NTSC's 29.97.
                    Fps::Fps29 => (30_000, 1001),
                    Fps::Fps30 => (30, 1),
                };
                Unit::Seconds { ticks: frames * u32::from(parts), seconds }
            }
            _ => return Err("its ticks have no length; expected at least one in a quarter note".into()),
        };
        let Stretch { quarters, micros, numerator, denominator, .. } = START;
        Ok(Self { timing, rate, tick: 0, time: 0, quarters, micros, numerator, denominator })
    }

    fn advance(&mut self, tick: u64) -> Result<(), String> {
        let ticks = tick - self.tick;
        self.tick = tick;
        match self.timing {
            Unit::Quarter(in_quarter) => {
                self.time += u128::from(ticks) * u128::from(self.micros);
                self.quarters += ticks as f64 / f64::from(in_quarter);
            }
            Unit::Seconds { ticks: in_seconds, seconds } => {
                self.time += u128::from(ticks) * u128::from(seconds);
                let passed = ticks as f64 * f64::from(seconds) / f64::from(in_seconds);
                self.quarters += passed * 1e6 / f64::from(self.micros);
            }
        }
        if self.time > u128::from(MAX_SECONDS) * self.second() {
            return Err(format!("the song lasts more than {} hours", MAX_SECONDS / 3600));
        }
        Ok(())
    }

    /// How much of `time` is a second.
    fn second(&self) -> u128 {
        match self.timing {
            Unit::Quarter(ticks) => u128::from(ticks) * 1_000_000,
            Unit::Seconds { ticks, .. } => ticks.into(),
        }
    }

    /// The frame that is nearest, without any rounding before.
    fn frame(&self) -> u64 {
        let (time, second) = (self.time * u128::from(self.rate), self.second());
        u64::try_from((time + second / 2) / second).unwrap_or(u64::MAX)
    }

    fn stretch(&self) -> Stretch {
        Stretch {
            frame: self.frame(),
            seconds: self.time as f64 / self.second() as f64,
            quarters: self.quarters,
            micros: self.micros,
            numerator: self.numerator,
            denominator: self.denominator,
        }
    }
}
