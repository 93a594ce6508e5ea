//! A host's frame around a view, with a strict run loop over `poll(2)`.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    ITimerHandlerTrait, TimerInterval,
};
use vst3::Steinberg::{
    IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewTrait, ViewRect, kInvalidArgument, kResultFalse,
    kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

/// Longer than any machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// A handler, its time, and when it was last called.
type Timer = (ComPtr<ITimerHandler>, Duration, Cell<Instant>);

/// Sockets and timers, as a host keeps them.
#[derive(Default)]
struct Loop {
    sockets: RefCell<Vec<(ComPtr<IEventHandler>, i32)>>,
    timers: RefCell<Vec<Timer>>,
    /// What a plugin did that it must not.
    faults: RefCell<Vec<String>>,
    /// Never looks at sockets, as Bitwig.
    blind: Cell<bool>,
    /// Also calls where a socket can be written to, as Carla.
    writing: Cell<bool>,
    registered: Cell<usize>,
}

impl Loop {
    fn fault(&self, what: String) -> tresult {
        self.faults.borrow_mut().push(what);
        kInvalidArgument
    }

    fn register_socket(&self, handler: *mut IEventHandler, fd: i32) -> tresult {
        // SAFETY: null or the plugin's handler.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return self.fault("a null handler".into());
        };
        if self.sockets.borrow().iter().any(|(_, known)| *known == fd) {
            return self.fault(format!("socket {fd} twice"));
        }
        self.registered.set(self.registered.get() + 1);
        self.sockets.borrow_mut().push((handler.to_com_ptr(), fd));
        kResultOk
    }

    fn unregister_socket(&self, handler: *mut IEventHandler) -> tresult {
        let mut sockets = self.sockets.borrow_mut();
        let Some(at) = sockets.iter().position(|(known, _)| known.as_ptr() == handler) else {
            return self.fault("a socket's handler that is not there".into());
        };
        let (handler, fd) = sockets.remove(at);
        drop(sockets);
        drop(handler);
        // SAFETY: any number may be asked.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            return self.fault(format!("socket {fd} was closed before it was unregistered"));
        }
        kResultOk
    }

    fn register_timer(&self, handler: *mut ITimerHandler, every: u64) -> tresult {
        // SAFETY: as above.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return self.fault("a null handler".into());
        };
        if every == 0 {
            return self.fault("a timer without a time".into());
        }
        let (every, last) = (Duration::from_millis(every), Cell::new(Instant::now()));
        self.timers.borrow_mut().push((handler.to_com_ptr(), every, last));
        kResultOk
    }

    fn unregister_timer(&self, handler: *mut ITimerHandler) -> tresult {
        let mut timers = self.timers.borrow_mut();
        let Some(at) = timers.iter().position(|(known, ..)| known.as_ptr() == handler) else {
            return self.fault("a timer's handler that is not there".into());
        };
        let timer = timers.remove(at);
        drop(timers);
        drop(timer);
        kResultOk
    }

    /// Waits for a socket or a timer, and calls who is due.
    fn turn(&self) {
        let wait = Duration::from_millis(5);
        let sockets = self.sockets.borrow().clone();
        let events = libc::POLLIN | if self.writing.get() { libc::POLLOUT } else { 0 };
        let mut fds: Vec<_> =
            sockets.iter().map(|(_, fd)| libc::pollfd { fd: *fd, events, revents: 0 }).collect();
        let count = if self.blind.get() { 0 } else { fds.len() };
        // SAFETY: as many as there are.
        unsafe { libc::poll(fds.as_mut_ptr(), count as libc::nfds_t, wait.as_millis() as i32) };
        for ((handler, fd), seen) in sockets.iter().zip(&fds) {
            if seen.revents & libc::POLLNVAL != 0 {
                self.fault(format!("socket {fd} is closed"));
            } else if seen.revents != 0 && self.sockets.borrow().iter().any(|(_, known)| known == fd) {
                // SAFETY: the plugin's handler.
                unsafe { handler.onFDIsSet(*fd) };
            }
        }
        let due: Vec<_> = self.timers.borrow().iter().map(|(handler, ..)| handler.clone()).collect();
        for handler in due {
            let timers = self.timers.borrow();
            let known = timers.iter().find(|(known, ..)| known.as_ptr() == handler.as_ptr());
            let is_due = known.is_some_and(|(_, every, last)| {
                let due = last.get().elapsed() >= *every;
                if due {
                    last.set(Instant::now());
                }
                due
            });
            drop(timers);
            if is_due {
                // SAFETY: as above.
                unsafe { handler.onTimer() };
            }
        }
    }
}

/// What a host does when a view asks for a size.
type Resize = Box<dyn Fn(ComRef<'_, IPlugView>, &mut ViewRect) -> tresult>;

/// A frame.
pub struct Frame {
    run_loop: Loop,
    resize: Resize,
    wishes: RefCell<Vec<[i32; 2]>>,
    inside: Cell<bool>,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl Frame {
    /// A frame whose window takes every size.
    #[must_use]
    pub fn new() -> ComWrapper<Self> {
        Self::with(|view, rect| {
            // SAFETY: the view, and a rectangle.
            unsafe { view.onSize(rect) }
        })
    }

    /// A frame that answers wishes like this.
    #[must_use]
    pub fn with(
        resize: impl Fn(ComRef<'_, IPlugView>, &mut ViewRect) -> tresult + 'static,
    ) -> ComWrapper<Self> {
        ComWrapper::new(Self {
            run_loop: Loop::default(),
            resize: Box::new(resize),
            wishes: RefCell::default(),
            inside: Cell::new(false),
        })
    }

    /// The pointer for a plugin.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(frame: &ComWrapper<Self>) -> *mut IPlugFrame {
        frame.as_com_ref::<IPlugFrame>().expect("it is a frame").as_ptr()
    }

    /// Looks at no socket from now on.
    pub fn look_away(&self) {
        self.run_loop.blind.set(true);
    }

    /// Calls handlers from now on where their sockets can be written to, too.
    pub fn look_for_writing(&self) {
        self.run_loop.writing.set(true);
    }

    /// The sockets that are registered.
    #[must_use]
    pub fn sockets(&self) -> Vec<i32> {
        self.run_loop.sockets.borrow().iter().map(|(_, fd)| *fd).collect()
    }

    /// The sizes that views asked for.
    #[must_use]
    pub fn wishes(&self) -> Vec<[i32; 2]> {
        self.wishes.borrow().clone()
    }

    /// Sockets and timers that are registered.
    #[must_use]
    pub fn registered(&self) -> [usize; 2] {
        [self.run_loop.sockets.borrow().len(), self.run_loop.timers.borrow().len()]
    }

    /// How many sockets were ever registered.
    #[must_use]
    pub fn sockets_so_far(&self) -> usize {
        self.run_loop.registered.get()
    }

    /// The handlers that are registered, to be called when they no longer are.
    #[must_use]
    pub fn handlers(&self) -> (Vec<ComPtr<IEventHandler>>, Vec<ComPtr<ITimerHandler>>) {
        let sockets = self.run_loop.sockets.borrow().iter().map(|(handler, _)| handler.clone()).collect();
        let timers = self.run_loop.timers.borrow().iter().map(|(handler, ..)| handler.clone()).collect();
        (sockets, timers)
    }

    /// What a plugin did that it must not.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.run_loop.faults.borrow().clone()
    }

    /// Runs until this is so.
    ///
    /// # Panics
    /// Where it is not for longer than any machine is slow.
    #[track_caller]
    pub fn run_until(&self, what: &str, so: impl FnMut() -> bool) {
        assert!(self.runs_until(so), "waited for: {what}");
    }

    /// The same, which gives whether it came to be.
    pub fn runs_until(&self, mut so: impl FnMut() -> bool) -> bool {
        let until = Instant::now() + PATIENCE;
        while !so() {
            if Instant::now() > until {
                return false;
            }
            self.run_loop.turn();
        }
        true
    }

    /// Runs for so many turns of its timers.
    pub fn run(&self, turns: usize) {
        for _ in 0..turns {
            self.run_loop.turn();
        }
    }
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plugin's view and rectangle, or null.
        let (Some(view), Some(rect)) = (unsafe { ComRef::from_raw(view) }, unsafe { size.as_mut() }) else {
            return self.run_loop.fault("resizeView with null".into());
        };
        if self.inside.replace(true) {
            return self.run_loop.fault("resizeView within resizeView".into());
        }
        self.wishes.borrow_mut().push([rect.right - rect.left, rect.bottom - rect.top]);
        let answer = (self.resize)(view, rect);
        self.inside.set(false);
        if answer == kResultOk { kResultOk } else { kResultFalse }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, fd: FileDescriptor) -> tresult {
        self.run_loop.register_socket(handler, fd)
    }
    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        self.run_loop.unregister_socket(handler)
    }
    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, every: TimerInterval) -> tresult {
        self.run_loop.register_timer(handler, every)
    }
    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        self.run_loop.unregister_timer(handler)
    }
}
