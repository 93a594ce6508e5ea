//! A view's editor, and what goes on between it and the host.
//!
//! Nothing of ours is locked while the host is called: what the editor says is put into a queue first and
//! delivered from there, piece by piece, so that a host may come back to us from within, and even close
//! the view.

use std::collections::VecDeque;
#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};

use dyad_core::guard::guard;
use dyad_core::task::{Poll, Registration, Service, here};
use dyad_core::{Description, Shared};
use dyad_editor_abi::{EditorV1, Flags, ToEditor};
use vst3::Steinberg::Linux::IRunLoop;
use vst3::Steinberg::Vst::IComponentHandler3;
use vst3::Steinberg::{IPlugFrame, IPlugFrameTrait, IPlugView, ViewRect, kResultOk};
use vst3::{ComPtr, ComRef};

use crate::open::{Open, Request};
use crate::size::Size;
use crate::ticks::Ticks;
use crate::told::Told;
use crate::wish::{Wish, grant, read};
use crate::{Context, Half};

/// A frame of the host's, counted by us too, so that it can be kept without a call to the host.
pub(crate) type Frame = Arc<ComPtr<IPlugFrame>>;

/// What a view is made of.
pub(crate) struct Parts {
    pub(crate) description: &'static Description,
    pub(crate) table: EditorV1,
    pub(crate) shared: Arc<Shared>,
    pub(crate) half: Arc<dyn Half>,
    pub(crate) context: Option<Context>,
}

/// One view's editor, open or not.
pub(crate) struct Session {
    me: Weak<Self>,
    parts: Parts,
    #[expect(clippy::disallowed_types, reason = "as above")]
    desk: Mutex<Desk>,
}

pub(crate) struct Desk {
    pub(crate) size: Size,
    pub(crate) open: Option<Open>,
    /// The view, for the host; null once it is gone. Used on the host's main thread alone.
    view: View,
    frame: Option<Frame>,
    pub(crate) ticks: Option<Ticks>,
    /// The thread that entered the run loop.
    main: usize,
    polling: Option<Registration>,
    pub(crate) told: Told,
    pub(crate) wishes: VecDeque<Wish>,
    /// The thread that delivers wishes.
    delivering: Option<usize>,
    /// The host was told that what is held is a group.
    pub(crate) grouped: bool,
    resizing: bool,
    /// The keys that the user holds, a bit each.
    pub(crate) keys: u128,
}

struct View(*mut IPlugView);

// SAFETY: a pointer that only the host's main thread follows.
unsafe impl Send for View {}

impl Session {
    pub(crate) fn new(parts: Parts, size: Size) -> Arc<Self> {
        let desk = Desk {
            size,
            open: None,
            view: View(std::ptr::null_mut()),
            frame: None,
            ticks: None,
            main: 0,
            polling: None,
            told: Told::default(),
            wishes: VecDeque::new(),
            delivering: None,
            grouped: false,
            resizing: false,
            keys: 0,
        };
        #[expect(clippy::disallowed_types, reason = "as above")]
        let desk = Mutex::new(desk);
        Arc::new_cyclic(|me| Self { me: Weak::clone(me), parts, desk })
    }

    #[inline(never)]
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        // Whole between any two statements.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The view that this belongs to; null when it goes. `[main-thread]`
    pub(crate) fn belong(&self, view: *mut IPlugView) {
        self.desk().view = View(view);
    }

    /// Keeps the view for the length of a call in which the host may let go of it. `[main-thread]`
    pub(crate) fn keep(&self) -> Option<ComPtr<IPlugView>> {
        // SAFETY: null, or the view, which is there while one of its functions runs.
        unsafe { ComRef::from_raw(self.desk().view.0) }.map(|view| view.to_com_ptr())
    }

    /// Takes the host's frame, and gives the old one back to be dropped. `[main-thread]`
    pub(crate) fn set_frame(&self, frame: Option<ComPtr<IPlugFrame>>) -> Option<Frame> {
        std::mem::replace(&mut self.desk().frame, frame.map(Arc::new))
    }

    /// Opens an editor in the host's window; one that is open is closed first. `[main-thread]`
    pub(crate) fn open(&self, parent: u64) -> bool {
        self.close();
        let run_loop = self.run_loop();
        let mut flags = Flags::default();
        if self.parts.description.events.input {
            flags = flags.with(Flags::NOTES);
        }
        let mut desk = self.desk();
        let frame = desk.frame.clone();
        let (scale, size) = (desk.size.said_scale(), desk.size.wanted());
        drop(desk);
        // A frame and a menu are the main thread's, and only a run loop brings us there.
        if run_loop.is_some() {
            let handler = self.parts.half.handler();
            if frame.is_some() {
                flags = flags.with(Flags::RESIZE);
            }
            if handler.is_some_and(|handler| handler.cast::<IComponentHandler3>().is_some()) {
                flags = flags.with(Flags::MENU);
            }
        }
        let request = Request { parent, scale, size, flags };
        let messages = self.parts.shared.messages.attach();
        let Some(open) = Open::new(&self.parts.table, &request, messages) else { return false };
        desk = self.desk();
        desk.told.forget();
        desk.open = Some(open);
        drop(desk);
        let there = self.pump();
        if there {
            self.connect(run_loop);
        } else {
            self.close();
        }
        self.deliver();
        there
    }

    /// The host's run loop, from its frame or from what it gave to `initialize`.
    fn run_loop(&self) -> Option<ComPtr<IRunLoop>> {
        let frame = self.desk().frame.clone();
        let loop_of_frame = frame.and_then(|frame| frame.cast::<IRunLoop>());
        loop_of_frame.or_else(|| self.parts.context.as_ref()?.cast::<IRunLoop>())
    }

    /// Has a run loop call us from now on, or else the module's service thread.
    fn connect(&self, run_loop: Option<ComPtr<IRunLoop>>) {
        let fd = self.desk().open.as_ref().map(Open::fd);
        let (Some(fd), Some(me)) = (fd, self.me.upgrade()) else { return };
        let ticks = run_loop.and_then(|run_loop| Ticks::new(&run_loop, &me, fd));
        let mut desk = self.desk();
        if desk.open.is_some() && desk.ticks.is_none() {
            desk.ticks = ticks;
            desk.main = here();
            drop(desk);
            self.serve();
        } else {
            // The host has closed it from within.
            drop(desk);
            drop(ticks);
        }
    }

    /// Where there is no run loop: has the service thread look after the editor.
    fn serve(&self) {
        let mut desk = self.desk();
        if desk.open.is_some()
            && desk.ticks.is_none()
            && desk.polling.is_none()
            && let Some(me) = self.me.upgrade()
        {
            desk.polling = Some(Service::shared().register(me));
        }
    }

    /// The host's frame came late: if it has a run loop, that takes over. `[main-thread]`
    pub(crate) fn reconnect(&self) {
        let mut desk = self.desk();
        if desk.open.is_none() || desk.ticks.is_some() {
            return;
        }
        drop(desk);
        let Some(run_loop) = self.run_loop() else { return };
        desk = self.desk();
        let polling = desk.polling.take();
        drop(desk);
        // Without the lock: it waits for the service thread, though never while that is in the host.
        drop(polling);
        self.connect(Some(run_loop));
    }

    /// Closes the editor, if it is open. Gestures and notes that are under way are ended. `[main-thread]`
    pub(crate) fn close(&self) {
        let mut desk = self.desk();
        let polling = desk.polling.take();
        let ticks = desk.ticks.take();
        let open = desk.open.take();
        drop(desk);
        drop(polling);
        // Before the socket is closed: hosts know it by its number, which may be another's at once.
        drop(ticks);
        let Some(open) = open else { return };
        let heard = open.close();
        desk = self.desk();
        read(&heard, &mut desk.wishes);
        // Whatever the editor has said of it.
        let Desk { told, wishes, .. } = &mut *desk;
        wishes.extend(told.held().map(Wish::End));
        drop(desk);
        self.deliver();
        let keys = std::mem::take(&mut self.desk().keys);
        self.parts.shared.notes.release_all(keys);
    }

    /// A call of the host's run loop. `[main-thread]`
    pub(crate) fn tick(&self) {
        if self.desk().open.is_none() {
            return;
        }
        if !self.pump() {
            self.close();
        }
        self.deliver();
        self.parts.half.look_in();
    }

    /// Tells the editor what is new and takes what it says. The host is not called. `false` once the
    /// window is gone.
    fn pump(&self) -> bool {
        let mut desk = self.desk();
        let Desk { open, told, wishes, .. } = &mut *desk;
        let Some(open) = open else { return true };
        let Parts { description, shared, .. } = &self.parts;
        let there = open.exchange(|frames| told.news(description, shared, frames));
        read(&open.heard(), wishes);
        there
    }

    /// Tells the editor one value at once. The host is not called. `[main-thread]`
    pub(crate) fn show(&self, index: usize, plain: f64) {
        let mut desk = self.desk();
        let Desk { open, told, .. } = &mut *desk;
        if let Some(open) = open
            && told.is_new(index, plain)
        {
            open.tell(&ToEditor::Value { index: index as u32, plain });
        }
    }

    /// Whether a run loop calls us, and this is its thread, the host's main one.
    pub(crate) fn on_main(&self) -> bool {
        let desk = self.desk();
        desk.ticks.is_some() && desk.main == here()
    }

    /// Asks the host for another size of the view. `false` where it refuses, and where it is at it
    /// already. `[main-thread]`
    pub(crate) fn resize(&self, [width, height]: [u32; 2]) -> bool {
        let Some(view) = self.keep() else { return false };
        let mut desk = self.desk();
        let (Some(frame), Some(_), false) = (desk.frame.clone(), &desk.open, desk.resizing) else {
            return false;
        };
        desk.resizing = true;
        drop(desk);
        let mut rect = ViewRect { left: 0, top: 0, right: width as i32, bottom: height as i32 };
        // SAFETY: a valid frame and a valid view; a place that the host may write to.
        let result = unsafe { frame.resizeView(view.as_ptr(), &mut rect) };
        self.desk().resizing = false;
        result == kResultOk
    }

    /// Asks the host for the size that the new scale asks for; where it refuses, it stays at the one before.
    /// `[main-thread]`
    pub(crate) fn rescale(&self, before: [u32; 2]) {
        let size = self.desk().size.get(&self.parts.table);
        if !self.resize(size) {
            self.desk().size.set(before);
        }
    }

    /// Does what the editor wishes. From within a wish too: then the host has come back to us. On another
    /// thread than the one that is at it, leaves everything to that one, so that the order stays.
    pub(crate) fn deliver(&self) {
        let mut desk = self.desk();
        let before = desk.delivering;
        if before.is_some_and(|thread| thread != here()) {
            return;
        }
        desk.delivering = Some(here());
        while let Some(wish) = desk.wishes.pop_front() {
            drop(desk);
            guard("an editor's wish", (), || grant(self, wish));
            desk = self.desk();
        }
        desk.delivering = before;
    }
}

impl Poll for Session {
    fn background(&self) {
        let there = self.pump();
        let mut desk = self.desk();
        if there && desk.wishes.is_empty() {
            return;
        }
        // While the host is called we are not in the service, so that `close` never waits for the host.
        let polling = desk.polling.take();
        drop(desk);
        drop(polling);
        if !there {
            self.close();
        }
        self.deliver();
        self.serve();
    }
}
