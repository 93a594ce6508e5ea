//! WaveLab gives a plugin other buses than it has: more, fewer, and with other channels.

use dyad_tests::gain::RATE;
use dyad_tests::vst3::{Pass, Plugin};
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::{kResultFalse, kResultOk};

/// A plugin with stereo and a mono sidechain, both ways.
fn sidechained() -> Plugin {
    let plugin = Plugin::probe();
    assert_eq!(plugin.arrange(&[kStereo, kMono], &[kStereo, kMono]), kResultOk);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    plugin
}

/// What a channel of these buses holds, 0 where there is none.
fn level(buses: &[usize], bus: usize, channel: usize) -> f32 {
    let levels = [[0.5, 0.25, 0.9, 0.9], [0.125, 0.9, 0.9, 0.9]];
    let there = buses.get(bus).is_some_and(|channels| channel < *channels);
    levels.get(bus).filter(|_| there).map_or(0.0, |levels| levels[channel])
}

#[test]
fn blocks_with_any_buses_are_played_as_far_as_they_go() {
    let plugin = sidechained();
    let shapes: [&[usize]; 10] =
        [&[], &[0], &[1], &[2], &[2, 1], &[2, 0], &[1, 1], &[4, 2], &[2, 1, 2], &[2, 1, 0, 3]];
    for ins in shapes {
        for outs in shapes {
            let mut pass = Pass::<f32>::new(64, ins, outs);
            for (n, bus) in pass.ins.iter_mut().enumerate() {
                for (channel, samples) in bus.iter_mut().enumerate() {
                    samples.fill(if n < 2 { level(ins, n, channel) } else { 0.9 });
                }
            }
            pass.outs.iter_mut().flatten().for_each(|samples| samples.fill(9.0));
            let what = format!("in {ins:?}, out {outs:?}");
            assert_eq!(pass.run(&plugin), kResultOk, "{what}");
            let sidechain = level(ins, 1, 0);
            for (n, bus) in pass.outs.iter().enumerate() {
                for (channel, samples) in bus.iter().enumerate() {
                    // What the plugin does not have is silent.
                    let expected = match (n, channel) {
                        (0, 0 | 1) => level(ins, 0, channel) + sidechain,
                        (1, 0) => sidechain,
                        _ => 0.0,
                    };
                    assert_eq!(samples[..], [expected; 64], "{what}: bus {n}, channel {channel}");
                }
            }
        }
    }
}

#[test]
fn arrangements_of_a_wrong_count_are_refused_and_the_old_one_stays() {
    let plugin = sidechained();
    plugin.stop();
    let counts: [&[u64]; 5] =
        [&[], &[kStereo, kMono, kMono], &[kStereo, kMono, kStereo, kMono], &[kStereo; 16], &[kMono, kMono]];
    for ins in counts {
        for outs in counts {
            assert_eq!(plugin.arrange(ins, outs), kResultFalse, "{ins:?} {outs:?}");
        }
        assert_eq!(plugin.arrange(ins, &[kStereo, kMono]), kResultFalse, "{ins:?}");
        assert_eq!(plugin.arrange(&[kStereo, kMono], ins), kResultFalse, "{ins:?}");
    }
    assert_eq!(plugin.arrangement(), [kStereo; 2]);
    plugin.start();
    let mut pass = Pass::<f32>::new(64, &[2, 1], &[2, 1]);
    pass.ins[1][0].fill(0.125);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.outs[1][0], [0.125; 64], "the sidechain is still there");
}
