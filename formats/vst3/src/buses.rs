//! The host's buses: their buffers, and what they say of speakers.

use dyad_core::Bus;
use vst3::Steinberg::Vst::{
    AudioBusBuffers,
    SpeakerArr::{kEmpty, kMono, kStereo},
    SpeakerArrangement,
};
use vst3::Steinberg::int32;

/// The host's buses of one direction. Read through raw pointers: a host may pass the same array for
/// inputs and outputs.
#[derive(Clone, Copy)]
pub(crate) struct HostBuses {
    first: *mut AudioBusBuffers,
    count: usize,
}

impl HostBuses {
    /// # Safety
    /// `first` is null or points to `count` buses, each of whose channel arrays is null or holds as
    /// many pointers as the bus says.
    pub(crate) unsafe fn new(first: *mut AudioBusBuffers, count: int32) -> Self {
        let count = if first.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) };
        Self { first, count }
    }

    /// The channel array of a bus and its length.
    fn channels_of(self, bus: usize) -> (*mut *mut f32, usize) {
        if bus >= self.count {
            return (std::ptr::null_mut(), 0);
        }
        // SAFETY: `new`'s contract, and the bus is one of them. The union's 32-bit side: the caller
        // has refused 64-bit samples.
        unsafe {
            let bus = self.first.add(bus);
            let array = (&raw const (*bus).__field0.channelBuffers32).read();
            let count = (&raw const (*bus).numChannels).read();
            (array, if array.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) })
        }
    }

    /// Says for every bus that none of its channels is known to be silent.
    pub(crate) fn clear_silence_flags(self) {
        for bus in 0..self.count {
            // SAFETY: `new`'s contract.
            unsafe { (&raw mut (*self.first.add(bus)).silenceFlags).write(0) };
        }
    }

    /// Gives each channel of the layout its pointer, null where the host has none. Says whether any
    /// is another one than before.
    pub(crate) fn borrow(self, wanted: &[Bus], lanes: &mut [*mut f32]) -> bool {
        let mut lanes = lanes.iter_mut();
        let mut moved = false;
        for (n, bus) in wanted.iter().enumerate() {
            let (array, count) = self.channels_of(n);
            for (channel, lane) in lanes.by_ref().take(bus.channels).enumerate() {
                let mut pointer = std::ptr::null_mut();
                if channel < count {
                    // SAFETY: within the array.
                    pointer = unsafe { *array.add(channel) };
                }
                moved |= !std::ptr::eq(*lane, pointer);
                *lane = pointer;
            }
        }
        moved
    }

    /// Fills channels that the plugin does not have, which would keep old sound. After the block,
    /// because such a channel may share its buffer with an input; and not where it shares one with an
    /// output of ours.
    ///
    /// # Safety
    /// Non-null channels are valid for `frames`.
    pub(crate) unsafe fn silence_extra(self, wanted: &[Bus], ours: &[*mut f32], frames: usize) {
        for n in 0..self.count {
            let has = wanted.get(n).map_or(0, |bus| bus.channels);
            let (array, count) = self.channels_of(n);
            for channel in has..count {
                // SAFETY: within the array.
                let pointer = unsafe { *array.add(channel) };
                if !pointer.is_null() && !ours.contains(&pointer) {
                    // SAFETY: valid for `frames`; bytes, because it may be unaligned.
                    unsafe { std::ptr::write_bytes(pointer.cast::<u8>(), 0, frames * size_of::<f32>()) };
                }
            }
        }
    }
}

/// Whether a host's arrangements fit the buses of a layout. An auxiliary bus that the host does not
/// connect may be empty (Ardour): it then comes without buffers, which is silence.
pub(crate) fn fits(given: &[SpeakerArrangement], wanted: &[Bus]) -> bool {
    let fit = |(given, bus): (&SpeakerArrangement, &Bus)| {
        channels(*given) == bus.channels || (!bus.main && *given == kEmpty)
    };
    given.len() == wanted.len() && given.iter().zip(wanted).all(fit)
}

/// The channel count of a speaker arrangement: one bit for each speaker.
fn channels(arrangement: SpeakerArrangement) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidechain_may_stay_empty_and_a_main_bus_may_not() {
        let wanted = [Bus::main_input(1), Bus::sidechain(1)];
        assert!(fits(&[kMono, kMono], &wanted));
        assert!(fits(&[kMono, kEmpty], &wanted), "not connected");
        assert!(!fits(&[kEmpty, kMono], &wanted));
        assert!(!fits(&[kStereo, kEmpty], &wanted));
        assert!(!fits(&[kMono], &wanted), "the host leaves no bus out");
    }
}
