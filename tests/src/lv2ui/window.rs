//! A host's window for an editor to be in.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, Window, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::Screen;

/// A plain window on a screen, of a connection of its own.
pub struct HostWindow {
    connection: RustConnection,
    /// Its number.
    pub id: Window,
}

impl HostWindow {
    /// A window with its corner at (40, 30).
    ///
    /// # Panics
    /// Where the X server is gone.
    #[must_use]
    pub fn new(screen: &Screen, width: u16, height: u16) -> Self {
        let (connection, number) = x11rb::connect(Some(screen.display())).expect("the X server is there");
        let root = connection.setup().roots[number].root;
        let id = connection.generate_id().expect("a number for a window");
        let look = CreateWindowAux::new().background_pixel(0x00ff_00ff);
        let (depth, visual) = (x11rb::COPY_DEPTH_FROM_PARENT, x11rb::COPY_FROM_PARENT);
        let class = WindowClass::INPUT_OUTPUT;
        let made = connection
            .create_window(depth, id, root, 40, 30, width, height, 0, class, visual, &look)
            .and_then(|_| connection.map_window(id));
        made.expect("the X server is there");
        connection.sync().expect("the X server is there");
        Self { connection, id }
    }

    /// Destroys it, with all that is in it.
    pub fn destroy(&self) {
        self.connection.destroy_window(self.id).expect("the X server is there");
        self.connection.sync().expect("the X server is there");
    }
}
