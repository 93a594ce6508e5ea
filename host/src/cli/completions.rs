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
    clap_complete::generate(command.shell, &mut super::usage::shown_command(), "dyad-host", &mut script);
    // For bash the library names this program in two ways, and finds no command below it (clap_complete 4.6).
    super::say(&String::from_utf8_lossy(&script).replace("dyad__subcmd__host", "dyad__host"))?;
    Ok(true)
}
