//! `dyad-host render`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::ProgressBar;

use super::render_all::progress_bar;
use super::stages::Stages;
use crate::error::Result;
use crate::parent::Host;
use crate::render::{self, BlockSizes, Encoding, Input, Job, Output, Progress, Report, Silence};

pub(super) const MORE: &str = "\
A chain: what comes out of a plugin goes into the one after its --then, and the options of a plugin
stand after its name:

  dyad-host render eq.lv2 --set low=-3 --then reverb.vst3 --set mix=0.2 --in a.wav --out b.wav

An instrument plays a MIDI file, for as long as the file and what sounds on after it:

  dyad-host render synth.lv2 --midi song.mid --out song.flac

Automation files hold the heads seconds,parameter,value,ramp and then one point a line.";

/// The options of `render`.
#[derive(Debug, Args)]
pub(super) struct Render {
    #[command(flatten)]
    stages: Stages,
    /// WAV or FLAC file to read; not needed by instruments and generators
    #[arg(long = "in", value_name = "FILE")]
    input: Option<PathBuf>,
    /// MIDI file to play, for the first plugin that takes MIDI
    #[arg(long, value_name = "FILE")]
    midi: Option<PathBuf>,
    /// File to write: FLAC if it is named so, else WAV; may be the one that is read
    #[arg(long = "out", value_name = "FILE", required_unless_present = "midi_out")]
    output: Option<PathBuf>,
    /// MIDI file to write, with what the last plugin gives out
    #[arg(long, value_name = "FILE")]
    midi_out: Option<PathBuf>,
    /// Samples to write: 32f is what comes out, to the bit; 16 and 24 are dithered [default: 32f, in FLAC 24]
    #[arg(long, value_name = "BITS", value_parser = ["16", "24", "32f"], requires = "output")]
    bits: Option<String>,
    /// Seconds to render, without a file to read
    #[arg(long, value_name = "SECONDS", conflicts_with = "input", allow_hyphen_values = true)]
    seconds: Option<f64>,
    /// Frames per second, without a file to read [default: 48000]
    #[arg(long, value_name = "HZ", conflicts_with = "input", allow_hyphen_values = true)]
    rate: Option<u32>,
    /// Channels of silence for the first plugin, without a file to read
    #[arg(long, value_name = "N", conflicts_with = "input", allow_hyphen_values = true)]
    channels: Option<u32>,
    /// Block sizes in frames, one after the other and over again
    #[arg(long, value_name = "N[,N…]", default_value = "512", allow_hyphen_values = true)]
    block: String,
    /// Seconds to render after the input's end [default: until it is silent]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    tail: Option<f64>,
}

impl Render {
    fn job(&self) -> Result<Job> {
        let output = |path: &PathBuf| {
            let encoding = Encoding::choose(path, self.bits.as_deref())?;
            Ok(Output { path: path.clone(), encoding })
        };
        let silence = || Silence {
            rate: self.rate.unwrap_or(48_000),
            channels: self.channels,
            seconds: self.seconds,
        };
        Ok(Job {
            stages: self.stages.stages()?,
            input: self.input.clone().map_or_else(|| Input::Silence(silence()), Input::File),
            midi: self.midi.clone(),
            output: self.output.as_ref().map(output).transpose()?,
            midi_output: self.midi_out.clone(),
            blocks: BlockSizes::parse(&self.block)?,
            tail: self.tail,
        })
    }
}

pub(super) fn run(host: &Host, command: &Render) -> Result<bool> {
    let job = command.job()?;
    let mut display = Display::new();
    let report = render::run(host, &job, &mut |now| display.show(now));
    display.bar.finish_and_clear();
    let report = report?;
    for line in &report.lost {
        super::complain(line);
    }
    if let Some(output) = &job.output {
        super::say(&format!("{}: {}\n", output.path.display(), summary(&report)))?;
    }
    if let Some(path) = &job.midi_output {
        let plural = if report.messages == 1 { "" } else { "s" };
        super::say(&format!("{}: {} message{plural}\n", path.display(), report.messages))?;
    }
    Ok(true)
}

/// How far it is, where standard error is a terminal.
struct Display {
    bar: ProgressBar,
    started: Option<Instant>,
    shown: Duration,
}

impl Display {
    fn new() -> Self {
        Self { bar: progress_bar(0), started: None, shown: Duration::ZERO }
    }

    fn show(&mut self, now: Progress) {
        /// Often enough to be looked at.
        const OFTEN: Duration = Duration::from_millis(50);
        if self.bar.is_hidden() {
            return;
        }
        let passed = self.started.get_or_insert_with(Instant::now).elapsed();
        if passed < self.shown + OFTEN {
            return;
        }
        self.shown = passed;
        self.bar.set_length(now.all);
        self.bar.set_position(now.done);
        let speed = now.done as f64 / f64::from(now.rate) / passed.as_secs_f64();
        self.bar.set_message(format!("{speed:.0} × real time"));
    }
}

fn summary(report: &Report) -> String {
    let plural = if report.format.channels == 1 { "" } else { "s" };
    let clipped = match report.clipped {
        0 => String::new(),
        1 => ", 1 sample clipped".into(),
        more => format!(", {more} samples clipped"),
    };
    format!(
        "{:.3} s, {} channel{plural}, {} Hz, peak {} dBFS{clipped}, latency {} frames, {:.0} × real time",
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
