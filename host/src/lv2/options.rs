//! `options:options`: block lengths, sequence size and sample rate.

use std::ffi::c_void;

use lv2_sys::{LV2_Options_Context_LV2_OPTIONS_INSTANCE, LV2_Options_Option};

use super::atoms::CAPACITY;
use super::urid::Urids;
use super::uris;
use crate::child::Arguments;

/// The options this host gives, for plugins that require some.
pub(super) const OFFERED: [&str; 5] = [
    uris::MIN_BLOCK_LENGTH,
    uris::MAX_BLOCK_LENGTH,
    uris::NOMINAL_BLOCK_LENGTH,
    uris::SEQUENCE_SIZE,
    uris::PARAM_SAMPLE_RATE,
];

/// The list and the values it points to.
pub(super) struct Options {
    _numbers: Box<[i32; 4]>,
    _rate: Box<f32>,
    list: Box<[LV2_Options_Option]>,
}

impl Options {
    pub(super) fn new(urids: &Urids, arguments: &Arguments) -> Self {
        let block = i32::try_from(arguments.max_block).unwrap_or(i32::MAX);
        let sequence = i32::try_from(CAPACITY).unwrap_or(i32::MAX);
        // Blocks are split at parameter changes, so any length down to one frame may come.
        let numbers = Box::new([1, block, block, sequence]);
        let rate = Box::new(arguments.rate as f32);
        let (int, float) = (urids.map(uris::INT), urids.map(uris::FLOAT));
        let option = |key: u32, kind: u32, value: *const c_void| LV2_Options_Option {
            context: LV2_Options_Context_LV2_OPTIONS_INSTANCE,
            subject: 0,
            key,
            size: 4,
            type_: kind,
            value,
        };
        let mut list: Vec<_> = OFFERED
            .iter()
            .zip(numbers.iter())
            .map(|(key, value)| option(urids.map(key), int, std::ptr::from_ref(value).cast()))
            .collect();
        let rate_key = urids.map(uris::PARAM_SAMPLE_RATE);
        list.push(option(rate_key, float, std::ptr::from_ref(&*rate).cast()));
        list.push(LV2_Options_Option { size: 0, ..option(0, 0, std::ptr::null()) });
        Self { _numbers: numbers, _rate: rate, list: list.into() }
    }

    pub(super) fn as_ptr(&self) -> *mut c_void {
        self.list.as_ptr().cast_mut().cast()
    }
}
