//! Largest values and sums over samples, written as vectors.

use wide::f32x4;

/// The greater of two numbers; `b` is never taken when it is NaN.
#[inline]
pub(crate) fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Folds whole sixteens of samples into `lanes`, side by side and written as vectors: the order of
/// floating-point operations is part of the result, so the compiler may not choose a faster one
/// itself. Gives the samples that are left.
#[inline]
pub(crate) fn fold_vectors<'a>(
    lanes: &mut f32x4,
    samples: &'a [f32],
    fold: impl Fn(f32x4, f32x4) -> f32x4,
    join: impl Fn(f32x4, f32x4) -> f32x4,
) -> &'a [f32] {
    let (chunks, rest) = samples.as_chunks::<16>();
    if !chunks.is_empty() {
        let mut sums = [*lanes, f32x4::ZERO, f32x4::ZERO, f32x4::ZERO];
        for chunk in chunks {
            for (sum, quarter) in sums.iter_mut().zip(chunk.as_chunks::<4>().0) {
                *sum = fold(*sum, f32x4::new(*quarter));
            }
        }
        let [a, b, c, d] = sums;
        *lanes = join(join(a, b), join(c, d));
    }
    rest
}

/// The largest magnitude, NaN passed over, of samples taken into account piece by piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Largest {
    /// Of most samples, and of those that made no whole vectors.
    lanes: f32x4,
    single: f32,
}

impl Largest {
    pub(crate) const NONE: Self = Self { lanes: f32x4::ZERO, single: 0.0 };

    #[inline]
    pub(crate) fn add(&mut self, samples: &[f32]) {
        // `fast_max` gives its second argument where one is NaN, so a NaN sample is passed over.
        let rest =
            fold_vectors(&mut self.lanes, samples, |peak, x| x.abs().fast_max(peak), f32x4::fast_max);
        for sample in rest {
            self.single = greater(self.single, sample.abs());
        }
    }

    /// The same for four values at once.
    #[inline]
    pub(crate) fn add_vector(&mut self, values: f32x4) {
        self.lanes = values.abs().fast_max(self.lanes);
    }

    #[inline]
    pub(crate) fn value(&self) -> f32 {
        self.lanes.to_array().into_iter().fold(self.single, greater)
    }
}

/// The sum of squares of samples taken into account piece by piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Squares {
    /// Of most samples, and of those that made no whole vectors.
    lanes: f32x4,
    single: f32,
}

impl Squares {
    pub(crate) const NONE: Self = Self { lanes: f32x4::ZERO, single: 0.0 };

    #[inline]
    pub(crate) fn add(&mut self, samples: &[f32]) {
        let rest = fold_vectors(&mut self.lanes, samples, |sum, x| sum + x * x, |a, b| a + b);
        for sample in rest {
            self.single += sample * sample;
        }
    }

    /// NaN or infinite where a sample was, or where the squares are too large.
    #[inline]
    pub(crate) fn sum(&self) -> f32 {
        self.lanes.reduce_add() + self.single
    }
}
