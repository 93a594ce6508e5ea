//! Web editors in Ardour 7's own windows, in both formats. Its quirks are told in `ardour_editor.rs`.

use std::time::Duration;

use dyad_tests::ardour::{Ardour, Format, near};
use dyad_tests::ardour_window::{SPACE, Window};
use dyad_tests::bundle;
use dyad_tests::process::{Running, alone};
use dyad_tests::web::{Process, Web, logged};
use dyad_tests::x11::Page;

/// Pixels that a hand moves.
const DOWN: (i32, i32) = (0, 30);
const UP: (i32, i32) = (0, -20);
/// What the session's automation says, but for its first second.
const AUTOMATED: f64 = -20.0;

/// A session of two tracks with the plugin; see `hosts/ardour/editors.lua`.
fn session(name: &str, format: Format) -> Ardour {
    let ardour = Ardour::new(name, format, bundle::folder());
    let said = ardour.perform("editors.lua", &[("DYAD_STEP", "make")]);
    assert_eq!(said_of_both(&said, "on"), ["true", "false"]);
    ardour
}

/// The pages of both, as they are to be seen first.
fn pages(window: &mut Window<'_>, web: &Web, name: &dyn Fn(&str) -> String) -> [Page; 2] {
    let mut editors = window.editors(2).into_iter();
    let mut next = |db| Page::new(editors.next().expect("there are two"), db);
    let (mut one, mut two) = (next(-6.0), next(-12.0));
    let Window { screen, program, .. } = window;
    screen.point_away();
    one.settle(&name("first"), screen, program);
    two.settle(&name("second"), screen, program);
    assert_eq!(web.helpers().len(), 2, "{:?}", web.processes());
    [one, two]
}

fn story(format: Format) {
    let alone = alone();
    let web = Web::new();
    let ardour = session("web", format);
    let mut window = Window::open_with(&ardour, &alone, |command| web.prepare(command));
    let name = |what: &str| format!("web ardour {} {what}", format.name());
    let [mut one, mut two] = pages(&mut window, &web, &name);
    let Window { screen, program, .. } = &mut window;
    screen.whole().save(&name("screen"));

    // A drag in one leaves the other.
    two.drag(screen, DOWN);
    two.settle(&name("second dragged"), screen, program);
    one.settle(&name("first left"), screen, program);

    // The space bar belongs to the host, and its automation moves the knob.
    one.drag(screen, (0, 0));
    screen.keys(&[SPACE]);
    one.like.set("gain", AUTOMATED);
    one.settle(&name("first automated"), screen, program);

    // A hand on the knob overrules the automation for as long as it holds: that is one gesture.
    one.hold(screen, UP);
    let held = one.like.value("gain");
    assert!((held - AUTOMATED).abs() > 1.0, "{held}");
    one.settle_knob(&name("first held"), screen, program);
    one.let_go(screen);
    one.like.set("gain", AUTOMATED);
    one.settle(&name("first let go"), screen, program);
    screen.keys(&[SPACE]);

    window.save();
    assert_eq!(said(&mut window.program), [""; 0], "nothing was to be said of this");
    window.quit();
    web.nothing_remains();
    let said = ardour.perform("editors.lua", &[]);
    near(&said_of_both(&said, "gain")[1], two.like.value("gain"));
    assert_eq!(said_of_both(&said, "on"), ["true", "false"]);
    // The hand was recorded, from where it took the knob to where it let go, and nowhere else.
    let points = words_of(&said, "point", "1");
    let values: Vec<f64> = points.iter().filter_map(|point| point.get(1)?.parse().ok()).collect();
    assert!(values.iter().any(|value| (value - held).abs() < 1e-3), "{held} is not among {values:?}");
    let mut by_hand: Vec<bool> = values[2..].iter().map(|value| (value - AUTOMATED).abs() > 1e-3).collect();
    by_hand.dedup();
    assert_eq!(by_hand, [false, true, false], "there was one gesture: {values:?}");
}

#[test]
fn lv2_shows_a_page() {
    story(Format::Lv2);
}

#[test]
fn vst3_shows_a_page() {
    story(Format::Vst3);
}

/// Each page comes back once, the next time the native editor takes its place, in the same window and with the
/// values; the transport rolls on, and the knob goes with it.
fn killed(format: Format) {
    let alone = alone();
    let web = Web::new();
    let ardour = session("web", format);
    let mut window = Window::open_with(&ardour, &alone, |command| web.prepare(command));
    let name = |what: &str| format!("web ardour {} killed {what}", format.name());
    let [mut one, mut two] = pages(&mut window, &web, &name);
    let Window { screen, program, .. } = &mut window;
    two.drag(screen, DOWN);
    two.settle(&name("dragged"), screen, program);
    one.drag(screen, (0, 0));
    screen.keys(&[SPACE]);
    one.like.set("gain", AUTOMATED);
    one.settle(&name("automated"), screen, program);

    let first = kill_all(&web);
    screen.wait("other helpers", program, |_| {
        let all = web.helpers();
        (all.len() == 2 && all.iter().all(|helper| !first.contains(helper))).then_some(())
    });
    one.settle(&name("first again"), screen, program);
    two.settle(&name("second again"), screen, program);
    kill_all(&web);
    web.no_page_remains();
    let (mut one, mut two) = (one.native(), two.native());
    one.settle(&name("first native"), screen, program);
    two.settle(&name("second native"), screen, program);
    screen.whole().save(&name("screen"));

    // It is a whole editor: a hand overrules the automation, which rolls on.
    one.hold(screen, "gain", UP);
    one.settle(&name("native held"), screen, program);
    one.let_go(screen);
    one.like.set("gain", AUTOMATED);
    one.settle(&name("native let go"), screen, program);
    two.drag(screen, "gain", UP);
    two.settle(&name("native dragged"), screen, program);
    screen.keys(&[SPACE]);

    window.save();
    let lines = said(&mut window.program);
    let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
    let counts = (lines.len(), count("is started again"), count("takes the web editor's place"));
    assert_eq!(counts, (4, 2, 2), "{lines:#?}");
    window.quit();
    web.nothing_remains();
    let said = ardour.perform("editors.lua", &[]);
    near(&said_of_both(&said, "gain")[1], two.like.value("gain"));
}

/// What Ardour has said of its plugins so far.
fn said(program: &mut Running) -> Vec<&str> {
    assert!(!program.ends_well_within(Duration::ZERO), "Ardour runs");
    logged(program)
}

/// Ends all programs that show pages as nothing else would.
fn kill_all(web: &Web) -> Vec<Process> {
    let all = web.helpers();
    assert_eq!(all.len(), 2, "{:?}", web.processes());
    all.iter().for_each(Web::kill);
    all
}

#[test]
fn lv2_survives_its_helpers() {
    killed(Format::Lv2);
}

#[test]
fn vst3_survives_its_helpers() {
    killed(Format::Vst3);
}

/// The user closes the windows. Ardour ends an LV2 editor with its window, and hides a VST3 one until it quits.
#[test]
fn windows_that_are_closed() {
    let alone = alone();
    for format in [Format::Lv2, Format::Vst3] {
        let web = Web::new();
        let ardour = session("web", format);
        let mut window = Window::open_with(&ardour, &alone, |command| web.prepare(command));
        let name = |what: &str| format!("web ardour {} closed {what}", format.name());
        let [one, two] = pages(&mut window, &web, &name);
        let Window { screen, program, .. } = &mut window;
        for page in [&one, &two] {
            // Ardour's own window, in the window manager's frame.
            let outer = *page.window.above.get(2).expect("it is in a frame");
            screen.close(outer);
        }
        screen.wait("closed windows", program, |screen| screen.editors().is_empty().then_some(()));
        if format == Format::Lv2 {
            web.no_page_remains();
        }
        window.save();
        window.quit();
        web.nothing_remains();
    }
}

/// Nothing is left of pages where Ardour is killed.
#[test]
fn nothing_is_left_of_it() {
    let alone = alone();
    for format in [Format::Lv2, Format::Vst3] {
        let web = Web::new();
        let ardour = session("web", format);
        let mut window = Window::open_with(&ardour, &alone, |command| web.prepare(command));
        let _ = pages(&mut window, &web, &|what| format!("web ardour {} kill {what}", format.name()));
        assert!(web.shows().len() >= 6, "{:?}", web.processes());
        window.program.kill();
        web.nothing_remains();
    }
}

/// What the script said of both plugins.
fn said_of_both(said: &[String], what: &str) -> [String; 2] {
    ["1", "2"].map(|number| {
        let all = words_of(said, what, number);
        let first = all.first().and_then(|words| words.first());
        first.unwrap_or_else(|| panic!("no {what} of {number}")).clone()
    })
}

/// The words of all lines about one of the plugins.
fn words_of(said: &[String], what: &str, number: &str) -> Vec<Vec<String>> {
    let lines = said.iter().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let of = lines.filter(|words| words.first().is_some_and(|word| word == what));
    of.filter(|words| words.get(1).is_some_and(|word| word == number))
        .map(|words| words[2..].to_vec())
        .collect()
}
