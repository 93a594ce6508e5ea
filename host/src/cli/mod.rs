//! The command line.

mod arguments;
mod bench;
mod check;
mod completions;
mod exit;
mod gui;
mod info;
mod info_json;
mod interrupt;
mod man;
mod play;
mod render;
mod render_all;
mod round_trip;
mod scan;
mod silence;
mod stages;
mod state;
mod table;
mod usage;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use crate::error::{Error, Result, one_line};
use arguments::Command;
use exit::Exit;

/// Runs the program; the first argument is its name.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let read = match usage::read(arguments) {
        Ok(read) => read,
        Err(end) => return end,
    };
    let arguments = &read.arguments;
    let host = arguments.host();
    let outcome = match &arguments.command {
        Command::Check(command) => check::run(&host, command, arguments.limit, arguments.verbose),
        Command::Info(command) => info::run(&host, command),
        Command::Render(command) => render::run(&host, command),
        Command::Play(command) => play::run(&host, command, arguments.verbose),
        Command::RenderAll(command) => render_all::run(&host, command),
        Command::Bench(command) => bench::run(&host, command),
        Command::RoundTrip(command) => round_trip::run(command),
        Command::FloorPartner(command) => round_trip::partner(command),
        Command::Gui(command) => gui::run(&host, command, arguments.verbose),
        Command::Scan(command) => scan::run(&host, command),
        Command::State(command) => state::run(&host, command),
        Command::Man(command) => man::run(command),
        Command::Completions(command) => completions::run(command),
    };
    match outcome {
        Ok(true) => Exit::Success.into(),
        Ok(false) => Exit::Defect.into(),
        Err(error) => {
            complain(&error);
            let exit = Exit::from(&error);
            if exit.is_usage() {
                read.show_usage();
            }
            exit.into()
        }
    }
}

/// Text on standard output. Where nobody reads it any more (`| head`), that is not an error.
fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::system("write to standard output")(e))
        }
        _ => Ok(()),
    }
}

/// Anything as JSON to read.
fn pretty(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::system("write JSON")(e))?;
    Ok(text + "\n")
}

/// One line on standard error.
fn complain(error: &dyn std::fmt::Display) {
    // Nothing sensible is left to do where even this can't be printed.
    let _ = writeln!(std::io::stderr(), "dyad-host: {}", one_line(&error.to_string()));
}

/// Text on standard error as it is, on lines of its own.
fn tell(text: &str) {
    // Nothing sensible is left to do where even this can't be printed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
