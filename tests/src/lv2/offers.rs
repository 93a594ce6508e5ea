//! Features beside `urid:map`: a worker, control ports that the plugin may ask to be changed, a log. The first
//! two take no memory, so that tests can watch the plugin's blocks.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;

use super::log::Log;
use super::sys;

/// What a host offers beside `urid:map`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers {
    /// `work:schedule`.
    pub worker: bool,
    /// KXStudio's `control-input-port-change-request`.
    pub port_changes: bool,
    /// `log:log`.
    pub log: bool,
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
    pub(super) log: Box<Log>,
    /// Jobs that are still to be lost.
    pub(super) lose: Cell<usize>,
    /// Whose work is done as soon as it is scheduled.
    pub(super) at_once: Cell<Option<(&'static sys::LV2_Worker_Interface, sys::LV2_Handle)>>,
}

/// A plugin's worker.
///
/// # Panics
/// Where it has none.
#[must_use]
pub fn worker(descriptor: &sys::LV2_Descriptor) -> &'static sys::LV2_Worker_Interface {
    let extension = descriptor.extension_data.expect("extension_data is there");
    // SAFETY: a string; the answer is null or the struct that this URI stands for.
    let interface = unsafe {
        extension(sys::LV2_WORKER__interface.as_ptr().cast()).cast::<sys::LV2_Worker_Interface>().as_ref()
    };
    interface.expect("the plugin has a worker")
}

/// Has a plugin do a job.
///
/// # Panics
/// Where it fails.
pub fn work(worker: &sys::LV2_Worker_Interface, handle: sys::LV2_Handle, job: &[u8]) {
    let work = worker.work.expect("a worker works");
    // SAFETY: the instance, and the bytes that it scheduled.
    let status = unsafe { work(handle, None, std::ptr::null_mut(), job.len() as u32, job.as_ptr().cast()) };
    assert_eq!(status, sys::LV2_Worker_Status_LV2_WORKER_SUCCESS);
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
    if asked.lose.get() > 0 {
        asked.lose.set(asked.lose.get() - 1);
        return sys::LV2_Worker_Status_LV2_WORKER_SUCCESS;
    }
    if let Some((worker, handle)) = asked.at_once.get() {
        work(worker, handle, data);
        return sys::LV2_Worker_Status_LV2_WORKER_SUCCESS;
    }
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
            log: Log::new(),
            lose: Cell::new(0),
            at_once: Cell::new(None),
        });
        let handle: *mut c_void = (&raw mut *new).cast();
        new.schedule.handle = handle;
        new.port_changes.handle = handle;
        new
    }
}
