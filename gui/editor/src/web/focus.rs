//! Who had the display's keyboard focus before a page took it. The program gives it back by itself; this is for
//! one that can't any more: where it is gone, the display gives the focus to what its window was in, and then to
//! nobody at all.

use std::sync::atomic::Ordering;

use x11rb::CURRENT_TIME;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, Window};
use x11rb::rust_connection::RustConnection;

use crate::exchange::Exchange;

/// The most windows within one another.
const DEPTH: usize = 64;

/// The focus, as the host's side of a page sees it. `[web-thread]`
pub(super) struct Focus {
    container: Window,
    connection: Option<RustConnection>,
    /// Who had it when a text began to be typed.
    before: Option<Window>,
}

impl Focus {
    pub(super) fn new(container: Window) -> Self {
        Self { container, connection: None, before: None }
    }

    /// A connection of its own, made when it is needed first.
    fn connection(&mut self) -> Option<&RustConnection> {
        if self.connection.is_none() {
            self.connection = RustConnection::connect(None).ok().map(|(connection, _)| connection);
        }
        self.connection.as_ref()
    }

    /// Whether the window that all of this is in is there.
    pub(super) fn has_window(&mut self) -> bool {
        let container = self.container;
        let answer = self.connection().and_then(|connection| {
            connection.get_window_attributes(container).ok()?.reply().ok().map(|_| ())
        });
        answer.is_some()
    }

    /// Notes who has the focus, before the page may take it.
    pub(super) fn note(&mut self) {
        let container = self.container;
        let Some(connection) = self.connection() else { return };
        if let Some(now) = focus(connection)
            && !is_within(connection, now, container)
        {
            self.before = Some(now);
        }
    }

    /// Gives it back, where the page or nobody has it.
    pub(super) fn give_back(&mut self, exchange: &Exchange) {
        let (container, Some(before)) = (self.container, self.before.take()) else { return };
        // Relaxed: it orders nothing.
        let host = exchange.host_window.load(Ordering::Relaxed);
        let Some(connection) = self.connection() else { return };
        let lost = match focus(connection) {
            Some(now) => is_within(connection, now, container),
            None => true,
        };
        if !lost {
            return;
        }
        let give = |to: Window| {
            let sent = connection.set_input_focus(InputFocus::PARENT, to, CURRENT_TIME);
            sent.is_ok_and(|sent| sent.check().is_ok())
        };
        // Who had it may be gone, or not to be seen; then the host, or whoever is under the pointer.
        let _ = [before, host].into_iter().any(|to| to > 1 && give(to))
            || give(u32::from(InputFocus::POINTER_ROOT));
    }
}

/// Who has the focus; none for nobody.
fn focus(connection: &RustConnection) -> Option<Window> {
    let focus = connection.get_input_focus().ok()?.reply().ok()?.focus;
    (focus != u32::from(InputFocus::NONE)).then_some(focus)
}

/// Whether a window is another one or somewhere in it.
fn is_within(connection: &RustConnection, mut window: Window, outer: Window) -> bool {
    for _ in 0..DEPTH {
        if window == outer {
            return true;
        }
        let tree = connection.query_tree(window).ok().and_then(|tree| tree.reply().ok());
        match tree {
            Some(tree) if tree.parent != x11rb::NONE => window = tree.parent,
            _ => return false,
        }
    }
    false
}
