//! The main thread while an editor is open.

use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::picture::{Camera, Taken};
use super::window::{Happening, Window};
use super::{Deed, EditorSetup, Event, NoView, Refusal, View};
use crate::child::{Around, Hosted};
use crate::poll;
use crate::protocol::{Reply, Request};
use crate::state::Bytes;

/// How long the loop rests at most: 60 rounds in a second.
const TICK: Duration = Duration::from_micros(16_666);
/// How often the parent hears that all is well.
const ALIVE: Duration = Duration::from_millis(500);
/// The window's size until the editor says one.
const SIZE: [u32; 2] = [400, 300];

/// Opens a plugin's editor, keeps it open until it is closed, and answers the parent meanwhile. A request that
/// needs the plugin alone closes it and is returned.
pub(crate) fn run(plugin: &mut dyn Hosted, setup: &EditorSetup, mut around: Around<'_>) -> Option<Request> {
    let result = show(plugin, setup, &mut around);
    let (result, request) = match result {
        Ok(request) => (Ok(()), request),
        Err(reason) => (Err(reason), None),
    };
    if let Some(Request::CloseEditor) = request {
        around.reply(Reply::Done);
    }
    around.closed(result);
    request.filter(|request| *request != Request::CloseEditor)
}

fn show(
    plugin: &mut dyn Hosted,
    setup: &EditorSetup,
    around: &mut Around<'_>,
) -> Result<Option<Request>, NoView> {
    let window = Window::open(&setup.title, setup.size.unwrap_or(SIZE), setup.parent);
    let window = Rc::new(window.map_err(|reason| NoView::new(Refusal::Display, reason))?);
    if setup.picture {
        window.keep_picture();
    }
    let mut view = plugin.view(&window, setup)?;
    let mut open = Open { window, camera: None };
    open.follow(&mut *view, around);
    open.set_shown(&mut *view, true)?;
    around.opened(open.window.size());
    if let Some([wanted, high]) = setup.size.filter(|size| *size != open.window.size()) {
        let [width, height] = open.window.size();
        around.tell(Event::Remark(format!(
            "the editor does not take {wanted}x{high}; it is {width}x{height}"
        )));
    }
    open.camera = setup.picture.then(Camera::new);
    let end = setup.seconds.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    open.attend(&mut *view, around, end)
}

struct Open {
    window: Rc<Window>,
    camera: Option<Camera>,
}

impl Open {
    fn attend(
        &mut self,
        view: &mut dyn View,
        around: &mut Around<'_>,
        end: Option<Instant>,
    ) -> Result<Option<Request>, NoView> {
        let mut alive = Instant::now();
        loop {
            let ready = self.rest(view, around);
            let closed = self.window_events(view, around)? || !view.serve(&ready);
            around.turn(view.plugin());
            self.follow(view, around);
            if let Some(taken) = self.camera.as_mut().and_then(|camera| camera.look(&self.window)) {
                let Taken { png, moving } = taken?;
                if moving {
                    around.tell(Event::Remark("the picture was still moving".into()));
                }
                around.tell(Event::Picture(Bytes(png)));
                return Ok(None);
            }
            let now = Instant::now();
            if closed || end.is_some_and(|end| now >= end) {
                return Ok(None);
            }
            while let Some(request) = around.request() {
                if let Some(last) = self.request(view, around, request) {
                    return Ok(Some(last));
                }
            }
            if now >= alive {
                alive = now + ALIVE;
                around.tell(Event::Alive);
            }
        }
    }

    /// Answers a request; one that ends the editor comes back.
    fn request(&self, view: &mut dyn View, around: &mut Around<'_>, request: Request) -> Option<Request> {
        match request {
            Request::OpenEditor { .. } => around.reply(match self.set_shown(view, true) {
                Ok(()) => Reply::Done,
                Err(reason) => Reply::NoEditor(reason),
            }),
            Request::HideEditor => around.reply(match self.set_shown(view, false) {
                Ok(()) => Reply::Done,
                Err(reason) => Reply::Failed(reason.reason),
            }),
            last @ (Request::CloseEditor | Request::Shutdown) => return Some(last),
            other => around.answer(view.plugin(), other),
        }
        None
    }

    /// Shows or hides the window that the user sees: this one, or the editor's own.
    fn set_shown(&self, view: &mut dyn View, shown: bool) -> Result<(), NoView> {
        match (view.is_inside(), shown) {
            (true, true) => self.window.show(),
            (true, false) => self.window.hide(),
            (false, _) => return view.set_shown(shown),
        }
        Ok(())
    }

    /// Waits until something is to be done, and says which of the editor's sockets are ready.
    fn rest(&self, view: &mut dyn View, around: &Around<'_>) -> Vec<RawFd> {
        let mut all = vec![self.window.socket(), around.socket()];
        all.extend(view.sockets());
        let mut limit = view.due().map_or(TICK, |due| due.min(TICK));
        if let Some(camera) = &self.camera {
            limit = limit.min(camera.due());
        }
        let poll::Ready { ready, lost } = poll::readable(&all, Some(limit));
        lost.iter().for_each(|fd| view.lose(*fd));
        ready
    }

    /// Whether the window is to be closed.
    fn window_events(&self, view: &mut dyn View, around: &Around<'_>) -> Result<bool, NoView> {
        let tell = |text: String| around.tell(Event::Detail(text));
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
                Happening::KeyBack => tell("key given back".into()),
            }
        }
        Ok(false)
    }

    /// Does what the editor's deeds ask for.
    fn follow(&self, view: &mut dyn View, around: &mut Around<'_>) {
        for deed in view.deeds() {
            if let Deed::Wish(size) = deed {
                self.window.resize(size);
            }
            around.follow(view.plugin(), deed);
        }
    }
}
