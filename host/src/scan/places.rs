//! Where plugins are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, why};
use crate::info::Format;
use crate::target::Target;

/// A bundle that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) format: Format,
}

/// The bundles in the places given, or in the usual ones, sorted by path; and a line for each folder that
/// can't be read. A bundle that is reached in several ways is found once.
pub(super) fn find(paths: &[PathBuf]) -> Result<(Vec<Found>, Vec<String>)> {
    let mut search = Search::default();
    if paths.is_empty() {
        for format in [Format::Lv2, Format::Vst3] {
            for folder in usual(format).iter().filter(|folder| folder.is_dir()) {
                search.folder(folder, Some(format));
            }
        }
    }
    for path in paths {
        let full = std::fs::canonicalize(path).map_err(|e| Error::file(path, why(&e)))?;
        match path.to_str().map(Target::parse) {
            Some(Ok(target)) => search.bundle(full, target.format()),
            _ if full.is_dir() => {
                std::fs::read_dir(&full).map_err(|e| Error::file(path, why(&e)))?;
                search.folder(&full, None);
            }
            Some(Err(error)) => return Err(error),
            None => return Err(Error::file(path, "the path must be valid UTF-8")),
        }
    }
    let found = search.found.into_iter().map(|(path, format)| Found { path, format });
    Ok((found.collect(), search.remarks))
}

#[derive(Default)]
struct Search {
    /// Folders that were looked through: links may lead in a circle.
    seen: BTreeSet<(Option<Format>, PathBuf)>,
    found: BTreeMap<PathBuf, Format>,
    remarks: Vec<String>,
}

impl Search {
    fn bundle(&mut self, full: PathBuf, format: Format) {
        self.found.insert(full, format);
    }

    /// LV2 bundles lie in the folder itself; VST3 bundles may lie in folders of vendors.
    fn folder(&mut self, folder: &Path, only: Option<Format>) {
        if !std::fs::canonicalize(folder).is_ok_and(|full| self.seen.insert((only, full))) {
            return;
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) => {
                self.remarks.push(format!("{}: cannot list the plugins: {}", folder.display(), why(&e)));
                return;
            }
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            // What is gone by now, or a link that leads nowhere, is nothing.
            let Ok(full) = std::fs::canonicalize(&path) else { continue };
            match format_of(&path) {
                Some(format) if !hidden && only.is_none_or(|only| only == format) => {
                    self.bundle(full, format);
                }
                None if !hidden && only != Some(Format::Lv2) && full.is_dir() => {
                    self.folder(&full, only);
                }
                _ => {}
            }
        }
    }
}

/// The format of a bundle, by its name and what is in it.
fn format_of(path: &Path) -> Option<Format> {
    let is_dir = path.is_dir();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("vst3") => Some(Format::Vst3),
        Some("lv2") if is_dir => Some(Format::Lv2),
        _ if is_dir && path.join("manifest.ttl").is_file() => Some(Format::Lv2),
        _ => None,
    }
}

/// The folders of a format: those of its variable, or the standard ones.
fn usual(format: Format) -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let variable = match format {
        Format::Lv2 => "LV2_PATH",
        Format::Vst3 => "VST3_PATH",
    };
    if let Some(list) = std::env::var_os(variable).filter(|list| !list.is_empty()) {
        return std::env::split_paths(&list)
            .filter(|folder| !folder.as_os_str().is_empty())
            .filter_map(|folder| match (folder.strip_prefix("~"), &home) {
                (Ok(below), Some(home)) => Some(home.join(below)),
                (Ok(_), None) => None,
                (Err(_), _) => Some(folder),
            })
            .collect();
    }
    let (own, name) = match format {
        Format::Lv2 => (".lv2", "lv2"),
        Format::Vst3 => (".vst3", "vst3"),
    };
    let mut folders: Vec<_> = home.into_iter().map(|home| home.join(own)).collect();
    folders.extend(["/usr/local/lib", "/usr/lib"].map(|lib| Path::new(lib).join(name)));
    if format == Format::Lv2 {
        // Where some systems keep what is for one processor only.
        let multiarch = format!("/usr/lib/{}-linux-gnu/lv2", std::env::consts::ARCH);
        folders.extend([multiarch.as_str(), "/usr/local/lib64/lv2", "/usr/lib64/lv2"].map(PathBuf::from));
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_at_any_depth_and_once() {
        let dir = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(dir.path()).unwrap();
        for name in ["b.lv2", "vendor/a.vst3/Contents", "plain", ".hidden/c.vst3"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        std::fs::write(root.join("plain/manifest.ttl"), "").unwrap();
        std::os::unix::fs::symlink("vendor/a.vst3", root.join("again.vst3")).unwrap();
        std::os::unix::fs::symlink(".", root.join("circle")).unwrap();
        let (found, remarks) = find(&[root.clone(), root.join("b.lv2")]).unwrap();
        let names: Vec<_> = found.iter().map(|f| f.path.strip_prefix(&root).unwrap()).collect();
        assert_eq!(names, [Path::new("b.lv2"), Path::new("plain"), Path::new("vendor/a.vst3")]);
        assert_eq!(remarks, [""; 0]);
        assert!(find(&[root.join("nothing")]).is_err());
    }
}
