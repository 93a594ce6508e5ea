//! What the host says of where the instance is: its track, and how late its sound is heard. And that hosts may
//! process ahead of time.

use std::sync::atomic::Ordering;

use dyad_core::Track;
use dyad_core::guard::guard;
use vst3::ComRef;
use vst3::Steinberg::Vst::BusDirections_::kOutput;
use vst3::Steinberg::Vst::ChannelContext::{IInfoListenerTrait, kChannelColorKey, kChannelNameKey};
use vst3::Steinberg::Vst::ePrefetchableSupport_::kIsYetPrefetchable;
use vst3::Steinberg::Vst::{
    BusDirection, IAttributeList, IAttributeListTrait, IAudioPresentationLatencyTrait,
    IPrefetchableSupportTrait, PrefetchableSupport, String128,
};
use vst3::Steinberg::{int32, kInvalidArgument, kResultOk, tresult, uint32};

use crate::component::Component;
use crate::text::read_utf16;

impl IInfoListenerTrait for Component {
    unsafe fn setChannelContextInfos(&self, list: *mut IAttributeList) -> tresult {
        self.in_controller("setChannelContextInfos", || {
            // SAFETY: null or a valid list.
            let Some(list) = (unsafe { ComRef::from_raw(list) }) else { return kInvalidArgument };
            let mut text: String128 = [0; 128];
            let size = size_of::<String128>() as u32;
            // SAFETY: a valid list, a key, and a place of this size.
            let named = unsafe { list.getString(kChannelNameKey, text.as_mut_ptr(), size) } == kResultOk;
            // Whatever the host has left there, it ends.
            text[127] = 0;
            // SAFETY: text that ends with 0.
            let name = if named { unsafe { read_utf16(text.as_ptr()) } } else { None };
            let mut color = 0;
            // SAFETY: as above, with a place for a number.
            let colored = unsafe { list.getInt(kChannelColorKey, &mut color) } == kResultOk;
            // Steinberg's ColorSpec: opacity, red, green, blue from the highest byte on.
            let [alpha, red, green, blue] = (color as u32).to_be_bytes();
            self.half.set_track(&Track::new(name, colored.then_some([red, green, blue, alpha])));
            kResultOk
        })
    }
}

impl IAudioPresentationLatencyTrait for Component {
    unsafe fn setAudioPresentationLatencySamples(
        &self,
        direction: BusDirection,
        bus: int32,
        frames: uint32,
    ) -> tresult {
        guard("setAudioPresentationLatencySamples", kInvalidArgument, || {
            let buses = Self::buses(&self.layout(), direction);
            let known = buses.zip(usize::try_from(bus).ok()).is_some_and(|(all, bus)| bus < all.len());
            if !known {
                return kInvalidArgument;
            }
            // What is heard is the main output.
            if direction == kOutput as BusDirection && bus == 0 {
                // Relaxed: a number by itself.
                self.shared.presentation.store(frames, Ordering::Relaxed);
            }
            kResultOk
        })
    }
}

impl IPrefetchableSupportTrait for Component {
    unsafe fn getPrefetchableSupport(&self, answer: *mut PrefetchableSupport) -> tresult {
        // SAFETY: null, or a place for the answer.
        let Some(answer) = (unsafe { answer.as_mut() }) else { return kInvalidArgument };
        // The mode comes with each block, and plugins see it.
        *answer = kIsYetPrefetchable as PrefetchableSupport;
        kResultOk
    }
}
