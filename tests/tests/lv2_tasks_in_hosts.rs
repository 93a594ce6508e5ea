//! A plugin's tasks in jalv and Ardour: a user's preset hands the test plugin a file, a task in the background finds
//! out how long it is, and the host shows the answer in an output port; and a task for the main thread, which
//! the host's worker does. How tasks run in a host without a worker, or with one that does not come, is shown by
//! `lv2_probe_requests`.
//!
//! Host quirks shown here, both Ardour's: it frees a plugin and unloads its code before it waits for its worker; and
//! it has the worker come within `run` while it loads a session.

use std::path::{Path, PathBuf};

use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::jack::{Jack, client};
use dyad_tests::probe;
use dyad_tests::process::{Running, alone};
use dyad_tests::users_preset::{self, PRESET};

/// What jalv says of an output.
fn monitor(jalv: &mut Running, symbol: &str) -> f64 {
    jalv.say("monitors");
    let value = jalv.hear(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
        (name == symbol).then(|| value.parse::<f64>().ok()).flatten()
    });
    value.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn jalv_shows_what_a_task_found_out() {
    let _alone = alone();
    let bundle = users_preset::with_file(&folder("task in jalv"), 4321);
    let jack = Jack::start();
    let mut command = client("stdbuf");
    let users = bundle.parent().expect("it lies in a folder").display();
    command.env("LV2_PATH", format!("{users}:{}", probe::lv2_path()));
    command.args(["-oL", "jalv", "-x", "-n", "task", "urn:dyad:probe#stereo"]);
    let mut jalv = Running::start(&mut command);
    jack.wait_for("task:in_l", &mut jalv).unwrap_or_else(|failed| panic!("{failed}"));
    // It knows only presets that it has listed.
    jalv.say("presets");
    jalv.say(&format!("preset {PRESET}"));
    loop {
        let length = monitor(&mut jalv, "file_length");
        if length == 4321.0 {
            break;
        }
        assert_eq!(length, 0.0, "nothing, or the answer");
    }
    // A task for the main thread is done by jalv's own worker.
    jalv.say("set press 1");
    let mut told = 0.0;
    while told == 0.0 {
        told = monitor(&mut jalv, "told");
    }
    assert_eq!([told, monitor(&mut jalv, "worker")], [1.0, 1.0]);
    jalv.hang_up();
    assert!(jalv.end().success(), "jalv ends well:\n{}", jalv.all());
    drop(jack);
}

#[test]
fn ardour_shows_what_a_task_found_out() {
    let _alone = alone();
    let bundle = users_preset::with_file(&folder("task in Ardour"), 54_321);
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "task", Format::Lv2, bundles);
    ardour.add_lv2(&bundle);
    let said = ardour.perform("task.lua", &[("DYAD_STEP", "make")]);
    near(words(&said, "before")[0], 0.0);
    near(words(&said, "length")[0], 54_321.0);
    near(words(&said, "worker")[0], 1.0);
}

/// A plugin that goes while its task is at work: taken from its track, and with its session.
#[test]
fn ardour_takes_plugins_away_while_a_task_is_being_done() {
    let _alone = alone();
    let user = folder("slow task in Ardour");
    let file = user.join("a file.slow");
    let bundle = users_preset::naming(&user, &file);
    std::fs::write(&file, [0; 11]).expect("a file can be written");
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "slow", Format::Lv2, bundles);
    ardour.add_lv2(&bundle);
    for how in ["remove", "close"] {
        // It fails where Ardour does not end well.
        let said = ardour.perform("slow.lua", &[("DYAD_STEP", "make"), ("DYAD_END", how)]);
        near(words(&said, "before")[0], 0.0);
    }
    // The session has the file, so its task is sent as soon as it is loaded.
    let said = ardour.perform("slow.lua", &[("DYAD_STEP", "load"), ("DYAD_END", "wait")]);
    near(words(&said, "before")[0], 0.0);
    near(words(&said, "length")[0], 11.0);
}
