//! The little of complex numbers that roots need.

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Complex {
    pub(crate) fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// The square of its magnitude.
    pub(crate) fn power(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    pub(crate) fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }

    /// Less a real number.
    pub(crate) fn minus(self, real: f64) -> Self {
        Self::new(self.re - real, self.im)
    }

    /// Times a real number.
    pub(crate) fn times(self, real: f64) -> Self {
        Self::new(self.re * real, self.im * real)
    }

    pub(crate) fn mul(self, other: Self) -> Self {
        Self::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }

    pub(crate) fn div(self, other: Self) -> Self {
        let part = 1.0 / other.power();
        let (re, im) = (self.re * other.re + self.im * other.im, self.im * other.re - self.re * other.im);
        Self::new(re * part, im * part)
    }

    /// The square root to the right of the imaginary axis.
    pub(crate) fn sqrt(self) -> Self {
        let size = self.power().sqrt();
        // The larger part first: the other one follows without a difference of two like numbers.
        let large = ((size + self.re.abs()) / 2.0).sqrt();
        if large == 0.0 {
            return Self::new(0.0, 0.0);
        }
        let small = self.im / (2.0 * large);
        if self.re >= 0.0 {
            Self::new(large, small)
        } else {
            Self::new(small.abs(), large.copysign(self.im))
        }
    }
}
