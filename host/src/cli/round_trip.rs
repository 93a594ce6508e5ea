//! `dyad-host round-trip`, hidden: what `make bench` prints about the host.

use clap::Args;

use super::render_all::progress_bar;
use super::table::{Align, Table};
use crate::bench::{Beside, Cores, Part, Plan, Way, allowed, measure_round_trips, round_trip_steps};
use crate::error::{Error, Result};

#[derive(Debug, Args)]
pub(super) struct RoundTrip {
    /// Where this process and the other one run; may be given several times [default: on two cores, and on one]
    #[arg(long, value_name = "CORE,CORE", value_parser = cores)]
    cores: Vec<Cores>,
    /// The floors
    #[arg(
        long,
        value_name = "WAY",
        value_delimiter = ',',
        default_value = "pipe+poll,eventfd,futex,futex-if-asleep,spin"
    )]
    ways: Vec<Way>,
    /// How often each is measured, in turns with the others
    #[arg(long, default_value_t = 20, value_parser = count(1))]
    rounds: usize,
    /// Round trips of a round, one after the other; 0 leaves them out
    #[arg(long, default_value_t = 1000, value_parser = count(0))]
    hot: usize,
    /// Round trips of a round, one in every 64 frames at 48 kHz; 0 leaves them out
    #[arg(long, default_value_t = 200, value_parser = count(0))]
    paced: usize,
    /// Print JSON, with times in nanoseconds
    #[arg(long)]
    json: bool,
}

fn count(least: usize) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync + 'static {
    move |text| {
        let count = text.parse().ok().filter(|count| (least..=1_000_000).contains(count));
        count.ok_or_else(|| format!("expected {least} to 1000000"))
    }
}

fn cores(text: &str) -> Result<Cores, String> {
    let both = text.split_once(',').and_then(|(near, far)| Some((near.parse().ok()?, far.parse().ok()?)));
    let (near, far) = both.ok_or("expected two numbers of cores, such as 0,1")?;
    Ok(Cores { near, far })
}

pub(super) fn run(command: &RoundTrip) -> Result<bool> {
    let plan = Plan {
        cores: if command.cores.is_empty() { usual()? } else { command.cores.clone() },
        ways: command.ways.clone(),
        rounds: command.rounds,
        hot: command.hot,
        paced: command.paced,
    };
    let bar = progress_bar(round_trip_steps(&plan) as u64);
    let parts = measure_round_trips(&plan, &mut || bar.inc(1));
    bar.finish_and_clear();
    let parts = parts?;
    if command.json {
        super::say(&super::pretty(&parts)?)?;
    } else {
        super::say(&parts.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(true)
}

/// On two cores where there are two, and on one.
fn usual() -> Result<Vec<Cores>> {
    let allowed = allowed()?;
    let near = *allowed.first().ok_or_else(|| Error::Usage("no core may be used".into()))?;
    let far = allowed.get(1).map(|far| Cores { near, far: *far });
    Ok(far.into_iter().chain([Cores { near, far: near }]).collect())
}

fn text(part: &Part) -> String {
    let [near, far] = part.cores;
    let pace = match part.pace {
        "hot" => "one after the other",
        _ => "one in every 64 frames at 48 kHz",
    };
    let columns = [
        ("", Align::Left),
        ("median µs", Align::Right),
        ("p99 µs", Align::Right),
        ("longest µs", Align::Right),
        ("median", Align::Right),
        ("p99", Align::Right),
        ("goal", Align::Right),
        ("beside", Align::Left),
    ];
    let mut table = Table::new(0, &columns);
    let us = |ns: f64| format!("{:.2}", ns / 1e3);
    for line in &part.lines {
        let times = line.times;
        let mut cells = vec![format!("  {}", line.subject), us(times.median), us(times.p99), us(times.max)];
        cells.extend(match &line.beside {
            None => [const { String::new() }; 4],
            Some(Beside::Ratio { floor, median, p99, goal }) => {
                [format!("{median:.2} ×"), format!("{p99:.2} ×"), format!("≤ {goal} ×"), floor.clone()]
            }
            Some(Beside::Added { median, goal }) => {
                let more = |ns: f64| format!("{:+.2} µs", ns / 1e3);
                let goal = format!("≤ {:+} µs", goal / 1e3);
                [more(*median), String::new(), goal, "without parameters".into()]
            }
        });
        table.row(cells);
    }
    format!("Round trip {}, {pace}:\n{table}", Cores { near, far })
}

#[derive(Debug, Args)]
pub(super) struct FloorPartner {
    way: Way,
}

pub(super) fn partner(command: &FloorPartner) -> Result<bool> {
    crate::bench::be_partner(command.way)?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_two_numbers() {
        assert_eq!(cores("0,3"), Ok(Cores { near: 0, far: 3 }));
        for bad in ["", "0", "0,", "a,b", "0,1,2", "-1,0", "0 1"] {
            assert!(cores(bad).unwrap_err().contains("two numbers"), "{bad}");
        }
        assert_eq!(count(1)("0"), Err("expected 1 to 1000000".into()));
        assert_eq!(count(0)("0"), Ok(0));
    }
}
