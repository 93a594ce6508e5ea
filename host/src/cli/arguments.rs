//! What the program can be asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::gui::{MAX_SIDE, SCALES};
use crate::parent::{DEFAULT_LIMIT, Host};

/// Describes and runs LV2 and VST3 plugins, each in a process of its own.
#[derive(Debug, Parser)]
#[command(name = "dyad-host", version)]
pub(super) struct Arguments {
    /// Seconds that a plugin may go without progress before it is ended
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = DEFAULT_LIMIT.as_secs_f64(), value_parser = seconds)]
    pub(super) limit: f64,
    /// Show what plugins print
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Arguments {
    pub(super) fn host(&self) -> Host {
        Host::new().limit(Duration::from_secs_f64(self.limit)).verbose(self.verbose)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Describe a plugin, or every plugin of a bundle
    Info(Info),
    /// Render audio and MIDI through a plugin, or through several
    #[command(after_help = super::render::MORE)]
    Render(super::render::Render),
    /// Play a plugin live, or several, with JACK or ALSA
    #[command(long_about = super::play::ABOUT, after_help = super::play::MORE)]
    Play(super::play::Play),
    /// Render a file through every plugin of a folder, and compare the formats
    RenderAll(RenderAll),
    /// Open a plugin's editor in a window
    #[command(long_about = super::gui::ABOUT)]
    Gui(Gui),
    /// Measure how long a plugin takes for a block
    #[command(long_about = super::bench::ABOUT)]
    Bench(super::bench::Bench),
    /// Measure the way to a plugin's process and back, beside the least that it could cost
    #[command(hide = true)]
    RoundTrip(super::round_trip::RoundTrip),
    /// Be the other end of such a measurement
    #[command(hide = true)]
    FloorPartner(super::round_trip::FloorPartner),
    /// Find all plugins, and find out which of them work
    #[command(long_about = super::scan::ABOUT)]
    Scan(super::scan::Scan),
    /// Save, load, convert and print plugins' states
    State(super::state::State),
    /// Print the manual page
    Man(super::man::Man),
    /// Print a shell's completions
    Completions(super::completions::Completions),
    /// Try a plugin in every way known to make plugins fail, and report what is wrong with it
    Check(super::check::Check),
}

/// The plugin: an LV2 bundle or URI, or a VST3 bundle or module
#[derive(Debug, Args)]
pub(super) struct Plugin {
    /// LV2 bundle (NAME.lv2), LV2 URI, VST3 bundle (NAME.vst3) or VST3 module (.so)
    #[arg(value_name = "PLUGIN")]
    pub(super) plugin: String,
    /// Which plugin of the bundle: LV2 URI, or VST3 class id or name
    #[arg(long, value_name = "ID")]
    pub(super) class: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Info {
    #[command(flatten)]
    pub(super) plugin: Plugin,
    /// List hidden parameters too
    #[arg(long)]
    pub(super) all: bool,
    /// Print JSON with all parameters, as docs/scan.md describes it
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RenderAll {
    /// Folder with NAME.lv2 and NAME.vst3 bundles
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// WAV or FLAC file to read
    #[arg(long = "in", value_name = "FILE")]
    pub(super) input: PathBuf,
    /// MIDI file for instruments, and for plugins with MIDI alone; they play it instead of --in
    #[arg(long, value_name = "FILE")]
    pub(super) midi: Option<PathBuf>,
    /// Folder to write to: NAME.lv2.wav and NAME.vst3.wav, or .mid of plugins with MIDI alone
    #[arg(long = "out", value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Block sizes in frames, one after the other and over again
    #[arg(long, value_name = "N[,N…]", default_value = "512", allow_hyphen_values = true)]
    pub(super) block: String,
    /// Seconds to render after the input's end [default: until it is silent]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub(super) tail: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct Gui {
    #[command(flatten)]
    pub(super) plugin: Plugin,
    /// Write a picture of the editor as a PNG file, then close it
    #[arg(long, value_name = "FILE")]
    pub(super) screenshot: Option<PathBuf>,
    /// The window's size in pixels, for editors that take one [default: the editor's own]
    #[arg(long, value_name = "WxH", value_parser = size, allow_hyphen_values = true)]
    pub(super) size: Option<[u32; 2]>,
    /// Physical pixels for each logical one, for editors that ask [default: unsaid]
    #[arg(long, value_name = "FACTOR", value_parser = scale, allow_hyphen_values = true)]
    pub(super) scale: Option<f32>,
    /// State file to load first
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// State file to write in the end
    #[arg(long, value_name = "FILE")]
    pub(super) save_state: Option<PathBuf>,
    /// Set a parameter first, in plain units
    #[arg(long, value_name = "ID=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    /// Close the editor after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_hyphen_values = true)]
    pub(super) seconds: Option<f64>,
    /// Leave the plugin inactive: it processes nothing
    #[arg(long)]
    pub(super) stopped: bool,
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let side = |text: &str| text.parse().ok().filter(|side| (1..=MAX_SIDE).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| Some([side(width)?, side(height)?]));
    sides.ok_or_else(|| format!("expected WIDTHxHEIGHT, each 1 to {MAX_SIDE} pixels"))
}

fn scale(text: &str) -> Result<f32, String> {
    let scale = text.parse().ok().filter(|scale| SCALES.contains(scale));
    scale.ok_or_else(|| format!("expected {} to {}", SCALES.start(), SCALES.end()))
}

pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok();
    seconds
        .filter(|seconds| (0.001..=86_400.0).contains(seconds))
        .ok_or_else(|| "expected 0.001 to 86400 seconds".to_owned())
}
