//! What is left of what the host's process was: nothing open but the socket and two outputs, no signal
//! blocked, an environment without its libraries, and no network, which the kernel sees to. All of it
//! before there is a second thread, and for WebKit's processes too.

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, SocketType, sockopt};
use rustix::process::{Pid, Signal};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

/// Where the socket is kept: above what libraries expect to be theirs.
const SOCKET: i32 = 64;

/// What the sockets are by which names are asked for.
const NAMES: i32 = libc::SOCK_STREAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;

/// Takes the socket from the standard input, closes all that the host left open, and has its signals be
/// as in a new program.
pub(crate) fn take_socket() -> Result<UnixStream, String> {
    let input = std::io::stdin();
    let (kind, family) = (sockopt::socket_type(&input), sockopt::socket_domain(&input));
    if kind != Ok(SocketType::STREAM) || family != Ok(AddressFamily::UNIX) {
        return Err("the standard input is no socket".into());
    }
    let take = || -> rustix::io::Result<UnixStream> {
        // Not for WebKit's processes: as long as they had it, the editor would see no end.
        let socket = rustix::io::fcntl_dupfd_cloexec(&input, SOCKET)?;
        let null = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
        rustix::stdio::dup2_stdin(&null)?;
        drop(null);
        if shows_console() {
            // WebKit writes to the standard output.
            rustix::stdio::dup2_stdout(std::io::stderr())?;
        }
        close_all_but(socket.as_raw_fd());
        Ok(socket.into())
    };
    let socket = take().map_err(|error| error.to_string())?;
    socket.set_nonblocking(true).map_err(|error| error.to_string())?;
    reset_signals();
    // One group with WebKit's processes, and not the host's: whoever kills it by force can kill them all.
    let _ = rustix::process::setpgid(None, None);
    Ok(socket)
}

/// Whether the page's console goes to the standard error.
pub(crate) fn shows_console() -> bool {
    std::env::var_os("DYAD_WEBVIEW_LOG").is_some_and(|value| !value.is_empty())
}

/// Closes what is open beyond the standard three.
#[expect(unsafe_code, reason = "file descriptors without an owner")]
fn close_all_but(socket: i32) {
    let close = |from: i32, to: u32| {
        // SAFETY: these are the host's, inherited: nothing in this program owns one of them, so early.
        // By number, as old C libraries have no function for it; a kernel that has none refuses.
        unsafe { libc::syscall(libc::SYS_close_range, from as u32, to, 0) };
    };
    close(3, socket as u32 - 1);
    close(socket + 1, u32::MAX);
}

/// A thread of the host's may have had signals blocked or ignored, and so has its child.
#[expect(unsafe_code, reason = "signals")]
fn reset_signals() {
    // SAFETY: an emptied set, and no handlers of this program's that these could replace. A write to a
    // socket that is closed is an error then, and no end.
    unsafe {
        let mut none = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
}

/// Sets what libraries read from the environment.
#[expect(unsafe_code, reason = "the environment")]
pub(crate) fn set_environment() {
    const SET: [(&str, &str); 4] = [
        ("GDK_BACKEND", "x11"),
        // The page is scaled by its zoom.
        ("GDK_SCALE", "1"),
        ("GDK_DPI_SCALE", "1"),
        // Settings come from the display's server for them; nothing is to be written.
        ("GSETTINGS_BACKEND", "memory"),
    ];
    const UNSET: [&str; 24] = [
        // Made for the host.
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        // They would load what WebKit was not made with, as from the host's bundle.
        "GTK_MODULES",
        "GTK_PATH",
        "GTK_EXE_PREFIX",
        "GTK_DATA_PREFIX",
        "GTK_IM_MODULE_FILE",
        "GDK_PIXBUF_MODULE_FILE",
        "GDK_PIXBUF_MODULEDIR",
        "GIO_EXTRA_MODULES",
        "GIO_MODULE_DIR",
        "GST_PLUGIN_PATH",
        "GST_PLUGIN_PATH_1_0",
        "GST_PLUGIN_SYSTEM_PATH",
        "GST_PLUGIN_SYSTEM_PATH_1_0",
        "GST_PLUGIN_SCANNER",
        "GST_PLUGIN_SCANNER_1_0",
        "GST_REGISTRY",
        "GST_REGISTRY_1_0",
        "GCONV_PATH",
        "WEBKIT_EXEC_PATH",
        "WEBKIT_INJECTED_BUNDLE_PATH",
        // They would have WebKit listen.
        "WEBKIT_INSPECTOR_SERVER",
        "WEBKIT_INSPECTOR_HTTP_SERVER",
    ];
    for (name, value) in SET {
        set_variable(name, value);
    }
    if !has_session_bus() {
        // Libraries would start one.
        set_variable("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }
    for name in UNSET {
        // SAFETY: there is one thread.
        unsafe { std::env::remove_var(name) };
    }
    // The user's, but for what a host's bundle has put in front.
    const SHARED: [&str; 4] =
        ["FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_DATA_DIRS", "GSETTINGS_SCHEMA_DIR"];
    let bundles: Vec<_> =
        ["APPDIR", "SNAP"].iter().filter_map(std::env::var_os).map(PathBuf::from).collect();
    let bundles: Vec<_> =
        bundles.into_iter().filter(|root| root.is_absolute() && root.parent().is_some()).collect();
    for name in SHARED {
        let Some(list) = std::env::var_os(name) else { continue };
        match without_bundles(&list, &bundles) {
            // SAFETY: there is one thread.
            Some(kept) => unsafe { std::env::set_var(name, kept) },
            // SAFETY: the same.
            None => unsafe { std::env::remove_var(name) },
        }
    }
}

/// A list of files without those that are in the host's bundle; nothing where all are.
fn without_bundles(list: &OsStr, bundles: &[PathBuf]) -> Option<OsString> {
    let kept =
        std::env::split_paths(list).filter(|path| !bundles.iter().any(|root| path.starts_with(root)));
    std::env::join_paths(kept).ok().filter(|kept| !kept.is_empty())
}

fn has_session_bus() -> bool {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
        || folder.is_some_and(|folder| folder.join("bus").exists())
}

/// Sets a variable. To be called as long as there is one thread: before GTK starts.
#[expect(unsafe_code, reason = "the environment")]
pub(crate) fn set_variable(name: &str, value: &str) {
    // SAFETY: called before GTK starts, and the connection to the display has no thread.
    unsafe { std::env::set_var(name, value) };
}

/// Has the kernel refuse every socket but those within this machine, and those of them by which names of
/// the network are asked for.
///
/// # Errors
/// Why it can't be.
pub(crate) fn forbid_network() -> Result<(), String> {
    if std::env::var_os("DISPLAY").is_some_and(|name| !is_local(&name)) {
        return Err("on a remote display".into());
    }
    let here = |error: &dyn std::fmt::Display| format!("here: {error}");
    let filter = filter().map_err(|error| here(&error))?;
    seccompiler::apply_filter_all_threads(&filter).map_err(|error| here(&error))
}

fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let other_than =
        |family: i32| SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, family as u64);
    let exactly = |argument: u8, value: i32| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value as u64)
    };
    // Netlink tells which networks there are, and GLib asks.
    let network = || SeccompRule::new(vec![other_than(libc::AF_UNIX)?, other_than(libc::AF_NETLINK)?]);
    // The C library asks nscd for names, and systemd's part of it resolved, by sockets of this kind. The
    // displays', the buses' and the sound's are of another.
    let names = || SeccompRule::new(vec![exactly(0, libc::AF_UNIX)?, exactly(1, NAMES)?]);
    let sockets = || Ok::<_, seccompiler::BackendError>(vec![network()?, names()?]);
    let mut rules = vec![
        (libc::SYS_socket, sockets()?),
        // It makes sockets too, past every filter.
        (libc::SYS_io_uring_setup, vec![]),
    ];
    if cfg!(target_arch = "x86_64") {
        // The same calls by their other numbers, those for 32-bit pointers.
        const X32: i64 = 0x4000_0000;
        rules.extend([(X32 | libc::SYS_socket, sockets()?), (X32 | libc::SYS_io_uring_setup, vec![])]);
    }
    SeccompFilter::new(
        rules.into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EACCES as u32),
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

/// Whether a display is reached by a socket within this machine: `:0`, `unix:0`, `/path/to/socket`.
fn is_local(display: &OsStr) -> bool {
    let name = display.as_bytes();
    let host = name.iter().rposition(|byte| *byte == b':').map_or(name, |colon| &name[..colon]);
    host.is_empty() || host == b"unix" || host.starts_with(b"/") || host.starts_with(b"unix/")
}

type Last = Box<dyn FnOnce()>;

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Has something be done before the program ends, however it does but by force. It is not to wait long.
pub(crate) fn before_the_end(last: impl FnOnce() + 'static) {
    LAST.set(Some(Box::new(last)));
}

/// Does it, once.
pub(crate) fn do_last_things() {
    let last = LAST.try_with(|last| last.try_borrow_mut().ok()?.take());
    if let Ok(Some(last)) = last {
        last();
    }
}

/// Ends the program at once: neither WebKit's nor GTK's endings are waited for. WebKit's processes would end
/// by themselves, but one whose page is stuck only after ten seconds.
#[expect(unsafe_code, reason = "an end without endings")]
pub(crate) fn leave(code: u8) -> ! {
    do_last_things();
    for child in children() {
        let _ = rustix::process::kill_process(child, Signal::KILL);
    }
    // SAFETY: it has no preconditions.
    unsafe { libc::_exit(i32::from(code)) }
}

/// The processes that this one has started. They are not gone as long as nobody has waited for them, so
/// their numbers are theirs.
fn children() -> Vec<Pid> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let numbers = lists.flat_map(|list| list.split_whitespace().map(str::parse).collect::<Vec<_>>());
    numbers.filter_map(|number| Pid::from_raw(number.ok()?)).collect()
}

#[cfg(test)]
mod tests {
    use rustix::net::SocketFlags;

    use super::*;

    #[test]
    fn displays_on_the_network_are_told_from_others() {
        for local in [":0", ":1.0", "unix:0", "/tmp/launch-x/org:0", "unix/host:0"] {
            assert!(is_local(OsStr::new(local)), "{local}");
        }
        for remote in ["localhost:10.0", "host:0", "127.0.0.1:0", "[::1]:0", "tcp/host:0"] {
            assert!(!is_local(OsStr::new(remote)), "{remote}");
        }
    }

    #[test]
    fn what_is_the_users_stays() {
        let bundles = [PathBuf::from("/tmp/.mount_host"), PathBuf::from("/snap/host/12")];
        let without = |list: &str| without_bundles(OsStr::new(list), &bundles);
        assert_eq!(without("/home/a/fonts.conf"), Some("/home/a/fonts.conf".into()));
        assert_eq!(without("/tmp/.mount_host/etc/fonts"), None);
        assert_eq!(
            without("/tmp/.mount_host/usr/share:/usr/share:/snap/host/12/share:/tmp/.mount_hostel"),
            Some("/usr/share:/tmp/.mount_hostel".into())
        );
        assert_eq!(without_bundles(OsStr::new("/a:/b"), &[]), Some("/a:/b".into()));
    }

    #[test]
    fn the_kernel_refuses_networks_and_nothing_else() {
        let filter = filter().expect("a filter");
        // For one thread: the others are other tests'.
        let refused = std::thread::spawn(move || {
            seccompiler::apply_filter(&filter).expect("a kernel with filters");
            let of = |family| rustix::net::socket(family, SocketType::DGRAM, None).err();
            assert_eq!(of(AddressFamily::UNIX), None);
            assert!(UnixStream::pair().is_ok());
            // As the display's is, and as that for names.
            let (unix, stream) = (AddressFamily::UNIX, SocketType::STREAM);
            let kind = |flags| rustix::net::socket_with(unix, stream, flags, None).err();
            assert_eq!(kind(SocketFlags::CLOEXEC), None);
            let for_names = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            assert_eq!(kind(for_names), Some(rustix::io::Errno::ACCESS));
            [AddressFamily::INET, AddressFamily::INET6, AddressFamily::PACKET, AddressFamily::BLUETOOTH]
                .map(of)
        });
        assert_eq!(refused.join().expect("no panic"), [Some(rustix::io::Errno::ACCESS); 4]);
    }
}
