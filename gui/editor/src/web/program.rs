//! The program that shows a page: where it is, how it is started, and that nothing is left of it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dyad_web_wire::{PROGRAM, Reader, ToProgram, Writer};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, pidfd_send_signal,
    waitid,
};

/// Why the program was not started.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error("{PROGRAM} is not installed")]
    Missing,
    #[error("{0} can't be started: {1}")]
    Refused(PathBuf, std::io::Error),
    #[error("no socket: {0}")]
    Socket(std::io::Error),
}

/// A program that runs.
pub(super) struct Program {
    child: Child,
    /// Its process, also after somebody else has waited for it: a number may be another process by then.
    handle: Option<OwnedFd>,
    socket: UnixStream,
    pub(super) reader: Reader,
    pub(super) writer: Writer,
}

/// How long a program that was told to end may take.
const ENDING: Duration = Duration::from_millis(250);

/// While more bytes than this are on their way to a program, nothing that it says is taken: whoever asks has to
/// listen too.
pub(super) const FULL: usize = 1 << 20;

impl Program {
    /// Starts it, with a socket as its standard input. The standard library does this by `posix_spawn`, as
    /// long as nothing is to run between fork and exec: a fork of a host of some gigabytes takes its time.
    pub(super) fn start() -> Result<Self, StartError> {
        let path = find().ok_or(StartError::Missing)?;
        let (socket, theirs) = UnixStream::pair().map_err(StartError::Socket)?;
        socket.set_nonblocking(true).map_err(StartError::Socket)?;
        let mut command = Command::new(&path);
        command
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            // What the host wants its own children to load is not for this one; of all else it rids itself.
            .env_remove("LD_PRELOAD")
            .env_remove("LD_LIBRARY_PATH")
            .current_dir("/");
        if std::env::var_os("DYAD_WEBVIEW_LOG").is_none() {
            command.stderr(Stdio::null());
        }
        let child = command.spawn().map_err(|error| StartError::Refused(path, error))?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let handle = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        Ok(Self { child, handle, socket, reader: Reader::default(), writer: Writer::default() })
    }

    /// Puts a frame into what goes to it.
    pub(super) fn send(&mut self, frame: &ToProgram<'_>) {
        frame.encode(self.writer.buffer());
    }

    /// Gives it what it takes. One that is over says so when it is heard next.
    pub(super) fn flush(&mut self) {
        let _ = self.writer.flush(&mut self.socket);
    }

    /// Bytes that it has not taken.
    pub(super) fn pending(&self) -> usize {
        self.writer.pending()
    }

    /// Whether it has to take something before anything else.
    pub(super) fn is_full(&self) -> bool {
        self.writer.pending() > FULL
    }

    /// Takes what it has said. `false` at the end.
    pub(super) fn fill(&mut self) -> bool {
        self.is_full() || self.reader.fill(&mut self.socket).unwrap_or(false)
    }

    /// What is to be waited for.
    pub(super) fn interest(&self) -> (BorrowedFd<'_>, PollFlags) {
        let out = if self.writer.pending() > 0 { PollFlags::OUT } else { PollFlags::empty() };
        let input = if self.is_full() { PollFlags::empty() } else { PollFlags::IN };
        (self.socket.as_fd(), input | out)
    }

    /// Ends it: by its own means, and where that takes too long, or `at_once`, by the system's.
    pub(super) fn end(mut self, at_once: bool) {
        if !at_once {
            self.send(&ToProgram::Close);
            self.flush();
        }
        // It ends with the stream in any case.
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        if at_once || !self.has_ended(ENDING) {
            self.kill();
        } else {
            // What a program leaves that was killed: the engine's processes, which may be busy for long.
            self.kill_group();
        }
        // Where the host takes note of all children itself, there is nothing to wait for.
        let _ = self.child.wait();
    }

    fn id(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Ends all that it has started: it leads a group of its own.
    fn kill_group(&self) {
        let here = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // As long as it can be waited for, its number and its group's are nobody else's.
        if let Some(id) = self.id()
            && waitid(WaitId::Pid(id), here).is_ok()
        {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }

    fn kill(&mut self) {
        self.kill_group();
        match &self.handle {
            Some(handle) => drop(pidfd_send_signal(handle, Signal::KILL)),
            None => drop(self.child.kill()),
        }
    }

    /// How it has ended, for the log.
    pub(super) fn ending(&self) -> String {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = self.id().filter(|_| self.has_ended(ENDING));
        let status = status.and_then(|id| waitid(WaitId::Pid(id), look).ok().flatten());
        let status = status.map(|status| (status.exit_status(), status.terminating_signal()));
        match status {
            // What the loader of programs says.
            Some((Some(127), _)) => "it lacks a library, as where WebKitGTK 4.1 is not installed".into(),
            Some((Some(code), _)) => format!("its program has ended with status {code}"),
            Some((_, Some(signal))) => format!("its program has ended by signal {signal}"),
            _ => "its program has ended".into(),
        }
    }

    /// Whether it has ended within this time.
    fn has_ended(&self, within: Duration) -> bool {
        let Some(handle) = &self.handle else { return false };
        let mut fds = [PollFd::new(handle, PollFlags::IN)];
        let timeout = within.try_into().ok();
        // A signal that comes between ends it early, and then it is killed.
        poll(&mut fds, timeout.as_ref()).is_ok_and(|ready| ready > 0)
    }
}

/// The program: where the environment says, beside the editor binary, or in the folder `dyad` of the
/// libraries' folder that the bundle is in, the user's own, or one of the system's.
fn find() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("DYAD_WEBVIEW").filter(|path| !path.is_empty()) {
        // The user's word: where it is wrong, no other program is taken instead.
        return std::path::absolute(path).ok();
    }
    let own = own_path();
    let beside = own.iter().filter_map(|path| Some(path.parent()?.join(PROGRAM)));
    let near = own.iter().filter_map(|path| Some(in_folder(library_folder(path)?)));
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let home = home.map(|home| in_folder(&home.join(".local/lib")));
    let system = ["/usr/local/lib", "/usr/lib"].map(|folder| in_folder(Path::new(folder)));
    let owner = own.as_deref().and_then(|path| std::fs::metadata(path).ok()).map(|about| about.uid());
    beside.chain(near).chain(home).chain(system).find(|path| is_program(path, owner))
}

/// LIBDIR of LIBDIR/lv2/x.lv2/x_ui.so and LIBDIR/vst3/x.vst3/Contents/x86_64-linux/editor/x_ui.so, and no other
/// folder above: somebody else may have that.
fn library_folder(binary: &Path) -> Option<&Path> {
    let in_vst3 = binary.parent()?.file_name()? == "editor";
    binary.ancestors().nth(if in_vst3 { 6 } else { 3 })
}

fn in_folder(folder: &Path) -> PathBuf {
    folder.join("dyad").join(PROGRAM)
}

/// Whether there is a program of somebody who is trusted anyway: the system, the user, or whoever put the editor
/// there.
fn is_program(path: &Path, owner: Option<u32>) -> bool {
    let trusted = [Some(0), Some(rustix::process::geteuid().as_raw()), owner];
    let is_safe =
        |about: &std::fs::Metadata| trusted.contains(&Some(about.uid())) && about.mode() & 0o002 == 0;
    let folder = path.parent().and_then(|folder| std::fs::metadata(folder).ok());
    // Not opened: it may be a pipe that waits.
    let program = std::fs::metadata(path).ok();
    program.is_some_and(|about| about.is_file() && about.mode() & 0o111 != 0 && is_safe(&about))
        && folder.is_some_and(|about| is_safe(&about))
}

/// Where this code is on disk.
#[expect(unsafe_code, reason = "the loader's own list of what is loaded")]
fn own_path() -> Option<PathBuf> {
    use std::ffi::{CStr, OsStr};
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    let mut about = MaybeUninit::<libc::Dl_info>::zeroed();
    let here = own_path as *const () as *const libc::c_void;
    // SAFETY: a place in this binary, and room for the answer, which is plain pointers.
    let about = unsafe {
        libc::dladdr(here, about.as_mut_ptr());
        about.assume_init()
    };
    if about.dli_fname.is_null() {
        return None;
    }
    // SAFETY: not null: the loader's own text, which lives as long as this code.
    let name = unsafe { CStr::from_ptr(about.dli_fname) };
    // The host may have used a relative path, or a link.
    std::fs::canonicalize(OsStr::from_bytes(name.to_bytes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_looked_for_in_the_libraries_folder_alone() {
        for (binary, folder) in [
            ("/usr/lib/lv2/x.lv2/x_ui.so", "/usr/lib"),
            ("/usr/lib/vst3/x.vst3/Contents/x86_64-linux/editor/x_ui.so", "/usr/lib"),
            ("/home/a/.lv2/x.lv2/x_ui.so", "/home/a"),
        ] {
            assert_eq!(library_folder(Path::new(binary)), Some(Path::new(folder)), "{binary}");
        }
        assert_eq!(library_folder(Path::new("/x_ui.so")), None);
    }

    #[test]
    fn this_code_is_where_the_test_program_is() {
        let own = own_path().expect("a path");
        assert_eq!(own, std::fs::canonicalize(std::env::current_exe().expect("a path")).expect("a file"));
    }
}
