//! The modulation matrix: source × via × amount → target.

use crate::choices::{Source, Target};
use crate::params::{ROWS, RowParams};
use crate::smooth::fallen;

const SOURCES: usize = 17;
const TARGETS: usize = 17;

/// What each source is at, by its index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources([f32; SOURCES]);

impl Sources {
    /// No source scales by 1 where it stands as `via`.
    pub(crate) const fn new() -> Self {
        Self([1.0; SOURCES])
    }

    pub(crate) fn set(&mut self, source: Source, value: f32) {
        self.0[source as usize] = value;
    }
}

/// What goes to each target, by its index, in the target's own units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums([f32; TARGETS]);

impl Sums {
    pub(crate) const fn new() -> Self {
        Self([0.0; TARGETS])
    }

    #[inline]
    pub(crate) fn of(&self, target: Target) -> f32 {
        self.0[target as usize]
    }

    fn add(&mut self, other: &Self, factor: f32) {
        self.0.iter_mut().zip(&other.0).for_each(|(sum, other)| *sum += factor * other);
    }
}

/// Rows that change, of one voice: from what the former ones did to what the new ones do in some time, whatever of a row it
/// is that changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    rows: Matrix,
    /// What is left of the difference.
    rest: Option<Sums>,
}

impl Change {
    pub(crate) const fn to(rows: Matrix) -> Self {
        Self { rows, rest: None }
    }

    /// What comes of sources a run later, in which this share of the way is done.
    pub(crate) fn sums(&mut self, rows: &Matrix, sources: &Sources, share: f32) -> Sums {
        let mut sums = rows.sums(sources);
        if *rows != self.rows {
            let rest = self.rest.get_or_insert(Sums::new());
            rest.add(&self.rows.sums(sources), 1.0);
            rest.add(&sums, -1.0);
            self.rows = *rows;
        }
        if let Some(rest) = &mut self.rest {
            rest.0.iter_mut().for_each(|rest| *rest = fallen(*rest, share));
            sums.add(rest, 1.0);
            if rest.0 == [0.0; TARGETS] {
                self.rest = None;
            }
        }
        sums
    }
}

/// The rows that do something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix {
    rows: [Row; ROWS],
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    source: u8,
    via: u8,
    target: u8,
    amount: f32,
}

impl PartialEq for Matrix {
    // Each voice asks in each run.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.rows[..self.len] == other.rows[..self.len]
    }
}

impl Matrix {
    pub(crate) const NONE: Self =
        Self { rows: [Row { source: 0, via: 0, target: 0, amount: 0.0 }; ROWS], len: 0 };

    pub(crate) fn new(params: &[RowParams; ROWS]) -> Self {
        let mut matrix = Self::NONE;
        for row in params {
            let (source, via, target) = (row.source.value(), row.via.value(), row.target.value());
            let amount = scaled(target, row.amount.value() * 0.01);
            if source != Source::Off && amount != 0.0 {
                matrix.rows[matrix.len] =
                    Row { source: source as u8, via: via as u8, target: target as u8, amount };
                matrix.len += 1;
            }
        }
        matrix
    }

    #[inline]
    pub(crate) fn sums(&self, sources: &Sources) -> Sums {
        let mut sums = Sums::new();
        for row in &self.rows[..self.len] {
            let of = |source: u8| sources.0[usize::from(source)];
            sums.0[usize::from(row.target)] += of(row.source) * of(row.via) * row.amount;
        }
        sums
    }
}

/// What an amount of −1 to 1 of a source's 1 does, in the target's units.
fn scaled(target: Target, amount: f32) -> f32 {
    amount
        * match target {
            Target::Off => 0.0,
            // Semitones.
            Target::Pitch | Target::Pitch1 | Target::Pitch2 => 24.0 * amount * amount,
            Target::Width => 0.45,
            // Octaves.
            Target::Cutoff => 8.0,
            // Decibels.
            Target::Drive => 24.0,
            // Octaves.
            Target::LfoRate1 | Target::LfoRate2 => 4.0,
            Target::Level1
            | Target::Level2
            | Target::Noise
            | Target::Fm
            | Target::Detune
            | Target::Resonance
            | Target::Level
            | Target::Pan => 1.0,
        }
}

/// One row alone.
#[cfg(test)]
pub(crate) fn row(source: Source, via: Source, target: Target, amount: f32) -> Matrix {
    let mut matrix = Matrix::NONE;
    let amount = scaled(target, amount);
    matrix.rows[0] = Row { source: source as u8, via: via as u8, target: target as u8, amount };
    Matrix { len: 1, ..matrix }
}

#[cfg(test)]
mod tests {
    use dyad::prelude::*;

    use super::*;

    #[test]
    fn every_source_and_target_has_a_place() {
        assert_eq!((Source::LIST.len(), Target::LIST.len()), (SOURCES, TARGETS));
    }

    #[test]
    fn amounts_of_pitch_are_fine_where_they_are_small() {
        assert_eq!(scaled(Target::Pitch, 1.0), 24.0);
        assert!((scaled(Target::Pitch1, -0.1) + 0.024).abs() < 1e-6);
        assert_eq!(scaled(Target::Cutoff, -0.5), -4.0);
    }

    #[test]
    fn rows_add_up_and_via_scales() {
        let row = |source, via, target, amount| Row {
            source: source as u8,
            via: via as u8,
            target: target as u8,
            amount,
        };
        let none = row(Source::Off, Source::Off, Target::Off, 0.0);
        let mut rows = [none; ROWS];
        rows[0] = row(Source::Lfo1, Source::Wheel, Target::Pitch, 2.0);
        rows[1] = row(Source::Velocity, Source::Off, Target::Pitch, 1.0);
        let matrix = Matrix { rows, len: 2 };
        let mut sources = Sources::new();
        sources.set(Source::Lfo1, -0.5);
        sources.set(Source::Wheel, 0.5);
        sources.set(Source::Velocity, 0.25);
        assert_eq!(matrix.sums(&sources).of(Target::Pitch), -0.25);
    }
}
