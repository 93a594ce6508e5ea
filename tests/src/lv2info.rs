//! What lilv, the library of most LV2 hosts, reads from a bundle's Turtle, as `lv2info` prints it.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, io};

use crate::bundle;
use crate::command::run;

/// LV2's own specifications, as Debian installs them.
const SPECIFICATIONS: [&str; 25] = [
    "atom",
    "buf-size",
    "core",
    "data-access",
    "dynmanifest",
    "event",
    "instance-access",
    "log",
    "midi",
    "morph",
    "options",
    "parameters",
    "patch",
    "port-groups",
    "port-props",
    "presets",
    "resize-port",
    "schemas",
    "state",
    "time",
    "ui",
    "units",
    "uri-map",
    "urid",
    "worker",
];

/// The folders of LV2's own specifications.
///
/// # Panics
/// Where one is missing.
#[must_use]
pub fn specifications() -> Vec<PathBuf> {
    let folders = SPECIFICATIONS.map(|name| Path::new("/usr/lib/lv2").join(format!("{name}.lv2")));
    for folder in &folders {
        assert!(folder.is_dir(), "{} is missing: run `ci/deps.sh test`", folder.display());
    }
    folders.into()
}

/// A program in an LV2 world of the bundle under test and the specifications, without any other
/// plugin that is installed.
///
/// # Panics
/// Where the world can't be made.
#[must_use]
pub fn in_world(program: &str) -> Command {
    static WORLD: OnceLock<PathBuf> = OnceLock::new();
    let world = WORLD.get_or_init(|| {
        let world = bundle::target().join("tests/lv2");
        fs::create_dir_all(&world).expect("the target folder can be written to");
        for from in specifications().into_iter().chain([bundle::lv2()]) {
            let name = from.file_name().expect("a bundle has a name").to_owned();
            // Another test program may be at it too: a link is there or not, never half.
            let new = world.join(format!("{}.new", std::process::id()));
            let linked = match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => symlink(from, &new).and_then(|()| fs::rename(&new, world.join(name))),
            };
            linked.expect("the target folder can be written to");
        }
        world
    });
    let mut command = Command::new(program);
    command.env("LV2_PATH", world);
    command
}

/// A port as lilv sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Port {
    /// Its symbol.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// The ends of its types' URIs, sorted: `AudioPort`, `InputPort` …
    pub types: Vec<String>,
    /// Minimum, maximum and default.
    pub range: [Option<f64>; 3],
    /// The end of the URI of its designation.
    pub designation: String,
    /// The ends of the URIs of its properties.
    pub properties: Vec<String>,
}

/// The whole text of `lv2info` on a plugin of the bundles under test.
///
/// # Panics
/// Where lilv does not know the plugin.
#[must_use]
pub fn text(uri: &str) -> String {
    let said = run(in_world("lv2info").arg(uri)).expect_success(&format!("lv2info {uri}"));
    assert_eq!(said.err, "", "lv2info {uri} has nothing to complain about");
    said.out
}

/// The ports of a plugin, by index.
///
/// # Panics
/// Where the text is none that lv2info prints.
#[must_use]
pub fn ports(uri: &str) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    let mut key = String::new();
    for line in text(uri).lines() {
        if let Some(index) = line.trim().strip_prefix("Port ").and_then(|rest| rest.strip_suffix(':')) {
            assert_eq!(index.parse(), Ok(ports.len()), "{uri}: ports come in order");
            ports.push(Port::default());
            continue;
        }
        let Some(port) = ports.last_mut() else { continue };
        let value = match line.trim().split_once(": ") {
            Some((name, value)) if !name.contains('/') => {
                key = name.to_owned();
                value.trim()
            }
            // Further values of the same key.
            _ if line.trim().starts_with("http") => line.trim(),
            _ => continue,
        };
        let end = || value.rsplit(['#', '/']).next().unwrap_or_default().to_owned();
        match key.as_str() {
            "Type" => port.types.push(end()),
            "Symbol" => port.symbol = value.to_owned(),
            "Name" => port.name = value.to_owned(),
            "Minimum" => port.range[0] = value.parse().ok(),
            "Maximum" => port.range[1] = value.parse().ok(),
            "Default" => port.range[2] = value.parse().ok(),
            "Designation" => port.designation = end(),
            "Properties" => port.properties.push(end()),
            _ => {}
        }
    }
    // lilv gives them in any order.
    ports.iter_mut().for_each(|port| port.types.sort());
    ports
}
