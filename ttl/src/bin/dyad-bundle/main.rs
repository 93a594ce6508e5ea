//! Builds plugin crates and puts LV2 and VST3 bundles together from them.
//!
//! A package takes part when it has the three examples `NAME_lv2`, `NAME_vst3` (cdylibs) and
//! `NAME_describe` (a program). Where another package has a cdylib `NAME_ui`, that is its editor. Everything is described and built first, with one optimised
//! profile that authors need not write down; the bundles come last, each put in place in one
//! step, so that a failed build leaves the old ones as they were.

mod cargo;
mod error;
mod options;
mod place;
mod remap;
mod system;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use crate::cargo::{Artifacts, Cargo};
use crate::error::{Error, Result};
use crate::options::{Options, Task};
use crate::place::Staging;
use crate::system::System;
use crate::workspace::{Package, Workspace};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dyad-bundle: {error}");
            ExitCode::from(if matches!(error, Error::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn run() -> Result<()> {
    let options = Options::parse(env::args_os().skip(1))?;
    if options.task == Task::Help {
        print!("{}", options::HELP);
        return Ok(());
    }
    let cargo = Cargo::new()?;
    let workspace = Workspace::load(&cargo)?;
    let packages = workspace.select(&options.packages)?;
    for package in packages.iter().filter(|package| !package.lock().exists()) {
        if options.task != Task::Lock {
            return Err(Error::NoLock(package.name.clone()));
        }
        // A crate includes its ports.lock, so there must be one to build the program that makes it.
        let lock = package.lock();
        fs::write(&lock, "").map_err(|error| Error::io("create", &lock, error))?;
    }
    let described = cargo.build_describers(&packages)?;
    let mut ids = Vec::new();
    for package in &packages {
        for name in &package.bundles {
            let program = described.program(package, name)?;
            match options.task {
                Task::Lock => update_lock(package, &describe(&program, &["--lock"])?)?,
                Task::Check => {
                    describe(&program, &["--check"])?;
                    println!("{name} of {} is well described", package.name);
                }
                // Before the long build.
                _ => drop(describe(&program, &["--check"])?),
            }
            if options.task != Task::Lock {
                let ports = describe(&program, &["--ports"])?;
                claim_ids(&mut ids, &ports, &package.name)?;
            }
        }
    }
    if options.task == Task::Bundle {
        bundle(&options, &cargo, &workspace, &packages, &described)
    } else {
        Ok(())
    }
}

/// What a bundle is made of.
struct Parts<'a> {
    name: &'a str,
    describer: PathBuf,
    lv2: PathBuf,
    vst3: PathBuf,
    /// The editor's binary, and the licence of its font.
    editor: Option<(PathBuf, PathBuf)>,
}

fn bundle(
    options: &Options,
    cargo: &Cargo,
    workspace: &Workspace,
    packages: &[Package],
    described: &Artifacts,
) -> Result<()> {
    let system = System::of(options.target.as_deref().unwrap_or(&cargo.host))?;
    let private = remap::private_paths(cargo, workspace, described);
    let remaps = if options.debug { Vec::new() } else { remap::prefixes(cargo, workspace, described) };
    let mut all = Vec::new();
    for package in packages {
        let artifacts = cargo.build_plugins(package, options, &remaps)?;
        for name in &package.bundles {
            all.push(Parts {
                name,
                describer: described.program(package, name)?,
                lv2: artifacts.library(package, &format!("{name}_lv2"), system.dll_suffix)?,
                vst3: artifacts.library(package, &format!("{name}_vst3"), system.dll_suffix)?,
                editor: None,
            });
        }
    }
    for parts in all.iter_mut().filter(|_| system.has_editors) {
        let Some((package, library)) = workspace.editor(parts.name)? else { continue };
        let artifacts = cargo.build_editor(package, options, &remaps)?;
        let binary = artifacts.editor(package, &library, system.dll_suffix)?;
        let no_toolkit = || Error::NoToolkit(package.name.clone());
        let licence = artifacts.folder_of("dyad_gui").ok_or_else(no_toolkit)?.join("fonts/OFL.txt");
        parts.editor = Some((binary, licence));
    }
    let out = options.out.clone().unwrap_or_else(|| workspace.target_directory.join("bundles"));
    let staging = Staging::new(&out)?;
    for parts in &all {
        stage(parts, &system, &staging)?;
    }
    for Parts { name, lv2, vst3, editor, .. } in &all {
        for bundle in [format!("{name}.lv2"), format!("{name}.vst3")] {
            let path = staging.put(&bundle)?;
            println!("{}  {}", path.display(), place::contents(&path)?);
        }
        if !options.debug {
            let binaries = [lv2, vst3].into_iter().chain(editor.as_ref().map(|(binary, _)| binary));
            for path in remap::found_in(&binaries.collect::<Vec<_>>(), &private)? {
                eprintln!("dyad-bundle: note: {name} holds this machine's path {path}");
            }
        }
    }
    Ok(())
}

/// Puts both bundles together.
fn stage(parts: &Parts<'_>, system: &System, staging: &Staging) -> Result<()> {
    let Parts { name, describer, lv2, vst3, editor } = parts;
    let folder = staging.folder().to_str().ok_or_else(|| Error::Unicode(staging.folder().into()))?;
    let suffix = system.dll_suffix;
    let mut arguments = vec!["--name", name, "--binary-suffix", suffix, "--out", folder];
    arguments.extend(editor.as_ref().map(|_| "--editor"));
    describe(describer, &arguments)?;
    let lv2_bundle = PathBuf::from(format!("{name}.lv2"));
    let vst3_bundle = PathBuf::from(format!("{name}.vst3"));
    staging.copy(lv2, &lv2_bundle.join(format!("{name}{suffix}")))?;
    staging.copy(vst3, &vst3_bundle.join(system.vst3_binary(name)))?;
    if let Some((binary, licence)) = editor {
        let file = format!("{name}_ui{suffix}");
        staging.copy(binary, &lv2_bundle.join(&file))?;
        staging.copy(licence, &lv2_bundle.join("OFL.txt"))?;
        // Not beside the sound binary: some hosts take the first library there for the plugin.
        let folder = vst3_bundle.join(system.vst3_binary(name)).with_file_name("editor");
        staging.copy(binary, &folder.join(&file))?;
        staging.copy(licence, &vst3_bundle.join("Contents/Resources/OFL.txt"))?;
    }
    Ok(())
}

/// Notes the plugin ids of a package; one that another package has is an error: a copy whose id was
/// not changed would take over the other's sessions.
fn claim_ids(ids: &mut Vec<(String, String)>, ports: &str, package: &str) -> Result<()> {
    // Each table begins with its LV2 URI: the plugin's id, and the layout behind a #.
    let uris = ports.lines().filter_map(|line| line.rsplit_once('#'));
    for (id, _) in uris.filter(|(id, _)| !id.starts_with(|c: char| c.is_ascii_digit())) {
        match ids.iter().find(|(known, _)| known == id) {
            Some((_, owner)) if owner != package => {
                return Err(Error::SameId(id.into(), owner.clone(), package.into()));
            }
            Some(_) => {}
            None => ids.push((id.into(), package.into())),
        }
    }
    Ok(())
}

/// What the describe program prints.
fn describe(program: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|error| Error::io("run", program, error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(if said.is_empty() {
            Error::Died(program.into(), output.status)
        } else {
            Error::Plugin(said)
        });
    }
    String::from_utf8(output.stdout).map_err(|_| Error::Unicode(program.into()))
}

fn update_lock(package: &Package, text: &str) -> Result<()> {
    let path: PathBuf = package.lock();
    let old = fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?;
    if old == text {
        println!("{} is up to date", path.display());
        return Ok(());
    }
    fs::write(&path, text).map_err(|error| Error::io("write", &path, error))?;
    println!("{} is new; commit it", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_packages_may_not_have_one_plugin_id() {
        let mut ids = Vec::new();
        let ports = "urn:a#stereo\n0 audio-in in_l \"Input #1\"\n\nurn:a#mono\n0 audio-in in \"In\"\n";
        claim_ids(&mut ids, ports, "gain").expect("the first one may");
        claim_ids(&mut ids, "urn:b#stereo\n", "gain").expect("another id may");
        let error = claim_ids(&mut ids, ports, "copy").expect_err("the copy may not").to_string();
        assert!(error.contains("urn:a") && error.contains("gain") && error.contains("copy"), "{error}");
    }
}
