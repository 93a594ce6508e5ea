//! An open editor on its window's thread: when frames are made, and what goes with them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use baseview::{HandlerError, MouseEvent, WindowContext};
use dyad_core::guard;
use dyad_gui::{Area, Editor, Frame, Input as FrameInput, Spot, egui};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::wrapper::ConnectionExt as _;

use super::input::Input;
use super::keyboard::{self, Keyboard};
use super::{Link, Make, keys, link, pointer};
use crate::clipboard;
use crate::exchange::{Exchange, HostKey, MANY, Said};
use crate::mirror::Mirror;
use crate::paint::{Cpu, Gl, Kind, Painter};
use crate::size;

/// How much of its thread's time a moving pointer may take, and after how many seconds it gets a frame in
/// any case: mice say a thousand times a second where they are.
const SHARE: f64 = 0.25;
const POINTER: f64 = 1.0 / 125.0;

/// An open editor. `[window-thread]`
pub(super) struct Live {
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
    /// When the last frame was begun, and how long it took.
    last: f64,
    cost: f64,
    size: [u32; 2],
    /// Something happened that a frame has to follow.
    wanted: bool,
    /// It can't wait.
    urgent: bool,
    /// The window is to be seen: what is drawn before is lost.
    shown: bool,
    /// What the host was told of the places of controls.
    spots: Vec<Spot>,
    /// To be answered after the next frame.
    pings: Vec<u32>,
    name: &'static str,
}

impl Live {
    pub(super) fn new(context: WindowContext, make: Make) -> Result<Self, HandlerError> {
        let (link, window) = Link::new(&context)?;
        let size = link::prepare(&link, window, &make)?;
        let painter = match make.painter {
            Kind::Cpu => Painter::Cpu(Cpu::new(Rc::clone(&link), window)?),
            Kind::Gl { forced } => Painter::Gl(Gl::new(&context, forced)?),
        };
        let exchange = Arc::clone(&make.exchange);
        let description = Arc::clone(&make.plugin.description);
        let mut mirror =
            Mirror::new(Arc::clone(&description), Arc::clone(&exchange), make.flags, make.scale);
        let mut carried = make.carried;
        let pings = std::mem::take(&mut carried.pings);
        let session = carried.session.take().unwrap_or_else(|| make.plugin.session());
        mirror.resume(carried);
        let keyboard = Keyboard::new(Rc::clone(&link), window, Arc::clone(&exchange), link::events());
        let name = description.info.name;
        let editor = guard::guard("an editor's view", None, || {
            let theme = make.plugin.theme();
            let view = size::make_view(&make.plugin, &theme);
            let editor = Editor::new(description, view, theme).curves(make.plugin.curves);
            Some(editor.with_session(session))
        });
        Ok(Self {
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
            period: 1.0 / make.rate,
            last: f64::NEG_INFINITY,
            cost: 0.0,
            size,
            wanted: true,
            urgent: true,
            shown: false,
            spots: Vec::new(),
            pings,
            name,
        })
    }

    /// Whether a frame has to follow.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Whether there will be no more frames.
    pub(super) fn is_over(&self) -> bool {
        self.editor.is_none() || self.exchange.is_gone()
    }

    pub(super) fn resize(&mut self, size: [u32; 2]) {
        self.size = size;
        self.want(true);
    }

    pub(super) fn mouse(&mut self, event: &MouseEvent) {
        let urgent = self.input.mouse(event, self.mirror.scale);
        self.want(urgent);
    }

    /// The window is said to have lost the display's focus.
    pub(super) fn unfocused(&mut self) {
        if self.keyboard.lost() {
            self.leave();
        }
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn want(&mut self, urgent: bool) {
        self.wanted = true;
        self.urgent |= urgent;
    }

    /// A part of the window has lost its picture.
    pub(super) fn expose(&mut self, area: Area) {
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
    pub(super) fn step(&mut self, tick: bool) {
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
        let asked = !self.pings.is_empty();
        let pointer = (self.cost / SHARE).min(POINTER);
        // A tick may come a little early.
        let due = self.wanted && (tick || asked || self.urgent || since >= pointer)
            || (asked || since >= self.period * 0.9) && editor.is_due(now, &self.mirror);
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
        let over = self.pings.len().saturating_sub(MANY);
        self.pings.drain(..over);
        let keys = std::mem::take(&mut inbox.keys);
        drop(inbox);
        for key in keys {
            self.host_key(key);
        }
    }

    /// Takes a key that the window got.
    pub(super) fn key(&mut self, event: &keyboard_types::KeyboardEvent) {
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
        let made = catch_unwind(AssertUnwindSafe(|| {
            let frame = editor.frame(input, &mut self.mirror);
            (frame, editor.spots())
        }));
        match made {
            Ok((frame, spots)) => {
                // Before the picture: who sees it may ask what is in it.
                self.publish(spots);
                self.show(frame);
                self.cost = self.now() - now;
            }
            Err(payload) => {
                std::mem::forget(payload);
                self.give_up();
            }
        }
    }

    /// Says where controls are, unless they are where they were.
    fn publish(&mut self, spots: Vec<Spot>) {
        if spots != self.spots {
            self.exchange.publish(spots.clone());
            self.spots = spots;
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
            let wanted = keys::wanted(frame.typing, |key, modifiers| editor.wants_key(key, modifiers));
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
        self.publish(Vec::new());
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
    pub(super) fn close(&mut self) {
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
