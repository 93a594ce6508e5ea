//! What stands where a file is to be written.

use std::fs::FileType;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, why};

/// Where a finished file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file, there already or not; never a link.
    File {
        target: PathBuf,
        /// The permissions of the one that is there.
        mode: Option<u32>,
    },
    /// A character device, such as `/dev/null`.
    Device,
}

/// As many links in a row as the system itself follows.
const MAX_LINKS: usize = 40;

/// Follows links and looks at what is there.
pub(super) fn of(path: &Path) -> Result<Place> {
    let refuse = |reason: &dyn std::fmt::Display| {
        Err(Error::file(path, format_args!("cannot write here: {reason}; expected a file name")))
    };
    let mode = match std::fs::metadata(path) {
        Ok(there) if there.file_type().is_char_device() => return Ok(Place::Device),
        Ok(there) if !there.is_file() => return refuse(&what(there.file_type())),
        Ok(there) => Some(there.permissions().mode() & 0o777),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return refuse(&why(&e)),
    };
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        if target.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return refuse(&"not a file's name");
        }
        match std::fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            // What is no link is the end of the way, whether it is there or not.
            Err(_) => return Ok(Place::File { target, mode }),
        }
    }
    refuse(&"too many links")
}

/// The folder in which a file lies.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Whether two paths lead to one file, which need not be there. Devices are shared by everyone.
pub(crate) fn same(a: &Path, b: &Path) -> bool {
    let full = |path: &Path| match of(path).ok()? {
        Place::File { target, .. } => {
            let folder = std::fs::canonicalize(folder_of(&target)).ok()?;
            Some(folder.join(target.file_name()?))
        }
        Place::Device => None,
    };
    full(a).is_some_and(|a| full(b) == Some(a))
}

/// Removes an old result; a device stays what it is.
pub(crate) fn forget(path: &Path) -> Result<()> {
    let Place::File { target, mode: Some(_) } = of(path)? else { return Ok(()) };
    std::fs::remove_file(target).map_err(|e| Error::file(path, format_args!("cannot remove: {}", why(&e))))
}

/// What something is that is no file.
pub(crate) fn what(kind: FileType) -> &'static str {
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a FIFO",
        _ if kind.is_socket() => "a socket",
        _ if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "not a file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_one_file() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, link] = ["a", "b", "link"].map(|name| dir.path().join(name));
        std::os::unix::fs::symlink("a", &link).unwrap();
        assert!(same(&a, &a) && same(&a, &link) && same(&link, &a), "neither is there yet");
        assert!(same(&a, &dir.path().join("./a")));
        assert!(!same(&a, &b));
        assert!(!same(Path::new("/dev/null"), Path::new("/dev/null")));
        let circle = dir.path().join("circle");
        std::os::unix::fs::symlink("circle", &circle).unwrap();
        assert!(of(&circle).is_err());
        for bad in ["/", "..", "/no/", ""] {
            assert!(of(Path::new(bad)).is_err(), "{bad}");
        }
    }
}
