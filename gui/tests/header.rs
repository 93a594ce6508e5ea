//! The header: presets, A and B, undo and redo, by pointer and keys, and what it looks like.

mod common;

use std::sync::Arc;

use common::pictures::{check, save};
use common::{Call, Rig, gain, probe};
use dyad_core::Description;
use dyad_gui::Editor;
use dyad_gui::bridge::{Bridge, Can};
use dyad_gui::egui::{Key, Modifiers, Rect, vec2};
use dyad_gui::session::{Library, Session, Slot};

/// An editor whose presets lie in a folder of its own.
struct Desk {
    rig: Rig,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn of(description: &Arc<Description>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::of_factory(Arc::clone(description)).within(folder.path());
        let mut rig = Rig::new(description);
        let session = Session::new(Arc::clone(description), library);
        rig.editor = Editor::generated(Arc::clone(description)).with_session(session);
        rig.frames(3);
        Self { rig, _folder: folder }
    }

    /// Where something of the header or its menu is.
    #[track_caller]
    fn place(&self, name: &str) -> Rect {
        self.rig.editor.place_in_header(name).unwrap_or_else(|| panic!("{name:?} is not to be seen"))
    }

    fn sees(&self, name: &str) -> bool {
        self.rig.editor.place_in_header(name).is_some()
    }

    #[track_caller]
    fn click(&mut self, name: &str) {
        let at = self.place(name).center();
        self.rig.pause();
        self.rig.click(at);
        // What it asked for is done after its frame, and shown with the next; then the menu has its place.
        self.rig.frames(3);
    }

    fn ctrl(&mut self, key: Key, shift: bool) {
        self.rig.modifiers = Modifiers { ctrl: true, command: true, shift, ..Modifiers::NONE };
        self.rig.key(key);
        self.rig.modifiers = Modifiers::NONE;
        self.rig.frames(2);
    }

    fn shown(&self) -> String {
        let status = self.rig.editor.session().status();
        format!("{}{}", status.name, if status.changed { " \u{2022}" } else { "" })
    }
}

#[test]
fn arrows_load_presets_by_whole_gestures() {
    let mut desk = Desk::of(&probe());
    desk.rig.calls();
    desk.click("Next preset");
    assert_eq!((desk.shown().as_str(), desk.rig.value("gain")), ("Loud", 6.0));
    let gain = desk.rig.index("gain");
    let calls = desk.rig.calls();
    assert_eq!(calls[..3], [Call::Begin(gain), Call::Set(gain, 6.0), Call::End(gain)], "{calls:?}");
    desk.click("Previous preset");
    assert_eq!((desk.shown().as_str(), desk.rig.value("gain")), ("Default", 0.0));
}

#[test]
fn what_was_dragged_is_undone_and_redone() {
    let mut desk = Desk::of(&gain());
    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 50.0));
    let dragged = desk.rig.value("gain");
    assert!(dragged < -10.0);
    desk.rig.calls();
    desk.click("Undo");
    assert_eq!(desk.rig.value("gain"), 0.0);
    let gain = desk.rig.index("gain");
    assert_eq!(desk.rig.calls(), [Call::Begin(gain), Call::Set(gain, 0.0), Call::End(gain)]);
    desk.click("Undo");
    assert_eq!(desk.rig.calls(), [], "there is nothing more to undo");
    desk.click("Redo");
    assert_eq!(desk.rig.value("gain"), dragged);
}

#[test]
fn keys_undo_while_a_control_has_the_keyboard_and_no_text_is_typed() {
    let mut desk = Desk::of(&gain());
    let ctrl = Modifiers::CTRL | Modifiers::COMMAND;
    assert!(!desk.rig.editor.wants_key(Key::Z, ctrl), "it is the host's");
    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 50.0));
    let dragged = desk.rig.value("gain");
    assert!(
        desk.rig.editor.wants_key(Key::Z, ctrl)
            && desk.rig.editor.wants_key(Key::Z, ctrl | Modifiers::SHIFT)
    );
    assert!(!desk.rig.editor.wants_key(Key::Z, Modifiers::NONE), "a host's key for a note");
    assert!(!desk.rig.editor.wants_key(Key::Z, ctrl | Modifiers::ALT));
    desk.ctrl(Key::Z, false);
    assert_eq!(desk.rig.value("gain"), 0.0);
    desk.ctrl(Key::Z, true);
    assert_eq!(desk.rig.value("gain"), dragged);
    desk.ctrl(Key::Z, false);
    desk.ctrl(Key::Y, false);
    assert_eq!(desk.rig.value("gain"), dragged);
    // A text's own undo.
    let value = desk.rig.find_value("gain");
    desk.rig.pause();
    desk.rig.click(value);
    desk.rig.frames(2);
    desk.ctrl(Key::Z, false);
    assert_eq!(desk.rig.value("gain"), dragged);
}

#[test]
fn a_and_b_are_compared() {
    let mut desk = Desk::of(&gain());
    desk.click("B");
    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 50.0));
    let dragged = desk.rig.value("gain");
    desk.click("A");
    assert_eq!(desk.rig.value("gain"), 0.0);
    desk.click("B");
    assert_eq!(desk.rig.value("gain"), dragged);
    desk.click("Presets");
    desk.click("Copy B to A");
    desk.click("A");
    assert_eq!(desk.rig.value("gain"), dragged);
}

#[test]
fn the_menu_loads_saves_asks_and_deletes() {
    let mut desk = Desk::of(&probe());
    desk.click("Presets");
    assert!(desk.sees("Loud") && desk.sees("Soft") && !desk.sees("Search") && !desk.sees("Rename\u{2026}"));
    save("header-menu", &desk.rig.raster);
    desk.click("Soft");
    assert_eq!((desk.shown().as_str(), desk.sees("Loud")), ("Soft", false), "the menu is closed");

    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 20.0));
    assert_eq!(desk.shown(), "Soft \u{2022}");
    desk.click("Presets");
    desk.click("Save as\u{2026}");
    assert!(desk.rig.editor.wants_key(Key::A, Modifiers::NONE), "its name is being typed");
    save("header-save", &desk.rig.raster);
    desk.rig.text("Night");
    desk.click("Save");
    assert_eq!((desk.shown().as_str(), desk.sees("Save")), ("Night", false));

    // The same name again is asked about.
    let saved = desk.rig.value("gain");
    let knob = desk.rig.find("gain");
    desk.rig.pause();
    desk.rig.drag(knob, vec2(0.0, -30.0));
    desk.click("Presets");
    desk.click("Save as\u{2026}");
    desk.rig.text("Night");
    desk.rig.key(Key::Enter);
    desk.rig.frames(3);
    assert!(desk.sees("Overwrite"));
    save("header-overwrite", &desk.rig.raster);
    desk.click("Cancel");
    desk.click("Night");
    assert_eq!(desk.rig.value("gain"), saved, "it was not overwritten");
    desk.click("Undo");
    let better = desk.rig.value("gain");
    assert_ne!(better, saved);
    assert_eq!(desk.shown(), "Night \u{2022}");
    desk.click("Presets");
    desk.click("Save");
    desk.click("Overwrite");
    assert_eq!(desk.shown(), "Night");
    desk.click("Presets");
    desk.click("Loud");
    desk.click("Presets");
    desk.click("Night");
    assert_eq!(desk.rig.value("gain"), better);

    desk.click("Presets");
    desk.click("Rename\u{2026}");
    desk.rig.text("Day");
    desk.click("Rename");
    assert_eq!(desk.shown(), "Day");
    desk.click("Presets");
    desk.click("Delete\u{2026}");
    save("header-delete", &desk.rig.raster);
    desk.click("Delete");
    assert_eq!((desk.shown().as_str(), desk.rig.value("gain")), ("Custom", better), "its sound stays");
    desk.click("Presets");
    assert!(!desk.sees("Day"));
}

#[test]
fn why_a_preset_is_not_saved_is_said_where_it_was_typed() {
    let mut desk = Desk::of(&probe());
    desk.click("Presets");
    desk.click("Save as\u{2026}");
    desk.rig.text(&"\u{4e00}".repeat(90));
    desk.click("Save");
    assert!(desk.sees("Cancel"), "it is still there, to be put right");
    save("header-refused", &desk.rig.raster);
    desk.rig.key(Key::Escape);
    desk.rig.frames(3);
    assert!(!desk.sees("Cancel"));
}

#[test]
fn many_presets_are_searched() {
    let mut desk = Desk::of(&probe());
    for n in 5..12 {
        let knob = desk.rig.find("gain");
        desk.rig.pause();
        desk.rig.wheel(knob, 1.0);
        desk.click("Presets");
        desk.click("Save as\u{2026}");
        desk.rig.text(&format!("Room {n}"));
        desk.click("Category");
        desk.ctrl(Key::A, false);
        desk.rig.text(if n % 2 == 0 { "Small" } else { "Large" });
        desk.click("Save");
        assert_eq!(desk.shown(), format!("Room {n}"));
    }
    desk.click("Presets");
    save("header-many", &desk.rig.raster);
    desk.rig.text("ROOM 1");
    desk.rig.frames(3);
    assert!(desk.sees("Room 11") && desk.sees("Room 10") && !desk.sees("Room 9") && !desk.sees("Loud"));
    save("header-searched", &desk.rig.raster);
    desk.click("Room 10");
    assert_eq!(desk.shown(), "Room 10");
}

#[test]
fn in_little_room_the_menu_has_what_the_header_has_not() {
    let mut desk = Desk::of(&gain());
    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 20.0));
    desk.rig.size = vec2(240.0, 260.0);
    desk.rig.frames(3);
    assert!(!desk.sees("Undo") && !desk.sees("A") && desk.sees("Next preset"));
    save("header-least", &desk.rig.raster);
    desk.click("Presets");
    save("header-least-menu", &desk.rig.raster);
    let whole = Rect::from_min_size(dyad_gui::egui::Pos2::ZERO, desk.rig.size);
    for name in ["Undo Gain", "Redo", "Switch to B", "Copy A to B", "Save as\u{2026}"] {
        assert!(whole.contains_rect(desk.place(name)), "{name}: {:?}", desk.place(name));
    }
    desk.click("Undo Gain");
    assert_eq!(desk.rig.value("gain"), 0.0);
}

#[test]
fn what_was_done_in_a_page_is_undone_in_the_native_editor_that_takes_over() {
    let description = gain();
    let mut rig = Rig::new(&description);
    let mut page = Bridge::new(Arc::clone(&description), Can::default());
    for call in [
        r#"{"jsonrpc":"2.0","method":"hello","params":{"protocol":1}}"#,
        r#"{"jsonrpc":"2.0","method":"selectSlot","params":{"slot":"B"}}"#,
        r#"{"jsonrpc":"2.0","method":"beginGesture","params":{"id":"gain"}}"#,
        r#"{"jsonrpc":"2.0","method":"setParameter","params":{"id":"gain","value":-6}}"#,
    ] {
        assert_eq!(page.receive(call, &mut rig.host), None);
    }
    // The page is lost while it holds the knob.
    rig.editor = Editor::generated(description).with_session(page.into_session());
    rig.frames(3);
    assert_eq!(rig.editor.session().status().slot, Slot::B);
    let undo = rig.editor.place_in_header("Undo").unwrap().center();
    rig.click(undo);
    rig.frames(2);
    assert_eq!(rig.value("gain"), 0.0);
}

#[test]
fn it_looks_planned() {
    let mut desk = Desk::of(&probe());
    desk.rig.size = vec2(860.0, 600.0);
    desk.rig.frames(2);
    desk.click("Next preset");
    let knob = desk.rig.find("gain");
    desk.rig.drag(knob, vec2(0.0, 20.0));
    let bypass = desk.rig.index("bypass");
    desk.rig.point(dyad_gui::egui::pos2(430.0, 590.0));
    desk.rig.frames(2);
    check("header", &desk.rig.raster);
    desk.rig.host.values[bypass] = 1.0;
    desk.rig.size = vec2(420.0, 600.0);
    desk.rig.frames(3);
    save("header-bypassed", &desk.rig.raster);
}
