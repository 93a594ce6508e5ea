//! Windows on the screen.

use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, MapState, Window};

use super::Screen;

/// The class of the window that an editor binary puts into the host's.
pub const EDITOR: [&str; 2] = ["dyad", "Dyad"];

/// A rectangle on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Place {
    /// A point within it, given in logical pixels from its corner.
    #[must_use]
    pub fn at(self, logical: (f32, f32), scale: f32) -> (i32, i32) {
        (self.x + (logical.0 * scale).round() as i32, self.y + (logical.1 * scale).round() as i32)
    }
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub id: Window,
    /// Its title.
    pub title: String,
    /// Its class: two names.
    pub class: [String; 2],
    /// The process that says it is its own.
    pub pid: Option<u32>,
    /// The windows around it, the screen's own first.
    pub above: Vec<Window>,
    /// Whether it and all around it are shown.
    pub shown: bool,
    /// Where it is.
    pub place: Place,
}

impl Seen {
    /// For messages: further to the right what is within others.
    pub(super) fn line(&self) -> String {
        let Place { x, y, width, height } = self.place;
        let shown = if self.shown { "" } else { ", hidden" };
        let (depth, id, [_, class]) = (self.above.len() * 2, self.id, &self.class);
        format!("{:depth$}{id:#x} {:?} ({class}) {width}x{height}+{x}+{y}{shown}\n", "", self.title)
    }
}

impl Screen {
    /// All windows, those around others before these. What goes while it is looked at is left out.
    #[must_use]
    pub fn windows(&self) -> Vec<Seen> {
        let mut windows = Vec::new();
        self.gather(self.root, &mut Vec::new(), &mut windows);
        windows
    }

    fn gather(&self, parent: Window, above: &mut Vec<Window>, windows: &mut Vec<Seen>) {
        let tree = self.connection.query_tree(parent).ok().and_then(|cookie| cookie.reply().ok());
        above.push(parent);
        for child in tree.map(|tree| tree.children).unwrap_or_default() {
            if let Some(seen) = self.look_at(child, above) {
                windows.push(seen);
                self.gather(child, above, windows);
            }
        }
        above.pop();
    }

    fn look_at(&self, id: Window, above: &[Window]) -> Option<Seen> {
        let attributes = self.connection.get_window_attributes(id).ok()?;
        let geometry = self.connection.get_geometry(id).ok()?;
        let place = self.connection.translate_coordinates(id, self.root, 0, 0).ok()?;
        let (attributes, geometry) = (attributes.reply().ok()?, geometry.reply().ok()?);
        let place = place.reply().ok()?;
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let class = self.bytes(id, "WM_CLASS");
        let mut class = class.split(|byte| *byte == 0).map(text);
        let class = [class.next().unwrap_or_default(), class.next().unwrap_or_default()];
        let mut title = self.bytes(id, "_NET_WM_NAME");
        if title.is_empty() {
            title = self.bytes(id, "WM_NAME");
        }
        let pid = self.bytes(id, "_NET_WM_PID");
        Some(Seen {
            id,
            title: text(&title),
            class,
            pid: pid.try_into().ok().map(u32::from_ne_bytes),
            above: above.to_vec(),
            shown: attributes.map_state == MapState::VIEWABLE,
            place: Place {
                x: place.dst_x.into(),
                y: place.dst_y.into(),
                width: geometry.width.into(),
                height: geometry.height.into(),
            },
        })
    }

    /// A property of a window as it lies there; empty where there is none.
    fn bytes(&self, window: Window, name: &str) -> Vec<u8> {
        let atom =
            self.connection.intern_atom(true, name.as_bytes()).ok().and_then(|atom| atom.reply().ok());
        let Some(atom) = atom.map(|reply| reply.atom).filter(|atom| *atom != 0) else { return Vec::new() };
        let property = self.connection.get_property(false, window, atom, AtomEnum::ANY, 0, 1024);
        property.ok().and_then(|cookie| cookie.reply().ok()).map(|reply| reply.value).unwrap_or_default()
    }

    /// The first window that is shown and is as wanted.
    #[must_use]
    pub fn find(&self, is: impl Fn(&Seen) -> bool) -> Option<Seen> {
        self.windows().into_iter().find(|seen| seen.shown && is(seen))
    }

    /// The windows of open editors of ours that are shown, by number, so that the older comes first.
    #[must_use]
    pub fn editors(&self) -> Vec<Seen> {
        let mut editors = self.windows();
        editors.retain(|seen| seen.shown && seen.class == EDITOR);
        editors.sort_by_key(|seen| seen.id);
        editors
    }

    /// A window as it is now; none where it is gone.
    #[must_use]
    pub fn again(&self, seen: &Seen) -> Option<Seen> {
        self.look_at(seen.id, &seen.above)
    }

    /// Whether a window manager is there.
    pub(super) fn manages(&self) -> Option<()> {
        (!self.bytes(self.root, "_NET_SUPPORTING_WM_CHECK").is_empty()).then_some(())
    }
}
