//! The chunks of a WAV file, as recorders that stream leave them too.

/// What is read of a WAV file.
pub(super) struct Chunks<'a> {
    pub(super) format: Format<'a>,
    /// Whole frames.
    pub(super) data: &'a [u8],
}

/// The chunk `fmt `.
#[derive(Clone, Copy)]
pub(super) struct Format<'a>(&'a [u8]);

/// Samples as the format names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    /// Whole numbers of 8 to 32 bits, floats of 32.
    Common,
    Float64,
}

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

impl<'a> Chunks<'a> {
    /// Finds them. `None` where it is no WAV file, or is damaged.
    pub(super) fn find(bytes: &'a [u8]) -> Option<Self> {
        if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
            return None;
        }
        let riff = number(bytes, 4)?;
        let (mut at, mut format) = (12, None);
        loop {
            let (id, claimed) = (bytes.get(at..at + 4)?, number(bytes, at + 4)?);
            at += 8;
            let there = bytes.len() - at;
            if id == b"data" {
                let format: Format<'_> = format?;
                let frame = format.frame()?;
                // Who streams can't go back to write the length: 0 or something huge stands there. That of an empty chunk
                // before others is meant: the file's length is right then.
                let unknown = claimed > there && claimed > STREAMED
                    || claimed == 0 && riff.saturating_add(8) < bytes.len();
                let len = if unknown { there } else { claimed };
                return Some(Self { format, data: bytes.get(at..at.checked_add(len / frame * frame)?)? });
            }
            let chunk = bytes.get(at..at.checked_add(claimed)?)?;
            if id == b"fmt " {
                format = Some(Format(chunk));
            }
            at += claimed;
            // A chunk of odd length is followed by a zero. Some writers forget it; no name begins with one.
            if claimed % 2 == 1 && bytes.get(at) == Some(&0) {
                at += 1;
            }
        }
    }

    pub(super) fn frames(&self) -> usize {
        // `find` has looked that it is not 0.
        self.data.len() / self.format.frame().unwrap_or(1)
    }

    /// The same as a file of these two chunks, but for the data behind it.
    pub(super) fn header(&self) -> Option<Vec<u8>> {
        let (format, data) =
            (u32::try_from(self.format.0.len()).ok()?, u32::try_from(self.data.len()).ok()?);
        let riff = format.checked_add(data)?.checked_add(20)?;
        let parts: [&[u8]; 7] = [
            b"RIFF",
            &riff.to_le_bytes(),
            b"WAVEfmt ",
            &format.to_le_bytes(),
            self.format.0,
            b"data",
            &data.to_le_bytes(),
        ];
        Some(parts.concat())
    }
}

/// Lengths beyond this are none: no file that is read is so long.
const STREAMED: usize = super::wav::MAX_BYTES as usize;

impl Format<'_> {
    pub(super) fn channels(self) -> Option<u16> {
        short(self.0, 2)
    }

    pub(super) fn rate(self) -> Option<u32> {
        number(self.0, 4)?.try_into().ok()
    }

    /// Bytes of a frame.
    fn frame(self) -> Option<usize> {
        short(self.0, 12).map(usize::from).filter(|bytes| *bytes > 0)
    }

    /// What its samples are; an error is their name.
    pub(super) fn samples(self) -> Option<Result<Samples, String>> {
        let bits = short(self.0, 14)?;
        let tag = match short(self.0, 0)? {
            // The first two bytes of a GUID are what else stood here.
            EXTENSIBLE => short(self.0, 24)?,
            tag => tag,
        };
        Some(match (tag, bits) {
            (PCM, 8 | 16 | 24 | 32) | (FLOAT, 32) => Ok(Samples::Common),
            (FLOAT, 64) => Ok(Samples::Float64),
            (PCM, _) => Err(format!("{bits}-bit whole numbers")),
            (FLOAT, _) => Err(format!("{bits}-bit floats")),
            (2 | 0x11, _) => Err("ADPCM".into()),
            (6, _) => Err("A-law".into()),
            (7, _) => Err("µ-law".into()),
            (0x50 | 0x55, _) => Err("MPEG audio".into()),
            _ => Err(format!("a format with the number {tag}")),
        })
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let number = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
    usize::try_from(number).ok()
}
