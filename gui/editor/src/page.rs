//! A web editor's page: its files, and where authors keep them while they work on it.

use std::borrow::Cow;
use std::path::Path;

use dyad_core::guard;

/// A page that is part of an editor binary: what `page!` of `dyad-ui` makes.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    files: &'static [(&'static str, &'static [u8])],
}

/// One file, as the page asks for it.
pub(crate) type File = (Cow<'static, str>, Cow<'static, [u8]>);

/// What every page finds beside its own files: the look that it shares with native editors.
const SHARED: [(&str, &[u8]); 3] = [
    ("/dyad/theme.css", include_bytes!("../../web/theme.css")),
    ("/dyad/inter-regular.ttf", include_bytes!("../../fonts/inter-regular.ttf")),
    ("/dyad/inter-semibold.ttf", include_bytes!("../../fonts/inter-semibold.ttf")),
];

/// The most bytes of all files together, where they come from a folder.
const MAX_FOLDER: usize = 64 << 20;

impl Page {
    /// Of these files: paths like `/index.html`, which is shown, and what they hold.
    #[must_use]
    pub const fn new(files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { files }
    }

    /// All files. Where `DYAD_WEB_PAGE` names a folder, they are the ones in there, as they are now: so an
    /// author sees a change by opening the editor again.
    pub(crate) fn files(&self) -> Vec<File> {
        let own = match std::env::var_os("DYAD_WEB_PAGE").filter(|folder| !folder.is_empty()) {
            Some(folder) => from_folder(Path::new(&folder)),
            None => self.files.iter().map(|(path, bytes)| ((*path).into(), (*bytes).into())).collect(),
        };
        let shared = SHARED.iter().map(|(path, bytes)| ((*path).into(), (*bytes).into()));
        shared.chain(own).collect()
    }
}

/// All regular files below a folder.
fn from_folder(folder: &Path) -> Vec<File> {
    let (mut files, mut left) = (Vec::new(), MAX_FOLDER);
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) => {
                guard::log(&format!("the page's folder {}: {error}", next.display()));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    let (Ok(name), Ok(bytes)) = (path.strip_prefix(folder), std::fs::read(&path)) else {
                        continue;
                    };
                    let Some(rest) = left.checked_sub(bytes.len()) else {
                        guard::log(&format!("the page's folder {} is too large", folder.display()));
                        return files;
                    };
                    left = rest;
                    files.push((format!("/{}", name.to_string_lossy()).into(), bytes.into()));
                }
                _ => {}
            }
        }
    }
    files
}
