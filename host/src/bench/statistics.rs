//! From many times to a few numbers.

use serde::{Deserialize, Serialize};

/// What a run of measurements comes to, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    /// 99 of 100 are no longer.
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Summary {
    /// Of times in nanoseconds, in any order; of no times it is zero.
    pub(crate) fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        Self { median: quantile(&times, 0.5), p99: quantile(&times, 0.99), max: quantile(&times, 1.0) }
    }
}

/// The smallest of sorted values that a share of all does not exceed.
fn quantile(sorted: &[u64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).map_or(0.0, |value| *value as f64)
}

/// The median, upper of two in the middle; zero of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// One summary of several rounds: medians over the rounds, so that a round which something else on the
/// machine has spoilt counts for nothing. Only the longest time is the longest of all.
pub(crate) fn over_rounds(rounds: &[Summary]) -> Summary {
    let of = |field: fn(&Summary) -> f64| median(rounds.iter().map(field).collect());
    let max = rounds.iter().map(|round| round.max).fold(0.0, f64::max);
    Summary { median: of(|round| round.median), p99: of(|round| round.p99), max }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        let hundred = (1..=100).rev().collect();
        assert_eq!(Summary::of(hundred), Summary { median: 50.0, p99: 99.0, max: 100.0 });
        assert_eq!(Summary::of(vec![7]), Summary { median: 7.0, p99: 7.0, max: 7.0 });
        assert_eq!(Summary::of(vec![]), Summary { median: 0.0, p99: 0.0, max: 0.0 });
        assert_eq!(Summary::of(vec![3, 1, 2]).median, 2.0);
    }

    #[test]
    fn one_bad_round_counts_for_nothing() {
        let round = |median, p99, max| Summary { median, p99, max };
        let rounds = [round(10.0, 20.0, 30.0), round(500.0, 900.0, 1000.0), round(11.0, 19.0, 40.0)];
        assert_eq!(over_rounds(&rounds), round(11.0, 20.0, 1000.0));
        assert_eq!(over_rounds(&[]), round(0.0, 0.0, 0.0));
    }
}
