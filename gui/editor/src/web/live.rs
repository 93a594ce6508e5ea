//! A page on its thread: from its program's start to its end, and what becomes of a page that does not do what is
//! expected of it. What is said meanwhile is in `talk`.

use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dyad_core::guard;
use dyad_editor_abi::Flags;
use dyad_gui::bridge::{Bridge, Can};
use dyad_web_wire::{Open, PROTOCOL, ToProgram};
use rustix::event::{PollFd, PollFlags, poll};

use super::focus::Focus;
use super::outgoing::Outgoing;
use super::program::Program;
use crate::exchange::Exchange;
use crate::mirror::{Carried, Mirror};
use crate::page::Page;
use crate::window::Make;

/// Within which time a page has to come from one stage to the next: its program, the page itself, its picture.
const STARTING: Duration = Duration::from_secs(8);
/// How long a page may leave unanswered that it was told something.
const ANSWERING: Duration = Duration::from_secs(5);
/// How long a page that is closed may take to say what was being typed.
const CLOSING: Duration = Duration::from_millis(100);
/// Seconds between two batches of values at least: what moves faster comes together.
pub(super) const GAP: f64 = 0.002;
/// Seconds after which a page that was told nothing is asked whether it is there.
pub(super) const BEAT: f64 = 4.0;

/// Why no page is shown any more.
pub(super) enum Lost {
    /// There is no use in trying again.
    Never(String),
    /// It was to be seen.
    Again(String),
    /// The window that it is in is gone.
    Gone,
}

/// How far a page has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Its program was started.
    Started,
    /// The program has said who it is.
    Known,
    /// The page has.
    Greeted,
    /// It is to be seen.
    Painted,
}

/// An open page. `[web-thread]`
pub(super) struct Live {
    pub(super) make: Make,
    page: Page,
    bell: Arc<OwnedFd>,
    pub(super) exchange: Arc<Exchange>,
    pub(super) mirror: Mirror,
    pub(super) bridge: Bridge,
    pub(super) focus: Focus,
    pub(super) program: Option<Program>,
    pub(super) stage: Stage,
    /// When it came there.
    pub(super) since: Instant,
    restarted: bool,
    pub(super) closed: bool,
    start: Instant,
    /// Since when the page owes an answer.
    pub(super) owes: Option<Instant>,
    /// Since when the program takes nothing, though there is much for it.
    pub(super) full: Option<Instant>,
    /// When values, and when meters, were told last; in seconds.
    pub(super) values_at: f64,
    pub(super) meters_at: f64,
    /// When a meter began to move since then.
    pub(super) moved_at: f64,
    /// Something is to be told.
    pub(super) news: bool,
    /// Something that was said has not been heard yet.
    pub(super) more: bool,
    /// Pings that are not answered yet.
    pub(super) pings: Vec<u32>,
    /// What goes to the page at the end of this turn.
    pub(super) outgoing: Outgoing,
    pub(super) dropped: bool,
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
            notes: has(Flags::NOTES),
        };
        Self {
            bridge: Bridge::new(description, can)
                .accent(make.plugin.accent)
                .curves(make.plugin.curves)
                .with_session(make.plugin.session()),
            focus: Focus::new(make.container),
            make,
            page,
            bell,
            exchange,
            mirror,
            program: None,
            stage: Stage::Started,
            since: Instant::now(),
            restarted: false,
            closed: false,
            start: Instant::now(),
            owes: None,
            full: None,
            values_at: f64::NEG_INFINITY,
            meters_at: f64::NEG_INFINITY,
            moved_at: f64::NEG_INFINITY,
            news: false,
            more: false,
            pings: Vec::new(),
            outgoing: Outgoing::default(),
            dropped: false,
        }
    }

    /// Shows the page until it is closed or can't be shown, and gives what was known then.
    pub(super) fn run(mut self) -> Carried {
        let name = self.make.plugin.description.info.name;
        let mut result = self.begin();
        loop {
            match result {
                _ if self.is_closing() => break,
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
        let at_once = result.is_err() || self.stage < Stage::Painted;
        self.put_down(at_once);
        let why = match result {
            Ok(()) => String::new(),
            Err(Lost::Gone) => "its window is gone".into(),
            Err(Lost::Never(why) | Lost::Again(why)) => why,
        };
        let session = Some(self.bridge.into_session());
        Carried { pings: self.pings, session, why, ..self.mirror.carry() }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.exchange.closing.load(Ordering::Relaxed) || self.exchange.is_gone()
    }

    pub(super) fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn seconds(&self, moment: Instant) -> f64 {
        moment.duration_since(self.start).as_secs_f64()
    }

    pub(super) fn reach(&mut self, stage: Stage) {
        // A page that begins anew has come as far as before.
        if stage > self.stage {
            (self.stage, self.since) = (stage, Instant::now());
        }
    }

    /// Starts the program and gives it the page.
    fn begin(&mut self) -> Result<(), Lost> {
        self.put_down(true);
        self.bridge.restart();
        (self.stage, self.since) = (Stage::Started, Instant::now());
        (self.owes, self.full, self.more) = (None, None, false);
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

    /// Ends the program, and what its page held: gestures, keys, places.
    fn put_down(&mut self, at_once: bool) {
        self.mirror.release();
        self.exchange.publish(Vec::new());
        // Relaxed: it orders nothing.
        self.exchange.wanted_keys.store(0, Ordering::Relaxed);
        if let Some(program) = self.program.take() {
            program.end(at_once);
            self.focus.give_back(&self.exchange);
        }
    }

    /// Waits until there is something to do.
    fn wait(&self) {
        let bell = self.bell.as_fd();
        let mut fds = vec![PollFd::from_borrowed_fd(bell, PollFlags::IN)];
        let mut full = false;
        if let Some(program) = &self.program {
            let (socket, interest) = program.interest();
            fds.push(PollFd::from_borrowed_fd(socket, interest));
            full = program.is_full();
        }
        let timeout = if self.more && !full { Some(Duration::ZERO) } else { self.timeout() };
        let timeout = timeout.and_then(|timeout| timeout.try_into().ok());
        // Whatever ends it, the turn that follows looks at everything.
        let _ = poll(&mut fds, timeout.as_ref());
    }

    /// For how long nothing has to be done.
    fn timeout(&self) -> Option<Duration> {
        let listens = self.bridge.is_listening();
        let told = self.values_at.max(self.meters_at);
        let moments = [
            (self.stage < Stage::Painted).then(|| self.seconds(self.since + STARTING)),
            self.full.map(|since| self.seconds(since + ANSWERING)),
            self.owes.map(|since| self.seconds(since + ANSWERING)),
            (self.has_news() && listens).then_some(self.values_at + GAP),
            (self.mirror.meters_moved && listens)
                .then_some((self.meters_at + 1.0 / self.make.rate).max(self.moved_at + GAP)),
            (self.stage == Stage::Painted && self.owes.is_none()).then_some(told + BEAT),
            self.mirror.settles_at(),
        ];
        let next = moments.into_iter().flatten().reduce(f64::min)?;
        // Rounded up, or it would turn around on the spot until the moment has come.
        Some(Duration::from_secs_f64((next - self.now()).clamp(0.0, 1000.0) + 0.0002))
    }

    pub(super) fn has_news(&self) -> bool {
        self.news || self.bridge.has_notices()
    }

    /// Does what is to be done now.
    fn turn(&mut self) -> Result<(), Lost> {
        // Whatever has been rung since is seen below.
        let _ = rustix::io::read(&*self.bell, &mut [0_u8; 8]);
        self.bridge.at(self.now());
        self.listen();
        let hears = self.program.as_mut().is_some_and(Program::fill);
        self.hear()?;
        self.tell();
        if !hears && !self.more {
            let why = self.program.as_ref().map_or_else(String::new, Program::ending);
            return Err(self.lost(why));
        }
        self.send();
        self.judge()
    }

    /// What it means that the page is lost now.
    pub(super) fn lost(&mut self, why: String) -> Lost {
        if !self.focus.has_window() {
            Lost::Gone
        } else if self.stage == Stage::Painted {
            Lost::Again(why)
        } else {
            Lost::Never(why)
        }
    }

    /// Whether the page does what is expected of it.
    fn judge(&mut self) -> Result<(), Lost> {
        if self.stage < Stage::Painted && self.since.elapsed() > STARTING {
            return Err(Lost::Never("its page was not painted in time".into()));
        }
        let is_late = |since: Option<Instant>| since.is_some_and(|since| since.elapsed() > ANSWERING);
        if is_late(self.full) {
            return Err(self.lost("its program takes nothing any more".into()));
        }
        if is_late(self.owes) {
            return Err(self.lost("its page does not answer".into()));
        }
        Ok(())
    }

    /// Lets the page say what was being typed.
    fn say_goodbye(&mut self) {
        if self.stage < Stage::Painted || self.exchange.is_gone() {
            return;
        }
        let end = Instant::now() + CLOSING;
        self.bridge.closing();
        while !self.closed && Instant::now() < end {
            (self.values_at, self.meters_at) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            self.tell();
            self.send();
            let Some(program) = &mut self.program else { return };
            let (socket, interest) = program.interest();
            let mut fds = [PollFd::from_borrowed_fd(socket, interest)];
            let left =
                if self.more { Duration::ZERO } else { end.saturating_duration_since(Instant::now()) };
            let _ = poll(&mut fds, left.try_into().ok().as_ref());
            let hears = program.fill();
            if self.hear().is_err() || !hears {
                return;
            }
        }
        // The keyboard is not the page's any more.
        self.send();
    }
}
