//! Where steps lie in the song.

use crate::dice::Dice;

/// How much later Humanise plays a step at most, of its length and in seconds.
const LATEST: (f64, f64) = (0.125, 0.02);

/// Steps of one length from the song's start on, every second one late by the swing. In quarter notes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    /// A step's length.
    pub(crate) length: f64,
    /// Where a step of odd number stands between its neighbours, 0.5 to 0.75.
    pub(crate) swing: f64,
    /// Humanise, 0 to 1.
    pub(crate) loose: f64,
    /// Quarter notes in a second.
    pub(crate) per_second: f64,
}

impl Grid {
    /// Where a step begins.
    pub(crate) fn at(&self, step: i64) -> f64 {
        if step.rem_euclid(2) == 0 {
            step as f64 * self.length
        } else {
            ((step - 1) as f64 + 2.0 * self.swing) * self.length
        }
    }

    /// How long a step is.
    pub(crate) fn length_of(&self, step: i64) -> f64 {
        self.at(step + 1) - self.at(step)
    }

    /// How much later a step is played than it begins, diced by `dice`.
    pub(crate) fn late(&self, dice: i64) -> f64 {
        if self.loose == 0.0 {
            return 0.0;
        }
        (LATEST.0 * self.length).min(LATEST.1 * self.per_second) * self.loose * Dice::Late.roll(dice)
    }

    /// The first step at a place or after it.
    pub(crate) fn first_from(&self, place: f64) -> i64 {
        // The cast stops at the ends.
        let mut step = (place / self.length).floor() as i64 - 1;
        while self.at(step) < place {
            step += 1;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_step_swings() {
        let grid = Grid { length: 0.25, swing: 2.0 / 3.0, loose: 0.0, per_second: 2.0 };
        assert_eq!((grid.at(0), grid.at(2), grid.at(-2)), (0.0, 0.5, -0.5));
        assert!((grid.at(1) - 1.0 / 3.0).abs() < 1e-12 && (grid.at(-1) + 1.0 / 6.0).abs() < 1e-12);
        assert!((grid.length_of(0) - 1.0 / 3.0).abs() < 1e-12);
        assert!((grid.length_of(1) - 1.0 / 6.0).abs() < 1e-12);
        for step in -9..9 {
            assert_eq!(grid.first_from(grid.at(step)), step);
            assert_eq!(grid.first_from(grid.at(step) + 1e-9), step + 1);
        }
    }

    #[test]
    fn humanise_only_delays_and_keeps_the_order() {
        for length in [1.0 / 24.0, 0.25, 12.0] {
            let grid = Grid { length, swing: 0.75, loose: 1.0, per_second: 2.0 };
            let mut most = 0.0_f64;
            for step in 0..2000 {
                let late = grid.late(step);
                assert!((0.0..=0.04).contains(&late));
                assert!(grid.at(step) + late < grid.at(step + 1));
                most = most.max(late);
            }
            assert!(most > 0.9 * (0.125 * length).min(0.04));
        }
    }
}
