//! What the plugin wants of its host, told on the main thread.
//!
//! The audio thread notes it in [`Requests`](dyad_core::task::Requests). The host hears of it within
//! its next call to the controller, or from its run loop (`beat`); where neither comes, from the module's service
//! thread after 200 ms. Programs that wait to be loaded are loaded on the same occasions. Not
//! within `setActive` and the like: hosts hold locks of their own there.
//!
//! Nothing of ours is locked while the host is called: it may come back to us from within, on that
//! thread or on another one that it waits for.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use dyad_core::Shared;
use dyad_core::guard::guard;
use dyad_core::task::{Poll, Registration, Request, RequestSet, Service, here};
use dyad_vst3_view::Handler;
use vst3::ComPtr;
use vst3::Steinberg::Vst::RestartFlags_::{kLatencyChanged, kParamTitlesChanged, kParamValuesChanged};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait,
};
use vst3::Steinberg::int32;

use crate::programs::Programs;

/// How long the host's handler is kept for a message that is just being told, before it is taken away all the same.
const TELLING: Duration = Duration::from_millis(200);

/// The way to the host. Apart from the instance, so that the service thread needs nothing else of it.
pub(crate) struct Notices {
    me: Weak<Self>,
    shared: Arc<Shared>,
    /// Frames, and the tail as VST3 counts it, as hosts see them from anywhere.
    latency: AtomicU32,
    tail: AtomicU32,
    /// There is somebody to tell.
    heard: AtomicBool,
    programs: Arc<Programs>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    desk: Mutex<Desk>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    told: Condvar,
}

#[derive(Default)]
struct Desk {
    handler: Option<Handler>,
    /// The latency that the host knows.
    known: u32,
    /// What the last run began with.
    first: Option<u32>,
    /// What the parameters were when it ended.
    ended: Vec<f64>,
    /// The service thread, while it is in the host.
    telling: Option<usize>,
    running: bool,
    /// A run loop of the host's brings us to the main thread.
    on_run_loop: bool,
    polling: Option<Registration>,
}

/// What is to be told.
struct Message {
    handler: Handler,
    restart: int32,
    dirty: bool,
}

impl Notices {
    pub(crate) fn new(shared: &Arc<Shared>, programs: &Arc<Programs>) -> Arc<Self> {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let desk = Mutex::new(Desk::default());
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            shared: Arc::clone(shared),
            latency: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            heard: AtomicBool::new(false),
            programs: Arc::clone(programs),
            desk,
            #[expect(clippy::disallowed_types, reason = "as above")]
            told: Condvar::new(),
        })
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        // Whole between any two statements.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frames. `[any thread]`
    pub(crate) fn latency(&self) -> u32 {
        // Relaxed: a number by itself.
        self.latency.load(Ordering::Relaxed)
    }

    /// As VST3 counts it. `[any thread]`
    pub(crate) fn tail(&self) -> u32 {
        // Relaxed: as above.
        self.tail.load(Ordering::Relaxed)
    }

    /// After a block. `[audio-thread]`
    #[inline]
    pub(crate) fn processed(&self, latency: u32, tail: u32) {
        if latency != self.latency() {
            self.latency.store(latency, Ordering::Relaxed);
            // Once more: with what was raised in the block, the number may not have been there yet.
            self.shared.requests.raise(Request::LatencyChanged);
        }
        if tail != self.tail() {
            self.tail.store(tail, Ordering::Relaxed);
        }
    }

    /// A run begins, with these numbers of a plugin that has not seen a block yet. `[main-thread & !active]`
    ///
    /// A latency may follow from parameters, and then the plugin says it with its first block only. A host
    /// that starts it anew because of that block would see the old number again, start it anew after
    /// the next first block, and so on. So what the last run ended with is kept, unless the plugin
    /// begins with another number than it began that run with, or a parameter is another one since.
    pub(crate) fn start(&self, latency: u32, tail: u32) {
        let mut desk = self.desk();
        let changed = !self.values().eq(desk.ended.iter().copied());
        if desk.first.replace(latency) != Some(latency) || changed {
            self.latency.store(latency, Ordering::Relaxed);
        }
        self.tail.store(tail, Ordering::Relaxed);
        // Hosts ask for it now.
        desk.known = self.latency();
        desk.running = true;
        self.serve(&mut desk);
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        (0..self.shared.store.len()).map(|index| self.shared.store.shown(index))
    }

    /// Something was done that the host is to hear of, and not within this call; where no run is on, which has the
    /// service thread look after us, it does so until the host has heard. `[main-thread]`
    pub(crate) fn expect(&self) {
        let mut desk = self.desk();
        // Relaxed: a hint.
        if self.heard.load(Ordering::Relaxed) && !self.shared.requests.peek().is_empty() {
            self.serve(&mut desk);
        }
    }

    /// Has the service thread look after us.
    fn serve(&self, desk: &mut Desk) {
        if desk.polling.is_none()
            && !desk.on_run_loop
            && let Some(me) = self.me.upgrade()
        {
            desk.polling = Some(Service::shared().register(me));
        }
    }

    /// A run loop of the host's has us in it, or has us no more: then the service thread looks after us again.
    /// `[main-thread]`
    pub(crate) fn rely_on_run_loop(&self, on_run_loop: bool) {
        let mut desk = self.desk();
        desk.on_run_loop = on_run_loop;
        let polling = if on_run_loop { desk.polling.take() } else { None };
        if desk.running {
            self.serve(&mut desk);
        }
        drop(desk);
        // Without the lock, as in `stop`.
        drop(polling);
    }

    /// The run ends. `[main-thread]`
    pub(crate) fn stop(&self) {
        let mut desk = self.desk();
        if std::mem::take(&mut desk.running) {
            desk.ended = self.values().collect();
        }
        let polling = desk.polling.take();
        drop(desk);
        // Without the lock: it may wait for the service thread, though never while that is in the host.
        drop(polling);
    }

    /// Takes the host's handler, and gives the old one back to be dropped. Hosts free theirs then, counted or not, so it
    /// waits for a message that another thread is just telling; but not for long, because the host may do that message's
    /// work on this thread. `[main-thread]`
    pub(crate) fn set_handler(&self, handler: Option<ComPtr<IComponentHandler>>) -> Option<Handler> {
        // Relaxed: a hint.
        self.heard.store(handler.is_some(), Ordering::Relaxed);
        let mut desk = self.desk();
        let old = std::mem::replace(&mut desk.handler, handler.map(Arc::new));
        let end = Instant::now() + TELLING;
        while desk.telling.is_some_and(|thread| thread != here()) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            desk = self.told.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        old
    }

    /// The host's handler, for edits. `[main-thread]`
    pub(crate) fn handler(&self) -> Option<Handler> {
        self.desk().handler.clone()
    }

    /// Tells the host what waits to be told. A load where there is nothing. `[main-thread]`
    #[inline]
    pub(crate) fn tell(&self) {
        if !self.shared.requests.peek().is_empty() {
            self.tell_all();
        }
    }

    /// Does what waits for the main thread, and tells. `[main-thread]`
    #[inline]
    pub(crate) fn look_in(&self) {
        self.programs.settle();
        self.tell();
    }

    #[cold]
    fn tell_all(&self) {
        let mut desk = self.desk();
        let message = self.message(&mut desk);
        // Where no run is on, it was for this alone.
        let polling = if desk.running { None } else { desk.polling.take() };
        drop(desk);
        drop(polling);
        if let Some(message) = message {
            message.tell();
        }
    }

    /// Takes what waits. Without a handler it goes on waiting.
    fn message(&self, desk: &mut Desk) -> Option<Message> {
        let handler = Arc::clone(desk.handler.as_ref()?);
        let requests: RequestSet = self.shared.requests.take();
        let mut restart = 0;
        if requests.has(Request::LatencyChanged) {
            let latency = self.latency();
            if latency != desk.known {
                desk.known = latency;
                restart |= kLatencyChanged as int32;
            }
        }
        if requests.has(Request::ParamValuesChanged) {
            restart |= kParamValuesChanged as int32;
        }
        if requests.has(Request::ParamInfoChanged) {
            restart |= kParamTitlesChanged as int32;
        }
        let dirty = requests.has(Request::StateDirty);
        (restart != 0 || dirty).then_some(Message { handler, restart, dirty })
    }
}

impl Message {
    fn tell(self) {
        let Self { handler, restart, dirty } = self;
        // SAFETY: a valid handler; any number is allowed.
        unsafe {
            if dirty && let Some(handler) = handler.cast::<IComponentHandler2>() {
                handler.setDirty(1);
            }
            if restart != 0 {
                handler.restartComponent(restart);
            }
        }
    }
}

impl Poll for Notices {
    fn has_background(&self) -> bool {
        false
    }

    fn background(&self) {}

    fn main_waiting(&self) -> Option<u64> {
        if self.programs.is_wanted() {
            return Some(u64::MAX);
        }
        // Relaxed: a hint.
        if self.heard.load(Ordering::Relaxed) { self.shared.requests.waiting() } else { None }
    }

    fn late_main(&self) {
        self.programs.settle();
        let mut desk = self.desk();
        if desk.polling.is_none() {
            return;
        }
        let Some(message) = self.message(&mut desk) else { return };
        // While the host is called we are not in the service, so that `stop` never waits for the host.
        let polling = desk.polling.take();
        desk.telling = Some(here());
        drop(desk);
        drop(polling);
        guard("telling the host", (), || message.tell());
        let mut desk = self.desk();
        desk.telling = None;
        self.told.notify_all();
        if desk.running {
            self.serve(&mut desk);
        }
    }
}
