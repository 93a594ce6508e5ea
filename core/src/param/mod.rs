//! Parameters: what the host may set and what the plugin shows.
//!
//! Three stories, to see which value is where:
//!
//! - **A knob is turned** in the host's window. The host hands the new value to the adaptor: as a
//!   changed control port in LV2, as a point in a parameter queue in VST3. The audio cycle puts it
//!   into the [`Params`] struct at its frame; `process` sees it there, rounded to `f32` once.
//! - **Automation** is the same, with many points in a block. The cycle cuts the block at each.
//! - **A session is loaded.** VST3: the adaptor decodes the state and leaves the values in the
//!   [`Store`](crate::store::Store), and the cycle takes them at the start of the next block. LV2:
//!   the host sets the ports, and nothing else happens.

mod field;
mod info;
mod meter;
pub mod number;
mod property;
mod range;
mod smooth;
#[cfg(test)]
mod tests;
mod text;
mod unit;

pub use dyad_derive::{Choice, Params};
pub use field::{Bool, Choice, Field, Float, Int, Settable, Trigger, Variants};
pub use info::{Group, ParamInfo, Plain, Role, ValueKind, Variant};
pub use meter::{GainReductionMeter, Output, PeakMeter, RmsMeter, TruePeakMeter};
pub(crate) use meter::{Largest, Squares};
pub use property::{Properties, Property, PropertyError, PropertyKind};
pub use range::Range;
pub use smooth::{Ramp, Smooth, Smoother};
pub use unit::Unit;

/// All parameters of a plugin, as the sound side sees them; made by `#[derive(Params)]`.
///
/// `index` counts the fields in the order in which the struct declares them. That order means
/// nothing outside: permanent positions come from `ports.lock`.
///
/// A field marked `#[group]` is a struct of parameters itself, or an array of such structs. Its ids
/// get the field's name as a prefix: `cutoff` in a field `filter` is `filter_cutoff`, `freq` in the
/// second element of an array `osc` is `osc_2_freq`.
pub trait Params: Send + Sized + 'static {
    /// How many parameters and meters there are, groups included.
    const COUNT: usize;
    /// The description of each field. `[main-thread]`
    fn describe() -> Vec<ParamInfo>;
    /// All fields at their defaults. `[main-thread]`
    fn create(infos: &[ParamInfo]) -> Self;
    /// Fits smoothing to the sample rate in Hz. `[main-thread & !active]`
    fn prepare(&mut self, sample_rate: f64);
    /// Takes a new plain value, already within its range. `[audio-thread]`
    fn set(&mut self, index: usize, plain: f32);
    /// Ends all smoothing. `[audio-thread]`
    fn snap(&mut self);
    /// Closes a block for a meter and gives the value to show. `[audio-thread]`
    fn finish(&mut self, index: usize, frames: usize) -> f32;
}

/// For plugins without parameters.
impl Params for () {
    const COUNT: usize = 0;

    fn describe() -> Vec<ParamInfo> {
        Vec::new()
    }
    fn create(_infos: &[ParamInfo]) -> Self {}
    fn prepare(&mut self, _sample_rate: f64) {}
    fn set(&mut self, _index: usize, _plain: f32) {}
    fn snap(&mut self) {}
    fn finish(&mut self, _index: usize, _frames: usize) -> f32 {
        0.0
    }
}
