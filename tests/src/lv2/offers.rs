//! Features beside `urid:map`: a worker, and control ports that the plugin may ask to be changed. Neither
//! takes memory, so that tests can watch the plugin's blocks.

use std::cell::RefCell;
use std::ffi::c_void;

use super::sys;

/// What a host offers beside `urid:map`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers {
    /// `work:schedule`.
    pub worker: bool,
    /// KXStudio's `control-input-port-change-request`.
    pub port_changes: bool,
}

/// The data of `control-input-port-change-request`.
#[repr(C)]
#[derive(Debug)]
pub(super) struct PortChanges {
    handle: *mut c_void,
    request_change: Option<unsafe extern "C" fn(*mut c_void, u32, f32) -> i32>,
}

/// What the plugin asked for, with the structs that it asks through. Does not move.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) schedule: sys::LV2_Worker_Schedule,
    pub(super) port_changes: PortChanges,
    pub(super) jobs: RefCell<Vec<u32>>,
    pub(super) changes: RefCell<Vec<(u32, f32)>>,
}

unsafe extern "C" fn schedule(
    handle: sys::LV2_Worker_Schedule_Handle,
    size: u32,
    data: *const c_void,
) -> sys::LV2_Worker_Status {
    if size == 0 {
        // As jalv does.
        return sys::LV2_Worker_Status_LV2_WORKER_ERR_UNKNOWN;
    }
    // SAFETY: the handle is the `Asked` below; the plugin gives `size` bytes.
    let (asked, data) =
        unsafe { (&*handle.cast::<Asked>(), std::slice::from_raw_parts(data.cast::<u8>(), size as usize)) };
    // Room for it was made before, as a real host's ring has it.
    let mut jobs = asked.jobs.borrow_mut();
    if jobs.len() == jobs.capacity() {
        return sys::LV2_Worker_Status_LV2_WORKER_ERR_NO_SPACE;
    }
    jobs.push(u32::from_ne_bytes(data.try_into().unwrap_or_default()));
    sys::LV2_Worker_Status_LV2_WORKER_SUCCESS
}

unsafe extern "C" fn request_change(handle: *mut c_void, index: u32, value: f32) -> i32 {
    // SAFETY: the handle is the `Asked` below.
    let mut changes = unsafe { &*handle.cast::<Asked>() }.changes.borrow_mut();
    let room = changes.len() < changes.capacity();
    if room {
        changes.push((index, value));
    }
    i32::from(!room)
}

impl Asked {
    pub(super) fn new() -> Box<Self> {
        let null = std::ptr::null_mut();
        let mut new = Box::new(Self {
            schedule: sys::LV2_Worker_Schedule { handle: null, schedule_work: Some(schedule) },
            port_changes: PortChanges { handle: null, request_change: Some(request_change) },
            jobs: RefCell::new(Vec::with_capacity(16)),
            changes: RefCell::new(Vec::with_capacity(64)),
        });
        let handle: *mut c_void = (&raw mut *new).cast();
        new.schedule.handle = handle;
        new.port_changes.handle = handle;
        new
    }
}
