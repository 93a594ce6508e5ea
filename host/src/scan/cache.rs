//! What earlier scans have found out.
//!
//! One JSON file: `format` is always `dyad-host scan cache`, `version` that of this layout, `program` the version of
//! the program that wrote it, `bundles` a map of paths to a `fingerprint` and `entries`. A cache of another
//! program version is not used: what crashed then may work now.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::entry::State;
use super::record::{Bundle, Record};
use crate::atomic;
use crate::error::{Error, Result, why};

const FORMAT: &str = "dyad-host scan cache";
const VERSION: u32 = 1;
const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// A thousand times what a machine full of plugins needs.
const MAX_LEN: u64 = 1 << 30;

/// A cache that was read.
#[derive(Default)]
pub(super) struct Cache {
    bundles: BTreeMap<String, Record>,
    /// Why nothing could be read, where that is worth a word.
    pub(super) remark: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    program: String,
    bundles: BTreeMap<String, Record>,
}

/// The usual cache: `$XDG_CACHE_HOME/dyad-host/scan-v1.json`, or the same below `~/.cache`; `None` for a user
/// without a home.
#[must_use]
pub fn default_cache() -> Option<PathBuf> {
    // Relative paths are no paths here, says the XDG specification.
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(folder.join("dyad-host/scan-v1.json"))
}

/// Takes the plugins of a bundle, or of all bundles in a folder, from the block list of a cache, and gives
/// their names. The next scan opens these bundles anew.
///
/// # Errors
/// Where the cache can't be read or written.
pub fn unblock(cache: &Path, place: &Path) -> Result<Vec<String>> {
    let full = std::fs::canonicalize(place).or_else(|_| std::path::absolute(place));
    let full = full.map_err(|e| Error::file(place, why(&e)))?;
    let mut read = Cache::read(cache);
    if let Some(remark) = read.remark {
        return Err(Error::file(cache, remark));
    }
    let mut names = Vec::new();
    read.bundles.retain(|path, record| {
        let blocked: Vec<_> = record.entries.iter().filter(|e| e.state == State::Blocked).collect();
        let forget = Path::new(path).starts_with(&full) && !blocked.is_empty();
        if forget {
            names.extend(blocked.into_iter().map(|entry| entry.name.clone()));
        }
        !forget
    });
    if !names.is_empty() {
        read.save(cache)?;
    }
    Ok(names)
}

/// Brings the bundles that are done into the cache. What it says of others stays, unless they are gone.
pub(super) fn write(path: &Path, bundles: &[Bundle]) -> Result<()> {
    // Read again, since another scan may have written it meanwhile.
    let mut cache = Cache::read(path);
    cache.bundles.retain(|bundle, _| Path::new(bundle).exists());
    let kept = bundles.iter().filter_map(|bundle| Some((bundle.place.path.clone(), bundle.record()?)));
    cache.bundles.extend(kept);
    cache.save(path)
}

impl Cache {
    /// Reads a cache; one that is not there, or no use, is empty.
    pub(super) fn read(path: &Path) -> Self {
        let nothing = |remark: String| Self { remark: Some(remark), ..Self::default() };
        if !path.exists() {
            return Self::default();
        }
        let mut text = Vec::new();
        let read = crate::input::open(path, "the scan's cache").and_then(|(file, _)| {
            file.take(MAX_LEN).read_to_end(&mut text).map_err(|e| Error::file(path, why(&e)))
        });
        if let Err(error) = read {
            return nothing(error.to_string());
        }
        match serde_json::from_slice::<File>(&text) {
            Ok(file) if file.format == FORMAT && file.version == VERSION => {
                let bundles = if file.program == PROGRAM { file.bundles } else { BTreeMap::new() };
                Self { bundles, remark: None }
            }
            _ => nothing(format!("{}: not the scan's cache, or damaged; it is made anew", path.display())),
        }
    }

    pub(super) fn get(&self, path: &str) -> Option<&Record> {
        self.bundles.get(path)
    }

    fn save(self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, why(&e)))?;
        }
        let file = File {
            format: FORMAT.into(),
            version: VERSION,
            program: PROGRAM.into(),
            bundles: self.bundles,
        };
        let text = serde_json::to_vec(&file).map_err(|e| Error::file(path, e))?;
        let pending = atomic::create(path)?;
        pending.file().write_all(&text).map_err(|e| Error::file(path, why(&e)))?;
        pending.finish()
    }
}
