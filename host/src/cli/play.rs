//! `dyad-host play`.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::seconds;
use super::interrupt::Interrupt;
use super::stages::LiveStages;
use super::table::{Align, Table};
use crate::child::RATES;
use crate::error::{Error, Result, one_line};
use crate::parent::Host;
use crate::play::{self, Choice, Input, Job, Kind, Listing, Watcher, Wish};
use crate::shared::{MAX_BLOCK, MAX_CHANNELS};

pub(super) const ABOUT: &str = "\
Play a plugin live, or several, with JACK or ALSA

Each plugin runs in a process of its own. One that crashes or hangs is replaced by another with its last state; \
until then, and where its block comes too late, the sound passes as it is. It ends with Ctrl-C or SIGTERM, and with \
--gui once the last editor is closed; then states are saved and the counters shown.

With JACK it is a client with ports for everything that the plugins have, and follows JACK's transport, rate and \
block length. With ALSA it plays to a device and hears MIDI from the sequencer.";

pub(super) const MORE: &str = "\
A guitar through two effects, and a synthesizer with its editor:

  dyad-host play drive.lv2 --set gain=12 --then reverb.vst3
  dyad-host play synth.vst3 --gui --midi Keystation --state lead.state --save-state lead.state";

/// The longest name of a client. JACK's is 64 bytes with a zero at the end.
const NAME: usize = 63;

/// The options of `play`.
#[derive(Debug, Args)]
#[command(mut_arg("plugin", |plugin| plugin.required(false).required_unless_present("list")))]
pub(super) struct Play {
    #[command(flatten)]
    stages: LiveStages,
    /// What plays [default: JACK where a server runs, else ALSA]
    #[arg(long, value_name = "DRIVER")]
    driver: Option<Driver>,
    /// ALSA's device [default: the one called default]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    device: Option<String>,
    /// Frames per second, with ALSA [default: 48000]
    #[arg(long, value_name = "HZ", value_parser = rate, allow_hyphen_values = true)]
    rate: Option<u32>,
    /// Frames of a block, with ALSA [default: 256]
    #[arg(long, value_name = "N", value_parser = frames, allow_hyphen_values = true)]
    frames: Option<u32>,
    /// Channels of the device and of the first plugin, where they can have several numbers
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = channels, allow_hyphen_values = true)]
    channels: u32,
    /// What this program is called there
    #[arg(long, value_name = "NAME", default_value = "dyad-host", value_parser = name)]
    name: String,
    /// Where the sound comes from: a client or port of JACK's, a device of ALSA's, or none [default: the hardware]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    input: Option<String>,
    /// Where MIDI comes from: a name, or a part of one. May be repeated [default: all hardware]
    #[arg(long, value_name = "PORT", value_parser = NonEmptyStringValueParser::new())]
    midi: Vec<String>,
    /// Connect with the hardware that nobody has named; this is so unless said otherwise
    #[arg(long, overrides_with = "no_connect")]
    connect: bool,
    /// Connect with nothing but what is named
    #[arg(long)]
    no_connect: bool,
    /// Quarter notes per minute, where JACK knows none
    #[arg(long, value_name = "BPM", default_value_t = 120.0, value_parser = tempo, allow_hyphen_values = true)]
    tempo: f64,
    /// The part of a block's length that the plugins may take before the sound passes as it is
    #[arg(long, value_name = "PART", default_value_t = 0.7, value_parser = patience, allow_hyphen_values = true)]
    patience: f64,
    /// Show the plugins' editors
    #[arg(long)]
    gui: bool,
    /// End after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_hyphen_values = true)]
    seconds: Option<f64>,
    /// List the devices and MIDI ports of both drivers, and play nothing
    #[arg(long, exclusive = true)]
    list: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Driver {
    /// A client of a JACK server
    Jack,
    /// A device of ALSA's
    Alsa,
}

fn whole(text: &str, range: std::ops::RangeInclusive<u32>, of: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected {} to {}{of}", range.start(), range.end()))
}

fn rate(text: &str) -> Result<u32, String> {
    whole(text, RATES, " Hz")
}

fn frames(text: &str) -> Result<u32, String> {
    whole(text, 1..=MAX_BLOCK, " frames")
}

fn channels(text: &str) -> Result<u32, String> {
    whole(text, 1..=MAX_CHANNELS, "")
}

fn part(text: &str, range: std::ops::RangeInclusive<f64>) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected {} to {}", range.start(), range.end()))
}

fn tempo(text: &str) -> Result<f64, String> {
    part(text, 1.0..=1000.0)
}

fn patience(text: &str) -> Result<f64, String> {
    part(text, 0.01..=1000.0)
}

fn name(text: &str) -> Result<String, String> {
    let bad = |character: char| character == ':' || character.is_control();
    let fits = (1..=NAME).contains(&text.len()) && !text.contains(bad);
    let expected = || format!("expected 1 to {NAME} bytes without a colon or a control character");
    fits.then(|| text.to_owned()).ok_or_else(expected)
}

impl Play {
    fn job(&self) -> Result<Job> {
        let of_alsa = [
            ("--device", self.device.is_some()),
            ("--rate", self.rate.is_some()),
            ("--frames", self.frames.is_some()),
        ];
        let of_alsa = of_alsa.into_iter().find_map(|(option, there)| there.then_some(option));
        let driver = match (self.driver, of_alsa) {
            (Some(Driver::Jack), Some(option)) => {
                return Err(Error::Usage(format!(
                    "{option} is ALSA's, and with JACK its server's; expected one of both"
                )));
            }
            (Some(Driver::Jack), None) => Some(Choice::Jack),
            (Some(Driver::Alsa), _) | (None, Some(_)) => Some(Choice::Alsa),
            (None, None) => None,
        };
        let input = match self.input.as_deref() {
            None => Input::Usual,
            Some("none") => Input::None,
            Some(name) => Input::Named(name.to_owned()),
        };
        let wish = Wish {
            driver,
            name: self.name.clone(),
            device: self.device.clone(),
            rate: self.rate,
            frames: self.frames,
            channels: self.channels,
            input,
            midi: self.midi.clone(),
            connect: !self.no_connect,
            tempo: self.tempo,
        };
        Ok(Job {
            stages: self.stages.stages()?,
            wish,
            patience: self.patience,
            editors: self.gui,
            time: self.seconds.map(Duration::from_secs_f64),
        })
    }
}

pub(super) fn run(host: &Host, command: &Play, verbose: bool) -> Result<bool> {
    if command.list {
        return list();
    }
    let job = command.job()?;
    let mut screen = Screen::new(verbose)?;
    let outcome = play::run(host, &job, &mut screen);
    screen.bar.finish_and_clear();
    outcome
}

/// Where everything goes that is to be seen.
struct Screen {
    interrupt: Interrupt,
    verbose: bool,
    /// Hidden where standard error is no terminal.
    bar: ProgressBar,
}

impl Screen {
    fn new(verbose: bool) -> Result<Self> {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{elapsed_precise} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Ok(Self { interrupt: Interrupt::new()?, verbose, bar })
    }
}

impl Watcher for Screen {
    fn say(&mut self, line: &str) {
        // Where nobody reads it, the music goes on all the same.
        let _ = self.bar.suspend(|| super::say(&format!("{line}\n")));
    }

    fn complain(&mut self, line: &str) {
        self.bar.suspend(|| super::complain(&line));
    }

    fn detail(&mut self, line: &str) {
        if self.verbose {
            self.bar.suspend(|| super::tell(&one_line(line)));
        }
    }

    fn status(&mut self, line: &str) {
        self.bar.set_message(line.to_owned());
        self.bar.tick();
    }

    fn rest(&mut self, time: Duration) -> bool {
        self.interrupt.rest(time)
    }
}

/// What there is to be named, in one table; a driver without anything says why on standard error.
fn list() -> Result<bool> {
    let mut table = Table::new(0, &["driver", "kind", "name", ""].map(|head| (head, Align::Left)));
    for Listing { driver, items } in play::list() {
        match items {
            Ok(items) => {
                for item in items {
                    let kind = match item.kind {
                        Kind::Input => "input",
                        Kind::Output => "output",
                        Kind::Both => "both",
                        Kind::Midi => "MIDI",
                    };
                    table.row(vec![driver.to_owned(), kind.to_owned(), item.name, item.about]);
                }
            }
            Err(reason) => super::complain(&format!("{driver}: {reason}")),
        }
    }
    super::say(&table.to_string())?;
    Ok(true)
}
