//! An editor binary without an editor, for tests of what opens one: it does what a test tells it through
//! `stand_in`, and notes what it was told.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::ffi::{c_char, c_void};
use std::io::{Read as _, Write as _};
use std::mem::size_of;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};

use dyad_editor_abi::{EditorV1, Measure, OpenV1, VERSION};

/// What a test can make wrong, and what it must make right.
#[repr(C)]
#[derive(Clone, Copy)]
struct Config {
    fingerprint: u64,
    version: u32,
    size: u32,
    /// 1: no table. 2: a table that lacks a function.
    fault: u32,
    /// 1: no editor can be opened.
    refuse: u32,
    resizable: u32,
    /// 1: editors have no socket.
    no_socket: u32,
}

struct Editor {
    request: OpenV1,
    ours: UnixStream,
    theirs: UnixStream,
    told: Vec<u8>,
    to_say: Vec<u8>,
    at_close: Vec<u8>,
    keys: Vec<u32>,
    /// Left, top, right, bottom and what is to be found there.
    spots: Vec<[i32; 5]>,
    polls: i64,
    gone: bool,
    closed: bool,
}

// SAFETY: the pointers in the request are used as the host allows it.
unsafe impl Send for Editor {}

struct State {
    config: Config,
    editors: Vec<Editor>,
}

static STATE: Mutex<State> = Mutex::new(State {
    config: Config {
        fingerprint: 0,
        version: VERSION,
        size: size_of::<EditorV1>() as u32,
        fault: 0,
        refuse: 0,
        resizable: 1,
        no_socket: 0,
    },
    editors: Vec::new(),
});

/// Calls that came beside another one, or for an editor that is not open.
static FAULTS: AtomicU32 = AtomicU32::new(0);
static BUSY: AtomicBool = AtomicBool::new(false);

struct Call;

impl Call {
    fn begin() -> Self {
        if BUSY.swap(true, Ordering::SeqCst) {
            FAULTS.fetch_add(1, Ordering::SeqCst);
        }
        Self
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        BUSY.store(false, Ordering::SeqCst);
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().expect("no test panics in here")
}

/// Editors are known by their position, counted from 1.
fn with<R: Default>(editor: *mut c_void, body: impl FnOnce(&mut Editor) -> R) -> R {
    let _call = Call::begin();
    let mut state = state();
    match state.editors.get_mut(editor.addr().wrapping_sub(1)).filter(|editor| !editor.closed) {
        Some(editor) => body(editor),
        None => {
            FAULTS.fetch_add(1, Ordering::SeqCst);
            R::default()
        }
    }
}

unsafe extern "C" fn measure(scale: f64, answer: *mut Measure) -> i32 {
    let scale = if (0.1..=32.0).contains(&scale) { scale } else { 1.0 };
    let side = |logical: f64| (logical * scale).round() as u32;
    let measure = Measure {
        width: side(300.0),
        height: side(200.0),
        min_width: side(200.0),
        min_height: side(100.0),
        max_width: side(900.0),
        max_height: side(600.0),
        resizable: state().config.resizable,
        reserved: 0,
    };
    // SAFETY: null or a place for the answer.
    unsafe { answer.as_mut() }.map_or(-1, |answer| {
        *answer = measure;
        0
    })
}

unsafe extern "C" fn open(open: *const OpenV1) -> *mut c_void {
    let _call = Call::begin();
    // SAFETY: what the host gives.
    let request = unsafe { open.read() };
    let mut state = state();
    if state.config.refuse != 0 {
        let line = b"stand-in: no display\nand more lines";
        // SAFETY: the host's function.
        unsafe { (request.log)(request.host, line.as_ptr(), line.len()) };
        return std::ptr::null_mut();
    }
    let (ours, theirs) = UnixStream::pair().expect("there are sockets");
    theirs.set_nonblocking(true).expect("sockets need not wait");
    state.editors.push(Editor {
        request,
        ours,
        theirs,
        told: Vec::new(),
        to_say: Vec::new(),
        at_close: Vec::new(),
        keys: Vec::new(),
        spots: Vec::new(),
        polls: 0,
        gone: false,
        closed: false,
    });
    std::ptr::without_provenance_mut(state.editors.len())
}

fn speak(request: OpenV1, frames: &[u8]) {
    if !frames.is_empty() {
        // SAFETY: the host's function; within poll or close.
        unsafe { (request.hear)(request.host, frames.as_ptr(), frames.len()) };
    }
}

unsafe extern "C" fn close(editor: *mut c_void) {
    let said = with(editor, |editor| {
        editor.closed = true;
        Some((editor.request, std::mem::take(&mut editor.at_close)))
    });
    let _call = Call::begin();
    if let Some((request, frames)) = said {
        speak(request, &frames);
        // The sockets go with it: a test sees whether the host still watches one.
        let mut state = state();
        let (ours, theirs) = UnixStream::pair().expect("there are sockets");
        let editor = &mut state.editors[editor.addr() - 1];
        (editor.ours, editor.theirs) = (ours, theirs);
    }
}

unsafe extern "C" fn tell(editor: *mut c_void, frames: *const u8, len: usize) -> i32 {
    // SAFETY: what the host gives.
    let frames = unsafe { std::slice::from_raw_parts(frames, len) };
    with(editor, |editor| editor.told.extend_from_slice(frames));
    0
}

unsafe extern "C" fn poll(editor: *mut c_void) -> i32 {
    let said = with(editor, |editor| {
        editor.polls += 1;
        let _ = editor.theirs.read(&mut [0; 64]);
        Some((editor.request, std::mem::take(&mut editor.to_say), i32::from(!editor.gone)))
    });
    let _call = Call::begin();
    said.map_or(0, |(request, frames, there)| {
        speak(request, &frames);
        there
    })
}

unsafe extern "C" fn fd(editor: *mut c_void) -> i32 {
    let no_socket = state().config.no_socket != 0;
    if no_socket { -1 } else { with(editor, |editor| editor.theirs.as_raw_fd()) }
}

unsafe extern "C" fn window(_editor: *mut c_void) -> u64 {
    0
}

unsafe extern "C" fn key(editor: *mut c_void, character: u32, code: u32, modifiers: u32, down: u32) -> i32 {
    with(editor, |editor| editor.keys.extend([character, code, modifiers, down]));
    i32::from(character == u32::from('y'))
}

unsafe extern "C" fn find(editor: *mut c_void, x: i32, y: i32) -> i32 {
    let found = with(editor, |editor| {
        let there = |spot: &&[i32; 5]| (spot[0]..spot[2]).contains(&x) && (spot[1]..spot[3]).contains(&y);
        editor.spots.iter().find(there).map(|spot| spot[4])
    });
    found.unwrap_or(-1)
}

/// The table, as it was configured when it was asked for.
#[unsafe(no_mangle)]
extern "C" fn dyad_editor_v1(_plugin: *const c_char) -> *const EditorV1 {
    let Config { fingerprint, version, size, fault, .. } = state().config;
    let table =
        EditorV1 { version, size, fingerprint, measure, open, close, tell, poll, fd, window, key, find };
    let table: *mut EditorV1 = Box::leak(Box::new(table));
    match fault {
        1 => return std::ptr::null(),
        2 => {
            // SAFETY: the last of the table's functions, whose place gets a null.
            unsafe { table.byte_add(size_of::<EditorV1>() - size_of::<usize>()).cast::<usize>().write(0) }
        }
        _ => {}
    }
    table
}

/// What tests tell it: a command, an editor (counted from 0), bytes in, and bytes out.
#[unsafe(no_mangle)]
unsafe extern "C" fn stand_in(
    command: u32,
    editor: u32,
    data: *const u8,
    len: usize,
    out: *mut u8,
    room: usize,
) -> i64 {
    // SAFETY: the test's own bytes.
    let data = unsafe { std::slice::from_raw_parts(data, len) };
    let mut state = state();
    if command == 0 {
        // SAFETY: the test's configuration.
        state.config = unsafe { data.as_ptr().cast::<Config>().read_unaligned() };
        return size_of::<EditorV1>() as i64;
    }
    if command == 1 {
        return state.editors.len() as i64;
    }
    if command == 2 {
        return FAULTS.load(Ordering::SeqCst).into();
    }
    let Some(editor) = state.editors.get_mut(editor as usize) else { return -1 };
    let answer: Vec<u8> = match command {
        3 => {
            editor.to_say.extend_from_slice(data);
            let _ = editor.ours.write(&[1]);
            return 0;
        }
        4 => {
            editor.at_close.extend_from_slice(data);
            return 0;
        }
        5 => editor.told.clone(),
        6 => editor.keys.iter().flat_map(|key| key.to_ne_bytes()).collect(),
        7 => {
            let request: *const OpenV1 = &editor.request;
            // SAFETY: the request's bytes; there is no gap in it.
            unsafe { std::slice::from_raw_parts(request.cast::<u8>(), size_of::<OpenV1>()) }.to_vec()
        }
        8 => return i64::from(editor.closed),
        9 => return editor.polls,
        10 => {
            editor.gone = true;
            let _ = editor.ours.write(&[1]);
            return 0;
        }
        11 => return editor.theirs.as_raw_fd().into(),
        12 => {
            let number = |bytes: &[u8]| bytes.try_into().map_or(0, i32::from_ne_bytes);
            let numbers: Vec<i32> = data.chunks_exact(4).map(number).collect();
            editor.spots = numbers.chunks_exact(5).filter_map(|spot| spot.try_into().ok()).collect();
            return 0;
        }
        _ => return -1,
    };
    // SAFETY: the test's own room.
    unsafe { std::ptr::copy_nonoverlapping(answer.as_ptr(), out, answer.len().min(room)) };
    answer.len() as i64
}
