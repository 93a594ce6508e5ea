//! What a host does to windows: resizes, destroys, closes, opens two; and editors that fail.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Heard, Model, PATIENCE, Rig, Screen, gain, probe, readable, request, until, views};
use dyad_editor::{MakeView, Plugin, Session, measure};
use dyad_editor_abi::{Flags, ToEditor};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

#[test]
fn the_editor_follows_the_hosts_window() {
    let mut rig = Rig::open(gain());
    let least = measure(&gain(), Some(1.0));
    for size in [[640, 480], [700, 400], [least.min_width, least.min_height]] {
        rig.screen.resize(rig.parent, size);
        until("the size", || {
            rig.poll();
            rig.screen.size_of(rig.session.window()) == Some(size)
        });
        let wanted = Model::new(&rig.plugin.description, size, 1.0).picture();
        rig.shows("resized", &wanted);
    }
    // Smaller than it can be: it stays as small as it can be, and comes back.
    rig.screen.resize(rig.parent, [20, 20]);
    until("the least size", || {
        rig.poll();
        rig.screen.size_of(rig.session.window()) == Some([least.min_width, least.min_height])
    });
    rig.screen.resize(rig.parent, [640, 480]);
    until("the size", || {
        rig.poll();
        rig.screen.size_of(rig.session.window()) == Some([640, 480])
    });
}

#[test]
fn a_host_can_resize_the_editors_own_window_or_say_the_size() {
    let mut rig = Rig::open(gain());
    rig.screen.resize(rig.session.window(), [600, 500]);
    let wanted = Model::new(&rig.plugin.description, [600, 500], 1.0).picture();
    rig.screen.resize(rig.parent, [600, 500]);
    rig.shows("from outside", &wanted);
    rig.session.tell(&ToEditor::Size { width: 500, height: 400 });
    until("the size", || rig.screen.size_of(rig.session.window()) == Some([500, 400]));
    let children = rig.screen.children(rig.session.window());
    until("the size of what is in it", || rig.screen.size_of(children[0]) == Some([500, 400]));
}

#[test]
fn an_editor_that_is_put_into_another_window_goes_on() {
    let mut rig = Rig::open(gain());
    let other = rig.screen.window_at([600, 30], rig.size);
    let connection = &rig.screen.connection;
    connection.reparent_window(rig.session.window(), other, 0, 0).unwrap().check().unwrap();
    rig.screen.destroy(rig.parent);
    rig.painted();
    let wanted = rig.model().picture();
    until("the picture", || rig.screen.picture_at([600, 30], rig.size).differences(&wanted) == 0);
    assert!(rig.poll());
    let size = [rig.size[0] + 50, rig.size[1] + 50];
    rig.screen.resize(other, size);
    until("the size", || {
        rig.poll();
        rig.screen.size_of(rig.session.window()) == Some(size)
    });
    rig.screen.destroy(other);
    until("the end", || !rig.poll());
}

#[test]
fn a_window_with_other_things_in_it_is_not_filled() {
    let screen = Screen::new();
    let parent = screen.window([1000, 800]);
    let mut session = Session::open(&gain(), &request(parent)).unwrap();
    let before = screen.size_of(session.window());
    screen.resize(parent, [1100, 900]);
    let mut painted = false;
    session.tell(&ToEditor::Ping(1));
    until("the picture", || {
        session.poll(&mut |_| painted = true);
        painted
    });
    assert_eq!(screen.size_of(session.window()), before);
}

#[test]
fn the_users_size_is_there_when_the_editor_is_opened_again() {
    // A plugin of its own: the size is kept for the process.
    let plugin = Plugin { view: Some(|_, _| None), ..probe() };
    let one = measure(&plugin, Some(1.0));
    let size = [one.width + 40, one.height + 20];
    let mut rig = Rig::open(plugin.clone());
    until("the user's size", || {
        // What comes at once is the host making room; the user comes later.
        rig.screen.resize(rig.parent, [one.width, one.height]);
        rig.poll();
        rig.screen.resize(rig.parent, size);
        rig.poll();
        let now = measure(&plugin, Some(1.0));
        [now.width, now.height] == size
    });
    rig.close();
    let twice = measure(&plugin, Some(2.0));
    assert_eq!([twice.width, twice.height], size.map(|side| side * 2));
    let rig = Rig::open(plugin);
    assert_eq!(rig.screen.size_of(rig.session.window()), Some(size));
}

#[test]
fn a_window_that_the_host_destroys_first_is_survived() {
    for _ in 0..5 {
        let mut rig = Rig::open(probe());
        let connection = x11rb::connect(None).unwrap().0;
        for n in 0..20 {
            // So that it is drawing.
            rig.session.tell(&ToEditor::Value { index: n % 4, plain: f64::from(n) });
        }
        connection.destroy_window(rig.parent).unwrap();
        connection.flush().unwrap();
        until("the end", || !rig.poll());
        assert!(!rig.poll(), "and it stays so");
        rig.session.tell(&ToEditor::Value { index: 0, plain: 1.0 });
        rig.session.tell(&ToEditor::Size { width: 10, height: 10 });
        assert_eq!(rig.close().iter().filter(|heard| matches!(heard, Heard::Size(..))).count(), 0);
    }
}

/// In a process of its own, for what it writes: see the test below.
#[test]
#[ignore = "run by another test"]
fn a_view_panics() {
    for (view, at_once) in [(views::panics as MakeView, false), (views::panics_at_once, true)] {
        let mut rig = Rig::open(Plugin { view: Some(view), ..gain() });
        for n in 0..10 {
            rig.session.tell(&ToEditor::Value { index: 1, plain: f64::from(n) });
            rig.painted();
            assert!(rig.poll(), "the window stays");
        }
        let shown = rig.picture();
        if at_once {
            // The view could not be made: then it is the one that every plugin has.
            let mut model = rig.model();
            model.host.values[1] = 9.0;
            let wanted = model.picture();
            rig.shows("made from the description", &wanted);
        } else {
            let background = shown.at(0, 0);
            assert!(shown.pixels.iter().all(|pixel| *pixel == background), "nothing but background");
            assert_ne!(background, 0x00ff_00ff, "and not the host's");
            let gestures = |what: fn(&Heard) -> bool| rig.heard.iter().filter(|heard| what(heard)).count();
            assert_eq!(gestures(|heard| matches!(heard, Heard::Begin(_))), 1);
            assert_eq!(gestures(|heard| matches!(heard, Heard::End(_))), 1, "the gesture is ended");
        }
        rig.close();
    }
    // And the next one is none the worse.
    let mut rig = Rig::open(gain());
    let wanted = rig.model().picture();
    rig.shows("after it", &wanted);
}

#[test]
fn a_view_that_panics_stays_empty_and_says_so_once() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_view_panics", "--ignored", "--nocapture"]);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stdout));
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("dyad: ")).collect();
    assert_eq!(
        lines,
        [
            "dyad: the editor of Dyad Gain panicked and stays empty; the plugin plays on",
            "dyad: stopped a panic in an editor's view; the plugin goes on as well as it can",
        ]
    );
}

#[test]
fn two_editors_know_nothing_of_each_other() {
    let mut one = Rig::open(gain());
    let second = one.screen.window_at([one.size[0] as i16 + 100, 30], one.size);
    let mut two = Session::open(&gain(), &request(second)).unwrap();
    let index = one.index("gain");
    one.session.tell(&ToEditor::Value { index, plain: -20.0 });
    two.tell(&ToEditor::Ping(1));
    let mut painted = false;
    until("the second picture", || {
        two.poll(&mut |_| painted = true);
        painted
    });
    let plain = one.model().picture();
    let mut model = one.model();
    model.host.values[index as usize] = -20.0;
    let turned = model.picture();
    one.shows("the first", &turned);
    assert_eq!(one.screen.picture_at([one.size[0] as i16 + 100, 30], one.size).differences(&plain), 0);
    two.close(&mut |_| {});
    let turned = one.model().picture();
    one.session.tell(&ToEditor::Value { index, plain: 0.0 });
    one.shows("the first alone", &turned);
}

#[test]
fn a_window_of_its_own_has_a_title_and_closes() {
    let screen = Screen::new();
    let title = Some("Track 1: Gain".to_owned());
    let wish = dyad_editor::Request { parent: None, flags: Flags::default(), title, ..request(0) };
    let mut session = Session::open(&gain(), &wish).unwrap();
    let connection = &screen.connection;
    let atom = |name: &str| connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let property = |name| {
        connection.get_property(false, session.window(), name, 0u32, 0, 100).unwrap().reply().unwrap()
    };
    assert_eq!(property(atom("_NET_WM_NAME")).value, b"Track 1: Gain");
    let hints = x11rb::properties::WmSizeHints::get_normal_hints(connection, session.window());
    let hints = hints.unwrap().reply().unwrap().unwrap();
    let least = measure(&gain(), Some(1.0));
    assert_eq!(hints.min_size, Some((least.min_width as i32, least.min_height as i32)));
    assert!(session.poll(&mut |_| {}));
    let delete = ClientMessageEvent::new(
        32,
        session.window(),
        atom("WM_PROTOCOLS"),
        [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0],
    );
    connection.send_event(false, session.window(), EventMask::NO_EVENT, delete).unwrap();
    connection.flush().unwrap();
    until("the end", || !session.poll(&mut |_| {}));
    session.close(&mut |_| {});
}

#[test]
fn an_editor_can_wish_for_another_size() {
    let plugin = Plugin { view: Some(views::grows), ..gain() };
    let twice = |request| dyad_editor::Request { scale: Some(2.0), ..request };
    let mut rig = Rig::with(plugin.clone(), twice);
    assert_eq!(rig.size, [400, 200]);
    rig.hears("the wish", |heard| *heard == Heard::Size(600, 300));
    assert_eq!(rig.screen.size_of(rig.session.window()), Some([400, 200]), "the host decides");
    let Rig { screen, session, .. } = rig;
    session.close(&mut |_| {});
    // A window of its own has nobody to ask.
    let wish = twice(dyad_editor::Request { parent: None, flags: Flags::default(), ..request(0) });
    let mut session = Session::open(&plugin, &wish).unwrap();
    let mut heard = 0;
    until("the size", || {
        session.poll(&mut |frame| heard += usize::from(matches!(Heard::from(frame), Heard::Size(..))));
        screen.size_of(session.window()) == Some([600, 300])
    });
    assert_eq!(heard, 0);
}

#[test]
fn nothing_is_left_of_a_window_that_was_closed() {
    let rig = Rig::open(gain());
    let (window, connection) = (rig.session.window(), x11rb::connect(None).unwrap().0);
    let attributes = x11rb::protocol::xproto::ChangeWindowAttributesAux::new()
        .event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
    connection.change_window_attributes(rig.parent, &attributes).unwrap().check().unwrap();
    rig.close();
    until(
        "the window's end",
        || matches!(connection.poll_for_event().unwrap(), Some(Event::DestroyNotify(e)) if e.window == window),
    );
}

#[test]
fn a_text_that_was_set_just_before_the_end_is_heard() {
    let screen = Screen::new();
    let plugin = Plugin { view: Some(views::writes), ..probe() };
    let session = Session::open(&plugin, &request(screen.window([200, 100]))).unwrap();
    readable(session.fd().unwrap(), PATIENCE);
    let mut heard = Vec::new();
    session.close(&mut |frame| heard.push(Heard::from(frame)));
    assert_eq!(heard, [Heard::Property(0, "said last".into())]);
}
