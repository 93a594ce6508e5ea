//! Bitwig puts the window that an editor is in into another one while it is open, and the editor's own window into
//! another one of its.

use std::cell::RefCell;

use dyad_tests::gain::{self, id};
use dyad_tests::lv2ui::{HostWindow, screen};
use dyad_tests::vst3::{Edit, Frame, Plugin, Seen};
use dyad_tests::x11::{Reference, Screen, Shown, Tolerance};
use vst3::Steinberg::kResultOk;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};

/// Puts a window into another one, at a place there.
fn put_into(screen: &Screen, window: Window, parent: Window, (x, y): (i16, i16)) {
    let (connection, _) = x11rb::connect(Some(screen.display())).expect("the X server is there");
    connection.reparent_window(window, parent, x, y).expect("the X server is there");
    connection.map_window(window).expect("the X server is there");
    connection.flush().expect("the X server is there");
    // An answer: all before it has been done.
    connection.get_input_focus().expect("the X server is there").reply().expect("it answers");
}

/// Waits until the editor looks as it should, wherever it is.
fn settle(screen: &Screen, seen: &Seen, shown: &mut Shown, name: &str) {
    let expected = shown.like.picture();
    let last = RefCell::new(None);
    let settled = seen.frame.runs_until(|| {
        let place = screen.again(&shown.window).filter(|window| window.shown).map(|window| window.place);
        *last.borrow_mut() = place.map(|place| screen.picture(place));
        last.borrow().as_ref().is_some_and(|picture| picture.is_like(&expected, Tolerance::EXACT))
    });
    let last = last.into_inner().expect("it is on the screen");
    last.save(name);
    if !settled {
        last.assert_like(&expected, name, Tolerance::EXACT);
    }
}

/// Drags the gain, and expects from then on what the host got.
fn drag(screen: &Screen, seen: &Seen, shown: &mut Shown, by: (i32, i32)) {
    let ends = || seen.edits.heard().iter().filter(|edit| **edit == Edit::End(id("gain"))).count();
    let before = ends();
    shown.drag(screen, "gain", by);
    seen.frame.run_until("the end of the gesture", || ends() == before + 1);
    let is = seen.plugin.plain("gain");
    assert!((is - shown.like.value("gain")).abs() < 5.0, "{is}");
    shown.like.set("gain", is);
}

#[test]
fn the_editor_goes_along_and_works_there() {
    let (screen, _turn) = screen();
    let like = Reference::new(gain::description(), 1.0);
    let [width, height] = like.size();
    let seen = Seen::new(Plugin::new(), Frame::new());
    let host = HostWindow::new(&screen, width as u16, height as u16);
    assert_eq!(seen.attach(host.id as usize), kResultOk);
    let found = RefCell::new(None);
    seen.frame.run_until("its window", || {
        let mut editors = screen.editors().into_iter();
        *found.borrow_mut() = editors.find(|editor| editor.above.last() == Some(&host.id));
        found.borrow().is_some()
    });
    let mut shown = Shown { window: found.into_inner().expect("it was found"), like };
    settle(&screen, &seen, &mut shown, "bitwig opened");
    // The host's window goes into one of another program.
    let outer = HostWindow::new(&screen, width as u16 + 200, height as u16 + 150);
    put_into(&screen, host.id, outer.id, (90, 70));
    settle(&screen, &seen, &mut shown, "bitwig put into another window");
    drag(&screen, &seen, &mut shown, (0, 40));
    settle(&screen, &seen, &mut shown, "bitwig dragged there");
    // The editor's own window goes into another one, and the one that it was in is no more.
    let other = HostWindow::new(&screen, width as u16, height as u16);
    put_into(&screen, shown.window.id, other.id, (0, 0));
    screen.put(other.id, 500, 120);
    host.destroy();
    settle(&screen, &seen, &mut shown, "bitwig put into a third");
    drag(&screen, &seen, &mut shown, (0, -30));
    settle(&screen, &seen, &mut shown, "bitwig dragged in it");
    assert_eq!(seen.frame.faults(), [""; 0]);
}
