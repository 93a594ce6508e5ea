//! The thread that stands between a live plugin and those who use it.
//!
//! It owns the child. It asks one thing at a time and goes on watching meanwhile: whether the child lives,
//! whether blocks make progress, whether an answer takes too long.
#![allow(clippy::disallowed_types, reason = "nothing of it runs on an audio thread")]

mod absent;

use std::collections::VecDeque;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError};
use std::time::{Duration, Instant, SystemTime};

use rtrb::{Consumer, Producer};

use super::LiveEvent;
use super::audio::{Fresh, Old};
use super::shared::{Shared, count};
use super::start::{Recipe, Up};
use crate::error::{Error, Result};
use crate::gui::Event;
use crate::parent::files::Held;
use crate::parent::instance::{Active, checked};
use crate::parent::link::Wiring;
use crate::parent::process::Process;
use crate::poll;
use crate::protocol::{Notice, Reply, Request, Said};
use crate::state::PluginState;

/// How often progress is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Replacements are counted over this time.
const WHILE: Duration = Duration::from_secs(60);
/// How long until another child is tried where one could not even begin.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(4)];

/// What a user wants.
pub(super) enum Command {
    /// Ask the child.
    Ask(Request, Sender<Result<Reply>>),
    /// Replace the child.
    Restart(Sender<Result<Reply>>),
    /// Let the plugin go and end.
    Close(Sender<Result<Reply>>),
}

/// The ways to the others.
pub(super) struct Ways {
    pub(super) shared: Arc<Shared>,
    pub(super) fresh: Producer<Fresh>,
    pub(super) old: Consumer<Old>,
    pub(super) commands: Receiver<Command>,
    pub(super) bell: Arc<OwnedFd>,
    pub(super) events: SyncSender<LiveEvent>,
}

pub(super) struct Supervisor {
    recipe: Recipe,
    ways: Ways,
    process: Option<Process>,
    pending: Option<Pending>,
    /// What a replacement begins with.
    state: Option<PluginState>,
    /// The files that it names.
    held: Held,
    snapshot: Snapshot,
    progress: Progress,
    /// When another child is to be tried.
    retry: Option<Instant>,
    /// When the child was replaced.
    replaced: VecDeque<Instant>,
    active: Option<Active>,
    parameters: usize,
    editor_alive: Option<Instant>,
    /// For the audio end, which has no room.
    unsent: VecDeque<Fresh>,
}

/// A request that waits for its answer.
struct Pending {
    request: Asked,
    since: Instant,
    answer: Option<Sender<Result<Reply>>>,
}

/// What is remembered of a request.
enum Asked {
    Save,
    /// With the values that were known, which hold where it is refused.
    Load(PluginState, Vec<(u32, f64)>),
    Editor,
    Other {
        doing: &'static str,
        loading: bool,
    },
}

impl Asked {
    fn doing(&self) -> &'static str {
        match self {
            Asked::Save => Request::SaveState.doing(),
            Asked::Load(..) => "loading a state",
            Asked::Editor => "opening its editor",
            Asked::Other { doing, .. } => doing,
        }
    }
}

/// When the state is kept again.
struct Snapshot {
    /// Something may have changed it since.
    stale: bool,
    next: Instant,
}

/// How far the child has come with its blocks.
struct Progress {
    answered: u32,
    since: Instant,
}

impl Supervisor {
    pub(super) fn new(recipe: Recipe, ways: Ways, up: Up) -> Self {
        let now = Instant::now();
        let parameters = up.info.parameters.len();
        let state = recipe.options.state.clone();
        let mut supervisor = Self {
            recipe,
            ways,
            process: None,
            pending: None,
            state,
            held: Held::default(),
            snapshot: Snapshot { stale: false, next: now },
            progress: Progress { answered: 0, since: now },
            retry: None,
            replaced: VecDeque::new(),
            active: None,
            parameters,
            editor_alive: None,
            unsent: VecDeque::new(),
        };
        supervisor.take_over(up);
        supervisor
    }

    /// The thread's life, until the plugin is closed.
    pub(super) fn run(mut self) {
        loop {
            self.wait();
            while self.ways.old.pop().is_ok() {}
            self.flush_fresh();
            if let Err(error) = self.watch() {
                self.failed(error);
            }
            if self.retry.is_some_and(|moment| Instant::now() >= moment) {
                self.bring_back();
            }
            if self.pending.is_none() && self.obey() {
                return;
            }
        }
    }

    fn wait(&self) {
        let mut fds = vec![self.ways.bell.as_raw_fd()];
        fds.extend(self.process.as_ref().map(Process::sockets).into_iter().flatten());
        poll::readable(&fds, Some(TICK));
        let _ = rustix::io::read(&*self.ways.bell, &mut [0; 8]);
    }

    /// Everything that the child says, or that is wrong with it.
    fn watch(&mut self) -> Result<()> {
        let doing = self.doing();
        while let Some(process) = &mut self.process {
            match process.hear(doing)? {
                Some(Said::Answer(reply)) => self.answered(reply)?,
                Some(Said::Notice(notice)) => self.noticed(notice)?,
                None => break,
            }
        }
        let stall = self.recipe.options.stall();
        let Some(process) = &mut self.process else { return Ok(()) };
        if let Some(pending) = &self.pending
            && pending.since.elapsed() > process.limit()
        {
            return Err(process.hung(pending.request.doing()));
        }
        if self.editor_alive.is_some_and(|alive| alive.elapsed() > process.limit())
            && self.pending.is_none()
        {
            return Err(process.hung("its editor was open"));
        }
        if self.ways.shared.broken.swap(false, Ordering::Acquire) {
            return Err(process.protocol("it wrote nonsense to the shared memory".into()));
        }
        let (asked, answered) = (process.memory().asked(), process.memory().answered());
        if asked == answered || answered != self.progress.answered {
            self.progress = Progress { answered, since: Instant::now() };
        } else if self.progress.since.elapsed() > stall {
            return Err(process.stalled(stall, "processing"));
        }
        self.keep_state()
    }

    fn doing(&self) -> &'static str {
        match &self.pending {
            Some(pending) => pending.request.doing(),
            None if self.editor_alive.is_some() => "its editor was open",
            None => "running",
        }
    }

    /// Keeps the state now and then, so that a replacement has it.
    fn keep_state(&mut self) -> Result<()> {
        let Some(every) = self.recipe.options.snapshots else { return Ok(()) };
        if self.snapshot.stale && self.pending.is_none() && Instant::now() >= self.snapshot.next {
            self.snapshot = Snapshot {
                // With an open editor anything may go on changing.
                stale: self.editor_alive.is_some(),
                next: Instant::now() + every,
            };
            self.ask(Request::SaveState, None)?;
        }
        Ok(())
    }

    fn ask(&mut self, request: Request, answer: Option<Sender<Result<Reply>>>) -> Result<()> {
        let Some(process) = &mut self.process else {
            let result = self.ask_the_absent(request);
            if let Some(answer) = answer {
                let _ = answer.send(result);
            }
            return Ok(());
        };
        let (doing, loading) = (request.doing(), request.is_loading());
        let sent = process.send(&request);
        let request = match request {
            Request::SaveState => Asked::Save,
            Request::LoadState { state } => {
                let values = &self.ways.shared.values;
                let before = values.known();
                // Now, so that what is set while the plugin takes the state is known.
                values.forget();
                Asked::Load(state, before)
            }
            Request::OpenEditor { .. } => Asked::Editor,
            _ => Asked::Other { doing, loading },
        };
        self.pending = Some(Pending { request, since: Instant::now(), answer });
        sent
    }

    fn answered(&mut self, reply: Reply) -> Result<()> {
        let Some(process) = &mut self.process else { return Ok(()) };
        let Some(Pending { request, since, answer }) = self.pending.take() else {
            return Err(process.unexpected(&reply));
        };
        let loading = matches!(request, Asked::Other { loading: true, .. });
        let result = process.judged(loading, reply);
        match (&result, request) {
            (Ok(Reply::State(state)), Asked::Save) => {
                if answer.is_some() {
                    self.held.give_out(state, process.files());
                } else {
                    // File systems count time in steps.
                    let asked = SystemTime::now().checked_sub(since.elapsed() + Duration::from_millis(20));
                    self.held.snapshot(state, asked.unwrap_or_else(SystemTime::now), process.files());
                }
                self.state = Some(state.clone());
                // A plugin whose state takes long is asked less often.
                let pause = since.elapsed() * 20;
                self.snapshot.next = self.snapshot.next.max(Instant::now() + pause);
            }
            // It may be gone again before it says so.
            (Ok(Reply::Done), Asked::Editor) => self.editor_alive = Some(Instant::now()),
            (Ok(Reply::Done), Asked::Load(state, _)) => {
                self.held.give_out(&state, process.files());
                self.state = Some(state);
            }
            (_, Asked::Load(_, before)) => self.ways.shared.values.remember(&before),
            _ => {}
        }
        if let Some(answer) = answer {
            let _ = answer.send(result);
        }
        Ok(())
    }

    fn noticed(&mut self, notice: Notice) -> Result<()> {
        match notice {
            Notice::Editor(event) => {
                match &event {
                    Event::Closed | Event::Refused(_) => self.editor_alive = None,
                    _ if self.editor_alive.is_some() => self.editor_alive = Some(Instant::now()),
                    Event::Opened(_) => {
                        self.editor_alive = Some(Instant::now());
                        self.snapshot.stale = true;
                    }
                    _ => {}
                }
                if let Event::Edit(edit) = &event
                    && let Some(native) = edit.value()
                {
                    self.ways.shared.note(edit.index, native);
                }
                if let Some(event) = LiveEvent::of_editor(event) {
                    self.tell(event);
                }
            }
            Notice::Restarted(ports) => {
                let Some(process) = &mut self.process else { return Ok(()) };
                let priority = self.active.as_ref().and_then(|active| active.priority.clone());
                let active = checked(process, ports, priority)?;
                self.send_fresh(Fresh::Wiring(Wiring::new(&active)));
                self.active = Some(active.clone());
                self.tell(LiveEvent::Ports(active));
            }
            Notice::Timing(timing) => {
                if let Some(active) = &mut self.active {
                    active.timing = timing;
                }
                self.tell(LiveEvent::Timing(timing));
            }
            Notice::Values => {
                // What was known is old now.
                self.ways.shared.values.forget();
                self.snapshot.stale = true;
                self.tell(LiveEvent::Values);
            }
        }
        Ok(())
    }

    /// Does what the user wants; whether that was to end.
    fn obey(&mut self) -> bool {
        let (result, answer) = match self.ways.commands.try_recv() {
            Ok(Command::Ask(request, answer)) => match self.ask(request, Some(answer)) {
                Ok(()) => return false,
                Err(error) => {
                    self.failed(error);
                    return false;
                }
            },
            Ok(Command::Restart(answer)) => {
                self.replaced.clear();
                self.retry = None;
                (self.replace().map(|()| Reply::Done), Some(answer))
            }
            Ok(Command::Close(answer)) => {
                self.send_fresh(Fresh::Gone);
                let result = self.process.take().map_or(Ok(()), |mut process| process.shut_down());
                let _ = answer.send(result.map(|()| Reply::Done));
                return true;
            }
            Err(TryRecvError::Empty) => return false,
            // Nobody is left: the process is ended as it is dropped.
            Err(TryRecvError::Disconnected) => return true,
        };
        if let Some(answer) = answer {
            let _ = answer.send(result);
        }
        false
    }

    /// The child has failed: another one takes its place, unless that happened too often.
    fn failed(&mut self, error: Error) {
        self.drop_child();
        let pending = self.pending.take();
        if matches!(&pending, Some(Pending { request: Asked::Save, answer: None, .. })) {
            // It plays as long as nobody but us wants its state.
            self.recipe.options.snapshots = None;
        }
        let error = match pending.and_then(|pending| pending.answer) {
            // Whoever waits hears of it, and everyone else too.
            Some(answer) => {
                let told = error.clone();
                let _ = answer.send(Err(error));
                told
            }
            None => error,
        };
        self.tell(LiveEvent::Failed(error));
        self.editor_gone();
        self.bring_back();
    }

    /// Puts another child in the place of one that has failed. Where that fails too, it is tried again later: while
    /// a bundle is being installed anew, say.
    fn bring_back(&mut self) {
        let now = Instant::now();
        self.retry = None;
        self.replaced.retain(|moment| now.duration_since(*moment) < WHILE);
        let tries = self.recipe.options.tries as usize;
        if self.replaced.len() < tries {
            self.replaced.push_back(now);
            match self.replace() {
                Ok(()) => return self.tell(LiveEvent::Replaced),
                Err(error) => self.tell(LiveEvent::Failed(error)),
            }
            if self.replaced.len() < tries {
                let pause = PAUSES[(self.replaced.len() - 1).min(PAUSES.len() - 1)];
                self.retry = Some(Instant::now() + pause);
                return;
            }
        }
        self.tell(LiveEvent::GivenUp);
    }

    fn drop_child(&mut self) {
        self.send_fresh(Fresh::Gone);
        self.process = None;
        self.ways.shared.process.store(0, Ordering::Relaxed);
    }

    fn editor_gone(&mut self) {
        if self.editor_alive.take().is_some() {
            self.tell(LiveEvent::EditorClosed);
        }
    }

    /// Puts another child in the place of this one.
    fn replace(&mut self) -> Result<()> {
        self.drop_child();
        self.editor_gone();
        let values = self.ways.shared.values.known();
        let up = self.recipe.bring_up(self.state.as_ref(), &values)?;
        if up.info.parameters.len() != self.parameters {
            return Err(Error::Plugin {
                plugin: self.recipe.target.spec().to_owned(),
                reason: "the plugin is another one now: its parameters are not the same".into(),
            });
        }
        count(&self.ways.shared.replaced, 1);
        self.take_over(up);
        Ok(())
    }

    fn take_over(&mut self, Up { process, active, .. }: Up) {
        self.ways.shared.broken.store(false, Ordering::Release);
        self.progress = Progress { answered: process.memory().answered(), since: Instant::now() };
        self.ways.shared.process.store(process.id(), Ordering::Relaxed);
        self.process = Some(process);
        if let Some((active, link)) = active {
            self.send_fresh(Fresh::Child(link));
            self.active = Some(active);
        }
    }

    /// Hands something to the audio end, which may be away for as long as it likes.
    fn send_fresh(&mut self, fresh: Fresh) {
        if matches!(fresh, Fresh::Child(..) | Fresh::Gone) {
            // What it has not heard of is over.
            self.unsent.clear();
        }
        self.unsent.push_back(fresh);
        self.flush_fresh();
    }

    fn flush_fresh(&mut self) {
        while let Some(fresh) = self.unsent.pop_front() {
            if let Err(rtrb::PushError::Full(fresh)) = self.ways.fresh.push(fresh) {
                self.unsent.push_front(fresh);
                return;
            }
        }
    }

    /// Tells the user. One who never listens misses what comes last.
    fn tell(&self, event: LiveEvent) {
        let _ = self.ways.events.try_send(event);
    }
}
