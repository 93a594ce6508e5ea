//! The folder for files that a plugin makes (LV2's `state:makePath`).
//!
//! Each child has one of its own, made when the plugin first wants it and removed after the child
//! has ended. It stays only where a state was given out that names something in it: whoever loads
//! that state needs the files at the same place, so from then on they belong to the user, and lie
//! where the user's data lies from the beginning. A parent that is killed leaves the folder behind.
//!
//! A state that nobody but a replacement gets [holds](Held) the files that it names, and no longer than it is the
//! newest one: snapshots are taken again and again.

#![allow(clippy::disallowed_types, reason = "no audio thread has anything to do with files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::state::PluginState;

/// A child's folder, which need not be there. It goes with the last clone.
#[derive(Clone)]
pub(super) struct Files(Arc<Folder>);

struct Folder {
    path: PathBuf,
    /// The files in it that the user's states name.
    given: Mutex<BTreeSet<PathBuf>>,
}

impl Files {
    /// A folder that no other child has; `None` for a user without a place for data.
    pub(super) fn new() -> Option<Self> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let data = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let unique = format!("{}-{}", now.unwrap_or_default().as_nanos(), std::process::id());
        Some(Self::at(data.join("dyad-host/files").join(unique)))
    }

    fn at(path: PathBuf) -> Self {
        Self(Arc::new(Folder { path, given: Mutex::default() }))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0.path
    }

    /// The user has this state: what it names stays.
    pub(super) fn give_out(&self, state: &PluginState) {
        if state.names(&self.0.path) {
            let mut given = self.given();
            // The folder itself, where it names no file that is there.
            given.insert(self.0.path.clone());
            given.extend(self.named_by(state));
        }
    }

    fn given(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.0.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files in the folder that a state names, or whose folder it names.
    fn named_by(&self, state: &PluginState) -> BTreeSet<PathBuf> {
        let mut named = BTreeSet::new();
        let mut folders = vec![(self.0.path.clone(), state.names_whole(&self.0.path))];
        while let Some((folder, of_it)) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    let whole = of_it || state.names_whole(&path);
                    folders.push((path, whole));
                } else if of_it || state.names(&path) {
                    named.insert(path);
                }
            }
        }
        named
    }

    /// Removes what `before` needed and `now` does not, but for what the user's states name.
    fn drop_old(&self, before: &PluginState, now: &PluginState) {
        if !before.names(&self.0.path) {
            return;
        }
        let (still, given) = (self.named_by(now), self.given());
        for file in self.named_by(before) {
            if !still.contains(&file) && !given.contains(&file) {
                // One that can't be removed is in nobody's way.
                let _ = std::fs::remove_file(&file);
                let above = file.ancestors().skip(1).take_while(|folder| *folder != self.0.path);
                // Fails for those where something is left.
                above.map_while(|folder| std::fs::remove_dir(folder).ok()).for_each(drop);
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let given = self.given.get_mut().unwrap_or_else(PoisonError::into_inner);
        if given.is_empty() {
            // Nearly always it was never made.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// What the state of a replacement needs, of this child and of those before it.
#[derive(Default)]
pub(super) struct Held(Vec<Files>);

impl Held {
    /// A replacement begins with `state` from now on and no more with `before`; `current` are the files of the
    /// child that has it, and `given` says whether the user has it too.
    pub(super) fn hold_for(
        &mut self,
        state: &PluginState,
        before: Option<&PluginState>,
        given: bool,
        current: Option<&Files>,
    ) {
        if let Some(current) = current
            && !self.0.iter().any(|files| files.folder() == current.folder())
        {
            self.0.push(current.clone());
        }
        for files in &self.0 {
            if given {
                files.give_out(state);
            }
            if let Some(before) = before {
                files.drop_old(before, state);
            }
        }
        self.0.retain(|files| state.names(files.folder()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Bytes, Property};

    fn state(text: &Path) -> PluginState {
        let value = Bytes(format!("{}\0", text.display()).into_bytes());
        let properties = vec![Property { key: "urn:key".into(), kind: "urn:kind".into(), flags: 0, value }];
        PluginState::Lv2 { ports: Default::default(), properties }
    }

    /// A folder with such files.
    fn with(files: &[&str]) -> (tempfile::TempDir, Files) {
        let place = tempfile::tempdir().unwrap();
        let made = Files::at(place.path().join("it"));
        for file in files {
            let file = made.folder().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        (place, made)
    }

    #[test]
    fn what_the_user_has_stays_and_the_rest_goes() {
        for (name, stays) in [("it/a", true), ("it", true), ("other/a", false)] {
            let (place, files) = with(&["a"]);
            files.give_out(&state(&place.path().join(name)));
            drop(files);
            assert_eq!(place.path().join("it/a").exists(), stays, "{name}");
        }
    }

    #[test]
    fn a_snapshot_holds_its_files_until_the_next_one_and_beyond_their_child() {
        let (place, files) = with(&["a/x", "2/a/x", "3/a/x", "unnamed"]);
        let file = |name: &str| place.path().join("it").join(name);
        let [first, second, third] = ["a/x", "2/a/x", "3/a/x"].map(|name| state(&file(name)));
        let mut held = Held::default();
        held.hold_for(&first, None, false, Some(&files));
        held.hold_for(&second, Some(&first), false, Some(&files));
        assert!(!file("a").exists() && file("2/a/x").exists() && file("unnamed").exists());
        drop(files);
        assert!(file("2/a/x").exists(), "the replacement needs it");
        held.hold_for(&second, Some(&second), true, None);
        held.hold_for(&third, Some(&second), false, None);
        assert!(file("2/a/x").exists(), "the user has that state");
        held.hold_for(&state(Path::new("/elsewhere")), Some(&third), false, None);
        assert!(!file("3").exists() && file("2/a/x").exists());
    }

    #[test]
    fn with_the_last_snapshot_goes_the_folder() {
        let (place, files) = with(&["a"]);
        let mut held = Held::default();
        held.hold_for(&state(&files.folder().join("a")), None, false, Some(&files));
        drop(files);
        assert!(place.path().join("it/a").exists());
        drop(held);
        assert!(!place.path().join("it").exists());
    }

    #[test]
    fn a_folder_that_is_named_stands_for_its_files() {
        let (place, files) = with(&["set/1.wav", "set/deep/2.wav", "settings"]);
        let set = state(&place.path().join("it/set"));
        let named: Vec<_> = files.named_by(&set).into_iter().collect();
        assert_eq!(named, ["set/1.wav", "set/deep/2.wav"].map(|name| files.folder().join(name)));
    }
}
