//! The program that describes a crate's plugins on the build machine; `dyad::describe!` makes it.
//!
//! It links the plugins as a library and runs on the build machine, whatever system the binaries
//! beside it are built for. `dyad-bundle` calls it; by hand it is good for looking at a plugin:
//!
//! ```text
//! gain_describe --ports                                       the LV2 port tables
//! gain_describe --lock                                        ports.lock as it should be
//! gain_describe --check                                       nothing, where all is well
//! gain_describe --name gain --binary-suffix .so --out DIR     the text files of both bundles
//!     --editor                                                that have an editor binary, too
//! ```

mod lockfile;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use dyad_core::identity::Lock;
use dyad_core::{Bundle, DescribeError, Description, Plugin, Visitor};
use thiserror::Error;

use crate::arguments::{ArgumentError, Arguments};
use crate::{PortTable, lv2, moduleinfo, plist};

const USAGE: &str = "\
usage: describe --name NAME --binary-suffix SUFFIX --out DIR [--editor]
       describe --check
       describe --lock
       describe --ports";

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum Error {
    /// A command line that can't be understood.
    #[error("{0}\n{USAGE}")]
    Usage(String),
    /// A plugin with a fault that the core found.
    #[error(transparent)]
    Describe(#[from] DescribeError),
    /// A plugin with a fault that matters to its bundles.
    #[error("{plugin}: {fault}")]
    Fault {
        /// The plugin's id.
        plugin: String,
        /// What is wrong.
        fault: String,
    },
    /// A `ports.lock` that lacks something.
    #[error("{plugin}: ports.lock is not up to date; `dyad-bundle --lock` makes it so")]
    Lock {
        /// The plugin's id.
        plugin: String,
    },
    /// A file that can't be written.
    #[error("can't write {path}: {error}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl From<ArgumentError> for Error {
    fn from(error: ArgumentError) -> Self {
        Self::Usage(error.to_string())
    }
}

/// The plugins of a bundle, described, and the `ports.lock` of their crate.
#[derive(Debug, Default)]
pub struct Described {
    /// In the order in which the crate exports them.
    pub plugins: Vec<Description>,
    /// The text of the crate's `ports.lock`.
    pub lock: &'static str,
}

impl Described {
    /// Describes every plugin of a bundle.
    ///
    /// # Errors
    /// The first fault of any of them.
    pub fn of<B: Bundle>() -> Result<Self, Error> {
        struct Describe(Result<Described, Error>);
        impl Visitor for Describe {
            fn plugin<P: Plugin>(&mut self, lock: &'static str) {
                let Ok(described) = &mut self.0 else { return };
                described.lock = lock;
                match Description::of::<P>(lock) {
                    Ok(plugin) => described.plugins.push(plugin),
                    Err(error) => self.0 = Err(error.into()),
                }
            }
        }
        let mut describe = Describe(Ok(Self::default()));
        B::visit(&mut describe);
        let described = describe.0?;
        match lv2::faults(&described.plugins).into_iter().next() {
            Some((plugin, fault)) => Err(Error::Fault { plugin, fault }),
            None => Ok(described),
        }
    }

    /// Whether `ports.lock` has everything.
    ///
    /// # Errors
    /// [`Error::Lock`] with the first plugin that has something to add.
    pub fn check_lock(&self) -> Result<(), Error> {
        for plugin in &self.plugins {
            let id = plugin.info.id;
            if Lock::parse(self.lock, id).as_ref() != Ok(&plugin.lock()) {
                return Err(Error::Lock { plugin: id.into() });
            }
        }
        Ok(())
    }

    /// The text of `ports.lock` as it should be.
    #[must_use]
    pub fn lock_text(&self) -> String {
        lockfile::text(&self.plugins, self.lock)
    }

    /// The LV2 port table of every layout, as text.
    #[must_use]
    pub fn ports_text(&self) -> String {
        let tables = self.plugins.iter().flat_map(|plugin| {
            let table = |layout| PortTable::new(plugin, layout).to_text(plugin);
            plugin.layouts.iter().map(table)
        });
        tables.collect::<Vec<_>>().join("\n")
    }

    /// The text files of both bundles, by their paths below the folder that holds the bundles.
    /// A suffix of macOS adds what macOS wants. With `editor` they have an editor binary besides.
    #[must_use]
    pub fn files(&self, name: &str, binary_suffix: &str, editor: bool) -> Vec<(PathBuf, String)> {
        let lv2 = PathBuf::from(format!("{name}.lv2"));
        let contents = Path::new(&format!("{name}.vst3")).join("Contents");
        let plugins = &self.plugins;
        let binary = format!("{name}{binary_suffix}");
        let ui = editor.then(|| format!("{name}_ui{binary_suffix}"));
        let mut files = vec![
            (lv2.join("manifest.ttl"), lv2::manifest(plugins, name, &binary, ui.as_deref())),
            (lv2.join(format!("{name}.ttl")), lv2::turtle(plugins, editor)),
            (contents.join("Resources/moduleinfo.json"), moduleinfo::moduleinfo(plugins, name)),
        ];
        if let Some(presets) = lv2::presets(plugins) {
            files.push((lv2.join(lv2::presets_file(name)), presets));
        }
        if binary_suffix == ".dylib" {
            files.push((contents.join("Info.plist"), plist::info_plist(plugins, name)));
            files.push((contents.join("PkgInfo"), plist::PKG_INFO.into()));
        }
        files
    }
}

/// The whole program, with the process's own command line.
#[must_use]
pub fn main<B: Bundle>() -> ExitCode {
    match run::<B>(std::env::args_os().skip(1)) {
        // A reader that closes its end early, such as `head`, is no fault.
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        },
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(if matches!(error, Error::Usage(_)) { 2 } else { 1 })
        }
    }
}

/// The program with a command line; gives what it prints.
///
/// # Errors
/// See [`enum@Error`]. Nothing is written then, but for [`Error::Write`].
pub fn run<B: Bundle>(words: impl IntoIterator<Item = OsString>) -> Result<String, Error> {
    let mut arguments = Arguments::new(words);
    let (mut name, mut suffix, mut out) = (None, None, None);
    let (mut check, mut lock, mut ports, mut editor) = (false, false, false, false);
    while let Some(option) = arguments.next()? {
        match option.as_str() {
            "--name" => name = Some(arguments.value(&option)?),
            "--binary-suffix" => suffix = Some(arguments.value(&option)?),
            "--out" => out = Some(PathBuf::from(arguments.value(&option)?)),
            "--check" => check = true,
            "--lock" => lock = true,
            "--ports" => ports = true,
            "--editor" => editor = true,
            _ => return Err(ArgumentError::Unknown(option).into()),
        }
    }
    let described = Described::of::<B>()?;
    match (check, lock, ports, name, suffix, out.as_ref()) {
        _ if editor && out.is_none() => Err(Error::Usage("--editor needs --out".into())),
        (true, false, false, None, None, None) => described.check_lock().map(|()| String::new()),
        (false, true, false, None, None, None) => Ok(described.lock_text()),
        (false, false, true, None, None, None) => Ok(described.ports_text()),
        (false, false, false, Some(name), Some(suffix), Some(out)) => {
            described.check_lock()?;
            for (path, text) in described.files(&name, &suffix, editor) {
                write(&out.join(path), &text)?;
            }
            Ok(String::new())
        }
        _ => Err(Error::Usage("these options do not go together, or one is missing".into())),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(path, text));
    written.map_err(|error| Error::Write { path: path.to_owned(), error })
}
