//! What JACK's library has for clients, opened when a test needs it.

use std::ffi::{CStr, CString, c_char, c_int, c_ulong, c_void};

use libloading::os::unix::Library;

use crate::jack;

pub(crate) type Process = unsafe extern "C" fn(u32, *mut c_void) -> c_int;
pub(crate) type Told = unsafe extern "C" fn(*mut c_void) -> c_int;

/// Types of ports.
pub(crate) const AUDIO: &CStr = c"32 bit float mono audio";
pub(crate) const MIDI: &CStr = c"8 bit raw midi";
/// Directions of ports.
pub(crate) const INPUT: c_ulong = 1;
pub(crate) const OUTPUT: c_ulong = 2;

/// A message in a port's buffer.
#[repr(C)]
pub(crate) struct MidiEvent {
    pub(crate) time: u32,
    pub(crate) size: usize,
    pub(crate) buffer: *const u8,
}

macro_rules! api {
    ($($name:ident: $type:ty),* $(,)?) => {
        pub(crate) struct Api { $(pub(crate) $name: $type,)* _library: Library }
        impl Api {
            pub(crate) fn load() -> Self {
                // SAFETY: JACK's own library, and the types that its header gives these.
                unsafe {
                    let library = Library::new("libjack.so.0").expect("libjack is there: run `ci/deps.sh test`");
                    Self { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes()).expect("it is in there"),)* _library: library }
                }
            }
        }
    };
}

api! {
    jack_client_open: unsafe extern "C" fn(*const c_char, c_int, *mut c_int, ...) -> *mut c_void,
    jack_client_close: unsafe extern "C" fn(*mut c_void) -> c_int,
    jack_activate: unsafe extern "C" fn(*mut c_void) -> c_int,
    jack_set_process_callback: unsafe extern "C" fn(*mut c_void, Process, *mut c_void) -> c_int,
    jack_set_xrun_callback: unsafe extern "C" fn(*mut c_void, Told, *mut c_void) -> c_int,
    jack_port_register: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char, c_ulong, c_ulong) -> *mut c_void,
    jack_port_get_buffer: unsafe extern "C" fn(*mut c_void, u32) -> *mut c_void,
    jack_connect: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> c_int,
    jack_cpu_load: unsafe extern "C" fn(*mut c_void) -> f32,
    jack_get_xrun_delayed_usecs: unsafe extern "C" fn(*mut c_void) -> f32,
    jack_last_frame_time: unsafe extern "C" fn(*mut c_void) -> u32,
    jack_is_realtime: unsafe extern "C" fn(*mut c_void) -> c_int,
    jack_midi_clear_buffer: unsafe extern "C" fn(*mut c_void),
    jack_midi_event_write: unsafe extern "C" fn(*mut c_void, u32, *const u8, usize) -> c_int,
    jack_midi_event_get: unsafe extern "C" fn(*mut MidiEvent, *mut c_void, u32) -> c_int,
}

impl Api {
    /// A client of the tests' server.
    ///
    /// # Errors
    /// Where JACK refuses.
    pub(crate) fn open(&self, name: &CStr) -> Result<*mut c_void, String> {
        // JackNoStartServer, JackUseExactName and JackServerName.
        let (options, mut status) = (1 | 2 | 4, 0);
        let server = CString::new(jack::name()).expect("a name");
        // SAFETY: names, and a place for the status.
        let client =
            unsafe { (self.jack_client_open)(name.as_ptr(), options, &raw mut status, server.as_ptr()) };
        if client.is_null() { Err(format!("no JACK client: status {status:#x}")) } else { Ok(client) }
    }
}
