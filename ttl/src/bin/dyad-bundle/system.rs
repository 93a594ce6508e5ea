//! How bundles look on each system.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// What differs between target systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// The suffix of a cdylib, and of the binary in an LV2 bundle.
    pub(crate) dll_suffix: &'static str,
    /// The folder of the VST3 binary below `Contents`.
    folder: String,
    /// Its suffix there.
    vst3_suffix: &'static str,
    /// Whether Dyad has editors for it.
    pub(crate) has_editors: bool,
}

impl System {
    /// The system of a target triple.
    pub(crate) fn of(triple: &str) -> Result<Self> {
        let arch = triple.split('-').next().unwrap_or_default();
        let has_editors = triple.contains("-linux-");
        let system =
            |dll_suffix, folder, vst3_suffix| Ok(Self { dll_suffix, folder, vst3_suffix, has_editors });
        if triple.contains("-linux-") {
            // As `uname -m` says it.
            let machine = match arch {
                "i586" | "i686" => "i386",
                "armv7" | "thumbv7neon" => "armv7l",
                "riscv64gc" => "riscv64",
                other => other,
            };
            return system(".so", format!("{machine}-linux"), ".so");
        }
        if triple.contains("-windows-") {
            let machine = match arch {
                "i586" | "i686" => "x86",
                "aarch64" => "arm64",
                other => other,
            };
            return system(".dll", format!("{machine}-win"), ".vst3");
        }
        if triple.ends_with("-apple-darwin") {
            return system(".dylib", "MacOS".into(), "");
        }
        Err(Error::System(triple.into()))
    }

    /// The place of the binary in a VST3 bundle.
    pub(crate) fn vst3_binary(&self, name: &str) -> PathBuf {
        Path::new("Contents").join(&self.folder).join(format!("{name}{}", self.vst3_suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (triple, suffix, place) in [
            ("x86_64-unknown-linux-gnu", ".so", "Contents/x86_64-linux/gain.so"),
            ("aarch64-unknown-linux-gnu", ".so", "Contents/aarch64-linux/gain.so"),
            ("i686-unknown-linux-gnu", ".so", "Contents/i386-linux/gain.so"),
            ("armv7-unknown-linux-gnueabihf", ".so", "Contents/armv7l-linux/gain.so"),
            ("x86_64-pc-windows-msvc", ".dll", "Contents/x86_64-win/gain.vst3"),
            ("aarch64-pc-windows-msvc", ".dll", "Contents/arm64-win/gain.vst3"),
            ("aarch64-apple-darwin", ".dylib", "Contents/MacOS/gain"),
        ] {
            let system = System::of(triple).unwrap();
            assert_eq!((system.dll_suffix, system.vst3_binary("gain")), (suffix, place.into()), "{triple}");
            assert_eq!(system.has_editors, triple.contains("linux"), "{triple}");
        }
        assert!(System::of("wasm32-unknown-unknown").is_err());
    }
}
