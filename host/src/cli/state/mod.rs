//! `dyad-host state`.

mod print;
mod readable;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::Plugin;
use super::table::{Align, Table};
use crate::atomic;
use crate::error::{Error, Result, one_line};
use crate::info::Format;
use crate::missing;
use crate::parameter;
use crate::parent::{Block, Host, Instance, Setup};
use crate::planar::Planar;
use crate::render::Assignment;
use crate::shared::{Change, Transport};
use crate::state::{Container, Layout, PluginState, fit};
use crate::target::Target;

/// The command's arguments.
#[derive(Debug, Args)]
pub(super) struct State {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Save a plugin's state
    Save(Save),
    /// Load a state into a plugin, and print the values it has then
    Load(Load),
    /// Turn a state into one for a plugin of the other format
    Convert(Convert),
    /// Print everything that can be read in a state
    Print(print::Print),
}

#[derive(Debug, Args)]
struct Save {
    #[command(flatten)]
    plugin: Plugin,
    /// State file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Set a parameter first, in plain units
    #[arg(long, value_name = "ID=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    #[command(flatten)]
    layout: As,
}

#[derive(Debug, Args)]
struct Load {
    #[command(flatten)]
    plugin: Plugin,
    /// State file to read: this host's own, or a .vstpreset
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// State file to write with what the plugin has then
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    layout: As,
}

#[derive(Debug, Args)]
struct Convert {
    /// State file to read: this host's own, or a .vstpreset
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    plugin: Plugin,
    /// State file to write
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    layout: As,
}

/// How a state is written
#[derive(Debug, Args)]
struct As {
    /// Kind of file to write
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t = Kind::State)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// This host's own
    State,
    /// A VST3 preset, which other hosts read
    Vstpreset,
}

impl As {
    fn write(&self, container: &Container, path: &Path) -> Result<()> {
        let layout = match self.kind {
            Kind::State => Layout::Container,
            Kind::Vstpreset => Layout::Vstpreset,
        };
        container.write_as(layout, path)
    }

    /// Found out before the plugin is loaded rather than after it.
    fn check(&self, format: Format, path: &Path) -> Result<()> {
        if matches!(self.kind, Kind::Vstpreset) && format != Format::Vst3 {
            return Err(Error::Usage(format!(
                "--as vstpreset: only VST3 plugins have such presets, not {format}"
            )));
        }
        atomic::create(path).map(drop)
    }
}

pub(super) fn run(host: &Host, command: &State) -> Result<bool> {
    match &command.command {
        Command::Save(command) => save(host, command)?,
        Command::Load(command) => load(host, command)?,
        Command::Convert(command) => convert(host, command)?,
        Command::Print(command) => print::run(command)?,
    }
    Ok(true)
}

fn open(host: &Host, plugin: &Plugin, target: &Target) -> Result<Instance> {
    let class = plugin.class.as_deref();
    let loaded = host.open(target, Setup::default()).and_then(|session| session.load(class));
    loaded.map_err(|e| missing::or_failed(host, target, class, e))
}

fn save(host: &Host, command: &Save) -> Result<()> {
    let set = command.set.iter().map(|text| Assignment::parse(text)).collect::<Result<Vec<_>>>()?;
    let target = Target::parse(&command.plugin.plugin)?;
    command.layout.check(target.format(), &command.file)?;
    let mut plugin = open(host, &command.plugin, &target)?;
    apply(&mut plugin, &set)?;
    let container = saved(&mut plugin)?;
    plugin.close()?;
    command.layout.write(&container, &command.file)
}

/// Gives the plugin values. What is saved is what sounds, so a block is processed with them.
fn apply(plugin: &mut Instance, set: &[Assignment]) -> Result<()> {
    let mut values = Vec::new();
    for Assignment { name, value } in set {
        let value = parameter::resolve(plugin, name, value)?;
        values.push((value.index, value.native));
    }
    if values.is_empty() {
        return Ok(());
    }
    plugin.set(&values)?;
    let frames = plugin.setup().max_block;
    let active = plugin.activate(None)?;
    let main = |buses: &[crate::info::Bus]| crate::info::main_channels(buses) as usize;
    let (inputs, outputs) = (main(&active.inputs), main(&active.outputs));
    let changes: Vec<_> =
        values.iter().map(|(index, native)| Change { index: *index, offset: 0, native: *native }).collect();
    let block = Block {
        frames,
        transport: Transport { playing: false, ..Transport::playing_at(0) },
        input: &Planar::new(inputs, frames as usize),
        aux: &[],
        changes: &changes,
        midi: &[],
    };
    plugin.process(&block, &mut Planar::new(outputs, frames as usize))?;
    plugin.deactivate()
}

fn saved(plugin: &mut Instance) -> Result<Container> {
    let state = plugin.save_state()?;
    Ok(Container { plugin: plugin.info().id.clone(), state })
}

fn load(host: &Host, command: &Load) -> Result<()> {
    let target = Target::parse(&command.plugin.plugin)?;
    if let Some(out) = &command.out {
        command.layout.check(target.format(), out)?;
    }
    let container = Container::read(&command.file)?;
    let mut plugin = open(host, &command.plugin, &target)?;
    hand_over(&mut plugin, container, &command.file)?;
    let values = values(&mut plugin)?;
    let container = command.out.as_ref().map(|_| saved(&mut plugin)).transpose()?;
    plugin.close()?;
    if let (Some(container), Some(out)) = (container, &command.out) {
        command.layout.write(&container, out)?;
    }
    super::say(&values)
}

/// Loads a state into the plugin, says what was lost, and gives what the plugin took.
fn hand_over(plugin: &mut Instance, container: Container, file: &Path) -> Result<PluginState> {
    let fitted =
        fit(container, plugin.info()).map_err(|reason| Error::State { path: file.to_owned(), reason })?;
    plugin.load_state(fitted.state.clone())?;
    fitted.lost.iter().for_each(|line| super::complain(line));
    if let PluginState::Lv2 { ports, .. } = &fitted.state {
        let known = |symbol: &String| plugin.info().parameters.iter().any(|p| p.id == *symbol);
        for (symbol, value) in ports.iter().filter(|(symbol, _)| !known(symbol)) {
            super::complain(&format!("the plugin has no port {symbol}: its value {value} is lost"));
        }
    }
    Ok(fitted.state)
}

fn values(plugin: &mut Instance) -> Result<String> {
    let columns = [
        ("parameter", Align::Left),
        ("name", Align::Left),
        ("value", Align::Right),
        ("unit", Align::Left),
        ("shown", Align::Left),
    ];
    let mut table = Table::new(0, &columns);
    let values = plugin.values()?;
    for (parameter, value) in plugin.info().parameters.iter().zip(values) {
        table.row(vec![
            one_line(&parameter.id),
            one_line(&parameter.name),
            super::info::number(value.plain),
            one_line(&parameter.unit),
            one_line(&value.text),
        ]);
    }
    let none = plugin.info().parameters.is_empty();
    Ok(if none { "no parameters\n".into() } else { table.to_string() })
}

fn convert(host: &Host, command: &Convert) -> Result<()> {
    let target = Target::parse(&command.plugin.plugin)?;
    command.layout.check(target.format(), &command.out)?;
    let container = Container::read(&command.file)?;
    let mut plugin = open(host, &command.plugin, &target)?;
    // The plugin itself says whether it takes the state.
    let state = hand_over(&mut plugin, container, &command.file)?;
    let container = Container { plugin: plugin.info().id.clone(), state };
    plugin.close()?;
    command.layout.write(&container, &command.out)
}
