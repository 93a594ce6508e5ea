//! Both formats sound the same to the bit.

use dyad_tests::gain::{RATE, id, noise, position};
use dyad_tests::lv2::Rig;
use dyad_tests::vst3::Plugin;

/// Gains in decibels that survive VST3's way through 0…1, each with the bypass, for one block each.
const STEPS: [(f32, bool); 8] = [
    (-6.0, false),
    (-6.0, true),
    (12.0, true),
    (12.0, false),
    (-60.0, false),
    (24.0, true),
    (24.0, false),
    (0.5, false),
];

#[test]
fn the_same_changes_give_the_same_bits() {
    for block in [1, 64, 100, 1000] {
        let mut rig = Rig::active("stereo", block);
        let plugin = Plugin::ready(RATE, block);
        for round in 0..40 {
            let (db, bypass) = STEPS[round / 5];
            let sound = noise(block, round as u32 + 1);
            rig.set("gain", db);
            rig.set("enabled", if bypass { 0.0 } else { 1.0 });
            let first = round % 5 == 0;
            let gain = [(0, position(f64::from(db)))];
            let on = [(0, if bypass { 1.0 } else { 0.0 })];
            let changes = [(id("gain"), &gain[..]), (id("bypass"), &on[..])];
            let lv2 = rig.play(&sound);
            let vst3 = plugin.play_with(&sound, if first { &changes } else { &[] });
            let differs = lv2.iter().zip(&vst3).position(|(a, b)| a.to_bits() != b.to_bits());
            assert_eq!(differs, None, "blocks of {block}, round {round}");
        }
        let meters = ["peak", "rms"].map(|meter| f64::from(rig.get(meter)) / 4.0);
        assert_eq!(meters, ["peak", "rms"].map(|meter| plugin.value(meter)), "blocks of {block}: meters");
    }
}
