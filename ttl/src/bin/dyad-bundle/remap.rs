//! Keeps the build machine's paths out of the binaries.
//!
//! Panic messages name source files. The compiler is told to call them by names that are the same
//! on every machine, so that binaries are reproducible and nobody's home folder is published.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Artifacts, Cargo};
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// The compiler flags.
pub(crate) fn prefixes(cargo: &Cargo, workspace: &Workspace, built: &Artifacts) -> Vec<String> {
    let mut names = names(workspace, built);
    let (library, name) = &cargo.library_source;
    names.insert(library.clone(), name.clone());
    // The last match wins, so what lies deeper comes later; a map of paths is in that order.
    names
        .iter()
        .filter_map(|(path, name)| Some(format!("--remap-path-prefix={}={name}", path.to_str()?)))
        .collect()
}

/// Folders that no binary should name.
pub(crate) fn private_paths(cargo: &Cargo, workspace: &Workspace, built: &Artifacts) -> Vec<PathBuf> {
    let mut paths: Vec<_> = names(workspace, built).into_keys().collect();
    paths.push(cargo.library_source.0.clone());
    paths
}

/// Each folder with sources, and what it is called instead.
fn names(workspace: &Workspace, built: &Artifacts) -> BTreeMap<PathBuf, String> {
    let mut names = BTreeMap::new();
    names.insert(workspace.root.clone(), ".".to_owned());
    names.insert(workspace.target_directory.clone(), "target".to_owned());
    for (id, manifest) in built.packages() {
        let Some(folder) = Path::new(manifest).parent() else { continue };
        if id.starts_with("registry+") || id.starts_with("sparse+") {
            // One folder holds all packages of a registry.
            names.extend(folder.parent().map(|parent| (parent.to_owned(), "/crates".to_owned())));
        } else if !folder.starts_with(&workspace.root) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            names.insert(folder.to_owned(), format!("/crates/{name}"));
        }
    }
    names
}

/// The folders that any of the files names.
pub(crate) fn found_in(files: &[&PathBuf], paths: &[PathBuf]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files {
        let bytes = fs::read(file).map_err(|error| Error::io("read", file, error))?;
        for path in paths {
            let text = path.to_string_lossy().into_owned();
            let needle = format!("{text}/");
            let there = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            if there && !found.contains(&text) {
                found.push(text);
            }
        }
    }
    Ok(found)
}
