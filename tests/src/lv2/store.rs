//! Where a host keeps a plugin's state.

use std::ffi::c_void;

use super::sys;

/// One stored value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// URID of its key.
    pub key: u32,
    /// URID of its type.
    pub kind: u32,
    /// What the plugin says of it.
    pub flags: u32,
    /// Its bytes.
    pub value: Vec<u8>,
}

/// All stored values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateStore(pub Vec<Property>);

unsafe extern "C" fn store(
    handle: sys::LV2_State_Handle,
    key: u32,
    value: *const c_void,
    size: usize,
    kind: u32,
    flags: u32,
) -> sys::LV2_State_Status {
    // SAFETY: the handle is the `StateStore` below, and `size` bytes are the plugin's to give.
    let (store, value) = unsafe {
        (&mut *handle.cast::<StateStore>(), std::slice::from_raw_parts(value.cast::<u8>(), size))
    };
    store.0.push(Property { key, kind, flags, value: value.to_vec() });
    sys::LV2_State_Status_LV2_STATE_SUCCESS
}

unsafe extern "C" fn retrieve(
    handle: sys::LV2_State_Handle,
    key: u32,
    size: *mut usize,
    kind: *mut u32,
    flags: *mut u32,
) -> *const c_void {
    // SAFETY: the handle is the `StateStore` below.
    let store = unsafe { &*handle.cast::<StateStore>() };
    let Some(property) = store.0.iter().find(|property| property.key == key) else {
        return std::ptr::null();
    };
    // SAFETY: the plugin gives places for the answers.
    unsafe {
        *size = property.value.len();
        *kind = property.kind;
        *flags = property.flags;
    }
    property.value.as_ptr().cast()
}

impl StateStore {
    /// What a plugin saves.
    ///
    /// # Errors
    /// The plugin's status where it is not success.
    pub fn save(
        state: &sys::LV2_State_Interface,
        handle: sys::LV2_Handle,
    ) -> Result<Self, sys::LV2_State_Status> {
        // No features, as some hosts do.
        Self::save_with(state, handle, std::ptr::null())
    }

    /// The same with features.
    ///
    /// # Errors
    /// As [`StateStore::save`].
    pub fn save_with(
        state: &sys::LV2_State_Interface,
        handle: sys::LV2_Handle,
        features: *const *const sys::LV2_Feature,
    ) -> Result<Self, sys::LV2_State_Status> {
        let mut kept = Self::default();
        let save = state.save.expect("save is there");
        // SAFETY: the plugin's own handle, and a store of ours.
        let status = unsafe { save(handle, Some(store), (&raw mut kept).cast(), 0, features) };
        if status == sys::LV2_State_Status_LV2_STATE_SUCCESS { Ok(kept) } else { Err(status) }
    }

    /// Restores these values in a plugin; gives the plugin's status.
    #[must_use]
    pub fn restore(
        &self,
        state: &sys::LV2_State_Interface,
        handle: sys::LV2_Handle,
        features: *const *const sys::LV2_Feature,
    ) -> sys::LV2_State_Status {
        let restore = state.restore.expect("restore is there");
        let kept: *const Self = self;
        // SAFETY: the plugin's own handle; `retrieve` reads the store only.
        unsafe { restore(handle, Some(retrieve), kept.cast_mut().cast(), 0, features) }
    }
}
