//! The test plugin in jalv, LV2's reference host: it loads and runs, and JACK's transport reaches it.

use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::jack::{Jack, client};
use dyad_tests::probe;
use dyad_tests::process::{Running, alone};

/// What jalv says of an output when it is asked for all of them.
fn monitor(jalv: &mut Running, symbol: &str) -> f64 {
    jalv.say("monitors");
    let value = jalv.hear(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
        (name == symbol).then(|| value.parse::<f64>().ok()).flatten()
    });
    value.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()))
}

/// Asks until it is so: jalv sets controls and looks at JACK between two blocks.
fn until(jalv: &mut Running, symbol: &str, is: impl Fn(f64) -> bool) {
    while !is(monitor(jalv, symbol)) {
        std::thread::yield_now();
    }
}

fn set_up() -> Result<(Running, Jack), String> {
    let jack = Jack::start();
    // Into a pipe jalv would print only at its end.
    let mut command = client("stdbuf");
    command.env("LV2_PATH", probe::lv2_path());
    command.args(["-oL", "jalv", "-x", "-n", "probe", "-c", "delay=100", "urn:dyad:probe#sidechained"]);
    let mut jalv = Running::start(&mut command);
    for port in ["probe:in_l", "probe:sidechain", "probe:cue", "probe:control", "probe:notify"] {
        jack.wait_for(port, &mut jalv)?;
    }
    Ok((jalv, jack))
}

#[test]
fn it_runs_and_hears_of_the_transport() {
    let _alone = alone();
    // Says so where it is not installed; it calls its help a failure.
    run(Command::new("jalv").arg("-h"));
    // One more try for what is still starting, and none after that.
    let (mut jalv, jack) = set_up().or_else(|_| set_up()).unwrap_or_else(|failed| panic!("{failed}"));
    until(&mut jalv, "pieces", |pieces| pieces > 0.0);
    assert_eq!(monitor(&mut jalv, "playing"), 0.0);
    let mut transport = Running::start(&mut client("jack_transport"));
    transport.say("play");
    until(&mut jalv, "playing", |playing| playing == 1.0);
    transport.say("stop");
    until(&mut jalv, "playing", |playing| playing == 0.0);
    transport.kill();
    jalv.hang_up();
    assert!(jalv.end().success(), "jalv ends well:\n{}", jalv.all());
    drop(jack);
}
