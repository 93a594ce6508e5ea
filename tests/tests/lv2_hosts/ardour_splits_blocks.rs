//! Ardour cuts its cycle wherever a control port is automated, unless a plugin has `bufsz:coarseBlockLength`, and
//! runs the pieces in place, one behind the other in the same buffers.

use dyad_tests::gain::{RAMP, RATE, assert_close, curve, id, noise, position};
use dyad_tests::lv2::{Offers, Rig};
use dyad_tests::memory::Samples;
use dyad_tests::vst3::Plugin;

use crate::world::world;

const BLOCK: usize = 256;

/// Blocks, each with frames and the gains from there on, which survive VST3's way through 0…1.
const BLOCKS: [&[(usize, f32)]; 7] = [
    &[(0, -6.0)],
    &[(17, 12.0)],
    &[(1, -60.0), (2, 24.0), (3, 0.5)],
    &[(255, -6.0)],
    &[],
    &[(0, 12.0), (100, -6.0), (228, 24.0)],
    &[(128, 0.5)],
];

/// The block in pieces, of which each begins where the gain changes.
fn in_pieces(rig: &mut Rig, sound: &[f32], points: &[(usize, f32)]) -> Vec<f32> {
    let channels = [Samples::of(sound), Samples::of(sound)];
    let ends = points.iter().map(|(frame, _)| *frame).chain([sound.len()]);
    let values = [None].into_iter().chain(points.iter().map(|(_, db)| Some(*db)));
    let mut start = 0;
    for (end, value) in ends.zip(values) {
        if let Some(db) = value {
            rig.set("gain", db);
        }
        if end == start {
            continue;
        }
        for (ports, channel) in [["in_l", "out_l"], ["in_r", "out_r"]].iter().zip(&channels) {
            ports.iter().for_each(|port| rig.wire(port, channel.ptr().wrapping_add(start).cast()));
        }
        rig.run(end - start);
        start = end;
    }
    assert_eq!(channels[0][..], channels[1][..], "both channels sound alike");
    channels[0].to_vec()
}

#[test]
fn nothing_asks_for_coarse_blocks() {
    let features = ["lv2:requiredFeature", "lv2:optionalFeature"];
    let all: Vec<_> = features.iter().flat_map(|predicate| world().objects(predicate)).collect();
    assert!(all.contains(&"bufsz:boundedBlockLength"), "any length up to the longest");
    for coarse in ["bufsz:coarseBlockLength", "bufsz:fixedBlockLength", "bufsz:powerOf2BlockLength"] {
        assert!(!all.contains(&coarse), "{coarse}");
    }
}

#[test]
fn automation_that_cuts_blocks_is_sample_accurate() {
    let (mut rig, plugin) = (Rig::new("stereo", RATE, None, BLOCK), Plugin::ready(RATE, BLOCK));
    rig.activate();
    // From rest on, at the default.
    let mut sound = Vec::new();
    let mut points = Vec::new();
    let [mut lv2, mut vst3] = [Vec::new(), Vec::new()];
    for round in 0..BLOCKS.len() * 6 {
        // Longer than the gain takes, so that it comes to rest between some changes.
        let changes = if round % 6 == 0 { BLOCKS[round / 6] } else { &[] };
        let block = noise(BLOCK, round as u32 + 1);
        lv2.extend(in_pieces(&mut rig, &block, changes));
        let positions: Vec<_> =
            changes.iter().map(|(frame, db)| (*frame as i32, position(f64::from(*db)))).collect();
        vst3.extend(plugin.play_with(&block, &[(id("gain"), &positions)]));
        points.extend(changes.iter().map(|(frame, db)| (round * BLOCK + frame, f64::from(*db))));
        sound.extend(block);
    }
    let differs = lv2.iter().zip(&vst3).position(|(a, b)| a.to_bits() != b.to_bits());
    assert_eq!(differs, None, "beside the same automation in VST3");
    // The first value is set before the first frame, and so is there at once.
    let curve = curve(f64::from(BLOCKS[0][0].1), &points[1..], sound.len(), RAMP);
    let expected: Vec<_> = curve.iter().zip(&sound).map(|(gain, x)| gain * f64::from(*x)).collect();
    assert_close(&lv2, &expected, 1e-4, "beside the model");
}

#[test]
fn notes_keep_their_frames_in_pieces_of_any_length() {
    let frames = [0, 1, 16, 17, 100, 128, 255];
    for cuts in [&[0, 256][..], &[0, 17, 256], &[0, 1, 2, 3, 256], &[0, 100, 101, 128, 255, 256]] {
        let mut rig = Rig::probe("stereo", Offers::default(), BLOCK);
        rig.activate();
        let mut out = Vec::new();
        for piece in cuts.windows(2) {
            let inside = frames.iter().filter(|frame| (piece[0]..piece[1]).contains(*frame));
            let events: Vec<_> =
                inside.map(|frame| rig.midi(frame - piece[0], &[0x90, *frame as u8 / 2, 1])).collect();
            let played = rig.cycle((piece[1] - piece[0]) as usize, &events);
            out.extend(rig.midi_of(&played).into_iter().map(|(frame, _)| frame + piece[0]));
        }
        assert_eq!(out, frames, "cut at {cuts:?}");
    }
}
