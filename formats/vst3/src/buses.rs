//! The host's buses: their buffers, and what it knows of their silence.

use std::ffi::c_void;

use dyad_core::Bus;
use dyad_core::audio::SilenceMask;
use vst3::Steinberg::Vst::AudioBusBuffers;
use vst3::Steinberg::int32;

use crate::speakers;

/// The host's buses of one direction. Read through raw pointers: a host may pass the same array for
/// inputs and outputs.
#[derive(Clone, Copy)]
pub(crate) struct HostBuses {
    first: *mut AudioBusBuffers,
    count: usize,
}

/// A channel's samples, of whatever type the run has.
pub(crate) type Samples = *mut c_void;

impl HostBuses {
    /// # Safety
    /// `first` is null or points to `count` buses, each of whose channel arrays is null or holds as
    /// many pointers as the bus says.
    pub(crate) unsafe fn new(first: *mut AudioBusBuffers, count: int32) -> Self {
        let count = if first.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) };
        Self { first, count }
    }

    /// The channel array of a bus, its length, and which channels are silent by the host's word.
    fn channels_of(self, bus: usize) -> (*mut Samples, usize, u64) {
        if bus >= self.count {
            return (std::ptr::null_mut(), 0, 0);
        }
        // SAFETY: `new`'s contract, and the bus is one of them. Both sides of the union are a pointer to
        // pointers.
        unsafe {
            let bus = self.first.add(bus);
            let array: *mut Samples = (&raw const (*bus).__field0.channelBuffers32).read().cast();
            let count = (&raw const (*bus).numChannels).read();
            let silent = (&raw const (*bus).silenceFlags).read();
            (array, if array.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) }, silent)
        }
    }

    /// Says for every bus that none of its channels is known to be silent.
    pub(crate) fn clear_silence_flags(self) {
        for bus in 0..self.count {
            self.set_silence_flags(bus, 0);
        }
    }

    fn set_silence_flags(self, bus: usize, flags: u64) {
        // SAFETY: `new`'s contract; all callers ask for one of the buses.
        unsafe { (&raw mut (*self.first.add(bus)).silenceFlags).write(flags) };
    }
}

/// The channels of the layout in one direction, bus after bus, and where the host has them.
#[derive(Debug)]
pub(crate) struct Lanes {
    buses: &'static [Bus],
    /// The host's channel within the bus, for each of ours.
    places: Box<[u16]>,
    pointers: Box<[Samples]>,
}

impl Lanes {
    /// Without any buffers yet. `[main-thread]`
    pub(crate) fn new(buses: &'static [Bus]) -> Self {
        let mut places = Vec::with_capacity(buses.iter().map(|bus| bus.channels).sum());
        for bus in buses {
            speakers::places(bus, &mut places);
        }
        let pointers = vec![std::ptr::null_mut(); places.len()].into();
        Self { buses, places: places.into(), pointers }
    }

    /// The pointers as samples of a type.
    pub(crate) fn inputs<S>(&self) -> &[*const S] {
        // SAFETY: thin pointers are all alike.
        unsafe { std::slice::from_raw_parts(self.pointers.as_ptr().cast(), self.pointers.len()) }
    }

    /// As [`Lanes::inputs`].
    pub(crate) fn outputs<S>(&self) -> &[*mut S] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(self.pointers.as_ptr().cast(), self.pointers.len()) }
    }

    /// Takes each channel's pointer, null where the host has none. Says whether any is another one than
    /// before, and which channels are silent by the host's word, or not there at all. `[audio-thread]`
    #[inline]
    pub(crate) fn borrow(&mut self, host: HostBuses) -> (bool, SilenceMask) {
        let mut lanes = self.pointers.iter_mut().zip(&self.places).enumerate();
        let (mut moved, mut silent) = (false, 0);
        for (n, bus) in self.buses.iter().enumerate() {
            let (array, count, flags) = host.channels_of(n);
            for (at, (lane, place)) in lanes.by_ref().take(bus.channels) {
                let place = usize::from(*place);
                let mut pointer = std::ptr::null_mut();
                if place < count {
                    // SAFETY: within the array.
                    pointer = unsafe { *array.add(place) };
                }
                moved |= !std::ptr::eq(*lane, pointer);
                *lane = pointer;
                if pointer.is_null() || bit(flags, place) {
                    silent |= SilenceMask::from(at < 64) << (at & 63);
                }
            }
        }
        (moved, silent)
    }

    /// After a block of `bytes` for each channel: tells the host which of its channels are silent by our
    /// word, and fills those that the plugin does not have, which would keep old sound. After the
    /// block, because such a channel may share its buffer with an input; and not where it shares one
    /// with an output of ours. `[audio-thread]`
    ///
    /// # Safety
    /// Non-null channels are valid for `bytes`.
    pub(crate) unsafe fn give_back(&self, host: HostBuses, silent: SilenceMask, bytes: usize) {
        let mut lanes = self.places.iter().enumerate();
        for n in 0..host.count {
            let has = self.buses.get(n).map_or(0, |bus| bus.channels);
            let mut flags = 0;
            for (at, place) in lanes.by_ref().take(has) {
                if at < 64 && bit(silent, at) && *place < 64 {
                    flags |= 1 << *place;
                }
            }
            let (array, count, _) = host.channels_of(n);
            for channel in has..count {
                // SAFETY: within the array.
                let pointer = unsafe { *array.add(channel) };
                if !pointer.is_null() && !self.pointers.contains(&pointer) {
                    // SAFETY: valid for so many bytes; bytes, because it may be unaligned.
                    unsafe { std::ptr::write_bytes(pointer.cast::<u8>(), 0, bytes) };
                    flags |= u64::from(channel < 64) << (channel & 63);
                }
            }
            host.set_silence_flags(n, flags);
        }
    }
}

fn bit(mask: u64, n: usize) -> bool {
    n < 64 && mask >> n & 1 == 1
}
