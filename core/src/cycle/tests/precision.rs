//! Samples of 64 bits.

use super::probe::{Double, Feed, Rig};
use super::*;
use crate::event::Amount;

fn run(rig: &mut Rig<Double>, input: &mut [f64], in_place: bool, feed: &mut Feed<'_>) -> Vec<f64> {
    let mut output = vec![9.0; input.len()];
    let out = if in_place { input.as_mut_ptr() } else { output.as_mut_ptr() };
    let (ins, outs) = ([input.as_ptr()], [out]);
    // SAFETY: valid for the input's length.
    unsafe { rig.engine.run(&Block::<f64>::new(input.len(), &ins, &outs), feed) };
    if in_place { input.to_vec() } else { output }
}

#[test]
fn what_f32_can_not_hold_comes_through() {
    for in_place in [false, true] {
        let mut rig = Rig::<Double>::with(SampleFormat::F64);
        let level = rig.index("level");
        let fine = 1.0 + 1e-12;
        let out = run(&mut rig, &mut [fine; 100], in_place, &mut Feed::default());
        assert_eq!(out, [fine * 0.5; 100]);
        let changes = vec![(0, level, Amount::Plain(1.0)), (0, rig.index("bypass"), Amount::Plain(1.0))];
        let mut feed = Feed { changes, ..Feed::default() };
        let out = run(&mut rig, &mut [fine; 400], in_place, &mut feed);
        assert!(out.iter().all(|x| (x - fine).abs() < 1e-14), "fading from one to itself");
        assert_eq!(out[399], fine, "dry");
    }
}

#[test]
fn missing_buffers_are_silence_in_64_bits_too() {
    let mut rig = Rig::<Double>::with(SampleFormat::F64);
    let mut out = [9.0f64; 100];
    let (ins, outs) = ([std::ptr::null()], [out.as_mut_ptr()]);
    // SAFETY: null or valid.
    unsafe { rig.engine.run(&Block::<f64>::new(100, &ins, &outs), &mut Feed::default()) };
    assert_eq!(out, [0.0; 100]);
}
