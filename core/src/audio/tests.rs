//! Views over buffers as hosts give them.

use super::*;
use crate::layout::{Bus, Layout};
use crate::param::Ramp;

/// Stereo and a mono sidechain in; stereo and a mono cue out.
const WIDE: Layout = Layout {
    id: "wide",
    name: "Wide",
    inputs: &[Bus::main_input(2), Bus::sidechain(1)],
    outputs: &[Bus::main_output(2), Bus { symbol: "cue", name: "Cue", ..Bus::aux(1) }],
};

/// Three in, one out.
const NARROW: Layout =
    Layout { id: "narrow", name: "Narrow", inputs: &[Bus::main_input(3)], outputs: &[Bus::main_output(1)] };

fn with_view<S: Sample>(
    layout: &Layout,
    frames: usize,
    silent: SilenceMask,
    body: impl FnOnce(&mut Audio<'_, S>),
) -> Vec<Vec<S>> {
    let ins: Vec<Vec<S>> = (0..layout.input_channels())
        .map(|c| (0..frames).map(|n| S::from((100 * c + n) as f32)).collect())
        .collect();
    let mut outs = vec![vec![S::default(); frames]; layout.output_channels()];
    let inputs: Vec<_> = ins.iter().map(|c| c.as_ptr()).collect();
    let outputs: Vec<_> = outs.iter_mut().map(|c| c.as_mut_ptr()).collect();
    // SAFETY: one buffer for each channel, all apart.
    body(&mut unsafe { Audio::new(0, frames, layout, &inputs, &outputs, silent) });
    outs
}

#[test]
fn buses_are_counted_in_their_own_direction() {
    let outs = with_view::<f32>(&WIDE, 4, 0, |audio| {
        assert_eq!(
            audio.aux_input(1, 0),
            Some(&[200.0, 201.0, 202.0, 203.0][..]),
            "the sidechain is bus 1"
        );
        for (bus, channel) in [(0, 0), (0, 1), (1, 1), (2, 0)] {
            assert_eq!(audio.aux_input(bus, channel), None, "{bus} {channel}");
        }
        assert!(audio.aux_output(0, 0).is_none() && audio.aux_output(1, 1).is_none());
        audio.aux_output(1, 0).unwrap().fill(7.0);
        audio.channel(1).unwrap().map(|x| x + 1.0);
        assert!(audio.channel(2).is_none());
    });
    assert_eq!(outs, [[0.0; 4], [101.0, 102.0, 103.0, 104.0], [7.0; 4]]);
    with_view::<f32>(&NARROW, 1, 0, |audio| {
        assert_eq!(
            [0, 1, 2, 3].map(|n| audio.aux_input(0, n).map(|c| c[0])),
            [None, Some(100.0), Some(200.0), None]
        );
    });
}

#[test]
fn sub_blocks_and_frames_cover_everything_once() {
    let outs = with_view::<f64>(&WIDE, 10, 0, |audio| {
        let mut seen = Vec::new();
        let mut blocks = audio.sub_blocks(4);
        while let Some((start, mut block)) = blocks.next() {
            seen.push((start, block.frames(), block.aux_input(1, 0).unwrap()[0]));
            block.channels().for_each(|mut channel| channel.map_mut(|x| x + start as f64));
            let mut inner = block.sub_blocks(0);
            assert_eq!(inner.next().unwrap().1.frames(), 1, "0 counts as 1");
        }
        assert_eq!(seen, [(0, 4, 200.0), (4, 4, 204.0), (8, 2, 208.0)]);
        audio.for_each_frame(|n, frame| {
            assert_eq!((frame.inputs(), frame.outputs(), frame.get(9)), (2, 2, 0.0));
            frame.set(1, frame.get(0) * 2.0 + n as f64);
            frame.set(9, 1.0);
        });
    });
    assert_eq!(outs[0], [0.0, 1.0, 2.0, 3.0, 8.0, 9.0, 10.0, 11.0, 16.0, 17.0]);
    assert!(outs[1].iter().enumerate().all(|(n, x)| *x == 3.0 * n as f64));
}

#[test]
fn silence_is_said_both_ways() {
    with_view::<f32>(&WIDE, 2, 0b101, |audio| {
        assert!(audio.is_silent(0, 0) && !audio.is_silent(0, 1) && audio.is_silent(1, 0));
        assert!(!audio.is_silent(1, 1) && !audio.is_silent(5, 0) && !audio.all_silent());
        audio.pass_silence();
        assert_eq!(audio.silent_outputs(), 0b101, "left as its input, and the cue that nothing feeds");
    });
    let outs = with_view::<f32>(&WIDE, 2, 0b111, |audio| {
        assert!(audio.all_silent());
        audio.channels().for_each(|mut channel| channel.map(|_| 9.0));
        audio.silence();
        assert_eq!(audio.silent_outputs(), 0b111);
    });
    assert_eq!(outs, [[0.0; 2]; 3]);
}

#[test]
fn in_place_and_apart_give_the_same() {
    let ramp = Ramp::resting_at(0.5);
    let (mut both, input) = ([1.0f32, 2.0, 3.0], [1.0f32, 2.0, 3.0]);
    let mut output = [9.0; 3];
    let mut sum = 0.0;
    for mut channel in [Channel::in_place(&mut both), Channel::apart(&input, &mut output)] {
        channel.map_with(&ramp, |x, gain| x * gain);
        channel.written()[0] += 1.0;
        sum += channel.output().iter().sum::<f32>();
    }
    assert_eq!((both, output, sum), ([1.5, 1.0, 1.5], [1.5, 1.0, 1.5], 8.0));
    let mut channel = Channel::apart(&input, &mut output);
    assert_eq!(channel.samples(), [1.0, 2.0, 3.0]);
}
