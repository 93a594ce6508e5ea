//! WAV files in and out.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::NamedTempFile;

use crate::atomic;
use crate::error::{Error, Result};
use crate::planar::Planar;
use crate::shared::MAX_CHANNELS;

const EXPECTED: &str = "expected 16, 24 or 32-bit integer or 32-bit float samples";

/// Channels and rate of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavFormat {
    /// How many channels.
    pub channels: u32,
    /// Frames per second.
    pub rate: u32,
}

/// A WAV file being read.
pub struct WavSource {
    path: PathBuf,
    reader: WavReader<BufReader<File>>,
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
        let file = File::open(path)
            .map_err(|e| Error::file(path, format_args!("cannot read the input: {}", e.kind())))?;
        let meta = file.metadata().map_err(|e| Error::file(path, e))?;
        if !meta.is_file() {
            return refuse("not a file; expected a WAV file".into());
        }
        if meta.len() == 0 {
            return refuse("the file is empty; expected a WAV file".into());
        }
        let reader = match WavReader::new(BufReader::new(file)) {
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

/// The most data that a WAV file's 32-bit sizes can tell, with room for the header.
const MAX_DATA: u64 = u32::MAX as u64 - 4096;

/// A WAV file of 32-bit floats being written; it appears under its name only when it is finished.
pub struct WavSink {
    path: PathBuf,
    file: NamedTempFile,
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
        let file = atomic::create(path)?;
        let handle = file.reopen().map_err(|e| Error::file(path, e))?;
        let writer = WavWriter::new(BufWriter::new(handle), spec).map_err(|e| Error::file(path, e))?;
        Ok(Self { path: path.to_owned(), file, writer, left: MAX_DATA / 4, peak: 0.0, frames: 0 })
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
        let file = old.file.reopen().map_err(|e| Error::file(&self.path, e))?;
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
        atomic::finish(self.file, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, spec: WavSpec, samples: &[f64]) {
        let mut writer = WavWriter::create(path, spec).unwrap();
        for sample in samples {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(*sample as f32).unwrap(),
                SampleFormat::Int => {
                    let full = 2_f64.powi(i32::from(spec.bits_per_sample) - 1);
                    writer.write_sample((sample * full) as i32).unwrap();
                }
            }
        }
        writer.finalize().unwrap();
    }

    fn spec(channels: u16, bits: u16, sample_format: SampleFormat) -> WavSpec {
        WavSpec { channels, sample_rate: 48_000, bits_per_sample: bits, sample_format }
    }

    fn message(path: &Path) -> String {
        WavSource::open(path).err().unwrap().to_string()
    }

    #[test]
    fn every_accepted_format_is_exact() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        let samples = [0.5, -1.0, 0.25, 0.0];
        for (bits, format) in [
            (16, SampleFormat::Int),
            (24, SampleFormat::Int),
            (32, SampleFormat::Int),
            (32, SampleFormat::Float),
        ] {
            write(&path, spec(2, bits, format), &samples);
            let mut source = WavSource::open(&path).unwrap();
            assert_eq!((source.frames(), source.format().channels), (2, 2));
            let mut block = Planar::new(2, 4);
            block.channel_mut(0).fill(9.0);
            source.read(&mut block, 4).unwrap();
            assert_eq!(block.channel(0), [0.5, 0.25, 0.0, 0.0], "{bits} {format:?}");
            assert_eq!(block.channel(1), [-1.0, 0.0, 0.0, 0.0]);
        }
    }

    #[test]
    fn mono_fills_every_channel() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        write(&path, spec(1, 16, SampleFormat::Int), &[0.5]);
        let mut block = Planar::new(3, 2);
        WavSource::open(&path).unwrap().read(&mut block, 2).unwrap();
        for channel in 0..3 {
            assert_eq!(block.channel(channel), [0.5, 0.0]);
        }
    }

    #[test]
    fn refusals_say_what_was_expected() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        assert!(message(&path).contains("cannot read"));
        std::fs::write(&path, b"").unwrap();
        assert!(message(&path).contains("empty"));
        std::fs::write(&path, b"this is no sound at all, really").unwrap();
        assert!(message(&path).contains("not a"), "{}", message(&path));
        write(&path, spec(1, 8, SampleFormat::Int), &[0.0]);
        assert!(message(&path).contains("8-bit integer") && message(&path).contains("expected 16"));
        write(&path, spec(1, 16, SampleFormat::Int), &[]);
        assert!(message(&path).contains("no audio"));
        assert!(message(dir.path()).contains("not a file"));
    }

    #[test]
    fn truncated_files_are_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        write(&path, spec(1, 16, SampleFormat::Int), &[0.5; 100]);
        let bytes = std::fs::read(&path).unwrap();
        for len in 0..bytes.len() - 1 {
            std::fs::write(&path, &bytes[..len]).unwrap();
            let result =
                WavSource::open(&path).and_then(|mut source| source.read(&mut Planar::new(1, 100), 100));
            assert!(result.is_err(), "cut at {len}");
        }
    }

    #[test]
    fn nothing_appears_before_it_is_finished() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.wav");
        let format = WavFormat { channels: 2, rate: 44_100 };
        let mut sink = WavSink::create(&path, format).unwrap();
        sink.frame([0.5, -0.75]).unwrap();
        drop(sink);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        let mut sink = WavSink::create(&path, format).unwrap();
        sink.frame([0.5, -0.75]).unwrap();
        assert_eq!((sink.peak(), sink.frames()), (0.75, 1));
        sink.finish().unwrap();
        let source = WavSource::open(&path).unwrap();
        assert_eq!((source.format(), source.frames()), (format, 1));
        let mut sink = WavSink::create(&path, format).unwrap();
        for sample in [1.0, 0.5, 0.25] {
            sink.frame([sample, 0.0]).unwrap();
        }
        sink.drop_start(1).unwrap();
        assert_eq!((sink.peak(), sink.frames()), (0.5, 2));
        sink.finish().unwrap();
        let mut block = Planar::new(2, 2);
        WavSource::open(&path).unwrap().read(&mut block, 2).unwrap();
        assert_eq!(block.channel(0), [0.5, 0.25]);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        let missing = dir.path().join("no/such/folder.wav");
        assert!(WavSink::create(&missing, format).is_err());
        assert!(WavSink::create(dir.path(), format).is_err());
    }
}
