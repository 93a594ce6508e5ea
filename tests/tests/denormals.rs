//! Numbers close to 0, and the floating-point mode that keeps them from costing a hundred times as
//! much: it is the host's, and comes back after each block.

use dyad_tests::fpu::{FLUSH, TRUNCATE, mode, within};
use dyad_tests::gain::{RATE, id, position};
use dyad_tests::lv2::Rig;
use dyad_tests::memory::Samples;
use dyad_tests::vst3::{Call, Plugin};
use vst3::Steinberg::kResultOk;

/// Denormals, and numbers that become denormals at −6 dB and at −40 dB.
fn tiny() -> Vec<f32> {
    let values = [1e-40, -1e-45, f32::MIN_POSITIVE, -1.2e-38, 1e-37, f32::MIN_POSITIVE / 2.0];
    values.into_iter().cycle().take(600).collect()
}

#[track_caller]
fn assert_no_denormals(sound: &[f32], what: &str) {
    let bad = sound.iter().position(|sample| sample.is_subnormal() || sample.is_nan());
    assert_eq!(bad, None, "{what}");
}

#[test]
fn this_test_would_see_denormals() {
    assert_eq!(mode() & FLUSH, 0);
    let half = std::hint::black_box(0.5f32);
    assert!(tiny().iter().any(|sample| (sample * half).is_subnormal()));
}

#[test]
fn lv2_makes_none() {
    let mut rig = Rig::active("stereo", 600);
    for db in [0.0, -6.0, -40.0, 24.0] {
        rig.set("gain", db);
        for _ in 0..4 {
            let sound = rig.play(&tiny());
            assert_no_denormals(&sound, &format!("{db} dB"));
        }
    }
    rig.set("enabled", 0.0);
    let fade = rig.play(&tiny());
    // The last frame of the fade is the input itself.
    assert_no_denormals(&fade[..239], "while fading");
    rig.play(&tiny());
    rig.set("enabled", 1.0);
    assert_no_denormals(&rig.play(&tiny()), "and back");
    assert_no_denormals(&[rig.get("peak"), rig.get("rms")], "meters");
}

#[test]
fn vst3_makes_none() {
    let plugin = Plugin::ready(RATE, 600);
    for db in [0.0, -6.0, -40.0, 24.0] {
        for _ in 0..4 {
            assert_no_denormals(&plugin.play(&tiny(), &[(77, position(db))]), &format!("{db} dB"));
        }
    }
    let fade = plugin.play_with(&tiny(), &[(id("bypass"), &[(0, 1.0)])]);
    // The last frame of the fade is the input itself.
    assert_no_denormals(&fade[..239], "while fading");
    assert_no_denormals(&[plugin.value("peak") as f32, plugin.value("rms") as f32], "meters");
}

#[test]
fn the_hosts_mode_comes_back() {
    let normal = mode();
    let rig = Rig::active("stereo", 64);
    let plugin = Plugin::ready(RATE, 64);
    let (ins, outs) =
        ([(); 2].map(|()| Samples::of(&[1e-39; 64])), [(); 2].map(|()| Samples::unwritten(64)));
    let mut call = Call::over(64, &ins, &outs).with(&[(id("gain"), &[(5, 0.3)])]);
    for host in [normal, normal | FLUSH, normal | TRUNCATE, normal | TRUNCATE | FLUSH] {
        for frames in [64, 0] {
            assert_eq!(within(host, || rig.run(frames)), host, "LV2, {frames} frames");
        }
        let mut answer = -1;
        assert_eq!(within(host, || answer = plugin.process(&mut call)), host, "VST3");
        assert_eq!(answer, kResultOk);
        assert_eq!(within(host, || answer = plugin.process(&mut Call::flush())), host, "VST3, a flush");
    }
    plugin.stop();
    assert_eq!(
        within(normal, || assert_ne!(plugin.process(&mut call), kResultOk)),
        normal,
        "VST3, refused"
    );
    assert_eq!(mode(), normal);
}
