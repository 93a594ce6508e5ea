//! Which packages make which bundles.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cargo::Cargo;
use crate::error::{Error, Result};

/// What the name of an editor's library ends in.
const EDITOR: &str = "_ui";
/// What the names of the three examples end in.
const DESCRIBE: &str = "_describe";
const LIBRARIES: [&str; 2] = ["_lv2", "_vst3"];

/// A package that makes bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// What cargo knows it by.
    pub(crate) id: String,
    pub(crate) name: String,
    /// The folder of its Cargo.toml.
    folder: PathBuf,
    /// The names of its bundles.
    pub(crate) bundles: Vec<String>,
    /// A describe program, and the library that it lacks.
    fault: Option<(String, String)>,
    /// Only for tests: left out unless it is named.
    test: bool,
    /// The name of its library where that may be an editor.
    editor: Option<String>,
}

impl Package {
    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join("ports.lock")
    }
}

/// The workspace that `dyad-bundle` was called in.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target_directory: PathBuf,
    packages: Vec<Package>,
}

impl Workspace {
    pub(crate) fn load(cargo: &Cargo) -> Result<Self> {
        Self::parse(&cargo.metadata()?)
    }

    fn parse(metadata: &Value) -> Result<Self> {
        let broken = |what: &str| Error::Answer("cargo metadata".into(), format!("no {what}"));
        let path = |key: &str| metadata[key].as_str().map(PathBuf::from).ok_or_else(|| broken(key));
        let list = metadata["packages"].as_array().ok_or_else(|| broken("packages"))?;
        let packages = list.iter().map(|package| parse_package(package).ok_or_else(|| broken("package")));
        Ok(Self {
            root: path("workspace_root")?,
            target_directory: path("target_directory")?,
            packages: packages.collect::<Result<_>>()?,
        })
    }

    /// The package that makes the editor of a bundle, and the name of its library.
    pub(crate) fn editor(&self, bundle: &str) -> Result<Option<(&Package, String)>> {
        let name = format!("{}{EDITOR}", bundle.replace('-', "_"));
        let mut all = self.packages.iter().filter(|package| package.editor.as_ref() == Some(&name));
        match (all.next(), all.next()) {
            (Some(one), Some(other)) => Err(Error::Twice(one.name.clone(), other.name.clone(), name)),
            (one, _) => Ok(one.map(|package| (package, name))),
        }
    }

    /// The packages with these names, or all that make bundles where none is named.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<Package>> {
        let mut selected: Vec<Package> = Vec::new();
        if names.is_empty() {
            let making = |package: &&Package| {
                !package.test && (!package.bundles.is_empty() || package.fault.is_some())
            };
            selected.extend(self.packages.iter().filter(making).cloned());
            if selected.is_empty() {
                return Err(Error::NoPackages);
            }
        }
        for name in names {
            let package = self.packages.iter().find(|package| package.name == *name);
            let package = package.ok_or_else(|| Error::NoPackage(name.clone()))?;
            if !selected.contains(package) {
                selected.push(package.clone());
            }
        }
        for (n, package) in selected.iter().enumerate() {
            if let Some((there, missing)) = package.fault.clone() {
                return Err(Error::Incomplete { package: package.name.clone(), there, missing });
            }
            if package.bundles.is_empty() {
                return Err(Error::NoBundle(package.name.clone()));
            }
            for other in &selected[..n] {
                if let Some(bundle) = other.bundles.iter().find(|bundle| package.bundles.contains(bundle)) {
                    return Err(Error::Twice(other.name.clone(), package.name.clone(), bundle.clone()));
                }
            }
        }
        Ok(selected)
    }
}

fn parse_package(package: &Value) -> Option<Package> {
    let is_example = |target: &&Value| {
        target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "example"))
    };
    let targets = package["targets"].as_array()?;
    // One that is no cdylib is a mistake, which building it tells.
    let is_library = |target: &&Value| {
        target["kind"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|kind| kind == "cdylib" || kind == "lib"))
    };
    let libraries = targets.iter().filter(is_library).filter_map(|target| target["name"].as_str());
    let editor = libraries.filter(|name| name.ends_with(EDITOR)).map(str::to_owned).next();
    let examples: Vec<_> =
        targets.iter().filter(is_example).filter_map(|target| target["name"].as_str()).collect();
    let mut bundles = Vec::new();
    let mut fault = None;
    // A describe program asks for a bundle. Libraries may be called so for reasons of their own.
    for example in &examples {
        let Some(name) = example.strip_suffix(DESCRIBE) else { continue };
        let libraries = LIBRARIES.map(|suffix| format!("{name}{suffix}"));
        match libraries.into_iter().find(|library| !examples.contains(&library.as_str())) {
            Some(missing) => fault = Some(((*example).to_owned(), missing)),
            None => bundles.push(name.to_owned()),
        }
    }
    Some(Package {
        id: package["id"].as_str()?.to_owned(),
        name: package["name"].as_str()?.to_owned(),
        folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
        bundles,
        fault,
        test: package["metadata"]["dyad"]["test"].as_bool().unwrap_or(false),
        editor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn workspace(packages: &[(&str, &[&str])]) -> Workspace {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, examples)| {
                let example = |name: &&str| json!({"name": name, "kind": ["example"]});
                let targets: Vec<_> = examples.iter().map(example).collect();
                let path = format!("/x/{name}/Cargo.toml");
                let metadata = json!({"dyad": {"test": name.starts_with("test")}});
                json!({
                    "id": name, "name": name, "manifest_path": path, "targets": targets,
                    "metadata": metadata,
                })
            })
            .collect();
        let all = json!({"workspace_root": "/x", "target_directory": "/t", "packages": packages});
        Workspace::parse(&all).unwrap()
    }

    #[test]
    fn an_editor_belongs_to_the_bundle_that_it_is_named_after() {
        let target = |name: &str, kind: &str| json!({"name": name, "kind": [kind]});
        let package = |name: &str, targets: &[Value]| {
            json!({
                "id": name, "name": name, "manifest_path": format!("/x/{name}/Cargo.toml"),
                "targets": targets,
            })
        };
        let packages = [
            package("gain-ui", &[target("gain_ui", "cdylib")]),
            package("two-words-editor", &[target("two_words_ui", "cdylib")]),
            package("x", &[target("x_ui", "example")]),
            package("a", &[target("twice_ui", "cdylib")]),
            package("b", &[target("twice_ui", "lib")]),
        ];
        let all = json!({"workspace_root": "/x", "target_directory": "/t", "packages": packages});
        let workspace = Workspace::parse(&all).unwrap();
        let editor = |bundle| {
            workspace
                .editor(bundle)
                .map(|found| found.map(|(package, library)| (package.name.clone(), library)))
        };
        assert_eq!(editor("gain").unwrap(), Some(("gain-ui".into(), "gain_ui".into())));
        assert_eq!(editor("two-words").unwrap(), Some(("two-words-editor".into(), "two_words_ui".into())));
        assert_eq!(editor("x").unwrap(), None, "an example is no editor");
        assert_eq!(editor("other").unwrap(), None);
        assert!(matches!(editor("twice").unwrap_err(), Error::Twice(..)));
    }

    const ALL: &[&str] = &["gain_describe", "gain_lv2", "gain_vst3", "other_vst3"];

    #[test]
    fn packages_with_all_three_parts() {
        let workspace = workspace(&[("host", &[]), ("gain", ALL)]);
        let selected = workspace.select(&[]).unwrap();
        assert_eq!((selected.len(), &*selected[0].bundles), (1, &["gain".to_owned()][..]));
        assert_eq!(selected[0].lock(), Path::new("/x/gain/ports.lock"));
        assert_eq!(workspace.select(&["gain".into(), "gain".into()]).unwrap(), selected);
    }

    #[test]
    fn test_plugins_take_part_by_name_only() {
        let workspace = workspace(&[("gain", ALL), ("test_x", &["x_describe", "x_lv2", "x_vst3"])]);
        assert_eq!(workspace.select(&[]).unwrap().len(), 1);
        assert_eq!(workspace.select(&["test_x".into()]).unwrap()[0].bundles, ["x"]);
    }

    #[test]
    fn everything_else_is_named() {
        let error = |packages: &[(&str, &[&str])], names: &[&str]| {
            let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            workspace(packages).select(&names).unwrap_err()
        };
        assert!(matches!(error(&[("host", &[])], &[]), Error::NoPackages));
        assert!(matches!(error(&[("host", &["fixture_vst3"])], &["host"]), Error::NoBundle(_)));
        assert!(matches!(error(&[("gain", ALL)], &["gian"]), Error::NoPackage(_)));
        assert!(matches!(error(&[("a", ALL), ("b", ALL)], &[]), Error::Twice(..)));
        let text = error(&[("gain", &ALL[..2])], &[]).to_string();
        assert_eq!(text, "package gain has the example gain_describe, but no gain_vst3");
    }
}
