//! Options of an instance: how long blocks are, and the sample rate. Hosts give them when they make an
//! instance, and may set them anew through `opts:interface`.
//!
//! LV2 counts `get` and `set` among the functions that never run beside any other of the instance.

use std::ffi::c_void;

use dyad_core::Plugin;

use crate::object::Value;
use crate::sys;
use crate::urids::{Map, Urids};
use crate::{features, instance};

/// Frames assumed where the host promises no largest block; longer blocks are cut.
const DEFAULT_MAX_FRAMES: usize = 8192;
/// The largest promise that is believed.
const LARGEST_MAX_FRAMES: usize = 1 << 20;

/// Frames per second that an option can ask for.
const RATES: std::ops::RangeInclusive<f32> = 1.0..=1e7;

/// Something is wrong that has no name.
pub(crate) const UNKNOWN: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_UNKNOWN as u32;
const SUCCESS: u32 = sys::LV2_Options_Status_LV2_OPTIONS_SUCCESS as u32;
const BAD_SUBJECT: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_SUBJECT as u32;
const BAD_KEY: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_KEY as u32;
const BAD_VALUE: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_VALUE as u32;

/// The options that are known, with the values that hosts read back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    keys: Keys,
    max_block: i32,
    nominal_block: i32,
    sample_rate: f32,
}

#[derive(Clone, Copy, Debug)]
struct Keys {
    max_block: u32,
    nominal_block: u32,
    sample_rate: u32,
}

impl Options {
    /// What is assumed where the host says nothing. `None` where it maps no URIs. `[main-thread]`
    pub(crate) fn new(map: &Map) -> Option<Self> {
        let keys = Keys {
            max_block: map.fixed(sys::LV2_BUF_SIZE__maxBlockLength)?,
            nominal_block: map.fixed(sys::LV2_BUF_SIZE__nominalBlockLength)?,
            sample_rate: map.fixed(sys::LV2_PARAMETERS__sampleRate)?,
        };
        Some(Self { keys, max_block: DEFAULT_MAX_FRAMES as i32, nominal_block: 0, sample_rate: 0.0 })
    }

    /// The most frames of a piece. A nominal length is no promise, but longer blocks are to be expected then.
    pub(crate) fn max_frames(&self) -> usize {
        let longest = self.max_block.max(self.nominal_block);
        usize::try_from(longest).map_or(1, |longest| longest.clamp(1, LARGEST_MAX_FRAMES))
    }

    /// Takes an option of the instance; see `set` for what is answered.
    pub(crate) fn take(&mut self, key: u32, value: &Value<'_>, urids: &Urids) -> u32 {
        let positive = || value.number(urids).filter(|number| *number > 0.0);
        let frames = || positive().map(|frames| frames.min(f64::from(i32::MAX)) as i32);
        let (place, frames) = if key == self.keys.max_block {
            (&mut self.max_block, frames())
        } else if key == self.keys.nominal_block {
            (&mut self.nominal_block, frames())
        } else if key == self.keys.sample_rate {
            // As it is kept, and not beyond what any machine can do.
            let rate = positive().map(|rate| rate as f32).filter(|rate| RATES.contains(rate));
            let Some(rate) = rate else { return BAD_VALUE };
            self.sample_rate = rate;
            return SUCCESS;
        } else {
            return BAD_KEY;
        };
        let Some(frames) = frames else { return BAD_VALUE };
        *place = frames;
        SUCCESS
    }

    /// The rate that the host makes the instance with counts more than an option.
    pub(crate) fn with_rate(self, rate: f64) -> Self {
        Self { sample_rate: rate as f32, ..self }
    }

    /// Frames per second.
    pub(crate) fn rate(&self) -> f32 {
        self.sample_rate
    }

    /// Where an option's value lies, and of which type it is.
    fn value(&self, key: u32, urids: &Urids) -> Option<(u32, *const c_void)> {
        Some(if key == self.keys.max_block {
            (urids.int, (&raw const self.max_block).cast())
        } else if key == self.keys.nominal_block {
            (urids.int, (&raw const self.nominal_block).cast())
        } else if key == self.keys.sample_rate {
            (urids.float, (&raw const self.sample_rate).cast())
        } else {
            return None;
        })
    }

    /// Answers what a host asks for; the values lie in `self`.
    ///
    /// # Safety
    /// `options` is null or an array of options that ends with one of key 0, and may be written.
    pub(crate) unsafe fn answer(&self, options: *mut sys::LV2_Options_Option, urids: &Urids) -> u32 {
        let mut status = SUCCESS;
        let mut at = options;
        // SAFETY: null, or within the array.
        while let Some(option) = unsafe { at.as_mut() }.filter(|option| option.key != 0) {
            let known = self.value(option.key, urids).filter(|_| is_instance(option));
            let (kind, value) = known.unwrap_or((0, std::ptr::null()));
            // All three have four bytes.
            (option.size, option.type_, option.value) = (if kind == 0 { 0 } else { 4 }, kind, value);
            status |= match kind {
                0 if is_instance(option) => BAD_KEY,
                0 => BAD_SUBJECT,
                _ => SUCCESS,
            };
            // SAFETY: the end was not reached yet.
            at = unsafe { at.add(1) };
        }
        status
    }

    /// Takes what a host sets, and says what could not be taken.
    ///
    /// # Safety
    /// `options` is null or an array of options that ends with one of key 0, each with as many bytes as its
    /// size says.
    pub(crate) unsafe fn set(&mut self, options: *const sys::LV2_Options_Option, urids: &Urids) -> u32 {
        let mut status = SUCCESS;
        let mut at = options;
        // SAFETY: null, or within the array.
        while let Some(option) = unsafe { at.as_ref() }.filter(|option| option.key != 0) {
            status |= if !is_instance(option) {
                BAD_SUBJECT
            } else if option.value.is_null() || option.size > 8 {
                // No number is longer.
                let known = self.value(option.key, urids).is_some();
                if known { BAD_VALUE } else { BAD_KEY }
            } else {
                // SAFETY: the value has as many bytes; bytes need no alignment.
                let body =
                    unsafe { std::slice::from_raw_parts(option.value.cast::<u8>(), option.size as usize) };
                self.take(option.key, &Value { kind: option.type_, body }, urids)
            };
            // SAFETY: the end was not reached yet.
            at = unsafe { at.add(1) };
        }
        status
    }

    /// The options that a host gives with the instance. What can't be taken is as if it was not there: hosts
    /// give many that nobody here has a use for.
    ///
    /// # Safety
    /// As for [`Features::read`](features::Features::read).
    pub(crate) unsafe fn read(
        features: *const *const sys::LV2_Feature,
        map: &Map,
        urids: &Urids,
    ) -> Option<Self> {
        let mut options = Self::new(map)?;
        // SAFETY: the caller's contract; the data of opts:options is such an array.
        unsafe { options.set(features::find(features, sys::LV2_OPTIONS__options).cast(), urids) };
        Some(options)
    }
}

/// Whether an option is about the instance, and not about a port or resource.
fn is_instance(option: &sys::LV2_Options_Option) -> bool {
    option.context == sys::LV2_Options_Context_LV2_OPTIONS_INSTANCE
}

/// The interface as `extension_data` gives it.
pub(crate) fn interface<P: Plugin>() -> &'static sys::LV2_Options_Interface {
    const { &sys::LV2_Options_Interface { get: Some(get::<P>), set: Some(set::<P>) } }
}

unsafe extern "C" fn get<P: Plugin>(handle: sys::LV2_Handle, options: *mut sys::LV2_Options_Option) -> u32 {
    instance::with_options::<P>(handle, |all, urids| {
        // SAFETY: the host's array, as LV2 has it.
        unsafe { all.answer(options, urids) }
    })
}

unsafe extern "C" fn set<P: Plugin>(
    handle: sys::LV2_Handle,
    options: *const sys::LV2_Options_Option,
) -> u32 {
    instance::with_options::<P>(handle, |all, urids| {
        // SAFETY: as above.
        unsafe { all.set(options, urids) }
    })
}
