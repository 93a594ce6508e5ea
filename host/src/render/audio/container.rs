//! Samples that are narrower than the bytes that hold them.
//!
//! `WAVE_FORMAT_EXTENSIBLE` tells both widths, and such samples stand at the top: 24 bits in four
//! bytes are a 32-bit sample whose lowest byte is 0. The WAV library takes them from the bottom. So it
//! is told that all bits are valid, which gives the same numbers exactly.

use std::io::{self, Read, Seek};

/// A file with two of its bytes replaced.
pub(super) struct Patched<R> {
    inner: R,
    position: u64,
    patch: Option<(u64, [u8; 2])>,
}

impl<R: Read> Read for Patched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some((at, bytes)) = self.patch {
            for (place, byte) in (at..).zip(bytes) {
                let slot = place.checked_sub(self.position).and_then(|n| usize::try_from(n).ok());
                if let Some(slot) = slot.and_then(|n| buffer[..read].get_mut(n)) {
                    *slot = byte;
                }
            }
        }
        self.position += read as u64;
        Ok(read)
    }
}

const PCM: u16 = 1;
const EXTENSIBLE: u16 = 0xfffe;
/// Where the number of valid bits stands in an extensible format chunk.
const VALID: u64 = 18;

/// Makes every sample as wide as its container; a text says why that can't be done.
pub(super) fn widen<R: Read + Seek>(mut file: R) -> io::Result<Result<Patched<R>, String>> {
    let format = format_chunk(&mut file)?;
    file.rewind()?;
    let mut patched = Patched { inner: file, position: 0, patch: None };
    // What is wrong with a file that has no such chunk, the library says.
    let Some((at, chunk)) = format else { return Ok(Ok(patched)) };
    let half = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let (tag, channels, frame, container) = (half(0), half(2), half(12), half(14));
    let wide = channels.checked_mul(container.div_ceil(8)) != Some(frame);
    if tag == PCM && wide {
        return Ok(Err(format!("{container}-bit samples in frames of {frame} bytes")));
    }
    if tag == EXTENSIBLE && chunk.len() >= 40 {
        let valid = half(18);
        if wide || !matches!(container, 8 | 16 | 24 | 32) || valid > container {
            return Ok(Err(format!("{valid} valid bits in {container}-bit samples")));
        }
        patched.patch = Some((at + VALID, container.to_le_bytes()));
    }
    Ok(Ok(patched))
}

/// The format chunk's content and where it begins, as far as a file has one.
fn format_chunk<R: Read + Seek>(file: &mut R) -> io::Result<Option<(u64, Vec<u8>)>> {
    file.seek(io::SeekFrom::Start(12))?;
    loop {
        let mut head = Vec::new();
        file.by_ref().take(8).read_to_end(&mut head)?;
        let (Some(kind), Some(len)) = (head.get(..4), head.get(4..8)) else { return Ok(None) };
        let len = u32::from_le_bytes([len[0], len[1], len[2], len[3]]);
        match kind {
            b"fmt " => {
                let at = file.stream_position()?;
                let mut chunk = Vec::new();
                file.by_ref().take(len.min(40).into()).read_to_end(&mut chunk)?;
                return Ok((chunk.len() >= 16).then_some((at, chunk)));
            }
            b"data" => return Ok(None),
            _ => file.seek_relative(len.into())?,
        }
    }
}
