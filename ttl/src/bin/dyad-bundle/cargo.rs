//! Cargo, asked for what it knows and told what to build.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::options::Options;
use crate::workspace::Package;

/// The profile of the plugins, complete, so that nothing has to be in an author's Cargo.toml, and
/// nothing there changes it. Unwinding stays: a panic must not take the host with it.
const PROFILE: [&str; 11] = [
    "inherits='release'",
    "opt-level=3",
    "debug=false",
    "strip='symbols'",
    "lto='fat'",
    "codegen-units=1",
    "panic='unwind'",
    "incremental=false",
    "overflow-checks=false",
    // What the audio thread never comes near, and what it passes through once in a block.
    "package.dyad-vst3-view.opt-level='s'",
    "package.dyad-vst3.opt-level='s'",
];

/// Optimisation of the whole puts functions into their callers again and again, the library's among them. With
/// a smaller limit for that a binary is 14 KB (LV2) or 30 KB (VST3) smaller, and no slower (`make bench`).
const PLUGIN_FLAGS: [&str; 1] = ["-Cllvm-args=--inline-threshold=60"];

/// The profile of editors: fast where pictures are made, and built quickly. A toolkit gains little by
/// optimisation of the whole, which takes minutes.
const EDITOR_PROFILE: [&str; 9] = [
    "inherits='release'",
    "opt-level=3",
    "debug=false",
    "strip='symbols'",
    "lto=false",
    "codegen-units=16",
    "panic='unwind'",
    "incremental=false",
    "overflow-checks=false",
];

/// A window thread or a host's timer may come late: an editor's code must stay where it is. For editors
/// alone, not for what they are made of.
const EDITOR_FLAGS: [&str; 1] = ["-Clink-arg=-Wl,-z,nodelete"];

/// The build tools.
#[derive(Debug)]
pub(crate) struct Cargo {
    cargo: OsString,
    /// The triple of the build machine.
    pub(crate) host: String,
    /// Where the standard library's source lies, and what it is called in binaries.
    pub(crate) library_source: (PathBuf, String),
}

impl Cargo {
    pub(crate) fn new() -> Result<Self> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = output(Command::new(&rustc).arg("-vV"))?;
        let line = |key: &str| version.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let host = line("host:").ok_or_else(|| Error::Answer("rustc -vV".into(), "no host".into()))?;
        let hash = line("commit-hash:").unwrap_or("unknown");
        let sysroot = output(Command::new(&rustc).args(["--print", "sysroot"]))?;
        Ok(Self {
            cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            host: host.to_owned(),
            library_source: (
                PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust"),
                format!("/rustc/{hash}"),
            ),
        })
    }

    /// The answer of `cargo metadata`, about the workspace's own packages.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let mut command = Command::new(&self.cargo);
        let text = output(command.args(["metadata", "--format-version", "1", "--no-deps"]))?;
        serde_json::from_str(&text)
            .map_err(|error| Error::Answer("cargo metadata".into(), error.to_string()))
    }

    /// Builds the describe programs. They run here, so they are built for here, whatever the
    /// plugins are for, and in the profile that `cargo test` has built already.
    pub(crate) fn build_describers(&self, packages: &[Package]) -> Result<Artifacts> {
        let mut command = self.build(packages);
        command.env_remove("CARGO_BUILD_TARGET");
        for name in packages.iter().flat_map(|package| &package.bundles) {
            command.arg("--example").arg(format!("{name}_describe"));
        }
        artifacts(&mut command, packages)
    }

    /// Builds the plugins of one package. Not together with other packages, whose features would
    /// mix with its own.
    pub(crate) fn build_plugins(
        &self,
        package: &Package,
        options: &Options,
        remaps: &[String],
    ) -> Result<Artifacts> {
        let packages = std::slice::from_ref(package);
        let mut command = self.build(packages);
        for name in &package.bundles {
            for format in ["lv2", "vst3"] {
                command.arg("--example").arg(format!("{name}_{format}"));
            }
        }
        let flags: Vec<String> = remaps.iter().cloned().chain(PLUGIN_FLAGS.map(str::to_owned)).collect();
        optimise(&mut command, options, "dyad-plugin", &PROFILE, &flags);
        artifacts(&mut command, packages)
    }

    /// Builds the editor of a bundle. What several editors are made of is built once, for they have a
    /// profile and flags in common.
    pub(crate) fn build_editor(
        &self,
        package: &Package,
        options: &Options,
        remaps: &[String],
    ) -> Result<Artifacts> {
        let packages = std::slice::from_ref(package);
        let mut command = self.command("rustc", packages);
        command.arg("--lib");
        optimise(&mut command, options, "dyad-editor", &EDITOR_PROFILE, remaps);
        command.arg("--").args(EDITOR_FLAGS);
        artifacts(&mut command, packages)
    }

    fn build(&self, packages: &[Package]) -> Command {
        self.command("build", packages)
    }

    fn command(&self, what: &str, packages: &[Package]) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args([what, "--message-format", "json-render-diagnostics"]);
        for package in packages {
            command.args(["-p", &package.id]);
        }
        command
    }
}

/// Adds what makes a binary for others, unless it is to be built quickly.
fn optimise(command: &mut Command, options: &Options, profile: &str, settings: &[&str], flags: &[String]) {
    if let Some(target) = &options.target {
        command.args(["--target", target]);
    }
    if !options.debug {
        command.args(["--profile", profile]);
        for setting in settings {
            command.arg("--config").arg(format!("profile.{profile}.{setting}"));
        }
        add_flags(command, flags);
    }
}

/// Adds compiler flags to the author's own instead of replacing them. Cargo takes them from one
/// source only, and the environment comes first.
fn add_flags(command: &mut Command, flags: &[String]) {
    let encoded = env::var("CARGO_ENCODED_RUSTFLAGS").ok();
    let plain = || {
        let flags = env::var("RUSTFLAGS").ok()?;
        Some(flags.split_whitespace().collect::<Vec<_>>().join("\u{1f}"))
    };
    match encoded.or_else(plain) {
        Some(own) => {
            let own = Some(own).filter(|own| !own.is_empty());
            let all: Vec<_> = own.into_iter().chain(flags.iter().cloned()).collect();
            command.env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
        }
        None => {
            // A JSON list of strings is a TOML list of strings.
            let list = Value::from(flags.to_vec());
            command.arg("--config").arg(format!("build.rustflags={list}"));
        }
    }
}

/// What a build made.
#[derive(Debug)]
pub(crate) struct Artifacts(Vec<Value>);

impl Artifacts {
    /// The id and the manifest of every package that took part.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|artifact| {
            Some((artifact["package_id"].as_str()?, artifact["manifest_path"].as_str()?))
        })
    }

    /// The describe program of a bundle.
    pub(crate) fn program(&self, package: &Package, name: &str) -> Result<PathBuf> {
        let name = format!("{name}_describe");
        let program = self.of(package, &name).and_then(|artifact| artifact["executable"].as_str());
        let wanted = "as an example that is a program";
        program.map(PathBuf::from).ok_or_else(|| not_built(package, name, wanted))
    }

    /// The library that an example made.
    pub(crate) fn library(&self, package: &Package, example: &str, suffix: &str) -> Result<PathBuf> {
        let wanted = "as an example with crate-type = [\"cdylib\"]";
        self.file(self.of(package, example), suffix)
            .ok_or_else(|| not_built(package, format!("{example}{suffix}"), wanted))
    }

    /// The library of an editor.
    pub(crate) fn editor(&self, package: &Package, name: &str, suffix: &str) -> Result<PathBuf> {
        let artifact = self.0.iter().find(|artifact| {
            artifact["package_id"] == package.id.as_str() && artifact["target"]["name"] == name
        });
        let wanted = "as a library with crate-type = [\"cdylib\"]";
        self.file(artifact, suffix).ok_or_else(|| not_built(package, format!("{name}{suffix}"), wanted))
    }

    /// The folder of the package that has a library of this name.
    pub(crate) fn folder_of(&self, library: &str) -> Option<PathBuf> {
        let artifact = self.0.iter().find(|artifact| artifact["target"]["name"] == library)?;
        Some(Path::new(artifact["manifest_path"].as_str()?).parent()?.to_owned())
    }

    fn file(&self, artifact: Option<&Value>, suffix: &str) -> Option<PathBuf> {
        let files = artifact?["filenames"].as_array()?;
        files.iter().filter_map(Value::as_str).find(|file| file.ends_with(suffix)).map(PathBuf::from)
    }

    fn of(&self, package: &Package, example: &str) -> Option<&Value> {
        self.0.iter().find(|artifact| {
            artifact["package_id"] == package.id.as_str()
                && artifact["target"]["name"] == example
                && artifact["target"]["kind"] == serde_json::json!(["example"])
        })
    }
}

fn not_built(package: &Package, artifact: String, wanted: &'static str) -> Error {
    Error::NotBuilt { package: package.name.clone(), artifact, wanted }
}

/// Runs a build; its words for people go through, its words for programs are gathered.
fn artifacts(command: &mut Command, packages: &[Package]) -> Result<Artifacts> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(start(command))?;
    let mut list = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
            // Build scripts may print other lines.
            let message = serde_json::from_str::<Value>(&line).unwrap_or_default();
            if message["reason"] == "compiler-artifact" {
                list.push(message);
            }
        }
    }
    let status = child.wait().map_err(start(command))?;
    if status.success() {
        return Ok(Artifacts(list));
    }
    let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
    Err(Error::Failed(format!("building {}", names.join(", "))))
}

/// What a program prints.
fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(start(command))?;
    let words: Vec<_> = command.get_args().take(1).map(|word| word.to_string_lossy()).collect();
    let name = format!("{} {}", command.get_program().display(), words.join(" "));
    if !output.status.success() {
        return Err(Error::Failed(name));
    }
    String::from_utf8(output.stdout).map_err(|error| Error::Answer(name, error.to_string()))
}

fn start(command: &Command) -> impl Fn(std::io::Error) -> Error + use<> {
    let program = command.get_program().to_string_lossy().into_owned();
    move |error| Error::Start { program: program.clone(), error }
}
