//! State in LV2: a document without parameters, because the ports hold those.
//!
//! Both functions may run beside `run`, and touch nothing that it uses.

use std::ffi::c_void;

use dyad_core::guard::{guard, log};
use dyad_core::state::StateError;
use dyad_core::{Content, Plugin};

use crate::instance::Lv2Instance;
use crate::sys;

/// The interface as `extension_data` gives it.
pub(crate) fn interface<P: Plugin>() -> &'static sys::LV2_State_Interface {
    const { &sys::LV2_State_Interface { save: Some(save::<P>), restore: Some(restore::<P>) } }
}

unsafe extern "C" fn save<P: Plugin>(
    handle: sys::LV2_Handle,
    store: sys::LV2_State_Store_Function,
    store_handle: sys::LV2_State_Handle,
    _flags: u32,
    _features: *const *const sys::LV2_Feature,
) -> sys::LV2_State_Status {
    guard("save", sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN, || {
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type.
        let instance = unsafe { handle.cast::<Lv2Instance<P>>().as_ref() };
        let (Some(instance), Some(store)) = (instance, store) else {
            return sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN;
        };
        let urids = &instance.shared.urids;
        let document = instance.main.save(Content::WithoutParams, &str::to_owned);
        let flags = sys::LV2_State_Flags::LV2_STATE_IS_POD | sys::LV2_State_Flags::LV2_STATE_IS_PORTABLE;
        // SAFETY: the host's function with its handle; it copies the document.
        unsafe {
            store(
                store_handle,
                urids.state_key,
                document.as_ptr().cast(),
                document.len(),
                urids.chunk,
                flags.into(),
            )
        }
    })
}

unsafe extern "C" fn restore<P: Plugin>(
    handle: sys::LV2_Handle,
    retrieve: sys::LV2_State_Retrieve_Function,
    retrieve_handle: sys::LV2_State_Handle,
    _flags: u32,
    _features: *const *const sys::LV2_Feature,
) -> sys::LV2_State_Status {
    guard("restore", sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN, || {
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type.
        let instance = unsafe { handle.cast::<Lv2Instance<P>>().as_ref() };
        let (Some(instance), Some(retrieve)) = (instance, retrieve) else {
            return sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN;
        };
        let (mut size, mut kind, mut flags) = (0usize, 0u32, 0u32);
        let key = instance.shared.urids.state_key;
        // SAFETY: the host's function with its handle and places for its results.
        let value = unsafe { retrieve(retrieve_handle, key, &mut size, &mut kind, &mut flags) };
        if value.is_null() {
            // A preset of ports alone, or a session from before there was a document.
            return sys::LV2_State_Status_LV2_STATE_SUCCESS;
        }
        // SAFETY: the host says that the value has `size` bytes.
        let outcome = unsafe { read(instance, value, size, kind) };
        match outcome {
            Ok(()) => sys::LV2_State_Status_LV2_STATE_SUCCESS,
            Err(error) => {
                log(&format!("{}: nothing restored: {error}", instance.shared.description.info.id));
                sys::LV2_State_Status_LV2_STATE_ERR_BAD_TYPE
            }
        }
    })
}

/// # Safety
/// `value` is valid for `size` bytes.
unsafe fn read<P: Plugin>(
    instance: &Lv2Instance<P>,
    value: *const c_void,
    size: usize,
    kind: u32,
) -> Result<(), StateError> {
    if kind != instance.shared.urids.chunk || size > isize::MAX as usize {
        return Err(StateError::Malformed("it is not an atom:Chunk"));
    }
    // SAFETY: the caller's contract; bytes need no alignment.
    let bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) };
    let refused = instance.main.load(bytes, Content::WithoutParams, &str::to_owned)?;
    instance.main.log_refused(&refused);
    Ok(())
}
