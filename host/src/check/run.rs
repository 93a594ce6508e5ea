//! The process of one trial.

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use rustix::process::Signal;

use super::context::{Subject, Trial};
use super::finding::Line;
use super::{rules, trials};
use crate::info::Format;

/// The hidden subcommand's name.
pub(crate) const SUBCOMMAND_NAME: &str = "check-trial";

const USAGE: &str = "usage: dyad-host check-trial NAME lv2|vst3 LOCATION [CLASS]
Started by dyad-host itself, with a socket as standard input.";

/// Runs the trial that the words name.
pub(crate) fn main_trial(words: &[String]) -> ExitCode {
    let Some((entry, subject)) = parse(words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(1);
    };
    let out = match take_standard_streams() {
        Ok(out) => out,
        Err(error) => {
            eprintln!("dyad-host check-trial: cannot take over standard input: {error}");
            return ExitCode::from(6);
        }
    };
    if let Ok(out) = out.try_clone() {
        tell_panics(out);
    }
    let mut trial = Trial::new(subject, out);
    let outcome = (entry.run)(&mut trial);
    if let Err(reason) = outcome {
        let text = match trial.doing() {
            "" => reason,
            doing => format!("while {doing}: {reason}"),
        };
        trial.find(&rules::REFUSED, text);
    }
    trial.uncounted();
    trial.tell(&Line::Done);
    ExitCode::SUCCESS
}

fn parse(words: &[String]) -> Option<(&'static trials::Entry, Subject)> {
    let (name, format, plugin, class) = match words {
        [name, format, plugin] => (name, format, plugin, None),
        [name, format, plugin, class] => (name, format, plugin, Some(class.clone())),
        _ => return None,
    };
    let format = Format::from_tag(format)?;
    let entry = trials::all().iter().find(|entry| entry.name == name && entry.suits(format))?;
    Some((entry, Subject { format, plugin: plugin.clone(), class }))
}

/// Takes the way to the parent from standard input, and gives the plugin harmless streams.
fn take_standard_streams() -> std::io::Result<UnixStream> {
    // What a plugin does to this process shall not outlive the parent.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let out = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(UnixStream::from(out))
}

/// A panic of this program's must not look like the plugin's crash.
fn tell_panics(out: UnixStream) {
    use std::io::Write as _;
    std::panic::set_hook(Box::new(move |info| {
        let line = serde_json::to_string(&Line::Broken(info.to_string())).unwrap_or_default();
        let _ = writeln!(&out, "{line}");
        std::process::abort();
    }));
}
