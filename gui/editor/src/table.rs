//! The same for another binary: `dyad_editor_v1` tables over [`Session`].
//!
//! A function of a table knows no plugin, so each plugin of a binary has functions of its own: those of
//! its position among them.

use std::ffi::{CStr, c_char, c_void};
use std::mem::size_of;
use std::sync::OnceLock;

use dyad_core::guard::{guard, log};
use dyad_editor_abi::{EditorV1, Flags, Measure, OpenV1, VERSION};

use crate::session::{Plugin, Request, Session};
use crate::size;

/// The plugins of a binary: the same at each call.
pub type Plugins = fn() -> &'static [Plugin];

/// The most plugins with an editor that a binary can have.
pub const MAX_PLUGINS: usize = 32;

/// What `dyad_editor_v1` gives: see [`Entry`](dyad_editor_abi::Entry). `[main-thread]`
///
/// # Safety
/// `plugin` is null or text that ends with 0.
#[must_use]
#[expect(unsafe_code, reason = "the boundary to the other binary")]
pub unsafe fn entry(plugin: *const c_char, plugins: Plugins) -> *const EditorV1 {
    guard("dyad_editor_v1", std::ptr::null(), || {
        if plugin.is_null() {
            return std::ptr::null();
        }
        // SAFETY: not null; the caller's promise.
        let id = unsafe { CStr::from_ptr(plugin) };
        let plugins = *PLUGINS.get_or_init(|| plugins);
        let place =
            plugins().iter().position(|plugin| plugin.description.info.id.as_bytes() == id.to_bytes());
        match place.map(|place| tables(plugins).get(place)) {
            Some(Some(table)) => table,
            Some(None) => {
                log(&format!("no editor for {id:?}: a binary has at most {MAX_PLUGINS}"));
                std::ptr::null()
            }
            None => std::ptr::null(),
        }
    })
}

/// There is one list in a binary, and whoever calls first says which.
static PLUGINS: OnceLock<Plugins> = OnceLock::new();

fn tables(plugins: Plugins) -> &'static [EditorV1] {
    static TABLES: OnceLock<Box<[EditorV1]>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let places = plugins().iter().zip(PLACES);
        places.map(|(plugin, make)| make(plugin.description.fingerprint())).collect()
    })
}

type MakeTable = fn(fingerprint: u64) -> EditorV1;

macro_rules! places {
    ($($place:literal)*) => { [$(table::<$place> as MakeTable),*] };
}

/// Tables by position.
const PLACES: [MakeTable; MAX_PLUGINS] = places!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
);

fn table<const PLACE: usize>(fingerprint: u64) -> EditorV1 {
    EditorV1 {
        version: VERSION,
        size: size_of::<EditorV1>() as u32,
        fingerprint,
        measure: measure::<PLACE>,
        open: open::<PLACE>,
        close,
        tell,
        poll,
        fd,
        window,
        key,
        find,
    }
}

fn plugin<const PLACE: usize>() -> Option<&'static Plugin> {
    PLUGINS.get().and_then(|plugins| plugins().get(PLACE))
}

/// An open editor, and whom it talks to. The other side has it by its address.
struct Open {
    session: Session,
    host: *mut c_void,
    hear: unsafe extern "C" fn(*mut c_void, *const u8, usize),
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn measure<const PLACE: usize>(scale: f64, measure: *mut Measure) -> i32 {
    guard("measure", -1, || {
        let Some(plugin) = plugin::<PLACE>().filter(|_| !measure.is_null()) else { return -1 };
        let measured = crate::measure(plugin, Some(scale));
        // SAFETY: not null; the caller has room for it there.
        unsafe { measure.write(measured) };
        0
    })
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn open<const PLACE: usize>(open: *const OpenV1) -> *mut c_void {
    guard("open", std::ptr::null_mut(), || {
        // SAFETY: the caller's promise; it is checked as far as it can be.
        let (Some(plugin), Some(open)) = (plugin::<PLACE>(), unsafe { read(open) }) else {
            return std::ptr::null_mut();
        };
        let name = plugin.description.info.name;
        let say = |line: &str| {
            // SAFETY: the host's own function with the host's own argument, and text that is there.
            unsafe { (open.log)(open.host, line.as_ptr(), line.len()) }
        };
        // SAFETY: the caller's promise about the title.
        let Some(request) = (unsafe { request(&open) }) else {
            say(&format!("no editor for {name}: {:#x} is no X11 window", open.parent));
            return std::ptr::null_mut();
        };
        match Session::open(plugin, &request) {
            Ok(session) => {
                Box::into_raw(Box::new(Open { session, host: open.host, hear: open.hear })).cast()
            }
            Err(error) => {
                say(&format!("no editor for {name}: {error}"));
                std::ptr::null_mut()
            }
        }
    })
}

/// Reads a request, unless it lacks something.
///
/// # Safety
/// `open` is null or a readable [`OpenV1`] of the size that it says.
#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe fn read(open: *const OpenV1) -> Option<OpenV1> {
    if open.is_null() {
        return None;
    }
    // SAFETY: not null, and every version begins with its size.
    let size = unsafe { (&raw const (*open).size).read() };
    if (size as usize) < size_of::<OpenV1>() {
        log(&format!("no editor: what it is to be opened with has only {size} bytes"));
        return None;
    }
    // SAFETY: it is as large as this. Functions may be null there, which they can't be here, so they are
    // looked at as addresses first.
    let functions = unsafe {
        [(&raw const (*open).hear).cast::<usize>().read(), (&raw const (*open).log).cast::<usize>().read()]
    };
    if functions.contains(&0) {
        log("no editor: the host gives no functions to talk to");
        return None;
    }
    // SAFETY: as above.
    Some(unsafe { open.read() })
}

/// What the other side asks for; none where its window can't be one.
///
/// # Safety
/// The title is null or text that ends with 0.
#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe fn request(open: &OpenV1) -> Option<Request> {
    let parent = u32::try_from(open.parent).ok()?;
    // SAFETY: not null; the caller's promise.
    let title = (!open.title.is_null()).then(|| unsafe { CStr::from_ptr(open.title) });
    Some(Request {
        parent: (parent != 0).then_some(parent),
        scale: size::usable_scale(open.scale),
        size: (open.width != 0 && open.height != 0).then_some([open.width, open.height]),
        flags: Flags(open.flags),
        colors: open.colors,
        rate: (open.rate > 0.0).then_some(open.rate),
        title: title.map(|title| title.to_string_lossy().chars().take(256).collect()),
        hidden: false,
    })
}

/// Calls `with` with an open editor.
///
/// # Safety
/// `editor` is null, or was given by [`open`] and not closed.
#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe fn with<R>(
    name: &str,
    editor: *mut c_void,
    fallback: R,
    with: impl FnOnce(&mut Open) -> Option<R>,
) -> R
where
    R: Copy,
{
    guard(name, fallback, || {
        // SAFETY: null or the caller's promise; no host's function runs while this is borrowed.
        unsafe { editor.cast::<Open>().as_mut() }.and_then(with).unwrap_or(fallback)
    })
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn close(editor: *mut c_void) {
    guard("close", (), || {
        if editor.is_null() {
            return;
        }
        // SAFETY: not null, from `open`, and the caller forgets it now.
        let Open { session, host, hear } = *unsafe { Box::from_raw(editor.cast::<Open>()) };
        let mut bytes = Vec::new();
        session.close(&mut |frame| frame.encode(&mut bytes));
        if !bytes.is_empty() {
            // SAFETY: the host's own function with the host's own argument, and bytes that are there.
            unsafe { hear(host, bytes.as_ptr(), bytes.len()) };
        }
    });
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn tell(editor: *mut c_void, frames: *const u8, len: usize) -> i32 {
    let frames = match len {
        0 => &[][..],
        _ if frames.is_null() || isize::try_from(len).is_err() => return -1,
        // SAFETY: not null, and the caller's promise about its length.
        _ => unsafe { std::slice::from_raw_parts(frames, len) },
    };
    // SAFETY: the caller's promise.
    unsafe { with("tell", editor, -1, |open| open.session.tell_bytes(frames).ok().map(|()| 0)) }
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn poll(editor: *mut c_void) -> i32 {
    let mut bytes = Vec::new();
    let gather = |open: &mut Open| {
        let there = open.session.poll(&mut |frame| frame.encode(&mut bytes));
        Some((i32::from(there), Some((open.host, open.hear))))
    };
    // SAFETY: the caller's promise.
    let (there, host) = unsafe { with("poll", editor, (0, None), gather) };
    // Not before the editor is let go of: the host may tell it something, or close it, in here.
    if let Some((host, hear)) = host.filter(|_| !bytes.is_empty()) {
        // SAFETY: the host's own function with the host's own argument, and bytes that are there.
        guard("hear", (), || unsafe { hear(host, bytes.as_ptr(), bytes.len()) });
    }
    there
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn fd(editor: *mut c_void) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with("fd", editor, -1, |open| open.session.fd()) }
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn window(editor: *mut c_void) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { with("window", editor, 0, |open| Some(open.session.window().into())) }
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn key(editor: *mut c_void, character: u32, code: u32, modifiers: u32, down: u32) -> i32 {
    let press = |open: &mut Open| Some(i32::from(open.session.key(character, code, modifiers, down != 0)));
    // SAFETY: the caller's promise.
    unsafe { with("key", editor, 0, press) }
}

#[expect(unsafe_code, reason = "the boundary to the other binary")]
unsafe extern "C" fn find(editor: *mut c_void, x: i32, y: i32) -> i32 {
    let find = |open: &mut Open| i32::try_from(open.session.find(x, y)?).ok();
    // SAFETY: the caller's promise.
    unsafe { with("find", editor, -1, find) }
}
