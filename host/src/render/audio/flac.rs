//! Reading FLAC files.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::path::Path;

use flac_codec::decode::{FlacSampleReader, Metadata as _};

use super::AudioFormat;
use crate::error::{Error, Result, why};

/// A FLAC file being read. Every frame's checksums are looked at.
pub(super) struct Flac {
    reader: FlacSampleReader<BufReader<File>>,
    /// One frame of the file, channels interleaved, and how much of it has been given out.
    decoded: Vec<i32>,
    next: usize,
    full: f64,
    frames: u64,
    /// Why the file could not be read to its end.
    broken: Option<String>,
}

impl Flac {
    /// Reads the header, which begins `start` bytes into the file; `path` is for messages.
    pub(super) fn open(path: &Path, mut file: File, start: u64) -> Result<Self> {
        let mut begin = || {
            let seek = file.seek(SeekFrom::Start(start)).and_then(|_| file.try_clone());
            let handle = seek.map_err(|e| Error::file(path, format_args!("cannot read: {}", why(&e))))?;
            FlacSampleReader::new(BufReader::new(handle))
                .map_err(|e| Error::file(path, format_args!("not a usable FLAC file ({e})")))
        };
        let mut opened = Self::new(begin()?);
        if opened.frames == 0 {
            // Written by a program that could not go back to say how long it became.
            while opened.refill() {
                opened.frames += (opened.decoded.len() / opened.channels()) as u64;
            }
            if let Some(reason) = &opened.broken {
                return Err(Error::file(path, format_args!("not a usable FLAC file ({reason})")));
            }
            let frames = opened.frames;
            opened = Self { frames, ..Self::new(begin()?) };
        }
        Ok(opened)
    }

    fn new(reader: FlacSampleReader<BufReader<File>>) -> Self {
        let full = 2_f64.powi(reader.bits_per_sample() as i32 - 1);
        let frames = reader.total_samples().unwrap_or(0);
        Self { reader, decoded: Vec::new(), next: 0, full, frames, broken: None }
    }

    fn channels(&self) -> usize {
        self.reader.channel_count().into()
    }

    pub(super) fn format(&self) -> AudioFormat {
        AudioFormat { channels: self.reader.channel_count().into(), rate: self.reader.sample_rate() }
    }

    /// Its length in frames: what the header promises, or else what was counted.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// The next sample, channel by channel; `None` where the file ends or can't be read.
    pub(super) fn sample(&mut self) -> Option<f32> {
        if self.next == self.decoded.len() && !self.refill() {
            return None;
        }
        let sample = self.decoded[self.next];
        self.next += 1;
        // Exact up to 24 bits; the longer ones are rounded once.
        Some((f64::from(sample) / self.full) as f32)
    }

    /// Why [`sample`](Self::sample) gave nothing, where the file did not just end.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    fn refill(&mut self) -> bool {
        self.decoded.clear();
        self.next = 0;
        match self.reader.fill_buf() {
            Ok(samples) => self.decoded.extend_from_slice(samples),
            // A file that is cut short is told so, with both lengths.
            Err(flac_codec::Error::Io(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {}
            Err(e) => self.broken = Some(e.to_string()),
        }
        self.reader.consume(self.decoded.len());
        !self.decoded.is_empty()
    }
}
