//! A window for the editors of fixtures: a bar as long as a value, on a ground of another colour, and below
//! both a strip that tells something. Pressing and dragging in it moves the bar, the right button is a wish,
//! and the middle one a restart or an end.

#![allow(dead_code, reason = "each fixture uses its own part")]

use std::os::fd::AsRawFd as _;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeGCAux, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask,
    PropMode, Rectangle, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The bar.
const BAR: u32 = 0x00e0_a020;
/// The ground behind it.
const GROUND: u32 = 0x0020_60c0;
/// The strip, before and after what it tells.
const STRIP: [u32; 2] = [0x00c0_2020, 0x0020_c040];
/// How high the strip is.
const STRIP_HEIGHT: u16 = 20;

pub(crate) struct Painting {
    connection: RustConnection,
    pub(crate) window: u32,
    context: u32,
    pub(crate) size: [u16; 2],
    pub(crate) value: f32,
    pub(crate) told: bool,
    held: bool,
}

/// What the user does.
pub(crate) enum Act {
    Press,
    Move(f32),
    Release,
    Wish,
    /// The middle button.
    Middle,
    /// The window of its own was closed.
    Close,
}

impl Painting {
    pub(crate) fn open(parent: u32, size: [u16; 2]) -> Option<Self> {
        let painting = Self::make(Some(parent), size)?;
        painting.show()?;
        Some(painting)
    }

    /// A window of its own, not yet shown.
    pub(crate) fn own(title: &str, size: [u16; 2]) -> Option<Self> {
        let painting = Self::make(None, size)?;
        let (name, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
        let connection = &painting.connection;
        connection
            .change_property8(PropMode::REPLACE, painting.window, name, kind, title.as_bytes())
            .ok()?;
        connection.flush().ok()?;
        Some(painting)
    }

    fn make(parent: Option<u32>, size: [u16; 2]) -> Option<Self> {
        let (connection, screen) = x11rb::connect(None).ok()?;
        let parent = parent.unwrap_or(connection.setup().roots[screen].root);
        let window = connection.generate_id().ok()?;
        let mask = EventMask::EXPOSURE
            | EventMask::STRUCTURE_NOTIFY
            | EventMask::BUTTON_PRESS
            | EventMask::BUTTON_RELEASE
            | EventMask::BUTTON_MOTION;
        let aux = CreateWindowAux::new().background_pixel(0).event_mask(mask);
        let [width, height] = size;
        let class = WindowClass::INPUT_OUTPUT;
        connection.create_window(0, window, parent, 0, 0, width, height, 0, class, 0, &aux).ok()?;
        let context = connection.generate_id().ok()?;
        connection.create_gc(context, window, &CreateGCAux::new()).ok()?;
        connection.flush().ok()?;
        Some(Self { connection, window, context, size, value: 0.0, told: false, held: false })
    }

    pub(crate) fn show(&self) -> Option<()> {
        self.connection.map_window(self.window).ok()?;
        self.connection.flush().ok()
    }

    pub(crate) fn hide(&self) -> Option<()> {
        self.connection.unmap_window(self.window).ok()?;
        self.connection.flush().ok()
    }

    pub(crate) fn socket(&self) -> i32 {
        self.connection.stream().as_raw_fd()
    }

    pub(crate) fn resize(&mut self, [width, height]: [u16; 2]) {
        let aux = ConfigureWindowAux::new().width(u32::from(width)).height(u32::from(height));
        let _ = self.connection.configure_window(self.window, &aux);
        let _ = self.connection.flush();
    }

    pub(crate) fn draw(&self) {
        let [width, height] = self.size;
        let split = (f32::from(width) * self.value.clamp(0.0, 1.0)).round() as u16;
        let low = height.saturating_sub(STRIP_HEIGHT);
        for (color, x, y, width, height) in [
            (BAR, 0, 0, split, low),
            (GROUND, split, 0, width - split, low),
            (STRIP[usize::from(self.told)], 0, low, width, STRIP_HEIGHT),
        ] {
            let _ = self.connection.change_gc(self.context, &ChangeGCAux::new().foreground(color));
            let area = Rectangle { x: x as i16, y: y as i16, width, height };
            let _ = self.connection.poly_fill_rectangle(self.window, self.context, &[area]);
        }
        let _ = self.connection.flush();
    }

    pub(crate) fn acts(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        let part = |x: i16, width: u16| f32::from(x.max(0)) / f32::from(width.max(1));
        let mut dirty = false;
        while let Ok(Some(event)) = self.connection.poll_for_event() {
            match event {
                Event::Expose(_) => dirty = true,
                Event::ConfigureNotify(now) => {
                    self.size = [now.width, now.height];
                    dirty = true;
                }
                // The only message that comes to a window of its own.
                Event::ClientMessage(_) => acts.push(Act::Close),
                Event::ButtonPress(press) if press.detail == 1 => {
                    self.held = true;
                    acts.extend([Act::Press, Act::Move(part(press.event_x, self.size[0]))]);
                }
                Event::ButtonPress(press) if press.detail == 2 => acts.push(Act::Middle),
                Event::ButtonPress(press) if press.detail == 3 => acts.push(Act::Wish),
                Event::MotionNotify(motion) if self.held => {
                    acts.push(Act::Move(part(motion.event_x, self.size[0])));
                }
                Event::ButtonRelease(release) if release.detail == 1 && self.held => {
                    self.held = false;
                    acts.push(Act::Release);
                }
                _ => {}
            }
        }
        for act in &acts {
            if let Act::Move(value) = act {
                self.value = *value;
                dirty = true;
            }
        }
        if dirty {
            self.draw();
        }
        acts
    }
}
