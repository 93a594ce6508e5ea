//! The folder for files that a plugin makes (LV2's `state:makePath`).
//!
//! Each child has one of its own, made when the plugin first wants it and removed after the child
//! has ended. It stays only where a state was given out that names something in it: whoever loads
//! that state needs the files at the same place, so from then on they belong to the user, and lie
//! where the user's data lies from the beginning. A parent that is killed leaves the folder behind.

use std::path::{Path, PathBuf};

use crate::state::PluginState;

/// A child's folder, which need not be there.
pub(super) struct Files {
    folder: PathBuf,
    keep: bool,
}

impl Files {
    /// A folder that no other child has; `None` for a user without a place for data.
    pub(super) fn new() -> Option<Self> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let data = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let unique = format!("{}-{}", now.unwrap_or_default().as_nanos(), std::process::id());
        Some(Self { folder: data.join("dyad-host/files").join(unique), keep: false })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the folder where the state needs it.
    pub(super) fn keep_for(&mut self, state: &PluginState) {
        self.keep |= state.names(&self.folder);
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if !self.keep {
            // Nearly always it was never made.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
