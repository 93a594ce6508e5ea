//! The two sample types.

use std::ops::{Add, Mul, Sub};

/// `f32` or `f64`. Sealed: hosts know no others.
pub trait Sample:
    Copy
    + Default
    + Send
    + PartialEq
    + From<f32>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + sealed::Sealed
    + std::fmt::Debug
    + 'static
{
}

impl Sample for f32 {}
impl Sample for f64 {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}
