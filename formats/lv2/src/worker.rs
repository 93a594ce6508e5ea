//! The host's worker, for plugins with something to do off the audio thread; see `visits`.

use std::ffi::c_void;

use dyad_core::Plugin;
use dyad_core::guard::guard;

use crate::instance::Lv2Instance;
use crate::sys;

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
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type.
        let Some(instance) = (unsafe { handle.cast::<Lv2Instance<P>>().as_ref() }) else {
            return sys::LV2_Worker_Status_LV2_WORKER_ERR_UNKNOWN;
        };
        let home = &instance.home;
        home.visits.visit(|at_once| {
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
