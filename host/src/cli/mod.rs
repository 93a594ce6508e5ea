//! The command line.

mod arguments;
mod check;
mod gui;
mod info;
mod interrupt;
mod render;
mod render_all;
mod table;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::error::{Error, Result, one_line};
use arguments::{Arguments, Command};

/// Runs the program; the first argument is its name.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let host = arguments.host();
    if let Command::Check(command) = &arguments.command {
        return check::run(&host, command, arguments.limit, arguments.verbose).unwrap_or_else(|error| {
            complain(&error);
            check::exit_code(&error)
        });
    }
    let outcome = match &arguments.command {
        Command::Check(_) => Ok(true),
        Command::Info(command) => info::run(&host, command),
        Command::Render(command) => render::run(&host, command),
        Command::RenderAll(command) => render_all::run(&host, command),
        Command::Gui(command) => gui::run(&host, command, arguments.verbose),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&error);
            match arguments.command {
                Command::Gui(_) => gui::exit_code(&error),
                _ => ExitCode::FAILURE,
            }
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

/// One line on standard error.
fn complain(error: &dyn std::fmt::Display) {
    // Nothing sensible is left to do where even this can't be printed.
    let _ = writeln!(std::io::stderr(), "dyad-host: {}", one_line(&error.to_string()));
}

fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nothing sensible is left to do where even this can't be printed.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(2);
    }
    // What is wrong comes first; usage and tips follow after an empty line.
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    complain(&first.strip_prefix("error: ").unwrap_or(first));
    ExitCode::from(2)
}
