//! Where the built bundles are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder that holds the bundles: `DYAD_BUNDLES` (a relative path is one from the workspace's
/// root), or `bundles` in the workspace's target folder.
///
/// # Panics
/// Where cargo can't say where the target folder is.
#[must_use]
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| match std::env::var_os("DYAD_BUNDLES") {
        Some(folder) => workspace().join(folder),
        None => target().join("bundles"),
    })
}

/// The workspace's root.
///
/// # Panics
/// Never, as long as this package is a folder of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace")
}

/// The workspace's target folder, as cargo sees it (environment and configuration taken into account).
///
/// # Panics
/// Where cargo can't be run or gives nonsense.
#[must_use]
pub fn target() -> &'static Path {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(&cargo)
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .current_dir(workspace())
            .output()
            .unwrap_or_else(|error| panic!("can't run {}: {error}", cargo.display()));
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("`cargo metadata` gave no answer ({error}): {}", String::from_utf8_lossy(&output.stderr))
        });
        let folder = metadata["target_directory"].as_str().expect("cargo names its target folder");
        PathBuf::from(folder)
    })
}

/// A file or folder below the bundles' folder; fails the test where it is missing.
///
/// # Panics
/// Where it is missing.
#[must_use]
pub fn built(below: &str) -> PathBuf {
    let path = folder().join(below);
    assert!(path.exists(), "{} is missing: run `make bundles`", path.display());
    path
}

/// The names of all built plugins, sorted: NAME of each NAME.lv2.
///
/// # Panics
/// Where the bundles' folder can't be read.
#[must_use]
pub fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the bundles' folder can be read: run `make bundles`");
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter_map(|name| name.strip_suffix(".lv2").map(str::to_owned)).collect();
    names.sort();
    names
}

/// `gain.lv2`.
#[must_use]
pub fn lv2() -> PathBuf {
    built("gain.lv2")
}

/// `gain.vst3`.
#[must_use]
pub fn vst3() -> PathBuf {
    built("gain.vst3")
}

/// The binary in `gain.lv2`.
#[must_use]
pub fn lv2_binary() -> PathBuf {
    built("gain.lv2/gain.so")
}

/// The binary in `gain.vst3`.
#[must_use]
pub fn vst3_binary() -> PathBuf {
    built(&format!("gain.vst3/Contents/{}-linux/gain.so", std::env::consts::ARCH))
}

/// The program dyad-host: `DYAD_HOST`, or the one that cargo built beside the test.
///
/// # Panics
/// Where it is missing.
#[must_use]
pub fn host() -> std::process::Command {
    let built = || target().join("debug/dyad-host");
    let program = std::env::var_os("DYAD_HOST").map_or_else(built, PathBuf::from);
    assert!(program.exists(), "{} is missing: run `cargo build -p dyad-host`", program.display());
    std::process::Command::new(program)
}
