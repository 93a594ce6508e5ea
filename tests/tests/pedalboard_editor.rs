//! Editors in pedalboard, Spotify's library for sound in Python, which is made of JUCE.
//!
//! Host quirk shown here: it opens editors of plugins that are not running, and one editor of an instance
//! after the other. With a window manager on a busy machine it opened every tenth editor at its least size;
//! so there is none here.

use std::path::Path;
use std::process::Command;

use dyad_tests::command::python;
use dyad_tests::process::{Running, alone};
use dyad_tests::x11::{Reference, Screen, Shown};
use dyad_tests::{bundle, gain};

/// Waits for an editor that should show this gain.
fn shown(screen: &Screen, host: &mut Running, db: f64) -> Shown {
    let mut like = Reference::new(gain::description(), 1.0);
    like.set("gain", db);
    let window = screen.wait("the editor", host, |screen| screen.editors().into_iter().next());
    screen.point_away();
    Shown { window, like }
}

/// The gain that the host tells with a line that begins with this word.
fn told(host: &mut Running, word: &str) -> f64 {
    let told = host.hear(|line| line.strip_prefix(word)?.trim().parse::<f64>().ok());
    told.unwrap_or_else(|| panic!("no {word} came:\n{}", host.all()))
}

/// What the host says, within what it keeps of it: 32 bits of a position.
#[track_caller]
fn near(told: f64, db: f64) {
    assert!((told - db).abs() < 1e-4, "{told} instead of {db}");
}

#[test]
fn editors_follow_the_host_and_the_host_follows_them() {
    let _alone = alone();
    let screen = Screen::bare();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/pedalboard_editor.py");
    let mut command = Command::new(python());
    command.arg(script).arg(bundle::vst3()).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    screen.prepare(&mut command);
    let host = &mut Running::start(&mut command);

    let mut first = shown(&screen, host, 0.0);
    first.settle("pedalboard open", &screen, host);
    screen.whole().save("pedalboard screen");
    first.drag(&screen, "gain", (0, 30));
    first.settle("pedalboard dragged", &screen, host);
    host.say("get");
    let dragged = first.like.value("gain");
    assert!((-24.0..-1.0).contains(&dragged), "{dragged}");
    near(told(host, "gain"), dragged);

    host.say("set -20");
    first.like.set("gain", -20.0);
    first.settle("pedalboard set", &screen, host);
    host.say("close");
    near(told(host, "closed"), -20.0);

    // Another instance with the first one's state agrees with it, and goes its own way.
    let mut second = shown(&screen, host, -20.0);
    second.settle("pedalboard restored", &screen, host);
    second.drag(&screen, "gain", (0, -20));
    second.settle("pedalboard restored and dragged", &screen, host);
    host.say("close");
    let db = second.like.value("gain");
    near(told(host, "closed"), db);

    // It opens again as it was left.
    let mut again = shown(&screen, host, db);
    again.settle("pedalboard again", &screen, host);
    host.say("close");
    near(told(host, "closed"), db);
    let others = host.hear(|line| line.strip_prefix("others").map(str::to_owned)).unwrap_or_default();
    let others: Vec<f64> = others.split_whitespace().filter_map(|gain| gain.parse().ok()).collect();
    assert_eq!(others.len(), 2, "{}", host.all());
    near(others[0], -20.0);
    near(others[1], 0.0);
    let status = host.end();
    assert!(status.success(), "pedalboard ended with {status}:\n{}", host.all());
}
