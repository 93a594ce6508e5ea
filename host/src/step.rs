//! Parameters that take certain values only.

use serde::{Deserialize, Serialize};

/// Where a plain value lies among those that its parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// It takes any value.
    Free,
    /// On this one.
    On(f64),
    /// Between these two.
    Between(f64, f64),
}

impl Step {
    /// The place of `plain` among `values` in ascending order.
    pub(crate) fn among(values: impl IntoIterator<Item = f64>, plain: f64, range: f64) -> Self {
        let mut below = None;
        for value in values {
            if near(value, plain, range) {
                return Step::On(value);
            }
            match below {
                Some(below) if plain < value => return Step::Between(below, value),
                _ => below = Some(value),
            }
        }
        // Outside of them all, which only a range that is wider than its values allows.
        below.map_or(Step::Free, |value| Step::Between(value, value))
    }

    /// The place of `plain` among the whole numbers.
    pub(crate) fn whole(plain: f64) -> Self {
        let nearest = plain.round();
        if near(nearest, plain, 1.0) {
            Step::On(nearest)
        } else {
            Step::Between(plain.floor(), plain.ceil())
        }
    }
}

/// Whether two values are one but for what the way through 32 bits and 0…1 costs.
pub(crate) fn near(a: f64, b: f64, range: f64) -> bool {
    let rounding = f64::from(f32::EPSILON) * a.abs().max(b.abs());
    (a - b).abs() <= (1e-6 * range.abs()).min(1e-3) + rounding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(Step::among([0.0, 1.0], 0.5, 1.0), Step::Between(0.0, 1.0));
        assert_eq!(Step::among([0.0, 1.0, 5.0], 3.0, 5.0), Step::Between(1.0, 5.0));
        assert_eq!(Step::among([0.0, 1.0], 1.0, 1.0), Step::On(1.0));
        assert_eq!(Step::among([0.1, 0.2], f64::from(0.1_f32), 0.1), Step::On(0.1));
        assert_eq!(Step::among([0.0, 1e9], 0.5, f64::INFINITY), Step::Between(0.0, 1e9));
        assert_eq!(Step::among([], 0.5, 1.0), Step::Free);
        assert_eq!(Step::among([1.0, 2.0], 3.0, 9.0), Step::Between(2.0, 2.0));
        assert_eq!(Step::whole(7.0), Step::On(7.0));
        assert_eq!(Step::whole(-7.5), Step::Between(-8.0, -7.0));
        assert_eq!(Step::whole(16_777_216.0), Step::On(16_777_216.0));
    }
}
