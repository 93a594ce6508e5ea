//! `dyad-host render`.

use super::arguments::Render;
use super::missing;
use crate::error::Result;
use crate::parent::Host;
use crate::render::{self, Assignment, Automation, BlockSizes, Job, Report};
use crate::target::Target;

pub(super) fn run(host: &Host, command: &Render) -> Result<bool> {
    let job = Job {
        target: Target::parse(&command.plugin.plugin)?,
        class: command.plugin.class.clone(),
        input: command.input.clone(),
        output: command.output.clone(),
        set: command.set.iter().map(|text| Assignment::parse(text)).collect::<Result<_>>()?,
        automate: command.automate.iter().map(|text| Automation::parse(text)).collect::<Result<_>>()?,
        blocks: BlockSizes::parse(&command.block)?,
        state: command.state.clone(),
        save_state: command.save_state.clone(),
        tail: command.tail,
    };
    let report = render::run(host, &job, &mut |_, _| {})
        .map_err(|e| missing::or_failed(host, &job.target, job.class.as_deref(), e))?;
    for line in &report.lost {
        super::complain(line);
    }
    super::say(&format!("{}: {}\n", command.output.display(), summary(&report)))?;
    Ok(true)
}

fn summary(report: &Report) -> String {
    let plural = if report.format.channels == 1 { "" } else { "s" };
    format!(
        "{:.3} s, {} channel{plural}, {} Hz, peak {} dBFS, latency {} frames, {:.0} × real time",
        report.frames as f64 / f64::from(report.format.rate),
        report.format.channels,
        report.format.rate,
        decibels(report.peak),
        report.latency,
        report.speed(),
    )
}

/// A level in dBFS with one decimal.
pub(super) fn decibels(level: f32) -> String {
    if level == 0.0 { "-∞".into() } else { format!("{:.1}", 20.0 * level.log10()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        assert_eq!(decibels(0.0), "-∞");
        assert_eq!(decibels(1.0), "0.0");
        assert_eq!(decibels(0.5), "-6.0");
    }
}
