//! How late an LV2 plugin's output comes and how long it goes on.
#![allow(unsafe_code)]

use lv2_raw::LV2Handle;

use super::uris;
use crate::info::Tail;

/// LV2 has no word for tails, so plugins made with Dyad tell theirs through this table, which they
/// give out as extension data. `dyad-lv2` has the same table, `dyad-ttl` the same URI
/// (`TAIL_INTERFACE`); neither may change without the other.
#[repr(C)]
#[derive(Clone, Copy)]
struct TailInterface {
    /// The tail in frames as VST3 counts it; all bits set for one that never ends.
    frames: unsafe extern "C" fn(LV2Handle) -> u32,
}

/// The tail of an active plugin.
pub(super) fn tail(instance: &lilv::instance::Instance) -> Tail {
    // SAFETY: asking for extension data is allowed at any time; what comes back under this URI is
    // the table above by Dyad's contract.
    let Some(found) = (unsafe { instance.extension_data::<TailInterface>(uris::TAIL_INTERFACE) }) else {
        return Tail::Unknown;
    };
    // SAFETY: the table lives as long as the library; the handle is the plugin's own, and no `run`
    // is going on.
    match unsafe { (found.as_ref().frames)(instance.handle()) } {
        u32::MAX => Tail::Infinite,
        frames => Tail::Frames(frames),
    }
}

/// The largest whole number up to which a port's float can count.
const MAX_LATENCY: f32 = 16_777_216.0;

/// The latency that a port shows. NaN, less than 0 and more than a float can count to are none: a
/// rendering with one of them is refused, because nobody knows how much to make up for.
pub(super) fn latency(shown: f32) -> Option<u32> {
    (0.0..=MAX_LATENCY).contains(&shown).then(|| shown.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies() {
        for (shown, latency) in [(0.0, 0), (-0.0, 0), (63.6, 64), (MAX_LATENCY, 1 << 24)] {
            assert_eq!(super::latency(shown), Some(latency));
        }
        for shown in [f32::NAN, -1.0, f32::INFINITY, 2.0 * MAX_LATENCY] {
            assert_eq!(latency(shown), None, "{shown}");
        }
    }
}
