//! The keyboard is the host's: a page has it while a text is typed, and gives it back whatever becomes of it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::web::{alone, helper, nothing_remains, signal, square};
use common::{Rig, until};
use dyad_editor_abi::ToEditor;
use rustix::process::Signal;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};

/// The virtual key code of VST3 for the space bar.
const SPACE: u32 = 7;

fn focused(rig: &Rig) -> u32 {
    rig.screen.connection.get_input_focus().unwrap().reply().unwrap().focus
}

/// A page in whose field a text is being typed, in a host that has the focus.
fn typing() -> Rig {
    let mut rig = Rig::open(square());
    let connection = &rig.screen.connection;
    connection.set_input_focus(InputFocus::PARENT, rig.parent, x11rb::CURRENT_TIME).unwrap();
    connection.flush().unwrap();
    assert!(!rig.session.key(' '.into(), SPACE, 0, true), "the space bar is the host's");
    click_field(&mut rig);
    rig
}

fn click_field(rig: &mut Rig) {
    rig.screen.point([100.0, rig.size[1] as f32 - 20.0]);
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the page has the focus", || {
        rig.poll();
        focused(rig) != rig.parent
    });
    until("keys are the page's", || {
        rig.poll();
        let taken = rig.session.key(' '.into(), SPACE, 0, true);
        rig.session.key(' '.into(), SPACE, 0, false);
        taken
    });
}

#[track_caller]
fn the_hosts_again(rig: &mut Rig) {
    until("the host has the focus", || {
        rig.poll();
        focused(rig) == rig.parent
    });
    assert!(!rig.session.key(' '.into(), SPACE, 0, true), "and its space bar");
}

#[test]
#[ignore = "run by the test below"]
fn lost_while_typing() {
    let mut rig = typing();
    for _ in 0..2 {
        signal(&helper().unwrap(), Signal::KILL);
        rig.painted();
        the_hosts_again(&mut rig);
        if helper().is_some() {
            click_field(&mut rig);
        }
    }
    rig.close();
    nothing_remains();
}

#[test]
fn a_page_that_is_lost_while_typing_loses_the_keyboard() {
    alone("lost_while_typing", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn closed_while_typing() {
    for stopped in [false, true] {
        let rig = typing();
        if stopped {
            signal(&helper().unwrap(), Signal::STOP);
        }
        let Rig { session, screen, parent, .. } = rig;
        session.close(&mut |_| {});
        let focus = || screen.connection.get_input_focus().unwrap().reply().unwrap().focus;
        until("the host has the focus", || focus() == parent);
        nothing_remains();
    }
}

#[test]
fn an_editor_that_is_closed_while_typing_gives_the_keyboard_back() {
    alone("closed_while_typing", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn anew_while_typing() {
    let mut rig = typing();
    rig.session.tell(&ToEditor::Message(b"reload"));
    // Not what the page asks for: what it was asked before it began anew.
    rig.painted();
    the_hosts_again(&mut rig);
    rig.close();
    nothing_remains();
}

#[test]
fn a_page_that_begins_anew_while_typing_loses_the_keyboard() {
    alone("anew_while_typing", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn hangs_while_typing() {
    let mut rig = typing();
    let first = helper().unwrap();
    rig.session.tell(&ToEditor::Message(b"hang"));
    // From now on it is told nothing.
    until("another program", || {
        rig.poll();
        helper().is_some_and(|now| now.id != first.id)
    });
    the_hosts_again(&mut rig);
    rig.painted();
    rig.close();
    nothing_remains();
}

#[test]
fn a_page_that_hangs_though_it_is_told_nothing_is_noticed() {
    alone("hangs_while_typing", &[]);
}
