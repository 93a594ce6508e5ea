//! baseview's own connection to the display, for what baseview does not do: pictures, which events a
//! window gets, and who has the keyboard. A second connection could not change the first one's events.

use std::rc::Rc;

use baseview::{PlatformHandle, WindowContext};
use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, EventMask, Gravity, Window,
};
use x11rb::xcb_ffi::XCBConnection;

use super::Make;
use crate::paint::PaintError;

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

/// What a window of this kind wants to hear of, besides keys.
pub(super) fn events() -> EventMask {
    EventMask::EXPOSURE
        | EventMask::POINTER_MOTION
        | EventMask::BUTTON_PRESS
        | EventMask::BUTTON_RELEASE
        | EventMask::STRUCTURE_NOTIFY
        | EventMask::ENTER_WINDOW
        | EventMask::LEAVE_WINDOW
        | EventMask::FOCUS_CHANGE
}

/// Makes baseview's window one for an editor: keys go to the host, the background is painted by the
/// display, and it follows the size of what it is in, which baseview does once it hears of it.
pub(super) fn prepare(link: &Link, window: Window, make: &Make) -> Result<[u32; 2], PaintError> {
    let connection = link.connection();
    let attributes = ChangeWindowAttributesAux::new()
        .event_mask(events())
        .background_pixel(0xff00_0000 | make.background)
        .bit_gravity(Gravity::NORTH_WEST);
    connection.change_window_attributes(window, &attributes)?;
    let follow = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
    connection.change_window_attributes(make.container, &follow)?;
    // It may have been resized since.
    let container = connection.get_geometry(make.container)?.reply()?;
    let size = [container.width, container.height].map(u32::from);
    if size != make.size {
        let configure = ConfigureWindowAux::new().width(size[0]).height(size[1]);
        connection.configure_window(window, &configure)?;
    }
    connection.map_window(window)?;
    connection.flush()?;
    Ok(size)
}
