//! A host's run loop, for what waits for the main thread: what the plugin wants of its host, and its own tasks.
//!
//! A host that has one (`IRunLoop`, from the factory's or the component's context) calls us there ten times in a
//! second while the instance is active. Without it the module's service thread has to do; see `notices`.

use std::sync::{Arc, Weak};

use dyad_core::guard::guard;
use dyad_vst3_view::Safe;
use vst3::Steinberg::Linux::{IRunLoop, IRunLoopTrait, ITimerHandler, ITimerHandlerTrait};
use vst3::Steinberg::kResultOk;
use vst3::{Class, ComPtr, ComWrapper};

use crate::half::Half;
use crate::notices::Notices;

/// Nobody waits for it: it is for what a host should hear of soon.
const MILLISECONDS: u64 = 100;

/// What a run loop calls. Hosts may do so once more after it was taken away, so it owns nothing.
struct Listener {
    half: Weak<dyn Half>,
    notices: Weak<Notices>,
}

impl Class for Listener {
    type Interfaces = Safe<(ITimerHandler,)>;
}

impl ITimerHandlerTrait for Listener {
    unsafe fn onTimer(&self) {
        guard("a run loop's call", (), || {
            if let (Some(half), Some(notices)) = (self.half.upgrade(), self.notices.upgrade()) {
                half.poll_main();
                notices.look_in();
            }
        });
    }
}

/// A place in a run loop; dropping it leaves, which is a call of the host's.
pub(crate) struct Beat {
    run_loop: ComPtr<IRunLoop>,
    timer: ComPtr<ITimerHandler>,
}

impl Beat {
    /// `None` where the host gives no timer. `[main-thread]`
    pub(crate) fn new(
        run_loop: ComPtr<IRunLoop>,
        half: &Arc<dyn Half>,
        notices: &Arc<Notices>,
    ) -> Option<Self> {
        let (half, notices) = (Arc::downgrade(half), Arc::downgrade(notices));
        let timer = ComWrapper::new(Listener { half, notices }).to_com_ptr::<ITimerHandler>()?;
        // SAFETY: a valid run loop and a handler, which it counts, until `drop`.
        let registered = unsafe { run_loop.registerTimer(timer.as_ptr(), MILLISECONDS) } == kResultOk;
        registered.then_some(Self { run_loop, timer })
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        // SAFETY: as it was registered.
        unsafe { self.run_loop.unregisterTimer(self.timer.as_ptr()) };
    }
}
