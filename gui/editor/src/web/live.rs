//! A page on its thread: what is told it and when, and what becomes of a page that does not live up to it.

use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dyad_core::guard;
use dyad_editor_abi::Flags;
use dyad_gui::bridge::{Bridge, Can, Event, Key, Place};
use dyad_gui::{Spot, egui};
use dyad_web_wire::{FromProgram, MAX_TO_PAGE, Open, PROTOCOL, ToProgram};
use rustix::event::{PollFd, PollFlags, poll};
use serde_json::Value;

use super::program::Program;
use crate::exchange::{Exchange, HostKey, MANY, Said};
use crate::mirror::{Carried, Mirror};
use crate::page::Page;
use crate::window::{Make, keys};

/// Within which time a page has to be painted, from the start of its program.
const PAINTING: Duration = Duration::from_secs(8);
/// How long a page may leave unanswered that it was told something.
const ANSWERING: Duration = Duration::from_secs(5);
/// How long a page that is closed may take to say what was being typed.
const CLOSING: Duration = Duration::from_millis(100);
/// Seconds between two batches of values at least: what moves faster comes together.
const GAP: f64 = 0.002;

/// Bytes of messages that go together at most, where one alone is not longer.
const PIECE: usize = 256 << 10;

/// Sends a list of messages that lacks its end.
fn send_list(program: &mut Program, text: &mut String) {
    text.push(']');
    if text.len() <= MAX_TO_PAGE {
        program.send(&ToProgram::Message(text));
    } else {
        guard::log("a plugin has more parameters than a web editor can be told of");
    }
    text.clear();
}

/// Why no page is shown any more.
enum Lost {
    /// It never was to be seen; there is no use in trying again.
    Never(String),
    /// It was.
    Again(String),
}

/// An open page. `[web-thread]`
pub(super) struct Live {
    make: Make,
    page: Page,
    bell: Arc<OwnedFd>,
    exchange: Arc<Exchange>,
    mirror: Mirror,
    bridge: Bridge,
    program: Option<Program>,
    /// Whether the program has said who it is.
    known: bool,
    painted: bool,
    restarted: bool,
    closed: bool,
    start: Instant,
    started: Instant,
    /// Since when the page owes an answer.
    owes: Option<Instant>,
    /// Since when the program takes nothing, though there is much for it.
    full: Option<Instant>,
    /// When values, and when meters, were told last; in seconds.
    values_at: f64,
    meters_at: f64,
    /// Something is to be told.
    news: bool,
    /// Pings that are not answered yet.
    pings: Vec<u32>,
    /// What goes to the page at the end of this turn.
    batch: Vec<Value>,
    dropped: bool,
}

impl Live {
    pub(super) fn new(make: Make, page: Page, bell: Arc<OwnedFd>) -> Self {
        let exchange = Arc::clone(&make.exchange);
        let description = Arc::clone(&make.plugin.description);
        let mirror = Mirror::new(Arc::clone(&description), Arc::clone(&exchange), make.flags, make.scale);
        let has = |flag| make.flags.has(flag);
        let can = Can {
            resize: has(Flags::RESIZE),
            menu: has(Flags::MENU),
            browse: has(Flags::BROWSE),
            messages: has(Flags::MESSAGES),
        };
        Self {
            bridge: Bridge::new(description, can),
            make,
            page,
            bell,
            exchange,
            mirror,
            program: None,
            known: false,
            painted: false,
            restarted: false,
            closed: false,
            start: Instant::now(),
            started: Instant::now(),
            owes: None,
            full: None,
            values_at: f64::NEG_INFINITY,
            meters_at: f64::NEG_INFINITY,
            news: false,
            pings: Vec::new(),
            batch: Vec::new(),
            dropped: false,
        }
    }

    /// Shows the page until it is closed or can't be shown, and gives what was known then.
    pub(super) fn run(mut self) -> Carried {
        let name = self.make.plugin.description.info.name;
        let mut result = self.begin();
        loop {
            match result {
                Ok(()) if self.is_closing() => break,
                Ok(()) => {}
                Err(Lost::Again(why)) if !self.restarted => {
                    guard::log(&format!("the web editor of {name} is started again: {why}"));
                    self.restarted = true;
                    result = self.begin();
                    continue;
                }
                Err(_) => break,
            }
            self.wait();
            // What it knows is whole between any two statements, and outlives a fault of ours.
            let turn = catch_unwind(AssertUnwindSafe(|| self.turn()));
            result = turn.unwrap_or_else(|payload| {
                std::mem::forget(payload);
                Err(Lost::Never("it panicked".into()))
            });
        }
        if result.is_ok() {
            self.say_goodbye();
        }
        self.mirror.release();
        self.exchange.publish(Vec::new());
        // Relaxed: it orders nothing.
        self.exchange.wanted_keys.store(0, Ordering::Relaxed);
        if let Some(program) = self.program.take() {
            program.end(!self.painted || result.is_err());
        }
        let why = match result {
            Ok(()) => String::new(),
            Err(Lost::Never(why) | Lost::Again(why)) => why,
        };
        Carried { pings: self.pings, why, ..self.mirror.carry() }
    }

    fn is_closing(&self) -> bool {
        self.exchange.closing.load(Ordering::Relaxed) || self.exchange.is_gone()
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn seconds(&self, moment: Instant) -> f64 {
        moment.duration_since(self.start).as_secs_f64()
    }

    /// Starts the program and gives it the page.
    fn begin(&mut self) -> Result<(), Lost> {
        if let Some(old) = self.program.take() {
            old.end(true);
        }
        self.mirror.release();
        self.bridge.restart();
        (self.known, self.painted, self.owes, self.full) = (false, false, None, None);
        self.started = Instant::now();
        let mut program = Program::start().map_err(|error| Lost::Never(error.to_string()))?;
        for (path, bytes) in self.page.files() {
            program.send(&ToProgram::Asset { path: &path, bytes: &bytes });
        }
        program.send(&ToProgram::Open(Open {
            protocol: PROTOCOL,
            window: self.make.container,
            host_window: self.exchange.host_window.load(Ordering::Relaxed),
            scale: self.mirror.scale,
            background: self.make.background,
            title: self.make.plugin.description.info.name.into(),
            inspect: std::env::var_os("DYAD_WEB_INSPECT").is_some(),
        }));
        self.program = Some(program);
        Ok(())
    }

    /// Waits until there is something to do.
    fn wait(&self) {
        let bell = self.bell.as_fd();
        let mut fds = vec![PollFd::from_borrowed_fd(bell, PollFlags::IN)];
        if let Some(program) = &self.program {
            let (socket, interest) = program.interest();
            fds.push(PollFd::from_borrowed_fd(socket, interest));
        }
        let timeout = self.timeout().and_then(|timeout| timeout.try_into().ok());
        // Whatever ends it, the turn that follows looks at everything.
        let _ = poll(&mut fds, timeout.as_ref());
    }

    /// For how long nothing has to be done.
    fn timeout(&self) -> Option<Duration> {
        let now = self.now();
        let mut next = f64::INFINITY;
        if !self.painted {
            next = next.min(self.seconds(self.started + PAINTING));
        }
        if let Some(since) = self.full {
            next = next.min(self.seconds(since + ANSWERING));
        }
        if let Some(since) = self.owes {
            next = next.min(self.seconds(since + ANSWERING));
        }
        if self.has_news() && self.bridge.is_listening() {
            next = next.min(self.values_at + GAP);
        }
        if let Some(at) = self.mirror.settles_at() {
            next = next.min(at);
        }
        if self.mirror.meters_moved && self.bridge.is_listening() {
            next = next.min(self.meters_at + 1.0 / self.make.rate);
        }
        // Rounded up, or it would turn around on the spot until the moment has come.
        next.is_finite().then(|| Duration::from_secs_f64((next - now).max(0.0) + 0.0002))
    }

    fn has_news(&self) -> bool {
        self.news || self.bridge.has_notices()
    }

    /// Does what is to be done now.
    fn turn(&mut self) -> Result<(), Lost> {
        // Whatever has been rung since is seen below.
        let _ = rustix::io::read(&*self.bell, &mut [0_u8; 8]);
        self.listen();
        let hears = self.program.as_mut().is_some_and(Program::fill);
        self.hear()?;
        self.tell();
        if !hears {
            // It ends so with the window that it is in, and then there is nothing to be shown again.
            let by_itself = self.program.as_mut().is_some_and(Program::has_ended_well);
            let why = "its program has ended".to_owned();
            return Err(if by_itself { Lost::Never(why) } else { self.lost(why) });
        }
        self.send()?;
        self.judge()
    }

    /// What it means that the page is lost now.
    fn lost(&self, why: String) -> Lost {
        if self.painted { Lost::Again(why) } else { Lost::Never(why) }
    }

    /// Takes what the host said.
    fn listen(&mut self) {
        let exchange = Arc::clone(&self.exchange);
        let now = self.now();
        if let Some(mut inbox) = exchange.inbox() {
            self.news = true;
            self.mirror.now = now;
            self.mirror.take(&mut inbox);
            if let Some(scale) = inbox.scale.take() {
                self.mirror.scale = scale;
                if let Some(program) = &mut self.program {
                    program.send(&ToProgram::Scale(scale));
                }
            }
            let new = std::mem::take(&mut inbox.pings);
            let keys = std::mem::take(&mut inbox.keys);
            drop(inbox);
            if self.painted {
                new.iter().for_each(|tag| self.bridge.ping(*tag));
            }
            self.pings.extend(new);
            let over = self.pings.len().saturating_sub(MANY);
            self.pings.drain(..over);
            keys.iter().for_each(|key| self.key(key));
        }
        if self.mirror.settles_at().is_some_and(|at| at <= now) {
            self.news = true;
        }
        self.mirror.settle(now);
    }

    fn key(&mut self, key: &HostKey) {
        let Some(name) = key.dom_name() else { return };
        let modifiers = key.modifiers();
        self.bridge.key(Key {
            key: &name,
            text: key.text().filter(|_| !modifiers.ctrl && !modifiers.alt),
            down: key.down,
            shift: modifiers.shift,
            ctrl: modifiers.ctrl,
            alt: modifiers.alt,
        });
    }

    /// Takes what the program said.
    fn hear(&mut self) -> Result<(), Lost> {
        let Some(mut program) = self.program.take() else { return Ok(()) };
        let result = loop {
            match program.reader.from_program() {
                Ok(Some(frame)) => {
                    if let Err(lost) = self.frame(&frame) {
                        break Err(lost);
                    }
                }
                Ok(None) => break Ok(()),
                Err(_) => break Err(self.lost("its program talks nonsense".into())),
            }
        };
        self.program = Some(program);
        // Also before the page is given up: what the user did last counts.
        self.events();
        result
    }

    fn frame(&mut self, frame: &FromProgram<'_>) -> Result<(), Lost> {
        match frame {
            FromProgram::Hello(hello) if hello.protocol != PROTOCOL => {
                let (theirs, version) = (hello.protocol, &hello.version);
                Err(Lost::Never(format!(
                    "dyad-webview {version} speaks protocol {theirs}, this editor {PROTOCOL}"
                )))
            }
            FromProgram::Hello(_) => {
                self.known = true;
                Ok(())
            }
            FromProgram::Failed(why) => Err(self.lost((*why).into())),
            _ if !self.known => Err(Lost::Never("its program does not say who it is".into())),
            FromProgram::Message(text) => {
                if let Some(answer) = self.bridge.receive(text, &mut self.mirror) {
                    self.batch.push(answer);
                }
                // Whoever says anything lives; the answer may stand behind it.
                self.owes = (self.bridge.in_flight() > 0).then(Instant::now);
                Ok(())
            }
            FromProgram::Dropped(count) => {
                // The end of a gesture may be among them.
                self.mirror.release();
                if !std::mem::replace(&mut self.dropped, true) {
                    guard::log(&format!(
                        "a web editor says too much: {count} or more of its messages were left out"
                    ));
                }
                Ok(())
            }
        }
    }

    /// Takes what the page said of itself.
    fn events(&mut self) {
        while let Some(event) = self.bridge.take_event() {
            match event {
                Event::Hello => {
                    self.mirror.release();
                    self.owes = None;
                }
                Event::Painted if !self.painted => {
                    self.painted = true;
                    for tag in &self.pings {
                        self.bridge.ping(*tag);
                    }
                }
                Event::Painted => {}
                Event::Pong(tag) => {
                    let before = self.pings.len();
                    self.pings.retain(|waiting| *waiting != tag);
                    // Only what was asked is answered.
                    if self.pings.len() < before {
                        self.exchange.say(Said::Painted(tag));
                    }
                }
                Event::Keyboard { typing, operating } => self.keyboard(typing, operating),
                Event::Places(places) => self.publish(&places),
                Event::Closed => self.closed = true,
            }
        }
    }

    fn keyboard(&mut self, typing: bool, operating: bool) {
        let wanted = keys::wanted(typing, |key| operating && key != egui::Key::Space);
        // Relaxed: it orders nothing.
        self.exchange.wanted_keys.store(wanted, Ordering::Relaxed);
        let host_window = self.exchange.host_window.load(Ordering::Relaxed);
        if let Some(program) = &mut self.program {
            program.send(&ToProgram::Keyboard { typing, operating, host_window });
        }
    }

    fn publish(&self, places: &[Place]) {
        let scale = self.mirror.scale as f32;
        let spot = |place: &Place| {
            let [left, top, right, bottom] = place.sides.map(|side| side * scale);
            let rect = egui::Rect::from_min_max(egui::pos2(left, top), egui::pos2(right, bottom));
            Spot { rect, index: Some(place.index) }
        };
        self.exchange.publish(places.iter().map(spot).collect());
    }

    /// Says what the page does not know yet, if it is time for it.
    fn tell(&mut self) {
        let now = self.now();
        let meters = now >= self.meters_at + 0.95 / self.make.rate;
        if !(self.has_news() && now >= self.values_at + GAP || self.mirror.meters_moved && meters) {
            return;
        }
        let time = now * 1000.0;
        let Some(batch) = self.bridge.update(&mut self.mirror, meters, time) else {
            // Whatever it is that the page does not take now, there is something for later.
            if self.bridge.is_listening() {
                self.news = false;
                self.mirror.meters_moved &= !meters;
            }
            return;
        };
        self.batch.push(batch);
        (self.news, self.values_at) = (false, now);
        if meters {
            self.mirror.meters_moved = false;
            self.meters_at = now;
        }
        self.owes.get_or_insert_with(Instant::now);
    }

    /// Gives the program what this turn has brought.
    fn send(&mut self) -> Result<(), Lost> {
        let Some(program) = &mut self.program else { return Ok(()) };
        let mut text = String::new();
        for message in self.batch.drain(..) {
            let all = if let Value::Array(all) = message { all } else { vec![message] };
            for message in all {
                let message = message.to_string();
                if text.len() + message.len() > PIECE && !text.is_empty() {
                    send_list(program, &mut text);
                }
                text.push(if text.is_empty() { '[' } else { ',' });
                text.push_str(&message);
            }
        }
        if !text.is_empty() {
            send_list(program, &mut text);
        }
        let before = program.pending();
        let flushed = program.flush();
        let moved = program.pending() < before;
        self.full = if !program.is_full() {
            None
        } else if moved {
            Some(Instant::now())
        } else {
            self.full.or_else(|| Some(Instant::now()))
        };
        if flushed { Ok(()) } else { Err(self.lost("its program has ended".into())) }
    }

    /// Whether the page does what is expected of it.
    fn judge(&self) -> Result<(), Lost> {
        if !self.painted && self.started.elapsed() > PAINTING {
            return Err(Lost::Never("its page was not painted in time".into()));
        }
        if self.full.is_some_and(|since| since.elapsed() > ANSWERING) {
            return Err(self.lost("its program takes nothing any more".into()));
        }
        if self.owes.is_some_and(|since| since.elapsed() > ANSWERING) {
            return Err(self.lost("its page does not answer".into()));
        }
        Ok(())
    }

    /// Lets the page say what was being typed.
    fn say_goodbye(&mut self) {
        if !self.painted || self.exchange.is_gone() {
            return;
        }
        let end = Instant::now() + CLOSING;
        self.bridge.closing();
        while !self.closed && Instant::now() < end {
            (self.values_at, self.meters_at) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            self.tell();
            if self.send().is_err() {
                return;
            }
            let Some(program) = &mut self.program else { return };
            let (socket, interest) = program.interest();
            let mut fds = [PollFd::from_borrowed_fd(socket, interest)];
            let left = end.saturating_duration_since(Instant::now());
            let _ = poll(&mut fds, left.try_into().ok().as_ref());
            let hears = program.fill();
            if self.hear().is_err() || !hears {
                return;
            }
        }
    }
}
