//! Sound files, sample by sample.

use std::io::Cursor;
use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::gain::RATE;

/// The channels of a sound, all of one length.
pub type Sound = Vec<Vec<f32>>;

/// Writes a sound as 32-bit floats at [`RATE`].
///
/// # Panics
/// Where it can't be written.
pub fn write(path: &Path, sound: &Sound) {
    write_at(path, RATE as u32, sound);
}

/// The same at another rate, in frames per second.
///
/// # Panics
/// Where it can't be written.
pub fn write_at(path: &Path, rate: u32, sound: &Sound) {
    let spec = WavSpec {
        channels: sound.len() as u16,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    };
    let mut writer = WavWriter::create(path, spec).expect("a file can be made");
    for frame in 0..sound[0].len() {
        for channel in sound {
            writer.write_sample(channel[frame]).expect("a file can be written");
        }
    }
    writer.finalize().expect("a file can be written");
}

/// Reads a sound of floats or whole numbers at [`RATE`]. Its length is the file's: a writer that was
/// stopped between its last sample and its header is heard to the end.
///
/// # Errors
/// Where it is not there, or no WAV.
pub fn read(path: &Path) -> Result<Sound, hound::Error> {
    read_at(path, RATE as u32)
}

/// The same at another rate, in frames per second.
///
/// # Errors
/// Where it is not there, or no WAV.
pub fn read_at(path: &Path, rate: u32) -> Result<Sound, hound::Error> {
    let mut bytes = std::fs::read(path)?;
    fill_in_lengths(&mut bytes);
    let mut reader = WavReader::new(Cursor::new(bytes))?;
    let spec = reader.spec();
    assert_eq!(spec.sample_rate, rate, "{}", path.display());
    let all: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader.samples().collect::<Result<_, _>>()?,
        SampleFormat::Int => {
            let full = f64::from(spec.bits_per_sample - 1).exp2();
            let samples = reader.samples::<i32>();
            samples
                .map(|sample| Ok((f64::from(sample?) / full) as f32))
                .collect::<Result<_, hound::Error>>()?
        }
    };
    let count = usize::from(spec.channels);
    Ok((0..count).map(|n| all.iter().skip(n).step_by(count).copied().collect()).collect())
}

/// Gives a chunk of sound that says it is empty all that comes after it.
fn fill_in_lengths(bytes: &mut [u8]) {
    let mut at = 12;
    while let Some(length) = bytes.get(at + 4..at + 8).and_then(|four| four.try_into().ok()) {
        let length = u32::from_le_bytes(length);
        if &bytes[at..at + 4] == b"data" {
            if length == 0 {
                let rest = (bytes.len() - at - 8) as u32;
                bytes[at + 4..at + 8].copy_from_slice(&rest.to_le_bytes());
            }
            return;
        }
        at += 8 + (length as usize).next_multiple_of(2);
    }
}

/// Fails where two sounds differ by more than `tolerance` anywhere.
///
/// # Panics
/// That is its purpose.
#[track_caller]
pub fn assert_same(is: &Sound, should: &Sound, tolerance: f32, what: &str) {
    assert_eq!(is.len(), should.len(), "{what}: channels");
    for (n, (is, should)) in is.iter().zip(should).enumerate() {
        assert_eq!(is.len(), should.len(), "{what}: length of channel {n}");
        for (frame, (a, b)) in is.iter().zip(should).enumerate() {
            // Written so that NaN fails.
            let same = (a - b).abs() <= tolerance;
            assert!(same, "{what}: channel {n}, frame {frame} is {a} instead of {b}");
        }
    }
}
