//! The window, and what a page can't do with it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{BACKGROUND, Program, SIZE, Screen, page, until};
use dyad_web_wire::ToProgram;

/// Says its size and scale at every change, and what is clicked.
const SIZES: &str = "const size = () => say([innerWidth, innerHeight, devicePixelRatio].join());
    addEventListener('resize', size); window.dyadReceive = (m) => m === 'size' ? size() : say('settled');
    addEventListener('mousedown', (event) => say('button ' + event.button + event.target.id));
    painted();";

#[test]
fn it_follows_its_window_and_its_scale() {
    let screen = Screen::new();
    let (mut program, window) = Program::shown(&screen, "", SIZES);
    program.message("\"size\"");
    program.wait("400,300,1");
    for size in [[600, 450], [1, 1], [333, 777], [500, 200]] {
        screen.resize(window, size);
        program.wait(&format!("{},{},1", size[0], size[1]));
    }
    until("all of it is painted", || {
        let picture = screen.picture([500, 200]);
        picture.at(499, 199) == 0x204060 && picture.at(1, 1) == 0x204060
    });
    program.send(&ToProgram::Scale(2.0));
    program.wait("250,100,2");
    program.send(&ToProgram::Scale(f64::NAN));
    program.message("\"size\"");
    program.wait("250,100,2");
    program.send(&ToProgram::Scale(1.25));
    program.wait("400,160,1.25");
}

/// What the user has set for letters does not scale the page twice.
#[test]
fn only_its_scale_scales_it() {
    let screen = Screen::new();
    screen.resources("Xft.dpi:\t192\n");
    let script =
        format!("{SIZES} const p = document.querySelector('span'); say('width ' + p.offsetWidth);");
    let (mut program, _window) = Program::show(&screen, &page("<span>Decibel</span>", &script));
    let double = program.heard();
    program.message("\"size\"");
    program.wait("400,300,1");
    screen.resources("Xft.dpi:\t96\n");
    let (mut program, _window) = Program::show(&screen, &page("<span>Decibel</span>", &script));
    assert_eq!(program.heard(), double);
}

/// There is no white flash: what is not painted yet has the editor's colour.
#[test]
fn before_the_page_there_is_its_background() {
    let screen = Screen::new();
    let assets = vec![
        ("/index.html", b"<!doctype html><script src=/main.js></script>".to_vec()),
        ("/main.js", b"window.dyadReceive = () => {}; window.ipc.postMessage('here');".to_vec()),
    ];
    let (mut program, _window) = Program::show(&screen, &assets);
    program.wait("here");
    until("the background", || screen.picture(SIZE).pixels.iter().all(|pixel| *pixel == BACKGROUND));
}

#[test]
fn no_menu_opens() {
    let screen = Screen::new();
    let (mut program, _window) = Program::shown(&screen, "<p>Text</p><a href=/index.html>Link</a>", SIZES);
    let windows = screen.shown(screen.root);
    for place in [[10.0, 30.0], [200.0, 200.0], [15.0, 80.0]] {
        screen.click(3, place);
        program.wait("button 2");
        program.settle();
        assert_eq!(screen.shown(screen.root), windows);
    }
}

#[test]
fn dialogs_do_not_hold_it() {
    let screen = Screen::new();
    let script = "window.dyadReceive = () => { alert(1); const sure = confirm(2), text = prompt(3, 'a'); print(); \
        window.close(); say([sure, text]); }; painted();";
    let (mut program, _window) = Program::shown(&screen, "", script);
    let windows = screen.shown(screen.root);
    program.message("0");
    assert_eq!(program.heard(), "[false,null]");
    program.message("0");
    assert_eq!(program.heard(), "[false,null]");
    assert_eq!(screen.shown(screen.root), windows);
}

#[test]
fn choosers_do_not_open() {
    let screen = Screen::new();
    let html = "<input id=a type=file><input id=b type=color>";
    let (mut program, _window) = Program::shown(&screen, html, SIZES);
    let windows = screen.shown(screen.root);
    for (place, id) in [([30.0, 30.0], "a"), ([50.0, 120.0], "b")] {
        screen.click(1, place);
        program.wait(&format!("button 0{id}"));
        program.settle();
        assert_eq!(screen.shown(screen.root), windows);
    }
}

/// The one window that opens: a list of choices. The pointer is its own as long as it is open.
#[test]
fn a_choice_can_be_made() {
    let screen = Screen::new();
    let html = "<select id=b><option>One<option>Two<option>Three</select>";
    let script = format!("{SIZES} document.querySelector('select').onchange = (e) => say(e.target.value);");
    let (mut program, _window) = Program::shown(&screen, html, &script);
    let before = screen.shown(screen.root);
    screen.click(1, [50.0, 120.0]);
    let mut list = None;
    until("the list opens", || {
        list = screen.shown(screen.root).into_iter().find(|window| !before.contains(window));
        list.is_some()
    });
    let place = screen.place_of(list.unwrap());
    let height = screen.size_of(list.unwrap()).unwrap()[1] as i16;
    screen.motion(place[0] + 30, place[1] + height / 2);
    screen.button(1, true);
    screen.button(1, false);
    program.wait("Two");
    until("the list closes", || screen.shown(screen.root) == before);
}
