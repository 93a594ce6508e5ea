//! Writing WAV files.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use super::WavFormat;
use crate::atomic::{self, Pending};
use crate::error::{Error, Result};

/// The most data that a WAV file's 32-bit sizes can tell, with room for the header.
const MAX_DATA: u64 = u32::MAX as u64 - 4096;

/// A WAV file of 32-bit floats being written; it appears under its name only when it is finished.
pub struct WavSink {
    path: PathBuf,
    pending: Pending,
    writer: WavWriter<BufWriter<File>>,
    left: u64,
    peak: f32,
    frames: u64,
}

impl WavSink {
    /// Gets ready to write `path`.
    ///
    /// # Errors
    /// [`Error::File`] where nothing can be written there.
    pub fn create(path: &Path, format: WavFormat) -> Result<Self> {
        let spec = WavSpec {
            channels: u16::try_from(format.channels)
                .map_err(|_| Error::file(path, "too many channels for a WAV file"))?,
            sample_rate: format.rate,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let pending = atomic::create(path)?;
        let handle = pending.file().try_clone().map_err(|e| Error::file(path, e))?;
        let writer = WavWriter::new(BufWriter::new(handle), spec).map_err(|e| Error::file(path, e))?;
        Ok(Self { path: path.to_owned(), pending, writer, left: MAX_DATA / 4, peak: 0.0, frames: 0 })
    }

    /// Appends one frame.
    ///
    /// # Errors
    /// [`Error::File`] where it can't be written or the file would grow too long.
    pub fn frame(&mut self, samples: impl IntoIterator<Item = f32>) -> Result<()> {
        for sample in samples {
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                Error::file(&self.path, "the result is longer than a WAV file can be (4 GiB)")
            })?;
            self.writer.write_sample(sample).map_err(|e| Error::file(&self.path, e))?;
            // NaN is kept as the peak: it must not look like silence.
            if sample.is_nan() || sample.abs() > self.peak {
                self.peak = sample.abs();
            }
        }
        self.frames += 1;
        Ok(())
    }

    /// Frames written so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The largest sample so far.
    #[must_use]
    pub fn peak(&self) -> f32 {
        self.peak
    }

    /// Takes frames off the start of what was written.
    ///
    /// # Errors
    /// [`Error::File`] where the file can't be written anew.
    pub fn drop_start(&mut self, frames: u64) -> Result<()> {
        if frames == 0 {
            return Ok(());
        }
        let spec = self.writer.spec();
        let format = WavFormat { channels: spec.channels.into(), rate: spec.sample_rate };
        let old = std::mem::replace(self, Self::create(&self.path, format)?);
        old.writer.finalize().map_err(|e| Error::file(&self.path, e))?;
        let mut file = old.pending.file();
        file.rewind().map_err(|e| Error::file(&self.path, e))?;
        let mut reader = WavReader::new(BufReader::new(file)).map_err(|e| Error::file(&self.path, e))?;
        let channels = usize::from(spec.channels);
        let skip = usize::try_from(frames).unwrap_or(usize::MAX).saturating_mul(channels);
        let mut frame = Vec::with_capacity(channels);
        for sample in reader.samples::<f32>().skip(skip) {
            frame.push(sample.map_err(|e| Error::file(&self.path, e))?);
            if frame.len() == channels {
                self.frame(frame.drain(..))?;
            }
        }
        Ok(())
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// [`Error::File`] where that fails.
    pub fn finish(self) -> Result<()> {
        self.writer.finalize().map_err(|e| Error::file(&self.path, e))?;
        self.pending.finish()
    }
}
