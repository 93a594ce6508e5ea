//! Folders as an editor lists them, where the host has no way to choose a file: for the native field and
//! for the page's alike.

use std::cmp::Ordering;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The most files of a listing, and the most folders: neither hides the other.
pub const MAX_ENTRIES: usize = 2000;
/// The most names that are looked at in one folder: no list is worth more.
const MAX_NAMES: usize = 20_000;

/// What is in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The folder itself.
    pub folder: String,
    /// The folder that it is in; none for the topmost.
    pub parent: Option<String>,
    /// Folders first, each in the order in which people look for names.
    pub entries: Vec<Entry>,
    /// What the user should know: the folder can't be read, or holds more than is listed.
    pub error: Option<String>,
}

/// A file or folder in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What a person reads.
    pub name: String,
    /// The whole path.
    pub path: String,
    /// Whether it is a folder, or leads to one.
    pub is_folder: bool,
}

/// What is in a folder: its folders, and its files with one of these extensions (without the dot, in small
/// or capital letters); all files where there are none. The user's home where `folder` is empty. Hidden
/// ones are left out, and names that no property can hold. Asks the file system, so not for every frame.
/// `[main-thread]`, or the window's.
#[must_use]
pub fn list(folder: &str, extensions: &[&str]) -> Listing {
    let folder = if folder.is_empty() { home() } else { PathBuf::from(folder) };
    let parent = folder.parent().and_then(Path::to_str).filter(|parent| !parent.is_empty());
    let mut listing = Listing {
        folder: folder.to_string_lossy().into_owned(),
        parent: parent.map(str::to_owned),
        ..Listing::default()
    };
    let names = match std::fs::read_dir(&folder) {
        Ok(names) => names,
        Err(error) => {
            listing.error = Some(in_words(&error));
            return listing;
        }
    };
    let mut looked = 0;
    for name in names {
        looked += 1;
        if looked > MAX_NAMES {
            break;
        }
        match name {
            Ok(name) => listing.entries.extend(entry(&name, extensions)),
            Err(error) => {
                listing.error = Some(in_words(&error));
                break;
            }
        }
    }
    listing.entries.sort_by(|a, b| b.is_folder.cmp(&a.is_folder).then_with(|| compare(&a.name, &b.name)));
    if looked > MAX_NAMES {
        listing.error = Some("This folder holds more than is shown here.".to_owned());
    }
    let mut files = listing.entries.split_off(listing.entries.partition_point(|entry| entry.is_folder));
    for (entries, what) in [(&mut listing.entries, "folders"), (&mut files, "files")] {
        if entries.len() > MAX_ENTRIES {
            entries.truncate(MAX_ENTRIES);
            listing.error =
                Some(format!("This folder holds more than the {MAX_ENTRIES} {what} shown here."));
        }
    }
    listing.entries.append(&mut files);
    listing
}

/// The folder in which to look for another file than this one: its own where that is there, else the
/// nearest one above it that is; the user's home where there is none.
#[must_use]
pub fn folder_of(file: &str) -> String {
    let above = Path::new(file).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let found = above.filter(|folder| folder.is_dir()).find_map(Path::to_str);
    // From a path that has nothing in common with this machine, the root is all that is left of it.
    found
        .filter(|folder| *folder != "/" || file.matches('/').count() == 1)
        .map_or_else(|| home().to_string_lossy().into_owned(), str::to_owned)
}

/// The next file of the same folder, or the one before where `forwards` is false: after the last comes the
/// first. None where there is no other.
#[must_use]
pub fn neighbour(file: &str, extensions: &[&str], forwards: bool) -> Option<String> {
    let folder = Path::new(file).parent()?.to_str()?;
    let name = Path::new(file).file_name()?.to_str()?;
    let files: Vec<Entry> =
        list(folder, extensions).entries.into_iter().filter(|entry| !entry.is_folder).collect();
    // One that is gone has a place among the others all the same.
    let next = if forwards {
        files.iter().find(|entry| compare(&entry.name, name) == Ordering::Greater).or(files.first())
    } else {
        files.iter().rev().find(|entry| compare(&entry.name, name) == Ordering::Less).or(files.last())
    };
    next.filter(|entry| entry.name != name).map(|entry| entry.path.clone())
}

/// Seconds after which a path is looked for again: the drive may come back.
const LOOK_AGAIN: f64 = 2.0;

/// Whether a path leads to something, as it was when it was last looked for: the file system is asked now and then,
/// not in every frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    path: String,
    at: f64,
    there: bool,
}

impl Seen {
    /// Whether it does, at this moment in seconds.
    pub(crate) fn is_there(&mut self, path: &str, now: f64) -> bool {
        if self.path != path || (now - self.at).abs() > LOOK_AGAIN {
            *self = Self { path: path.to_owned(), at: now, there: Path::new(path).exists() };
        }
        self.there
    }
}

/// Whether a file of this name is one of those to choose from.
fn fits(name: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extensions.is_empty()
        || extension.is_some_and(|extension| extensions.iter().any(|it| it.eq_ignore_ascii_case(extension)))
}

fn entry(found: &std::fs::DirEntry, extensions: &[&str]) -> Option<Entry> {
    let name = found.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
    let kind = found.file_type().ok()?;
    // A link counts as what it leads to; one that leads nowhere is none.
    let kind = if kind.is_symlink() { std::fs::metadata(found.path()).ok()?.file_type() } else { kind };
    let is_folder = kind.is_dir();
    let shown = is_folder || kind.is_file() && fits(&name, extensions);
    let path = found.path().to_str().filter(|_| shown)?.to_owned();
    Some(Entry { name, path, is_folder })
}

fn home() -> PathBuf {
    std::env::var_os("HOME")
        .map(PathBuf::from)
        .filter(|home| home.is_absolute())
        .unwrap_or_else(|| "/".into())
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "This folder is not there.".to_owned(),
        ErrorKind::NotADirectory => "This is no folder.".to_owned(),
        ErrorKind::PermissionDenied => "This folder may not be read.".to_owned(),
        _ => format!("This folder can't be read: {error}."),
    }
}

/// The order in which people look for names: capitals count as small letters, and numbers as numbers. Names
/// that only differ in these are ordered by their bytes.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return a.cmp(b),
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (number(&mut left), number(&mut right));
                x.len().cmp(&y.len()).then_with(|| x.cmp(&y))
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                left.next();
                right.next();
                order
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes a number's digits, without the zeros before them.
fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(listing: &Listing) -> Vec<&str> {
        listing.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn folders_come_first_and_names_are_in_the_order_of_people() {
        let folder =
            folder_with(&["Hall 10.wav", "hall 2.WAV", "Hall.wav", "notes.txt", ".hidden.wav", "wav"]);
        for name in ["Zoo", "attic", ".git"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::os::unix::fs::symlink("nowhere", folder.path().join("broken.wav")).unwrap();
        std::os::unix::fs::symlink("Zoo", folder.path().join("Link")).unwrap();
        let path = folder.path().to_str().unwrap();
        let listing = list(path, &["wav"]);
        assert_eq!(names(&listing), ["attic", "Link", "Zoo", "hall 2.WAV", "Hall 10.wav", "Hall.wav"]);
        assert!(listing.entries[1].is_folder && !listing.entries[3].is_folder);
        assert_eq!(listing.entries[5].path, format!("{path}/Hall.wav"));
        assert_eq!(listing.parent.as_deref(), folder.path().parent().unwrap().to_str());
        assert_eq!((listing.folder.as_str(), listing.error.as_deref()), (path, None));
        assert!(names(&list(path, &[])).contains(&"notes.txt"), "without extensions all files are listed");
        assert_eq!(list("/", &[]).parent, None);
    }

    #[test]
    fn what_can_not_be_listed_is_said_in_words() {
        let folder = folder_with(&["a.wav"]);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let error = |name: &str| list(&path(name), &[]).error.unwrap();
        assert_eq!(error("missing"), "This folder is not there.");
        assert_eq!(error("a.wav"), "This is no folder.");
        assert_eq!(
            list(&path("missing"), &[]).parent.as_deref(),
            folder.path().to_str(),
            "there is a way out"
        );
    }

    #[test]
    fn a_listing_is_bounded_and_says_so() {
        let many: Vec<String> = (0..MAX_ENTRIES + 1).map(|n| format!("{n}.wav")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let folder = folder_with(&many);
        let listing = list(folder.path().to_str().unwrap(), &["wav"]);
        assert_eq!(listing.entries.len(), MAX_ENTRIES);
        assert_eq!((names(&listing)[0], names(&listing)[10]), ("0.wav", "10.wav"));
        assert!(listing.error.unwrap().contains("2000"));
    }

    #[test]
    fn folders_do_not_hide_files() {
        let folder = folder_with(&["b.wav", "a.wav"]);
        for n in 0..MAX_ENTRIES + 1 {
            std::fs::create_dir(folder.path().join(n.to_string())).unwrap();
        }
        let listing = list(folder.path().to_str().unwrap(), &["wav"]);
        assert_eq!(names(&listing)[MAX_ENTRIES - 1..], ["1999", "a.wav", "b.wav"]);
        assert_eq!(listing.error.unwrap(), "This folder holds more than the 2000 folders shown here.");
    }

    #[test]
    fn neighbours_go_round_and_a_file_that_is_gone_has_its_place() {
        let folder = folder_with(&["b.wav", "C.wav", "a.wav", "x.txt"]);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let to = |name: &str, forwards| neighbour(&path(name), &["wav"], forwards);
        assert_eq!(to("b.wav", true), Some(path("C.wav")));
        assert_eq!(to("C.wav", true), Some(path("a.wav")));
        assert_eq!(to("a.wav", false), Some(path("C.wav")));
        assert_eq!(to("bb.wav", false), Some(path("b.wav")));
        assert_eq!(to("bb.wav", true), Some(path("C.wav")));
        let one = folder_with(&["a.wav"]);
        assert_eq!(neighbour(one.path().join("a.wav").to_str().unwrap(), &["wav"], true), None);
        assert_eq!(neighbour("", &["wav"], true), None);
    }

    #[test]
    fn a_file_that_comes_back_is_seen_after_a_while() {
        let folder = folder_with(&[]);
        let path = folder.path().join("a.wav");
        let (mut seen, text) = (Seen::default(), path.to_str().unwrap());
        assert!(!seen.is_there(text, 10.0));
        std::fs::write(&path, "").unwrap();
        assert!(!seen.is_there(text, 11.0), "it was looked for a moment ago");
        assert!(seen.is_there(text, 12.5));
        assert!(!seen.is_there("/nowhere/b.wav", 12.5), "another one is looked for at once");
    }

    #[test]
    fn another_file_is_looked_for_where_the_last_one_was() {
        let folder = folder_with(&["a.wav"]);
        let inside = folder.path().join("gone/away/a.wav");
        assert_eq!(folder_of(inside.to_str().unwrap()), folder.path().to_str().unwrap());
        assert_eq!(
            folder_of(folder.path().join("a.wav").to_str().unwrap()),
            folder.path().to_str().unwrap()
        );
        assert_eq!(folder_of(""), home().to_str().unwrap());
        assert_eq!(folder_of("/no/such/place/a.wav"), home().to_str().unwrap());
    }
}
