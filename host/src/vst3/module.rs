//! A VST3 module: finding its file, opening it and closing it again.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};
use std::rc::Rc;

use libloading::os::unix::Library;
use vst3::ComPtr;
use vst3::Steinberg::IPluginFactory;

use super::factory::{Factory, PluginClass};
use super::instance::Instance;
use crate::child::{Arguments, Hosted, Room};
use crate::info::PluginSummary;

/// The folder of a bundle that holds the binaries for this machine.
const ARCHITECTURE: &str = if cfg!(target_arch = "x86_64") {
    "x86_64-linux"
} else if cfg!(target_arch = "aarch64") {
    "aarch64-linux"
} else if cfg!(target_arch = "arm") {
    "armv7l-linux"
} else {
    "i386-linux"
};

/// An open module. Instances share it, so it closes after the last of them.
pub(crate) struct Module {
    opened: Rc<Opened>,
}

/// The parts of an open module, in the order in which they go.
pub(super) struct Opened {
    factory: Option<Factory>,
    library: Library,
}

impl Module {
    /// Opens the module of a bundle, or a bare module file.
    pub(crate) fn open(location: &str) -> Result<Self, String> {
        let file = binary(Path::new(location))?;
        // SAFETY: loading runs the library's initialisers; running this plugin is what the process
        // is for.
        let library = unsafe { Library::open(Some(&file), libc::RTLD_LAZY | libc::RTLD_LOCAL) };
        let library = library.map_err(|e| format!("its module does not load: {e}"))?;
        // The entry point wants the system's handle, which the library only gives out whole.
        let handle = library.into_raw();
        // SAFETY: the handle comes from `into_raw` and is owned by nothing else.
        let library = unsafe { Library::from_raw(handle) };
        let mut opened = Opened { factory: None, library };
        if !opened.has(b"GetPluginFactory\0") {
            return Err(format!(
                "its module {} has no entry point: expected GetPluginFactory",
                file.display()
            ));
        }
        opened.enter(handle)?;
        opened.factory = Some(opened.make_factory()?);
        Ok(Self { opened: Rc::new(opened) })
    }

    pub(super) fn factory(&self) -> Result<&Factory, String> {
        self.opened.factory()
    }

    /// The class with an id or a name; without one the only class.
    pub(super) fn choose(&self, id: Option<&str>) -> Result<PluginClass, String> {
        let classes = self.opened.factory()?.plugins();
        match (id, classes.as_slice()) {
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err("the module holds no audio plugin".into()),
            (None, several) => {
                Err(format!("the module holds {} plugins; choose one with --class ID", several.len()))
            }
            (Some(id), several) => {
                let plain = |text: &str| text.replace(['-', '{', '}'], "").to_ascii_uppercase();
                let found = several
                    .iter()
                    .find(|class| class.id_text() == plain(id))
                    .or_else(|| several.iter().find(|class| class.name == id));
                found.cloned().ok_or_else(|| {
                    let ids: Vec<_> = several.iter().map(|class| class.id_text()).collect();
                    format!("no class {id} in it, only {}", ids.join(", "))
                })
            }
        }
    }
}

impl Opened {
    pub(super) fn factory(&self) -> Result<&Factory, String> {
        self.factory.as_ref().ok_or_else(|| "the module has no factory".into())
    }

    fn has(&self, symbol: &[u8]) -> bool {
        // SAFETY: the symbol is only looked for.
        unsafe { self.library.get::<unsafe extern "system" fn()>(symbol).is_ok() }
    }

    fn enter(&self, handle: *mut libc::c_void) -> Result<(), String> {
        // SAFETY: VST3 defines this symbol with this type; older modules lack it.
        let entry = unsafe {
            self.library.get::<unsafe extern "system" fn(*mut libc::c_void) -> bool>(b"ModuleEntry\0")
        };
        // SAFETY: called once, before anything else of the module.
        if entry.is_ok_and(|entry| !unsafe { entry(handle) }) {
            return Err("its ModuleEntry reported failure".into());
        }
        Ok(())
    }

    fn make_factory(&self) -> Result<Factory, String> {
        type Get = unsafe extern "system" fn() -> *mut IPluginFactory;
        // SAFETY: VST3 defines this symbol with this type. It returns null or a reference that
        // belongs to the caller.
        let factory = unsafe {
            let get = self.library.get::<Get>(b"GetPluginFactory\0").map_err(|e| e.to_string())?;
            ComPtr::from_raw(get())
        };
        Factory::new(factory.ok_or("its GetPluginFactory returned null")?)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.factory = None;
        // SAFETY: VST3 defines this symbol with this type; everything of the module is released.
        unsafe {
            if let Ok(exit) = self.library.get::<unsafe extern "system" fn() -> bool>(b"ModuleExit\0") {
                exit();
            }
        }
    }
}

impl Room for Module {
    fn scan(&self) -> Result<Vec<PluginSummary>, String> {
        let classes = self.opened.factory()?.plugins();
        Ok(classes
            .into_iter()
            .map(|class| PluginSummary {
                id: class.id_text(),
                name: class.name,
                main_inputs: None,
                main_outputs: None,
                sidechains: None,
            })
            .collect())
    }

    fn load(&self, id: Option<&str>, arguments: &Arguments) -> Result<Box<dyn Hosted>, String> {
        let class = self.choose(id)?;
        Ok(Box::new(Instance::new(Rc::clone(&self.opened), class, arguments)?))
    }
}

/// The file to open for a bundle or a bare module.
fn binary(path: &Path) -> Result<PathBuf, String> {
    if path.is_file() {
        return Ok(path.to_owned());
    }
    let folder = path.join("Contents").join(ARCHITECTURE);
    let stem = path.file_stem().unwrap_or_default();
    let named = folder.join(stem).with_extension("so");
    // `with_extension` would cut a name like "Amp 1.5".
    let named = named.with_file_name(format!("{}.so", stem.to_string_lossy()));
    if named.is_file() {
        return Ok(named);
    }
    // A bundle that was renamed still holds one module.
    let modules = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut modules: Vec<_> =
        modules.filter(|p| p.extension().is_some_and(|e| e == "so")).take(2).collect();
    match (modules.pop(), modules.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(format!("its module {} does not exist", named.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_of_a_bundle() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = dir.path().join("Amp 1.5.vst3");
        let folder = bundle.join("Contents").join(ARCHITECTURE);
        std::fs::create_dir_all(&folder).unwrap();
        assert!(binary(&bundle).unwrap_err().contains("Amp 1.5.so does not exist"));
        std::fs::write(folder.join("other.so"), b"").unwrap();
        assert_eq!(binary(&bundle).unwrap(), folder.join("other.so"));
        std::fs::write(folder.join("Amp 1.5.so"), b"").unwrap();
        assert_eq!(binary(&bundle).unwrap(), folder.join("Amp 1.5.so"));
    }
}
