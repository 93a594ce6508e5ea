//! The window that is drawn into, on a thread of its own that baseview runs.

mod handler;
mod input;
mod keyboard;
pub(crate) mod keys;
mod link;
mod live;
mod pointer;

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use baseview::dpi::PhysicalSize;
use baseview::{WindowSettings, WindowWaker};
use dyad_core::guard;
use dyad_editor_abi::Flags;
use raw_window_handle::{HandleError, HasWindowHandle, RawWindowHandle, WindowHandle, XcbWindowHandle};

use crate::exchange::Exchange;
use crate::mirror::Carried;
use crate::paint::{self, Kind};
use crate::session::{OpenError, Plugin};
use handler::Handler;

pub(crate) use link::Link;

/// What a window is made from. Goes to its thread.
#[derive(Clone)]
pub(crate) struct Make {
    pub(crate) plugin: Plugin,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) container: u32,
    pub(crate) size: [u32; 2],
    pub(crate) scale: f64,
    pub(crate) rate: f64,
    pub(crate) flags: Flags,
    /// 0xRRGGBB.
    pub(crate) background: u32,
    pub(crate) painter: Kind,
    /// What an editor before it has left.
    pub(crate) carried: Carried,
}

/// An open window. `[main-thread]`
pub(crate) struct Inner {
    window: Option<baseview::Window>,
    waker: WindowWaker,
    exchange: Arc<Exchange>,
    ended: Arc<Ended>,
}

/// Whether the window's thread has ended.
#[derive(Default)]
struct Ended {
    ended: Mutex<bool>,
    changed: Condvar,
}

/// Says so when the thread's locals are dropped: the last thing that a thread does. baseview's own handle
/// can return without having waited for it, where the thread ends by itself at the same moment.
struct Sentinel(Arc<Ended>);

impl Drop for Sentinel {
    fn drop(&mut self) {
        *self.0.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

thread_local! {
    static SENTINEL: std::cell::RefCell<Option<Sentinel>> = const { std::cell::RefCell::new(None) };
}

/// How long the end of a window's thread is waited for, once it was told to end.
const PATIENCE: Duration = Duration::from_secs(5);

impl Inner {
    /// Opens a window with the best painter that there is.
    pub(crate) fn open(make: &Make) -> Result<Self, OpenError> {
        let Kind::Gl { forced } = make.painter else { return Self::with(make) };
        let error = match Self::with(make) {
            Ok(window) => return Ok(window),
            Err(error) => error,
        };
        if forced {
            guard::log(&format!("the processor draws: {error}"));
        } else {
            paint::give_up_gl();
        }
        Self::with(&Make { painter: Kind::Cpu, ..make.clone() })
    }

    fn with(make: &Make) -> Result<Self, OpenError> {
        let ended = Arc::new(Ended::default());
        let parent = Parent(NonZeroU32::new(make.container).ok_or(OpenError::Parent(0))?);
        let size = PhysicalSize::new(make.size[0], make.size[1]);
        let settings = WindowSettings::new().with_title("").with_size(size).with_parent(&parent);
        let gl = matches!(make.painter, Kind::Gl { .. }).then(paint::config);
        let settings = settings.with_gl_config(gl);
        let (for_thread, sentinel) = (make.clone(), Sentinel(Arc::clone(&ended)));
        let window = catch_unwind(AssertUnwindSafe(|| {
            baseview::Window::create(settings, move |context| {
                SENTINEL.with(|place| *place.borrow_mut() = Some(sentinel));
                Handler::new(context, for_thread)
            })
        }));
        let window = match window {
            Ok(Ok(window)) => window,
            Ok(Err(error)) => return Err(OpenError::Window(error.to_string())),
            Err(_) => return Err(OpenError::Window("baseview panicked".into())),
        };
        let waker = window.waker();
        Ok(Self { window: Some(window), waker, exchange: Arc::clone(&make.exchange), ended })
    }

    /// Has the window look into its box.
    pub(crate) fn wake(&self) {
        self.waker.request_poll();
    }

    /// Whether its thread runs.
    pub(crate) fn is_open(&self) -> bool {
        self.window.as_ref().is_some_and(baseview::Window::is_open)
    }

    /// Ends the window and its thread. The thread is asked to end itself: baseview's own way can come
    /// before its loop has begun, and is then forgotten.
    pub(crate) fn close(&mut self) {
        let Some(window) = self.window.take() else { return };
        // Relaxed: what wakes the thread orders it.
        self.exchange.closing.store(true, Ordering::Relaxed);
        self.wake();
        let ended = self.ended.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let (_ended, waited) = self
            .ended
            .changed
            .wait_timeout_while(ended, PATIENCE, |ended| !*ended)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            // Better than a host that waits with it.
            guard::log("an editor's thread does not end; it is left alone");
            std::mem::forget(window);
            return;
        }
        // A panic of the window's thread comes out of this.
        guard::guard("closing an editor's window", (), || window.close());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// The container, as baseview wants to see it.
struct Parent(NonZeroU32);

#[expect(unsafe_code, reason = "a window handle")]
impl HasWindowHandle for Parent {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        let handle = RawWindowHandle::Xcb(XcbWindowHandle::new(self.0));
        // SAFETY: the container outlives every window in it; and an X11 id is a number, which is never
        // dereferenced: the display refuses it where it is wrong.
        Ok(unsafe { WindowHandle::borrow_raw(handle) })
    }
}
