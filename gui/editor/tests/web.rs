//! The editor as a page, in the program that shows pages: what a user sees, and what the host hears.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::web::{alone, descendants, helper, mute, nothing_remains, signal, square};
use std::time::{Duration, Instant};

use common::{Heard, Model, Picture, Rig, until};
use dyad_editor::Request;
use dyad_editor_abi::ToEditor;
use rustix::process::Signal;

/// The colour of the page's square at this position of the gain.
fn color(position: f64) -> u32 {
    ((position * 255.0).round() as u32) << 16 | 64
}

const HALF: f64 = -18.0;

impl Rig {
    /// The colour in the middle of the window.
    fn middle(&self) -> u32 {
        let [width, height] = self.size;
        self.picture().at(width / 2, height / 2) & 0xff_ff_ff
    }

    /// Waits until the page shows this position of the gain.
    #[track_caller]
    fn shows_gain(&mut self, position: f64) {
        until(&format!("the gain at {position} on the page"), || {
            self.poll();
            self.middle() == color(position)
        });
    }

    fn says(&mut self, message: &str) {
        self.session.tell(&ToEditor::Message(message.as_bytes()));
    }

    fn gain_is(&mut self, plain: f64) {
        let index = self.index("gain");
        self.session.tell(&ToEditor::Value { index, plain });
    }

    /// Waits until the native editor is there, with the gain at this value.
    #[track_caller]
    fn shows_native(&mut self, plain: f64) {
        let model = self.model();
        self.shows_as(model, plain);
    }

    /// The same after a gesture on the page: it can be undone in the native editor too.
    #[track_caller]
    fn shows_native_with_undo(&mut self, plain: f64) {
        let mut model = self.model();
        model.turn(self.index("gain"));
        self.shows_as(model, plain);
    }

    #[track_caller]
    fn shows_as(&mut self, mut model: Model, plain: f64) {
        let index = self.index("gain") as usize;
        model.host.values[index] = plain;
        let wanted: Picture = model.picture();
        self.shows("native", &wanted);
        assert_eq!(helper(), None);
    }

    /// What was said of the gain since the last call.
    fn gains(&mut self) -> Vec<Heard> {
        let index = self.index("gain");
        let about = |heard: &Heard| match heard {
            Heard::Begin(of) | Heard::Set(of, _) | Heard::End(of) => *of == index,
            _ => false,
        };
        std::mem::take(&mut self.heard).into_iter().filter(about).collect()
    }
}

/// Whether these are whole gestures, each with its beginning, values and end.
fn whole(heard: &[Heard]) -> bool {
    let mut open = false;
    heard.iter().all(|heard| match heard {
        Heard::Begin(_) => !std::mem::replace(&mut open, true),
        Heard::Set(..) => open,
        _ => std::mem::replace(&mut open, false),
    }) && !open
}

#[test]
#[ignore = "run by the test below"]
fn a_page() {
    let mut rig = Rig::open(square());
    let index = rig.index("gain");
    let bypass = rig.index("bypass");
    let height = rig.size[1] as f32 - 40.0;
    rig.shows_gain(60.0 / 84.0);

    // Host to page.
    rig.gain_is(HALF);
    rig.shows_gain(0.5);

    // Page to host: one drag is one gesture, also where it leaves the window.
    rig.heard.clear();
    rig.screen.point([100.0, height * 0.5]);
    rig.screen.button(1, true);
    rig.hears("the beginning", |heard| *heard == Heard::Begin(index));
    rig.screen.point([100.0, height * 0.25]);
    rig.hears("a value", |heard| matches!(heard, Heard::Set(..)));
    rig.screen.point([700.0, height * 0.75]);
    rig.screen.button(1, false);
    rig.hears("the end", |heard| *heard == Heard::End(index));
    let gains = rig.gains();
    assert!(whole(&gains), "{gains:?}");
    assert_eq!(gains.iter().filter(|heard| matches!(heard, Heard::Begin(_))).count(), 1);
    // What the host says now may be an echo of old, and is shown a little later.
    rig.gain_is(0.0);
    rig.shows_gain(60.0 / 84.0);

    // Where its controls are, for hosts that ask.
    until("places", || rig.session.find(10, 10) == Some(index as usize));
    assert_eq!(rig.session.find(10, rig.size[1] as i32 - 5), None);

    // The host's menu, and none of the engine's.
    let windows = rig.screen.children(rig.screen.root).len();
    rig.screen.point([50.0, 60.0]);
    rig.screen.button(3, true);
    rig.screen.button(3, false);
    rig.hears("the menu", |heard| *heard == Heard::Menu(index, 50, 60));
    rig.painted();
    assert_eq!(rig.screen.children(rig.screen.root).len(), windows);

    // The container's size is the page's.
    rig.size = [rig.size[0] + 60, rig.size[1] + 80];
    rig.screen.resize(rig.parent, rig.size);
    rig.shows_gain(60.0 / 84.0);
    until("the whole window", || {
        rig.poll() && rig.picture().at(rig.size[0] - 3, 3) & 0xff_ff_ff == color(60.0 / 84.0)
    });

    // Wrong things change nothing, and what comes after them counts.
    for trouble in ["nonsense", "long"] {
        rig.heard.clear();
        rig.says(trouble);
        rig.hears(trouble, |heard| *heard == Heard::Set(bypass, 1.0));
        assert_eq!(rig.gains(), [], "{trouble}");
        rig.painted();
    }

    // A page that begins anew lets go of what it held.
    rig.heard.clear();
    rig.says("reload");
    rig.hears("the end", |heard| *heard == Heard::End(index));
    rig.hears("the note's end", |heard| *heard == Heard::NoteOff(64));
    assert!(rig.heard.contains(&Heard::NoteOn(64, 1.0)), "{:?}", rig.heard);
    rig.shows_gain(60.0 / 84.0);

    // 100,000 messages: the host hears whole gestures, in the end the last value, and the next.
    rig.heard.clear();
    rig.says("flood");
    rig.hears("the last of a flood", |heard| *heard == Heard::Set(bypass, 1.0));
    let gains = rig.gains();
    assert!(whole(&gains), "{} heard, from {:?}", gains.len(), &gains[..gains.len().min(5)]);
    rig.painted();

    // The window goes: what is being typed is taken, and nothing is left.
    rig.screen.point([100.0, rig.size[1] as f32 - 20.0]);
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the keyboard", || rig.session.key('-'.into(), 0, 0, true));
    rig.session.key('6'.into(), 0, 0, true);
    rig.painted();
    let heard = rig.close();
    assert!(heard.contains(&Heard::Set(index, -6.0)), "{heard:?}");
    nothing_remains();
}

#[test]
fn a_page_is_an_editor() {
    alone("a_page", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn a_helper_dies() {
    let mut rig = Rig::open(square());
    let index = rig.index("gain");
    rig.gain_is(HALF);
    rig.shows_gain(0.5);
    // In the middle of a gesture.
    rig.says("hold");
    rig.hears("a value", |heard| *heard == Heard::Set(index, 24.0));
    let first = helper().unwrap();
    signal(&first, Signal::KILL);
    rig.hears("the end", |heard| *heard == Heard::End(index));
    rig.hears("the note's end", |heard| *heard == Heard::NoteOff(60));
    assert!(rig.heard.contains(&Heard::NoteOn(60, 0.5)), "{:?}", rig.heard);
    let gains = rig.gains();
    assert!(whole(&gains), "{gains:?}");
    until("another one", || helper().is_some_and(|now| now.id != first.id));
    rig.painted();
    rig.shows_gain(1.0);
    assert!(rig.poll());

    // The next time the native editor takes over, in the same window.
    let window = rig.session.window();
    rig.gain_is(HALF);
    rig.shows_gain(0.5);
    signal(&helper().unwrap(), Signal::KILL);
    // A ping that nobody answered is answered by who comes next.
    rig.painted();
    rig.shows_native_with_undo(HALF);
    assert_eq!(rig.session.window(), window);

    // And it is a whole editor.
    let [dial, _] = rig.places("gain");
    rig.heard.clear();
    rig.screen.point(dial);
    rig.painted();
    rig.screen.button(1, true);
    rig.painted();
    rig.screen.point([dial[0], dial[1] - 10.0]);
    rig.painted();
    rig.screen.button(1, false);
    rig.hears("a gesture", |heard| *heard == Heard::End(index));
    let gains = rig.gains();
    assert!(whole(&gains) && gains.len() >= 3, "{gains:?}");
    rig.close();
    nothing_remains();
}

#[test]
fn a_helper_that_dies_is_started_again_and_then_replaced() {
    let said = alone("a_helper_dies", &[]);
    let lines = |what: &str| said.lines().filter(|line| line.contains(what)).count();
    assert_eq!((lines("is started again"), lines("takes the web editor's place")), (1, 1), "{said}");
}

#[test]
#[ignore = "run by the test below"]
fn the_engines_process_dies() {
    let mut rig = Rig::open(square());
    rig.gain_is(HALF);
    rig.shows_gain(0.5);
    for _ in 0..2 {
        let engine = descendants(helper().unwrap().id);
        let engine = engine.iter().find(|process| process.name.starts_with("WebKitWebPro")).unwrap();
        signal(engine, Signal::KILL);
        until("its end", || !common::web::processes().contains(engine));
        rig.painted();
    }
    rig.shows_native(HALF);
}

#[test]
fn a_page_whose_process_dies_is_a_helper_that_dies() {
    alone("the_engines_process_dies", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn a_page_hangs() {
    let mut rig = Rig::open(square());
    rig.gain_is(HALF);
    rig.shows_gain(0.5);
    for _ in 0..2 {
        rig.says("hang");
        // It is told something, and does not answer.
        rig.painted();
    }
    rig.shows_native(HALF);
}

#[test]
fn a_page_that_hangs_is_a_helper_that_dies() {
    alone("a_page_hangs", &[]);
}

#[test]
#[ignore = "run by the test below"]
fn a_page_never_paints() {
    let mut rig = Rig::open(mute());
    rig.shows_native(0.0);
}

#[test]
fn a_page_that_never_paints_is_replaced() {
    let said = alone("a_page_never_paints", &[]);
    assert!(said.contains("not painted in time"), "{said}");
}

#[test]
#[ignore = "run by the test below"]
fn a_helper_stands_still() {
    for painted in [true, false] {
        let mut rig = Rig::open(square());
        if painted {
            rig.shows_gain(60.0 / 84.0);
        } else {
            until("a helper", || helper().is_some());
        }
        signal(&helper().unwrap(), Signal::STOP);
        rig.close();
        nothing_remains();
    }
}

#[test]
fn a_helper_that_stands_still_does_not_hold_the_host() {
    let said = alone("a_helper_stands_still", &[]);
    assert!(!said.contains("left alone"), "{said}");
}

#[test]
#[ignore = "run by the test below"]
fn the_host_takes_the_window() {
    let mut rig = Rig::open(square());
    rig.shows_gain(60.0 / 84.0);
    rig.screen.destroy(rig.parent);
    until("the end", || !rig.poll());
    rig.close();
    nothing_remains();
}

#[test]
fn a_window_that_the_host_destroys_takes_the_page_with_it() {
    let said = alone("the_host_takes_the_window", &[]);
    assert!(!said.contains("started again") && !said.contains("takes the web"), "{said}");
}

#[test]
#[ignore = "run by the test below"]
fn a_hidden_window() {
    let mut rig = Rig::opened(square(), |request| Request { hidden: true, ..request });
    let window = rig.session.window();
    // Longer than a page has for its picture: it has until the window is shown.
    rig.gain_is(HALF);
    let end = Instant::now() + Duration::from_secs(9);
    while Instant::now() < end {
        assert!(rig.poll());
        common::readable(rig.session.fd().unwrap(), Duration::from_millis(100));
    }
    rig.session.show();
    rig.shows_gain(0.5);
    assert_eq!(rig.session.window(), window);
    rig.close();
    nothing_remains();
}

#[test]
fn a_window_that_is_shown_later_has_its_page_then() {
    let said = alone("a_hidden_window", &[]);
    assert!(!said.contains("takes the web"), "{said}");
}
