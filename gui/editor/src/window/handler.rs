//! What happens on the window's thread: events in, frames out.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use baseview::{
    DamageArea, DamageRect, Event, EventStatus, HandlerError, TimerHandle, WindowContext, WindowEvent,
    WindowHandler, WindowSize, WindowWaker,
};
use dyad_core::guard;
use dyad_gui::{Area, Editor, Frame, Input as FrameInput, egui};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, EventMask, Gravity, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::input::Input;
use super::keyboard::{self, Keyboard};
use super::{Link, Make, keys, pointer};
use crate::clipboard;
use crate::exchange::{Exchange, HostKey, Said};
use crate::mirror::Mirror;
use crate::paint::{Cpu, Gl, Kind, PaintError, Painter};
use crate::size;

/// Seconds between two frames that only the moving pointer asks for: mice say a thousand times a second
/// where they are.
const POINTER: f64 = 1.0 / 125.0;

/// baseview's view of an open editor. Its calls come one at a time; should one ever come within another,
/// it is left out.
pub(super) struct Handler {
    live: RefCell<Live>,
    /// Kept: without it baseview's timer goes on and tells nobody, whatever its description says.
    _timer: TimerHandle,
    waker: WindowWaker,
}

/// An open editor. `[window-thread]`
struct Live {
    context: WindowContext,
    link: Rc<Link>,
    window: Window,
    exchange: Arc<Exchange>,
    /// None once its code has panicked: then the background stays.
    editor: Option<Editor>,
    mirror: Mirror,
    painter: Painter,
    input: Input,
    keyboard: Keyboard,
    cursor: egui::CursorIcon,
    start: Instant,
    /// Seconds between two frames.
    period: f64,
    /// When the last frame was made.
    last: f64,
    size: [u32; 2],
    /// Something happened that a frame has to follow.
    wanted: bool,
    /// It can't wait.
    urgent: bool,
    /// The window is to be seen: what is drawn before is lost.
    shown: bool,
    /// To be answered after the next frame.
    pings: Vec<u32>,
    name: &'static str,
}

/// What a window of this kind wants to hear of, besides keys.
fn events() -> EventMask {
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
fn prepare(link: &Link, window: Window, make: &Make) -> Result<[u32; 2], PaintError> {
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

impl Handler {
    pub(super) fn new(context: WindowContext, make: Make) -> Result<Self, HandlerError> {
        let (link, window) = Link::new(&context)?;
        let size = prepare(&link, window, &make)?;
        let painter = match make.painter {
            Kind::Cpu => Painter::Cpu(Cpu::new(Rc::clone(&link), window)?),
            Kind::Gl { forced } => Painter::Gl(Gl::new(&context, forced)?),
        };
        let exchange = Arc::clone(&make.exchange);
        let description = Arc::clone(&make.plugin.description);
        let mirror = Mirror::new(Arc::clone(&description), Arc::clone(&exchange), make.flags, make.scale);
        let name = description.info.name;
        let editor = guard::guard("an editor's view", None, || {
            let theme = dyad_gui::Theme::default();
            Some(Editor::new(description, size::make_view(&make.plugin, &theme), theme))
        });
        let period = 1.0 / make.rate;
        let timer = context.create_timer(Duration::from_secs_f64(period))?;
        let keyboard = Keyboard::new(Rc::clone(&link), window, make.keys_to, events());
        let waker = context.waker();
        let live = Live {
            context,
            link,
            window,
            exchange,
            editor,
            mirror,
            painter,
            input: Input::default(),
            keyboard,
            cursor: egui::CursorIcon::Default,
            start: Instant::now(),
            period,
            last: f64::NEG_INFINITY,
            size,
            wanted: true,
            urgent: true,
            shown: false,
            pings: Vec::new(),
            name,
        };
        Ok(Self { live: live.into(), _timer: timer, waker })
    }

    /// Lets `with` at the editor, and has it look for what is to be done then.
    fn with(&self, with: impl FnOnce(&mut Live)) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            with(&mut live);
            if live.wanted {
                // After all events that are there by now.
                self.waker.request_poll();
            }
        }
    }
}

impl WindowHandler for Handler {
    // Frames are made at the timer's pace and after input; this one comes at half the display's.
    fn draw(&self) -> Result<(), HandlerError> {
        Ok(())
    }

    fn damage(&self, area: DamageArea<'_>) {
        self.with(|live| match area {
            DamageArea::Rect(rect) => live.expose(area_of(rect)),
            DamageArea::Rects(rects) => rects.iter().for_each(|rect| live.expose(area_of(*rect))),
            _ => live.expose(Area { left: 0, top: 0, right: usize::MAX, bottom: usize::MAX }),
        });
    }

    fn poll(&self) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            live.step(false);
        }
    }

    fn on_timer(&self, _timer: &TimerHandle) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            live.step(true);
        }
    }

    fn resized(&self, size: WindowSize) -> Result<(), HandlerError> {
        self.with(|live| {
            live.size = [size.physical.width, size.physical.height];
            live.want(true);
        });
        Ok(())
    }

    fn on_event(&self, event: Event) -> EventStatus {
        self.with(|live| match event {
            Event::Mouse(event) => {
                let urgent = live.input.mouse(&event, live.mirror.scale);
                live.want(urgent);
            }
            Event::Keyboard(event) => live.key(&event),
            Event::Window(WindowEvent::Unfocused) if live.keyboard.lost() => live.leave(),
            Event::Window(WindowEvent::WillClose) => live.close(),
            _ => {}
        });
        EventStatus::Captured
    }
}

fn area_of(rect: DamageRect) -> Area {
    let (place, size) = (rect.position(), rect.size());
    let [left, top, width, height] = [place.x, place.y, size.width, size.height].map(|side| side as usize);
    Area { left, top, right: left + width, bottom: top + height }
}

impl Live {
    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn want(&mut self, urgent: bool) {
        self.wanted = true;
        self.urgent |= urgent;
    }

    /// A part of the window has lost its picture.
    fn expose(&mut self, area: Area) {
        self.shown = true;
        if self.wanted || self.editor.is_none() || self.exchange.is_gone() {
            self.urgent = true;
            return;
        }
        match self.painter.expose(area) {
            Ok(true) => {}
            _ => self.want(true),
        }
    }

    /// Looks into the box, and makes a frame if it is time for one.
    fn step(&mut self, tick: bool) {
        if self.exchange.closing.load(Ordering::Relaxed) {
            self.context.request_close();
            return;
        }
        self.listen();
        let now = self.now();
        self.mirror.settle(now);
        if !self.shown || self.exchange.is_gone() {
            return;
        }
        let Some(editor) = &self.editor else { return self.answer() };
        let since = now - self.last;
        let asked = tick || !self.pings.is_empty();
        let due = self.wanted && (asked || self.urgent || since >= POINTER)
            || (asked || since >= self.period) && editor.is_due(now, &self.mirror);
        if due {
            self.frame(now);
        }
        self.answer();
    }

    /// Takes what the host said.
    fn listen(&mut self) {
        let exchange = Arc::clone(&self.exchange);
        let Some(mut inbox) = exchange.inbox() else { return };
        if self.mirror.take(&mut inbox) {
            self.want(false);
        }
        if let Some(scale) = inbox.scale.take() {
            self.mirror.scale = scale;
            self.want(true);
        }
        self.pings.append(&mut inbox.pings);
        let keys = std::mem::take(&mut inbox.keys);
        drop(inbox);
        for key in keys {
            self.host_key(key);
        }
    }

    /// Takes a key that the window got.
    fn key(&mut self, event: &keyboard_types::KeyboardEvent) {
        let Some(editor) = &self.editor else { return };
        // The event says what was held before it.
        let mut modifiers = event.modifiers;
        if let Some(own) = keys::modifier(event.code) {
            modifiers.set(own, event.state == keyboard_types::KeyState::Down);
        }
        self.input.modifiers(modifiers);
        let now = self.input.modifiers;
        self.keyboard.key(event, now, |key| editor.wants_key(key, now), &mut self.input.events);
        self.want(true);
    }

    /// Takes a key that the host got and that this editor wanted.
    fn host_key(&mut self, host: HostKey) {
        let events = &mut self.input.events;
        if let Some(key) = host.key() {
            keyboard::press(key, host.down, false, host.modifiers(), events);
        }
        if let Some(text) = host.text().filter(|_| host.down) {
            keyboard::write(text.encode_utf8(&mut [0; 4]), host.modifiers(), events);
        }
        self.want(true);
    }

    /// The user has turned to something else while typing.
    fn leave(&mut self) {
        let Some(editor) = &self.editor else { return };
        editor.egui().memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        self.input.events.push(egui::Event::WindowFocused(false));
        self.want(true);
    }

    fn frame(&mut self, now: f64) {
        let Some(editor) = &mut self.editor else { return };
        (self.wanted, self.urgent, self.last) = (false, false, now);
        let input = FrameInput {
            size: self.size,
            scale: self.mirror.scale as f32,
            time: now,
            events: std::mem::take(&mut self.input.events),
            focused: true,
        };
        // What it was working on is not touched again.
        match catch_unwind(AssertUnwindSafe(|| editor.frame(input, &mut self.mirror))) {
            Ok(frame) => self.show(frame),
            Err(payload) => {
                std::mem::forget(payload);
                self.give_up();
            }
        }
    }

    fn show(&mut self, frame: Frame) {
        if let Some(text) = &frame.copied {
            clipboard::copy(text);
        }
        if let Some(address) = &frame.url {
            browse(address);
        }
        if frame.cursor != self.cursor {
            self.cursor = frame.cursor;
            // The shape of the pointer is not worth more.
            let _ = self.context.set_mouse_cursor(pointer::shape(frame.cursor));
        }
        if let Some(editor) = &self.editor {
            let wanted = keys::wanted(frame.typing, |key| editor.wants_key(key, egui::Modifiers::NONE));
            // Relaxed: it orders nothing.
            self.exchange.wanted_keys.store(wanted, Ordering::Relaxed);
            self.keyboard.follow(wanted != 0, frame.typing);
        }
        // Nothing is lost with a picture that nobody can see; who takes the window away says so elsewhere.
        let _ = self.painter.paint(frame);
    }

    /// Goes on without the editor, whose code has panicked.
    fn give_up(&mut self) {
        let editor = self.editor.take();
        // Not what its own end might do, either.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(editor))).map_err(std::mem::forget);
        self.mirror.release();
        self.exchange.wanted_keys.store(0, Ordering::Relaxed);
        self.keyboard.follow(false, false);
        guard::log(&format!("the editor of {} panicked and stays empty; the plugin plays on", self.name));
        let connection = self.link.connection();
        let _ = connection.clear_area(false, self.window, 0, 0, 0, 0);
        let _ = connection.flush();
    }

    /// Answers pings: by now the display has all that was drawn.
    fn answer(&mut self) {
        if self.pings.is_empty() || self.link.connection().sync().is_err() {
            return;
        }
        for tag in self.pings.drain(..) {
            self.exchange.say(Said::Painted(tag));
        }
    }

    /// Ends what the user was doing.
    fn close(&mut self) {
        if let Some(editor) = &mut self.editor {
            let mirror = &mut self.mirror;
            let _ = catch_unwind(AssertUnwindSafe(|| editor.close(mirror))).map_err(std::mem::forget);
        }
        self.mirror.release();
        self.keyboard.give_back();
    }
}

/// Opens an address in the user's browser.
fn browse(address: &str) {
    if !["https://", "http://", "mailto:"].iter().any(|start| address.starts_with(start)) {
        return;
    }
    let mut program = Command::new("xdg-open");
    program.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = program.spawn() {
        // It ends by itself, and somebody has to take note of it.
        std::thread::spawn(move || child.wait());
    }
}
