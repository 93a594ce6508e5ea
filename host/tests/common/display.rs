//! An X server of a test's own, and what a user does on it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dyad_host::Host;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask,
    ImageFormat, MapState, StackMode, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{Bench, PROGRAM};

/// How long a test waits for something to come about.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// A running Xvfb that ends with this value.
pub(crate) struct Display {
    server: Child,
    /// As for `DISPLAY`.
    pub(crate) name: String,
    connection: RustConnection,
    root: Window,
}

impl Display {
    pub(crate) fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts: is the package xvfb there?");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let (connection, screen) = x11rb::connect(Some(&name)).unwrap();
        let root = connection.setup().roots[screen].root;
        Self { server, name, connection, root }
    }

    /// A host whose plugins show their editors here, natively. What is in `variables` they find in their
    /// environment.
    pub(crate) fn host(&self, bench: &Bench, variables: &[(&str, &str)]) -> Host {
        let mut script = format!("#!/bin/sh\nexport DISPLAY={} DYAD_EDITOR=native\n", self.name);
        for (name, value) in variables {
            script += &format!("export {name}='{value}'\n");
        }
        // The environment of this process is that of all its tests.
        let program = bench.script("host-with-display", &format!("{script}exec '{PROGRAM}' \"$@\"\n"));
        Host::with_program(program)
    }

    /// The window of this title, once it is to be seen.
    pub(crate) fn window(&self, title: &str) -> Window {
        until(&format!("a window {title}"), || self.titled(title).first().copied())
    }

    fn is_seen(&self, window: Window) -> bool {
        let attributes = self.connection.get_window_attributes(window).unwrap().reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    }

    fn title(&self, window: Window) -> Option<String> {
        let (property, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
        let reply =
            self.connection.get_property(false, window, property, kind, 0, 1024).ok()?.reply().ok()?;
        String::from_utf8(reply.value).ok()
    }

    /// Waits until a window is to be seen, or not any more.
    #[track_caller]
    pub(crate) fn await_seen(&self, window: Window, seen: bool) {
        let found = wait(|| (self.is_seen(window) == seen).then_some(()));
        assert!(found.is_some(), "the window is {}to be seen", if seen { "not " } else { "" });
    }

    /// A window of another program's, to be seen.
    pub(crate) fn frame(&self, [width, height]: [u16; 2]) -> Window {
        let (window, aux) = (self.connection.generate_id().unwrap(), CreateWindowAux::new());
        let class = WindowClass::INPUT_OUTPUT;
        let made =
            self.connection.create_window(0, window, self.root, 0, 0, width, height, 0, class, 0, &aux);
        made.unwrap().check().unwrap();
        self.connection.map_window(window).unwrap().check().unwrap();
        window
    }

    /// Takes a window away, as a program does with its own.
    pub(crate) fn destroy(&self, window: Window) {
        self.connection.destroy_window(window).unwrap().check().unwrap();
    }

    /// How many windows are in this one.
    pub(crate) fn count(&self, window: Window) -> usize {
        self.connection.query_tree(window).unwrap().reply().unwrap().children.len()
    }

    /// All windows of this title that are to be seen.
    pub(crate) fn titled(&self, title: &str) -> Vec<Window> {
        let all = self.connection.query_tree(self.root).unwrap().reply().unwrap().children;
        let named =
            |window: &Window| self.title(*window).as_deref() == Some(title) && self.is_seen(*window);
        all.into_iter().filter(named).collect()
    }

    /// The window inside a window.
    pub(crate) fn inside(&self, window: Window) -> Window {
        until("a window inside", || {
            self.connection.query_tree(window).ok()?.reply().ok()?.children.first().copied()
        })
    }

    /// Waits until a window is this large.
    pub(crate) fn await_size(&self, window: Window, size: [u16; 2]) {
        let mut last = None;
        let found = wait(|| {
            let now = self.connection.get_geometry(window).ok()?.reply().ok()?;
            last = Some([now.width, now.height]);
            (last == Some(size)).then_some(())
        });
        assert!(found.is_some(), "the window is {last:?}, not {size:?}");
    }

    /// Waits until an editor has painted something around this place of the screen: what is behind it until then
    /// has one colour.
    pub(crate) fn painted(&self, [x, y]: [i16; 2]) {
        until("a picture", || {
            let (kind, side) = (ImageFormat::Z_PIXMAP, 40);
            let area = self.connection.get_image(kind, self.root, x - 20, y - 20, side, side, u32::MAX);
            let area = area.ok()?.reply().ok()?.data;
            area.chunks_exact(4).any(|pixel| pixel[..3] != area[..3]).then_some(())
        });
    }

    /// Changes a window's size, as a window manager does for its user.
    pub(crate) fn resize(&self, window: Window, [width, height]: [u32; 2]) {
        let aux = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(window, &aux).unwrap();
        self.connection.sync().unwrap();
    }

    /// Puts a window in front of all others.
    pub(crate) fn raise(&self, window: Window) {
        let aux = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.connection.configure_window(window, &aux).unwrap();
        self.connection.sync().unwrap();
    }

    /// Asks a window to close, as a window manager does for its user.
    pub(crate) fn close(&self, window: Window) {
        let atom =
            |name: &str| self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        self.connection.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.connection.sync().unwrap();
    }

    /// Moves the pointer, in pixels of the screen.
    pub(crate) fn point(&self, [x, y]: [i16; 2]) {
        self.fake(6, 0, [x, y]);
    }

    /// Presses or releases a button of the mouse.
    pub(crate) fn button(&self, button: u8, down: bool) {
        self.fake(if down { 4 } else { 5 }, button, [0, 0]);
    }

    /// Presses and releases the key on which this is written.
    pub(crate) fn key(&self, symbol: u32) {
        let (first, last) = (self.connection.setup().min_keycode, self.connection.setup().max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let mut keys = map.keysyms.chunks(map.keysyms_per_keycode.into());
        let key = first + keys.position(|symbols| symbols[0] == symbol).unwrap() as u8;
        self.fake(2, key, [0, 0]);
        self.fake(3, key, [0, 0]);
    }

    fn fake(&self, kind: u8, detail: u8, [x, y]: [i16; 2]) {
        self.connection.xtest_fake_input(kind, detail, 0, self.root, x, y, 0).unwrap().check().unwrap();
        self.connection.sync().unwrap();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Tries until there is something.
pub(crate) fn until<T>(what: &str, found: impl FnMut() -> Option<T>) -> T {
    wait(found).unwrap_or_else(|| panic!("{what} did not come"))
}

fn wait<T>(mut found: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(found) = found() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        #[expect(clippy::disallowed_methods, reason = "between two looks")]
        std::thread::sleep(Duration::from_millis(10));
    }
}
