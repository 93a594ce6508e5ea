//! The test plugin of `tests/probe`, as its own crate describes it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use dyad_core::{Bundle, Description, Plugin, Visitor};

use crate::bundle;

/// The plugin's description.
///
/// # Panics
/// Where the crate does not describe itself.
#[must_use]
pub fn description() -> Description {
    all().swap_remove(0)
}

/// The description of the instrument in the same bundle.
///
/// # Panics
/// As [`description`].
#[must_use]
pub fn tone_description() -> Description {
    all().swap_remove(1)
}

fn all() -> Vec<Description> {
    struct All(Vec<Description>);
    impl Visitor for All {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.push(Description::of::<P>(lock).expect("the probe describes itself"));
        }
    }
    let mut all = All(Vec::new());
    ::probe::Bundle::visit(&mut all);
    all.0
}

/// A file or folder below the folder with the bundles for tests: `DYAD_TEST_BUNDLES` (a relative path is
/// one from the workspace's root), or `test-bundles` in the workspace's target folder.
///
/// # Panics
/// Where it is missing.
#[must_use]
pub fn built(below: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder: &Path = FOLDER.get_or_init(|| match std::env::var_os("DYAD_TEST_BUNDLES") {
        Some(folder) => bundle::workspace().join(folder),
        None => bundle::target().join("test-bundles"),
    });
    let path = folder.join(below);
    assert!(path.exists(), "{} is missing: run `make test`, which makes it", path.display());
    path
}

/// `LV2_PATH` for a world of the plugin's bundle and what the system has.
///
/// # Panics
/// Where it can't be made.
#[must_use]
pub fn lv2_path() -> String {
    let world = bundle::target().join("tests/probe-lv2");
    std::fs::create_dir_all(&world).expect("the target folder can be written to");
    // Another test program may be at it too: a link is there or not, never half.
    let new = world.join(format!("{}.new", std::process::id()));
    let _ = std::fs::remove_file(&new);
    let linked = std::os::unix::fs::symlink(built("probe.lv2"), &new);
    linked.and_then(|()| std::fs::rename(&new, world.join("probe.lv2"))).expect("a link can be made");
    format!("{}:/usr/lib/lv2", world.display())
}
