//! Eight bands that keep their analogue shapes up to 20 kHz, without latency.
//!
//! | module | holds |
//! |---|---|
//! | [`settings`] | what a band is set to |
//! | [`analogue`] | the filter that it stands for, which editors draw too |
//! | `warp`, `design` | from that to the coefficients of digital sections |
//! | `section`, `band`, `sound` | the sound |

#![forbid(unsafe_code)]

pub mod analogue;
mod band;
mod complex;
mod design;
mod params;
mod section;
pub mod settings;
mod sound;
#[cfg(test)]
mod tests;
mod warp;

pub use params::{Analysed, BANDS, EqualiserParams};
pub use sound::Sound;

use dyad::prelude::*;

/// The plugin.
#[derive(Default)]
pub struct Equaliser;

impl Plugin for Equaliser {
    type Params = EqualiserParams;
    type Processor = Sound;

    const INFO: Info = Info {
        id: "urn:dyad:equaliser",
        name: "Dyad Equaliser",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Eight bands that keep their analogue shapes up to 20 kHz, without latency.",
        category: Category::Equaliser,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, Layout::MONO];
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const DOUBLE: bool = true;
    const TASKS: bool = true;
    const MESSAGES: usize = 8 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> Sound {
        Sound::new(run)
    }
}

dyad::export!(Equaliser);
