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
    #[inline]
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
    #[inline]
    pub(crate) fn clear_silence_flags(self) {
        for bus in 0..self.count {
            self.set_silence_flags(bus, 0);
        }
    }

    #[inline]
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
    /// Every channel is where it is with us.
    straight: bool,
}

impl Lanes {
    /// Without any buffers yet. `[main-thread]`
    pub(crate) fn new(buses: &'static [Bus]) -> Self {
        let mut places = Vec::with_capacity(buses.iter().map(|bus| bus.channels).sum());
        let mut straight = true;
        for bus in buses {
            let first = places.len();
            speakers::places(bus, &mut places);
            straight &= places[first..].iter().enumerate().all(|(at, place)| at == usize::from(*place));
        }
        let pointers = vec![std::ptr::null_mut(); places.len()].into();
        Self { buses, places: places.into(), pointers, straight }
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

    /// Takes each channel's pointer, null where the host has none. Says whether any may be another one
    /// than before, and which channels are silent by the host's word, or not there at all. `[audio-thread]`
    #[inline]
    pub(crate) fn borrow(&mut self, host: HostBuses) -> (bool, SilenceMask) {
        let mut left = &mut *self.pointers;
        let (mut moved, mut plain) = (false, self.straight);
        for (n, bus) in self.buses.iter().enumerate() {
            let (array, count, flags) = host.channels_of(n);
            let Some((lanes, rest)) = left.split_at_mut_checked(bus.channels) else { break };
            left = rest;
            plain &= count >= lanes.len() && flags == 0;
            if plain {
                for (at, lane) in lanes.iter_mut().enumerate() {
                    // SAFETY: within the array.
                    let pointer = unsafe { *array.add(at) };
                    moved |= !std::ptr::eq(*lane, pointer);
                    plain &= !pointer.is_null();
                    *lane = pointer;
                }
            }
        }
        if plain { (moved, 0) } else { (true, self.borrow_any(host)) }
    }

    /// The same for whatever a host may have: channels in another order, missing ones, silent ones.
    fn borrow_any(&mut self, host: HostBuses) -> SilenceMask {
        let mut lanes = self.pointers.iter_mut().zip(&self.places).enumerate();
        let mut silent = 0;
        for (n, bus) in self.buses.iter().enumerate() {
            let (array, count, flags) = host.channels_of(n);
            for (at, (lane, place)) in lanes.by_ref().take(bus.channels) {
                let place = usize::from(*place);
                *lane = std::ptr::null_mut();
                if place < count {
                    // SAFETY: within the array.
                    *lane = unsafe { *array.add(place) };
                }
                if lane.is_null() || bit(flags, place) {
                    silent |= SilenceMask::from(at < 64) << (at & 63);
                }
            }
        }
        silent
    }

    /// After a block of `bytes` for each channel: tells the host which of its channels are silent by our
    /// word, and fills those that the plugin does not have, which would keep old sound. After the
    /// block, because such a channel may share its buffer with an input; and not where it shares one
    /// with an output of ours. The flags have been cleared before. `[audio-thread]`
    ///
    /// # Safety
    /// Non-null channels are valid for `bytes`.
    #[inline]
    pub(crate) unsafe fn give_back(&self, host: HostBuses, silent: SilenceMask, bytes: usize) {
        let mut first = 0;
        for n in 0..host.count {
            let has = self.buses.get(n).map_or(0, |bus| bus.channels);
            let (array, count, _) = host.channels_of(n);
            // All flags are clear already.
            if silent != 0 || count > has {
                let mut flags = 0;
                for (at, place) in self.places.iter().enumerate().skip(first).take(has) {
                    flags |= u64::from(bit(silent, at) && *place < 64) << (*place & 63);
                }
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
            first += has;
        }
    }
}

fn bit(mask: u64, n: usize) -> bool {
    n < 64 && mask >> n & 1 == 1
}
