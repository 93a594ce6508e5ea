//! Web editors in pedalboard, a host made of JUCE. Its quirks are told in `pedalboard_editor.rs`.

use std::path::Path;
use std::process::Command;

use dyad_tests::bundle;
use dyad_tests::command::python;
use dyad_tests::process::{Running, alone};
use dyad_tests::web::{Web, logged};
use dyad_tests::x11::{Page, Screen};

/// Waits for an editor that should show this gain.
fn shown(screen: &Screen, host: &mut Running, db: f64) -> Page {
    let window = screen.wait("the editor", host, |screen| screen.editors().into_iter().next());
    screen.point_away();
    Page::new(window, db)
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
fn pages_follow_the_host_and_the_host_follows_them() {
    let _alone = alone();
    let (screen, web) = (Screen::bare(), Web::new());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/pedalboard_editor.py");
    let mut command = Command::new(python());
    command.arg(script).arg(bundle::vst3()).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    screen.prepare(&mut command);
    web.prepare(&mut command);
    let host = &mut Running::start(&mut command);

    let mut first = shown(&screen, host, 0.0);
    first.settle("web pedalboard open", &screen, host);
    screen.whole().save("web pedalboard screen");
    first.drag(&screen, (0, 30));
    first.settle("web pedalboard dragged", &screen, host);
    host.say("get");
    let dragged = first.like.value("gain");
    assert!((-24.0..-1.0).contains(&dragged), "{dragged}");
    near(told(host, "gain"), dragged);

    host.say("set -20");
    first.like.set("gain", -20.0);
    first.settle("web pedalboard set", &screen, host);
    host.say("close");
    near(told(host, "closed"), -20.0);

    // Another instance with the first one's state has a page of its own; the first one's is gone.
    let mut second = shown(&screen, host, -20.0);
    second.settle("web pedalboard restored", &screen, host);
    assert_eq!(web.helpers().len(), 1, "{:?}", web.processes());
    second.drag(&screen, (0, -20));
    second.settle("web pedalboard restored and dragged", &screen, host);
    host.say("close");
    let db = second.like.value("gain");
    near(told(host, "closed"), db);

    // It opens again as it was left.
    let mut again = shown(&screen, host, db);
    again.settle("web pedalboard again", &screen, host);
    host.say("close");
    near(told(host, "closed"), db);
    let status = host.end();
    assert!(status.success(), "pedalboard ended with {status}:\n{}", host.all());
    assert!(logged(host).is_empty(), "nothing was to be said of this:\n{}", host.all());
    web.nothing_remains();
}
