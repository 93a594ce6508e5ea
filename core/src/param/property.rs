//! Texts and paths: what a user sets that is no number, such as a sample's file or a title.
//!
//! They never reach the audio thread. A processor that plays a file gets the decoded samples from
//! the main thread, not the path.

use std::path::Path;
#[expect(
    clippy::disallowed_types,
    reason = "only main threads and workers take it, never the audio thread"
)]
use std::sync::Mutex;
use std::sync::{MutexGuard, PoisonError};

use thiserror::Error;

use crate::identity;
use crate::state::SavedProperties;

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyKind {
    /// Any text.
    Text,
    /// The path of a file; empty where there is none. In saved state the host may write it in its
    /// own way, so that a session can be moved with its files.
    Path,
}

/// The description of a text or path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Key in saved state; follows the id grammar and never changes.
    pub id: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// What it holds.
    pub kind: PropertyKind,
    /// Value of a new instance.
    pub default: &'static str,
    /// The most that it holds, in bytes of UTF-8.
    pub max_len: usize,
    /// For a path: how names of files that fit end, without the dot and in small letters. Empty for any.
    pub extensions: &'static [&'static str],
}

impl Property {
    /// A text of up to 4096 bytes, empty at first.
    #[must_use]
    pub const fn text(id: &'static str, name: &'static str) -> Self {
        Self { id, name, kind: PropertyKind::Text, default: "", max_len: 4096, extensions: &[] }
    }

    /// A path of up to 4096 bytes, empty at first.
    #[must_use]
    pub const fn path(id: &'static str, name: &'static str) -> Self {
        Self { kind: PropertyKind::Path, ..Self::text(id, name) }
    }

    /// The value of a new instance.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The most that it holds, in bytes of UTF-8.
    #[must_use]
    pub const fn max_len(self, max_len: usize) -> Self {
        Self { max_len, ..self }
    }

    /// How names of files that fit end, without the dot and in small letters: what editors offer to choose
    /// from. A path that ends otherwise can be set nevertheless.
    #[must_use]
    pub const fn extensions(self, extensions: &'static [&'static str]) -> Self {
        Self { extensions, ..self }
    }

    /// Whether there is a path among them.
    #[must_use]
    pub const fn has_path(list: &[Self]) -> bool {
        let mut n = 0;
        while n < list.len() {
            if matches!(list[n].kind, PropertyKind::Path) {
                return true;
            }
            n += 1;
        }
        false
    }

    /// Whether it can have a value.
    ///
    /// # Errors
    /// See [`PropertyError`].
    pub fn check(&self, text: &str) -> Result<(), PropertyError> {
        if text.len() > self.max_len {
            return Err(PropertyError::TooLong { id: self.id, len: text.len(), max: self.max_len });
        }
        if text.contains('\0') {
            return Err(PropertyError::Nul { id: self.id });
        }
        Ok(())
    }

    /// What is wrong with a plugin's list, if anything: a sentence that starts with "property".
    #[must_use]
    pub fn fault(list: &[Self]) -> Option<String> {
        for (n, property) in list.iter().enumerate() {
            let id = property.id;
            if let Err(error) = identity::check_symbol(id) {
                return Some(format!("property {error}"));
            }
            if list[..n].iter().any(|other| other.id == id) {
                return Some(format!("property {id:?} is there twice"));
            }
            let fits = |ending: &&str| {
                !ending.is_empty() && !ending.starts_with('.') && **ending == ending.to_lowercase()
            };
            if !property.extensions.iter().all(fits) {
                return Some(format!("property {id:?}: an extension is written as in \"wav\""));
            }
            if property.kind == PropertyKind::Text && !property.extensions.is_empty() {
                return Some(format!("property {id:?} is a text, and has extensions of files"));
            }
            if let Err(error) = property.check(property.default) {
                return Some(format!("property {id:?}: its default: {error}"));
            }
        }
        None
    }
}

/// Why a property can't have a value.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PropertyError {
    /// More than [`Property::max_len`].
    #[error("{id} holds at most {max} bytes, and these are {len}")]
    TooLong {
        /// The property.
        id: &'static str,
        /// Bytes of what was given.
        len: usize,
        /// Bytes that it holds.
        max: usize,
    },
    /// There is a zero byte in it, which hosts take for its end.
    #[error("{id} can't hold a zero byte")]
    Nul {
        /// The property.
        id: &'static str,
    },
    /// There is no property with this index.
    #[error("there is no property {0}")]
    Unknown(usize),
}

/// The texts and paths of one instance, by their position in the plugin's list. `[main-thread]`
///
/// Workers may read them too. The audio thread must not: there is a lock around them.
#[derive(Debug)]
pub struct Properties {
    list: &'static [Property],
    #[expect(clippy::disallowed_types, reason = "only main threads and workers take it")]
    values: Mutex<Vec<String>>,
}

impl Properties {
    /// All at their defaults.
    #[must_use]
    pub fn new(list: &'static [Property]) -> Self {
        let values = list.iter().map(|property| property.default.to_owned()).collect();
        #[expect(clippy::disallowed_types, reason = "only main threads and workers take it")]
        let values = Mutex::new(values);
        Self { list, values }
    }

    /// What there is.
    #[must_use]
    pub fn list(&self) -> &'static [Property] {
        self.list
    }

    /// The position of the property with this id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.list.iter().position(|property| property.id == id)
    }

    /// A value; empty where there is no such property.
    #[must_use]
    pub fn get(&self, index: usize) -> String {
        self.values().get(index).cloned().unwrap_or_default()
    }

    /// Sets a value.
    ///
    /// # Errors
    /// [`PropertyError`], and then the value stays as it was. A path to a file that does not exist
    /// is no error: the drive may come back.
    pub fn set(&self, index: usize, text: &str) -> Result<(), PropertyError> {
        self.list.get(index).ok_or(PropertyError::Unknown(index))?.check(text)?;
        if let Some(value) = self.values().get_mut(index) {
            text.clone_into(value);
        }
        Ok(())
    }

    /// Whether a path property names something that exists now. `false` for an empty path and for
    /// texts. Asks the file system, so not for every frame of an editor.
    #[must_use]
    pub fn exists(&self, index: usize) -> bool {
        let is_path = self.list.get(index).is_some_and(|property| property.kind == PropertyKind::Path);
        let value = self.get(index);
        is_path && !value.is_empty() && Path::new(&value).exists()
    }

    /// All values at one moment, in the order of the list.
    #[must_use]
    pub fn snapshot(&self) -> Vec<String> {
        self.values().clone()
    }

    /// What is saved of a [`Properties::snapshot`]: ids and values in the order of the ids. `map` makes of a path what the host
    /// wants in its session (LV2's `abstract_path`); `|_, path| path.to_owned()` changes nothing.
    /// Texts and empty paths are saved as they are.
    #[must_use]
    pub fn to_save(
        &self,
        values: Vec<String>,
        map: impl Fn(&Property, &str) -> String,
    ) -> Vec<(&'static str, String)> {
        let mut saved: Vec<(&'static str, String)> = Vec::with_capacity(self.list.len());
        for (property, value) in self.list.iter().zip(values) {
            // Inserted in order: the library's sorts are 16 KB of code.
            let at = saved.partition_point(|(id, _)| *id < property.id);
            saved.insert(at, (property.id, mapped(property, value, &map)));
        }
        saved
    }

    /// What was saved, made fit: for every property its value there or its default. `map` makes a path
    /// of what the host had in its session (LV2's `absolute_path`); it is called for non-empty paths. Also
    /// the ids of those whose value they can't have; they got their defaults. Nothing changes yet, see
    /// [`Properties::replace`].
    pub fn resolve(
        &self,
        saved: &SavedProperties<'_>,
        map: impl Fn(&Property, &str) -> String,
    ) -> (Vec<String>, Vec<&'static str>) {
        let mut refused = Vec::new();
        let value = |property: &Property| {
            // The last one counts where an id is there twice, as for parameters.
            let (_, value) = saved.iter().filter(|(id, _)| *id == property.id).last()?;
            let text = value.map(|value| mapped(property, value.text.to_owned(), &map));
            let text = text.filter(|text| property.check(text).is_ok());
            if text.is_none() {
                refused.push(property.id);
            }
            text
        };
        let found: Vec<Option<String>> = self.list.iter().map(value).collect();
        let values = self.list.iter().zip(found);
        let values = values.map(|(property, found)| found.unwrap_or_else(|| property.default.to_owned()));
        (values.collect(), refused)
    }

    /// Sets all values at once, and gives those before. One that a property can't have, and what is
    /// missing, stays as it was.
    pub fn replace(&self, values: Vec<String>) -> Vec<String> {
        let mut present = self.values();
        let before = present.clone();
        for ((property, present), value) in self.list.iter().zip(present.iter_mut()).zip(values) {
            if property.check(&value).is_ok() {
                *present = value;
            }
        }
        before
    }

    fn values(&self) -> MutexGuard<'_, Vec<String>> {
        // A panic elsewhere leaves whole strings.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn mapped(property: &Property, text: String, map: impl Fn(&Property, &str) -> String) -> String {
    if property.kind == PropertyKind::Path && !text.is_empty() { map(property, &text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIST: [Property; 3] = [
        Property::text("title", "Title").default("Untitled").max_len(8),
        Property::path("file", "File"),
        Property::text("author", "Author"),
    ];

    fn same(_: &Property, path: &str) -> String {
        path.to_owned()
    }

    /// Takes what was saved; gives what was refused.
    fn load(
        properties: &Properties,
        saved: &[(&str, &str)],
        map: impl Fn(&Property, &str) -> String,
    ) -> Vec<&'static str> {
        let (values, refused) = properties.resolve(&SavedProperties::of(saved), map);
        properties.replace(values);
        refused
    }

    #[test]
    fn values_that_do_not_fit_are_refused_and_change_nothing() {
        let properties = Properties::new(&LIST);
        assert_eq!(properties.snapshot(), ["Untitled", "", ""]);
        properties.set(0, "Ünïtled").unwrap_err();
        let error = properties.set(0, "123456789").unwrap_err().to_string();
        assert_eq!(error, "title holds at most 8 bytes, and these are 9");
        assert_eq!(properties.set(0, "a\0b"), Err(PropertyError::Nul { id: "title" }));
        assert_eq!(properties.set(3, ""), Err(PropertyError::Unknown(3)));
        assert_eq!(properties.snapshot(), ["Untitled", "", ""]);
        properties.set(0, "12345678").unwrap();
        assert_eq!((properties.get(0).as_str(), properties.get(7).as_str()), ("12345678", ""));
    }

    #[test]
    fn a_path_to_nothing_is_kept_and_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Loop, 120 bpm.wav");
        let path = file.to_str().unwrap();
        let properties = Properties::new(&LIST);
        assert!(!properties.exists(1), "an empty path is no file");
        properties.set(1, path).unwrap();
        assert!(!properties.exists(1));
        std::fs::write(&file, "").unwrap();
        assert!(properties.exists(1));
        std::fs::remove_file(&file).unwrap();
        assert_eq!((properties.exists(1), properties.get(1).as_str()), (false, path));
        properties.set(2, "/").unwrap();
        assert!(!properties.exists(2) && !properties.exists(9), "a text is no path");
    }

    #[test]
    fn hosts_map_paths_on_the_way_out_and_in() {
        let properties = Properties::new(&LIST);
        let out = |_: &Property, path: &str| path.replace("/music", "session");
        let back = |_: &Property, path: &str| path.replace("session", "/elsewhere");
        properties.set(1, "/music/a.wav").unwrap();
        properties.set(2, "/music").unwrap();
        let saved = properties.to_save(properties.snapshot(), out);
        let want = [("author", "/music"), ("file", "session/a.wav"), ("title", "Untitled")];
        assert_eq!(saved, want.map(|(id, text)| (id, text.to_owned())), "by id, and texts as they are");
        let saved: Vec<_> = saved.iter().map(|(id, text)| (*id, text.as_str())).collect();
        let fresh = Properties::new(&LIST);
        assert_eq!(load(&fresh, &saved, back), [""; 0]);
        assert_eq!(fresh.snapshot(), ["Untitled", "/elsewhere/a.wav", "/music"]);
    }

    #[test]
    fn what_is_missing_or_too_long_is_the_default() {
        let properties = Properties::new(&LIST);
        properties.set(1, "old").unwrap();
        let saved = [("title", "123456789"), ("unknown", "x"), ("author", "a"), ("author", "b")];
        assert_eq!(load(&properties, &saved, same), ["title"]);
        assert_eq!(properties.snapshot(), ["Untitled", "", "b"]);
    }

    #[test]
    fn faults_in_a_list_are_named() {
        assert_eq!(Property::fault(&LIST), None);
        for (list, part) in [
            (&[Property::text("Title", "")][..], "Title"),
            (&[Property::text("a", ""), Property::path("a", "")], "twice"),
            (&[Property::text("a", "").default("long").max_len(3)], "default"),
            (&[Property::path("a", "").extensions(&[".wav"])], "extension"),
            (&[Property::path("a", "").extensions(&["wav", "WAV"])], "extension"),
            (&[Property::text("a", "").extensions(&["wav"])], "is a text"),
        ] {
            assert!(Property::fault(list).unwrap().contains(part), "{part}");
        }
    }
}
