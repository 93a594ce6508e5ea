//! A plugin's background task in jalv and Ardour: a user's preset hands the test plugin a file, a task on the host's
//! worker thread finds out how long it is, and the host shows the answer in an output port. How tasks run in a
//! host without a worker, or with one that does not come, is shown by `lv2_probe_requests`.

use std::path::{Path, PathBuf};

use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::jack::{Jack, client};
use dyad_tests::probe;
use dyad_tests::process::{Running, alone};
use dyad_tests::users_preset::{self, PRESET};

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
        jalv.say("monitors");
        let length = jalv.hear(|line| {
            let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
            (name == "file_length").then(|| value.parse::<f64>().ok()).flatten()
        });
        let length = length.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()));
        if length == 4321.0 {
            break;
        }
        assert_eq!(length, 0.0, "nothing, or the answer");
    }
    jalv.say("monitors");
    let worker = jalv.hear(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
        (name == "worker").then(|| value.parse::<f64>().ok()).flatten()
    });
    assert_eq!(worker, Some(1.0), "a thread of jalv's has read it");
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
