//! The host's buses: their buffers, and what they say of speakers.

use dyad_core::Bus;
use vst3::Steinberg::Vst::{
    AudioBusBuffers,
    SpeakerArr::{kEmpty, kMono, kStereo},
    SpeakerArrangement,
};
use vst3::Steinberg::int32;

/// The host's buses as a slice.
///
/// # Safety
/// `buses` is null or points to `count` buses.
pub(crate) unsafe fn buses<'a>(buses: *mut AudioBusBuffers, count: int32) -> &'a mut [AudioBusBuffers] {
    match usize::try_from(count) {
        // SAFETY: the caller's contract.
        Ok(count) if count > 0 && !buses.is_null() => unsafe {
            std::slice::from_raw_parts_mut(buses, count)
        },
        _ => &mut [],
    }
}

/// Gives each channel of the layout its pointer, null where the host has none. Says whether any is
/// another one than before.
///
/// # Safety
/// Each bus's channel array is null or holds as many pointers as the bus says.
pub(crate) unsafe fn borrow(given: &mut [AudioBusBuffers], wanted: &[Bus], lanes: &mut [*mut f32]) -> bool {
    let mut lanes = lanes.iter_mut();
    let mut moved = false;
    for (n, bus) in wanted.iter().enumerate() {
        // SAFETY: the union's 32-bit side; the caller has refused 64-bit samples.
        let (array, count) = given.get(n).map_or((std::ptr::null_mut(), 0), |bus| unsafe {
            (bus.__field0.channelBuffers32, usize::try_from(bus.numChannels).unwrap_or(0))
        });
        for (channel, lane) in lanes.by_ref().take(bus.channels).enumerate() {
            let there = !array.is_null() && channel < count;
            // SAFETY: within the array.
            let pointer = if there { unsafe { *array.add(channel) } } else { std::ptr::null_mut() };
            moved |= !std::ptr::eq(*lane, pointer);
            *lane = pointer;
        }
        if let Some(bus) = given.get_mut(n) {
            bus.silenceFlags = 0;
        }
    }
    moved
}

/// Fills output channels that the plugin does not have, which would keep old sound. After the block,
/// because such a channel may share its buffer with an input; and not where it shares one with an
/// output of ours.
///
/// # Safety
/// As for `borrow`; non-null channels are valid for `frames`.
pub(crate) unsafe fn silence_extra(
    given: &mut [AudioBusBuffers],
    wanted: &[Bus],
    ours: &[*mut f32],
    frames: usize,
) {
    for (n, bus) in given.iter_mut().enumerate() {
        let has = wanted.get(n).map_or(0, |bus| bus.channels);
        // SAFETY: the union's 32-bit side.
        let array = unsafe { bus.__field0.channelBuffers32 };
        if array.is_null() {
            continue;
        }
        for channel in has..usize::try_from(bus.numChannels).unwrap_or(0) {
            // SAFETY: within the array.
            let pointer = unsafe { *array.add(channel) };
            if !pointer.is_null() && !ours.contains(&pointer) {
                // SAFETY: valid for `frames`; bytes, because it may be unaligned.
                unsafe { std::ptr::write_bytes(pointer.cast::<u8>(), 0, frames * size_of::<f32>()) };
            }
        }
    }
}

/// The channel count of a speaker arrangement: one bit for each speaker.
pub(crate) fn channels(arrangement: SpeakerArrangement) -> usize {
    arrangement.count_ones() as usize
}

/// The speaker arrangement of a bus. Mono is the mono speaker, not the left one.
pub(crate) fn arrangement(bus: &Bus) -> SpeakerArrangement {
    match bus.channels {
        0 => kEmpty,
        1 => kMono,
        2 => kStereo,
        // Without a role for each channel: as many speakers, from the first on.
        count => u64::MAX >> (64 - count.min(64)),
    }
}

/// A host's array; `None` for a negative number, or null where the number is above 0.
///
/// # Safety
/// `array` is null or holds `count` arrangements.
pub(crate) unsafe fn list<'a>(
    array: *mut SpeakerArrangement,
    count: int32,
) -> Option<&'a [SpeakerArrangement]> {
    match usize::try_from(count) {
        Ok(0) => Some(&[]),
        // SAFETY: the caller's contract.
        Ok(count) if !array.is_null() => Some(unsafe { std::slice::from_raw_parts(array, count) }),
        _ => None,
    }
}
