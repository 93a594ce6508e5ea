//! Reading WAV files.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use hound::{SampleFormat, WavReader};

use super::AudioFormat;
use super::container::{self, Patched};
use crate::error::{Error, Result, why};

const EXPECTED: &str = "expected 16, 24 or 32-bit integer or 32-bit float samples";

/// A WAV file being read.
pub(super) struct Wav {
    reader: WavReader<Patched<BufReader<File>>>,
}

impl Wav {
    /// Reads the header; `path` is for messages.
    pub(super) fn open(path: &Path, file: File) -> Result<Self> {
        let refuse = |reason: String| Err(Error::file(path, reason));
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
            (SampleFormat::Int, 16 | 24 | 32) | (SampleFormat::Float, 32) => Ok(Self { reader }),
            (SampleFormat::Int, bits) => refuse(format!("{bits}-bit integer samples; {EXPECTED}")),
            (SampleFormat::Float, bits) => refuse(format!("{bits}-bit float samples; {EXPECTED}")),
        }
    }

    pub(super) fn format(&self) -> AudioFormat {
        let spec = self.reader.spec();
        AudioFormat { channels: spec.channels.into(), rate: spec.sample_rate }
    }

    /// The length in frames that the header promises.
    pub(super) fn frames(&self) -> u64 {
        self.reader.duration().into()
    }

    /// The next sample, channel by channel; `None` where the file ends or can't be read.
    pub(super) fn sample(&mut self) -> Option<f32> {
        let spec = self.reader.spec();
        match spec.sample_format {
            SampleFormat::Float => self.reader.samples::<f32>().next()?.ok(),
            SampleFormat::Int => {
                // Exact up to 24 bits; the longer ones are rounded once.
                let full = f64::from(1_u32 << (spec.bits_per_sample - 1));
                let sample = self.reader.samples::<i32>().next()?.ok()?;
                Some((f64::from(sample) / full) as f32)
            }
        }
    }
}
