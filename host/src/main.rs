//! The program `dyad-host`: the command line, and the child process that holds a plugin.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let is_child = arguments.nth(1).is_some_and(|a| a == dyad_host::CHILD_SUBCOMMAND);
    if is_child {
        let rest: Vec<_> = arguments.map(|a| a.to_string_lossy().into_owned()).collect();
        return dyad_host::child_main(&rest);
    }
    dyad_host::cli::main(std::env::args_os())
}
