//! baseview's own connection to the display, for what baseview does not do: pictures, which events a
//! window gets, and who has the keyboard. A second connection could not change the first one's events.

use std::rc::Rc;

use baseview::{PlatformHandle, WindowContext};
use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle};
use x11rb::protocol::xproto::Window;
use x11rb::xcb_ffi::XCBConnection;

/// A connection that belongs to baseview.
pub(crate) struct Link {
    // Before what it is made of: fields are dropped in this order.
    connection: XCBConnection,
    _handle: PlatformHandle,
}

/// What baseview offers is no X11 window.
#[derive(Debug, thiserror::Error)]
#[error("no X11 window")]
pub(crate) struct NotX11;

impl Link {
    /// The connection, and the window's id.
    pub(crate) fn new(context: &WindowContext) -> Result<(Rc<Self>, Window), NotX11> {
        let handle = context.platform_handle();
        let window = match handle.window_handle().map_err(|_| NotX11)?.as_raw() {
            RawWindowHandle::Xcb(window) => window.window.get(),
            RawWindowHandle::Xlib(window) => window.window as Window,
            _ => return Err(NotX11),
        };
        let pointer = match handle.display_handle().map_err(|_| NotX11)?.as_raw() {
            RawDisplayHandle::Xcb(display) => display.connection.ok_or(NotX11)?,
            _ => return Err(NotX11),
        };
        // SAFETY: the pointer is a connection that `handle` keeps open, and `connection` is dropped
        // before `handle`, without closing it.
        #[expect(unsafe_code, reason = "a display handle")]
        let connection = unsafe { XCBConnection::from_raw_xcb_connection(pointer.as_ptr(), false) };
        let connection = connection.map_err(|_| NotX11)?;
        Ok((Rc::new(Self { connection, _handle: handle }), window))
    }

    pub(crate) fn connection(&self) -> &XCBConnection {
        &self.connection
    }
}
