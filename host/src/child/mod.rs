//! The child process: one plugin, and nothing that the parent could lose with it.
//!
//! Four threads, four roles. The **main thread** instantiates the plugin, runs its editor, and does
//! everything else that both formats want done there. The **audio thread** runs blocks and waits for nobody
//! but the parent's wake-up. The **control thread** only reads the control channel, so that the process ends
//! with its parent even while the plugin keeps the main thread busy for ever. The **state thread** encodes
//! and sends what the parent is told: a state of a gigabyte keeps no editor waiting.
//!
//! The control channel arrives as standard input: so the parent needs no unsafe code between fork
//! and exec, and no descriptor can leak into another child.

mod arguments;
mod audio;
mod bus;
mod confine;
mod control;
pub(crate) mod float;
mod hosted;
mod priority;
mod probe;
mod rtkit;
mod serve;
mod stage;
mod start;
mod telling;

pub(crate) use arguments::{Arguments, RATES};
pub(crate) use confine::{Confines, LEAST_MEMORY};
pub(crate) use hosted::{Activation, Block, Hosted, Output, Processor, Room};
pub use priority::{Priority, RaisedBy};
pub(crate) use priority::{USUAL as USUAL_PRIORITY, raise};
pub(crate) use probe::is_probe;
pub(crate) use serve::Around;

use std::process::ExitCode;

/// The hidden subcommand that turns a program into the child.
pub const SUBCOMMAND: &str = "child";

/// How the child ends; the numbers are part of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success = 0,
    Usage = 1,
    SharedMemory = 2,
    Wake = 3,
    UnknownFormat = 4,
    Load = 5,
    Protocol = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Runs the child with the arguments that follow [`SUBCOMMAND`].
///
/// A program that uses this crate as a library and names itself as the host's program calls this
/// first thing in `main`, on the main thread, before it opens any file: all descriptors but the
/// standard streams are closed.
#[must_use]
pub fn main(arguments: &[String]) -> ExitCode {
    match start::run(arguments) {
        Ok(()) => Exit::Success.into(),
        Err((exit, reason)) => {
            eprintln!("dyad-host child: {reason}");
            if exit == Exit::Usage {
                eprintln!("{}", arguments::USAGE);
            }
            exit.into()
        }
    }
}
