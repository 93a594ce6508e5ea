//! ALSA's library: the functions that are used, with the types of its header.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_long, c_short, c_uint, c_ulong, c_void};
use std::sync::Arc;

use libloading::os::unix::Library as Opened;

/// Its name for programs: the interface has been this one since 2001.
const NAME: &str = "libasound.so.2";

macro_rules! library {
    ($($name:ident: fn($($argument:ty),* $(,)?) $(-> $result:ty)?;)*) => {
        /// The functions. All are safe to be called from any thread, for one object from one at a time.
        pub(super) struct Library {
            $(pub(super) $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
            /// They are in here.
            _library: Opened,
        }

        impl Library {
            fn find(library: Opened) -> Result<Self, libloading::Error> {
                // SAFETY: ALSA's own library, and the types that its header gives these.
                Ok(unsafe {
                    Self {
                        $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)*
                        _library: library,
                    }
                })
            }
        }
    };
}

/// Something of ALSA's that is only known by its address.
pub(super) type Object = *mut c_void;

/// What ALSA tells of its troubles: file, line, function, error and a text with what belongs into it.
type Complaint = unsafe extern "C" fn(*const c_char, c_int, *const c_char, c_int, *const c_char);

library! {
    snd_strerror: fn(c_int) -> *const c_char;
    snd_lib_error_set_handler: fn(Option<Complaint>) -> c_int;
    snd_device_name_hint: fn(c_int, *const c_char, *mut *mut Object) -> c_int;
    snd_device_name_get_hint: fn(Object, *const c_char) -> *mut c_char;
    snd_device_name_free_hint: fn(*mut Object) -> c_int;

    snd_pcm_open: fn(*mut Object, *const c_char, c_int, c_int) -> c_int;
    snd_pcm_close: fn(Object) -> c_int;
    snd_pcm_hw_params_malloc: fn(*mut Object) -> c_int;
    snd_pcm_hw_params_free: fn(Object);
    snd_pcm_hw_params_any: fn(Object, Object) -> c_int;
    snd_pcm_hw_params_set_access: fn(Object, Object, c_uint) -> c_int;
    snd_pcm_hw_params_set_format: fn(Object, Object, c_int) -> c_int;
    snd_pcm_hw_params_set_channels_near: fn(Object, Object, *mut c_uint) -> c_int;
    snd_pcm_hw_params_set_rate_near: fn(Object, Object, *mut c_uint, *mut c_int) -> c_int;
    snd_pcm_hw_params_set_period_size_near: fn(Object, Object, *mut c_ulong, *mut c_int) -> c_int;
    snd_pcm_hw_params_set_periods_near: fn(Object, Object, *mut c_uint, *mut c_int) -> c_int;
    snd_pcm_hw_params: fn(Object, Object) -> c_int;
    snd_pcm_hw_params_get_period_size: fn(Object, *mut c_ulong, *mut c_int) -> c_int;
    snd_pcm_hw_params_get_buffer_size: fn(Object, *mut c_ulong) -> c_int;
    snd_pcm_sw_params_malloc: fn(*mut Object) -> c_int;
    snd_pcm_sw_params_free: fn(Object);
    snd_pcm_sw_params_current: fn(Object, Object) -> c_int;
    snd_pcm_sw_params_set_start_threshold: fn(Object, Object, c_ulong) -> c_int;
    snd_pcm_sw_params_set_avail_min: fn(Object, Object, c_ulong) -> c_int;
    snd_pcm_sw_params: fn(Object, Object) -> c_int;
    snd_pcm_link: fn(Object, Object) -> c_int;
    snd_pcm_prepare: fn(Object) -> c_int;
    snd_pcm_start: fn(Object) -> c_int;
    snd_pcm_drop: fn(Object) -> c_int;
    snd_pcm_resume: fn(Object) -> c_int;
    snd_pcm_wait: fn(Object, c_int) -> c_int;
    snd_pcm_readi: fn(Object, *mut c_void, c_ulong) -> c_long;
    snd_pcm_writei: fn(Object, *const c_void, c_ulong) -> c_long;

    snd_seq_open: fn(*mut Object, *const c_char, c_int, c_int) -> c_int;
    snd_seq_close: fn(Object) -> c_int;
    snd_seq_set_client_name: fn(Object, *const c_char) -> c_int;
    snd_seq_create_simple_port: fn(Object, *const c_char, c_uint, c_uint) -> c_int;
    snd_seq_connect_from: fn(Object, c_int, c_int, c_int) -> c_int;
    snd_seq_poll_descriptors: fn(Object, *mut libc::pollfd, c_uint, c_short) -> c_int;
    snd_seq_event_input: fn(Object, *mut Object) -> c_int;
    snd_seq_client_info_malloc: fn(*mut Object) -> c_int;
    snd_seq_client_info_free: fn(Object);
    snd_seq_client_info_set_client: fn(Object, c_int);
    snd_seq_client_info_get_client: fn(Object) -> c_int;
    snd_seq_client_info_get_name: fn(Object) -> *const c_char;
    snd_seq_query_next_client: fn(Object, Object) -> c_int;
    snd_seq_port_info_malloc: fn(*mut Object) -> c_int;
    snd_seq_port_info_free: fn(Object);
    snd_seq_port_info_set_client: fn(Object, c_int);
    snd_seq_port_info_set_port: fn(Object, c_int);
    snd_seq_port_info_get_port: fn(Object) -> c_int;
    snd_seq_port_info_get_name: fn(Object) -> *const c_char;
    snd_seq_port_info_get_capability: fn(Object) -> c_uint;
    snd_seq_port_info_get_type: fn(Object) -> c_uint;
    snd_seq_query_next_port: fn(Object, Object) -> c_int;
    snd_midi_event_new: fn(usize, *mut Object) -> c_int;
    snd_midi_event_free: fn(Object);
    snd_midi_event_no_status: fn(Object, c_int);
    snd_midi_event_decode: fn(Object, *mut u8, c_long, *const c_void) -> c_long;
}

/// What it prints on standard error otherwise; what goes wrong is told once, by us.
unsafe extern "C" fn silence(_: *const c_char, _: c_int, _: *const c_char, _: c_int, _: *const c_char) {}

impl Library {
    /// Opens it; says in words why not.
    pub(super) fn open() -> Result<Arc<Self>, String> {
        // SAFETY: ALSA's own library, whose start-up does nothing to this program.
        let library = unsafe { Opened::new(NAME) };
        let library = library.and_then(Self::find);
        let library = library.map_err(|error| format!("its library can't be opened: {error}"))?;
        // SAFETY: its caller gives more arguments than the function takes, which in C's calling conventions on
        // Linux lie beyond the named ones and are the caller's to remove.
        unsafe { (library.snd_lib_error_set_handler)(Some(silence)) };
        Ok(Arc::new(library))
    }

    /// An error's number in ALSA's words.
    pub(super) fn words(&self, error: c_int) -> String {
        // SAFETY: takes any number, and gives a text that stays.
        let text = unsafe { CStr::from_ptr((self.snd_strerror)(error)) };
        text.to_string_lossy().to_lowercase()
    }

    /// A result that is an error below 0, in words.
    pub(super) fn check(&self, result: c_int, doing: &str) -> Result<c_int, String> {
        if result < 0 { Err(format!("can't {doing}: {}", self.words(result))) } else { Ok(result) }
    }
}

/// A text that belongs to ALSA and stays there for the moment; nothing for none.
pub(super) fn text(of: *const c_char) -> String {
    if of.is_null() {
        return String::new();
    }
    // SAFETY: ALSA's texts end with a zero.
    unsafe { CStr::from_ptr(of) }.to_string_lossy().into_owned()
}
