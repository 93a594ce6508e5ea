//! What the plugin wants of its host, told on the main thread.
//!
//! The audio thread notes it in [`Requests`](dyad_core::task::Requests). The host hears of it within
//! its next call to the controller, or from its run loop (`beat`); where neither comes, from the module's service
//! thread after 200 ms. Not
//! within `setActive` and the like: hosts hold locks of their own there.
//!
//! Nothing of ours is locked while the host is called: it may come back to us from within, on that
//! thread or on another one that it waits for.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError, Weak};

use dyad_core::Shared;
use dyad_core::task::{Poll, Registration, Request, RequestSet, Service};
use dyad_vst3_view::Handler;
use vst3::ComPtr;
use vst3::Steinberg::Vst::RestartFlags_::{kLatencyChanged, kParamTitlesChanged, kParamValuesChanged};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait,
};
use vst3::Steinberg::int32;

/// The way to the host. Apart from the instance, so that the service thread needs nothing else of it.
pub(crate) struct Notices {
    me: Weak<Self>,
    shared: Arc<Shared>,
    /// Frames, and the tail as VST3 counts it, as hosts see them from anywhere.
    latency: AtomicU32,
    tail: AtomicU32,
    /// There is somebody to tell.
    heard: AtomicBool,
    #[expect(clippy::disallowed_types, reason = "as above")]
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    handler: Option<Handler>,
    /// The latency that the host knows.
    known: u32,
    /// What the last run began with.
    first: Option<u32>,
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
    pub(crate) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let desk = Mutex::new(Desk::default());
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            shared: Arc::clone(shared),
            latency: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            heard: AtomicBool::new(false),
            desk,
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
    /// begins with another number than it began that run with.
    pub(crate) fn start(&self, latency: u32, tail: u32) {
        let mut desk = self.desk();
        if desk.first.replace(latency) != Some(latency) {
            self.latency.store(latency, Ordering::Relaxed);
        }
        self.tail.store(tail, Ordering::Relaxed);
        // Hosts ask for it now.
        desk.known = self.latency();
        desk.running = true;
        self.serve(&mut desk);
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
        desk.running = false;
        let polling = desk.polling.take();
        drop(desk);
        // Without the lock: it may wait for the service thread, though never while that is in the host.
        drop(polling);
    }

    /// Takes the host's handler, and gives the old one back to be dropped. `[main-thread]`
    pub(crate) fn set_handler(&self, handler: Option<ComPtr<IComponentHandler>>) -> Option<Handler> {
        // Relaxed: a hint.
        self.heard.store(handler.is_some(), Ordering::Relaxed);
        std::mem::replace(&mut self.desk().handler, handler.map(Arc::new))
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

    #[cold]
    fn tell_all(&self) {
        let mut desk = self.desk();
        let message = self.message(&mut desk);
        drop(desk);
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
        // Relaxed: a hint.
        if self.heard.load(Ordering::Relaxed) { self.shared.requests.waiting() } else { None }
    }

    fn late_main(&self) {
        let mut desk = self.desk();
        if desk.polling.is_none() {
            return;
        }
        let Some(message) = self.message(&mut desk) else { return };
        // While the host is called we are not in the service, so that `stop` never waits for the host.
        let polling = desk.polling.take();
        drop(desk);
        drop(polling);
        message.tell();
        let mut desk = self.desk();
        if desk.running {
            self.serve(&mut desk);
        }
    }
}
