//! A session with a file that its plugin uses, saved by Ardour, then moved to another folder: it opens with the
//! file in Ardour, and its state in jalv too.
//!
//! Host quirk shown here: Ardour keeps links to the files that plugins use, relative to the session. So a file
//! that is somewhere else is found as long as it is where it was, seen from the session; where it is not, the
//! plugin is handed a path to nothing, plays on, and keeps it.

use std::fs;
use std::path::{Path, PathBuf};

use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::jack::{Jack, client};
use dyad_tests::process::{Running, alone};
use dyad_tests::{probe, users_preset};

const LENGTH: usize = 65_432;

/// Every folder below one that holds a saved state.
fn states(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the session can be read").flatten() {
        // Links are not followed.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            states(&entry.path(), found);
        } else if entry.file_name() == "state.ttl" {
            found.push(folder.to_owned());
        }
    }
}

#[test]
fn a_session_opens_with_its_file_where_it_was_moved_to() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "moved", Format::Lv2, bundles);
    let file = ardour.session().join("a file.wav");
    let user = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moved");
    ardour.add_lv2(&users_preset::naming(&user, &file));
    let (file, length) = (file.to_str().expect("text"), LENGTH.to_string());
    let made = [("DYAD_STEP", "make"), ("DYAD_FILE", file), ("DYAD_LENGTH", &length)];
    near(words(&ardour.perform("moved.lua", &made), "length")[0], LENGTH as f64);
    let moved = ardour.session().with_file_name("elsewhere").join("a session");
    fs::create_dir_all(moved.parent().expect("it has a parent")).expect("a folder can be made");
    fs::rename(ardour.session(), &moved).expect("the session can be moved");

    let place = [("DYAD_STEP", "load"), ("DYAD_SESSION", moved.to_str().expect("text"))];
    near(words(&ardour.perform("moved.lua", &place), "length")[0], LENGTH as f64);

    let mut found = Vec::new();
    states(&moved, &mut found);
    found.sort();
    let state = found.last().expect("Ardour has saved a state");
    let jack = Jack::start();
    let mut command = client("stdbuf");
    command.env("LV2_PATH", probe::lv2_path());
    command.args(["-oL", "jalv", "-x", "-n", "moved", "-l"]).arg(state);
    let mut jalv = Running::start(&mut command);
    jack.wait_for("moved:in_l", &mut jalv).unwrap_or_else(|failed| panic!("{failed}"));
    loop {
        jalv.say("monitors");
        let length = jalv.hear(|line| {
            let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
            (name == "file_length").then(|| value.parse::<f64>().ok()).flatten()
        });
        let length = length.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()));
        if length == LENGTH as f64 {
            break;
        }
        assert_eq!(length, 0.0, "nothing yet, or the file");
    }
    jalv.hang_up();
    assert!(jalv.end().success(), "jalv ends well:\n{}", jalv.all());
    drop(jack);
}

#[test]
fn a_file_that_is_gone_is_missed_and_not_forgotten() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "gone", Format::Lv2, bundles);
    let user = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gone");
    let bundle = users_preset::with_file(&user, LENGTH);
    let file = user.join("a file.wav");
    ardour.add_lv2(&bundle);
    let length = LENGTH.to_string();
    let text = file.to_str().expect("text");
    let made = [("DYAD_STEP", "make"), ("DYAD_FILE", text), ("DYAD_LENGTH", &length)];
    near(words(&ardour.perform("moved.lua", &made), "length")[0], LENGTH as f64);
    fs::rename(&file, user.join("aside.wav")).expect("a file can be moved");
    near(words(&ardour.perform("moved.lua", &[("DYAD_STEP", "load")]), "length")[0], 0.0);
    // That session was saved, without the file. When it comes back, so does the sound.
    fs::rename(user.join("aside.wav"), &file).expect("a file can be moved");
    near(words(&ardour.perform("moved.lua", &[("DYAD_STEP", "load")]), "length")[0], LENGTH as f64);
}
