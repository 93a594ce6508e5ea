//! The program `dyad-host`: the command line, and the child process that holds a plugin.

#[cfg(all(target_env = "gnu", not(any(dyad_rtsan, dyad_tsan))))]
mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let hidden = match arguments.nth(1) {
        Some(word) if word == dyad_host::CHILD_SUBCOMMAND => {
            Some(dyad_host::child_main as fn(&[String]) -> _)
        }
        Some(word) if word == dyad_host::TRIAL_SUBCOMMAND => Some(dyad_host::trial_main as _),
        _ => None,
    };
    if let Some(main) = hidden {
        let rest: Vec<_> = arguments.map(|a| a.to_string_lossy().into_owned()).collect();
        return main(&rest);
    }
    dyad_host::cli::main(std::env::args_os())
}
