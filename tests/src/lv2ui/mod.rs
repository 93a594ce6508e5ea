//! A host of LV2 UIs on the bare interface, in the test's own process.

mod editor;
mod host;
mod window;

use std::ffi::CStr;
use std::path::Path;
use std::sync::OnceLock;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

pub use crate::lv2::sys;
use crate::{bundle, probe};
pub use editor::{Editor, screen};
pub use host::{Call, UiHost, UiOffers};
pub use window::HostWindow;

/// A loaded editor binary, which stays loaded.
#[derive(Debug)]
pub struct UiModule {
    descriptor: unsafe extern "C" fn(u32) -> *const sys::LV2UI_Descriptor,
}

impl UiModule {
    /// Loads a binary as hosts do.
    ///
    /// # Panics
    /// Where it can't be loaded, or has no entry point.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        // SAFETY: the editor under test; it runs no code when it is loaded.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.unwrap_or_else(|error| panic!("can't load {}: {error}", path.display()));
        // SAFETY: the type that LV2 gives this symbol.
        let descriptor = unsafe { *library.get(b"lv2ui_descriptor\0").expect("lv2ui_descriptor is there") };
        // It would not be unloaded anyway.
        std::mem::forget(library);
        Self { descriptor }
    }

    /// `gain_ui.so` of the LV2 bundle.
    #[must_use]
    pub fn gain() -> &'static Self {
        static MODULE: OnceLock<UiModule> = OnceLock::new();
        MODULE.get_or_init(|| Self::load(&bundle::built("gain.lv2/gain_ui.so")))
    }

    /// `probe_ui.so` of the LV2 bundle.
    #[must_use]
    pub fn probe() -> &'static Self {
        static MODULE: OnceLock<UiModule> = OnceLock::new();
        MODULE.get_or_init(|| Self::load(&probe::built("probe.lv2/probe_ui.so")))
    }

    /// The descriptor at an index.
    #[must_use]
    pub fn descriptor(&self, index: u32) -> Option<&'static sys::LV2UI_Descriptor> {
        // SAFETY: any index is allowed; a descriptor lives as long as the library.
        unsafe { (self.descriptor)(index).as_ref() }
    }

    /// The URIs of all descriptors.
    #[must_use]
    pub fn uris(&self) -> Vec<String> {
        let all = (0..).map_while(|index| self.descriptor(index));
        // SAFETY: a descriptor's URI is a string.
        all.map(|one| unsafe { CStr::from_ptr(one.URI) }.to_string_lossy().into_owned()).collect()
    }
}
