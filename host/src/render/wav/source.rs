//! Reading WAV files.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader};

use super::WavFormat;
use super::container::{self, Patched};
use crate::error::{Error, Result, why};
use crate::planar::Planar;
use crate::shared::MAX_CHANNELS;

const EXPECTED: &str = "expected 16, 24 or 32-bit integer or 32-bit float samples";

/// A WAV file being read.
pub struct WavSource {
    path: PathBuf,
    reader: WavReader<Patched<BufReader<File>>>,
    format: WavFormat,
    frames: u64,
    position: u64,
}

impl WavSource {
    /// Opens a file and checks that everything about it makes sense.
    ///
    /// # Errors
    /// [`Error::File`], naming the file and what was expected.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Err(Error::file(path, reason));
        let (file, len) = crate::input::open(path, "a WAV file")?;
        if len == 0 {
            return refuse("the file is empty; expected a WAV file".into());
        }
        let file = match container::widen(BufReader::new(file)) {
            Ok(Ok(file)) => file,
            Ok(Err(reason)) => return refuse(format!("{reason}; {EXPECTED}")),
            Err(e) => return refuse(format!("cannot read: {}", why(&e))),
        };
        let reader = match WavReader::new(file) {
            Ok(reader) => reader,
            Err(hound::Error::Unsupported) => {
                return refuse(format!("unsupported sample format; {EXPECTED}"));
            }
            Err(hound::Error::FormatError(what)) => {
                return refuse(format!("not a usable WAV file ({what}); {EXPECTED}"));
            }
            Err(_) => return refuse("not a WAV file, or cut short in its header".into()),
        };
        let spec = reader.spec();
        match (spec.sample_format, spec.bits_per_sample) {
            (SampleFormat::Int, 16 | 24 | 32) | (SampleFormat::Float, 32) => {}
            (SampleFormat::Int, bits) => {
                return refuse(format!("{bits}-bit integer samples; {EXPECTED}"));
            }
            (SampleFormat::Float, bits) => {
                return refuse(format!("{bits}-bit float samples; {EXPECTED}"));
            }
        }
        let format = WavFormat { channels: spec.channels.into(), rate: spec.sample_rate };
        if !crate::child::RATES.contains(&format.rate) {
            return refuse(format!(
                "sample rate {} Hz; expected {} to {} Hz",
                format.rate,
                crate::child::RATES.start(),
                crate::child::RATES.end()
            ));
        }
        if !(1..=MAX_CHANNELS).contains(&format.channels) {
            return refuse(format!("{} channels; expected 1 to {MAX_CHANNELS}", format.channels));
        }
        let frames = u64::from(reader.duration());
        if frames == 0 {
            return refuse("the file holds no audio; expected at least one frame".into());
        }
        Ok(Self { path: path.to_owned(), reader, format, frames, position: 0 })
    }

    /// Its channels and rate.
    #[must_use]
    pub fn format(&self) -> WavFormat {
        self.format
    }

    /// Its length in frames.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Reads the next frames into `block`; after the end comes silence. A mono file fills every
    /// channel of `block`.
    ///
    /// # Errors
    /// [`Error::File`] where the file ends before its header says.
    pub fn read(&mut self, block: &mut Planar, frames: usize) -> Result<()> {
        let left = usize::try_from(self.frames - self.position).unwrap_or(usize::MAX);
        let len = frames.min(left);
        let channels = self.format.channels as usize;
        for frame in 0..len {
            for channel in 0..channels {
                let sample = self.sample()?;
                if channel < block.channels() {
                    block.channel_mut(channel)[frame] = sample;
                }
            }
            self.position += 1;
        }
        for channel in 0..block.channels().min(channels) {
            block.channel_mut(channel)[len..frames].fill(0.0);
        }
        for channel in 1..if channels == 1 { block.channels() } else { 0 } {
            for frame in 0..frames {
                block.channel_mut(channel)[frame] = block.channel(0)[frame];
            }
        }
        Ok(())
    }

    fn sample(&mut self) -> Result<f32> {
        let spec = self.reader.spec();
        let sample = match spec.sample_format {
            SampleFormat::Float => self.reader.samples::<f32>().next(),
            SampleFormat::Int => {
                // Exact up to 24 bits; the longer ones are rounded once.
                let full = f64::from(1_u32 << (spec.bits_per_sample - 1));
                let sample = self.reader.samples::<i32>().next();
                sample.map(|s| s.map(|s| (f64::from(s) / full) as f32))
            }
        };
        match sample {
            Some(Ok(sample)) => Ok(sample),
            _ => Err(Error::file(
                &self.path,
                format_args!(
                    "cut short: its header promises {} frames, it holds {}",
                    self.frames, self.position
                ),
            )),
        }
    }
}
