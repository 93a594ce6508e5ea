//! What the libraries have that their bindings don't: found by name, as older ones may be without it.

use std::ffi::{CStr, c_char, c_int, c_void};

use gtk::glib::translate::ToGlibPtr;
use webkit2gtk::Settings;

use crate::confine::leave;

/// The address of a function of a library that is loaded.
#[expect(unsafe_code, reason = "a symbol")]
fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: a name that ends with zero; the libraries that this program is linked with stay.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!found.is_null()).then_some(found)
}

/// A function by its name and its type, if it is there.
macro_rules! function {
    ($name:literal, $type:ty) => {
        // SAFETY: a function of this name has this type, as its library's documentation says.
        symbol($name).map(|found| unsafe { std::mem::transmute::<*mut c_void, $type>(found) })
    };
}

type List = *mut c_void;
type Feature = *mut c_void;

/// Turns off those features of WebKit's that it has of some. Before 2.42 they have no names.
#[expect(unsafe_code, reason = "functions without bindings")]
pub(crate) fn turn_off(settings: &Settings, names: &[&str]) -> Option<()> {
    let all = function!(c"webkit_settings_get_all_features", unsafe extern "C" fn() -> List)?;
    let len = function!(c"webkit_feature_list_get_length", unsafe extern "C" fn(List) -> usize)?;
    let get = function!(c"webkit_feature_list_get", unsafe extern "C" fn(List, usize) -> Feature)?;
    let unref = function!(c"webkit_feature_list_unref", unsafe extern "C" fn(List))?;
    let name = function!(c"webkit_feature_get_identifier", unsafe extern "C" fn(Feature) -> *const c_char)?;
    let enable = function!(
        c"webkit_settings_set_feature_enabled",
        unsafe extern "C" fn(*mut webkit2gtk::ffi::WebKitSettings, Feature, c_int)
    )?;
    // SAFETY: the list is this function's until it is given up, its features are the list's, and their names
    // end with zero; the settings live longer than the call.
    unsafe {
        let list = all();
        if list.is_null() {
            return None;
        }
        for at in 0..len(list) {
            let feature = get(list, at);
            if CStr::from_ptr(name(feature)).to_str().is_ok_and(|name| names.contains(&name)) {
                enable(settings.to_glib_none().0, feature, 0);
            }
        }
        unref(list);
    }
    Some(())
}

/// Has the loss of GTK's connection to the display be the program's end, as that of the program's own is:
/// it would be an error.
#[expect(unsafe_code, reason = "a function without bindings")]
pub(crate) fn end_with_display() {
    type Handler = unsafe extern "C" fn(*mut c_void) -> c_int;
    extern "C" fn end(_display: *mut c_void) -> c_int {
        leave(0)
    }
    if let Some(set) =
        function!(c"XSetIOErrorHandler", unsafe extern "C" fn(Option<Handler>) -> Option<Handler>)
    {
        // SAFETY: the handler ends the program, as handlers may.
        unsafe { set(Some(end)) };
    }
}
