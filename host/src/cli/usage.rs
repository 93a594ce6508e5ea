//! Reading the command line, and what is said where it makes no sense.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory as _, FromArgMatches as _};

use super::arguments::Arguments;
use super::exit::{self, Exit};

/// A command line that makes sense so far.
pub(super) struct Read {
    pub(super) arguments: Arguments,
    /// How the command is used, should its values turn out to make none.
    usage: String,
}

impl Read {
    /// The usage on standard error, after a complaint.
    pub(super) fn show_usage(&self) {
        super::tell(&self.usage);
    }
}

/// The whole command line of the program.
pub(super) fn plain_command() -> Command {
    Arguments::command()
}

/// The same without hidden commands, for what tells of all: manual pages, completions.
pub(super) fn shown_command() -> Command {
    let all = plain_command();
    let shown = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    // Commands can't be taken out, so that all else is put into another one.
    Command::new("dyad-host")
        .version(env!("CARGO_PKG_VERSION"))
        .about(all.get_about().cloned().unwrap_or_default())
        .args(all.get_arguments().cloned())
        .subcommand_required(true)
        .subcommands(shown.collect::<Vec<_>>())
}

/// The whole one with the exit codes at every command.
pub(super) fn command() -> Command {
    let mut command = with_exit_codes(plain_command());
    command.build();
    command
}

fn with_exit_codes(command: Command) -> Command {
    let more = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let text = more.into_iter().chain([exit::table()]).collect::<Vec<_>>().join("\n\n");
    command.after_long_help(text).mut_subcommands(with_exit_codes)
}

/// Reads the command line. Where there is nothing to do, all is said and this is the end.
pub(super) fn read(words: impl IntoIterator<Item = OsString>) -> Result<Read, ExitCode> {
    let mut command = command();
    let words: Vec<OsString> = words.into_iter().collect();
    let usage = usage_of(&mut command, words.get(1..).unwrap_or_default());
    let read = command.try_get_matches_from_mut(words);
    match read.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => Ok(Read { arguments, usage }),
        Err(error) => Err(refuse(&error, &usage)),
    }
}

/// The usage of the command that the words name, whatever else is wrong with them.
fn usage_of(command: &mut Command, words: &[OsString]) -> String {
    for (at, word) in words.iter().enumerate() {
        if let Some(found) = word.to_str().and_then(|word| command.find_subcommand_mut(word)) {
            return usage_of(found, &words[at + 1..]);
        }
    }
    command.render_usage().to_string()
}

fn refuse(error: &clap::Error, usage: &str) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nothing sensible is left to do where even this can't be printed.
            let _ = error.print();
            return Exit::Success.into();
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            super::complain(&"there is nothing to do: expected a command");
            super::tell(error.to_string().trim_end());
        }
        _ => {
            // What is wrong comes first; tips and usage follow after empty lines, but not always.
            let text = error.to_string();
            let mut parts = text.split("\n\n");
            let first = parts.next().unwrap_or_default();
            super::complain(&first.strip_prefix("error: ").unwrap_or(first));
            super::tell(parts.find(|part| part.starts_with("Usage:")).unwrap_or(usage).trim_end());
        }
    }
    Exit::Usage.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &Command) {
        let help = command.clone().render_long_help().to_string();
        assert!(help.contains(&exit::table()), "{}", command.get_name());
        command.get_subcommands().filter(|c| c.get_name() != "help").for_each(check);
    }

    #[test]
    fn every_command_is_sound_and_tells_its_exit_codes() {
        Arguments::command().debug_assert();
        check(&command());
    }
}
