//! The field types of a parameter struct: what the sound side sees of each parameter.

use std::marker::PhantomData;

use super::info::{ParamInfo, Plain, Role, ValueKind, Variant};
use super::smooth::{Ramp, Smoother};

/// A field of a `#[derive(Params)]` struct. Implemented by the types of this module and by the
/// meters; the derive macro calls it.
pub trait Field: Send + 'static {
    /// The description before the attribute's keys are applied. `[main-thread]`
    fn describe(id: &'static str) -> ParamInfo;
    /// The field at its default. `[main-thread]`
    fn create(info: &ParamInfo) -> Self;
    /// Fits smoothing to the sample rate in Hz. `[main-thread & !active]`
    fn prepare(&mut self, sample_rate: f64);
    /// Takes a new plain value, already within the range. `[audio-thread]`
    fn set(&mut self, plain: f32);
    /// Ends all smoothing. `[audio-thread]`
    fn snap(&mut self);
    /// For meters: closes a block of this many frames and gives the value to show. `[audio-thread]`
    fn finish(&mut self, _frames: usize) -> f32 {
        0.0
    }
}

/// A field that the plugin itself can set, with [`Context::set`](crate::Context::set).
pub trait Settable: Field {
    /// Its position among the fields of the author's struct.
    fn index(&self) -> usize;
}

macro_rules! settable {
    ($($(#[$generic:ident])? $type:ty),+) => {$(
        impl $(<$generic: Variants>)? Settable for $type {
            #[inline]
            fn index(&self) -> usize {
                self.field as usize
            }
        }
    )+};
}
settable!(Float, Int, Bool, #[E] Choice<E>);

/// A continuous parameter.
#[derive(Clone, Debug)]
pub struct Float {
    field: u32,
    value: f32,
    smoother: Smoother,
}

impl Float {
    /// The plain value, not smoothed. `[audio-thread]`
    #[must_use]
    pub fn value(&self) -> f32 {
        self.value
    }

    /// The smoothed values of the next `frames` frames. Call it once for each piece, with the
    /// piece's length: smoothing moves on by as many frames. `[audio-thread]`
    #[inline]
    pub fn advance(&mut self, frames: usize) -> Ramp {
        self.smoother.advance(frames)
    }
}

impl Field for Float {
    fn describe(id: &'static str) -> ParamInfo {
        ParamInfo::new(id, ValueKind::Float)
    }

    fn create(info: &ParamInfo) -> Self {
        let value = info.default as f32;
        let silence = info.silent_at_min.then_some(info.range.min() as f32);
        Self { field: info.index as u32, value, smoother: Smoother::new(info.smooth, silence, value) }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.smoother.prepare(sample_rate);
    }

    fn set(&mut self, plain: f32) {
        self.value = plain;
        self.smoother.set(plain);
    }

    fn snap(&mut self) {
        self.smoother.snap();
    }
}

/// A whole number.
#[derive(Clone, Debug)]
pub struct Int {
    field: u32,
    value: i32,
}

impl Int {
    /// The value. `[audio-thread]`
    #[must_use]
    pub fn value(&self) -> i32 {
        self.value
    }
}

impl Field for Int {
    fn describe(id: &'static str) -> ParamInfo {
        ParamInfo::new(id, ValueKind::Int)
    }

    fn create(info: &ParamInfo) -> Self {
        Self { field: info.index as u32, value: info.default.round() as i32 }
    }

    fn prepare(&mut self, _sample_rate: f64) {}

    fn set(&mut self, plain: f32) {
        self.value = plain.round() as i32;
    }

    fn snap(&mut self) {}
}

/// A switch.
#[derive(Clone, Debug)]
pub struct Bool {
    field: u32,
    value: bool,
}

impl Bool {
    /// The value. `[audio-thread]`
    #[must_use]
    pub fn value(&self) -> bool {
        self.value
    }
}

impl Field for Bool {
    fn describe(id: &'static str) -> ParamInfo {
        ParamInfo::new(id, ValueKind::Bool)
    }

    fn create(info: &ParamInfo) -> Self {
        Self { field: info.index as u32, value: info.default >= 0.5 }
    }

    fn prepare(&mut self, _sample_rate: f64) {}

    fn set(&mut self, plain: f32) {
        self.value = plain >= 0.5;
    }

    fn snap(&mut self) {}
}

/// An enum whose variants a user can choose from; made by `#[derive(Choice)]`.
pub trait Variants: Copy + Send + 'static {
    /// All variants, in the order of the plain values 0, 1, 2 …
    const LIST: &'static [Variant];
    /// The variant at a position, the last one beyond the end.
    fn from_index(index: usize) -> Self;
    /// The position of this variant.
    fn index(self) -> usize;
}

impl<E: Variants> From<E> for Plain {
    fn from(variant: E) -> Self {
        Self(variant.index() as f64)
    }
}

/// One of an enum's variants.
#[derive(Clone, Debug)]
pub struct Choice<E> {
    field: u32,
    index: usize,
    variants: PhantomData<E>,
}

impl<E: Variants> Choice<E> {
    /// The variant. `[audio-thread]`
    #[must_use]
    pub fn value(&self) -> E {
        E::from_index(self.index)
    }
}

impl<E: Variants> Field for Choice<E> {
    fn describe(id: &'static str) -> ParamInfo {
        ParamInfo::new(id, ValueKind::Choice(E::LIST))
    }

    fn create(info: &ParamInfo) -> Self {
        Self { field: info.index as u32, index: info.default.round() as usize, variants: PhantomData }
    }

    fn prepare(&mut self, _sample_rate: f64) {}

    fn set(&mut self, plain: f32) {
        self.index = plain.round() as usize;
    }

    fn snap(&mut self) {}
}

/// A button: something that happens when it is pressed. Hosts see a switch that comes back by itself;
/// it is not saved.
#[derive(Clone, Debug, Default)]
pub struct Trigger {
    fired: bool,
}

impl Trigger {
    /// Whether it was pressed since this was last asked. Presses in one piece count as one.
    /// `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn take(&mut self) -> bool {
        std::mem::take(&mut self.fired)
    }
}

impl Field for Trigger {
    fn describe(id: &'static str) -> ParamInfo {
        let mut info = ParamInfo::new(id, ValueKind::Bool);
        info.role = Role::Trigger;
        info
    }

    fn create(_info: &ParamInfo) -> Self {
        Self::default()
    }

    fn prepare(&mut self, _sample_rate: f64) {
        self.fired = false;
    }

    fn set(&mut self, plain: f32) {
        self.fired |= plain >= 0.5;
    }

    fn snap(&mut self) {}
}
