//! An open editor, as its host has it.

#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use dyad_core::Description;
use dyad_ttl::PortTable;

use super::host::{text, write};
use super::{Call, UiHost, UiModule, UiOffers, sys};
use crate::lv2::{Event, Host};
use crate::memory::Guarded;
use crate::x11::{Picture, Place, SOON, Screen, Seen, Tolerance, pause};

/// The test program's screen, for one test at a time: there is one pointer. `DISPLAY` names it.
pub fn screen() -> (Screen, MutexGuard<'static, ()>) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let screen = Screen::of_this_program();
    // SAFETY: whatever reads the environment in these programs is an editor, which only a test opens that
    // has its turn; Rust's own readers have a lock.
    unsafe {
        std::env::set_var("DISPLAY", screen.display());
        std::env::remove_var("XAUTHORITY");
    }
    screen.point_away();
    (screen, turn)
}

/// An open editor.
pub struct Editor {
    /// What it was opened with.
    pub host: Box<UiHost>,
    descriptor: &'static sys::LV2UI_Descriptor,
    handle: sys::LV2UI_Handle,
    /// The widget that it gave: a window's number.
    pub widget: u32,
    /// The ports of its plugin.
    pub table: PortTable,
    transfer: u32,
}

impl Editor {
    /// Opens the editor of a layout's plugin; `None` where it refuses.
    #[must_use]
    pub fn open(
        module: &UiModule,
        description: &Description,
        layout: &str,
        offers: &UiOffers,
    ) -> Option<Self> {
        Self::open_with(module, description, layout, UiHost::new(offers)).ok()
    }

    /// The same of an editor that must open, beside a plugin of this host.
    ///
    /// # Panics
    /// Where it refuses.
    ///
    /// # Safety
    /// The host outlives it.
    #[must_use]
    pub unsafe fn beside(
        plugin: &Host,
        module: &UiModule,
        description: &Description,
        layout: &str,
        offers: &UiOffers,
    ) -> Self {
        // SAFETY: the caller's contract.
        let host = unsafe { UiHost::with(plugin, offers) };
        let opened = Self::open_with(module, description, layout, host);
        opened.unwrap_or_else(|host| panic!("the editor opens: {:?}", host.take()))
    }

    /// Opens it with a host that was made before; gives that back where it refuses.
    ///
    /// # Errors
    /// Where it refuses.
    ///
    /// # Panics
    /// Where the plugin has no such layout, or the binary no editor.
    pub fn open_with(
        module: &UiModule,
        description: &Description,
        layout: &str,
        host: Box<UiHost>,
    ) -> Result<Self, Box<UiHost>> {
        let layout = description.layouts.iter().find(|known| known.id == layout).expect("a layout");
        let table = PortTable::new(description, layout);
        let descriptor = module.descriptor(0).expect("it has an editor");
        let mut widget: sys::LV2UI_Widget = std::ptr::null_mut();
        // SAFETY: what LV2 gives to it; all of it lives as long as the editor.
        let handle = unsafe {
            descriptor.instantiate.expect("instantiate is there")(
                descriptor,
                text(&table.uri).as_ptr(),
                c"/".as_ptr(),
                Some(write),
                host.controller(),
                &raw mut widget,
                host.features(),
            )
        };
        if handle.is_null() {
            return Err(host);
        }
        let transfer = host.urid("http://lv2plug.in/ns/ext/atom#eventTransfer");
        let widget = u32::try_from(widget as usize).expect("a window's number");
        Ok(Self { host, descriptor, handle, widget, table, transfer })
    }

    /// The index of a port.
    ///
    /// # Panics
    /// Where there is none of that symbol.
    #[must_use]
    pub fn port(&self, symbol: &str) -> u32 {
        let at = self.table.ports.iter().position(|port| port.symbol == symbol);
        at.unwrap_or_else(|| panic!("there is no port {symbol}")) as u32
    }

    /// Tells it bytes by a protocol.
    pub fn event(&self, port: u32, protocol: u32, bytes: &[u8]) {
        // SAFETY: the editor, and so many bytes.
        unsafe {
            self.descriptor.port_event.expect("port_event is there")(
                self.handle,
                port,
                bytes.len() as u32,
                protocol,
                bytes.as_ptr().cast(),
            );
        }
    }

    /// Tells it what a control port has.
    pub fn tell(&self, symbol: &str, value: f32) {
        self.event(self.port(symbol), 0, &value.to_ne_bytes());
    }

    /// Hands on what came out of the plugin's atom port, from an address that is a multiple of 4 alone
    /// and with nothing behind it.
    pub fn hand_on(&self, events: &[Event]) {
        for event in events {
            let mut atom = [event.size, event.kind].map(u32::to_ne_bytes).concat();
            atom.extend(&event.body);
            let atom = Guarded::aligned(&atom, 4);
            self.event(self.port("notify"), self.transfer, &atom);
        }
    }

    /// What it has sent to the plugin's atom port since it was last asked, as events of a block.
    ///
    /// # Panics
    /// Where it wrote something else.
    #[must_use]
    pub fn atoms(&self, calls: &[Call]) -> Vec<Event> {
        let word =
            |bytes: &[u8], at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four"));
        let mut events = Vec::new();
        for call in calls {
            if let Call::Write(port, protocol, bytes) = call {
                assert_eq!((*port, *protocol), (self.port("control"), self.transfer), "one way for atoms");
                assert_eq!(word(bytes, 0) as usize, bytes.len() - 8, "an atom says its size");
                assert!(bytes.len() <= 4096 + 64, "small enough for every host: {}", bytes.len());
                events.push(Event::new(0, word(bytes, 4), &bytes[8..]));
            }
        }
        events
    }

    fn extension<T>(&self, uri: &[u8]) -> &'static T {
        let extension = self.descriptor.extension_data.expect("extension_data is there");
        // SAFETY: a string; the answer is null or what this URI stands for, for as long as the binary.
        unsafe { extension(uri.as_ptr().cast()).cast::<T>().as_ref() }.expect("it is there")
    }

    /// `idle`: whether the window is still there.
    #[must_use]
    pub fn idle(&self) -> bool {
        let idle = self.extension::<sys::LV2UI_Idle_Interface>(sys::LV2_UI__idleInterface).idle;
        // SAFETY: the editor.
        unsafe { idle.expect("idle is there")(self.handle) == 0 }
    }

    /// `show` or `hide`: whether it did.
    #[must_use]
    pub fn show(&self, shown: bool) -> bool {
        let interface = self.extension::<sys::LV2UI_Show_Interface>(sys::LV2_UI__showInterface);
        let function = if shown { interface.show } else { interface.hide };
        // SAFETY: the editor.
        unsafe { function.expect("it is there")(self.handle) == 0 }
    }

    /// The host gives it another size: whether it took it.
    #[must_use]
    pub fn resize(&self, width: i32, height: i32) -> bool {
        let resize = self.extension::<sys::LV2UI_Resize>(sys::LV2_UI__resize).ui_resize;
        // SAFETY: the editor.
        unsafe { resize.expect("it is there")(self.handle, width, height) == 0 }
    }

    /// Idles until something is there.
    ///
    /// # Panics
    /// Where it does not come.
    #[track_caller]
    pub fn until<T>(&self, what: &str, look: impl FnMut(&Self) -> Option<T>) -> T {
        self.until_on(None, what, look)
    }

    #[track_caller]
    fn until_on<T>(
        &self,
        screen: Option<&Screen>,
        what: &str,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> T {
        let until = Instant::now() + SOON;
        loop {
            let _ = self.idle();
            if let Some(found) = look(self) {
                return found;
            }
            let windows = || screen.map_or_else(Vec::new, Screen::windows);
            assert!(
                Instant::now() < until,
                "{what} did not come in time ({:#x}): {:#?}",
                self.widget,
                windows()
            );
            pause();
        }
    }

    /// Idles until calls of the kind that `is` have come, and gives all that came so far.
    #[track_caller]
    pub fn until_called(&self, what: &str, is: impl Fn(&Call) -> bool) -> Vec<Call> {
        let mut calls = Vec::new();
        self.until(what, |editor| {
            calls.extend(editor.host.take());
            calls.iter().any(&is).then_some(())
        });
        calls
    }

    /// Its window on the screen.
    #[track_caller]
    pub fn seen(&self, screen: &Screen) -> Seen {
        let find = |_: &Self| screen.editors().into_iter().find(|seen| seen.id == self.widget);
        self.until_on(Some(screen), "the window", find)
    }

    /// Idles until it looks like a picture, which is kept under this name.
    #[track_caller]
    pub fn until_like(&self, name: &str, screen: &Screen, expected: &Picture) {
        let until = Instant::now() + SOON;
        let place = self.seen(screen).place;
        loop {
            let _ = self.idle();
            let seen = screen.picture(place);
            if seen.is_like(expected, Tolerance::EXACT) {
                seen.save(name);
                return;
            }
            if Instant::now() > until {
                seen.assert_like(expected, name, Tolerance::EXACT);
            }
            pause();
        }
    }

    /// Its place on the screen.
    #[track_caller]
    pub fn place(&self, screen: &Screen) -> Place {
        self.seen(screen).place
    }

    /// Closes it, and then asks the host that it had.
    #[must_use]
    pub fn closed(mut self) -> Vec<Call> {
        self.clean_up();
        self.host.take()
    }

    fn clean_up(&mut self) {
        let handle = std::mem::replace(&mut self.handle, std::ptr::null_mut());
        // SAFETY: the editor, given back once; null is allowed after that.
        unsafe { self.descriptor.cleanup.expect("cleanup is there")(handle) };
    }

    /// The handle, for what no host should do.
    #[must_use]
    pub fn handle(&self) -> *mut c_void {
        self.handle
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.clean_up();
    }
}
