//! How the program ends: one table, from which the code, every `--help` and the man page are made.

use std::process::ExitCode;

use crate::error::Error;
use crate::gui::Refusal;

/// Why the program ended. The numbers are stable; 0 to 6 agree with the child's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    Success = 0,
    Usage = 1,
    SharedMemory = 2,
    Events = 3,
    NoPlugin = 4,
    Load = 5,
    Protocol = 6,
    Crashed = 7,
    Hung = 8,
    Refused = 9,
    File = 10,
    NoDisplay = 11,
    NoEditor = 12,
    ForeignEditor = 13,
    BrokenEditor = 14,
    BlankEditor = 15,
    Defect = 16,
    Device = 17,
    System = 18,
}

impl Exit {
    /// All of them, by number.
    pub(super) const ALL: [Exit; 19] = [
        Exit::Success,
        Exit::Usage,
        Exit::SharedMemory,
        Exit::Events,
        Exit::NoPlugin,
        Exit::Load,
        Exit::Protocol,
        Exit::Crashed,
        Exit::Hung,
        Exit::Refused,
        Exit::File,
        Exit::NoDisplay,
        Exit::NoEditor,
        Exit::ForeignEditor,
        Exit::BrokenEditor,
        Exit::BlankEditor,
        Exit::Defect,
        Exit::Device,
        Exit::System,
    ];

    /// The number that the shell sees.
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    /// What it means, for the table in `--help`.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Exit::Success => "all is well",
            Exit::Usage => "the command line makes no sense, or a parameter can't have its value",
            Exit::SharedMemory => "no shared memory for the plugin's process",
            Exit::Events => "the two processes can't wake each other",
            Exit::NoPlugin => "there is no such plugin, its format is unknown, or it is not said which one",
            Exit::Load => "the plugin can't be loaded",
            Exit::Protocol => "the plugin's process broke the protocol",
            Exit::Crashed => "the plugin crashed, or its process ended",
            Exit::Hung => "the plugin hung, and was ended",
            Exit::Refused => "the plugin refused something, or the state is another plugin's",
            Exit::File => "a file can't be read or written",
            Exit::NoDisplay => "there is no X11 display",
            Exit::NoEditor => "the plugin has no editor",
            Exit::ForeignEditor => "the plugin has no editor for X11",
            Exit::BrokenEditor => "the plugin's editor did not open",
            Exit::BlankEditor => "the plugin's editor painted nothing, or can't be pictured",
            Exit::Defect => "plugins failed, results differ, or a defect was found",
            Exit::Device => "an audio or MIDI device can't be used",
            Exit::System => "the system refused something",
        }
    }

    /// Whether what was asked for makes no sense, so that the usage helps.
    pub(super) fn is_usage(self) -> bool {
        self == Exit::Usage
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::Usage(_) | Error::Parameter(_) => Exit::Usage,
            Error::SharedMemory(_) => Exit::SharedMemory,
            Error::Events { .. } => Exit::Events,
            Error::Target { .. } => Exit::NoPlugin,
            Error::Load { .. } => Exit::Load,
            Error::Protocol { .. } => Exit::Protocol,
            Error::Crashed { .. } | Error::Exited { .. } => Exit::Crashed,
            Error::Hung { .. } => Exit::Hung,
            Error::Plugin { .. } | Error::State { .. } => Exit::Refused,
            Error::File { .. } => Exit::File,
            Error::Editor { reason, .. } => match reason.refusal {
                Refusal::Display => Exit::NoDisplay,
                Refusal::None => Exit::NoEditor,
                Refusal::Foreign => Exit::ForeignEditor,
                Refusal::Broken => Exit::BrokenEditor,
                Refusal::Blank => Exit::BlankEditor,
            },
            Error::Device { .. } => Exit::Device,
            Error::System { .. } => Exit::System,
        }
    }
}

/// The table as `--help` shows it.
pub(super) fn table() -> String {
    let lines = Exit::ALL.map(|exit| format!("  {:>2}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_in_order() {
        for (number, exit) in (0..).zip(Exit::ALL) {
            assert_eq!(exit.code(), number);
        }
        assert_eq!(table().lines().count(), 1 + Exit::ALL.len());
    }

    #[test]
    fn what_the_child_says_means_the_same_here() {
        use crate::child::Exit as Child;
        for (child, ours) in [
            (Child::Success, Exit::Success),
            (Child::Usage, Exit::Usage),
            (Child::SharedMemory, Exit::SharedMemory),
            (Child::Wake, Exit::Events),
            (Child::UnknownFormat, Exit::NoPlugin),
            (Child::Load, Exit::Load),
            (Child::Protocol, Exit::Protocol),
        ] {
            assert_eq!(child as u8, ours.code());
        }
    }

    #[test]
    fn lines_fit_a_terminal() {
        for exit in Exit::ALL {
            assert!(exit.meaning().len() <= 76, "{}", exit.meaning());
        }
    }
}
