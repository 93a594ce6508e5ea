//! Dyad Gain's own page, as its users have it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::web::{alone, gain_page, nothing_remains};
use common::{Heard, Rig};
use dyad_editor_abi::ToEditor;

#[test]
#[ignore = "run by the test below"]
fn a_life() {
    let mut rig = Rig::open(gain_page());
    let index = rig.index("gain");
    rig.session.tell(&ToEditor::Value { index, plain: -6.0 });
    rig.session.tell(&ToEditor::Value { index: 2, plain: 0.6 });
    rig.session.tell(&ToEditor::Value { index: 3, plain: 0.18 });
    rig.painted();
    rig.painted();
    rig.picture().save("gain-page");
    // The knob is where the native one is.
    let [dial, _] = rig.places("gain");
    rig.heard.clear();
    rig.screen.point(dial);
    rig.screen.button(1, true);
    rig.screen.point([dial[0], dial[1] - 50.0]);
    rig.hears("the beginning", |heard| *heard == Heard::Begin(index));
    rig.hears("a quarter of the way", |heard| *heard == Heard::Set(index, 15.0));
    rig.screen.button(1, false);
    rig.hears("the end", |heard| *heard == Heard::End(index));
    rig.close();
    nothing_remains();
}

#[test]
fn the_page_of_the_gain_is_an_editor() {
    alone("a_life", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn at_other_scales() {
    for scale in [1.5, 2.0] {
        let mut rig =
            Rig::with(gain_page(), |request| dyad_editor::Request { scale: Some(scale), ..request });
        let index = rig.index("gain");
        rig.session.tell(&ToEditor::Value { index, plain: -6.0 });
        rig.session.tell(&ToEditor::Value { index: 2, plain: 0.6025 });
        rig.session.tell(&ToEditor::Value { index: 3, plain: 0.1799 });
        rig.painted();
        rig.painted();
        rig.picture().save(&format!("gain-page@{scale}"));
        // Hosts are told where things are in their own pixels.
        let place = |x: f64, y: f64| [x, y].map(|side| (side * scale) as i32);
        let [x, y] = place(144.0, 130.0);
        assert_eq!(rig.session.find(x, y), Some(index as usize), "the knob at {scale}");
        let [x, y] = place(360.0, 150.0);
        assert_ne!(rig.session.find(x, y), Some(index as usize), "a meter at {scale}");
        rig.screen.point([144.0, 130.0].map(|side: f32| side * scale as f32));
        rig.screen.button(3, true);
        rig.screen.button(3, false);
        let [x, y] = place(144.0, 130.0);
        rig.hears("the menu in the host's pixels", |heard| *heard == Heard::Menu(index, x, y));
    }
}

#[test]
fn a_scale_enlarges_everything() {
    alone("at_other_scales", &[]);
}
