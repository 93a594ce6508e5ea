//! One channel: its input and its output.

use super::Sample;
use crate::param::Ramp;

/// One channel of the main bus: its input and its output.
#[derive(Debug)]
pub struct Channel<'a, S = f32>(View<'a, S>);

#[derive(Debug)]
enum View<'a, S> {
    InPlace(&'a mut [S]),
    Apart { input: &'a [S], output: &'a mut [S] },
}

impl<'a, S: Sample> Channel<'a, S> {
    /// Input and output are the same memory.
    #[inline]
    pub(super) fn in_place(samples: &'a mut [S]) -> Self {
        Self(View::InPlace(samples))
    }

    /// Two slices of the same length.
    #[inline]
    pub(super) fn apart(input: &'a [S], output: &'a mut [S]) -> Self {
        Self(View::Apart { input, output })
    }

    /// Writes `f(input)` for each sample.
    #[inline]
    pub fn map(&mut self, f: impl Fn(S) -> S) {
        match &mut self.0 {
            View::InPlace(samples) => samples.iter_mut().for_each(|x| *x = f(*x)),
            View::Apart { input, output } => {
                output.iter_mut().zip(input.iter()).for_each(|(y, x)| *y = f(*x));
            }
        }
    }

    /// Writes `f(input)` for each sample in order, with memory between them (a filter).
    #[inline]
    pub fn map_mut(&mut self, mut f: impl FnMut(S) -> S) {
        match &mut self.0 {
            View::InPlace(samples) => samples.iter_mut().for_each(|x| *x = f(*x)),
            View::Apart { input, output } => {
                output.iter_mut().zip(input.iter()).for_each(|(y, x)| *y = f(*x));
            }
        }
    }

    /// Writes `f(input, value)` for each sample, where `value` follows the ramp.
    #[inline]
    pub fn map_with(&mut self, ramp: &Ramp, f: impl Fn(S, S) -> S) {
        if let Some(value) = ramp.constant() {
            let value = S::from(value);
            return self.map(|x| f(x, value));
        }
        match &mut self.0 {
            View::InPlace(samples) => {
                samples.iter_mut().enumerate().for_each(|(i, x)| *x = f(*x, S::from(ramp.at(i))));
            }
            View::Apart { input, output } => {
                let pairs = output.iter_mut().zip(input.iter());
                pairs.enumerate().for_each(|(i, (y, x))| *y = f(*x, S::from(ramp.at(i))));
            }
        }
    }

    /// The input; after the output was written in place, that.
    #[must_use]
    #[inline]
    pub fn input(&self) -> &[S] {
        match &self.0 {
            View::InPlace(samples) => samples,
            View::Apart { input, .. } => input,
        }
    }

    /// What was written so far.
    #[must_use]
    #[inline]
    pub fn output(&self) -> &[S] {
        match &self.0 {
            View::InPlace(samples) => samples,
            View::Apart { output, .. } => output,
        }
    }

    /// What was written so far, for writing again.
    #[inline]
    pub fn written(&mut self) -> &mut [S] {
        match &mut self.0 {
            View::InPlace(samples) => samples,
            View::Apart { output, .. } => output,
        }
    }

    /// The output for reading and writing, the input copied into it first where they are apart.
    #[inline]
    pub fn samples(&mut self) -> &mut [S] {
        match &mut self.0 {
            View::InPlace(samples) => samples,
            View::Apart { input, output } => {
                output.copy_from_slice(input);
                output
            }
        }
    }
}
