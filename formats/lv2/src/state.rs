//! State in LV2: a document without parameters, because the ports hold those.
//!
//! Both functions may run beside `run`, and touch nothing that it uses.

use std::ffi::c_void;

use dyad_core::guard::guard;
use dyad_core::state::StateError;
use dyad_core::{Content, Plugin};

use crate::instance::Lv2Instance;
use crate::path::Paths;
use crate::{base64, sys};

/// The interface as `extension_data` gives it.
pub(crate) fn interface<P: Plugin>() -> &'static sys::LV2_State_Interface {
    const { &sys::LV2_State_Interface { save: Some(save::<P>), restore: Some(restore::<P>) } }
}

unsafe extern "C" fn save<P: Plugin>(
    handle: sys::LV2_Handle,
    store: sys::LV2_State_Store_Function,
    store_handle: sys::LV2_State_Handle,
    _flags: u32,
    features: *const *const sys::LV2_Feature,
) -> sys::LV2_State_Status {
    guard("save", sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN, || {
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type.
        let instance = unsafe { handle.cast::<Lv2Instance<P>>().as_ref() };
        let (Some(instance), Some(store)) = (instance, store) else {
            return sys::LV2_State_Status_LV2_STATE_ERR_UNKNOWN;
        };
        let urids = &instance.shared.urids;
        // What the host has set before it saves belongs to the state.
        instance.home.poll();
        let main = &instance.home.instance;
        let document = if P::PROPERTIES.is_empty() {
            main.save(Content::WithoutParams, &str::to_owned)
        } else {
            // SAFETY: the host gives an array as LV2 has it.
            let paths = unsafe { Paths::read(features) };
            main.save(Content::WithoutParams, &|path| paths.saved(path))
        };
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
    features: *const *const sys::LV2_Feature,
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
        // SAFETY: the host says that the value has `size` bytes, and gives features as LV2 has them.
        let outcome = unsafe { read(instance, value, size, kind, features) };
        match outcome {
            Ok(()) => sys::LV2_State_Status_LV2_STATE_SUCCESS,
            Err(error) => {
                let id = instance.shared.description.info.id;
                instance.shared.log.error(&format!("{id}: nothing restored: {error}"));
                sys::LV2_State_Status_LV2_STATE_ERR_BAD_TYPE
            }
        }
    })
}

/// # Safety
/// `value` is valid for `size` bytes; `features` is null or a null-terminated array of features.
unsafe fn read<P: Plugin>(
    instance: &Lv2Instance<P>,
    value: *const c_void,
    size: usize,
    kind: u32,
    features: *const *const sys::LV2_Feature,
) -> Result<(), StateError> {
    let urids = &instance.shared.urids;
    let is_text = kind == urids.string || kind == urids.base64;
    if !(kind == urids.chunk || is_text) || size > isize::MAX as usize {
        return Err(StateError::Malformed("it is not an atom:Chunk"));
    }
    // SAFETY: the caller's contract; bytes need no alignment.
    let mut bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) };
    // Reaper keeps the chunk as base64, and may still call that a chunk. No document begins with a letter.
    let letter = |bytes: &[u8]| bytes.first().is_some_and(u8::is_ascii);
    let decoded;
    if (is_text || letter(bytes))
        && let Some(plain) = base64::decode(bytes)
        && !letter(&plain)
    {
        decoded = plain;
        bytes = &decoded;
    }
    let main = &instance.home.instance;
    let refused = if P::PROPERTIES.is_empty() {
        main.load(bytes, Content::WithoutParams, &str::to_owned)?
    } else {
        // What the host has set before counts no more.
        instance.home.poll();
        // SAFETY: the caller's contract.
        let paths = unsafe { Paths::read(features) };
        let refused = main.load(bytes, Content::WithoutParams, &|path| paths.loaded(path))?;
        instance.home.tell_all();
        refused
    };
    main.log_refused(&refused, &|line| instance.shared.log.warn(line));
    Ok(())
}
