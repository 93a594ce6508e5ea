//! A display: Xvfb, one for each test program, which ends with it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConfigureWindowAux, ConnectionExt as _,
    CreateWindowAux, EventMask, ImageFormat, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, MapState, PropMode, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Where the host's window is.
const PLACE: [i16; 2] = [20, 30];

/// The display, for one test at a time: there is one pointer and one keyboard.
pub struct Screen {
    pub name: String,
    pub connection: RustConnection,
    pub root: Window,
    _turn: Option<MutexGuard<'static, ()>>,
}

/// Pixels as 0xRRGGBB.
#[derive(Clone, PartialEq)]
pub struct Picture {
    pub size: [u32; 2],
    pub pixels: Vec<u32>,
}

/// Starts a display: its name, and what ends it.
fn server() -> (String, RustConnection) {
    #[expect(clippy::zombie_processes, reason = "it ends with its last connection")]
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-terminate"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb");
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let name = format!(":{}", line.trim());
    let connection = RustConnection::connect(Some(&name)).unwrap().0;
    (name, connection)
}

/// Starts the display, once: its name. It ends when the connection that is kept here does.
fn start() -> &'static str {
    static KEPT: OnceLock<(String, RustConnection)> = OnceLock::new();
    &KEPT.get_or_init(server).0
}

impl Screen {
    pub fn new() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let name = start().to_owned();
        let (connection, screen) = RustConnection::connect(Some(&name)).unwrap();
        let root = connection.setup().roots[screen].root;
        let screen = Self { name, connection, root, _turn: Some(turn) };
        screen.motion(1590, 1190);
        screen.focus(u32::from(InputFocus::POINTER_ROOT));
        screen
    }

    /// One of its own.
    pub fn another() -> Self {
        let (name, connection) = server();
        let root = connection.setup().roots[0].root;
        Self { name, connection, root, _turn: None }
    }

    /// Ends the display.
    pub fn end(self) {
        kill_process(self.server(), Signal::TERM).unwrap();
        // There is nothing to let go.
        std::mem::forget(self);
    }

    fn server(&self) -> Pid {
        rustix::net::sockopt::socket_peercred(self.connection.stream()).unwrap().pid
    }

    /// Has the display not answer, as long as what is returned is kept.
    pub fn stop(&self) -> Stuck {
        let server = self.server();
        kill_process(server, Signal::STOP).unwrap();
        Stuck(server)
    }

    /// Gives a window the display's focus.
    pub fn focus(&self, window: Window) {
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).unwrap();
        self.connection.sync().unwrap();
    }

    /// Who has it.
    pub fn focused(&self) -> Window {
        self.connection.get_input_focus().unwrap().reply().unwrap().focus
    }

    /// Presses a key and lets it go.
    pub fn type_key(&self, code: u8) {
        self.key(code, true);
        self.key(code, false);
    }

    /// Presses the pointer's button at a place of the host's window.
    pub fn click(&self, button: u8, place: [f32; 2]) {
        self.point(place);
        self.button(button, true);
        self.button(button, false);
    }

    /// The keys that have come to this connection's windows: code, down, and whether they were sent.
    pub fn keys(&self) -> Vec<(u8, bool, bool)> {
        let mut keys = Vec::new();
        while let Some(event) = self.connection.poll_for_event().unwrap() {
            let (key, down) = match event {
                Event::KeyPress(key) => (key, true),
                Event::KeyRelease(key) => (key, false),
                _ => continue,
            };
            keys.push((key.detail, down, key.response_type & 0x80 != 0));
        }
        keys
    }

    /// A host's window.
    pub fn window(&self, size: [u32; 2]) -> Window {
        self.window_at(PLACE, size)
    }

    pub fn window_at(&self, place: [i16; 2], size: [u32; 2]) -> Window {
        let events = EventMask::KEY_PRESS | EventMask::KEY_RELEASE;
        self.make(self.root, place, size, events)
    }

    /// A window of an editor's, in a host's.
    pub fn window_in(&self, host: Window, size: [u32; 2]) -> Window {
        self.make(host, [0, 0], size, EventMask::NO_EVENT)
    }

    fn make(&self, parent: Window, place: [i16; 2], size: [u32; 2], events: EventMask) -> Window {
        let window = self.connection.generate_id().unwrap();
        self.connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                parent,
                place[0],
                place[1],
                size[0] as u16,
                size[1] as u16,
                0,
                WindowClass::INPUT_OUTPUT,
                x11rb::COPY_FROM_PARENT,
                &CreateWindowAux::new().event_mask(events).background_pixel(0x00ff_00ff),
            )
            .unwrap();
        self.connection.map_window(window).unwrap();
        self.connection.sync().unwrap();
        window
    }

    pub fn resize(&self, window: Window, size: [u32; 2]) {
        let configure = ConfigureWindowAux::new().width(size[0]).height(size[1]);
        self.connection.configure_window(window, &configure).unwrap();
        self.connection.sync().unwrap();
    }

    pub fn destroy(&self, window: Window) {
        self.connection.destroy_window(window).unwrap();
        self.connection.sync().unwrap();
    }

    /// The size of a window, if it is there.
    pub fn size_of(&self, window: Window) -> Option<[u32; 2]> {
        let geometry = self.connection.get_geometry(window).unwrap().reply().ok()?;
        Some([geometry.width, geometry.height].map(u32::from))
    }

    /// What the user has set up for all programs.
    pub fn resources(&self, text: &str) {
        let bytes = text.as_bytes();
        let (name, kind) = (AtomEnum::RESOURCE_MANAGER, AtomEnum::STRING);
        self.connection.change_property8(PropMode::REPLACE, self.root, name, kind, bytes).unwrap();
        self.connection.sync().unwrap();
    }

    /// Where a window is on the screen.
    pub fn place_of(&self, window: Window) -> [i16; 2] {
        let place =
            self.connection.translate_coordinates(window, self.root, 0, 0).unwrap().reply().unwrap();
        [place.dst_x, place.dst_y]
    }

    /// Windows in a window.
    pub fn children(&self, window: Window) -> Vec<Window> {
        self.connection.query_tree(window).unwrap().reply().unwrap().children
    }

    /// Those of them that are to be seen.
    pub fn shown(&self, window: Window) -> Vec<Window> {
        let seen = |child: &Window| {
            let attributes = self.connection.get_window_attributes(*child).unwrap().reply();
            attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
        };
        self.children(window).into_iter().filter(seen).collect()
    }

    fn fake(&self, kind: u8, detail: u8, place: [i16; 2]) {
        self.connection.xtest_fake_input(kind, detail, 0, self.root, place[0], place[1], 0).unwrap();
        self.connection.sync().unwrap();
    }

    /// Moves the pointer to a place of the screen.
    pub fn motion(&self, x: i16, y: i16) {
        self.fake(MOTION_NOTIFY_EVENT, 0, [x, y]);
    }

    /// Moves the pointer to a place of the host's window.
    pub fn point(&self, place: [f32; 2]) {
        self.motion(PLACE[0] + place[0] as i16, PLACE[1] + place[1] as i16);
    }

    pub fn button(&self, button: u8, down: bool) {
        self.fake(if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT }, button, [0, 0]);
    }

    pub fn key(&self, code: u8, down: bool) {
        self.fake(if down { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT }, code, [0, 0]);
    }

    /// What the screen shows where a host's window is.
    pub fn picture(&self, size: [u32; 2]) -> Picture {
        self.picture_at(PLACE, size)
    }

    pub fn picture_at(&self, place: [i16; 2], size: [u32; 2]) -> Picture {
        let [width, height] = size.map(|side| side as u16);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, place[0], place[1], width, height, u32::MAX)
            .unwrap()
            .reply()
            .unwrap();
        let pixel = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
        Picture { size, pixels: image.data.chunks_exact(4).map(pixel).collect() }
    }
}

/// A display that does not answer.
pub struct Stuck(Pid);

impl Drop for Stuck {
    fn drop(&mut self) {
        kill_process(self.0, Signal::CONT).unwrap();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A test that failed may hold something.
        for button in 1..=3 {
            self.button(button, false);
        }
    }
}

impl Picture {
    pub fn at(&self, x: u32, y: u32) -> u32 {
        self.pixels[(y * self.size[0] + x) as usize]
    }

    /// A part of it.
    pub fn part(&self, place: [u32; 2], size: [u32; 2]) -> Self {
        let rows = place[1]..place[1] + size[1];
        let row = |y: u32| (place[0]..place[0] + size[0]).map(move |x| self.at(x, y));
        Self { size, pixels: rows.flat_map(row).collect() }
    }

    /// Pixels in which two pictures differ by more than a little.
    pub fn differences(&self, other: &Self) -> usize {
        assert_eq!(self.size, other.size);
        let far = |a: u32, b: u32| (0..3).any(|n| (a >> (8 * n) & 0xff).abs_diff(b >> (8 * n) & 0xff) > 12);
        self.pixels.iter().zip(&other.pixels).filter(|(a, b)| far(**a, **b)).count()
    }

    /// Writes it where people can look at it.
    pub fn save(&self, name: &str) {
        let folder = std::env::temp_dir().join("dyad-webview-pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join(format!("{name}.png"))).unwrap();
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), self.size[0], self.size[1]);
        encoder.set_color(png::ColorType::Rgb);
        let bytes: Vec<u8> =
            self.pixels.iter().flat_map(|pixel| pixel.to_be_bytes()[1..].to_vec()).collect();
        encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    }
}
