//! A host's stream as bytes.
//!
//! Streams may start after a header of the host's, return less than asked for, and give an error
//! at the end: so we never seek, and go on until nothing comes.

use vst3::ComRef;
use vst3::Steinberg::{IBStream, IBStreamTrait, int32, kResultOk};

/// States beyond this are refused, in bytes; no plugin's is anywhere near.
const LARGEST: usize = 1 << 30;
/// The most that is asked for or written at a time, in bytes.
const CHUNK: usize = 64 * 1024;
/// What is asked for first; most states are smaller.
const FIRST: usize = 1024;

/// Everything from here to the stream's end; `None` where it is beyond all reason.
///
/// # Safety
/// `stream` is a valid stream.
pub(crate) unsafe fn read_all(stream: ComRef<'_, IBStream>) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let before = all.len();
        let size = before.clamp(FIRST, CHUNK);
        all.resize(before + size, 0);
        let mut got: int32 = 0;
        // SAFETY: `size` bytes are free from `before` on.
        let result = unsafe { stream.read(all[before..].as_mut_ptr().cast(), size as int32, &mut got) };
        let got = usize::try_from(got).unwrap_or(0).min(size);
        all.truncate(before + got);
        if got == 0 || result != kResultOk {
            return Some(all);
        }
        if all.len() > LARGEST {
            return None;
        }
    }
}

/// Writes everything; `false` where the stream takes no more.
///
/// # Safety
/// `stream` is a valid stream.
pub(crate) unsafe fn write_all(stream: ComRef<'_, IBStream>, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let size = bytes.len().min(CHUNK);
        let mut done: int32 = 0;
        // SAFETY: `size` bytes are readable. The interface says `void*` and only reads.
        let result = unsafe { stream.write(bytes.as_ptr().cast_mut().cast(), size as int32, &mut done) };
        let done = usize::try_from(done).unwrap_or(0).min(size);
        if result != kResultOk || done == 0 {
            return false;
        }
        bytes = &bytes[done..];
    }
    true
}
