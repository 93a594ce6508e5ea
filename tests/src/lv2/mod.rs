//! An LV2 host on the bare interface.

mod cycle;
mod host;
pub(crate) mod log;
mod object;
mod offers;
mod rig;
mod sequence;
mod session;
mod store;

use std::ffi::{CStr, c_char};
use std::path::Path;
use std::sync::OnceLock;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
pub use lv2::lv2_sys as sys;

use crate::{bundle, probe};
pub use host::Host;
pub use object::Value;
pub use offers::{Offers, work, worker};
pub use rig::Rig;
pub use sequence::{Event, room, sequence};
pub use session::Session;
pub use store::{Property, StateStore};

/// A loaded binary.
#[derive(Debug)]
pub struct Module {
    descriptor: unsafe extern "C" fn(u32) -> *const sys::LV2_Descriptor,
    _library: Library,
}

impl Module {
    /// Loads a binary as hosts do.
    ///
    /// # Panics
    /// Where it can't be loaded, or has no entry point.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        // SAFETY: the plugin under test; it runs no code when it is loaded.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.unwrap_or_else(|error| panic!("can't load {}: {error}", path.display()));
        // SAFETY: the type that LV2 gives this symbol.
        let descriptor = unsafe { *library.get(b"lv2_descriptor\0").expect("lv2_descriptor is there") };
        Self { descriptor, _library: library }
    }

    /// `gain.lv2`, loaded once for the whole test program.
    #[must_use]
    pub fn gain() -> &'static Self {
        static MODULE: OnceLock<Module> = OnceLock::new();
        MODULE.get_or_init(|| Self::load(&bundle::lv2_binary()))
    }

    /// `probe.lv2`, loaded once for the whole test program.
    #[must_use]
    pub fn probe() -> &'static Self {
        static MODULE: OnceLock<Module> = OnceLock::new();
        MODULE.get_or_init(|| Self::load(&probe::built("probe.lv2/probe.so")))
    }

    /// The descriptor at an index.
    #[must_use]
    pub fn descriptor(&self, index: u32) -> Option<&sys::LV2_Descriptor> {
        // SAFETY: any index is allowed; a descriptor lives as long as the library.
        unsafe { (self.descriptor)(index).as_ref() }
    }

    /// The descriptor of a URI.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn find(&self, uri: &str) -> &sys::LV2_Descriptor {
        let mut all = (0..).map_while(|index| self.descriptor(index));
        // SAFETY: a descriptor's URI is a string.
        let found = all.find(|d| unsafe { CStr::from_ptr(d.URI) }.to_bytes() == uri.as_bytes());
        found.unwrap_or_else(|| panic!("the binary has no {uri}"))
    }

    /// The port table that the binary gives of itself.
    ///
    /// # Panics
    /// Where it gives none.
    #[must_use]
    pub fn own_ports(descriptor: &sys::LV2_Descriptor) -> String {
        let uri = std::ffi::CString::new(dyad_ttl::SELF_DESCRIPTION).expect("a URI");
        let extension = descriptor.extension_data.expect("extension_data is there");
        // SAFETY: a string; the answer is null or the struct that this URI stands for.
        let own = unsafe { extension(uri.as_ptr()).cast::<dyad_lv2::SelfDescription>().as_ref() };
        let own = own.expect("the binary describes itself");
        // SAFETY: a descriptor of the same binary; the answer is null or a string.
        unsafe {
            let text: *const c_char = (own.text)(descriptor);
            assert!(!text.is_null(), "the binary describes its own descriptors");
            CStr::from_ptr(text).to_string_lossy().into_owned()
        }
    }

    /// The state interface.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn state(descriptor: &sys::LV2_Descriptor) -> &sys::LV2_State_Interface {
        let extension = descriptor.extension_data.expect("extension_data is there");
        // SAFETY: a string; the answer is null or the struct that this URI stands for.
        let state = unsafe { extension(sys::LV2_STATE__interface.as_ptr().cast()) };
        // SAFETY: as above.
        unsafe { state.cast::<sys::LV2_State_Interface>().as_ref() }.expect("the plugin has state")
    }
}
