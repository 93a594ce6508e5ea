//! The editor of Dyad Gain in an LV2 host on the bare interface: what comes in is seen, what the user does
//! goes out, and what is missing or wrong does no harm.
#![allow(unsafe_code)]

use std::ptr::null_mut;

use dyad_tests::gain;
use dyad_tests::lv2::sys;
use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiHost, UiModule, UiOffers, screen};
use dyad_tests::x11::{Reference, Screen};

fn window(screen: &Screen) -> HostWindow {
    HostWindow::new(screen, 700, 500)
}

fn open(layout: &str, offers: &UiOffers) -> Editor {
    let host = UiHost::new(offers);
    Editor::open_with(UiModule::gain(), &gain::description(), layout, host)
        .unwrap_or_else(|host| panic!("it opens: {:?}", host.take()))
}

fn like() -> Reference {
    Reference::new(gain::description(), 1.0)
}

#[test]
fn there_is_one_editor_for_all_layouts() {
    assert_eq!(UiModule::gain().uris(), ["urn:dyad:gain#ui"]);
    assert_eq!(
        UiModule::probe().uris(),
        ["urn:dyad:probe#ui", "urn:dyad:probe-tone#ui"],
        "one for each plugin"
    );
    assert!(UiModule::gain().descriptor(1).is_none() && UiModule::gain().descriptor(u32::MAX).is_none());
}

#[test]
fn it_opens_complete_from_ports_alone_and_follows_them() {
    let (screen, _turn) = screen();
    for layout in ["stereo", "mono"] {
        let (window, mut like) = (window(&screen), like());
        let editor = open(layout, &UiOffers::all(window.id));
        let seen = editor.seen(&screen);
        assert_eq!(seen.above.last(), Some(&window.id), "a direct child of the host's window");
        let [width, height] = like.size();
        assert_eq!([seen.place.width, seen.place.height], [width, height]);
        let calls = editor.host.take();
        assert!(calls.contains(&Call::Resize(width as i32, height as i32)), "its size is told: {calls:?}");
        for (symbol, value) in [("gain", -12.0), ("enabled", 0.0), ("peak", 0.25), ("rms", 0.125)] {
            editor.tell(symbol, value);
        }
        for (id, plain) in [("gain", -12.0), ("bypass", 1.0), ("peak", 0.25), ("rms", 0.125)] {
            like.set(id, plain);
        }
        editor.until_like(&format!("lv2 {layout}"), &screen, &like.picture());
        editor.tell("gain", 6.0);
        editor.tell("enabled", 1.0);
        like.set("gain", 6.0);
        like.set("bypass", 0.0);
        editor.until_like(&format!("lv2 {layout} moved"), &screen, &like.picture());
        assert_eq!(editor.host.take(), [], "looking changes nothing");
    }
}

#[test]
fn what_is_no_value_is_not_shown() {
    let (screen, _turn) = screen();
    let (window, mut like) = (window(&screen), like());
    let editor = open("stereo", &UiOffers::all(window.id));
    editor.tell("gain", -3.0);
    for value in [f32::NAN, f32::INFINITY] {
        editor.tell("gain", value);
    }
    let gain = editor.port("gain");
    editor.event(gain, 0, &[0; 3]);
    editor.event(gain, 0, &[]);
    editor.event(gain, 77, &6f32.to_ne_bytes());
    editor.event(9999, 0, &6f32.to_ne_bytes());
    for symbol in ["latency", "freewheel", "control", "notify", "in_l"] {
        editor.tell(symbol, 1.0);
    }
    like.set("gain", -3.0);
    editor.until_like("lv2 no values", &screen, &like.picture());
}

#[test]
fn a_drag_is_one_gesture() {
    let (screen, _turn) = screen();
    let (window, mut like) = (window(&screen), like());
    let editor = open("stereo", &UiOffers::all(window.id));
    editor.until_like("lv2 before drag", &screen, &like.picture());
    let _ = editor.host.take();
    let (at, corner) = (like.place("gain"), editor.place(&screen));
    screen.drag((corner.x + at.0, corner.y + at.1), (0, -40));
    screen.point_away();
    like.drag("gain", (0, -40));
    let port = editor.port("gain");
    let calls = editor.until_called("the end of the drag", |call| *call == Call::Touch(port, false));
    let [Call::Touch(first, true), values @ .., Call::Touch(last, false)] = &calls[..] else {
        panic!("held, set, let go: {calls:?}")
    };
    assert_eq!((*first, *last), (port, port));
    let mut before = 0.0;
    for call in values {
        let Call::Set(at, value) = call else { panic!("only values: {calls:?}") };
        assert!(*at == port && *value >= before, "upwards: {calls:?}");
        before = *value;
    }
    assert!(before > 1.0, "it was moved: {calls:?}");
    // A window may see the first step together with the press, and then it is no step.
    let expected = like.value("gain");
    assert!((f64::from(before) - expected).abs() < 2.0, "to where the pointer went: {before}, {expected}");
    // The host says what it was told.
    editor.tell("gain", before);
    like.set("gain", before.into());
    editor.until_like("lv2 after drag", &screen, &like.picture());
}

#[test]
fn bypass_is_the_enabled_port_turned_round() {
    let (screen, _turn) = screen();
    let (window, mut like) = (window(&screen), like());
    let editor = open("stereo", &UiOffers::all(window.id));
    editor.until_like("lv2 enabled", &screen, &like.picture());
    let _ = editor.host.take();
    let (at, corner) = (like.place("bypass"), editor.place(&screen));
    let port = editor.port("enabled");
    for (value, bypassed) in [(0.0, 1.0), (1.0, 0.0)] {
        screen.click((corner.x + at.0, corner.y + at.1));
        screen.point_away();
        let calls = editor.until_called("the click", |call| *call == Call::Touch(port, false));
        assert_eq!(calls, [Call::Touch(port, true), Call::Set(port, value), Call::Touch(port, false)]);
        editor.tell("enabled", value);
        like.set("bypass", bypassed);
    }
}

#[test]
fn a_host_may_offer_nothing_but_a_window() {
    let (screen, _turn) = screen();
    let (window, mut like) = (window(&screen), like());
    let editor = open("stereo", &UiOffers { parent: Some(window.id), ..UiOffers::default() });
    editor.tell("gain", 3.0);
    like.set("gain", 3.0);
    editor.until_like("lv2 bare", &screen, &like.picture());
    let (at, corner) = (like.place("gain"), editor.place(&screen));
    screen.drag((corner.x + at.0, corner.y + at.1), (0, 30));
    screen.point_away();
    let lower = |call: &Call| matches!(call, Call::Set(_, value) if *value < -4.0);
    let calls = editor.until_called("a lower value", lower);
    assert!(calls.iter().all(|call| matches!(call, Call::Set(..))), "values only: {calls:?}");
}

#[test]
fn without_a_parent_it_has_a_window_of_its_own_while_it_is_shown() {
    let (screen, _turn) = screen();
    let mut like = like();
    let title = ("ui#windowTitle", "atom#String", b"A title\0".to_vec());
    let editor = open("stereo", &UiOffers { map: true, options: vec![title], ..UiOffers::default() });
    assert_ne!(editor.widget, 0, "a window, as the interface wants it");
    assert!(screen.editors().is_empty(), "nothing is seen before it is shown");
    editor.tell("gain", -24.0);
    like.set("gain", -24.0);
    assert!(editor.idle() && editor.show(true) && editor.idle());
    let own =
        |editor: &Editor| editor.until("a window of its own", |_| screen.editors().into_iter().next());
    let seen = own(&editor);
    assert_eq!((seen.above.len(), seen.title.as_str()), (1, "A title"));
    let expected = like.picture();
    let until_like = |editor: &Editor, name: &str| {
        editor.until(name, |_| {
            let picture = screen.picture(screen.editors().first()?.place);
            picture.is_like(&expected, dyad_tests::x11::Tolerance::EXACT).then(|| picture.save(name))
        });
    };
    until_like(&editor, "lv2 own window");
    assert!(editor.show(true), "twice is as once");
    assert_eq!(screen.editors().len(), 1);
    assert!(editor.show(false) && editor.idle());
    editor.until("the window's end", |_| screen.editors().is_empty().then_some(()));
    assert!(editor.idle(), "hidden is not closed");
    assert!(editor.show(true));
    until_like(&editor, "lv2 shown again");
    // The user closes it.
    let seen = own(&editor);
    screen.close(seen.id);
    editor.until("the end", |editor| (!editor.idle()).then_some(()));
    editor.until("the window's end", |_| screen.editors().is_empty().then_some(()));
    assert!(!editor.idle(), "it stays closed");
    assert!(editor.show(true) && editor.idle(), "and can be shown again");
    until_like(&editor, "lv2 shown after close");
}

#[test]
fn a_window_that_the_host_destroys_is_the_editors_end() {
    let (screen, _turn) = screen();
    let window = window(&screen);
    let editor = open("stereo", &UiOffers::all(window.id));
    editor.until_like("lv2 before destroy", &screen, &like().picture());
    window.destroy();
    editor.until("the end", |editor| (!editor.idle()).then_some(()));
    editor.tell("gain", 1.0);
    assert!(!editor.idle() && !editor.resize(300, 300), "and nothing comes back");
}

#[test]
fn options_of_any_type_are_understood() {
    let (screen, _turn) = screen();
    let scale = |kind, bytes: Vec<u8>| vec![("ui#scaleFactor", kind, bytes)];
    for (options, scale) in [
        (scale("atom#Float", 2f32.to_ne_bytes().to_vec()), 2.0),
        (scale("atom#Double", 1.5f64.to_ne_bytes().to_vec()), 1.5),
        (scale("atom#Int", 2i32.to_ne_bytes().to_vec()), 2.0),
        (scale("atom#Float", vec![0; 3]), 1.0),
        (scale("atom#Float", f32::NAN.to_ne_bytes().to_vec()), 1.0),
        (scale("atom#Float", (-1f32).to_ne_bytes().to_vec()), 1.0),
        (scale("atom#String", b"2.0\0".to_vec()), 1.0),
    ] {
        let window = HostWindow::new(&screen, 1400, 900);
        let mut like = Reference::new(gain::description(), scale);
        let editor = open("stereo", &UiOffers { options, ..UiOffers::all(window.id) });
        editor.until_like(&format!("lv2 scale {scale}"), &screen, &like.picture());
    }
}

#[test]
fn an_editor_that_can_not_be_opened_says_why_in_one_line() {
    let (screen, _turn) = screen();
    let refused = |layout: &str, host: Box<UiHost>| {
        let host = Editor::open_with(UiModule::gain(), &gain::description(), layout, host).err();
        host.expect("it is refused").take()
    };
    let said = |calls: Vec<Call>, what: &str| {
        let [Call::Log(line)] = &calls[..] else { panic!("one line: {calls:?}") };
        assert!(line.contains("urn:dyad:gain#ui") && line.contains(what), "{line}");
    };
    // No such window.
    said(refused("stereo", UiHost::new(&UiOffers::all(0x7fff_fff0))), "0x7ffffff0");
    // Nor a display.
    let window = window(&screen);
    for display in [":64999", "nonsense", ""] {
        // SAFETY: this test has its turn; see `screen`.
        unsafe { std::env::set_var("DISPLAY", display) };
        said(refused("stereo", UiHost::new(&UiOffers::all(window.id))), "display");
        let own = open("stereo", &UiOffers { parent: None, ..UiOffers::all(1) });
        let _ = own.host.take();
        assert!(!own.show(true), "and no window of its own");
        let calls = own.host.take();
        assert!(matches!(&calls[..], [Call::Log(line)] if line.contains("display")), "{calls:?}");
    }
    // SAFETY: as above.
    unsafe { std::env::set_var("DISPLAY", screen.display()) };
    drop(open("stereo", &UiOffers::all(window.id)));
}

#[test]
fn another_plugins_uri_is_refused() {
    let (_screen, _turn) = screen();
    let descriptor = UiModule::gain().descriptor(0).expect("an editor");
    for uri in [c"urn:dyad:probe#stereo", c"urn:dyad:gain", c"urn:dyad:gain#ui", c"\xff\xfe", c""] {
        let host = UiHost::new(&UiOffers { parent: Some(1), log: true, map: true, ..UiOffers::default() });
        let mut widget = std::ptr::dangling_mut();
        // SAFETY: what LV2 gives to it.
        let handle = unsafe {
            descriptor.instantiate.expect("instantiate is there")(
                descriptor,
                uri.as_ptr(),
                null_mut(),
                None,
                host.controller(),
                &raw mut widget,
                host.features(),
            )
        };
        assert!(handle.is_null() && widget.is_null(), "{uri:?}");
        let calls = host.take();
        assert!(matches!(&calls[..], [Call::Log(line)] if line.contains("not for")), "{calls:?}");
    }
}

#[test]
fn null_pointers_do_no_harm() {
    let (screen, _turn) = screen();
    let window = window(&screen);
    let ui = UiModule::gain().descriptor(0).expect("an editor");
    let (instantiate, cleanup) = (ui.instantiate.expect("there"), ui.cleanup.expect("there"));
    let (port_event, extension) = (ui.port_event.expect("there"), ui.extension_data.expect("there"));
    // SAFETY: that this is sound is what the test is about.
    unsafe {
        let none = [std::ptr::null::<sys::LV2_Feature>()];
        assert!(
            instantiate(null_mut(), null_mut(), null_mut(), None, null_mut(), null_mut(), null_mut())
                .is_null()
        );
        assert!(
            instantiate(ui, null_mut(), null_mut(), None, null_mut(), null_mut(), null_mut()).is_null()
        );
        // Without features there is no parent, so nothing is opened yet.
        let uri = c"urn:dyad:gain#mono".as_ptr();
        for features in [null_mut(), none.as_ptr()] {
            let handle = instantiate(ui, uri, null_mut(), None, null_mut(), null_mut(), features);
            assert!(!handle.is_null());
            port_event(handle, 0, 4, 0, null_mut());
            cleanup(handle);
        }
        port_event(null_mut(), 0, 4, 0, (&raw const none).cast());
        cleanup(null_mut());
        assert!(extension(null_mut()).is_null() && extension(c"urn:example:x".as_ptr()).is_null());
        let idle = extension(sys::LV2_UI__idleInterface.as_ptr().cast());
        let idle = idle.cast::<sys::LV2UI_Idle_Interface>().as_ref().expect("it is there");
        assert_ne!(idle.idle.expect("there")(null_mut()), 0);
        // A host without a function to write: the user's drags go nowhere, and that is all.
        let host = UiHost::new(&UiOffers::all(window.id));
        let handle = instantiate(ui, uri, null_mut(), None, null_mut(), null_mut(), host.features());
        assert!(!handle.is_null());
        assert_eq!(idle.idle.expect("there")(handle), 0);
        cleanup(handle);
    }
}

#[test]
fn a_drag_that_is_under_way_ends_when_the_editor_is_closed() {
    let (screen, _turn) = screen();
    let (window, mut like) = (window(&screen), like());
    let editor = open("stereo", &UiOffers::all(window.id));
    editor.until_like("lv2 before hold", &screen, &like.picture());
    let (at, corner) = (like.place("gain"), editor.place(&screen));
    let port = editor.port("gain");
    screen.hold((corner.x + at.0, corner.y + at.1), (0, -20));
    let _ = editor.until_called("the drag", |call| matches!(call, Call::Set(..)));
    let calls = editor.closed();
    assert_eq!(calls.last(), Some(&Call::Touch(port, false)), "{calls:?}");
    screen.button(dyad_tests::x11::Button::Left, false);
}

#[test]
fn two_editors_do_not_know_of_each_other() {
    let (screen, _turn) = screen();
    let one = window(&screen);
    let other = HostWindow::new(&screen, 700, 500);
    screen.put(other.id, 800, 30);
    let first = open("stereo", &UiOffers::all(one.id));
    let second = open("mono", &UiOffers::all(other.id));
    let (mut like_first, mut like_second) = (like(), like());
    first.tell("gain", -20.0);
    second.tell("gain", 20.0);
    like_first.set("gain", -20.0);
    like_second.set("gain", 20.0);
    first.until_like("lv2 first of two", &screen, &like_first.picture());
    second.until_like("lv2 second of two", &screen, &like_second.picture());
    drop(first);
    second.tell("gain", 10.0);
    like_second.set("gain", 10.0);
    second.until_like("lv2 second alone", &screen, &like_second.picture());
}

#[test]
fn ports_that_the_host_does_not_have_are_left_alone() {
    let (screen, _turn) = screen();
    let window = window(&screen);
    let description = gain::description();
    let table = dyad_ttl::PortTable::new(&description, &description.layouts[0]);
    // An older version of the plugin runs, which ends before the last meter; or nothing that has a gain.
    let symbols: Vec<_> = table.ports.iter().map(|port| port.symbol.clone()).collect();
    let older = symbols[..symbols.len() - 1].to_vec();
    let strange = symbols.iter().map(|symbol| symbol.replace("gain", "loudness")).collect();
    for (ports, sets) in [(symbols.clone(), true), (older, true), (strange, false)] {
        let subscribed = ports.len() == symbols.len();
        let editor = open("stereo", &UiOffers { port_map: Some(ports), ..UiOffers::all(window.id) });
        let last = symbols.len() as u32 - 1;
        let calls = editor.host.take();
        let asked = calls.iter().any(|call| matches!(call, Call::Subscribe(port, _) if *port == last));
        assert_eq!(asked, subscribed, "{calls:?}");
        let mut like = like();
        editor.until_like("lv2 port map", &screen, &like.picture());
        let (at, corner) = (like.place("gain"), editor.place(&screen));
        screen.drag((corner.x + at.0, corner.y + at.1), (0, 30));
        // The switch for the bypass is a port that all of them have.
        let at = like.place("bypass");
        screen.click((corner.x + at.0, corner.y + at.1));
        let enabled =
            table.ports.iter().position(|port| port.symbol == "enabled").expect("it is there") as u32;
        let calls = editor
            .until_called("the bypass", |call| matches!(call, Call::Set(port, _) if *port == enabled));
        let gain = table.ports.iter().position(|port| port.symbol == "gain").expect("it is there") as u32;
        let set = calls.iter().any(|call| matches!(call, Call::Set(port, _) if *port == gain));
        assert_eq!(set, sets, "{calls:?}");
        screen.point_away();
    }
}
