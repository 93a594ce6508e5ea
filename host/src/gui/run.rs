//! The main thread while an editor is open.

use std::os::fd::{BorrowedFd, RawFd};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::engine::Engine;
use super::picture::{Camera, Taken};
use super::window::{Happening, Window};
use super::{Deed, EditorSetup, Event, NoView, Refusal, View};
use crate::child::{Activation, Hosted, Mode};
use crate::protocol::Request;
use crate::shared::Memory;
use crate::state::Bytes;

/// How long the loop rests at most: 60 rounds in a second.
const TICK: Duration = Duration::from_micros(16_666);
/// How often the parent hears that all is well.
const ALIVE: Duration = Duration::from_millis(500);
/// Frames of a block.
const FRAMES: u32 = 256;
/// The window's size until the editor says one.
const SIZE: [u32; 2] = [400, 300];

/// What the loop needs besides the plugin.
pub(crate) struct Surroundings<'a> {
    pub(crate) memory: &'a std::sync::Arc<Memory>,
    pub(crate) rate: u32,
    pub(crate) max_block: u32,
    pub(crate) requests: &'a Receiver<Request>,
    /// Tells the parent; `false` where nobody hears it.
    pub(crate) tell: &'a mut dyn FnMut(Event) -> bool,
}

/// Opens a plugin's editor, keeps it open until it is closed, and tells the parent all of it but the end.
pub(crate) fn run(
    plugin: &mut dyn Hosted,
    setup: &EditorSetup,
    mut around: Surroundings<'_>,
) -> Result<(), NoView> {
    let window = Window::open(&setup.title, setup.size.unwrap_or(SIZE));
    let window = Rc::new(window.map_err(|reason| NoView::new(Refusal::Display, reason))?);
    let engine = if setup.stopped { None } else { Some(start(plugin, setup, &around)?) };
    let mut open = Open { engine, window, camera: None, refused_once: false };
    let result = open.show(plugin, setup, &mut around);
    if let Some(engine) = open.engine {
        plugin.deactivate(engine.stop());
    }
    result
}

fn start(
    plugin: &mut dyn Hosted,
    setup: &EditorSetup,
    around: &Surroundings<'_>,
) -> Result<Engine, NoView> {
    let broken = |reason: String| NoView::broken(format!("the plugin could not be started: {reason}"));
    let active = plugin.activate(None, around.memory, Mode::Live).map_err(broken)?;
    let mut engine = run_engine(active, around).map_err(broken)?;
    for (index, native) in &setup.changes {
        engine.send(*index, *native);
    }
    Ok(engine)
}

fn run_engine(active: Activation, around: &Surroundings<'_>) -> Result<Engine, String> {
    let frames = FRAMES.min(around.max_block);
    let channels = crate::info::all_channels(&active.inputs);
    let engine = Engine::start(active.processor, around.memory, channels, frames, around.rate);
    engine.map_err(|e| e.to_string())
}

struct Open {
    engine: Option<Engine>,
    window: Rc<Window>,
    camera: Option<Camera>,
    refused_once: bool,
}

impl Open {
    fn show(
        &mut self,
        plugin: &mut dyn Hosted,
        setup: &EditorSetup,
        around: &mut Surroundings<'_>,
    ) -> Result<(), NoView> {
        let mut view = plugin.view(&self.window, setup)?;
        self.follow(&mut *view, around);
        if view.is_inside() {
            self.window.show();
        }
        if let Some(size) = setup.size.filter(|size| *size != self.window.size()) {
            let [width, height] = self.window.size();
            let [wanted, high] = size;
            (around.tell)(Event::Remark(format!(
                "the editor does not take {wanted}x{high}; it is {width}x{height}"
            )));
        }
        (around.tell)(Event::Opened(self.window.size()));
        self.camera = setup.picture.then(Camera::new);
        let end = setup.seconds.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
        let mut alive = Instant::now();
        loop {
            let ready = self.rest(&mut *view)?;
            let closed = self.window_events(&mut *view, around)? || !view.serve(&ready);
            if let Some(engine) = &mut self.engine {
                let outputs = engine.outputs();
                if !outputs.is_empty() {
                    view.outputs(&outputs);
                }
            }
            self.follow(&mut *view, around);
            if let Some(taken) = self.camera.as_mut().and_then(|camera| camera.look(&self.window)) {
                let Taken { png, moving } = taken?;
                if moving {
                    (around.tell)(Event::Remark("the picture was still moving".into()));
                }
                (around.tell)(Event::Picture(Bytes(png)));
                return Ok(());
            }
            let now = Instant::now();
            if closed || end.is_some_and(|end| now >= end) {
                return Ok(());
            }
            match around.requests.try_recv() {
                Ok(Request::CloseEditor) | Err(TryRecvError::Disconnected) => return Ok(()),
                // Nothing else is asked meanwhile.
                Ok(_) | Err(TryRecvError::Empty) => {}
            }
            if now >= alive {
                alive = now + ALIVE;
                if !(around.tell)(Event::Alive) {
                    return Ok(());
                }
            }
        }
    }

    /// Waits until something is to be done, and says which of the editor's sockets are ready.
    fn rest(&self, view: &mut dyn View) -> Result<Vec<RawFd>, NoView> {
        let sockets = view.sockets();
        let mut limit = view.due().map_or(TICK, |due| due.min(TICK));
        if let Some(camera) = &self.camera {
            limit = limit.min(camera.due());
        }
        let ours = self.window.socket();
        let all = || std::iter::once(ours).chain(sockets.iter().copied());
        let usable = all().filter(|fd| *fd >= 0).map(borrow);
        let mut fds: Vec<_> = usable.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
        let timeout = Timespec { tv_sec: 0, tv_nsec: limit.subsec_nanos().into() };
        match rustix::event::poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(NoView::broken(format!("waiting for its editor failed: {e}"))),
        }
        let told = all().filter(|fd| *fd >= 0).zip(&fds).skip(1);
        let told: Vec<_> = told.map(|(fd, told)| (fd, told.revents())).collect();
        let (lost, open): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|(_, told)| told.contains(PollFlags::NVAL));
        lost.iter().for_each(|(fd, _)| view.lose(*fd));
        Ok(open.into_iter().filter(|(_, told)| !told.is_empty()).map(|(fd, _)| fd).collect())
    }

    /// Whether the window is to be closed.
    fn window_events(&self, view: &mut dyn View, around: &mut Surroundings<'_>) -> Result<bool, NoView> {
        let mut tell = |text: String| (around.tell)(Event::Detail(text));
        let gone = |reason: String| NoView::new(Refusal::Display, reason);
        for happening in self.window.happenings().map_err(gone)? {
            match happening {
                Happening::Close => return Ok(true),
                Happening::Resized(size) => view.resized(size),
                Happening::InnerResized(window, size) => view.inner_resized(window, size),
                Happening::Key(key) => {
                    let (way, used) = (if key.down { "down" } else { "up" }, view.key(&key));
                    let used = if used { "used" } else { "left" };
                    tell(format!("key {way} {:#x} {used}", key.symbol));
                }
                Happening::KeyBack => {
                    tell("key given back".into());
                }
            }
        }
        Ok(false)
    }

    fn restart(&mut self, view: &mut dyn View, around: &Surroundings<'_>) -> Result<(), String> {
        // A stopped plugin is told all that is new when it starts.
        let Some(engine) = self.engine.take() else { return Ok(()) };
        let active = view.restart(engine.stop(), around.memory)?;
        self.engine = Some(run_engine(active, around)?);
        Ok(())
    }

    /// Does what the editor's deeds ask for.
    fn follow(&mut self, view: &mut dyn View, around: &mut Surroundings<'_>) {
        for deed in view.deeds() {
            match deed {
                Deed::Change { index, native } => {
                    if let Some(engine) = &mut self.engine
                        && !engine.send(index, native)
                    {
                        (around.tell)(Event::Detail("too many changes at once; some are lost".into()));
                    }
                }
                Deed::Edit(text) => {
                    (around.tell)(Event::Detail(format!("edit {text}")));
                }
                Deed::Restart => {
                    if let Err(reason) = self.restart(view, around) {
                        (around.tell)(Event::Remark(format!("the plugin did not start again: {reason}")));
                    }
                }
                Deed::Wish([width, height]) => {
                    (around.tell)(Event::Detail(format!("wish {width}x{height}")));
                    self.window.resize([width, height]);
                }
                Deed::Detail(text) => {
                    (around.tell)(Event::Detail(text));
                }
            }
        }
        let refused = self.engine.as_ref().is_some_and(Engine::refused);
        if refused && !self.refused_once {
            self.refused_once = true;
            (around.tell)(Event::Remark("the plugin returned an error while processing".into()));
        }
    }
}

/// A socket that is waited for. It may be closed already, which the system then says.
#[allow(unsafe_code)]
fn borrow<'a>(fd: RawFd) -> BorrowedFd<'a> {
    // SAFETY: it is not negative, and it is only given to `poll`, which takes any number and reports
    // those that are no descriptors. The window's own is open as long as the loop runs.
    unsafe { BorrowedFd::borrow_raw(fd) }
}
