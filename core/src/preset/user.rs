//! Presets that users save: files with the bytes of a saved state.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use thiserror::Error;

use super::name;
use crate::state::{Document, StateError};

/// What files of presets end in.
const EXTENSION: &str = "dyadpreset";
/// Larger files are not read: they are something else.
const MAX_SIZE: u64 = 256 << 20;

/// Why something can't be done with a user's preset.
#[derive(Debug, Error)]
pub enum PresetError {
    /// There is no folder for a user's data: no home.
    #[error("there is no folder for presets: {0} is not set")]
    NoFolder(&'static str),
    /// No file can have this name.
    #[error("a preset can't be called {0:?}: 1 to 200 bytes of text on one line")]
    Name(String),
    /// There is one of that name.
    #[error("there is already a preset {0:?}")]
    Exists(String),
    /// A path that is not one of [`UserPresets::list`].
    #[error("{0} is not a preset of this plugin")]
    Elsewhere(PathBuf),
    /// The file is too large to be a preset.
    #[error("{0} is too large for a preset")]
    TooLarge(PathBuf),
    /// What is in it is not a state of this plugin.
    #[error(transparent)]
    State(#[from] StateError),
    /// The file system refuses.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        error: io::Error,
    },
}

impl PresetError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        |error| Self::Io { path, error }
    }
}

/// One file in the user's folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserPreset {
    /// Name of its folder; empty for one that lies in none.
    pub category: String,
    /// What the user called it.
    pub name: String,
    /// The file; what the other functions take.
    pub path: PathBuf,
    /// Why it can't be loaded, where it can't.
    pub error: Option<String>,
}

/// The presets that a user saved for a plugin, shared by all formats. `[main-thread]`
#[derive(Clone, Debug)]
pub struct UserPresets {
    plugin: String,
    folder: PathBuf,
}

impl UserPresets {
    /// The presets for the plugin with this id, in the user's own folder:
    /// `$XDG_DATA_HOME/dyad/presets` (`~/.local/share/dyad/presets`), on macOS
    /// `~/Library/Application Support/dyad/presets`, on Windows `%APPDATA%\dyad\presets`. The
    /// folder is made when the first preset is saved.
    ///
    /// # Errors
    /// [`PresetError::NoFolder`].
    pub fn new(plugin: &str) -> Result<Self, PresetError> {
        Ok(Self::within(&data_folder(|name| std::env::var_os(name))?.join("dyad").join("presets"), plugin))
    }

    /// The same within another folder than the user's own.
    #[must_use]
    pub fn within(presets: &Path, plugin: &str) -> Self {
        Self { plugin: plugin.to_owned(), folder: presets.join(name::plugin_folder(plugin)) }
    }

    /// The folder of this plugin's presets; it may not exist.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All of them, by category and name. Files that can't be loaded are listed with the reason.
    #[must_use]
    pub fn list(&self) -> Vec<UserPreset> {
        let mut presets = Vec::new();
        for entry in entries(&self.folder) {
            let path = entry.path();
            match entry.file_name().to_str() {
                Some(folder) if path.is_dir() && !folder.starts_with('.') => {
                    let category = name::from_file(folder);
                    for entry in entries(&path) {
                        presets.extend(self.entry(&category, entry.path()));
                    }
                }
                _ => presets.extend(self.entry("", path)),
            }
        }
        presets.sort();
        presets
    }

    /// One file, where it is a preset by its name.
    fn entry(&self, category: &str, path: PathBuf) -> Option<UserPreset> {
        let stem = path.file_stem()?.to_string_lossy();
        if path.extension() != Some(OsStr::new(EXTENSION)) || stem.starts_with('.') {
            return None;
        }
        let name = name::from_file(&stem);
        let error = self.load(&path).err().map(|error| error.to_string());
        Some(UserPreset { category: category.to_owned(), name, path, error })
    }

    /// Saves a state document under a name, and gives the file. `category` may be empty. What is
    /// there already stays unless `overwrite`, and a failure half-way leaves it whole.
    ///
    /// # Errors
    /// See [`PresetError`].
    pub fn save(
        &self,
        category: &str,
        name: &str,
        document: &[u8],
        overwrite: bool,
    ) -> Result<PathBuf, PresetError> {
        self.check(document)?;
        let path = self.path_for(category, name)?;
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(PresetError::io(folder))?;
        // Written beside its place, so that nobody ever reads half of it.
        let (temporary, mut file) = temporary_file(folder)?;
        let written = file.write_all(document).and_then(|()| file.sync_all());
        drop(file);
        let placed = written.map_err(PresetError::io(&temporary));
        let placed = placed.and_then(|()| place(&temporary, &path, name, overwrite));
        if placed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        placed.map(|()| path)
    }

    /// The document in a file of [`UserPresets::list`], found to be a state of this plugin. Load it
    /// as a session's, except that the bypass stays as it is.
    ///
    /// # Errors
    /// See [`PresetError`].
    pub fn load(&self, path: &Path) -> Result<Vec<u8>, PresetError> {
        self.check_path(path)?;
        let about = fs::metadata(path).map_err(PresetError::io(path))?;
        // Anything else may wait for ever when it is opened.
        if !about.is_file() {
            return Err(PresetError::Elsewhere(path.to_owned()));
        }
        if about.len() > MAX_SIZE {
            return Err(PresetError::TooLarge(path.to_owned()));
        }
        let mut document = Vec::new();
        let file = File::open(path).map_err(PresetError::io(path))?;
        file.take(MAX_SIZE).read_to_end(&mut document).map_err(PresetError::io(path))?;
        self.check(&document)?;
        Ok(document)
    }

    /// Deletes a file of [`UserPresets::list`], and its category's folder when that is empty then.
    ///
    /// # Errors
    /// See [`PresetError`].
    pub fn delete(&self, path: &Path) -> Result<(), PresetError> {
        self.check_path(path)?;
        fs::remove_file(path).map_err(PresetError::io(path))?;
        self.tidy(path);
        Ok(())
    }

    /// Gives a file of [`UserPresets::list`] another category and name; gives the new file.
    ///
    /// # Errors
    /// See [`PresetError`].
    pub fn rename(
        &self,
        path: &Path,
        category: &str,
        name: &str,
        overwrite: bool,
    ) -> Result<PathBuf, PresetError> {
        self.check_path(path)?;
        let new = self.path_for(category, name)?;
        if new == path {
            return Ok(new);
        }
        let folder = new.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(PresetError::io(folder))?;
        let placed = place(path, &new, name, overwrite);
        self.tidy(if placed.is_ok() { path } else { &new });
        placed.map(|()| new)
    }

    fn path_for(&self, category: &str, name: &str) -> Result<PathBuf, PresetError> {
        let file = |name: &str| name::to_file(name).ok_or_else(|| PresetError::Name(name.to_owned()));
        let folder =
            if category.is_empty() { self.folder.clone() } else { self.folder.join(file(category)?) };
        Ok(folder.join(format!("{}.{EXTENSION}", file(name)?)))
    }

    /// Whether a path is in this folder or one in it, without leaving it.
    fn check_path(&self, path: &Path) -> Result<(), PresetError> {
        let inner = path.strip_prefix(&self.folder).ok();
        let inside = inner.is_some_and(|inner| {
            let mut parts = inner.components();
            parts.all(|part| matches!(part, Component::Normal(_)))
                && matches!(inner.components().count(), 1 | 2)
        });
        let good = inside && path.extension() == Some(OsStr::new(EXTENSION));
        if good { Ok(()) } else { Err(PresetError::Elsewhere(path.to_owned())) }
    }

    fn check(&self, document: &[u8]) -> Result<(), StateError> {
        let found = Document::parse(document)?.plugin;
        if found != self.plugin {
            return Err(StateError::OtherPlugin { found: found.into(), expected: self.plugin.clone() });
        }
        Ok(())
    }

    /// Takes away the folder of a category that has nothing left.
    fn tidy(&self, path: &Path) {
        if let Some(folder) = path.parent().filter(|folder| *folder != self.folder) {
            // Refused where something is in it.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// What is in a folder; nothing where it can't be read.
fn entries(folder: &Path) -> impl Iterator<Item = fs::DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok)
}

/// A new file that no list shows.
fn temporary_file(folder: &Path) -> Result<(PathBuf, File), PresetError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        // Relaxed: only its own value matters.
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".{}-{count}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            // Left by a process of the same number that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(PresetError::Io { path, error }),
        }
    }
}

/// Moves a file to its name in one step.
fn place(from: &Path, to: &Path, name: &str, overwrite: bool) -> Result<(), PresetError> {
    if overwrite {
        return fs::rename(from, to).map_err(PresetError::io(to));
    }
    let exists = || PresetError::Exists(name.to_owned());
    // A link is never made over a file that another process put there just now, as a rename is.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).map_err(PresetError::io(from)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
        // A file system without links.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(exists()),
        Err(_) => fs::rename(from, to).map_err(PresetError::io(to)),
    }
}

/// Where a user's data is.
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn data_folder(get: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, PresetError> {
    // Relative ones are to be ignored, says the XDG Base Directory Specification.
    let absolute = |name| get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let at_home = || absolute("HOME").map(|home| home.join(".local").join("share"));
    absolute("XDG_DATA_HOME").or_else(at_home).ok_or(PresetError::NoFolder("HOME"))
}

#[cfg(target_os = "macos")]
fn data_folder(get: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, PresetError> {
    let home = get("HOME").ok_or(PresetError::NoFolder("HOME"))?;
    Ok(PathBuf::from(home).join("Library").join("Application Support"))
}

#[cfg(target_os = "windows")]
fn data_folder(get: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, PresetError> {
    get("APPDATA").map(PathBuf::from).ok_or(PresetError::NoFolder("APPDATA"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Writer;

    const ID: &str = "urn:dyad:gain";

    fn document(gain: f64) -> Vec<u8> {
        let mut writer = Writer::new(ID, "1.0.0", 1);
        writer.float("gain", gain);
        writer.finish()
    }

    fn presets() -> (tempfile::TempDir, UserPresets) {
        let folder = tempfile::tempdir().unwrap();
        let presets = UserPresets::within(&folder.path().join("not yet there"), ID);
        (folder, presets)
    }

    fn names(presets: &UserPresets) -> Vec<(String, String)> {
        presets.list().into_iter().map(|preset| (preset.category, preset.name)).collect()
    }

    fn files(folder: &Path) -> Vec<OsString> {
        entries(folder).map(|entry| entry.file_name()).collect()
    }

    #[test]
    fn what_is_saved_is_listed_and_loaded() {
        let (_folder, presets) = presets();
        assert_eq!(presets.list(), [], "no folder is no error");
        for (category, name) in [("Bass", "Deep/Sub"), ("", "..\\top"), ("Air", "b"), ("Air", "a")] {
            presets.save(category, name, &document(1.0), false).unwrap();
        }
        let want = [("", "..\\top"), ("Air", "a"), ("Air", "b"), ("Bass", "Deep/Sub")];
        assert_eq!(names(&presets), want.map(|(a, b)| (a.to_owned(), b.to_owned())));
        for preset in presets.list() {
            assert_eq!((preset.error, presets.load(&preset.path).unwrap()), (None, document(1.0)));
        }
        assert_eq!(files(&presets.folder().join("Bass")), ["Deep%2FSub.dyadpreset"], "nothing beside it");
    }

    #[test]
    fn nothing_is_lost_without_asking() {
        let (_folder, presets) = presets();
        let path = presets.save("", "a", &document(1.0), false).unwrap();
        let error = presets.save("", "a", &document(2.0), false).unwrap_err();
        assert_eq!(error.to_string(), "there is already a preset \"a\"");
        assert_eq!(presets.load(&path).unwrap(), document(1.0));
        assert_eq!(presets.save("", "a", &document(2.0), true).unwrap(), path);
        assert_eq!(presets.load(&path).unwrap(), document(2.0));
        let other = presets.save("", "b", &document(3.0), false).unwrap();
        assert!(matches!(presets.rename(&other, "", "a", false), Err(PresetError::Exists(_))));
        assert_eq!(presets.load(&path).unwrap(), document(2.0));
        assert_eq!(files(presets.folder()).len(), 2, "no temporary file is left");
    }

    #[test]
    fn renaming_and_deleting_take_empty_categories_along() {
        let (_folder, presets) = presets();
        let path = presets.save("Old", "a", &document(1.0), false).unwrap();
        let path = presets.rename(&path, "New", "b", false).unwrap();
        assert_eq!(names(&presets), [("New".to_owned(), "b".to_owned())]);
        assert_eq!(presets.rename(&path, "New", "b", false).unwrap(), path, "the same name again");
        presets.save("New", "c", &document(2.0), false).unwrap();
        let path = presets.rename(&path, "New", "c", true).unwrap();
        assert_eq!(presets.load(&path).unwrap(), document(1.0));
        presets.delete(&path).unwrap();
        assert_eq!(files(presets.folder()), [""; 0], "neither folder is left");
        assert!(matches!(presets.delete(&path), Err(PresetError::Io { .. })));
    }

    #[test]
    fn bad_files_are_listed_with_their_fault() {
        let (_folder, presets) = presets();
        let good = presets.save("", "good", &document(1.0), false).unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(presets.folder().join(name), bytes).unwrap();
        write("cut.dyadpreset", &document(1.0)[..30]);
        write("other.dyadpreset", &Writer::new("urn:other", "1.0.0", 0).finish());
        write("100% made by hand.dyadpreset", &document(1.0));
        write("notes.txt", b"");
        write(".hidden.dyadpreset", b"");
        fs::create_dir_all(presets.folder().join("folder.dyadpreset")).unwrap();
        fs::create_dir_all(presets.folder().join("a").join("b.dyadpreset")).unwrap();
        let list = presets.list();
        let list: Vec<_> =
            list.iter().map(|p| (p.name.as_str(), p.error.as_deref().unwrap_or("none"))).collect();
        let b = presets.folder().join("a").join("b.dyadpreset");
        let b = format!("{} is not a preset of this plugin", b.display());
        assert_eq!(
            list,
            [
                ("100% made by hand", "none"),
                ("cut", "not a Dyad state: it is cut off or damaged"),
                ("good", "none"),
                ("other", "the state belongs to \"urn:other\", not to \"urn:dyad:gain\""),
                ("b", &b),
            ]
        );
        assert!(presets.load(&good).is_ok());
    }

    #[test]
    fn only_states_of_the_plugin_and_good_names_are_saved() {
        let (_folder, presets) = presets();
        let save = |category: &str, name: &str| presets.save(category, name, &document(1.0), false);
        for name in ["", " ", "a\0b", "a\nb", &"x".repeat(300)] {
            assert!(matches!(save("", name), Err(PresetError::Name(_))), "{name:?}");
            assert!(name.is_empty() || matches!(save(name, "a"), Err(PresetError::Name(_))), "{name:?}");
        }
        let other = Writer::new("urn:other", "1.0.0", 0).finish();
        for bytes in [&b"text"[..], &other] {
            assert!(matches!(presets.save("", "a", bytes, true), Err(PresetError::State(_))));
        }
        assert!(!presets.folder().exists(), "nothing was made");
        save("..", "..").unwrap();
        assert_eq!(names(&presets), [("..".to_owned(), "..".to_owned())], "they stay in the folder");
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let (folder, presets) = presets();
        let inside = presets.save("", "a", &document(1.0), false).unwrap();
        let outside = folder.path().join("a.dyadpreset");
        fs::copy(&inside, &outside).unwrap();
        let sneaky = presets.folder().join("../../a.dyadpreset");
        let wrong_ending = presets.folder().join("a.txt");
        for path in [&outside, &sneaky, &wrong_ending, &presets.folder().to_owned()] {
            assert!(matches!(presets.load(path), Err(PresetError::Elsewhere(_))), "{path:?}");
            assert!(matches!(presets.delete(path), Err(PresetError::Elsewhere(_))), "{path:?}");
            assert!(
                matches!(presets.rename(path, "", "b", true), Err(PresetError::Elsewhere(_))),
                "{path:?}"
            );
        }
        assert!(outside.exists());
    }

    #[test]
    #[cfg(not(any(target_os = "macos", target_os = "windows")))]
    fn the_folder_is_where_xdg_says() {
        let folder = |data: Option<&str>, home: Option<&str>| {
            let get = |name: &str| if name == "HOME" { home } else { data }.map(OsString::from);
            data_folder(get).map_err(|error| error.to_string())
        };
        assert_eq!(folder(Some("/data"), Some("/home/a")), Ok("/data".into()));
        assert_eq!(folder(None, Some("/home/a")), Ok("/home/a/.local/share".into()));
        assert_eq!(folder(Some("relative"), Some("/home/a")), Ok("/home/a/.local/share".into()));
        assert_eq!(folder(None, None), Err("there is no folder for presets: HOME is not set".into()));
    }
}
