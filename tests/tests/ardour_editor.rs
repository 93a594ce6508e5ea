//! Editors in Ardour 7's own windows, in both formats.
//!
//! Host quirks shown here, all Ardour's: it opens editors again with the session, asks LV2 for values on a
//! timer of its own, and gives the space bar of a plugin's window to the transport.

use dyad_tests::ardour::{Ardour, Format, near};
use dyad_tests::ardour_window::{SPACE, Window};
use dyad_tests::process::alone;
use dyad_tests::x11::{Reference, Shown};
use dyad_tests::{bundle, gain};

/// Pixels that a hand moves.
const DOWN: (i32, i32) = (0, 30);
const UP: (i32, i32) = (0, -20);

/// The editor at a place among those that are open, which should show this gain.
fn shown(window: &mut Window<'_>, place: usize, db: f64) -> Shown {
    let mut like = Reference::new(gain::description(), 1.0);
    like.set("gain", db);
    Shown { window: window.editors(2).swap_remove(place), like }
}

fn story(format: Format) {
    let alone = alone();
    let ardour = Ardour::new("editor", format, bundle::folder());
    let said = ardour.perform("editors.lua", &[("DYAD_STEP", "make")]);
    assert_eq!(state(&said, "on"), ["true", "false"]);
    let mut window = Window::open(&ardour, &alone);
    let (mut one, mut two) = (shown(&mut window, 0, -6.0), shown(&mut window, 1, -12.0));
    let Window { screen, program, .. } = &mut window;
    let name = |what: &str| format!("ardour {} {what}", format.name());

    // They show what the session holds, the one of the plugin that is off too.
    screen.point_away();
    one.settle(&name("first"), screen, program);
    two.settle(&name("second"), screen, program);
    screen.whole().save(&name("screen"));

    // A drag in one leaves the other.
    two.drag(screen, "gain", DOWN);
    two.settle(&name("second dragged"), screen, program);
    one.settle(&name("first left"), screen, program);

    // The space bar belongs to the host, and its automation moves the knob.
    one.drag(screen, "gain", (0, 0));
    screen.keys(&[SPACE]);
    one.like.set("gain", -20.0);
    one.settle(&name("first automated"), screen, program);

    // A hand on the knob overrules the automation for as long as it holds: that is one gesture.
    one.hold(screen, "gain", UP);
    let held = one.like.value("gain");
    assert!((held + 20.0).abs() > 1.0, "{held}");
    one.settle(&name("first held"), screen, program);
    one.let_go(screen);
    one.like.set("gain", -20.0);
    one.settle(&name("first let go"), screen, program);
    screen.keys(&[SPACE]);

    window.save();
    window.quit();
    let said = ardour.perform("editors.lua", &[]);
    near(&state(&said, "gain")[1], two.like.value("gain"));
    assert_eq!(state(&said, "on"), ["true", "false"]);
    // The hand was recorded, from where it took the knob to where it let go, and nowhere else.
    let points = words_of(&said, "point", "1");
    let values: Vec<f64> = points.iter().filter_map(|point| point.get(1)?.parse().ok()).collect();
    assert!(values.iter().any(|value| (value - held).abs() < 1e-3), "{held} is not among {values:?}");
}

/// What the script said of both plugins.
fn state(said: &[String], what: &str) -> [String; 2] {
    ["1", "2"].map(|number| {
        let all = words_of(said, what, number);
        all.first()
            .and_then(|words| words.first())
            .unwrap_or_else(|| panic!("no {what} of {number}"))
            .clone()
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

#[test]
fn lv2() {
    story(Format::Lv2);
}

#[test]
fn vst3() {
    story(Format::Vst3);
}
