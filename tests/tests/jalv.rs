//! The LV2 bundle played live in jalv, LV2's reference host, on a JACK server without a sound card.
//!
//! Host quirk shown here: jalv sets what `-c` says before the first block, so nothing may glide there.

use std::path::Path;
use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::gain::{factor, rms};
use dyad_tests::jack::{Jack, client};
use dyad_tests::process::{Running, alone};
use dyad_tests::wav::{self, Sound};
use dyad_tests::{bundle, lv2info};

/// A second of the tone and of what the plugin makes of it, in one file, frame by frame.
fn record(name: &str) -> Sound {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.wav"));
    let _ = std::fs::remove_file(&file);
    let mut recorder = client("jack_rec");
    recorder.arg("-f").arg(&file).args(["-d", "1", "-b", "24", "tone:output1", "gain:out_l"]);
    let (well, said) = Jack::ask(&mut recorder);
    assert!(well, "jack_rec failed:\n{said}");
    let sound = wav::read(&file).expect("jack_rec wrote a whole file");
    assert_eq!(sound.len(), 2);
    assert!(sound[0].len() >= 40_000, "{} frames", sound[0].len());
    sound
}

fn peak(samples: &[f32]) -> f64 {
    samples.iter().fold(0.0, |peak, sample| f64::from(sample.abs()).max(peak))
}

/// The plugin's output is the tone times a factor. Judged by the middle one of all pieces of 1024 frames:
/// on a busy machine JACK drops some, and that is not what this is about.
fn assert_level(sound: &Sound, expected: f64, what: &str) {
    for (name, measure) in [("RMS", rms as fn(&[f32]) -> f64), ("peak", peak)] {
        let pieces = sound[0].chunks_exact(1024).zip(sound[1].chunks_exact(1024));
        let loud = pieces.filter(|(tone, _)| measure(tone) > 0.05);
        let mut ratios: Vec<_> = loud.map(|(tone, out)| measure(out) / measure(tone)).collect();
        ratios.sort_by(f64::total_cmp);
        assert!(ratios.len() >= 20, "{what}: there is a tone");
        let ratio = ratios[ratios.len() / 2];
        assert!(
            (ratio / expected - 1.0).abs() < 0.01,
            "{what}: {name} ratio {ratio} instead of {expected}"
        );
    }
}

/// What jalv says of a control when it is asked for all of them. It says some unasked, too; so it is
/// asked for help first, and what comes after that is the answer.
fn control(jalv: &mut Running, symbol: &str) -> f64 {
    jalv.say("help");
    let helped = jalv.hear(|line| line.contains("Set control value by symbol").then_some(()));
    assert_eq!(helped, Some(()), "jalv ended:\n{}", jalv.all());
    jalv.say("controls");
    let value = jalv.hear(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
        (name == symbol).then(|| value.parse::<f64>().ok()).flatten()
    });
    value.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()))
}

/// The plugin with a tone at its inputs. The server comes last, so that its clients end before it.
struct Live {
    jalv: Running,
    _tone: Running,
    _jack: Jack,
}

fn set_up() -> Result<Live, String> {
    let jack = Jack::start();
    // Into a pipe jalv would print only at its end.
    let mut command = client("stdbuf");
    if let Some((key, value)) = lv2info::in_world("").get_envs().next() {
        command.env(key, value.unwrap_or_default());
    }
    command.args(["-oL", "jalv", "-x", "-n", "gain", "-c", "gain=-6", "urn:dyad:gain#stereo"]);
    let mut jalv = Running::start(&mut command);
    let mut tone = Running::start(client("jack_simple_client").arg("tone"));
    for port in ["gain:in_l", "gain:in_r", "gain:out_l", "gain:out_r"] {
        jack.wait_for(port, &mut jalv)?;
    }
    jack.wait_for("tone:output1", &mut tone)?;
    for port in ["gain:in_l", "gain:in_r"] {
        jack.connect("tone:output1", port)?;
    }
    Ok(Live { jalv, _tone: tone, _jack: jack })
}

#[test]
fn a_tone_changes_its_level() {
    let _alone = alone();
    assert!(bundle::lv2().exists());
    // Says so where it is not installed; it calls its help a failure.
    run(Command::new("jalv").arg("-h"));
    // One more try for what is still starting, and none after that.
    let live = set_up().or_else(|_| set_up());
    let mut live = live.unwrap_or_else(|failed| panic!("{failed}"));
    let jalv = &mut live.jalv;

    assert_eq!(control(jalv, "gain"), -6.0);
    assert_level(&record("jalv"), factor(-6.0), "-c gain=-6");

    jalv.say("set gain -20");
    // jalv reads its commands in order, so what it says next is from after the change.
    assert_eq!(control(jalv, "gain"), -20.0);
    let sound = record("jalv later");
    // The change itself is over 20 ms after the plugin saw it.
    let later: Sound = sound.iter().map(|channel| channel[2048..].to_vec()).collect();
    assert_level(&later, factor(-20.0), "set gain -20");

    jalv.hang_up();
    assert!(jalv.end().success(), "jalv ends well:\n{}", jalv.all());
}
