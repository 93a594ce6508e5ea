//! What is said of one note alone: MPE's three dimensions and VST3's note expressions.

use dyad::prelude::*;

/// The expressions of a note, as they were said last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expressions {
    /// A factor.
    pub(crate) volume: f32,
    /// −1 to 1.
    pub(crate) pan: f32,
    /// Semitones.
    pub(crate) tuning: f32,
    /// 0 to 1, as all that follow.
    pub(crate) vibrato: f32,
    pub(crate) expression: f32,
    pub(crate) brightness: f32,
    pub(crate) pressure: f32,
}

impl Expressions {
    pub(crate) const NEUTRAL: Self = Self {
        volume: 1.0,
        pan: 0.0,
        tuning: 0.0,
        vibrato: 0.0,
        expression: 1.0,
        brightness: 0.5,
        pressure: 0.0,
    };

    pub(crate) fn set(&mut self, expression: Expression, value: f32) {
        *match expression {
            Expression::Volume => &mut self.volume,
            Expression::Pan => &mut self.pan,
            Expression::Tuning => &mut self.tuning,
            Expression::Vibrato => &mut self.vibrato,
            Expression::Expression => &mut self.expression,
            Expression::Brightness => &mut self.brightness,
            Expression::Pressure => &mut self.pressure,
        } = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_is_what_the_framework_says() {
        let mut said = Expressions {
            volume: 9.0,
            pan: 9.0,
            tuning: 9.0,
            vibrato: 9.0,
            expression: 9.0,
            brightness: 9.0,
            pressure: 9.0,
        };
        for expression in Expression::ALL {
            said.set(expression, expression.range().2);
        }
        assert_eq!(said, Expressions::NEUTRAL);
    }
}
