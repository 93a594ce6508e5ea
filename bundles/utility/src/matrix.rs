//! What left and right are made of: polarity, choice of channels, and width, as one matrix of two by two.

use dyad::prelude::*;

/// Which input channels are heard, and where.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Left and right as they are.
    Stereo,
    /// Left and right changed about.
    #[choice(name = "Swap")]
    Swap,
    /// The left channel on both sides.
    Left,
    /// The right channel on both sides.
    Right,
}

/// What the matrix depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Routing {
    /// Of the input channels, left and right.
    pub(crate) invert: [bool; 2],
    pub(crate) channels: Channels,
    /// 0 is mono, 1 as it is, 2 has the side signal doubled.
    pub(crate) width: f32,
}

impl Routing {
    /// Shares of the inputs: left in left, right in left, left in right, right in right.
    pub(crate) fn matrix(&self) -> [f32; 4] {
        let [left, right] = self.invert.map(|inverted| if inverted { -1.0 } else { 1.0 });
        let [first, second] = match self.channels {
            Channels::Stereo => [[left, 0.0], [0.0, right]],
            Channels::Swap => [[0.0, right], [left, 0.0]],
            Channels::Left => [[left, 0.0]; 2],
            Channels::Right => [[0.0, right]; 2],
        };
        // Mid plus width times side, written as what each side has of itself and of the other.
        let (own, other) = (0.5 * (1.0 + self.width), 0.5 * (1.0 - self.width));
        let mixed = |a: [f32; 2], b: [f32; 2]| [own * a[0] + other * b[0], own * a[1] + other * b[1]];
        let ([ll, rl], [lr, rr]) = (mixed(first, second), mixed(second, first));
        [ll, rl, lr, rr]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Routing = Routing { invert: [false; 2], channels: Channels::Stereo, width: 1.0 };

    /// What becomes of 0.75 left and −0.25 right: mid 0.25, side 0.5.
    fn heard(routing: Routing) -> (f32, f32) {
        let [ll, rl, lr, rr] = routing.matrix();
        let (left, right) = (0.75, -0.25);
        (ll * left + rl * right, lr * left + rr * right)
    }

    #[test]
    fn it_changes_nothing_unless_asked_to() {
        assert_eq!(PLAIN.matrix(), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn width_scales_the_side_and_leaves_the_mid() {
        for (width, expected) in
            [(0.0, (0.25, 0.25)), (0.5, (0.5, 0.0)), (1.0, (0.75, -0.25)), (2.0, (1.25, -0.75))]
        {
            assert_eq!(heard(Routing { width, ..PLAIN }), expected, "width {width}");
        }
    }

    #[test]
    fn channels_are_chosen_and_inverted_as_they_come_in() {
        let choices = [
            (Channels::Swap, (-0.25, 0.75)),
            (Channels::Left, (0.75, 0.75)),
            (Channels::Right, (-0.25, -0.25)),
        ];
        for (channels, expected) in choices {
            assert_eq!(heard(Routing { channels, ..PLAIN }), expected, "{channels:?}");
        }
        assert_eq!(heard(Routing { invert: [true, false], ..PLAIN }), (-0.75, -0.25));
        assert_eq!(heard(Routing { invert: [false, true], ..PLAIN }), (0.75, 0.25));
        let swapped = Routing { invert: [true, false], channels: Channels::Swap, ..PLAIN };
        assert_eq!(heard(swapped), (-0.25, -0.75), "the left input, wherever it goes");
    }

    #[test]
    fn a_mono_sum_cancels_what_is_inverted() {
        let mono = Routing { width: 0.0, invert: [true, false], ..PLAIN };
        let [ll, rl, lr, rr] = mono.matrix();
        assert_eq!([ll + rl, lr + rr], [0.0; 2], "equal channels");
    }
}
