//! Reaper restores a plugin's state while its editor is open, and tells the editor nothing of it.

use std::ptr::null;
use std::time::Instant;

use dyad_tests::command::hush;
use dyad_tests::lv2::{Event, Offers, Rig, StateStore};
use dyad_tests::lv2ui::{Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::probe;
use dyad_tests::x11::{Reference, SOON, pause};

use crate::patch::{filed, for_another, set_file, set_title, titled, told};

fn active(worker: bool) -> Rig {
    hush();
    let rig = Rig::probe("stereo", Offers { worker, ..Offers::default() }, 64);
    rig.activate();
    rig
}

/// What a session has: a title, and no file.
fn session() -> StateStore {
    let mut rig = active(false);
    let event = [set_title(&rig, "From the session")];
    rig.cycle(64, &event);
    StateStore::save(rig.state(), rig.handle).expect("it saves")
}

/// Restores it; the plugin is asked for nothing.
fn restore(rig: &Rig) {
    let session = for_another(rig, session());
    assert_eq!(session.restore(rig.state(), rig.handle, null()), 0);
}

/// Blocks until something is told.
fn until_told(rig: &mut Rig) -> Vec<Event> {
    let until = Instant::now() + SOON;
    loop {
        rig.work();
        let out = rig.cycle(64, &[]);
        if !told(rig, &out).is_empty() {
            return out;
        }
        assert!(Instant::now() < until, "nothing was told in time");
        pause();
    }
}

#[test]
fn all_texts_are_told_unasked() {
    for worker in [true, false] {
        let mut rig = active(worker);
        let events = [set_title(&rig, "Before"), set_file(&rig, "/before")];
        rig.cycle(64, &events);
        rig.work();
        rig.cycle(64, &[]);
        restore(&rig);
        let out = until_told(&mut rig);
        let all = [titled(&rig, "From the session"), filed(&rig, "")];
        assert_eq!(told(&rig, &out), all, "worker {worker}: what the session does not have is told too");
        let out = rig.cycle(64, &[]);
        assert_eq!(told(&rig, &out), [], "worker {worker}: once");
    }
}

#[test]
fn they_are_told_again_when_the_same_session_is_restored_again() {
    let mut rig = active(true);
    for round in 0..3 {
        restore(&rig);
        let out = until_told(&mut rig);
        assert_eq!(told(&rig, &out), [titled(&rig, "From the session"), filed(&rig, "")], "round {round}");
    }
}

#[test]
fn an_open_editor_shows_the_session_and_keeps_the_numbers_that_it_has() {
    let (screen, _turn) = screen();
    let mut rig = active(true);
    let window = HostWindow::new(&screen, 1300, 900);
    let offers = UiOffers::all(window.id);
    // SAFETY: the editor is dropped before the rig, which has the host.
    let editor =
        unsafe { Editor::beside(&rig.host, UiModule::probe(), &probe::description(), "stereo", &offers) };
    let mut like = Reference::new(probe::description(), 1.0);
    for (symbol, id, value) in
        [("gain", "gain", -12.0), ("stages", "steps", 7.0), ("enabled", "bypass", 0.0)]
    {
        editor.tell(symbol, value);
        like.set(id, if symbol == "enabled" { 1.0 } else { f64::from(value) });
    }
    // Whatever it asks for itself is not answered here.
    let _ = editor.idle();
    let events = [set_title(&rig, "Before"), set_file(&rig, "/before")];
    rig.cycle(64, &events);
    rig.work();
    rig.cycle(64, &[]);
    restore(&rig);
    let out = until_told(&mut rig);
    editor.hand_on(&out);
    like.set_text(0, "From the session");
    editor.until_like("reaper restored", &screen, &like.picture());
}
