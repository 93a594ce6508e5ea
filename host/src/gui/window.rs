//! The window around an editor, on a connection of the host's own.

use std::cell::Cell;
use std::os::fd::{AsRawFd as _, RawFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::properties::{WmHints, WmSizeHints};
use x11rb::protocol::Event as XEvent;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux,
    EventMask, PropMode, StackMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::keys::Keyboard;
use super::{Key, MAX_SIDE};

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        WM_PROTOCOLS,
        WM_DELETE_WINDOW,
        WM_CLIENT_MACHINE,
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_NORMAL,
        UTF8_STRING,
    }
}

/// What is behind an editor until it paints.
const BACKGROUND: u32 = 0x0020_2020;

/// The sizes that a user may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Only the size it has.
    pub(crate) fixed: bool,
    pub(crate) min: Option<[u32; 2]>,
    pub(crate) max: Option<[u32; 2]>,
}

/// What happens to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// The user wants it closed.
    Close,
    /// The user has changed its size.
    Resized([u32; 2]),
    /// A window in it has changed its size.
    InnerResized(u32, [u32; 2]),
    /// A key was pressed or released, and no window inside wanted it.
    Key(Key),
    /// A window inside has sent a key back.
    KeyBack,
}

/// A window with room for an editor, on the desktop or inside another program's.
pub(crate) struct Window {
    connection: RustConnection,
    id: u32,
    /// The other program's, which it fills.
    parent: Option<u32>,
    atoms: Atoms,
    size: Cell<[u32; 2]>,
    limits: Cell<Limits>,
    /// Whether its picture can be had even where others cover it.
    composite: Cell<bool>,
    keyboard: Keyboard,
}

impl Window {
    /// Connects to the display and makes the window, not yet shown.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn open(title: &str, size: [u32; 2], parent: Option<u32>) -> Result<Self, String> {
        let name = std::env::var("DISPLAY").unwrap_or_default();
        if name.is_empty() {
            return Err("no X11 display: DISPLAY is not set".into());
        }
        let (connection, screen) =
            x11rb::connect(None).map_err(|e| format!("no X11 display: {name}: {e}"))?;
        if let Some(parent) = parent {
            let there = connection.get_geometry(parent).is_ok_and(|asked| asked.reply().is_ok());
            if !there {
                return Err(format!(
                    "there is no window {parent:#x} on the X11 display {name} to be inside"
                ));
            }
        }
        Self::make(connection, screen, title, size, parent)
            .map_err(|e| format!("no X11 display: {name} made no window: {e}"))
    }

    fn make(
        connection: RustConnection,
        screen: usize,
        title: &str,
        size: [u32; 2],
        parent: Option<u32>,
    ) -> Result<Self, ReplyOrIdError> {
        let atoms = Atoms::new(&connection)?.reply()?;
        let root = connection.setup().roots[screen].root;
        let outer = parent.unwrap_or(root);
        let id = connection.generate_id()?;
        let mask = EventMask::STRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_NOTIFY;
        let mask = mask | EventMask::KEY_PRESS | EventMask::KEY_RELEASE;
        let aux = CreateWindowAux::new().background_pixel(BACKGROUND).event_mask(mask);
        let [width, height] = size.map(side);
        let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        connection.create_window(depth, id, outer, 0, 0, width, height, 0, class, 0, &aux)?.check()?;
        let text = |property: u32, kind: u32, text: &[u8]| {
            connection.change_property8(PropMode::REPLACE, id, property, kind, text)
        };
        text(AtomEnum::WM_NAME.into(), AtomEnum::STRING.into(), &latin1(title))?;
        text(atoms._NET_WM_NAME, atoms.UTF8_STRING, title.as_bytes())?;
        text(AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into(), b"dyad-host\0Dyad-host\0")?;
        let numbers = |property, kind: AtomEnum, numbers: &[u32]| {
            connection.change_property32(PropMode::REPLACE, id, property, kind, numbers)
        };
        numbers(atoms.WM_PROTOCOLS, AtomEnum::ATOM, &[atoms.WM_DELETE_WINDOW])?;
        numbers(atoms._NET_WM_PID, AtomEnum::CARDINAL, &[std::process::id()])?;
        numbers(atoms._NET_WM_WINDOW_TYPE, AtomEnum::ATOM, &[atoms._NET_WM_WINDOW_TYPE_NORMAL])?;
        let hints = WmHints { input: Some(true), ..WmHints::new() };
        hints.set(&connection, id)?;
        if let Some(parent) = parent {
            // Its size is heard of.
            let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
            connection.change_window_attributes(parent, &aux)?.check()?;
        }
        let (size, limits, composite) = (Cell::new(size), Cell::default(), Cell::new(false));
        let keyboard = Keyboard::read(&connection)?;
        let window = Self { connection, id, parent, atoms, size, limits, composite, keyboard };
        window.tell_limits()?;
        window.connection.sync()?;
        Ok(window)
    }

    /// Its id, which editors take as their parent.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Readable when something happens.
    pub(crate) fn socket(&self) -> RawFd {
        self.connection.stream().as_raw_fd()
    }

    pub(crate) fn connection(&self) -> &RustConnection {
        &self.connection
    }

    pub(crate) fn is_composite(&self) -> bool {
        self.composite.get()
    }

    /// Has the server keep its picture, also where others cover it. Not without need: Xorg's own composition can lose
    /// on the screen what two requests paint one behind the other.
    pub(crate) fn keep_picture(&self) {
        self.composite.set(redirect(&self.connection, self.id).unwrap_or(false));
    }

    /// Its size now, in pixels.
    pub(crate) fn size(&self) -> [u32; 2] {
        self.size.get()
    }

    /// Waits, for no longer than this.
    pub(crate) fn rest(&self, limit: Duration) {
        let mut fds = [PollFd::new(self.connection.stream(), PollFlags::IN)];
        let timeout = Timespec { tv_sec: 0, tv_nsec: limit.subsec_nanos().into() };
        // Early is as good.
        let _ = rustix::event::poll(&mut fds, Some(&timeout));
    }

    // What the display refuses below is seen as its end by `happenings`.

    /// Shows it above all others.
    pub(crate) fn show(&self) {
        let _ = self.connection.map_window(self.id);
        let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        let _ = self.connection.configure_window(self.id, &above);
        let _ = self.connection.sync();
    }

    /// Takes it from the screen.
    pub(crate) fn hide(&self) {
        let _ = self.connection.unmap_window(self.id);
        let _ = self.connection.sync();
    }

    /// Gives it a size.
    pub(crate) fn resize(&self, size: [u32; 2]) {
        let size = size.map(|side| side.clamp(1, MAX_SIDE));
        if size == self.size.get() {
            return;
        }
        self.size.set(size);
        let _ = self.tell_limits();
        let _ = self.configure(self.id, size);
        let _ = self.connection.flush();
    }

    /// Says which sizes the user may choose.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.limits.set(limits);
        let _ = self.tell_limits();
        let _ = self.connection.flush();
    }

    /// Gives a window inside it a size. It may be gone.
    pub(crate) fn resize_inner(&self, window: u32, size: [u32; 2]) {
        let _ = self.configure(window, size);
        let _ = self.connection.flush();
    }

    /// Makes a window one of those inside, and visible; `None` where it is gone.
    pub(crate) fn take_in(&self, window: u32) -> Option<()> {
        let tree = self.connection.query_tree(window).ok()?.reply().ok()?;
        if tree.parent != self.id {
            self.connection.reparent_window(window, self.id, 0, 0).ok()?.check().ok()?;
        }
        self.connection.map_window(window).ok()?.check().ok()
    }

    /// The size of any window and the limits that it gives; `None` where it is gone.
    pub(crate) fn measure(&self, window: u32) -> Option<([u32; 2], Limits)> {
        let geometry = self.connection.get_geometry(window).ok()?.reply().ok()?;
        let hints = WmSizeHints::get_normal_hints(&self.connection, window).ok()?.reply().ok().flatten();
        let sides = |(width, height): (i32, i32)| {
            let both = [u32::try_from(width).ok()?, u32::try_from(height).ok()?];
            both.iter().all(|side| (1..=MAX_SIDE).contains(side)).then_some(both)
        };
        let (min, max) = hints
            .map_or((None, None), |hints| (hints.min_size.and_then(sides), hints.max_size.and_then(sides)));
        let fixed = min.is_some() && min == max;
        Some(([geometry.width.into(), geometry.height.into()], Limits { fixed, min, max }))
    }

    /// Everything that has happened; of several sizes only the last.
    ///
    /// # Errors
    /// In words, where the display is gone.
    pub(crate) fn happenings(&self) -> Result<Vec<Happening>, String> {
        let mut found = Vec::new();
        let mut size = None;
        let gone = |e: ConnectionError| format!("the X11 display is gone: {e}");
        while let Some(event) = self.connection.poll_for_event().map_err(gone)? {
            match event {
                XEvent::ClientMessage(message)
                    if message.type_ == self.atoms.WM_PROTOCOLS
                        && message.data.as_data32()[0] == self.atoms.WM_DELETE_WINDOW =>
                {
                    found.push(Happening::Close);
                }
                XEvent::DestroyNotify(gone) if gone.window == self.id => found.push(Happening::Close),
                // What was sent by a program and not by the server is a key that somebody gives back.
                XEvent::KeyPress(key) | XEvent::KeyRelease(key) if key.response_type & 0x80 != 0 => {
                    found.push(Happening::KeyBack);
                }
                XEvent::KeyPress(key) => found.extend(self.keyboard.key(&key, true).map(Happening::Key)),
                XEvent::KeyRelease(key) => found.extend(self.keyboard.key(&key, false).map(Happening::Key)),
                XEvent::ConfigureNotify(now) => {
                    let new = [now.width.into(), now.height.into()];
                    if now.window == self.id {
                        size = Some(new);
                    } else if Some(now.window) == self.parent {
                        let _ = self.configure(self.id, new);
                        size = Some(new);
                    } else {
                        found.push(Happening::InnerResized(now.window, new));
                    }
                }
                _ => {}
            }
        }
        if let Some(size) = size.filter(|size| *size != self.size.get()) {
            self.size.set(size);
            found.push(Happening::Resized(size));
        }
        self.connection.flush().map_err(gone)?;
        Ok(found)
    }

    fn configure(&self, window: u32, size: [u32; 2]) -> Result<(), ConnectionError> {
        let [width, height] = size.map(|side| side.clamp(1, MAX_SIDE));
        let aux = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(window, &aux).map(drop)
    }

    fn tell_limits(&self) -> Result<(), ConnectionError> {
        let Limits { fixed, min, max } = self.limits.get();
        let sides = |[width, height]: [u32; 2]| (width.cast_signed(), height.cast_signed());
        let only = fixed.then_some(self.size.get());
        let hints = WmSizeHints {
            min_size: only.or(min).map(sides),
            max_size: only.or(max).map(sides),
            ..WmSizeHints::new()
        };
        hints.set_normal_hints(&self.connection, self.id).map(drop)
    }
}

/// Has the server keep the window's picture apart from what covers it, where it can.
fn redirect(connection: &RustConnection, window: u32) -> Result<bool, ReplyError> {
    use x11rb::connection::RequestConnection as _;
    use x11rb::protocol::composite::{ConnectionExt as _, Redirect};
    if connection.extension_information("Composite")?.is_none() {
        return Ok(false);
    }
    connection.composite_query_version(0, 4)?.reply()?;
    connection.composite_redirect_window(window, Redirect::AUTOMATIC)?.check()?;
    Ok(true)
}

fn side(side: u32) -> u16 {
    u16::try_from(side.clamp(1, MAX_SIDE)).unwrap_or(u16::MAX)
}

/// A title for programs that know no Unicode.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
