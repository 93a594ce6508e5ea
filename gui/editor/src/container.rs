//! The window that the host sees. It belongs to the host's thread, has a connection of its own, and has
//! nothing in it but its background and the window that is drawn into.
//!
//! Whatever happens to it is an event: the host may resize, hide or destroy it at any moment, and no
//! error of the display's is fatal.

use std::time::{Duration, Instant};

use dyad_editor_abi::Measure;
use x11rb::connection::Connection;
use x11rb::properties::WmSizeHints;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux,
    EventMask, PropMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT};

use crate::session::OpenError;
use crate::size;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        WM_PROTOCOLS,
        WM_DELETE_WINDOW,
        _NET_WM_NAME,
        UTF8_STRING,
    }
}

/// What is given to a new window.
pub(crate) struct Look<'a> {
    pub(crate) parent: Option<Window>,
    pub(crate) size: [u32; 2],
    pub(crate) title: &'a str,
    /// 0xRRGGBB.
    pub(crate) background: u32,
    pub(crate) hidden: bool,
}

/// A connection to the display.
pub(crate) struct Display {
    connection: RustConnection,
    root: Window,
    /// The screen's size.
    size: [u32; 2],
    atoms: Atoms,
}

/// The window within the host's.
pub(crate) struct Container {
    display: Display,
    window: Window,
    parent: Option<Window>,
    size: [u32; 2],
    parent_size: [u32; 2],
    opened: Instant,
    gone: bool,
    /// Whether its size was changed by somebody else since the last look.
    resized: bool,
}

/// How long after opening a new size is the host making room, and not the user's wish.
const SETTLING: Duration = Duration::from_secs(1);

fn display_error(error: impl std::fmt::Display) -> OpenError {
    OpenError::Display(error.to_string())
}

fn window_error(error: impl std::fmt::Display) -> OpenError {
    OpenError::Window(error.to_string())
}

/// Asks for what happens to a window.
fn watch() -> ChangeWindowAttributesAux {
    ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY)
}

impl Display {
    pub(crate) fn open() -> Result<Self, OpenError> {
        if std::env::var_os("DISPLAY").is_none_or(|name| name.is_empty()) {
            return Err(OpenError::Display("DISPLAY is not set".into()));
        }
        let (connection, screen) = RustConnection::connect(None).map_err(display_error)?;
        let found = connection.setup().roots.get(screen);
        let found = found.ok_or_else(|| OpenError::Display(format!("it has no screen {screen}")))?;
        let root = found.root;
        let size = [found.width_in_pixels, found.height_in_pixels].map(u32::from);
        let atoms = Atoms::new(&connection).map_err(display_error)?.reply().map_err(display_error)?;
        Ok(Self { connection, root, size, atoms })
    }

    /// The scale that the user has chosen for the display.
    pub(crate) fn scale(&self) -> f64 {
        let resources = x11rb::resource_manager::new_from_resource_manager(&self.connection).ok().flatten();
        let dpi = resources.and_then(|resources| resources.get_value::<f64>("Xft.dpi", "").ok().flatten());
        dpi.and_then(|dpi| size::usable_scale(dpi / 96.0)).unwrap_or(1.0)
    }
}

impl Container {
    pub(crate) fn open(display: Display, look: &Look<'_>, measure: &Measure) -> Result<Self, OpenError> {
        let connection = &display.connection;
        let mut parent_size = look.size;
        if let Some(parent) = look.parent {
            let geometry = connection.get_geometry(parent).map_err(display_error)?.reply();
            let geometry = geometry.map_err(|_| OpenError::Parent(parent))?;
            parent_size = [geometry.width, geometry.height].map(u32::from);
            // Without a check: it may be gone by now, and then the next request says so.
            connection.change_window_attributes(parent, &watch()).map_err(display_error)?;
        }
        let window = connection.generate_id().map_err(window_error)?;
        let background = 0xff00_0000 | look.background;
        let [width, height] = look.size.map(|side| side as u16);
        let attributes = CreateWindowAux::new()
            .background_pixel(background)
            .border_pixel(background)
            .event_mask(EventMask::STRUCTURE_NOTIFY);
        let cookie = connection.create_window(
            COPY_DEPTH_FROM_PARENT,
            window,
            look.parent.unwrap_or(display.root),
            0,
            0,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            COPY_FROM_PARENT,
            &attributes,
        );
        match (cookie.map_err(display_error)?.check(), look.parent) {
            (Ok(()), _) => {}
            (Err(_), Some(parent)) => return Err(OpenError::Parent(parent)),
            (Err(error), None) => return Err(window_error(error)),
        }
        let container = Self {
            window,
            parent: look.parent,
            size: look.size,
            parent_size,
            opened: Instant::now(),
            gone: false,
            resized: false,
            display,
        };
        container.describe(look, measure).map_err(window_error)?;
        Ok(container)
    }

    /// Tells the window manager, and hosts that read as it does, what this is; shows it, unless it is hidden.
    fn describe(&self, look: &Look<'_>, measure: &Measure) -> Result<(), x11rb::errors::ConnectionError> {
        let Display { connection, atoms, .. } = &self.display;
        connection.change_property8(
            PropMode::REPLACE,
            self.window,
            AtomEnum::WM_CLASS,
            AtomEnum::STRING,
            b"dyad\0Dyad\0",
        )?;
        for (name, kind) in
            [(AtomEnum::WM_NAME.into(), AtomEnum::STRING.into()), (atoms._NET_WM_NAME, atoms.UTF8_STRING)]
        {
            let title = look.title.as_bytes();
            connection.change_property8(PropMode::REPLACE, self.window, name, kind, title)?;
        }
        if self.parent.is_none() {
            connection.change_property32(
                PropMode::REPLACE,
                self.window,
                atoms.WM_PROTOCOLS,
                AtomEnum::ATOM,
                &[atoms.WM_DELETE_WINDOW],
            )?;
        }
        self.hint(measure)?;
        if !look.hidden {
            connection.map_window(self.window)?;
        }
        connection.flush()
    }

    /// Shows it, where it is hidden.
    pub(crate) fn show(&mut self) {
        // From now on the window manager, and after a while the user, may give it a size.
        self.opened = Instant::now();
        let sent = self.display.connection.map_window(self.window).map(drop);
        self.judge(sent.and_then(|()| self.display.connection.flush()));
    }

    /// Says between which sizes it can be.
    pub(crate) fn hint(&self, measure: &Measure) -> Result<(), x11rb::errors::ConnectionError> {
        let pair = |width: u32, height: u32| Some((width as i32, height as i32));
        let hints = WmSizeHints {
            min_size: pair(measure.min_width, measure.min_height),
            max_size: pair(measure.max_width, measure.max_height),
            base_size: pair(self.size[0], self.size[1]),
            ..WmSizeHints::default()
        };
        hints.set_normal_hints(&self.display.connection, self.window)?;
        self.display.connection.flush()
    }

    pub(crate) fn window(&self) -> Window {
        self.window
    }

    /// The host's window; 0 for none.
    pub(crate) fn parent(&self) -> Window {
        self.parent.unwrap_or(0)
    }

    pub(crate) fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Whether it is a window of its own, with a frame.
    pub(crate) fn is_top_level(&self) -> bool {
        self.parent.is_none()
    }

    /// The size that somebody else gave it since the last call, if it is one to remember.
    pub(crate) fn take_new_size(&mut self) -> Option<[u32; 2]> {
        let wanted = std::mem::take(&mut self.resized) && self.opened.elapsed() >= SETTLING;
        // What no screen shows, no user has chosen.
        let seen = self.size.iter().zip(self.display.size).all(|(side, screen)| *side <= screen);
        (wanted && seen).then_some(self.size)
    }

    /// Gives it a size. The window in it follows by itself.
    pub(crate) fn resize(&mut self, size: [u32; 2]) {
        if size == self.size || self.gone {
            return;
        }
        self.size = size;
        self.resized = true;
        let configure = ConfigureWindowAux::new().width(size[0]).height(size[1]);
        let sent = self.display.connection.configure_window(self.window, &configure).map(drop);
        self.judge(sent.and_then(|()| self.display.connection.flush()));
    }

    /// Takes what happened to it. `false` once it is gone.
    pub(crate) fn pump(&mut self, measure: &Measure) -> bool {
        while !self.gone {
            match self.display.connection.poll_for_event() {
                Ok(Some(event)) => self.handle(&event, measure),
                Ok(None) => break,
                Err(_) => self.gone = true,
            }
        }
        !self.gone
    }

    fn handle(&mut self, event: &Event, measure: &Measure) {
        match event {
            Event::ConfigureNotify(event) if event.window == self.window => {
                let size = [event.width, event.height].map(u32::from);
                if size != self.size {
                    self.size = size;
                    self.resized = true;
                }
            }
            Event::ConfigureNotify(event) if Some(event.window) == self.parent => {
                let before =
                    std::mem::replace(&mut self.parent_size, [event.width, event.height].map(u32::from));
                // Some hosts only resize their own window. Where this one filled it before, it does so
                // again; where it did not, the host has other things there.
                if before != self.parent_size && self.size == size::fit(measure, before) {
                    self.resize(size::fit(measure, self.parent_size));
                }
            }
            // Some hosts put it into another window later. One of its own is framed in this way.
            Event::ReparentNotify(event) if event.window == self.window && self.parent.is_some() => {
                self.parent = Some(event.parent);
                self.watch_parent();
            }
            Event::DestroyNotify(event) if event.window == self.window => self.gone = true,
            Event::ClientMessage(event)
                if event.window == self.window
                    && event.format == 32
                    && event.data.as_data32()[0] == self.display.atoms.WM_DELETE_WINDOW =>
            {
                self.gone = true;
            }
            _ => {}
        }
    }

    /// Hears of the size of the window that it is in now.
    fn watch_parent(&mut self) {
        let connection = &self.display.connection;
        let parent = self.parent();
        let geometry = connection.get_geometry(parent).ok().and_then(|geometry| geometry.reply().ok());
        if let Some(geometry) = geometry {
            self.parent_size = [geometry.width, geometry.height].map(u32::from);
        }
        let sent = connection.change_window_attributes(parent, &watch()).map(drop);
        self.judge(sent.and_then(|()| self.display.connection.flush()));
    }

    /// A connection that is lost takes the window with it.
    fn judge<E>(&mut self, result: Result<(), E>) {
        self.gone |= result.is_err();
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Where it is gone already, nobody reads the error.
        let _ = self.display.connection.destroy_window(self.window);
        let _ = self.display.connection.sync();
    }
}
