//! Editors of the LV2 fixture for X11. `good` shows the port `level` as a bar, turns its strip green once an
//! atom that it sent has come back, and wishes to be larger at a right click; each `idle` goes through the gate
//! `editor`; the middle button closes it. `own` is the same in a window of its own, which the host shows and
//! hides. `null` is not made, `blank` paints nothing, `crash` dies and `hang` stays away in its first `idle`.
#![allow(unsafe_code)]

#[path = "gate/mod.rs"]
mod gate;
#[path = "paint/mod.rs"]
mod paint;

use std::ffi::{CStr, c_char, c_int, c_void};

use lv2_sys::{
    LV2_Feature, LV2_URID_Map, LV2UI_Controller, LV2UI_Descriptor, LV2UI_Handle, LV2UI_Idle_Interface,
    LV2UI_Resize, LV2UI_Show_Interface, LV2UI_Touch, LV2UI_Widget, LV2UI_Write_Function,
};
use paint::{Act, Painting};

const LEVEL: u32 = 5;
const EVENTS: u32 = 6;
const ANSWERS: u32 = 7;

const URIS: [&CStr; 6] = [
    c"urn:dyad:fixture:ui#good",
    c"urn:dyad:fixture:ui#null",
    c"urn:dyad:fixture:ui#blank",
    c"urn:dyad:fixture:ui#crash",
    c"urn:dyad:fixture:ui#hang",
    c"urn:dyad:fixture:ui#own",
];

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Good,
    Blank,
    Crash,
    Hang,
    Own,
}

struct Editor {
    way: Way,
    painting: Option<Painting>,
    /// Held open for `blank`.
    _window: Option<Painting>,
    write: LV2UI_Write_Function,
    controller: LV2UI_Controller,
    touch: Option<LV2UI_Touch>,
    resize: Option<LV2UI_Resize>,
    /// Numbers of `atom:eventTransfer` and `atom:Int`.
    transfer: u32,
    int: u32,
    asked: bool,
    /// It has closed itself.
    closed: bool,
}

unsafe fn feature<T: Copy>(features: *const *const LV2_Feature, uri: &CStr) -> Option<T> {
    // SAFETY: the host passes its features, ended by a null, with the data that their URIs promise.
    unsafe { data(features, uri)?.cast::<T>().as_ref().copied() }
}

unsafe fn data(features: *const *const LV2_Feature, uri: &CStr) -> Option<*mut c_void> {
    // SAFETY: as above.
    unsafe {
        let mut at = features;
        while !(*at).is_null() {
            if CStr::from_ptr((**at).URI) == uri {
                return Some((**at).data);
            }
            at = at.add(1);
        }
        None
    }
}

unsafe extern "C" fn instantiate(
    descriptor: *const LV2UI_Descriptor,
    _plugin: *const c_char,
    _bundle: *const c_char,
    write: LV2UI_Write_Function,
    controller: LV2UI_Controller,
    widget: *mut LV2UI_Widget,
    features: *const *const LV2_Feature,
) -> LV2UI_Handle {
    // SAFETY: the host keeps to the interface.
    unsafe {
        let way = match CStr::from_ptr((*descriptor).URI).to_bytes().rsplit(|byte| *byte == b'#').next() {
            Some(b"good") => Way::Good,
            Some(b"blank") => Way::Blank,
            Some(b"crash") => Way::Crash,
            Some(b"hang") => Way::Hang,
            Some(b"own") => Way::Own,
            _ => return std::ptr::null_mut(),
        };
        let made = || {
            let parent = data(features, c"http://lv2plug.in/ns/extensions/ui#parent")? as usize as u32;
            let map = feature::<LV2_URID_Map>(features, c"http://lv2plug.in/ns/ext/urid#map")?;
            let number = |uri: &CStr| Some(map.map?(map.handle, uri.as_ptr()));
            let painting = if way == Way::Own {
                Painting::own("Own", [320, 200])?
            } else {
                let painting = Painting::open(parent, [320, 200])?;
                *widget = painting.window as usize as *mut c_void;
                painting
            };
            let (painting, window) =
                if way == Way::Blank { (None, Some(painting)) } else { (Some(painting), None) };
            Some(Editor {
                way,
                painting,
                _window: window,
                write,
                controller,
                touch: feature(features, c"http://lv2plug.in/ns/extensions/ui#touch"),
                resize: feature(features, c"http://lv2plug.in/ns/extensions/ui#resize"),
                transfer: number(c"http://lv2plug.in/ns/ext/atom#eventTransfer")?,
                int: number(c"http://lv2plug.in/ns/ext/atom#Int")?,
                asked: false,
                closed: false,
            })
        };
        made().map_or(std::ptr::null_mut(), |editor| Box::into_raw(Box::new(editor)).cast())
    }
}

/// The editor behind a handle.
unsafe fn editor<'a>(handle: LV2UI_Handle) -> &'a mut Editor {
    // SAFETY: the handle is what `instantiate` gave out, used on one thread.
    unsafe { &mut *handle.cast::<Editor>() }
}

unsafe extern "C" fn cleanup(handle: LV2UI_Handle) {
    if let Some(path) = std::env::var_os("DYAD_FIXTURE_CLOSED") {
        let _ = std::fs::write(path, "closed");
    }
    // SAFETY: the handle is what `instantiate` gave out, and the host is done with it.
    drop(unsafe { Box::from_raw(handle.cast::<Editor>()) });
}

unsafe extern "C" fn port_event(
    handle: LV2UI_Handle,
    port: u32,
    size: u32,
    format: u32,
    buffer: *const c_void,
) {
    // SAFETY: as for `editor`; the buffer holds `size` bytes.
    unsafe {
        let editor = editor(handle);
        let Some(painting) = &mut editor.painting else { return };
        if (port, size, format) == (LEVEL, 4, 0) {
            painting.value = *buffer.cast::<f32>();
        } else if (port, size, format) == (ANSWERS, 12, editor.transfer) {
            let words = buffer.cast::<u32>();
            painting.told = (*words, *words.add(1), *words.add(2)) == (4, editor.int, 42);
        }
        painting.draw();
    }
}

impl Editor {
    fn send(&self, port: u32, protocol: u32, words: &[u32]) {
        if let Some(write) = self.write {
            // SAFETY: the host's function with its own handle, and words as many as said.
            unsafe {
                write(self.controller, port, size_of_val(words) as u32, protocol, words.as_ptr().cast());
            }
        }
    }

    fn hold(&self, held: bool) {
        if let Some(LV2UI_Touch { handle, touch: Some(touch) }) = self.touch {
            // SAFETY: the host's function with its own handle.
            unsafe { touch(handle, LEVEL, held) };
        }
    }

    fn follow(&mut self, act: &Act) {
        match act {
            Act::Press => self.hold(true),
            Act::Move(value) => self.send(LEVEL, 0, &[value.to_bits()]),
            Act::Release => self.hold(false),
            Act::Middle | Act::Close => self.closed = true,
            Act::Wish => {
                if let Some(LV2UI_Resize { handle, ui_resize: Some(resize) }) = self.resize {
                    // SAFETY: the host's function with its own handle.
                    unsafe { resize(handle, 480, 300) };
                }
            }
        }
    }
}

unsafe extern "C" fn idle(handle: LV2UI_Handle) -> c_int {
    // SAFETY: as for `editor`.
    let editor = unsafe { editor(handle) };
    match editor.way {
        Way::Crash => std::process::abort(),
        #[allow(clippy::disallowed_methods, reason = "to wait for ever is what it is for")]
        Way::Hang => loop {
            std::thread::park();
        },
        Way::Good | Way::Blank | Way::Own => gate::pass("editor"),
    }
    if !editor.asked {
        editor.asked = true;
        editor.send(EVENTS, editor.transfer, &[4, editor.int, 42]);
    }
    for act in editor.painting.as_mut().map(Painting::acts).unwrap_or_default() {
        editor.follow(&act);
    }
    c_int::from(editor.closed)
}

unsafe extern "C" fn show(handle: LV2UI_Handle) -> c_int {
    // SAFETY: as for `editor`.
    let shown = unsafe { editor(handle) }.painting.as_ref().and_then(Painting::show);
    c_int::from(shown.is_none())
}

unsafe extern "C" fn hide(handle: LV2UI_Handle) -> c_int {
    // SAFETY: as for `editor`.
    let hidden = unsafe { editor(handle) }.painting.as_ref().and_then(Painting::hide);
    c_int::from(hidden.is_none())
}

static IDLE: LV2UI_Idle_Interface = LV2UI_Idle_Interface { idle: Some(idle) };
static SHOW: LV2UI_Show_Interface = LV2UI_Show_Interface { show: Some(show), hide: Some(hide) };

unsafe extern "C" fn extension_data(uri: *const c_char) -> *const c_void {
    // SAFETY: the host passes a terminated string.
    match unsafe { CStr::from_ptr(uri) }.to_bytes() {
        b"http://lv2plug.in/ns/extensions/ui#idleInterface" => (&raw const IDLE).cast(),
        b"http://lv2plug.in/ns/extensions/ui#showInterface" => (&raw const SHOW).cast(),
        _ => std::ptr::null(),
    }
}

struct Descriptors([LV2UI_Descriptor; URIS.len()]);

// SAFETY: it is never written to, and what it points to is static.
unsafe impl Sync for Descriptors {}

static DESCRIPTORS: Descriptors = {
    const fn of(uri: &'static CStr) -> LV2UI_Descriptor {
        LV2UI_Descriptor {
            URI: uri.as_ptr(),
            instantiate: Some(instantiate),
            cleanup: Some(cleanup),
            port_event: Some(port_event),
            extension_data: Some(extension_data),
        }
    }
    Descriptors([of(URIS[0]), of(URIS[1]), of(URIS[2]), of(URIS[3]), of(URIS[4]), of(URIS[5])])
};

/// Gives out the editors one by one.
// SAFETY: the name is LV2's, and no other symbol of the library has it.
#[unsafe(no_mangle)]
pub extern "C" fn lv2ui_descriptor(index: u32) -> *const LV2UI_Descriptor {
    DESCRIPTORS.0.get(index as usize).map_or(std::ptr::null(), std::ptr::from_ref)
}
