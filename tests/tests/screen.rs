//! The screen that tests of editors look at: what it says of windows, pointer and pictures is so, and its
//! comparison of pictures can tell what a user could.

use std::process::Command;

use dyad_tests::gain;
use dyad_tests::process::Running;
use dyad_tests::x11::{Picture, Place, Reference, Screen, Tolerance};

#[test]
fn programs_windows_are_found_and_seen() {
    let screen = Screen::bare();
    // A small program of X11's own, which has a title, a class and a face.
    let mut command = Command::new("xmessage");
    command.args(["-title", "Found", "-buttons", "Well:7", "-geometry", "+200+100", "Look"]);
    screen.prepare(&mut command);
    let mut program = Running::start(&mut command);
    let window =
        screen.wait("the window", &mut program, |screen| screen.find(|seen| seen.title == "Found"));
    assert_eq!(window.class[1], "Xmessage");
    // Within its border of one pixel.
    assert_eq!((window.place.x, window.place.y), (201, 101));
    let inner = screen.find(|seen| seen.above.contains(&window.id)).expect("it has windows in it");
    assert!(inner.place.x >= 200 && inner.place.width <= window.place.width, "{inner:?}");
    let drawn = |screen: &Screen| (screen.picture(window.place).colors() > 1).then_some(());
    screen.wait("its face", &mut program, drawn);
    // Its button is the lowest of the windows in it.
    let windows = screen.windows();
    let within = windows.iter().filter(|seen| seen.above.contains(&window.id));
    let button = within.max_by_key(|seen| seen.place.y).expect("it has a button");
    screen.click(button.place.at((5.0, 5.0), 1.0));
    assert_eq!(program.end().code(), Some(7), "the button was clicked:\n{}", program.all());
    assert!(screen.again(&window).is_none(), "the window is gone");
    assert_eq!(screen.whole().colors(), 1, "nothing is left on the screen");
    let beyond = screen.picture(Place { x: -10, y: 990, width: 20, height: 20 });
    assert_eq!((beyond.width, beyond.height), (20, 20));
}

#[test]
fn a_picture_tells_values_apart() {
    let picture = |db: f64, bypass: f64| {
        let mut reference = Reference::new(gain::description(), 1.0);
        reference.set("gain", db);
        reference.set("bypass", bypass);
        reference.picture()
    };
    let here = picture(-6.0, 0.0);
    here.save("reference gain");
    assert!(here.is_like(&picture(-6.0, 0.0), Tolerance::EXACT));
    for (db, bypass) in [(-12.0, 0.0), (-6.5, 0.0), (-6.1, 0.0), (0.0, 0.0), (-6.0, 1.0)] {
        assert!(!here.is_like(&picture(db, bypass), Tolerance::EXACT), "{db} dB, bypass {bypass}");
    }
    let blank = Picture { rgb: vec![30; here.rgb.len()], ..here };
    assert!(!blank.is_like(&here, Tolerance::EXACT));
}

#[test]
fn a_reference_is_dragged_as_a_user_drags() {
    let mut reference = Reference::new(gain::description(), 1.0);
    reference.drag("gain", (0, 40));
    let down = reference.value("gain");
    assert!(down < -1.0, "{down}");
    reference.drag("gain", (0, -40));
    assert!((reference.value("gain")).abs() < 1.0, "{}", reference.value("gain"));
}
