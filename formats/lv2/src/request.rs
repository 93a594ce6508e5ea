//! What the plugin asks of its host while it runs: to change a control port, and to run the worker.
//!
//! Both are for `run` by their specifications. Neither has to be there.

use std::ffi::{CString, c_void};

use crate::features::find;
use crate::sys;

/// KXStudio's extension: <https://kx.studio/ns/lv2ext/>.
const CHANGE: &str = "http://kx.studio/ns/lv2ext/control-input-port-change-request";

/// Its feature's data.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Change {
    handle: *mut c_void,
    request_change: Option<unsafe extern "C" fn(*mut c_void, u32, f32) -> i32>,
}

/// What the host offers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    change: Option<Change>,
    schedule: Option<sys::LV2_Worker_Schedule>,
}

impl Requests {
    /// # Safety
    /// `features` is null or a null-terminated array of features.
    pub(crate) unsafe fn read(features: *const *const sys::LV2_Feature) -> Self {
        let change = CString::new(CHANGE).unwrap_or_default();
        // SAFETY: the caller's contract; the data are such structs, which live as long as the instance.
        unsafe {
            Self {
                change: find(features, change.as_bytes_with_nul()).cast::<Change>().as_ref().copied(),
                schedule: find(features, sys::LV2_WORKER__schedule)
                    .cast::<sys::LV2_Worker_Schedule>()
                    .as_ref()
                    .copied(),
            }
        }
    }

    /// Asks for a control input's new value. `[audio-thread, in run]`
    pub(crate) fn change(&self, port: u32, value: f32) {
        if let Some(Change { handle, request_change: Some(function) }) = self.change {
            // SAFETY: the host's function with its handle. Whether it does it, it says by writing the port.
            unsafe { function(handle, port, value) };
        }
    }

    /// Whether the host has a worker.
    pub(crate) fn has_worker(&self) -> bool {
        self.schedule.is_some_and(|schedule| schedule.schedule_work.is_some())
    }

    /// Asks the worker to come; whether it will. `[audio-thread, in run]`
    pub(crate) fn schedule(&self) -> bool {
        let Some(schedule) = self.schedule else { return false };
        let Some(function) = schedule.schedule_work else { return false };
        // Hosts refuse an empty message.
        let message = 0u32;
        // SAFETY: the host's function with its handle; it copies the message.
        let status = unsafe { function(schedule.handle, 4, (&raw const message).cast()) };
        status == sys::LV2_Worker_Status_LV2_WORKER_SUCCESS
    }
}
