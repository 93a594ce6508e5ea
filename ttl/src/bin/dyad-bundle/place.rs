//! Puts finished bundles in the place of old ones, whole or not at all.

use std::path::{Path, PathBuf};
use std::{fs, io, process};

use crate::error::{Error, Result};

/// A folder beside the bundles in which new ones are put together. Its own name ends in neither
/// `.lv2` nor `.vst3` and it holds no manifest, so hosts that scan meanwhile see nothing in it.
#[derive(Debug)]
pub(crate) struct Staging {
    out: PathBuf,
    folder: PathBuf,
}

impl Staging {
    pub(crate) fn new(out: &Path) -> Result<Self> {
        let folder = out.join(format!(".staging-{}", process::id()));
        // A process of the same number may have been killed here.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, error))?;
        Ok(Self { out: out.to_owned(), folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies a file to a place below the folder.
    pub(crate) fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        let to = self.folder.join(to);
        let copied = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, &to));
        copied.map(drop).map_err(|error| Error::io("write", &to, error))
    }

    /// Moves a finished bundle to its place; gives its path. The old one stays where the new one
    /// can't be put, and a host that has it open keeps what it has.
    pub(crate) fn put(&self, bundle: &str) -> Result<PathBuf> {
        let place = self.out.join(bundle);
        let old = self.folder.join(format!("old-{bundle}"));
        let moved = match fs::rename(&place, &old) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(Error::io("replace", &place, error)),
        };
        if let Err(error) = fs::rename(self.folder.join(bundle), &place) {
            if moved {
                fs::rename(&old, &place).map_err(|error| Error::io("restore", &place, error))?;
            }
            return Err(Error::io("replace", &place, error));
        }
        Ok(place)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The files of a bundle with their sizes.
pub(crate) fn contents(bundle: &Path) -> Result<String> {
    let mut files = Vec::new();
    let mut folders = vec![bundle.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| Error::io("read", &folder, error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let data = entry.metadata().map_err(failed)?;
            if data.is_dir() {
                folders.push(entry.path());
            } else {
                files.push((data.len(), entry.file_name().to_string_lossy().into_owned()));
            }
        }
    }
    // The binary first.
    files.sort_by(|a, b| b.cmp(a));
    let texts = files.iter().map(|(bytes, name)| format!("{name} {:.1} KB", *bytes as f64 / 1000.0));
    Ok(texts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("dyad-bundle-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_bundle_is_replaced_whole() {
        let out = folder("replaced");
        fs::create_dir(out.join("gain.lv2")).unwrap();
        fs::write(out.join("gain.lv2/old.ttl"), "old").unwrap();
        fs::write(out.join("gain.so"), [0; 1500]).unwrap();
        let staging = Staging::new(&out).unwrap();
        staging.copy(&out.join("gain.so"), Path::new("gain.lv2/deep/gain.so")).unwrap();
        let place = staging.put("gain.lv2").unwrap();
        assert_eq!(contents(&place).unwrap(), "gain.so 1.5 KB");
        drop(staging);
        let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["gain.lv2", "gain.so"]);
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn the_old_bundle_survives_a_failure() {
        let out = folder("survives");
        fs::create_dir(out.join("gain.lv2")).unwrap();
        fs::write(out.join("gain.lv2/old.ttl"), "old").unwrap();
        let staging = Staging::new(&out).unwrap();
        assert!(staging.copy(&out.join("missing.so"), Path::new("gain.lv2/gain.so")).is_err());
        fs::remove_dir_all(staging.folder().join("gain.lv2")).unwrap();
        assert!(staging.put("gain.lv2").is_err());
        drop(staging);
        assert_eq!(contents(&out.join("gain.lv2")).unwrap(), "old.ttl 0.0 KB");
        fs::remove_dir_all(&out).unwrap();
    }
}
