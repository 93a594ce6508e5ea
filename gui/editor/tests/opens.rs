//! An editor in a host's window: what is to be seen there, at every size and scale.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Heard, Model, Rig, gain, probe, request};
use dyad_editor::{OpenError, Session, measure};
use dyad_editor_abi::ToEditor;

#[test]
fn the_window_shows_what_the_rasteriser_draws() {
    for (name, plugin) in [("gain", gain()), ("probe", probe())] {
        let mut rig = Rig::open(plugin);
        let wanted = rig.model().picture();
        rig.shows(name, &wanted);
        assert!(rig.close().iter().all(|heard| matches!(heard, Heard::Painted(_))));
    }
}

#[test]
fn a_scale_makes_everything_larger() {
    let mut rig = Rig::with(gain(), |request| dyad_editor::Request { scale: Some(2.0), ..request });
    let one = measure(&gain(), Some(1.0));
    assert_eq!(rig.size, [one.width * 2, one.height * 2]);
    let wanted = Model::new(&rig.plugin.description, rig.size, 2.0).picture();
    rig.shows("twice", &wanted);
    // Back again while it is open: the editor asks for the size that fits.
    rig.session.tell(&ToEditor::Scale(1.0));
    rig.hears("a wish for another size", |heard| *heard == Heard::Size(one.width, one.height));
    rig.screen.resize(rig.parent, [one.width, one.height]);
    rig.session.tell(&ToEditor::Size { width: one.width, height: one.height });
    let wanted = Model::new(&rig.plugin.description, [one.width, one.height], 1.0).picture();
    rig.shows("once again", &wanted);
}

#[test]
fn the_display_says_the_scale_where_the_host_does_not() {
    let screen = common::Screen::new();
    screen.resources("Xft.dpi:\t144\n");
    let mut request = request(screen.window([900, 600]));
    request.scale = None;
    let session = Session::open(&gain(), &request).unwrap();
    let one = measure(&gain(), Some(1.5));
    assert_eq!(screen.size_of(session.window()), Some([one.width, one.height]));
    session.close(&mut |_| {});
    screen.resources("");
}

#[test]
fn absurd_wishes_come_to_something_usable() {
    // One whose size nobody else looks at.
    let gain = || dyad_editor::Plugin { view: Some(|_, _| None), ..gain() };
    let least = measure(&gain(), Some(1.0));
    for scale in [f64::NAN, f64::INFINITY, -3.0, 0.0] {
        assert_eq!(measure(&gain(), Some(scale)), least);
    }
    assert_eq!(measure(&gain(), Some(1e9)), measure(&gain(), Some(8.0)));
    assert_eq!(measure(&gain(), Some(1e-9)), measure(&gain(), Some(0.5)));
    let screen = common::Screen::new();
    let parent = screen.window([300, 200]);
    for (size, scale) in [([0, 0], 1.0), ([0, 9], f64::NAN), ([u32::MAX; 2], 1e300), ([1, 1], -1.0)] {
        let request = dyad_editor::Request { size: Some(size), scale: Some(scale), ..request(parent) };
        let mut session = Session::open(&gain(), &request).unwrap();
        for frame in [
            ToEditor::Size { width: 0, height: u32::MAX },
            ToEditor::Scale(f64::NAN),
            ToEditor::Scale(1e300),
            ToEditor::Value { index: u32::MAX, plain: 1.0 },
            ToEditor::Value { index: 0, plain: f64::NAN },
            ToEditor::Value { index: 0, plain: f64::INFINITY },
            ToEditor::Property { index: 99, text: "" },
            ToEditor::Message(&[0; 5000]),
        ] {
            session.tell(&frame);
        }
        let [width, height] = screen.size_of(session.window()).unwrap();
        assert!(width >= 1 && height >= 1, "{size:?} at {scale}: {width} x {height}");
        let mut painted = false;
        session.tell(&ToEditor::Ping(7));
        common::until("the picture", || {
            session.poll(&mut |frame| painted |= Heard::from(frame) == Heard::Painted(7));
            painted
        });
        session.close(&mut |_| {});
    }
}

#[test]
fn what_can_not_be_opened_is_said() {
    let screen = common::Screen::new();
    let gone = screen.window([100, 100]);
    screen.destroy(gone);
    assert_eq!(Session::open(&gain(), &request(gone)).err(), Some(OpenError::Parent(gone)));
    assert_eq!(Session::open(&gain(), &request(u32::MAX)).err(), Some(OpenError::Parent(u32::MAX)));
}

/// In a process of its own, which has no display: see the test below.
#[test]
#[ignore = "run by another test"]
fn without_a_display() {
    let error = Session::open(&gain(), &request(1)).err();
    assert!(matches!(error, Some(OpenError::Display(_))), "{error:?}");
    println!("{}", error.unwrap());
    assert_eq!(measure(&gain(), None), measure(&gain(), Some(1.0)));
}

#[test]
fn without_a_display_there_is_no_editor_and_one_line_why() {
    for (name, value) in [("unset", None), ("empty", Some("")), ("nobody there", Some(":9999"))] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "without_a_display", "--ignored", "--nocapture"]).env_remove("DISPLAY");
        // Wayland alone is as good as nothing.
        child.env("WAYLAND_DISPLAY", "wayland-0");
        child.envs(value.map(|value| ("DISPLAY", value)));
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {said}");
        assert_eq!(said.matches("no X11 display").count(), 1, "{name}: {said}");
    }
}
