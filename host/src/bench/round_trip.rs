//! The round trip between two processes: this host's beside the floors.

use std::fmt;

use serde::Serialize;

use super::ours::{Case, Ours};
use super::statistics::median;
use super::{Cores, Pace, Partner, Summary, Way, over_rounds};
use crate::error::Result;

/// What is to be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) cores: Vec<Cores>,
    pub(crate) ways: Vec<Way>,
    /// How often each is measured, in turns.
    pub(crate) rounds: usize,
    /// Round trips of a round where one follows the other at once.
    pub(crate) hot: usize,
    /// Round trips of a round where each waits for its time; 0 leaves them out.
    pub(crate) paced: usize,
}

/// One of those that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Floor(Way),
    Ours(Case),
}

impl Subject {
    /// Whether it keeps a core busy all the time: no two can then share one.
    fn always_spins(self) -> bool {
        matches!(self, Self::Floor(Way::Spin) | Self::Ours(Case::Spin))
    }

    /// Whether it is one of the floors that sleep, the best of which is the measure.
    fn sleeping_floor(self) -> bool {
        matches!(self, Self::Floor(way) if !way.spins())
    }

    fn measure(self, cores: Cores, pace: Pace, count: usize) -> Result<Summary> {
        match self {
            Self::Floor(way) => {
                let mut partner = cores.start(|| Partner::start(way))?;
                pace.time(count, || partner.round_trip())
            }
            Self::Ours(case) => {
                let mut ours = cores.start(|| Ours::start(case))?;
                let summary = pace.time(count, || ours.round_trip())?;
                ours.check()?;
                Ok(summary)
            }
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Floor(way) => write!(f, "floor: {way}"),
            Self::Ours(case) => write!(f, "dyad-host: {}", case.name()),
        }
    }
}

/// What came out for one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Line {
    pub(crate) subject: String,
    /// Nanoseconds.
    #[serde(flatten)]
    pub(crate) times: Summary,
    #[serde(flatten)]
    pub(crate) beside: Option<Beside>,
}

/// How it compares, within the same rounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Beside {
    /// So many times as long as the floor.
    Ratio { floor: String, median: f64, p99: f64, goal: f64 },
    /// So many nanoseconds longer than without parameters.
    Added { median: f64, goal: f64 },
}

/// What came out for one pinning and pace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Part {
    /// Of the measuring process and of the other one.
    pub(crate) cores: [usize; 2],
    pub(crate) pace: &'static str,
    pub(crate) lines: Vec<Line>,
}

/// Measures everything; `tell` hears of each round of a subject.
pub(crate) fn measure(plan: &Plan, tell: &mut dyn FnMut()) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (cores, pace, count) in settings(plan) {
        let subjects = subjects(plan, cores);
        let mut rounds = vec![Vec::with_capacity(plan.rounds); subjects.len()];
        for _ in 0..plan.rounds {
            for (subject, rounds) in subjects.iter().zip(&mut rounds) {
                rounds.push(subject.measure(cores, pace, count)?);
                tell();
            }
        }
        let lines = lines(&subjects, &rounds, pace);
        parts.push(Part { cores: [cores.near, cores.far], pace: pace.name(), lines });
    }
    Ok(parts)
}

/// How often `tell` is called.
pub(crate) fn steps(plan: &Plan) -> usize {
    settings(plan).map(|(cores, ..)| subjects(plan, cores).len() * plan.rounds).sum()
}

fn settings(plan: &Plan) -> impl Iterator<Item = (Cores, Pace, usize)> {
    let paces = [(Pace::Hot, plan.hot), (Pace::AUDIO, plan.paced)];
    let all = plan.cores.iter().flat_map(move |cores| paces.map(|(pace, count)| (*cores, pace, count)));
    all.filter(|(.., count)| *count > 0)
}

fn subjects(plan: &Plan, cores: Cores) -> Vec<Subject> {
    let floors = plan.ways.iter().copied().map(Subject::Floor);
    let ours = Case::ALL.into_iter().map(Subject::Ours);
    let all = floors.chain(ours);
    all.filter(|subject| cores.near != cores.far || !subject.always_spins()).collect()
}

fn lines(subjects: &[Subject], rounds: &[Vec<Summary>], pace: Pace) -> Vec<Line> {
    let all: Vec<_> = rounds.iter().map(|rounds| over_rounds(rounds)).collect();
    let find = |wanted: Subject| subjects.iter().position(|subject| *subject == wanted);
    let best = (0..subjects.len())
        .filter(|at| subjects[*at].sleeping_floor())
        .min_by(|a, b| all[*a].median.total_cmp(&all[*b].median));
    let ratio = |at: usize, floor: usize, goal| Beside::Ratio {
        floor: subjects[floor].to_string(),
        median: in_rounds(&rounds[at], &rounds[floor], |ours, floor| ours.median / floor.median),
        p99: in_rounds(&rounds[at], &rounds[floor], |ours, floor| ours.p99 / floor.p99),
        goal,
    };
    let added = |at: usize, without: usize, goal| Beside::Added {
        median: in_rounds(&rounds[at], &rounds[without], |with, without| with.median - without.median),
        goal,
    };
    let beside = |at: usize| match subjects[at] {
        Subject::Floor(_) => None,
        Subject::Ours(Case::Audio) => Some(ratio(at, best?, if pace == Pace::Hot { 1.25 } else { 1.5 })),
        Subject::Ours(Case::Idle) => Some(added(at, find(Subject::Ours(Case::Audio))?, 500.0)),
        Subject::Ours(Case::Changed) => Some(added(at, find(Subject::Ours(Case::Audio))?, 3000.0)),
        Subject::Ours(Case::Spin) => Some(ratio(at, find(Subject::Floor(Way::Spin))?, 1.5)),
    };
    let line = |at: usize| Line { subject: subjects[at].to_string(), times: all[at], beside: beside(at) };
    (0..subjects.len()).map(line).collect()
}

/// The median over the rounds of what two subjects have come to in the same round.
fn in_rounds(ours: &[Summary], other: &[Summary], compare: fn(&Summary, &Summary) -> f64) -> f64 {
    median(ours.iter().zip(other).map(|(ours, other)| compare(ours, other)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_made_within_rounds() {
        let round = |median| Summary { median, p99: 2.0 * median, max: 3.0 * median };
        let subjects = [
            Subject::Floor(Way::Pipe),
            Subject::Floor(Way::Futex),
            Subject::Ours(Case::Audio),
            Subject::Ours(Case::Idle),
        ];
        // The second round was slow for all; the best floor is the futex.
        let rounds = [
            vec![round(10.0), round(100.0), round(10.0)],
            vec![round(8.0), round(80.0), round(8.0)],
            vec![round(10.0), round(100.0), round(12.0)],
            vec![round(11.0), round(130.0), round(13.0)],
        ];
        let lines = lines(&subjects, &rounds, Pace::Hot);
        assert_eq!(lines[0].beside, None);
        let floor = "floor: futex".to_owned();
        assert_eq!(lines[2].beside, Some(Beside::Ratio { floor, median: 1.25, p99: 1.25, goal: 1.25 }));
        assert_eq!(lines[3].beside, Some(Beside::Added { median: 1.0, goal: 500.0 }));
    }

    #[test]
    fn nobody_spins_where_the_other_one_runs() {
        let plan = Plan {
            cores: vec![Cores { near: 0, far: 0 }, Cores { near: 0, far: 1 }],
            ways: Way::ALL.to_vec(),
            rounds: 2,
            hot: 1,
            paced: 0,
        };
        assert!(!subjects(&plan, plan.cores[0]).contains(&Subject::Floor(Way::Spin)));
        assert!(subjects(&plan, plan.cores[1]).contains(&Subject::Floor(Way::Spin)));
        let both = subjects(&plan, plan.cores[0]).len() + subjects(&plan, plan.cores[1]).len();
        assert_eq!(steps(&plan), 2 * both);
    }
}
