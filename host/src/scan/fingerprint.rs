//! Whether a bundle is still what it was.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::fnv::fnv1a;

/// More files than this are not looked through; such a bundle is opened in every scan.
const MAX_FILES: usize = 100_000;
/// Folders within folders; links that lead in a circle end here.
const MAX_DEPTH: usize = 16;

/// A number that changes with the name, size or time of any file in the bundle. Every file counts, because
/// libraries and data have any name. `None` where that can't be known.
pub(super) fn of(bundle: &Path) -> Option<String> {
    let mut files = BTreeMap::new();
    gather(bundle, PathBuf::new(), 0, &mut files).ok()?;
    let bytes = files.iter().flat_map(|(name, state)| {
        let name = name.as_os_str().as_bytes().iter().copied();
        name.chain([0]).chain(state.iter().flat_map(|number| number.to_le_bytes()))
    });
    Some(format!("{:016x}", fnv1a(bytes)))
}

/// A file's size and the time of its last change.
type Stamp = [i64; 3];

fn stamp(meta: &Metadata) -> Stamp {
    [meta.size().cast_signed(), meta.mtime(), meta.mtime_nsec()]
}

fn gather(at: &Path, name: PathBuf, depth: usize, files: &mut BTreeMap<PathBuf, Stamp>) -> io::Result<()> {
    let too_much = || io::Error::other("too many files");
    // Follows links: a library may lie elsewhere. One that leads nowhere is known by its own data.
    let meta = std::fs::metadata(at).or_else(|_| std::fs::symlink_metadata(at))?;
    if !meta.is_dir() {
        files.insert(name, stamp(&meta));
        return if files.len() > MAX_FILES { Err(too_much()) } else { Ok(()) };
    }
    if depth == MAX_DEPTH {
        return Err(too_much());
    }
    for entry in std::fs::read_dir(at)? {
        let entry = entry?;
        gather(&entry.path(), name.join(entry.file_name()), depth + 1, files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = dir.path().join("a.lv2");
        std::fs::create_dir_all(bundle.join("inner")).unwrap();
        std::fs::write(bundle.join("a.so"), "a").unwrap();
        let first = of(&bundle).unwrap();
        assert_eq!(of(&bundle).unwrap(), first);
        std::fs::write(bundle.join("inner/b.ttl"), "").unwrap();
        let second = of(&bundle).unwrap();
        assert_ne!(second, first, "a new file");
        std::fs::rename(bundle.join("inner/b.ttl"), bundle.join("inner/c.ttl")).unwrap();
        let third = of(&bundle).unwrap();
        assert_ne!(third, second, "a new name");
        let file = std::fs::File::options().write(true).open(bundle.join("a.so")).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        assert_ne!(of(&bundle).unwrap(), third, "a new time");
        std::os::unix::fs::symlink(".", bundle.join("circle")).unwrap();
        assert_eq!(of(&bundle), None, "no end");
        assert_eq!(of(&dir.path().join("nothing")), None);
    }
}
