//! An LV2 library that the host's tests load, in bundles that the tests write: every plugin in it
//! has the same ports and adds its input, three seconds late, to its output.
//!
//! `echo` tells its tail, by the number in its port `tail`, and shows as latency whatever its port
//! `claim` holds. `shy` tells no tail. `forks` leaves a process behind, `forks-and-crashes` dies
//! after that, `forks-and-hangs` hangs; `crashes` and `hangs` do that alone, `never-leaves` crashes when it is let go.
//! `throws` has what C++ calls an exception leave it. What comes in at the port `events` goes out at `answers`. `scratch`
//! makes a file for itself, `keeps` makes one and names it in its state. `waits` saves through the gate `state`.
#![allow(unsafe_code)]

#[path = "gate/mod.rs"]
mod gate;

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;

use lv2_raw::{LV2Descriptor, LV2Feature, LV2Handle};
use lv2_sys::{
    LV2_State_Handle, LV2_State_Interface, LV2_State_Make_Path, LV2_State_Retrieve_Function,
    LV2_State_Status, LV2_State_Status_LV2_STATE_ERR_NO_FEATURE, LV2_State_Status_LV2_STATE_SUCCESS,
    LV2_State_Store_Function, LV2_URID_Map,
};

/// The echo's delay in frames.
const DELAY: usize = 144_000;

const URIS: &[&CStr] = &[
    c"urn:dyad:fixture:echo#mono",
    c"urn:dyad:fixture:shy#mono",
    c"urn:dyad:fixture:forks#mono",
    c"urn:dyad:fixture:forks-and-crashes#mono",
    c"urn:dyad:fixture:scratch#mono",
    c"urn:dyad:fixture:keeps#mono",
    c"urn:dyad:fixture:crashes#mono",
    c"urn:dyad:fixture:hangs#mono",
    c"urn:dyad:fixture:forks-and-hangs#mono",
    c"urn:dyad:fixture:never-leaves#mono",
    c"urn:dyad:fixture:throws#mono",
    c"urn:dyad:fixture:waits#mono",
];

/// What Dyad's LV2 plugins give out under `urn:dyad:ns#tail`.
#[repr(C)]
struct TailInterface {
    frames: unsafe extern "C" fn(LV2Handle) -> u32,
}

struct Echo {
    /// In, out, tail, claim, latency, level, events, answers.
    ports: [*mut f32; 8],
    line: Vec<f32>,
    at: usize,
    active: bool,
    /// Whether it crashes when it is let go.
    stays: bool,
    /// The file it made, and the numbers of `fixture#file` and `atom:Path`.
    file: Option<(CString, u32, u32)>,
}

extern "C" fn instantiate(
    descriptor: *const LV2Descriptor,
    _rate: f64,
    _bundle: *const c_char,
    features: *const *const LV2Feature,
) -> LV2Handle {
    // SAFETY: the host passes one of our own descriptors.
    let uri = unsafe { CStr::from_ptr((*descriptor).uri) }.to_string_lossy();
    if uri.contains("forks") {
        leave_a_process();
    }
    if uri.contains("crashes") {
        std::process::abort();
    }
    while uri.contains("hangs") {
        // SAFETY: waits for a signal, and none of those that end a process comes back.
        unsafe { libc::pause() };
    }
    let makes = uri.contains("scratch") || uri.contains("keeps");
    // SAFETY: the host passes its features, ended by a null.
    let file = makes.then(|| unsafe { make_file(features) }).flatten();
    if makes && file.is_none() {
        return std::ptr::null_mut();
    }
    let stays = uri.contains("never-leaves");
    let echo = Echo {
        ports: [std::ptr::null_mut(); 8],
        line: vec![0.0; DELAY],
        at: 0,
        active: false,
        stays,
        file,
    };
    Box::into_raw(Box::new(echo)).cast()
}

/// Unwinds out of the plugin. A panic is to another Rust's code what a C++ exception is.
extern "C-unwind" fn throws(
    _descriptor: *const LV2Descriptor,
    _rate: f64,
    _bundle: *const c_char,
    _features: *const *const LV2Feature,
) -> LV2Handle {
    panic!("this plugin throws")
}

type Instantiate =
    extern "C" fn(*const LV2Descriptor, f64, *const c_char, *const *const LV2Feature) -> LV2Handle;

/// Forks, and writes the new process's number to the file that `DYAD_FIXTURE_PID` names.
fn leave_a_process() {
    // SAFETY: the new process only waits, with calls that are allowed there.
    let pid = unsafe {
        let pid = libc::fork();
        if pid == 0 {
            loop {
                libc::pause();
            }
        }
        pid
    };
    if let Some(path) = std::env::var_os("DYAD_FIXTURE_PID") {
        let _ = std::fs::write(path, pid.to_string());
    }
}

unsafe fn make_file(features: *const *const LV2Feature) -> Option<(CString, u32, u32)> {
    // SAFETY: the features are the host's, ended by a null, with the data their URIs promise.
    unsafe {
        let find = |wanted: &CStr| {
            let mut at = features;
            while !(*at).is_null() {
                if CStr::from_ptr((**at).uri) == wanted {
                    return Some((**at).data);
                }
                at = at.add(1);
            }
            None
        };
        let make = find(c"http://lv2plug.in/ns/ext/state#makePath")?.cast::<LV2_State_Make_Path>();
        let map = find(c"http://lv2plug.in/ns/ext/urid#map")?.cast::<LV2_URID_Map>();
        let path = (*make).path?((*make).handle, c"notes/a.txt".as_ptr());
        if path.is_null() {
            return None;
        }
        let file = CStr::from_ptr(path).to_owned();
        libc::free(path.cast());
        std::fs::write(Path::new(file.to_str().ok()?), "a note").ok()?;
        let number = |uri: &CStr| Some((*map).map?((*map).handle, uri.as_ptr()));
        let key = number(c"urn:dyad:fixture#file")?;
        Some((file, key, number(c"http://lv2plug.in/ns/ext/atom#Path")?))
    }
}

/// The instance behind a handle.
unsafe fn echo<'a>(handle: LV2Handle) -> &'a mut Echo {
    // SAFETY: the handle is what `instantiate` gave out, used by one thread at a time.
    unsafe { &mut *handle.cast::<Echo>() }
}

extern "C" fn connect_port(handle: LV2Handle, port: u32, data: *mut c_void) {
    // SAFETY: as for `echo`.
    unsafe { echo(handle) }.ports[port as usize] = data.cast();
}

extern "C" fn activate(handle: LV2Handle) {
    // SAFETY: as for `echo`.
    unsafe { echo(handle) }.active = true;
}

extern "C" fn run(handle: LV2Handle, frames: u32) {
    // SAFETY: as for `echo`; the host has connected all ports to memory that is long enough.
    unsafe {
        let echo = echo(handle);
        let [input, output, _, claim, latency, _, events, answers] = echo.ports;
        for frame in 0..frames as usize {
            let sample = *input.add(frame);
            *output.add(frame) = sample + echo.line[echo.at];
            echo.line[echo.at] = sample;
            echo.at = (echo.at + 1) % DELAY;
        }
        if !events.is_null() && !answers.is_null() {
            let (from, to) = (events.cast::<u32>(), answers.cast::<u32>());
            // Both begin with the size of what follows the head.
            if *from <= *to {
                std::ptr::copy_nonoverlapping(from.cast::<u8>(), to.cast::<u8>(), 8 + *from as usize);
            }
        }
        *latency = if *claim == -2.0 { f32::NAN } else { *claim };
    }
}

extern "C" fn deactivate(handle: LV2Handle) {
    // SAFETY: as for `echo`.
    unsafe { echo(handle) }.active = false;
}

extern "C" fn cleanup(handle: LV2Handle) {
    // SAFETY: the handle is what `instantiate` gave out, and the host is done with it.
    if unsafe { Box::from_raw(handle.cast::<Echo>()) }.stays {
        std::process::abort();
    }
}

unsafe extern "C" fn tail(handle: LV2Handle) -> u32 {
    // SAFETY: as for `echo`; an active plugin's ports are connected.
    unsafe {
        let echo = echo(handle);
        match *echo.ports[2] {
            _ if !echo.active => 0,
            infinite if infinite < 0.0 => u32::MAX,
            frames => frames as u32,
        }
    }
}

unsafe extern "C" fn save(
    handle: lv2_sys::LV2_Handle,
    store: LV2_State_Store_Function,
    state: LV2_State_Handle,
    _flags: u32,
    _features: *const *const lv2_sys::LV2_Feature,
) -> LV2_State_Status {
    gate::pass("state");
    // SAFETY: as for `echo`.
    let Some((file, key, kind)) = &unsafe { echo(handle.cast()) }.file else {
        return LV2_State_Status_LV2_STATE_SUCCESS;
    };
    let bytes = file.as_bytes_with_nul();
    match store {
        // SAFETY: the host's function with the host's handle, and bytes as long as said.
        Some(store) => unsafe { store(state, *key, bytes.as_ptr().cast(), bytes.len(), *kind, 3) },
        None => LV2_State_Status_LV2_STATE_ERR_NO_FEATURE,
    }
}

unsafe extern "C" fn restore(
    _handle: lv2_sys::LV2_Handle,
    _retrieve: LV2_State_Retrieve_Function,
    _state: LV2_State_Handle,
    _flags: u32,
    _features: *const *const lv2_sys::LV2_Feature,
) -> LV2_State_Status {
    LV2_State_Status_LV2_STATE_SUCCESS
}

static TAIL: TailInterface = TailInterface { frames: tail };
static STATE: LV2_State_Interface = LV2_State_Interface { save: Some(save), restore: Some(restore) };

unsafe fn wanted(uri: *const c_char) -> &'static [u8] {
    // SAFETY: the host passes a terminated string, which outlives the call that uses it.
    unsafe { CStr::from_ptr(uri) }.to_bytes()
}

extern "C" fn tells_its_tail(uri: *const c_char) -> *const c_void {
    // SAFETY: as for `wanted`.
    let wanted = unsafe { wanted(uri) };
    if wanted == b"urn:dyad:ns#tail" { (&raw const TAIL).cast() } else { std::ptr::null() }
}

extern "C" fn tells_nothing(_uri: *const c_char) -> *const c_void {
    std::ptr::null()
}

extern "C" fn has_a_state(uri: *const c_char) -> *const c_void {
    // SAFETY: as for `wanted`.
    let wanted = unsafe { wanted(uri) };
    let found = wanted == b"http://lv2plug.in/ns/ext/state#interface";
    if found { (&raw const STATE).cast() } else { std::ptr::null() }
}

/// LV2's entry point: the plugin with this number.
// SAFETY: the name is LV2's, and no other symbol of the library has it.
#[unsafe(no_mangle)]
pub extern "C" fn lv2_descriptor(index: u32) -> *const LV2Descriptor {
    let Some(uri) = URIS.get(index as usize) else { return std::ptr::null() };
    let extension_data = match index {
        0 => tells_its_tail,
        5 | 11 => has_a_state,
        _ => tells_nothing as extern "C" fn(*const c_char) -> *const c_void,
    };
    let instantiate = match index {
        // SAFETY: they differ only in that the plugin must not unwind, which is what this one is for.
        10 => unsafe { std::mem::transmute::<*const (), Instantiate>(throws as *const ()) },
        _ => instantiate,
    };
    // Hosts ask a few times in all, and what they get must stay.
    Box::leak(Box::new(LV2Descriptor {
        uri: uri.as_ptr(),
        instantiate,
        connect_port,
        activate: Some(activate),
        run,
        deactivate: Some(deactivate),
        cleanup,
        extension_data: Some(extension_data),
    }))
}
