//! What the editor says, and what is done about it.

use std::cell::OnceCell;
use std::rc::Rc;

use dyad_web_wire::{Open, PROTOCOL, Reader, ToProgram};
use gtk::glib::{self, LogLevel, LogWriterOutput};
use gtk::prelude::*;
use serde_json::value::RawValue;

use crate::assets::{ADDRESS, Assets};
use crate::confine::{self, leave};
use crate::keyboard::Keyboard;
use crate::link::{Link, code};
use crate::page::Page;
use crate::parent::{Display, Happens};
use crate::symbols;

/// What is shown.
struct Shown {
    page: Page,
    keyboard: Option<Rc<Keyboard>>,
}

/// The program, between its start and its end.
struct Program {
    link: Rc<Link>,
    display: Rc<Display>,
    shown: Rc<OnceCell<Shown>>,
    /// What came before the page.
    assets: Assets,
}

/// Does what the editor says, until the end.
pub(crate) fn run(link: Rc<Link>, display: Rc<Display>) -> ! {
    prepare_gtk();
    let (shown, assets) = Default::default();
    let mut program = Program { link: Rc::clone(&link), display, shown, assets };
    link.listen(move |frames, end| program.take(frames, end));
    gtk::main();
    leave(0)
}

fn prepare_gtk() {
    symbols::end_with_display();
    if !confine::shows_console() {
        // A window that goes is a warning to them, and no news.
        glib::log_set_writer_func(|level, fields| match level {
            LogLevel::Error | LogLevel::Critical => glib::log_writer_default(level, fields),
            _ => LogWriterOutput::Handled,
        });
    }
    if let Some(settings) = gtk::Settings::default() {
        // Letters are scaled by the page's zoom alone.
        settings.set_gtk_xft_dpi(96 * 1024);
    }
    if let Some(display) = gtk::gdk::Display::default().and_downcast::<gdkx11::X11Display>() {
        // Never popped: the windows are in one of the host's, which may go at any moment, and GTK would
        // abort at the first request for one that is gone.
        display.error_trap_push();
    }
}

impl Program {
    /// Takes all there is; the page gets its messages at once.
    fn take(&mut self, frames: &mut Reader, end: bool) {
        let mut messages = Vec::new();
        loop {
            match frames.to_program() {
                Ok(None) => break,
                // There is nobody to show a page to.
                Ok(Some(ToProgram::Open(_) | ToProgram::Asset { .. })) if end => {}
                Ok(Some(frame)) => self.frame(frame, &mut messages),
                Err(error) => self.link.fail(code::PROTOCOL, &format!("the editor sent a {error}")),
            }
        }
        if let Some(shown) = self.shown.get()
            && !messages.is_empty()
        {
            shown.page.receive(&messages);
        }
    }

    fn frame(&mut self, frame: ToProgram<'_>, messages: &mut Vec<Box<RawValue>>) {
        let shown = self.shown.get();
        match frame {
            ToProgram::Asset { path, bytes } => self.assets.add(path, bytes),
            ToProgram::Open(open) => self.open(&open),
            // What is no JSON is nothing to the page.
            ToProgram::Message(text) => messages.extend(RawValue::from_string(text.to_owned())),
            ToProgram::Scale(scale) => {
                if let Some(shown) = shown {
                    shown.page.scale(scale);
                }
            }
            ToProgram::Keyboard { typing, operating, host_window } => {
                if let Some(keyboard) = shown.and_then(|shown| shown.keyboard.as_ref()) {
                    keyboard.follow(typing, operating, host_window);
                }
            }
            ToProgram::Close => leave(0),
        }
    }

    fn open(&mut self, open: &Open) {
        let link = &self.link;
        if open.protocol != PROTOCOL {
            let why = format!("the editor speaks protocol {}, this program {PROTOCOL}", open.protocol);
            link.fail(code::PROTOCOL, &why);
        }
        if self.shown.get().is_some() {
            return;
        }
        glib::set_application_name(&open.title);
        let size = match self.display.watch_parent(open.window) {
            Ok(size) => size,
            Err(error) => link.fail(code::DISPLAY, &format!("no window {:#x}: {error}", open.window)),
        };
        let assets = std::mem::take(&mut self.assets);
        if !assets.has(ADDRESS) {
            link.fail(code::PAGE, "there is no /index.html");
        }
        let page = match Page::new(open, size, assets, link, &self.display) {
            Ok(page) => page,
            Err(error) => link.fail(code::PAGE, &format!("no view for the page: {error}")),
        };
        let keyboard = Keyboard::new(page.view(), &self.display, open.host_window);
        let _ = self.shown.set(Shown { page, keyboard });
        let shown = Rc::clone(&self.shown);
        self.display.listen(open.window, move |happens| {
            let Some(shown) = shown.get() else { return };
            match happens {
                Happens::Size(size) => shown.page.resize(size),
                Happens::Lost => {
                    if shown.keyboard.as_ref().is_some_and(|keyboard| keyboard.lost()) {
                        shown.page.stop_typing();
                    }
                }
            }
        });
    }
}
