//! `dyad-host round-trip`.

use clap::Args;

use super::table::{Align, Table};
use crate::bench::{Cores, Pace, Partner, Way, allowed, over_rounds};
use crate::error::Result;

#[derive(Debug, Args)]
pub(super) struct RoundTrip {
    /// How often everything is measured, in turns
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Round trips one after the other, in a round
    #[arg(long, default_value_t = 20_000)]
    hot: usize,
    /// Round trips one per 64 frames at 48 kHz, in a round
    #[arg(long, default_value_t = 800)]
    paced: usize,
}

#[derive(Debug, Args)]
pub(super) struct FloorPartner {
    way: Way,
}

pub(super) fn partner(command: &FloorPartner) -> Result<bool> {
    crate::bench::be_partner(command.way)?;
    Ok(false)
}

pub(super) fn run(command: &RoundTrip) -> Result<bool> {
    let cores = allowed()?;
    let one = Cores { near: cores[0], far: cores[0] };
    let two = Cores { near: cores[0], far: *cores.last().unwrap_or(&cores[0]) };
    let mut table = Table::new(
        0,
        &[("case", Align::Left), ("median µs", Align::Right), ("p99", Align::Right), ("max", Align::Right)],
    );
    for (cores, pace) in [(two, Pace::Hot), (two, Pace::AUDIO), (one, Pace::Hot), (one, Pace::AUDIO)] {
        let ways: Vec<Way> =
            Way::ALL.into_iter().filter(|way| cores.near != cores.far || !way.spins()).collect();
        let mut rounds = vec![vec![]; ways.len()];
        for _ in 0..command.rounds {
            for (way, rounds) in ways.iter().zip(&mut rounds) {
                let mut partner = cores.start(|| Partner::start(*way))?;
                let count = if pace == Pace::Hot { command.hot } else { command.paced };
                rounds.push(pace.time(count, || partner.round_trip())?);
            }
        }
        for (way, rounds) in ways.iter().zip(rounds) {
            let sum = over_rounds(&rounds);
            let us = |ns: f64| format!("{:.2}", ns / 1e3);
            table.row(vec![
                format!("{way}, {}, {cores}", pace.name()),
                us(sum.median),
                us(sum.p99),
                us(sum.max),
            ]);
        }
    }
    super::say(&table.to_string())?;
    Ok(true)
}
