//! A host's run loop, which calls us on its main thread: when the editor has something to say, and
//! often enough to show what changed.

use std::sync::{Arc, Weak};

use dyad_core::guard::guard;
use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    ITimerHandlerTrait,
};
use vst3::Steinberg::kResultOk;
use vst3::{Class, ComPtr, ComWrapper};

use crate::null_safe::Safe;
use crate::session::Session;

/// As often as a screen shows something new. Some hosts never look at sockets, so the timer does all.
const MILLISECONDS: u64 = 16;

/// What a run loop calls. Hosts may do so once more after it was taken away, so it owns nothing.
struct Ticker(Weak<Session>);

impl Class for Ticker {
    type Interfaces = Safe<(IEventHandler, ITimerHandler)>;
}

impl Ticker {
    fn tick(&self) {
        guard("a run loop's call", (), || {
            if let Some(session) = self.0.upgrade() {
                session.tick();
            }
        });
    }
}

impl IEventHandlerTrait for Ticker {
    unsafe fn onFDIsSet(&self, _fd: FileDescriptor) {
        self.tick();
    }
}

impl ITimerHandlerTrait for Ticker {
    unsafe fn onTimer(&self) {
        self.tick();
    }
}

/// A place in a run loop; dropping it leaves, which is a call of the host's.
pub(crate) struct Ticks {
    run_loop: ComPtr<IRunLoop>,
    timer: ComPtr<ITimerHandler>,
    socket: Option<ComPtr<IEventHandler>>,
}

impl Ticks {
    /// `None` where the host gives no timer. Once for each open editor: a host may know only one handler
    /// for a socket. `[main-thread]`
    pub(crate) fn new(run_loop: &ComPtr<IRunLoop>, session: &Arc<Session>, fd: i32) -> Option<Self> {
        let ticker = ComWrapper::new(Ticker(Arc::downgrade(session)));
        let timer = ticker.to_com_ptr::<ITimerHandler>()?;
        let socket = ticker.to_com_ptr::<IEventHandler>().filter(|_| fd >= 0);
        // SAFETY: a valid run loop and handlers, which it counts, until `drop`.
        unsafe {
            if run_loop.registerTimer(timer.as_ptr(), MILLISECONDS) != kResultOk {
                return None;
            }
            let socket =
                socket.filter(|socket| run_loop.registerEventHandler(socket.as_ptr(), fd) == kResultOk);
            Some(Self { run_loop: run_loop.clone(), timer, socket })
        }
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        // SAFETY: as they were registered.
        unsafe {
            if let Some(socket) = &self.socket {
                self.run_loop.unregisterEventHandler(socket.as_ptr());
            }
            self.run_loop.unregisterTimer(self.timer.as_ptr());
        }
    }
}
