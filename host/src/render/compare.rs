//! Whether two files are the same to the bit.

use std::path::Path;

use super::audio::Source;
use crate::error::{Error, Result};
use crate::planar::Planar;

/// Where and how much two files differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Difference {
    /// Channels or rates differ, so the samples were not looked at.
    Format,
    /// One is shorter, and they agree up to there.
    Length(u64, u64),
    /// Some samples differ.
    Samples {
        /// The first frame that does.
        first: u64,
        /// The largest difference.
        largest: f32,
    },
}

const CHUNK: usize = 4096;

/// Compares two files; `None` where they are the same.
///
/// # Errors
/// [`Error::File`] where one can't be read.
pub fn compare(a: &Path, b: &Path) -> Result<Option<Difference>, Error> {
    let (mut a, mut b) = (Source::open(a)?, Source::open(b)?);
    if a.format() != b.format() {
        return Ok(Some(Difference::Format));
    }
    let channels = a.format().channels as usize;
    let (mut left, mut right) = (Planar::new(channels, CHUNK), Planar::new(channels, CHUNK));
    let common = a.frames().min(b.frames());
    let (mut first, mut largest) = (None, 0.0_f32);
    let mut position = 0;
    while position < common {
        let frames = CHUNK.min(usize::try_from(common - position).unwrap_or(CHUNK));
        a.read(&mut left, frames)?;
        b.read(&mut right, frames)?;
        for frame in 0..frames {
            for channel in 0..channels {
                let (x, y) = (left.channel(channel)[frame], right.channel(channel)[frame]);
                if x.to_bits() != y.to_bits() {
                    first.get_or_insert(position + frame as u64);
                    let difference = (x - y).abs();
                    if difference.is_nan() || difference > largest {
                        largest = difference;
                    }
                }
            }
        }
        position += frames as u64;
    }
    Ok(match first {
        Some(first) => Some(Difference::Samples { first, largest }),
        None if a.frames() != b.frames() => Some(Difference::Length(a.frames(), b.frames())),
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{AudioFormat, Encoding, Sink};

    fn file(folder: &Path, name: &str, rate: u32, samples: &[f32]) -> std::path::PathBuf {
        let path = folder.join(name);
        let mut sink = Sink::create(&path, AudioFormat { channels: 1, rate }, Encoding::WavFloat).unwrap();
        for sample in samples {
            sink.frame([*sample]).unwrap();
        }
        sink.complete(0).unwrap().finish().unwrap();
        path
    }

    #[test]
    fn differences() {
        let dir = tempfile::tempdir().unwrap();
        let mut samples = vec![0.25; 10_000];
        let a = file(dir.path(), "a", 48_000, &samples);
        assert_eq!(compare(&a, &a).unwrap(), None);
        let b = file(dir.path(), "b", 44_100, &samples);
        assert_eq!(compare(&a, &b).unwrap(), Some(Difference::Format));
        let b = file(dir.path(), "b", 48_000, &samples[..9_999]);
        assert_eq!(compare(&a, &b).unwrap(), Some(Difference::Length(10_000, 9_999)));
        samples[5_000] = 0.5;
        samples[7_000] = 0.0;
        let b = file(dir.path(), "b", 48_000, &samples);
        let expected = Difference::Samples { first: 5_000, largest: 0.25 };
        assert_eq!(compare(&a, &b).unwrap(), Some(expected));
        let zero = file(dir.path(), "c", 48_000, &[0.0]);
        let minus = file(dir.path(), "d", 48_000, &[-0.0]);
        assert!(compare(&zero, &minus).unwrap().is_some(), "to the bit");
    }
}
