//! `presets!`: a folder of TOML files becomes a list of presets at compile time.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;
use rmp::encode;
use syn::{Error, LitStr};
use toml::{Table, Value};

/// Containers within containers that a field may have; the reader takes 32 with its own map.
const MAX_DEPTH: usize = 30;
/// The longest id, as in `dyad_core::identity`.
const MAX_ID: usize = 64;

pub(crate) fn presets(folder: &LitStr) -> syn::Result<Tokens> {
    let fault = |text: String| Error::new(folder.span(), text);
    let root = std::env::var("CARGO_MANIFEST_DIR").map_err(|_| fault("presets! needs Cargo".into()))?;
    let name = folder.value();
    let presets = read_folder(&Path::new(&root).join(&name), &name).map_err(fault)?;
    let items = presets.iter().map(|preset| {
        let Preset { id, name, category, comment, document, .. } = preset;
        let document = Literal::byte_string(document);
        quote! {
            ::dyad::preset::Preset {
                id: #id, name: #name, category: #category, comment: #comment, document: #document,
            }
        }
    });
    // Named to the compiler, so that an edit builds the crate again; not in the binary.
    let paths = presets.iter().map(|preset| format!("/{}", preset.path));
    Ok(quote! {{
        const _: &[&[u8]] = &[
            #(::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #paths))),*
        ];
        const PRESETS: &[::dyad::preset::Preset] = &[#(#items),*];
        PRESETS
    }})
}

#[derive(Debug)]
struct Preset {
    id: String,
    name: String,
    category: String,
    comment: String,
    document: Vec<u8>,
    /// From the crate's folder on, with `/` on every system.
    path: String,
}

/// All presets of a folder and of the folders in it, by category and name. `shown` is the folder
/// as the author knows it.
fn read_folder(folder: &Path, shown: &str) -> Result<Vec<Preset>, String> {
    let mut presets = Vec::new();
    for (name, path) in entries(folder, shown)? {
        let shown = format!("{shown}/{name}");
        if !path.is_dir() {
            presets.extend(read_file(&path, &shown, "", &name)?);
            continue;
        }
        for (file, path) in entries(&path, &shown)? {
            let shown = format!("{shown}/{file}");
            if path.is_dir() {
                return Err(format!("{shown}: a category has no folders within it"));
            }
            presets.extend(read_file(&path, &shown, &name, &file)?);
        }
    }
    presets.sort_by(|a, b| (&a.category, &a.name, &a.id).cmp(&(&b.category, &b.name, &b.id)));
    for pair in presets.windows(2) {
        let [a, b] = pair else { continue };
        if (&a.category, &a.name) == (&b.category, &b.name) {
            return Err(format!("{} and {} have the same category and name", a.path, b.path));
        }
    }
    for (n, preset) in presets.iter().enumerate() {
        if let Some(other) = presets[..n].iter().find(|other| other.id == preset.id) {
            return Err(format!("{} and {} have the same id {:?}", other.path, preset.path, preset.id));
        }
    }
    Ok(presets)
}

/// Names and paths of what is in a folder, hidden files left out.
fn entries(folder: &Path, shown: &str) -> Result<Vec<(String, PathBuf)>, String> {
    let fault = |error: std::io::Error| format!("{shown}: this folder of presets can't be read: {error}");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| format!("{shown}/{name:?}: its name is no text"))?;
        if !name.starts_with('.') {
            found.push((name.to_owned(), entry.path()));
        }
    }
    // The file system's order is any.
    found.sort();
    Ok(found)
}

/// One preset; `None` for a file that is no TOML file.
fn read_file(path: &Path, shown: &str, folder: &str, file: &str) -> Result<Option<Preset>, String> {
    let Some(stem) = file.strip_suffix(".toml") else { return Ok(None) };
    let id = if folder.is_empty() { stem.to_owned() } else { format!("{folder}_{stem}") };
    let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let preset = read_preset(&text, id, folder, stem).map_err(|fault| format!("{shown}: {fault}"))?;
    Ok(Some(Preset { path: shown.to_owned(), ..preset }))
}

fn read_preset(text: &str, id: String, folder: &str, stem: &str) -> Result<Preset, String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if id.len() > MAX_ID || !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(good) {
        return Err(format!(
            "its id would be {id:?}, and ids are 1 to {MAX_ID} characters of a-z, 0-9 and _, starting with a letter"
        ));
    }
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let name = take_text(&mut table, "name")?.unwrap_or_else(|| title(stem));
    let category = take_text(&mut table, "category")?.unwrap_or_else(|| title(folder));
    let comment = take_text(&mut table, "comment")?.unwrap_or_default();
    if name.trim().is_empty() {
        return Err("its name is empty".into());
    }
    let params = take_table(&mut table, "params")?;
    let properties = take_table(&mut table, "properties")?;
    let fields = take_table(&mut table, "fields")?;
    if let Some(key) = table.keys().next() {
        return Err(format!(
            "unknown key {key:?}: there are name, category, comment, [params], [properties] and [fields]"
        ));
    }
    for (id, value) in &params {
        let good = match value {
            Value::Float(number) => number.is_finite(),
            other => matches!(other, Value::Integer(_) | Value::Boolean(_) | Value::String(_)),
        };
        if !good {
            return Err(format!("parameter {id:?} needs a number, true or false, or the id of a variant"));
        }
    }
    if let Some((id, _)) = properties.iter().find(|(_, value)| !value.is_str()) {
        return Err(format!("property {id:?} needs a text"));
    }
    let document = document(&params, &properties, &fields)?;
    Ok(Preset { id, name, category, comment, document, path: String::new() })
}

fn take_text(table: &mut Table, key: &str) -> Result<Option<String>, String> {
    match table.remove(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("{key} needs a text")),
    }
}

fn take_table(table: &mut Table, key: &str) -> Result<Table, String> {
    match table.remove(key) {
        None => Ok(Table::new()),
        Some(Value::Table(table)) => Ok(table),
        Some(_) => Err(format!("{key} needs to be a table: [{key}]")),
    }
}

/// `deep_sub` reads "Deep sub".
fn title(id: &str) -> String {
    let mut chars = id.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars.map(|c| if c == '_' { ' ' } else { c })).collect()
}

/// The document as `docs/state.md` has it, without a plugin. Tables are in the order of their keys.
fn document(params: &Table, properties: &Table, fields: &Table) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    // Writing into a `Vec` can't fail.
    let _ = encode::write_map_len(&mut out, 4 + u32::from(!properties.is_empty()));
    for text in ["format", "dyad", "version"] {
        let _ = encode::write_str(&mut out, text);
    }
    let _ = encode::write_uint(&mut out, 1);
    let _ = encode::write_str(&mut out, "params");
    write_table(&mut out, params, 1)?;
    if !properties.is_empty() {
        let _ = encode::write_str(&mut out, "properties");
        write_table(&mut out, properties, 1)?;
    }
    let _ = encode::write_str(&mut out, "fields");
    write_table(&mut out, fields, 1)?;
    Ok(out)
}

fn write_table(out: &mut Vec<u8>, table: &Table, depth: usize) -> Result<(), String> {
    let _ = encode::write_map_len(out, table.len() as u32);
    for (key, value) in table {
        let _ = encode::write_str(out, key);
        write_value(out, value, depth + 1).map_err(|fault| format!("{key}: {fault}"))?;
    }
    Ok(())
}

fn write_value(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("it is nested too deeply".into());
    }
    match value {
        Value::String(text) => drop(encode::write_str(out, text)),
        Value::Integer(number) => drop(encode::write_sint(out, *number)),
        Value::Float(number) => drop(encode::write_f64(out, *number)),
        Value::Boolean(on) => drop(encode::write_bool(out, *on)),
        Value::Table(table) => return write_table(out, table, depth),
        Value::Array(values) => {
            let _ = encode::write_array_len(out, values.len() as u32);
            return values.iter().try_for_each(|value| write_value(out, value, depth + 1));
        }
        Value::Datetime(_) => return Err("dates have no place in a state; write a text".into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn read(files: &[(&str, &str)]) -> Result<Vec<Preset>, String> {
        read_folder(folder(files).path(), "presets")
    }

    #[test]
    fn presets_are_sorted_and_named_after_their_files_or_keys() {
        let presets = read(&[
            ("zap.toml", ""),
            ("bass/deep_sub.toml", "comment = \"Low\""),
            ("bass/b.toml", "name = \"An ünusual name\"\ncategory = \"Air\""),
            ("README.md", "no preset"),
            (".hidden.toml", "="),
            ("empty/.gitkeep", ""),
        ])
        .unwrap();
        let names: Vec<_> = presets.iter().map(|p| [&*p.id, &*p.category, &*p.name, &*p.comment]).collect();
        assert_eq!(
            names,
            [
                ["zap", "", "Zap", ""],
                ["bass_b", "Air", "An ünusual name", ""],
                ["bass_deep_sub", "Bass", "Deep sub", "Low"],
            ]
        );
        assert_eq!(presets[2].path, "presets/bass/deep_sub.toml");
        assert!(read(&[]).unwrap().is_empty(), "an empty folder is fine");
    }

    #[test]
    fn the_document_is_in_the_order_of_the_ids() {
        let text = "[params]\nb = true\na = -6.5\nc = \"x\"\n[fields]\nlist = [1, \"t\", {k = 2.0}]";
        let presets = read(&[("p.toml", text)]).unwrap();
        let mut want = b"\x84\xa6format\xa4dyad\xa7version\x01\xa6params\x83\xa1a\xcb\xc0\x1a".to_vec();
        want.extend(b"\0\0\0\0\0\0\xa1b\xc3\xa1c\xa1x\xa6fields\x81\xa4list\x93\x01\xa1t\x81\xa1k\xcb\x40");
        want.extend([0; 7]);
        assert_eq!(presets[0].document, want);
        let presets = read(&[("p.toml", "[properties]\ntitle = \"t\"")]).unwrap();
        let want = b"\x85\xa6format\xa4dyad\xa7version\x01\xa6params\x80\xaaproperties\x81\xa5title\xa1t\xa6fields\x80";
        assert_eq!(presets[0].document, want);
    }

    #[test]
    fn faults_name_the_file() {
        for (path, text, parts) in [
            ("a/b.toml", "name =", &["presets/a/b.toml: ", "line 1"][..]),
            ("a/B.toml", "", &["presets/a/B.toml: ", "\"a_B\""]),
            ("8bit.toml", "", &["presets/8bit.toml: ", "\"8bit\""]),
            ("a.toml", "name = \" \"", &["presets/a.toml: ", "name is empty"]),
            ("a.toml", "name = 1", &["presets/a.toml: ", "name needs a text"]),
            ("a.toml", "nam = \"a\"", &["presets/a.toml: ", "unknown key \"nam\""]),
            ("a.toml", "params = 1", &["presets/a.toml: ", "[params]"]),
            ("a.toml", "[params]\ngain = nan", &["presets/a.toml: ", "\"gain\""]),
            ("a.toml", "[params]\ngain = [1]", &["presets/a.toml: ", "\"gain\""]),
            ("a.toml", "[properties]\nfile = 1", &["presets/a.toml: ", "\"file\""]),
            ("a.toml", "[fields]\nx.at = 2020-01-01", &["presets/a.toml: ", "x: at: dates"]),
            ("a/b/c.toml", "", &["presets/a/b: ", "no folders"]),
        ] {
            let fault = read(&[(path, text)]).unwrap_err();
            assert!(parts.iter().all(|part| fault.contains(part)), "{path} {text:?}: {fault}");
        }
        let deep = format!("[fields]\nx = {}1{}", "[".repeat(40), "]".repeat(40));
        assert!(read(&[("a.toml", &deep)]).unwrap_err().contains("nested too deeply"));
        let twice = read(&[("a/b_c.toml", "name = \"x\""), ("a_b/c.toml", "")]).unwrap_err();
        assert_eq!(twice, "presets/a/b_c.toml and presets/a_b/c.toml have the same id \"a_b_c\"");
        let twice = read(&[("a/b.toml", ""), ("a/c.toml", "name = \"B\"")]).unwrap_err();
        assert!(twice.contains("same category and name"), "{twice}");
        let missing = read_folder(Path::new("/nowhere/at/all"), "presets").unwrap_err();
        assert!(missing.starts_with("presets: this folder of presets can't be read: "), "{missing}");
    }
}
