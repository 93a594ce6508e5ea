//! The options that a host gives to an editor.

use dyad_editor_abi::Colors;
use dyad_lv2::features::find;
use dyad_lv2::object::Value;
use dyad_lv2::sys;
use dyad_lv2::urids::{Map, Urids};

/// What of them an editor has a use for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// Physical pixels for each logical one.
    pub(crate) scale: Option<f64>,
    /// Pictures for each second.
    pub(crate) rate: Option<f32>,
    pub(crate) colors: Colors,
    /// The title of a window of its own.
    pub(crate) title: Option<String>,
}

/// More of a title is not shown.
const LONGEST_TITLE: usize = 256;

impl Options {
    /// Reads them; none without `urid:map`.
    ///
    /// # Safety
    /// `features` is null or a null-terminated array of features; the data of `opts:options` is an array
    /// of options that ends with one of key 0, each with as many bytes as its size says.
    pub(crate) unsafe fn read(
        features: *const *const sys::LV2_Feature,
        map: Option<&(Map, Urids)>,
    ) -> Self {
        let mut options = Self::default();
        let Some((map, urids)) = map else { return options };
        let keys = [
            sys::LV2_UI__scaleFactor.as_slice(),
            sys::LV2_UI__updateRate,
            sys::LV2_UI__backgroundColor,
            sys::LV2_UI__foregroundColor,
            sys::LV2_UI__windowTitle,
        ];
        let keys = keys.map(|key| map.fixed(key).unwrap_or(0));
        // SAFETY: the caller's contract.
        let mut at = unsafe { find(features, sys::LV2_OPTIONS__options) }.cast::<sys::LV2_Options_Option>();
        // SAFETY: null, or within the array.
        while let Some(option) = unsafe { at.as_ref() }.filter(|option| option.key != 0) {
            if let Some(key) = keys.iter().position(|key| *key == option.key)
                && !option.value.is_null()
            {
                let len = (option.size as usize).min(LONGEST_TITLE);
                // SAFETY: the value has as many bytes; bytes need no alignment.
                let body = unsafe { std::slice::from_raw_parts(option.value.cast::<u8>(), len) };
                options.take(key, &Value { kind: option.type_, body }, urids);
            }
            // SAFETY: the end was not reached yet.
            at = unsafe { at.add(1) };
        }
        options
    }

    /// Takes the option with this position in the list above.
    fn take(&mut self, key: usize, value: &Value<'_>, urids: &Urids) {
        // Hosts differ in whether a colour has a sign.
        let color = || value.whole(urids).map_or(0, |color| color as u32);
        let positive = || value.number(urids).filter(|number| *number > 0.0);
        match key {
            0 => self.scale = positive(),
            1 => self.rate = positive().map(|rate| rate as f32),
            2 => self.colors.background = color(),
            3 => self.colors.foreground = color(),
            _ if value.kind == urids.string => {
                let text = value.body.split(|byte| *byte == 0).next().unwrap_or_default();
                self.title =
                    Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }
}
