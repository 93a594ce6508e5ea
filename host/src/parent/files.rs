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
use std::time::SystemTime;

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
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
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

    /// The files in the folder that a state names, or whose folder it names; rather too many than too few.
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

    /// The files that a state names and that were written for it, since it was asked for. Others that it names
    /// may be what the plugin works with.
    fn made_for(&self, state: &PluginState, asked: SystemTime) -> impl Iterator<Item = PathBuf> {
        let written = move |file: &PathBuf| {
            std::fs::metadata(file).and_then(|about| about.modified()).is_ok_and(|time| time >= asked)
        };
        self.named_by(state).into_iter().filter(|file| state.names_whole(file)).filter(written)
    }

    /// Removes a file, unless a state of the user's names it.
    fn remove(&self, file: &Path) {
        if file.starts_with(&self.0.path) && !self.given().contains(file) {
            // One that can't be removed is in nobody's way.
            let _ = std::fs::remove_file(file);
            let above = file.ancestors().skip(1).take_while(|folder| *folder != self.0.path);
            // Fails for those where something is left.
            above.map_while(|folder| std::fs::remove_dir(folder).ok()).for_each(drop);
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
pub(super) struct Held {
    folders: Vec<Files>,
    /// What was written for the newest snapshot.
    made: Vec<PathBuf>,
}

impl Held {
    /// A replacement begins with `state` from now on; `current` are the files of the child that has it.
    fn hold(&mut self, state: &PluginState, current: Option<&Files>) {
        if let Some(current) = current
            && !self.folders.iter().any(|files| files.folder() == current.folder())
        {
            self.folders.push(current.clone());
        }
        for file in std::mem::take(&mut self.made) {
            if !state.names(&file) {
                self.folders.iter().for_each(|files| files.remove(&file));
            }
        }
        self.folders.retain(|files| state.names(files.folder()));
    }

    /// It was asked for then, and nobody else has it.
    pub(super) fn snapshot(&mut self, state: &PluginState, asked: SystemTime, current: Option<&Files>) {
        self.hold(state, current);
        self.made = self.folders.iter().flat_map(|files| files.made_for(state, asked)).collect();
    }

    /// The user has it too.
    pub(super) fn give_out(&mut self, state: &PluginState, current: Option<&Files>) {
        self.hold(state, current);
        self.folders.iter().for_each(|files| files.give_out(state));
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

    const LONG_AGO: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_snapshot_holds_its_files_until_the_next_one_and_beyond_their_child() {
        let (place, files) = with(&["a/x", "2/a/x", "3/a/x", "unnamed"]);
        let file = |name: &str| place.path().join("it").join(name);
        let [first, second, third] = ["a/x", "2/a/x", "3/a/x"].map(|name| state(&file(name)));
        let mut held = Held::default();
        held.snapshot(&first, LONG_AGO, Some(&files));
        held.snapshot(&second, LONG_AGO, Some(&files));
        assert!(!file("a").exists() && file("2/a/x").exists() && file("unnamed").exists());
        drop(files);
        assert!(file("2/a/x").exists(), "the replacement needs it");
        held.give_out(&second, None);
        held.snapshot(&third, LONG_AGO, None);
        assert!(file("2/a/x").exists(), "the user has that state");
        held.snapshot(&state(Path::new("/elsewhere")), LONG_AGO, None);
        assert!(!file("3").exists() && file("2/a/x").exists());
    }

    #[test]
    fn what_the_plugin_works_with_stays_while_it_runs() {
        let (place, files) = with(&["rec", "rec.wav", "old.wav", "2/rec.wav"]);
        let file = |name: &str| place.path().join("it").join(name);
        let old = std::fs::File::options().write(true).open(file("old.wav")).unwrap();
        old.set_modified(LONG_AGO).unwrap();
        let asked = SystemTime::now() - std::time::Duration::from_secs(60);
        let mut held = Held::default();
        held.snapshot(&state(&file("old.wav")), asked, Some(&files));
        held.snapshot(&state(&file("rec.wav")), asked, Some(&files));
        held.snapshot(&state(&file("2/rec.wav")), asked, Some(&files));
        assert!(file("old.wav").exists(), "it was there before the state was asked for");
        assert!(file("rec").exists(), "its name only begins as the other's");
        assert!(!file("rec.wav").exists() && file("2/rec.wav").exists());
    }

    #[test]
    fn with_the_last_snapshot_goes_the_folder() {
        let (place, files) = with(&["a"]);
        let mut held = Held::default();
        held.snapshot(&state(&files.folder().join("a")), LONG_AGO, Some(&files));
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
