//! A screen without a monitor, a hand for its pointer and keys, and eyes for its windows.
//!
//! A [`Screen`] is an X server of its own (Xvfb), so that tests never meet a user's windows nor each
//! other's. Hosts are started on it as a user starts them; tests look at what a user would see, which is
//! what is on the screen, and move what a user would move, which is the pointer.
//!
//! Nothing waits for time to pass: [`Screen::wait`] looks again until what is waited for is there.

mod input;
mod page;
mod picture;
mod reference;
mod shown;
mod window;

pub use input::Button;
pub use page::Page;
pub use picture::{Picture, Tolerance};
pub use reference::Reference;
pub use shown::Shown;
pub use window::{EDITOR, Place, Seen};

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::Window;
use x11rb::rust_connection::RustConnection;

use crate::bundle;
use crate::process::Running;

/// Width of the screen in pixels.
pub const WIDTH: u16 = 1600;
/// Height of the screen in pixels.
pub const HEIGHT: u16 = 1000;
/// How long a window, a picture or a value may take to come. Most take less than a second; this is for a
/// machine that is busy with other things.
pub const SOON: Duration = Duration::from_secs(25);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(15);

/// A screen with nothing on it. Hosts on it must have ended before it is dropped.
pub struct Screen {
    connection: RustConnection,
    root: Window,
    display: String,
    // Dropped in this order: the server comes last.
    _manager: Option<Running>,
    _server: Option<Running>,
}

impl Screen {
    /// A screen without a window manager: windows lie where their programs put them.
    ///
    /// # Panics
    /// Where no X server starts.
    #[must_use]
    pub fn bare() -> Self {
        let (server, display) = start("-noreset");
        Self::on(&display, Some(server))
    }

    /// The screen of this test program itself, for editors in its own process: it ends with the program.
    ///
    /// # Panics
    /// Where no X server starts.
    #[must_use]
    pub fn of_this_program() -> Self {
        static DISPLAY: OnceLock<(String, RustConnection)> = OnceLock::new();
        let (display, _) = DISPLAY.get_or_init(|| {
            // It ends when its last client is gone, and that is kept here.
            let (server, display) = start("-terminate");
            let kept = Self::on(&display, None).connection;
            std::mem::forget(server);
            (display, kept)
        });
        Self::on(display, None)
    }

    /// Ends the X server, whoever is still on it.
    pub fn end(self) {
        let Self { connection, _manager, _server, .. } = self;
        drop((_server, _manager, connection));
    }

    fn on(display: &str, server: Option<Running>) -> Self {
        let connected = x11rb::connect(Some(display));
        let (connection, screen) = connected.unwrap_or_else(|error| panic!("{display}: {error}"));
        let root = connection.setup().roots[screen].root;
        Self { connection, root, display: display.to_owned(), _manager: None, _server: server }
    }

    /// A screen with a window manager, for hosts that lose their way without one.
    ///
    /// # Panics
    /// Where the window manager does not start.
    #[must_use]
    pub fn managed() -> Self {
        let mut screen = Self::bare();
        let mut command = Command::new("openbox");
        // Its own settings only, not the user's.
        command.args(["--config-file", "/etc/xdg/openbox/rc.xml"]);
        screen.prepare(&mut command);
        let mut manager = Running::start(&mut command);
        screen.wait("the window manager", &mut manager, Self::manages);
        screen._manager = Some(manager);
        screen
    }

    /// What a program needs to show its windows here: this display and no other, and no desktop's services.
    pub fn prepare(&self, command: &mut Command) {
        let runtime = bundle::target().join("tests/runtime");
        fs::create_dir_all(&runtime).expect("the target folder can be written to");
        fs::set_permissions(&runtime, Permissions::from_mode(0o700)).expect("the folder is ours");
        for name in
            ["WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "GDK_SCALE", "GTK_MODULES"]
        {
            command.env_remove(name);
        }
        command.env("DISPLAY", &self.display).env("XDG_RUNTIME_DIR", runtime);
        command.env("NO_AT_BRIDGE", "1").env("GDK_BACKEND", "x11").env("QT_QPA_PLATFORM", "xcb");
        command.env("QT_AUTO_SCREEN_SCALE_FACTOR", "0").env("XDG_SESSION_TYPE", "x11");
    }

    /// The display's name.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Lets others work before the next look.
    pub fn look_later(&self) {
        pause();
    }

    /// Looks until `find` finds something, while a program runs that should bring it. The whole screen is
    /// kept as a picture where it does not come.
    ///
    /// # Panics
    /// Where the program ends before, or after [`SOON`].
    pub fn wait<T>(&self, what: &str, of: &mut Running, find: impl Fn(&Self) -> Option<T>) -> T {
        let until = Instant::now() + SOON;
        loop {
            if let Some(found) = find(self) {
                return found;
            }
            let (runs, late) = (of.runs(), Instant::now() > until);
            if !runs || late {
                self.whole().save("failed screen");
                let windows = self.windows().iter().map(Seen::line).collect::<String>();
                of.kill();
                let why = if runs { "did not come in time" } else { "can't come: the program has ended" };
                panic!("{what} {why}:\n{}\n{windows}", of.all());
            }
            pause();
        }
    }
}

/// Starts an X server, with what it does when its last client goes; gives its display.
fn start(then: &str) -> (Running, String) {
    let mut command = Command::new("Xvfb");
    // The server looks for a free number itself, and says it when it is ready.
    command.args(["-displayfd", "1", "-nolisten", "tcp", then, "-screen", "0"]);
    command.arg(format!("{WIDTH}x{HEIGHT}x24"));
    let mut server = Running::start(&mut command);
    let number = server.hear(|line| line.trim().parse::<u32>().ok());
    let number = number.unwrap_or_else(|| panic!("Xvfb does not start:\n{}", server.all()));
    (server, format!(":{number}"))
}

/// Lets the others work before the next look.
#[expect(
    clippy::disallowed_methods,
    reason = "no audio thread is near, and a busy loop takes a core from the host"
)]
pub fn pause() {
    thread::sleep(LOOK);
}
