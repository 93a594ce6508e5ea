//! The numbers that the host gives to URIs.

use std::ffi::{CStr, CString, c_void};

use crate::sys;

macro_rules! urids {
    ($($(#[$doc:meta])* $field:ident = $uri:expr,)*) => {
        /// The numbers of the URIs in use.
        #[derive(Clone, Copy, Debug)]
        pub struct Urids {
            /// The key of the state document.
            pub state_key: u32,
            $($(#[$doc])* pub $field: u32,)*
        }

        impl Urids {
            /// `None` where the host fails to map any of them.
            pub fn new(map: &Map) -> Option<Self> {
                Some(Self {
                    state_key: map.text(dyad_ttl::STATE_KEY)?,
                    $($field: map.fixed($uri)?,)*
                })
            }
        }
    };
}

urids! {
    sequence = sys::LV2_ATOM__Sequence,
    chunk = sys::LV2_ATOM__Chunk,
    object = sys::LV2_ATOM__Object,
    blank = sys::LV2_ATOM__Blank,
    int = sys::LV2_ATOM__Int,
    long = sys::LV2_ATOM__Long,
    float = sys::LV2_ATOM__Float,
    double = sys::LV2_ATOM__Double,
    string = sys::LV2_ATOM__String,
    path = sys::LV2_ATOM__Path,
    urid = sys::LV2_ATOM__URID,
    base64 = b"http://www.w3.org/2001/XMLSchema#base64Binary\0",
    midi_event = sys::LV2_MIDI__MidiEvent,
    state_changed = sys::LV2_STATE__StateChanged,
    patch_set = sys::LV2_PATCH__Set,
    patch_get = sys::LV2_PATCH__Get,
    patch_put = sys::LV2_PATCH__Put,
    patch_body = sys::LV2_PATCH__body,
    patch_subject = sys::LV2_PATCH__subject,
    patch_property = sys::LV2_PATCH__property,
    patch_value = sys::LV2_PATCH__value,
    time_position = sys::LV2_TIME__Position,
    time_frame = sys::LV2_TIME__frame,
    time_bar = sys::LV2_TIME__bar,
    time_bar_beat = sys::LV2_TIME__barBeat,
    time_beat = sys::LV2_TIME__beat,
    time_speed = sys::LV2_TIME__speed,
    time_beat_unit = sys::LV2_TIME__beatUnit,
    time_beats_per_bar = sys::LV2_TIME__beatsPerBar,
    time_beats_per_minute = sys::LV2_TIME__beatsPerMinute,
}

/// The host's `urid:map`, which lives as long as the instance.
#[derive(Clone, Copy, Debug)]
pub struct Map {
    handle: sys::LV2_URID_Map_Handle,
    function: unsafe extern "C" fn(sys::LV2_URID_Map_Handle, *const std::ffi::c_char) -> u32,
}

impl Map {
    /// `None` where the host has none that works.
    ///
    /// # Safety
    /// `data` is null or the data of `urid:map`.
    pub unsafe fn read(data: *const c_void) -> Option<Self> {
        // SAFETY: the caller's contract.
        let map = unsafe { data.cast::<sys::LV2_URID_Map>().as_ref() }?;
        Some(Self { handle: map.handle, function: map.map? })
    }

    /// The number of a URI. `[main-thread]`
    #[inline(never)]
    fn number(&self, uri: &CStr) -> Option<u32> {
        // SAFETY: the handle goes to its own function, with a string.
        let urid = unsafe { (self.function)(self.handle, uri.as_ptr()) };
        lv2::urid::URID::<()>::new(urid).map(lv2::urid::URID::get)
    }

    /// The number of one of LV2's own URIs, with its 0 at the end.
    #[inline(never)]
    pub fn fixed(&self, uri: &'static [u8]) -> Option<u32> {
        self.number(CStr::from_bytes_until_nul(uri).ok()?)
    }

    /// The number of a URI of ours.
    pub fn text(&self, uri: &str) -> Option<u32> {
        self.number(&CString::new(uri).ok()?)
    }
}
