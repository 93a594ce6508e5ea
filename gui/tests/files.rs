//! The field for a file, and its panel.

mod common;

use std::path::{Path, PathBuf};

use common::pictures::{check, save};
use common::{Own, Rig, filed};
use dyad_gui::FileField;
use dyad_gui::egui::{Key, Modifiers, Pos2, Rect, pos2, vec2};

/// A folder of impulse responses.
struct Folder {
    _whole: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let whole = tempfile::tempdir().unwrap();
        let path = whole.path().join("Impulse responses");
        for folder in ["Chambers", "Plates", "Springs"] {
            std::fs::create_dir_all(path.join(folder)).unwrap();
        }
        for file in ["Hall 2.wav", "Hall 10.wav", "Cathedral, far.wav", "Notes.txt", "Plates/Bright.WAV"] {
            std::fs::write(path.join(file), "").unwrap();
        }
        for n in 1..20 {
            std::fs::write(path.join(format!("Room {n}.wav")), "").unwrap();
        }
        Self { _whole: whole, path }
    }

    fn file(&self, name: &str) -> String {
        self.path.join(name).to_str().unwrap().to_owned()
    }
}

fn field(value: &str) -> Rig {
    let view = Own::new(vec2(440.0, 360.0), |ui, context, _| {
        let rect = Rect::from_min_size(pos2(16.0, 16.0), vec2(ui.max_rect().width() - 32.0, 28.0));
        FileField::new(0).empty("No impulse response").put(ui, rect, context);
    });
    let mut rig = Rig::own(&filed(), view, &[]);
    rig.host.properties[0] = value.to_owned();
    rig.frames(2);
    rig
}

/// In the field: what is before its name, its name, what clears it, what is after it, Browse.
fn parts(rig: &Rig) -> [Pos2; 5] {
    let place = rig.editor.place_of_property(0).unwrap();
    let y = place.center().y;
    let end = place.right() - 74.0;
    [place.left() + 14.0, place.left() + 100.0, end - 42.0, end - 14.0, place.right() - 20.0]
        .map(|x| pos2(x, y))
}

fn name(rig: &Rig) -> String {
    let path = Path::new(&rig.host.properties[0]);
    path.file_name().map_or(String::new(), |name| name.to_str().unwrap().to_owned())
}

#[test]
fn its_buttons_go_through_the_folder_and_clear() {
    let folder = Folder::new();
    let mut rig = field(&folder.file("Hall 2.wav"));
    let [before, _, clear, after, _] = parts(&rig);
    let mut names = Vec::new();
    for at in [after, before, before, before] {
        rig.click(at);
        rig.pause();
        names.push(name(&rig));
    }
    assert_eq!(names, ["Hall 10.wav", "Hall 2.wav", "Cathedral, far.wav", "Room 19.wav"]);
    rig.click(clear);
    assert_eq!(rig.host.properties[0], "");
    rig.pause();
    rig.click(after);
    assert_eq!(rig.host.properties[0], "", "there is no folder to go through");
}

#[test]
fn a_file_is_chosen_with_the_keyboard() {
    let folder = Folder::new();
    let mut rig = field(&folder.file("Hall 2.wav"));
    rig.key(Key::Tab);
    rig.frames(2);
    rig.key(Key::ArrowRight);
    assert_eq!(name(&rig), "Hall 10.wav");
    rig.key(Key::Enter);
    rig.frames(2);
    assert!(rig.editor.wants_key(Key::R, Modifiers::default()), "letters find names now");
    rig.key(Key::ArrowDown);
    rig.key(Key::Enter);
    rig.frames(2);
    assert_eq!(name(&rig), "Room 1.wav");
    assert!(!rig.editor.wants_key(Key::R, Modifiers::default()), "they are the host's again");

    rig.key(Key::Enter);
    rig.frames(2);
    rig.text("pl");
    rig.key(Key::Enter);
    rig.frames(2);
    rig.key(Key::Enter);
    rig.frames(2);
    assert_eq!(rig.host.properties[0], folder.file("Plates/Bright.WAV"));

    rig.key(Key::Enter);
    rig.frames(2);
    rig.key(Key::Backspace);
    rig.key(Key::ArrowUp);
    rig.key(Key::Escape);
    rig.frames(2);
    assert_eq!(rig.host.properties[0], folder.file("Plates/Bright.WAV"), "nothing was taken");
    rig.key(Key::Delete);
    assert_eq!(rig.host.properties[0], "");
}

#[test]
fn a_file_is_chosen_with_the_mouse_and_a_click_elsewhere_closes_the_panel() {
    let folder = Folder::new();
    let mut rig = field(&folder.file("Hall 2.wav"));
    let [_, own, _, _, browse] = parts(&rig);
    rig.click(browse);
    rig.frames(3);
    save("files-open", &rig.raster);
    // The first line is a folder; the list begins below the panel's head.
    let first = pos2(120.0, 16.0 + 28.0 + 4.0 + 5.0 + 28.0 + 1.0 + 12.0);
    rig.click(first);
    rig.pause();
    assert_eq!(name(&rig), "Hall 2.wav", "a folder is no file");
    let up = pos2(16.0 + 19.0, 16.0 + 28.0 + 4.0 + 5.0 + 14.0);
    rig.click(up);
    rig.pause();
    rig.click(first + vec2(0.0, 24.0 * 4.0));
    rig.pause();
    assert_eq!(name(&rig), "Hall 2.wav");
    rig.click(own);
    rig.frames(3);
    rig.click(pos2(430.0, 350.0));
    rig.frames(3);
    rig.click(first + vec2(0.0, 24.0));
    rig.frames(2);
    assert_eq!(name(&rig), "Hall 2.wav", "there is no panel any more");
}

#[test]
fn a_host_that_chooses_files_is_asked() {
    let mut rig = field("");
    rig.host.browses = true;
    let [.., browse] = parts(&rig);
    rig.click(browse);
    rig.frames(2);
    assert_eq!(rig.host.browsed, [0]);
    assert!(!rig.editor.wants_key(Key::R, Modifiers::default()), "there is no panel of its own");
}

#[test]
fn what_could_not_be_done_is_forgotten_with_another_value() {
    let folder = Folder::new();
    let mut rig = field("");
    let [.., after, _] = parts(&rig);
    let place = rig.editor.place_of_property(0).unwrap();
    // The frame of the field, left of its middle.
    let edge = |rig: &Rig| {
        let canvas = rig.raster.canvas();
        canvas.pixels()[place.top() as usize * canvas.size()[0] + place.left() as usize + 60]
    };
    let calm = edge(&rig);
    rig.click(after);
    rig.frames(3);
    assert_ne!(edge(&rig), calm, "there is no file to begin with");
    rig.host.properties[0] = folder.file("Hall 2.wav");
    rig.pause();
    assert_eq!(edge(&rig), calm, "the host has set one");
    rig.host.properties[0].clear();
    rig.pause();
    assert_eq!(edge(&rig), calm);
}

#[test]
fn how_a_field_looks() {
    let folder = Folder::new();
    let mut rig = field("");
    save("files-none", &rig.raster);
    rig.host.properties[0] = "/somewhere/else/Cathedral, far away and with a long name.wav".to_owned();
    rig.pause();
    save("files-missing", &rig.raster);
    rig.host.properties[0] = folder.file("Room 4.wav");
    rig.pause();
    rig.key(Key::Tab);
    rig.frames(2);
    rig.key(Key::Enter);
    rig.frames(3);
    check("files", &rig.raster);
    rig.scale = 2.0;
    rig.frames(3);
    save("files@2", &rig.raster);
}
