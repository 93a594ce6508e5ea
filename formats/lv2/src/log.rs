//! The host's log, `log:log`; stderr where it has none.

use std::ffi::CString;
use std::fmt;

use crate::features::find;
use crate::sys;
use crate::urids::Map;

/// Where an instance, or an editor, says what a person should know. Not for the audio thread.
#[derive(Clone, Copy, Default)]
pub struct Log(Option<Host>);

#[derive(Clone, Copy)]
struct Host {
    log: sys::LV2_Log_Log,
    error: u32,
    warning: u32,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something was lost, and the rest goes on.
    Warning,
    /// What was asked for could not be done.
    Error,
}

impl Log {
    /// # Safety
    /// `features` is null or a null-terminated array of features, whose data live as long as this is used.
    pub unsafe fn read(features: *const *const sys::LV2_Feature, map: &Map) -> Self {
        // SAFETY: the caller's contract; the data are such a struct.
        let log = unsafe { find(features, sys::LV2_LOG__log).cast::<sys::LV2_Log_Log>().as_ref() };
        let host = || {
            let (error, warning) = (map.fixed(sys::LV2_LOG__Error)?, map.fixed(sys::LV2_LOG__Warning)?);
            Some(Host { log: *log?, error, warning })
        };
        Self(host())
    }

    /// One line. `[main-thread, or a worker]`
    pub fn say(&self, level: Level, line: &str) {
        if let Some(Host { log: sys::LV2_Log_Log { handle, printf: Some(printf), .. }, error, warning }) =
            self.0
            && let Ok(text) = CString::new(["dyad: ", line].concat())
        {
            let kind = if level == Level::Error { error } else { warning };
            // SAFETY: the host's function with its handle, a format for one string, and a string.
            unsafe { printf(handle, kind, c"%s\n".as_ptr(), text.as_ptr()) };
            return;
        }
        dyad_core::guard::log(line);
    }

    /// Something was lost.
    pub fn warn(&self, line: &str) {
        self.say(Level::Warning, line);
    }

    /// What was asked for could not be done.
    pub fn error(&self, line: &str) {
        self.say(Level::Error, line);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Log(host)" } else { "Log(stderr)" })
    }
}
