//! An open LV2 editor.
#![allow(unsafe_code)]

use std::ffi::{CString, c_int, c_void};
use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use lv2_sys::{LV2UI_Handle, LV2UI_Idle_Interface, LV2UI_Resize, LV2UI_Show_Interface};

use super::Ui;
use super::controller::Controller;
use super::features::Features;
use super::library::{self, Functions};
use crate::child::Hosted;
use crate::gui::{Deed, EditorSetup, Limits, NoView, View, Window};
use crate::lv2::instance::Instance;
use crate::lv2::letters::{Inbox, Outbox};

/// Between two looks at the ports.
const PORTS: Duration = Duration::from_millis(33);
/// How long an editor's window may keep itself waiting.
const WINDOW: Duration = Duration::from_secs(3);

/// An open editor.
pub(in crate::lv2) struct LvView {
    functions: Functions,
    idle: Option<unsafe extern "C" fn(LV2UI_Handle) -> c_int>,
    resize: Option<unsafe extern "C" fn(LV2UI_Handle, c_int, c_int) -> c_int>,
    /// Of an editor without a widget.
    own: Option<Own>,
    /// Its window inside the host's.
    widget: Option<u32>,
    controller: Box<Controller>,
    _features: Features,
    inbox: Option<Inbox>,
    event_transfer: u32,
    next: Instant,
    window: Rc<Window>,
    /// What the widget was last told to be; what it becomes by itself is another.
    inner: [u32; 2],
    resizable: bool,
    deeds: Vec<Deed>,
}

/// A window of the editor's own.
struct Own {
    show: unsafe extern "C" fn(LV2UI_Handle) -> c_int,
    hide: Option<unsafe extern "C" fn(LV2UI_Handle) -> c_int>,
    shown: bool,
}

/// An open editor with the plugin that its features point into.
pub(in crate::lv2) struct LvEditor<'a> {
    view: LvView,
    plugin: &'a mut Instance,
}

/// An editor that did not open.
pub(in crate::lv2) struct Refused {
    pub(in crate::lv2) reason: NoView,
    /// What was to be its way to the running plugin.
    pub(in crate::lv2) letters: Option<(Outbox, Inbox)>,
}

/// What an editor is opened with.
pub(in crate::lv2) struct Opening<'a> {
    pub(in crate::lv2) ui: &'a Ui,
    pub(in crate::lv2) plugin: &'a str,
    pub(in crate::lv2) controller: Controller,
    pub(in crate::lv2) inbox: Option<Inbox>,
    pub(in crate::lv2) event_transfer: u32,
}

impl LvView {
    /// Opens an editor; `features` makes those of this controller.
    pub(in crate::lv2) fn open(
        opening: Opening<'_>,
        window: &Rc<Window>,
        setup: &EditorSetup,
        ground: impl FnOnce(&Controller) -> Features,
    ) -> Result<Self, Box<Refused>> {
        let Opening { ui, plugin, controller, inbox, event_transfer } = opening;
        let controller = Box::new(controller);
        let features = ground(&controller);
        match Self::instantiate(ui, plugin, &controller, &features) {
            Ok((functions, widget)) => {
                let window = Rc::clone(window);
                let mut view = Self::made(
                    functions,
                    widget,
                    controller,
                    features,
                    inbox,
                    event_transfer,
                    window,
                    !ui.fixed,
                );
                match view.begin(setup) {
                    Ok(()) => Ok(view),
                    Err(reason) => Err(Box::new(Refused { reason, letters: view.take_letters() })),
                }
            }
            Err(reason) => {
                let letters = controller.take_outbox().zip(inbox);
                Err(Box::new(Refused { reason, letters }))
            }
        }
    }

    fn begin(&mut self, setup: &EditorSetup) -> Result<(), NoView> {
        if self.widget.is_some() {
            self.embed(setup)?;
        } else {
            self.prepare_own(setup)?;
        }
        self.tell_ports();
        Ok(())
    }

    /// Takes its ends of the ways to and from the running plugin.
    fn take_letters(&mut self) -> Option<(Outbox, Inbox)> {
        self.controller.take_outbox().zip(self.inbox.take())
    }

    fn instantiate(
        ui: &Ui,
        plugin: &str,
        controller: &Controller,
        features: &Features,
    ) -> Result<(Functions, *mut c_void), NoView> {
        let descriptor = library::open(ui)?;
        let text = |text: &str| CString::new(text).map_err(|_| NoView::broken("a URI holds a null"));
        let (plugin, bundle) = (text(plugin)?, text(&ui.bundle)?);
        let mut widget: *mut c_void = std::ptr::null_mut();
        // SAFETY: the descriptor is the library's, which stays; strings, controller and features live as
        // long as the interface wants them.
        let handle = unsafe {
            let instantiate = descriptor.as_ref().instantiate;
            let instantiate = instantiate.ok_or_else(|| NoView::broken("its editor cannot be made"))?;
            instantiate(
                descriptor.as_ptr(),
                plugin.as_ptr(),
                bundle.as_ptr(),
                Some(Controller::write),
                controller.as_ptr(),
                &mut widget,
                features.as_ptr(),
            )
        };
        if handle.is_null() {
            return Err(NoView::broken("its editor refused to be instantiated"));
        }
        Ok((Functions { descriptor, handle }, widget))
    }

    #[allow(clippy::too_many_arguments, reason = "its own constructor, called once")]
    fn made(
        functions: Functions,
        widget: *mut c_void,
        controller: Box<Controller>,
        features: Features,
        inbox: Option<Inbox>,
        event_transfer: u32,
        window: Rc<Window>,
        resizable: bool,
    ) -> Self {
        Self {
            functions,
            // SAFETY: under these URIs are these tables, by the interface's contract.
            idle: unsafe {
                functions
                    .extension::<LV2UI_Idle_Interface>(c"http://lv2plug.in/ns/extensions/ui#idleInterface")
            }
            .and_then(|table| table.idle),
            // SAFETY: as above.
            resize: unsafe {
                functions.extension::<LV2UI_Resize>(c"http://lv2plug.in/ns/extensions/ui#resize")
            }
            .and_then(|table| table.ui_resize),
            own: None,
            widget: u32::try_from(widget as usize).ok().filter(|id| *id != 0),
            controller,
            _features: features,
            inbox,
            event_transfer,
            next: Instant::now(),
            window,
            inner: [0; 2],
            resizable,
            deeds: Vec::new(),
        }
    }

    /// Gives the window the editor's size, or the editor the user's.
    fn embed(&mut self, setup: &EditorSetup) -> Result<(), NoView> {
        let Some(widget) = self.widget else { return Ok(()) };
        let (mut size, limits) = self.await_window(widget)?;
        self.deeds = self.controller.deeds();
        let wish = self.deeds.iter().rev().find_map(|deed| match deed {
            Deed::Wish(size) => Some(*size),
            _ => None,
        });
        // A wish at the beginning is followed here, so that the window opens with it.
        for deed in &mut self.deeds {
            if let Deed::Wish([width, height]) = *deed {
                *deed = Deed::Detail(format!("wish {width}x{height}"));
            }
        }
        self.resizable &= !limits.fixed;
        if let Some(wish) = wish {
            size = wish;
        }
        self.inner = size;
        self.window.resize(size);
        self.window.set_limits(Limits { fixed: !self.resizable, ..limits });
        if let Some(wanted) = setup.size.filter(|wanted| self.resizable && *wanted != size) {
            self.window.resize(wanted);
            self.resized(wanted);
        }
        Ok(())
    }

    /// The size and limits of the editor's window, once it is there: it comes from a connection of the
    /// editor's own, which may keep back what it was told until the editor's next turn.
    fn await_window(&mut self, widget: u32) -> Result<([u32; 2], Limits), NoView> {
        let end = Instant::now() + WINDOW;
        loop {
            if let Some(measured) = self.window.take_in(widget).and_then(|()| self.window.measure(widget)) {
                return Ok(measured);
            }
            if Instant::now() >= end || !self.serve() {
                let reason = format!("its editor made a window {widget:#x} that is not there");
                return Err(NoView::broken(reason));
            }
            self.window.rest(Duration::from_millis(10));
        }
    }

    /// For editors without a widget, which show a window of their own.
    fn prepare_own(&mut self, setup: &EditorSetup) -> Result<(), NoView> {
        // SAFETY: under this URI is this table, by the interface's contract.
        let table = unsafe {
            self.functions
                .extension::<LV2UI_Show_Interface>(c"http://lv2plug.in/ns/extensions/ui#showInterface")
        };
        let Some(LV2UI_Show_Interface { show: Some(show), hide }) = table else {
            return Err(NoView::broken("its editor made no window and has none of its own to show"));
        };
        if setup.picture {
            return Err(NoView::broken("its editor shows a window of its own, which can't be pictured"));
        }
        self.own = Some(Own { show, hide, shown: false });
        Ok(())
    }

    fn set_shown(&mut self, shown: bool) -> Result<(), NoView> {
        let Some(own) = self.own.as_mut().filter(|own| own.shown != shown) else { return Ok(()) };
        let (call, word) = if shown { (Some(own.show), "show") } else { (own.hide, "hide") };
        // SAFETY: the function belongs to this editor.
        if call.is_none_or(|call| unsafe { call(self.functions.handle) } != 0) {
            return Err(NoView::broken(format!("its editor could not {word} its window")));
        }
        own.shown = shown;
        Ok(())
    }

    /// Tells the editor the control ports that have changed, and the events that have come.
    fn tell_ports(&mut self) {
        for (port, value) in self.controller.news() {
            self.functions.port_event(port, 4, 0, (&raw const value).cast());
        }
        let Some(inbox) = &mut self.inbox else { return };
        let mut words = Vec::new();
        while let Some(letter) = inbox.next() {
            let len = letter.body.len() as u32;
            words.clear();
            words.resize(1 + letter.body.len().div_ceil(8), 0_u64);
            // Aligned as atoms are, head first.
            let mut head = [0; 8];
            head[..4].copy_from_slice(&len.to_ne_bytes());
            head[4..].copy_from_slice(&letter.kind.to_ne_bytes());
            words[0] = u64::from_ne_bytes(head);
            for (word, chunk) in words[1..].iter_mut().zip(letter.body.chunks(8)) {
                let mut full = [0; 8];
                full[..chunk.len()].copy_from_slice(chunk);
                *word = u64::from_ne_bytes(full);
            }
            self.functions.port_event(letter.port, 8 + len, self.event_transfer, words.as_ptr().cast());
        }
    }
}

impl<'a> LvEditor<'a> {
    pub(in crate::lv2) fn new(view: LvView, plugin: &'a mut Instance) -> Self {
        Self { view, plugin }
    }
}

impl Drop for LvEditor<'_> {
    fn drop(&mut self) {
        self.plugin.letters = self.view.take_letters();
    }
}

impl View for LvEditor<'_> {
    fn is_inside(&self) -> bool {
        self.view.widget.is_some()
    }

    fn set_shown(&mut self, shown: bool) -> Result<(), NoView> {
        self.view.set_shown(shown)
    }

    fn plugin(&mut self) -> &mut dyn Hosted {
        self.plugin
    }

    fn resized(&mut self, size: [u32; 2]) {
        self.view.resized(size);
    }

    fn inner_resized(&mut self, window: u32, size: [u32; 2]) {
        let view = &mut self.view;
        if view.widget == Some(window) && size != view.inner {
            view.inner = size;
            view.deeds.push(Deed::Wish(size));
        }
    }

    fn serve(&mut self, _ready: &[RawFd]) -> bool {
        self.view.serve()
    }

    fn deeds(&mut self) -> Vec<Deed> {
        self.view.deeds()
    }
}

impl LvView {
    fn resized(&mut self, size: [u32; 2]) {
        let Some(widget) = self.widget.filter(|_| self.resizable) else { return };
        self.inner = size;
        self.window.resize_inner(widget, size);
        if let Some(resize) = self.resize {
            let [width, height] = size.map(|side| side as c_int);
            // SAFETY: the function belongs to this editor.
            unsafe { resize(self.functions.handle, width, height) };
        }
    }

    fn serve(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.next {
            self.next = now + PORTS;
            self.tell_ports();
        }
        // SAFETY: the function belongs to this editor.
        self.idle.is_none_or(|idle| unsafe { idle(self.functions.handle) } == 0)
    }

    fn deeds(&mut self) -> Vec<Deed> {
        let mut deeds = std::mem::take(&mut self.deeds);
        deeds.extend(self.controller.deeds());
        for deed in &deeds {
            // The window follows, and the widget's own window is to be as large.
            if let (Deed::Wish(size), Some(widget)) = (deed, self.widget)
                && *size != self.inner
            {
                self.inner = *size;
                self.window.resize_inner(widget, *size);
            }
        }
        deeds
    }
}

impl Drop for LvView {
    fn drop(&mut self) {
        // It goes either way.
        let _ = self.set_shown(false);
        // SAFETY: the last call to this editor.
        unsafe {
            if let Some(cleanup) = self.functions.descriptor.as_ref().cleanup {
                cleanup(self.functions.handle);
            }
        }
    }
}
