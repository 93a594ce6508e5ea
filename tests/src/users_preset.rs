//! A preset as a host saves one for its user, of the test plugin, which hands it a file.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dyad_core::state::{Fields, Writer};

/// Its URI. Its name is "With a file".
pub const PRESET: &str = "urn:dyad:test:preset";

/// Makes a folder with a file of a length, and a bundle with a preset that names it; gives the bundle.
///
/// # Panics
/// Where they can't be made.
#[must_use]
pub fn with_file(folder: &Path, length: usize) -> PathBuf {
    let file = folder.join("a file.wav");
    let bundle = naming(folder, &file);
    fs::write(&file, vec![0; length]).expect("a file can be written");
    bundle
}

/// Makes a folder with a bundle with a preset that names a file; gives the bundle.
///
/// # Panics
/// Where it can't be made.
#[must_use]
pub fn naming(folder: &Path, file: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(folder);
    let bundle = folder.join("user.preset.lv2");
    fs::create_dir_all(&bundle).expect("a folder can be made");
    let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 0);
    writer.properties(&[("file", file.to_str().expect("Unicode").to_owned())]);
    let state = STANDARD.encode(writer.finish_with(&Fields::none()));
    let prefixes = "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
";
    let listed = format!(
        "{prefixes}<{PRESET}> a pset:Preset ; lv2:appliesTo <urn:dyad:probe#stereo> ; \
         rdfs:label \"With a file\" ; rdfs:seeAlso <file.ttl> .\n"
    );
    let full = format!(
        "{prefixes}<{PRESET}> a pset:Preset ; lv2:appliesTo <urn:dyad:probe#stereo> ; \
         rdfs:label \"With a file\" ; state:state [ <{}> \"{state}\"^^xsd:base64Binary ] .\n",
        dyad_ttl::STATE_KEY
    );
    fs::write(bundle.join("manifest.ttl"), listed).expect("a file can be written");
    fs::write(bundle.join("file.ttl"), full).expect("a file can be written");
    bundle
}
