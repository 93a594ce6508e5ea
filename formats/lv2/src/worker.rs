//! The host's worker, for plugins with something to do off the audio thread; see `visits`.

use std::ffi::c_void;

use dyad_core::Plugin;
use dyad_core::guard::guard;

use crate::instance::Lv2Instance;
use crate::sys;
use crate::visits::Visits;

/// The interface as `extension_data` gives it.
pub(crate) fn interface<P: Plugin>() -> &'static sys::LV2_Worker_Interface {
    const { &sys::LV2_Worker_Interface { work: Some(work::<P>), work_response: Some(nothing), end_run: None } }
}

unsafe extern "C" fn work<P: Plugin>(
    handle: sys::LV2_Handle,
    _respond: sys::LV2_Worker_Respond_Function,
    _respond_handle: sys::LV2_Worker_Respond_Handle,
    _size: u32,
    _data: *const c_void,
) -> sys::LV2_Worker_Status {
    guard("work", sys::LV2_Worker_Status_LV2_WORKER_ERR_UNKNOWN, || {
        let handle = handle.cast::<Lv2Instance<P>>();
        if handle.is_null() {
            return sys::LV2_Worker_Status_LV2_WORKER_ERR_UNKNOWN;
        }
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type. Nothing but the visits is looked
        // at here: they are there after `cleanup` too, where one that was asked for has not been made.
        let visits: &Visits = unsafe { &(*handle).visits };
        visits.visit(|at_once| {
            // SAFETY: the instance is whole as long as visits do anything, and is not given back within one.
            let home = unsafe { &(*handle).home };
            home.poll();
            if P::TASKS {
                home.instance.worker_came(at_once);
            }
        });
        sys::LV2_Worker_Status_LV2_WORKER_SUCCESS
    })
}

/// No work has a response: results go their own way.
unsafe extern "C" fn nothing(_: sys::LV2_Handle, _: u32, _: *const c_void) -> sys::LV2_Worker_Status {
    sys::LV2_Worker_Status_LV2_WORKER_SUCCESS
}
