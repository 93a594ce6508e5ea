//! Both bundles in Ardour 7, a real DAW: sound, automation, sessions and bypass.
//!
//! Host quirks shown here, all Ardour's: it cuts its cycle at LV2 automation; to VST3 it gives a point at
//! the first frame and one behind the last; it knows parameters by their position; its bypass of LV2 is
//! `lv2:enabled`; it keeps VST3 values as positions in 32 bits.

use dyad_tests::ardour::{Ardour, BLOCK, FRAMES, Format, POINTS, assert_automation, near, words};
use dyad_tests::bundle;
use dyad_tests::gain::{RAMP, factor};
use dyad_tests::process::alone;
use dyad_tests::wav::{Sound, assert_same};

/// The automation's value at a frame.
fn written(frame: usize) -> f64 {
    let next = POINTS.iter().position(|(at, _)| *at > frame).unwrap_or(POINTS.len() - 1);
    let [(from, start), (to, end)] = [POINTS[next - 1], POINTS[next]];
    start + (end - start) * (frame - from) as f64 / (to - from) as f64
}

/// The session's sound, each sample times a factor.
fn times(factor: f64) -> Sound {
    let scale = |sample: f32| (f64::from(sample) * factor) as f32;
    Ardour::sound().into_iter().map(|channel| channel.into_iter().map(scale).collect()).collect()
}

/// The automation lands where it was written. Ardour looks at it at the start of each block and at its
/// points, and the plugin takes 20 ms for each change: so the gain is what was written there within the
/// last block and these 20 ms, and exactly that where nothing was written to move for as long.
fn assert_automated(sound: &Sound) {
    let last = BLOCK + RAMP;
    for (n, (out, dry)) in sound.iter().zip(Ardour::sound()).enumerate() {
        for (frame, (out, dry)) in out.iter().zip(dry).enumerate() {
            // Lines are monotonous between the points.
            let earliest = frame.saturating_sub(last);
            let passed = POINTS.iter().filter(|(at, _)| (earliest..frame).contains(at)).map(|(_, db)| *db);
            let values = || passed.clone().chain([written(earliest), written(frame)]).map(factor);
            let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
            let (out, dry) = (f64::from(*out), f64::from(dry));
            let inside = out * dry >= 0.0
                && out.abs() >= dry.abs() * least - 1e-5
                && out.abs() <= dry.abs() * most + 1e-5;
            assert!(inside, "channel {n}, frame {frame}: {out} is not {dry} times {least} to {most}");
        }
    }
}

/// One format from a new session to one that was loaded again, each step in a process of its own. Gives
/// the sound with automation.
fn story(format: Format) -> Sound {
    let ardour = Ardour::new("story", format, bundle::folder());
    if format == Format::Vst3 {
        assert_eq!(ardour.id(), "78C05E02EAFFFDADD21D8A50366A503D", "the id of docs/identity.md");
    }

    let (said, automated) = ardour.make();
    assert_eq!(words(&said, "region"), ["0", "96000"]);
    assert_eq!(words(&said, "number"), [format.number()]);
    near(words(&said, "default")[0], 0.0);
    near(words(&said, "set")[0], -6.0);
    assert_automated(&automated);

    // A second process finds all of it, and this one unloads the plugin in peace.
    let said = ardour.look("automated", &[]);
    assert_automation(&said, format);
    // It has saved what it found, too.
    let (_, again) = ardour.play("automated", &[]);
    assert_same(&again, &automated, 1e-5, "a session with automation, loaded again");

    let (said, fixed) = ardour.play("fixed", &[]);
    near(words(&said, "value")[0], -6.0);
    assert_eq!(words(&said, "playing"), ["false"]);
    assert_same(&fixed, &times(factor(-6.0)), 1e-5, "a session at -6 dB, loaded again");

    let (name, off) = format.bypass();
    let (said, dry) = ardour.play("fixed", &[("DYAD_BYPASS", name)]);
    // The host still runs the plugin: its own bypass is what switches it off.
    assert_eq!(words(&said, "enabled"), ["false", "active", "true"]);
    near(words(&said, "bypass")[0], off);
    assert_same(&dry, &times(1.0), 0.0, "bypassed");
    automated
}

#[test]
fn a_session_sounds_as_it_was_written_and_comes_back() {
    let _alone = alone();
    assert_eq!(POINTS[5].0, FRAMES);
    let [lv2, vst3] = [Format::Lv2, Format::Vst3].map(story);
    assert_same(&lv2, &vst3, 1e-5, "LV2 and VST3");
}
