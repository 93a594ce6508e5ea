//! Folders, as a page sees them.

use super::*;

/// A page whose path is one of these files, with their folder.
fn page(files: &[&str], present: &str) -> (Page, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files {
        std::fs::write(folder.path().join(file), "").expect("a file");
    }
    let mut page = Page::gain_with("property");
    page.greets();
    page.host.texts[0] = path(&folder, present);
    page.hears();
    (page, folder)
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("UTF-8").into()
}

fn names(listing: &Value) -> Vec<&str> {
    let entries = listing["entries"].as_array().expect("entries");
    entries.iter().map(|entry| entry["name"].as_str().expect("a name")).collect()
}

#[test]
fn a_folder_is_listed_as_it_is_and_the_files_own_where_none_is_named() {
    let (mut page, folder) = page(&["b.wav", "a.WAV", "notes.txt"], "b.wav");
    std::fs::create_dir(folder.path().join("more")).expect("a folder");
    let named = page.gets("listFiles", json!({ "id": "impulse", "folder": path(&folder, "") }));
    assert_eq!(names(&named), ["more", "a.WAV", "b.wav"], "the extensions are the property's");
    assert_eq!(named["entries"][0]["isFolder"], true);
    assert_eq!(
        named["entries"][2],
        json!({ "name": "b.wav", "path": path(&folder, "b.wav"), "isFolder": false })
    );
    assert_eq!(named["parent"], folder.path().parent().expect("a parent").to_str().expect("UTF-8"));
    assert_eq!(named["error"], Value::Null);
    let own = page.gets("listFiles", json!({ "id": "impulse", "folder": "" }));
    assert_eq!(own["entries"], named["entries"]);
    page.host.texts[0] = path(&folder, "gone/away.wav");
    let near = page.gets("listFiles", json!({ "id": "impulse", "folder": "" }));
    assert_eq!(near["entries"], named["entries"], "of a folder that is gone, the nearest above it");
}

#[test]
fn whether_the_present_file_is_there_does_not_hang_on_the_list() {
    let (mut page, folder) = page(&["a.wav", ".hall.wav", "hall.wave"], "a.wav");
    for (name, is) in
        [("a.wav", true), (".hall.wav", true), ("hall.wave", true), ("b.wav", false), ("", false)]
    {
        page.host.texts[0] = path(&folder, name);
        let listing = page.gets("listFiles", json!({ "id": "impulse", "folder": path(&folder, "") }));
        assert_eq!((names(&listing), &listing["exists"]), (vec!["a.wav"], &json!(is)), "{name:?}");
    }
}

#[test]
fn the_next_file_is_set_and_told() {
    let (mut page, folder) = page(&["a.wav", "b.wav"], "a.wav");
    assert_eq!(page.gets("stepFile", json!({ "id": "impulse", "forwards": true })), true);
    assert!(page.bridge.has_notices());
    let said = json!({ "id": "impulse", "value": path(&folder, "b.wav") });
    assert_eq!(page.hears(), [("propertyUpdate".into(), said)]);
    assert_eq!(page.gets("stepFile", json!({ "id": "impulse", "forwards": true })), true);
    assert_eq!(page.host.texts[0], path(&folder, "a.wav"), "around the end");
    page.host.texts[0].clear();
    assert_eq!(page.gets("stepFile", json!({ "id": "impulse", "forwards": false })), false);
}

#[test]
fn only_paths_have_files() {
    let (mut page, _folder) = page(&[], "");
    assert_eq!(page.fails("listFiles", json!({ "id": "gain", "folder": "/" })), -32001);
    assert_eq!(page.fails("listFiles", json!({ "id": "impulse" })), -32602);
    assert_eq!(page.fails("stepFile", json!({ "id": "impulse", "forwards": 1 })), -32602);
    let mut probe = Page::probe();
    probe.greets();
    let texts = Arc::clone(&probe.host.description);
    let text =
        texts.properties.iter().find(|property| property.kind == dyad_core::param::PropertyKind::Text);
    let id = text.expect("the probe has a text").id;
    assert_eq!(probe.fails("listFiles", json!({ "id": id, "folder": "/" })), -32001);
}

#[test]
fn what_is_listed_fits_a_message() {
    let (mut page, folder) = page(&[], "x.wav");
    // Names of two hundred letters, in a path of two thousand more.
    let mut deep = folder.path().to_owned();
    for letter in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        deep.push(letter.repeat(200));
    }
    std::fs::create_dir_all(&deep).expect("folders");
    for n in 0..1000 {
        std::fs::write(deep.join(format!("{n}{}.wav", "x".repeat(196))), "").expect("a file");
    }
    let listing =
        page.gets("listFiles", json!({ "id": "impulse", "folder": deep.to_str().expect("UTF-8") }));
    assert!((300..1000).contains(&names(&listing).len()), "{}", names(&listing).len());
    assert_eq!(listing["error"], "This folder holds more than is shown here.");
    for n in 0..1000 {
        std::fs::create_dir(deep.join(format!("{n}{}", "x".repeat(200)))).expect("a folder");
    }
    let listing =
        page.gets("listFiles", json!({ "id": "impulse", "folder": deep.to_str().expect("UTF-8") }));
    let files = names(&listing).iter().filter(|name| name.ends_with(".wav")).count();
    assert!((150..names(&listing).len() - 150).contains(&files), "folders do not hide files: {files}");
}
