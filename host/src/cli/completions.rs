//! `dyad-host completions`.

use clap::Args;
use clap_complete::Shell;

use crate::error::Result;

/// The command's arguments.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(command: &Completions) -> Result<bool> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut super::usage::command(), "dyad-host", &mut script);
    super::say(&String::from_utf8_lossy(&script))?;
    Ok(true)
}
