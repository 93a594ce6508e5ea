//! Reading a response from a WAV file.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

use hound::{SampleFormat, WavReader};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::riff::{Chunks, Samples};
use super::{MAX_SECONDS, Sound};
use crate::engine::LOUDEST;

/// The longest file that is read: 20 s of four channels at 384 kHz are half of it.
pub(super) const MAX_BYTES: u64 = 256 << 20;

/// Why a file can't be used, as a user reads it behind the file's name.
#[derive(Clone, Debug, Error, PartialEq)]
pub(crate) enum WavError {
    #[error("is missing")]
    Missing,
    #[error("can't be read: {0}")]
    Unreadable(String),
    #[error("is no WAV file, or is damaged")]
    Damaged,
    #[error("holds {0}; whole numbers of 8 to 32 bits and floats of 32 or 64 bits can be used")]
    Unsupported(String),
    #[error("holds no sound")]
    Empty,
    #[error("is silent")]
    Silent,
    #[error("has samples that are no numbers")]
    NotNumbers,
    #[error("has samples that are 120 dB above full scale and more, and so is no sound")]
    TooLoud,
    #[error("has {0} channels; one, two and four can be used")]
    Channels(u16),
    #[error("is {0:.0} s long; responses of up to {MAX_SECONDS} s can be used")]
    TooLong(f64),
    #[error("is larger than {} MB", MAX_BYTES >> 20)]
    TooLarge,
    #[error("has a sample rate of {0} Hz, which makes no sense")]
    Rate(u32),
}

/// By what a changed file is known without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// A file's, where it is there. `[any thread, not audio]`
    pub(crate) fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().as_ref().map(Self::new)
    }

    fn new(about: &Metadata) -> Self {
        Self { len: about.len(), modified: about.modified().ok() }
    }
}

/// A file that was read.
pub(crate) struct Wav {
    pub(crate) stamp: Stamp,
    pub(crate) sound: Sound,
    /// SHA-256 of the file, as `sha256:` and hexadecimal digits.
    pub(crate) hash: String,
}

/// Reads a file. `[any thread, not audio]`
///
/// # Errors
/// Where it can't be used.
pub(crate) fn read(path: &Path) -> Result<Wav, WavError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => WavError::Missing,
        kind => WavError::Unreadable(kind.to_string()),
    };
    // Before it is opened: opening a pipe waits for somebody to write.
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(WavError::Damaged);
    }
    if about.len() > MAX_BYTES {
        return Err(WavError::TooLarge);
    }
    let mut bytes = Vec::new();
    // It may grow meanwhile.
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    let sound = decode(&bytes)?;
    let mut hash = String::from("sha256:");
    for byte in Sha256::digest(&bytes) {
        hash.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
    }
    // Of before it was read: what is written meanwhile shows.
    Ok(Wav { stamp: Stamp::new(&about), sound, hash })
}

/// Reads a file's bytes.
fn decode(bytes: &[u8]) -> Result<Sound, WavError> {
    let chunks = Chunks::find(bytes).ok_or(WavError::Damaged)?;
    let kind = chunks.format.samples().ok_or(WavError::Damaged)?.map_err(WavError::Unsupported)?;
    let channels = chunks.format.channels().ok_or(WavError::Damaged)?;
    if !matches!(channels, 1 | 2 | 4) {
        return Err(WavError::Channels(channels));
    }
    let rate = chunks.format.rate().ok_or(WavError::Damaged)?;
    if !(1000..=1_000_000).contains(&rate) {
        return Err(WavError::Rate(rate));
    }
    let seconds = chunks.frames() as f64 / f64::from(rate);
    if seconds > MAX_SECONDS {
        return Err(WavError::TooLong(seconds));
    }
    let samples = match kind {
        Samples::Common => common(&chunks)?,
        Samples::Float64 if chunks.data.len() != chunks.frames() * usize::from(channels) * 8 => {
            return Err(WavError::Damaged);
        }
        Samples::Float64 => {
            let samples = chunks.data.as_chunks::<8>().0.iter();
            // A cast makes what is beyond 32 bits infinite.
            samples.map(|sample| f64::from_le_bytes(*sample) as f32).collect()
        }
    };
    let (channels, rate) = (usize::from(channels), f64::from(rate));
    if samples.len() < channels {
        return Err(WavError::Empty);
    }
    if samples.iter().any(|sample| !sample.is_finite()) {
        return Err(WavError::NotNumbers);
    }
    if samples.iter().any(|sample| sample.abs() > LOUDEST) {
        return Err(WavError::TooLoud);
    }
    if samples.iter().all(|sample| *sample == 0.0) {
        return Err(WavError::Silent);
    }
    let channel = |n: usize| samples.chunks_exact(channels).map(|frame| frame[n]).collect();
    Ok(Sound { rate, channels: (0..channels).map(channel).collect() })
}

/// The samples that hound reads.
fn common(chunks: &Chunks<'_>) -> Result<Vec<f32>, WavError> {
    let header = chunks.header().ok_or(WavError::Damaged)?;
    let mut reader = WavReader::new(header.as_slice().chain(chunks.data)).map_err(|_| WavError::Damaged)?;
    let spec = reader.spec();
    let samples: Result<Vec<f32>, _> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let scale = 2.0_f64.powi(1 - i32::from(spec.bits_per_sample));
            reader.samples::<i32>().map(|sample| Ok((f64::from(sample?) * scale) as f32)).collect()
        }
    };
    samples.map_err(|_| WavError::Damaged)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use hound::{WavSpec, WavWriter};

    use super::*;

    fn spec(channels: u16, sample_rate: u32, bits_per_sample: u16) -> WavSpec {
        let sample_format = SampleFormat::Int;
        WavSpec { channels, sample_rate, bits_per_sample, sample_format }
    }

    fn written(spec: WavSpec, samples: &[i32]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    /// A file of 32-bit floats, mono, at 384 kHz.
    fn floats(samples: &[f32]) -> Vec<u8> {
        let spec = WavSpec { sample_format: SampleFormat::Float, ..spec(1, 384_000, 32) };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn every_format_gives_the_same_sound() {
        for bits in [16, 24, 32] {
            let one = 1_i32 << (bits - 2);
            let bytes = written(spec(2, 44_100, bits), &[one, -one, one / 2, 0]);
            let sound = decode(&bytes).unwrap();
            assert_eq!(sound, Sound { rate: 44_100.0, channels: vec![vec![0.5, 0.25], vec![-0.5, 0.0]] });
        }
        let sound = decode(&floats(&[1.5, -0.1])).unwrap();
        assert_eq!(sound, Sound { rate: 384_000.0, channels: vec![vec![1.5, -0.1]] });
    }

    #[test]
    fn files_of_recorders_that_stream_are_read_to_their_end() {
        let whole = floats(&[0.5, -0.25, 0.125]);
        let want = decode(&whole).unwrap();
        let data = whole.windows(4).position(|id| id == b"data").unwrap();
        for (riff, len) in [(u32::MAX, u32::MAX), (0x7fff_ffff, 0x7fff_ffd3), (0, 0), (data as u32, 0)] {
            let mut bytes = whole.clone();
            bytes[4..8].copy_from_slice(&riff.to_le_bytes());
            bytes[data + 4..data + 8].copy_from_slice(&len.to_le_bytes());
            // Stopped within a sample.
            bytes.extend([1, 2]);
            assert_eq!(decode(&bytes), Ok(want.clone()), "{riff:x} {len:x}");
        }
        // Chunks before the data, one of odd length with and one without what follows such ones.
        for odd in [&b"LIST\x03\0\0\0abc\0"[..], b"LIST\x03\0\0\0abc"] {
            let bytes = [&whole[..data], odd, &whole[data..]].concat();
            assert_eq!(decode(&bytes), Ok(want.clone()));
        }
        // No sound at all, and something behind it.
        let mut empty = [&floats(&[])[..], b"LIST\x04\0\0\0abcd"].concat();
        let riff = empty.len() as u32 - 8;
        empty[4..8].copy_from_slice(&riff.to_le_bytes());
        assert_eq!(decode(&empty), Err(WavError::Empty));
    }

    /// A file of one channel at 48 kHz in any format.
    fn of_format(tag: u16, bits: u16, data: &[u8]) -> Vec<u8> {
        let (frame, len) = (bits.div_ceil(8), data.len() as u32);
        let per_second = 48_000 * u32::from(frame);
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        for number in [tag, 1] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [48_000, per_second] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [frame, bits] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"data");
        bytes.extend(len.to_le_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn floats_of_64_bits_are_read_and_other_formats_named() {
        let data = [0.5_f64, -0.1].map(f64::to_le_bytes).concat();
        let want = Sound { rate: 48_000.0, channels: vec![vec![0.5, -0.1]] };
        assert_eq!(decode(&of_format(3, 64, &data)), Ok(want));
        let huge = 1e300_f64.to_le_bytes();
        assert_eq!(decode(&of_format(3, 64, &huge)), Err(WavError::NotNumbers), "infinite in 32 bits");
        let mut wrong = of_format(3, 64, &data);
        wrong[32] = 16;
        assert_eq!(decode(&wrong), Err(WavError::Damaged), "frames of twice the size");
        for (tag, bits, name) in [
            (7, 8, "µ-law"),
            (6, 8, "A-law"),
            (2, 4, "ADPCM"),
            (3, 16, "16-bit floats"),
            (1, 64, "64-bit whole numbers"),
            (0x4f, 8, "a format with the number 79"),
        ] {
            let said = decode(&of_format(tag, bits, &[1; 64])).unwrap_err().to_string();
            let can = "whole numbers of 8 to 32 bits and floats of 32 or 64 bits can be used";
            assert_eq!(said, format!("holds {name}; {can}"));
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            read(&path).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let good = written(spec(1, 48_000, 16), &[1000; 100]);
        assert_eq!(said("good", &good), "");
        assert_eq!(said("cut", &good[..good.len() - 30]), WavError::Damaged.to_string());
        assert_eq!(said("head", &good[..30]), WavError::Damaged.to_string());
        assert_eq!(said("text", b"no sound at all"), WavError::Damaged.to_string());
        assert_eq!(said("nothing", b""), WavError::Damaged.to_string());
        assert_eq!(said("empty", &written(spec(2, 48_000, 16), &[])), "holds no sound");
        assert_eq!(said("silent", &written(spec(1, 48_000, 16), &[0; 9])), "is silent");
        let many = written(spec(8, 48_000, 16), &[1; 80]);
        assert_eq!(said("many", &many), "has 8 channels; one, two and four can be used");
        let long = written(spec(1, 1000, 16), &vec![1; 21_000]);
        assert_eq!(said("long", &long), "is 21 s long; responses of up to 20 s can be used");
        assert_eq!(read(&folder.path().join("none.wav")).err(), Some(WavError::Missing));
        assert_eq!(read(folder.path()).err(), Some(WavError::Damaged), "a folder is no file");
    }

    #[test]
    fn samples_that_no_sound_can_have_are_refused() {
        for (sample, want) in [
            (1e6, None),
            (-1.1e6, Some(WavError::TooLoud)),
            (3e38, Some(WavError::TooLoud)),
            (f32::INFINITY, Some(WavError::NotNumbers)),
            (f32::NAN, Some(WavError::NotNumbers)),
        ] {
            let got = decode(&floats(&[0.5, sample, 0.25])).err();
            assert_eq!(got, want, "{sample}");
        }
    }

    #[test]
    fn the_hash_is_of_the_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, written(spec(1, 48_000, 16), &[1, 2, 3, 4])).unwrap();
        let hash = read(&path).ok().unwrap().hash;
        assert!(hash.len() == 7 + 64 && hash.starts_with("sha256:"), "{hash}");
        std::fs::write(&path, written(spec(1, 48_000, 16), &[1, 2, 3, 5])).unwrap();
        assert_ne!(read(&path).ok().unwrap().hash, hash);
    }
}
