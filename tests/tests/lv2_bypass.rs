//! Bypass through `lv2:enabled` with a plugin that has latency: no step is larger than the signals' own, and
//! what is heard while it is off comes as late as what it makes.

use dyad_tests::lv2::{Offers, Rig};

/// Frames of latency, set by a parameter of the probe's.
const DELAY: usize = 333;
const FRAMES: usize = 48_000;
const BLOCK: usize = 64;

/// A sine, full scale.
fn sine(frame: usize) -> f64 {
    (frame as f64 * 0.05).sin()
}

/// The probe's sound of the sine at a gain, and its port for latency, with `enabled` set anew at frames.
fn play(gain: f32, switches: &[(usize, f32)]) -> Vec<f32> {
    let mut rig = Rig::probe("stereo", Offers::default(), BLOCK);
    rig.set("gain", gain);
    rig.set("delay", DELAY as f32);
    rig.activate();
    let mut out = Vec::with_capacity(FRAMES);
    for start in (0..FRAMES).step_by(BLOCK) {
        if let Some((_, enabled)) = switches.iter().find(|(at, _)| *at == start) {
            rig.set("enabled", *enabled);
        }
        let block: Vec<f32> = (start..start + BLOCK).map(|frame| sine(frame) as f32).collect();
        out.extend(rig.play(&block));
        assert_eq!(rig.get("latency"), DELAY as f32, "on or off, the host compensates the same");
    }
    out
}

fn largest_step(sound: &[f32]) -> f64 {
    sound.windows(2).map(|pair| f64::from(pair[1] - pair[0]).abs()).fold(0.0, f64::max)
}

/// The sine as late as the plugin makes it, at a gain.
fn late(gain: f64) -> Vec<f64> {
    (0..FRAMES).map(|frame| frame.checked_sub(DELAY).map_or(0.0, |frame| gain * sine(frame))).collect()
}

#[test]
fn no_step_is_larger_than_the_signals_own() {
    // At 0 dB both sides are the same sound, so a bypass that is aligned is not heard at all.
    let switches = [(9_600, 0.0), (19_200, 1.0), (28_800, 0.0), (28_928, 1.0), (38_400, 0.0)];
    let sound = play(0.0, &switches);
    for (frame, (sound, expected)) in sound.iter().zip(late(1.0)).enumerate() {
        assert!(
            (f64::from(*sound) - expected).abs() < 1e-6,
            "frame {frame}: {sound} instead of {expected}"
        );
    }
    // At −20 dB they differ. The fade of 5 ms adds a 240th of the difference to each frame's own step.
    let sound = play(-20.0, &switches);
    let own = largest_step(&late(1.0).iter().map(|x| *x as f32).collect::<Vec<_>>());
    let step = largest_step(&sound);
    assert!(step <= own + 0.9 / 240.0 + 1e-6, "{step} beside {own}");
}

#[test]
fn what_is_heard_while_it_is_off_is_the_input_to_the_bit_and_as_late() {
    let sound = play(-20.0, &[(9_600, 0.0), (28_800, 1.0)]);
    let (dry, wet) = (late(1.0), late(0.1));
    for frame in 9_600 + 240 + BLOCK..28_800 {
        assert_eq!(sound[frame], dry[frame] as f32, "frame {frame}");
    }
    for frame in (DELAY + 1000..9_600).chain(28_800 + DELAY + 240 + BLOCK..FRAMES) {
        assert!((f64::from(sound[frame]) - wet[frame]).abs() < 1e-6, "frame {frame}");
    }
}
