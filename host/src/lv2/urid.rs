//! Numbers for URIs, as `urid:map` and `urid:unmap` offer them.
#![allow(unsafe_code)]
#![allow(
    clippy::disallowed_types,
    reason = "plugins map what they need before they run; this host never maps while running"
)]

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::{PoisonError, RwLock};

/// The table of one plugin instance.
#[derive(Default)]
pub(super) struct Urids {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    numbers: HashMap<CString, u32>,
    /// URI of number `n` at `n - 1`. Their bytes never move, as `unmap` promises.
    uris: Vec<CString>,
}

impl Urids {
    /// The number of a URI.
    pub(super) fn map(&self, uri: &str) -> u32 {
        CString::new(uri).map_or(0, |uri| self.map_c(&uri))
    }

    fn map_c(&self, uri: &CStr) -> u32 {
        if let Some(number) = self.read().numbers.get(uri) {
            return *number;
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = table.numbers.get(uri) {
            return *number;
        }
        let Ok(number) = u32::try_from(table.uris.len() + 1) else { return 0 };
        table.numbers.insert(uri.to_owned(), number);
        table.uris.push(uri.to_owned());
        number
    }

    /// The URI of a number.
    pub(super) fn unmap(&self, number: u32) -> Option<String> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.read().uris.get(index).and_then(|uri| uri.to_str().ok()).map(str::to_owned)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) extern "C" fn map_callback(handle: *mut c_void, uri: *const c_char) -> u32 {
        if handle.is_null() || uri.is_null() {
            return 0;
        }
        // SAFETY: the handle is the `Urids` that the features keep alive, and the plugin passes a
        // terminated string by the extension's contract.
        let (urids, uri) = unsafe { (&*handle.cast::<Urids>(), CStr::from_ptr(uri)) };
        urids.map_c(uri)
    }

    pub(super) extern "C" fn unmap_callback(handle: *mut c_void, number: u32) -> *const c_char {
        if handle.is_null() {
            return std::ptr::null();
        }
        // SAFETY: the handle is the `Urids` that the features keep alive.
        let urids = unsafe { &*handle.cast::<Urids>() };
        let index = (number as usize).wrapping_sub(1);
        urids.read().uris.get(index).map_or(std::ptr::null(), |uri| uri.as_ptr())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_stable() {
        let urids = Urids::default();
        let a = urids.map("urn:a");
        let b = urids.map("urn:b");
        assert_eq!((a, b, urids.map("urn:a")), (1, 2, 1));
        assert_eq!(urids.unmap(2).as_deref(), Some("urn:b"));
        assert_eq!(urids.unmap(0), None);
        assert_eq!(urids.unmap(3), None);
        assert_eq!(urids.map("nul\0inside"), 0);
    }
}
