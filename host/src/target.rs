//! From what a user types to a plugin format and a place.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, why};
use crate::info::Format;

/// Where a plugin is and which format it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    spec: String,
    format: Format,
    location: String,
}

impl Target {
    /// Finds out what `spec` names: an LV2 bundle, an LV2 URI, a VST3 bundle or a VST3 module.
    ///
    /// Only the file system is looked at; no plugin code runs here.
    ///
    /// # Errors
    /// [`Error::Target`] where nothing fits; [`Error::Usage`] where there is no text.
    pub fn parse(spec: &str) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::Target { spec: spec.to_owned(), reason: reason.to_owned() });
        if spec.is_empty() {
            return Err(Error::Usage("PLUGIN is empty; expected a bundle, a module or an LV2 URI".into()));
        }
        let path = Path::new(spec);
        if crate::child::is_probe(spec) && !path.exists() {
            return Ok(Self { spec: spec.into(), format: Format::Lv2, location: spec.into() });
        }
        if path.exists() {
            let full = std::fs::canonicalize(path).map_err(|e| Error::file(path, e))?;
            let Some(location) = full.to_str() else {
                return refuse("the path must be valid UTF-8");
            };
            return match format_of(&full) {
                Some(format) => Ok(Self { spec: spec.into(), format, location: location.into() }),
                None => refuse(
                    "not a plugin: expected an LV2 bundle (a directory with manifest.ttl), an LV2 URI, \
                     or a VST3 bundle (NAME.vst3) or module (.so)",
                ),
            };
        }
        if looks_like_uri(spec) {
            return Ok(Self { spec: spec.into(), format: Format::Lv2, location: spec.into() });
        }
        refuse("no such plugin: expected an LV2 bundle, an LV2 URI, or a VST3 bundle or module")
    }

    /// The plugin as the user named it.
    #[must_use]
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// Its format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Absolute path, or LV2 URI.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }
}

fn format_of(path: &Path) -> Option<Format> {
    if path.is_dir() {
        if path.join("manifest.ttl").is_file() {
            return Some(Format::Lv2);
        }
        return match extension(path) {
            "lv2" => Some(Format::Lv2),
            "vst3" => Some(Format::Vst3),
            _ => None,
        };
    }
    matches!(extension(path), "vst3" | "so").then_some(Format::Vst3)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or_default()
}

/// Whether `spec` has a URI's shape: a scheme, a colon and something behind it.
fn looks_like_uri(spec: &str) -> bool {
    let Some((scheme, rest)) = spec.split_once(':') else { return false };
    !rest.is_empty()
        && !scheme.is_empty()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// A plugin bundle found in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// File name without its ending.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Where it is.
    pub path: PathBuf,
}

/// The `NAME.lv2` and `NAME.vst3` bundles directly in `folder`, sorted by name, LV2 first.
///
/// # Errors
/// [`Error::File`] where the folder can't be read.
pub fn bundles_in(folder: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|e| {
        let reason = match e.kind() {
            std::io::ErrorKind::NotFound => "no such folder".into(),
            _ => why(&e),
        };
        Error::file(folder, format_args!("cannot list the plugins: {reason}"))
    })?;
    for entry in entries {
        let path = entry.map_err(|e| Error::file(folder, e))?.path();
        let Some(format) = Format::from_tag(extension(&path)) else { continue };
        let Some(name) = path.file_stem().and_then(|n| n.to_str()) else { continue };
        found.push(Found { name: name.to_owned(), format, path });
    }
    found.sort_by(|a, b| (&a.name, a.format).cmp(&(&b.name, b.format)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_and_paths() {
        assert_eq!(Target::parse("http://a.org/b").unwrap().format(), Format::Lv2);
        assert_eq!(Target::parse("urn:dyad:gain#mono").unwrap().location(), "urn:dyad:gain#mono");
        assert!(matches!(Target::parse(""), Err(Error::Usage(_))));
        for bad in ["nothing", "/no/such/path.vst3", ":x", "1a:b", "urn:"] {
            let error = Target::parse(bad).unwrap_err().to_string();
            assert!(error.contains("no such plugin"), "{bad}: {error}");
        }
    }

    #[test]
    fn folders_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.vst3", "a.lv2", "a.vst3", "plain"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let names: Vec<_> =
            bundles_in(dir.path()).unwrap().into_iter().map(|f| (f.name, f.format)).collect();
        assert_eq!(
            names,
            [("a".into(), Format::Lv2), ("a".into(), Format::Vst3), ("b".into(), Format::Vst3)]
        );
        let plain = dir.path().join("plain");
        let error = Target::parse(plain.to_str().unwrap()).unwrap_err().to_string();
        assert!(error.contains("not a plugin"), "{error}");
    }
}
