//! Writing audio files.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _};
use std::path::{Path, PathBuf};

use flac_codec::encode::{FlacSampleWriter, Options};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use super::quantise::Quantiser;
use super::{AudioFormat, Depth, Encoding};
use crate::atomic::{self, Pending};
use crate::error::{Error, Result};

/// The most data that a WAV file's 32-bit sizes can tell, with room for the header.
const MAX_DATA: u64 = u32::MAX as u64 - 4096;
/// The most channels of a FLAC file.
const FLAC_CHANNELS: u32 = 8;
/// The highest rate that a FLAC file can tell, in Hz.
const FLAC_RATE: u32 = (1 << 20) - 1;

/// An audio file being written; it appears under its name only when it is finished.
///
/// Until then it holds floats whatever it will be: what is to be taken off its start is known only
/// in the end.
pub struct Sink {
    path: PathBuf,
    format: AudioFormat,
    encoding: Encoding,
    pending: Pending,
    writer: WavWriter<BufWriter<File>>,
    left: u64,
    peak: f32,
    frames: u64,
}

/// A file that is complete and has no name yet.
pub struct Finished {
    pending: Pending,
    /// Frames in it.
    pub frames: u64,
    /// The largest sample before it was encoded; NaN where one was.
    pub peak: f32,
    /// Samples that were too loud for whole numbers.
    pub clipped: u64,
}

impl Finished {
    /// Gives the file its name.
    ///
    /// # Errors
    /// [`Error::File`] where that fails.
    pub fn finish(self) -> Result<()> {
        self.pending.finish()
    }
}

impl Sink {
    /// Gets ready to write `path`.
    ///
    /// # Errors
    /// [`Error::File`] where nothing can be written there, or not with that format.
    pub fn create(path: &Path, format: AudioFormat, encoding: Encoding) -> Result<Self> {
        if matches!(encoding, Encoding::Flac(_)) {
            let AudioFormat { channels, rate } = format;
            if channels > FLAC_CHANNELS {
                let reason = format!("{channels} channels; a FLAC file holds at most {FLAC_CHANNELS}");
                return Err(Error::file(path, reason));
            }
            if rate > FLAC_RATE {
                return Err(Error::file(
                    path,
                    format!("{rate} Hz; a FLAC file has at most {FLAC_RATE} Hz"),
                ));
            }
        }
        let pending = atomic::create(path)?;
        let writer = wav(path, &pending, format, None)?;
        let left = MAX_DATA / 4;
        Ok(Self { path: path.to_owned(), format, encoding, pending, writer, left, peak: 0.0, frames: 0 })
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
            self.peak = louder(self.peak, sample);
        }
        self.frames += 1;
        Ok(())
    }

    /// Takes `skip` frames off the start and brings the rest into its final form.
    ///
    /// # Errors
    /// [`Error::File`] where it can't be written.
    pub fn complete(self, skip: u64) -> Result<Finished> {
        let Self { path, format, encoding, pending, writer, peak, frames, .. } = self;
        writer.finalize().map_err(|e| Error::file(&path, e))?;
        if skip == 0 && encoding == Encoding::WavFloat {
            return Ok(Finished { pending, frames, peak, clipped: 0 });
        }
        let mut file = pending.file();
        file.rewind().map_err(|e| Error::file(&path, e))?;
        let mut reader = WavReader::new(BufReader::new(file)).map_err(|e| Error::file(&path, e))?;
        let channels = u64::from(format.channels);
        let frames = frames.saturating_sub(skip);
        let result = atomic::create(&path)?;
        let mut encoder = Encoder::new(&path, &result, format, encoding, frames)?;
        let mut peak = 0.0;
        let samples = reader.samples::<f32>();
        for sample in samples.skip(usize::try_from(skip.saturating_mul(channels)).unwrap_or(usize::MAX)) {
            let sample = sample.map_err(|e| Error::file(&path, e))?;
            peak = louder(peak, sample);
            encoder.sample(sample).map_err(|e| Error::file(&path, e))?;
        }
        let clipped = encoder.finish().map_err(|e| Error::file(&path, e))?;
        Ok(Finished { pending: result, frames, peak, clipped })
    }
}

/// NaN is kept as the peak: it must not look like silence.
fn louder(peak: f32, sample: f32) -> f32 {
    if sample.is_nan() || sample.abs() > peak { sample.abs() } else { peak }
}

/// A writer to `pending`: of floats, or of whole numbers.
fn wav(
    path: &Path,
    pending: &Pending,
    format: AudioFormat,
    depth: Option<Depth>,
) -> Result<WavWriter<BufWriter<File>>> {
    let spec = WavSpec {
        channels: u16::try_from(format.channels)
            .map_err(|_| Error::file(path, "too many channels for a WAV file"))?,
        sample_rate: format.rate,
        bits_per_sample: depth.map_or(32, Depth::bits),
        sample_format: if depth.is_some() { SampleFormat::Int } else { SampleFormat::Float },
    };
    let handle = pending.file().try_clone().map_err(|e| Error::file(path, e))?;
    WavWriter::new(BufWriter::new(handle), spec).map_err(|e| Error::file(path, e))
}

/// The second way through a result, into its final form.
enum Encoder {
    Float(WavWriter<BufWriter<File>>),
    Wav(WavWriter<BufWriter<File>>, Quantiser),
    Flac(Box<FlacSampleWriter<BufWriter<File>>>, Quantiser, Vec<i32>),
}

/// Samples handed to the FLAC writer at once.
const CHUNK: usize = 4096;

impl Encoder {
    fn new(
        path: &Path,
        pending: &Pending,
        format: AudioFormat,
        encoding: Encoding,
        frames: u64,
    ) -> Result<Self> {
        Ok(match encoding {
            Encoding::WavFloat => Encoder::Float(wav(path, pending, format, None)?),
            Encoding::Wav(depth) => {
                Encoder::Wav(wav(path, pending, format, Some(depth))?, Quantiser::new(depth))
            }
            Encoding::Flac(depth) => {
                let handle = pending.file().try_clone().map_err(|e| Error::file(path, e))?;
                let writer = FlacSampleWriter::new(
                    BufWriter::new(handle),
                    Options::default(),
                    format.rate,
                    depth.bits().into(),
                    format.channels as u8,
                    Some(frames * u64::from(format.channels)),
                );
                let writer = writer.map_err(|e| Error::file(path, e))?;
                Encoder::Flac(Box::new(writer), Quantiser::new(depth), Vec::with_capacity(CHUNK))
            }
        })
    }

    fn sample(&mut self, sample: f32) -> Result<(), String> {
        match self {
            Encoder::Float(writer) => writer.write_sample(sample).map_err(|e| e.to_string()),
            Encoder::Wav(writer, quantiser) => {
                writer.write_sample(quantiser.sample(sample)).map_err(|e| e.to_string())
            }
            Encoder::Flac(writer, quantiser, chunk) => {
                chunk.push(quantiser.sample(sample));
                if chunk.len() < CHUNK {
                    return Ok(());
                }
                let written = writer.write(chunk).map_err(|e| e.to_string());
                chunk.clear();
                written
            }
        }
    }

    /// Returns how many samples were clipped.
    fn finish(self) -> Result<u64, String> {
        match self {
            Encoder::Float(writer) => writer.finalize().map(|()| 0).map_err(|e| e.to_string()),
            Encoder::Wav(writer, quantiser) => {
                writer.finalize().map(|()| quantiser.clipped()).map_err(|e| e.to_string())
            }
            Encoder::Flac(mut writer, quantiser, chunk) => {
                let written = writer.write(&chunk).and_then(|()| writer.finalize());
                written.map(|()| quantiser.clipped()).map_err(|e| e.to_string())
            }
        }
    }
}
