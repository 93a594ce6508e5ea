//! What the child does to itself before the plugin comes: whatever the plugin does then ends here.

#![allow(unsafe_code)]

use std::io;

use rustix::process::{Pid, Resource, Rlimit, Signal};

use super::Exit;
use super::start::Failure;

/// The least memory that a child can be given, in bytes: less would not do for the child alone.
pub(crate) const LEAST_MEMORY: u64 = 64 << 20;

/// What a web editor's processes reserve, which never touch most of it.
const WEB_EDITOR: u64 = 8 << 30;

/// How likely the kernel ends the child when memory runs out: from -1000 to 1000, 0 as usual.
const FIRST_TO_GO: i32 = 500;

/// The bounds of a child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Confines {
    /// How much memory the plugin may allocate, in bytes; three quarters of the machine's if not told.
    pub(crate) memory: Option<u64>,
    /// The process whose thread the child dies with, even while it is stopped.
    pub(crate) tied: Option<u32>,
    /// Whether a crash may leave a core file.
    pub(crate) cores: bool,
}

impl Confines {
    pub(super) fn to_command_line(&self) -> Vec<String> {
        let mut words = vec![];
        let mut say = |name: &str, value: String| words.extend([name.to_owned(), value]);
        if let Some(memory) = self.memory {
            say("--memory", memory.to_string());
        }
        if let Some(parent) = self.tied {
            say("--tied", parent.to_string());
        }
        if self.cores {
            say("--cores", "yes".into());
        }
        words
    }

    /// Reads the three values, where they are given.
    pub(super) fn parse(
        memory: Option<&String>,
        tied: Option<&String>,
        cores: Option<&String>,
    ) -> Result<Self, String> {
        let refuse = |name, wanted, text| format!("{name} must be {wanted}, not {text:?}");
        let memory = memory.map(|text| {
            let wanted = format!("a whole number of bytes from {LEAST_MEMORY} on");
            let bytes = text.parse().ok().filter(|bytes| *bytes >= LEAST_MEMORY);
            bytes.ok_or_else(|| refuse("--memory", wanted, text))
        });
        let tied = tied.map(|text| {
            let number = text.parse::<u32>().ok().filter(|number| (1..1 << 31).contains(number));
            number.ok_or_else(|| refuse("--tied", "a process number".into(), text))
        });
        let cores = match cores.map(String::as_str) {
            None | Some("no") => false,
            Some("yes") => true,
            Some(_) => return Err(refuse("--cores", "yes or no".into(), cores.unwrap_or(&String::new()))),
        };
        Ok(Self { memory: memory.transpose()?, tied: tied.transpose()?, cores })
    }

    /// Puts them into effect for this process and all that it starts.
    pub(super) fn enter(&self) -> Result<(), Failure> {
        if let Some(parent) = self.tied {
            tie(parent)?;
        }
        lower(Resource::Data, self.memory.unwrap_or_else(usual_memory))
            .map_err(|e| (Exit::Usage, format!("cannot limit the plugin's memory: {e}")))?;
        if !self.cores {
            // 1 instead of 0 also keeps core files from programs that would collect them, and the
            // parent waits as long as they do. Without it a crash is noticed late, which is no failure.
            let _ = lower(Resource::Core, 1);
        }
        give_way();
        Ok(())
    }
}

/// Ends the process with the parent's thread that has started it.
fn tie(parent: u32) -> Result<(), Failure> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|e| (Exit::Protocol, format!("cannot be tied to the parent: {e}")))?;
    // It may have ended just before.
    let now = rustix::process::getppid().map(Pid::as_raw_nonzero);
    if now.and_then(|now| u32::try_from(now.get()).ok()) == Some(parent) {
        Ok(())
    } else {
        Err((Exit::Protocol, "the parent is gone".into()))
    }
}

/// Lowers a limit, or leaves it where it is lower already. Only the soft one: a helper of the plugin's
/// that knows what it needs can have more.
fn lower(resource: Resource, to: u64) -> io::Result<()> {
    let Rlimit { current, maximum } = rustix::process::getrlimit(resource);
    let current = Some(current.map_or(to, |current| current.min(to)));
    Ok(rustix::process::setrlimit(resource, Rlimit { current, maximum })?)
}

/// Three quarters of the machine's memory, in bytes, but not so little that no web editor starts: what is
/// counted is what is reserved.
fn usual_memory() -> u64 {
    let system = rustix::system::sysinfo();
    let all = (system.totalram as u64).saturating_mul(system.mem_unit.into());
    (all / 4 * 3).max(WEB_EDITOR)
}

/// When memory runs out, the plugin is to end and not its host.
fn give_way() {
    let file = "/proc/self/oom_score_adj";
    let now = std::fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
    if now.is_none_or(|now: i32| now < FIRST_TO_GO) {
        // Without it the kernel chooses by size, as ever.
        let _ = std::fs::write(file, FIRST_TO_GO.to_string());
    }
}

/// Rids the process of what the parent was not asked to pass on: descriptors and the handling of
/// signals. For the very start, when nobody has opened anything.
pub(super) fn forget_the_parent() {
    close_inherited();
    // SAFETY: an empty set is valid, and is initialised by `sigemptyset` before its use.
    unsafe {
        let mut none = std::mem::MaybeUninit::uninit();
        libc::sigemptyset(none.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
    }
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: both structures are plain data; the calls fail for the signals that nobody may change.
        unsafe {
            let mut action = std::mem::zeroed::<libc::sigaction>();
            if libc::sigaction(signal, std::ptr::null(), &raw mut action) == 0
                && action.sa_sigaction == libc::SIG_IGN
            {
                action.sa_sigaction = libc::SIG_DFL;
                action.sa_flags = 0;
                if signal == libc::SIGPIPE {
                    // A closed pipe is an error for whoever writes, and no reason to die. Rust ignores
                    // the signal to that end; programs that a plugin starts would inherit that, and
                    // a handler they don't.
                    let handler: extern "C" fn(libc::c_int) = nothing;
                    action.sa_sigaction = handler as libc::sighandler_t;
                    action.sa_flags = libc::SA_RESTART;
                }
                libc::sigaction(signal, &raw const action, std::ptr::null_mut());
            }
        }
    }
}

extern "C" fn nothing(_signal: libc::c_int) {}

fn close_inherited() {
    const FIRST: u32 = 3;
    // SAFETY: nothing in this process has opened a descriptor yet, so nobody owns one from 3 on.
    if unsafe { libc::syscall(libc::SYS_close_range, FIRST, u32::MAX, 0) } == 0 {
        return;
    }
    // Older than Linux 5.9, or forbidden by a filter that has not heard of it.
    let Ok(folder) = std::fs::read_dir("/proc/self/fd") else { return };
    let open: Vec<i32> = folder
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|number| *number >= FIRST as i32)
        .collect();
    for number in open {
        // SAFETY: as above; the folder's own descriptor is closed already, which is an error and no more.
        unsafe { libc::close(number) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_guessed() {
        let text = |text: &str| Some(text.to_owned());
        let parse = |memory: Option<String>, tied: Option<String>, cores: Option<String>| {
            Confines::parse(memory.as_ref(), tied.as_ref(), cores.as_ref())
        };
        for bad in ["", "0", "-1", "1G", "67108863", "99999999999999999999"] {
            assert!(parse(text(bad), None, None).unwrap_err().contains("--memory"), "{bad}");
        }
        for bad in ["", "0", "-1", "2147483648", "me"] {
            assert!(parse(None, text(bad), None).unwrap_err().contains("--tied"), "{bad}");
        }
        assert!(parse(None, None, text("maybe")).unwrap_err().contains("\"maybe\""));
        assert_eq!(parse(None, None, None), Ok(Confines::default()));
    }

    #[test]
    fn round_trip() {
        let confines = Confines { memory: Some(LEAST_MEMORY), tied: Some(17), cores: true };
        let words = confines.to_command_line();
        assert_eq!(Confines::parse(words.get(1), words.get(3), words.get(5)), Ok(confines));
    }
}
