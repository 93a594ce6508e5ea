//! A loaded module.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use dyad_core::identity::vst3_class_words;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use vst3::Steinberg::{FUnknown, IPluginFactory, IPluginFactory3, IPluginFactoryTrait, TUID, kResultOk};
use vst3::{ComPtr, Interface, uid};

use crate::bundle;

type Entry = unsafe extern "system" fn(*mut c_void) -> bool;
type Exit = unsafe extern "system" fn() -> bool;
type GetFactory = unsafe extern "system" fn() -> *mut IPluginFactory;

/// A loaded module; dropped as hosts unload one: factory, `ModuleExit`, library.
pub struct Module {
    factory: ManuallyDrop<ComPtr<IPluginFactory3>>,
    exit: Exit,
    class: TUID,
    _library: Library,
}

impl Module {
    /// Loads the gain plugin's binary as hosts do.
    ///
    /// # Panics
    /// Where it can't be loaded, lacks an entry point, or refuses.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        Self::of(path, "urn:dyad:gain")
    }

    /// Loads a binary as hosts do, for the class of a plugin's id.
    ///
    /// # Panics
    /// As [`Module::load`].
    #[must_use]
    pub fn of(path: &Path, plugin: &str) -> Self {
        // SAFETY: the plugin under test; it runs no code when it is loaded.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.unwrap_or_else(|error| panic!("can't load {}: {error}", path.display()));
        // SAFETY: the types that VST3 gives these symbols; the order of calls is VST3's.
        unsafe {
            let entry = *library.get::<Entry>(b"ModuleEntry\0").expect("ModuleEntry is there");
            let exit = *library.get::<Exit>(b"ModuleExit\0").expect("ModuleExit is there");
            let get = *library.get::<GetFactory>(b"GetPluginFactory\0").expect("GetPluginFactory is there");
            let handle = library.into_raw();
            assert!(entry(handle), "ModuleEntry says true");
            let factory = ComPtr::from_raw(get()).expect("there is a factory");
            let factory = factory.cast::<IPluginFactory3>().expect("it is an IPluginFactory3");
            let (factory, class) = (ManuallyDrop::new(factory), class_of(plugin));
            Self { factory, exit, class, _library: Library::from_raw(handle) }
        }
    }

    /// `gain.vst3`, loaded once for the whole test program.
    #[must_use]
    pub fn gain() -> &'static Self {
        static MODULE: OnceLock<Module> = OnceLock::new();
        MODULE.get_or_init(|| Self::load(&bundle::vst3_binary()))
    }

    /// `probe.vst3`, loaded once for the whole test program.
    ///
    /// # Panics
    /// Where it is missing.
    #[must_use]
    pub fn probe() -> &'static Self {
        static MODULE: OnceLock<Module> = OnceLock::new();
        MODULE.get_or_init(|| Self::of(&Self::probe_binary(), "urn:dyad:probe"))
    }

    /// The binary in `probe.vst3`, in the folder `DYAD_TEST_BUNDLES`.
    ///
    /// # Panics
    /// Where it is missing.
    #[must_use]
    pub fn probe_binary() -> PathBuf {
        let folder = match std::env::var_os("DYAD_TEST_BUNDLES") {
            Some(folder) => bundle::workspace().join(folder),
            None => bundle::target().join("test-bundles"),
        };
        let binary = format!("probe.vst3/Contents/{}-linux/probe.so", std::env::consts::ARCH);
        let path = folder.join(binary);
        assert!(path.exists(), "{} is missing: run `ci/test.sh`", path.display());
        path
    }

    /// The factory.
    #[must_use]
    pub fn factory(&self) -> &ComPtr<IPluginFactory3> {
        &self.factory
    }

    /// The class id of the gain plugin.
    #[must_use]
    pub fn class_id() -> TUID {
        class_of("urn:dyad:gain")
    }

    /// A new instance, as nothing but an object.
    ///
    /// # Panics
    /// Where the factory refuses.
    #[must_use]
    pub fn create(&self) -> ComPtr<FUnknown> {
        let class = self.class;
        let mut object = std::ptr::null_mut();
        // SAFETY: ids of 16 bytes and a place for the answer, of which we own a reference.
        unsafe {
            let result =
                self.factory.createInstance(class.as_ptr(), FUnknown::IID.as_ptr().cast(), &mut object);
            assert_eq!(result, kResultOk, "the factory makes an instance");
            ComPtr::from_raw(object.cast()).expect("and gives it")
        }
    }
}

fn class_of(plugin: &str) -> TUID {
    let [a, b, c, d] = vst3_class_words(plugin);
    uid(a, b, c, d)
}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: dropped once, and before the library.
        unsafe {
            ManuallyDrop::drop(&mut self.factory);
            (self.exit)();
        }
    }
}
