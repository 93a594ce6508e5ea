//! The functions that a host calls on an editor: null checks, and panics end here.

use std::ffi::{CStr, c_char, c_int, c_void};

use dyad_core::guard::{guard, log};
use dyad_lv2::sys;

use crate::descriptor::Exported;
use crate::host::Host;
use crate::options::Options;
use crate::ui::Ui;

pub(crate) unsafe extern "C" fn instantiate(
    descriptor: *const sys::LV2UI_Descriptor,
    plugin_uri: *const c_char,
    _bundle_path: *const c_char,
    write: sys::LV2UI_Write_Function,
    controller: sys::LV2UI_Controller,
    widget: *mut sys::LV2UI_Widget,
    features: *const *const sys::LV2_Feature,
) -> sys::LV2UI_Handle {
    guard("the editor's instantiate", std::ptr::null_mut(), || {
        if !widget.is_null() {
            // SAFETY: a place for the answer.
            unsafe { widget.write(std::ptr::null_mut()) };
        }
        // SAFETY: a host gives back a descriptor that it got from us.
        let Some(exported) = (unsafe { Exported::of(descriptor) }) else {
            log("an LV2 host asked for an editor by a descriptor that is none of this binary's");
            return std::ptr::null_mut();
        };
        // SAFETY: what LV2 gives to `instantiate`.
        let host = unsafe { Host::read(write, controller, features) };
        // SAFETY: as above, and options live as long as the editor.
        let options = unsafe { Options::read(features, host.map.as_ref()) };
        // SAFETY: null or a string.
        let plugin_uri = (!plugin_uri.is_null()).then(|| unsafe { CStr::from_ptr(plugin_uri) });
        let plugin_uri = plugin_uri.map_or_else(String::new, |uri| uri.to_string_lossy().into_owned());
        match Ui::open(exported.plugin, &plugin_uri, host, options) {
            Ok(ui) => {
                if !widget.is_null() {
                    let window = ui.window() as usize as sys::LV2UI_Widget;
                    // SAFETY: as above.
                    unsafe { widget.write(window) };
                }
                let ui = Box::new(ui);
                ui.tell_size();
                Box::into_raw(ui).cast()
            }
            Err(error) => {
                host.log(&format!("{}: no editor: {error}", exported.uri()));
                std::ptr::null_mut()
            }
        }
    })
}

/// The trampoline of every function on an editor: a null handle and a panic give `fallback`.
fn enter<R: Copy>(entry: &str, handle: *mut c_void, fallback: R, body: impl FnOnce(&Ui) -> R) -> R {
    guard(entry, fallback, || {
        // SAFETY: a non-null handle comes from `instantiate`, and lives until `cleanup`.
        unsafe { handle.cast::<Ui>().as_ref() }.map_or(fallback, body)
    })
}

pub(crate) unsafe extern "C" fn cleanup(handle: sys::LV2UI_Handle) {
    guard("the editor's cleanup", (), || {
        if !handle.is_null() {
            // SAFETY: made by `instantiate`, and given back once.
            let ui = unsafe { Box::from_raw(handle.cast::<Ui>()) };
            ui.close();
        }
    });
}

pub(crate) unsafe extern "C" fn port_event(
    handle: sys::LV2UI_Handle,
    port: u32,
    size: u32,
    protocol: u32,
    data: *const c_void,
) {
    enter("the editor's port_event", handle, (), |ui| {
        if !data.is_null() {
            // SAFETY: the host says that so many bytes are there; bytes need no alignment.
            let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) };
            ui.port_event(port, protocol, bytes);
        }
    });
}

pub(crate) unsafe extern "C" fn idle(handle: sys::LV2UI_Handle) -> c_int {
    enter("the editor's idle", handle, 1, |ui| c_int::from(!ui.idle()))
}

pub(crate) unsafe extern "C" fn show(handle: sys::LV2UI_Handle) -> c_int {
    enter("the editor's show", handle, 1, |ui| match ui.show() {
        Ok(()) => 0,
        Err(error) => {
            ui.log(&error);
            1
        }
    })
}

pub(crate) unsafe extern "C" fn hide(handle: sys::LV2UI_Handle) -> c_int {
    enter("the editor's hide", handle, 1, |ui| {
        ui.hide();
        0
    })
}

/// The first argument is the editor here, where in the host's own it is what the host wants.
pub(crate) unsafe extern "C" fn resize(
    handle: sys::LV2UI_Feature_Handle,
    width: c_int,
    height: c_int,
) -> c_int {
    enter("the editor's resize", handle, 1, |ui| {
        let (Ok(width @ 1..), Ok(height @ 1..)) = (u32::try_from(width), u32::try_from(height)) else {
            return 1;
        };
        c_int::from(!ui.resize(width, height))
    })
}
