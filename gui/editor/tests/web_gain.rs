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
