//! The cycle through a plugin: what a listener would notice.

mod bypass;
mod edits;
mod events;
mod hanging;
mod precision;
mod probe;
mod transport;

use super::*;
use crate::event::NoEvents;
use crate::fixture::{Fixture, FixtureProcessor, SIDECHAIN, description};
use crate::instance::Instance;
use crate::layout::Layout;
use crate::plugin::SampleFormat;
use crate::task::Worker;

const RATE: f64 = 48_000.0;

/// Changes at fixed frames of a whole run, handed to the block that they fall into.
struct Timeline<'a> {
    changes: &'a [(u32, usize, f64)],
    done: usize,
    start: u32,
}

impl Source for Timeline<'_> {
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32> {
        let end = self.start.saturating_add(frame);
        while let Some(&(at, index, plain)) = self.changes.get(self.done) {
            if at > end {
                return Some(at - self.start);
            }
            sink.change(Change::plain(index, plain));
            self.done += 1;
        }
        None
    }
}

fn setup(layout: Layout, max_frames: usize) -> Setup {
    Setup { sample_rate: RATE, max_frames, layout, format: SampleFormat::F32 }
}

fn engine<const LATENCY: usize>(
    layout: Layout,
    max_frames: usize,
) -> (Instance<Fixture<LATENCY>>, Engine<Fixture<LATENCY>>) {
    let instance = Instance::new(description());
    let engine = instance.activate(setup(layout, max_frames), Worker::Service);
    (instance, engine)
}

fn index(id: &str) -> usize {
    description().index_of(id).unwrap()
}

/// A sine of 100 Hz: its own largest step is 2π·100/48000 ≈ 0.0131.
fn sine(frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (n as f64 * 100.0 * std::f64::consts::TAU / RATE).sin() as f32).collect()
}

/// Renders mono, cut into blocks of the sizes given, over and over. In place or not.
fn render<const LATENCY: usize>(
    engine: &mut Engine<Fixture<LATENCY>>,
    input: &[f32],
    changes: &[(u32, usize, f64)],
    sizes: &[usize],
    in_place: bool,
) -> Vec<f32> {
    let mut output = input.to_vec();
    let (mut start, mut n, mut done) = (0, 0, 0);
    while start < input.len() {
        let frames = sizes[n % sizes.len()].min(input.len() - start);
        let out = output[start..].as_mut_ptr();
        let inp = if in_place { out.cast_const() } else { input[start..].as_ptr() };
        let mut block_changes: Vec<_> = changes[done..].to_vec();
        block_changes.retain(|(at, ..)| (*at as usize) < start + frames);
        done += block_changes.len();
        let mut source = Timeline { changes: &block_changes, done: 0, start: start as u32 };
        let (ins, outs) = ([inp], [out]);
        let block = Block::new(frames, &ins, &outs);
        // SAFETY: both are valid for `frames`.
        unsafe { engine.run(&block, &mut source) };
        start += frames;
        n += 1;
    }
    output
}

#[test]
fn sound_is_the_same_to_the_bit_however_blocks_are_cut() {
    let input = sine(6000);
    let (gain, bypass) = (index("gain"), index("bypass"));
    let changes = [
        (0, gain, -6.0),
        (100, gain, 6.0),
        (101, gain, -20.0),
        (1000, bypass, 1.0),
        (1003, gain, 3.0),
        (1100, bypass, 0.0),
        (3000, gain, -60.0),
        (5000, bypass, 1.0),
    ];
    let reference = render(&mut engine::<0>(Layout::MONO, 8192).1, &input, &changes, &[6000], false);
    for sizes in [&[1][..], &[16], &[64], &[333], &[1024], &[1, 16, 64, 333, 1024]] {
        for in_place in [false, true] {
            for max_frames in [8192, 50] {
                let mut engine = engine::<0>(Layout::MONO, max_frames).1;
                let output = render(&mut engine, &input, &changes, sizes, in_place);
                assert!(output == reference, "blocks {sizes:?}, in place {in_place}, max {max_frames}");
                assert!(engine.processor.pieces.iter().all(|frames| *frames <= max_frames));
            }
        }
    }
}

#[test]
fn values_at_the_start_snap_and_later_ones_move() {
    let input = vec![1.0; 1000];
    let changes = [(0, index("gain"), -6.0), (500, index("gain"), 0.0)];
    let output = render(&mut engine::<0>(Layout::MONO, 512).1, &input, &changes, &[64], false);
    assert!(output[..500].iter().all(|x| (x - 0.501_187).abs() < 1e-5), "{}", output[0]);
    assert!(output[500] > output[499] && output[500] < 0.51, "moves: {}", output[500]);
    assert_eq!(output[999], 1.0, "5 ms later it is there");
}

#[test]
fn bypass_is_click_free_and_keeps_the_latency() {
    let input = sine(24_000);
    let changes = [(0, index("gain"), -12.0), (5000, index("bypass"), 1.0), (12_000, index("bypass"), 0.0)];
    let mut engine = engine::<100>(Layout::MONO, 512).1;
    let output = render(&mut engine, &input, &changes, &[333, 64], false);
    assert_eq!(output[6000..11_900], input[5900..11_800], "dry, delayed by the latency");
    let factor = 10f32.powf(-12.0 / 20.0);
    assert!((output[4000] - input[3900] * factor).abs() < 1e-5);
    assert!((output[20_000] - input[19_900] * factor).abs() < 1e-5, "and back");
    // The plugin restarts empty: its first 100 frames after the bypass are its own delay.
    for (range, what) in [(4900..5300, "into"), (11_900..12_000, "before leaving")] {
        let steps = output[range].windows(2).map(|w| (w[1] - w[0]).abs());
        assert!(steps.fold(0.0, f32::max) < 0.0175, "no click {what}");
    }
    let wet = output[12_000..13_000].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(wet < 0.0175, "no click out of it: {wet}");
}

#[test]
fn a_plugin_with_latency_comes_back_from_the_bypass_without_a_gap() {
    // At the top of a wave, and with a latency that is longer than the fade, and with a shorter one.
    let changes = [(5000, index("bypass"), 1.0), (12_120, index("bypass"), 0.0)];
    let input = sine(20_000);
    let check = |output: Vec<f32>, latency: usize| {
        for (n, x) in output.iter().enumerate().skip(latency) {
            assert!((x - input[n - latency]).abs() < 1e-6, "latency {latency}, frame {n}: {x}");
        }
    };
    check(render(&mut engine::<100>(Layout::MONO, 512).1, &input, &changes, &[333, 64], false), 100);
    check(render(&mut engine::<1000>(Layout::MONO, 512).1, &input, &changes, &[333, 64], true), 1000);
}

#[test]
fn the_plugin_rests_while_bypassed() {
    let mut engine = engine::<0>(Layout::MONO, 64).1;
    let changes = [(0, index("bypass"), 1.0)];
    render(&mut engine, &sine(640), &changes, &[64], false);
    assert!(engine.processor.pieces.is_empty());
}

#[test]
fn hosts_without_all_buffers_are_served() {
    let input = sine(200);
    let (mut a, mut b) = (vec![9.0; 200], vec![9.0; 200]);
    let null = std::ptr::null();
    let run = |engine: &mut Engine<Fixture<0>>, inputs: &[*const f32], outputs: &[*mut f32], frames| {
        let block = Block::new(frames, inputs, outputs);
        // SAFETY: null or valid for 200 frames.
        unsafe { engine.run(&block, &mut NoEvents) };
    };
    let mut stereo = engine::<0>(Layout::STEREO, 512).1;
    run(&mut stereo, &[input.as_ptr(), null], &[a.as_mut_ptr(), b.as_mut_ptr()], 200);
    assert_eq!(a, input, "what is connected passes");
    assert_eq!(b, [0.0; 200], "null reads silence");
    run(&mut stereo, &[input.as_ptr(); 2], &[std::ptr::null_mut(), b.as_mut_ptr()], 200);
    assert_eq!(b, input, "one input twice, one output nowhere");
    run(&mut stereo, &[null; 2], &[std::ptr::null_mut(); 2], 200);
    run(&mut stereo, &[], &[], 200);
    run(&mut stereo, &[], &[], 0);
    let (mut left, mut right) = (input.clone(), vec![0.5; 200]);
    let (l, r) = (left.as_mut_ptr(), right.as_mut_ptr());
    run(&mut stereo, &[l.cast_const(), r.cast_const()], &[r, l], 200);
    assert_eq!((right, left), (input.clone(), vec![0.5; 200]), "crossed in place");
    let mut both = vec![0.0; 200];
    let p = both.as_mut_ptr();
    run(&mut stereo, &[input.as_ptr(); 2], &[p, p], 200);
    assert_eq!(both, input, "one output buffer twice");
    let mut sidechain = engine::<0>(SIDECHAIN, 512).1;
    let key = vec![0.25; 200];
    let (ins, outs) = ([input.as_ptr(), input.as_ptr(), key.as_ptr()], [a.as_mut_ptr(), b.as_mut_ptr()]);
    run(&mut sidechain, &ins, &outs, 200);
    assert!(a.iter().zip(&input).all(|(a, x)| *a == x + 0.25), "the sidechain is the third channel");
    assert!(sidechain.processor.connected);
    run(&mut sidechain, &[input.as_ptr(), input.as_ptr(), null], &outs, 200);
    assert_eq!(a, input, "a sidechain that is not connected is silent");
    assert!(!sidechain.processor.connected, "and the plugin can know it");
    run(&mut sidechain, &[null, input.as_ptr(), key.as_ptr()], &outs, 200);
    assert!(sidechain.processor.connected, "whatever else is missing");
}

#[test]
fn misaligned_buffers_are_served() {
    let input = sine(64);
    let mut bytes = vec![0u8; 64 * 4 + 1];
    // SAFETY: within the buffer, and read back as bytes.
    let odd: *mut f32 = unsafe { bytes.as_mut_ptr().add(1) }.cast();
    let mut engine = engine::<0>(Layout::MONO, 64).1;
    let (ins, outs) = ([input.as_ptr()], [odd]);
    let block = Block::new(64, &ins, &outs);
    // SAFETY: valid for 64 frames, if misaligned.
    unsafe { engine.run(&block, &mut NoEvents) };
    let back: Vec<f32> =
        bytes[1..].chunks_exact(4).map(|b| f32::from_ne_bytes(b.try_into().unwrap())).collect();
    assert_eq!(back, input);
}

#[test]
fn nonsense_values_are_refused_or_clamped() {
    let gain = index("gain");
    let (instance, mut engine) = engine::<0>(Layout::MONO, 64);
    let changes = [
        (0, gain, 1000.0),
        (0, gain, f64::NAN),
        (0, 999, 1.0),
        (0, index("peak"), 3.0),
        (0, index("steps"), 1.6),
    ];
    render(&mut engine, &[0.0; 64], &changes, &[64], false);
    assert_eq!(instance.shared().store.value(gain), 24.0);
    assert_eq!(instance.shared().store.value(index("steps")), 2.0);
    assert_eq!(instance.shared().store.value(index("peak")), 0.0);
}

#[test]
fn changes_beyond_the_block_are_not_lost() {
    let (instance, mut engine) = engine::<0>(Layout::MONO, 64);
    let changes = [(500, index("gain"), -6.0)];
    let mut source = Timeline { changes: &changes, done: 0, start: 0 };
    let mut out = [0.0; 64];
    let input = [0.0; 64];
    let (ins, outs) = ([input.as_ptr()], [out.as_mut_ptr()]);
    let block = Block::<f32>::new(64, &ins, &outs);
    // SAFETY: valid for 64 frames.
    unsafe { engine.run(&block, &mut source) };
    assert_eq!(instance.shared().store.value(index("gain")), -6.0);
}

#[test]
fn a_flush_without_frames_takes_values() {
    let (instance, mut engine) = engine::<0>(Layout::MONO, 64);
    let changes = [(0, index("gain"), -6.0)];
    let mut source = Timeline { changes: &changes, done: 0, start: 0 };
    let block = Block::<f32>::new(0, &[], &[]);
    // SAFETY: no pointers.
    unsafe { engine.run(&block, &mut source) };
    assert_eq!(instance.shared().store.value(index("gain")), -6.0);
    let output = render(&mut engine, &[1.0; 64], &[], &[64], false);
    assert!((output[0] - 0.501_187).abs() < 1e-5, "and they count as set before the start");
}

#[test]
fn loaded_values_reach_the_sound_with_the_next_block() {
    let (instance, mut engine) = engine::<0>(Layout::MONO, 512);
    assert_eq!(render(&mut engine, &[1.0; 64], &[], &[64], false), [1.0; 64]);
    instance.shared().store.load(index("gain"), -6.0);
    let output = render(&mut engine, &[1.0; 512], &[], &[64], false);
    assert!((output[511] - 0.501_187).abs() < 1e-5);
    assert!(output[0] > 0.99, "without a jump");
}

#[test]
fn after_a_panic_there_is_silence_until_the_next_run() {
    let (instance, mut engine) = engine::<0>(Layout::MONO, 64);
    engine.processor.panics = true;
    let (input, mut output) = ([1.0; 64], [9.0; 64]);
    let (ins, outs) = ([input.as_ptr()], [output.as_mut_ptr()]);
    let block = Block::<f32>::new(64, &ins, &outs);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // SAFETY: valid for 64 frames.
        unsafe { engine.run(&block, &mut NoEvents) };
    }));
    assert!(caught.is_err());
    assert_eq!(output, [0.0; 64], "in the block itself too");
    engine.processor.panics = false;
    assert_eq!(render(&mut engine, &[1.0; 64], &[], &[64], false), [0.0; 64]);
    let mut again = instance.activate(setup(Layout::MONO, 64), Worker::Service);
    assert_eq!(render(&mut again, &[1.0; 64], &[], &[64], false), [1.0; 64]);
}

#[test]
fn the_processor_sees_typed_values() {
    let (_, mut engine) = engine::<0>(Layout::MONO, 64);
    let _: &FixtureProcessor<0> = &engine.processor;
    let params = &engine.sound.params;
    assert_eq!(params.steps.value(), 1);
    assert!(params.on.value());
    assert_eq!(params.shape.value(), crate::fixture::Shape::SawUp);
    let changes = [(0, index("shape"), 0.0), (0, index("on"), 0.0)];
    render(&mut engine, &[0.0; 8], &changes, &[8], false);
    assert_eq!(engine.sound.params.shape.value(), crate::fixture::Shape::Sine);
    assert!(!engine.sound.params.on.value());
}

#[test]
fn outputs_that_no_input_feeds_are_never_left_as_they_were() {
    let bypass = index("bypass");
    for (layout, on) in
        [(crate::fixture::WIDENING, 1.0), (crate::fixture::WIDENING, 0.0), (crate::fixture::NARROWING, 0.0)]
    {
        let (instance, mut engine) = engine::<0>(layout, 64);
        let input = [0.5; 64];
        let inputs = vec![input.as_ptr(); layout.input_channels()];
        // Twice, with the bypass switched in between: wet, dry, and both fades.
        for (value, what) in [(on, "first"), (1.0 - on, "fading")] {
            instance.shared().store.load(bypass, value);
            let (mut a, mut b) = ([9.0; 64], [9.0; 64]);
            let outputs = [a.as_mut_ptr(), b.as_mut_ptr()];
            let block = Block::<f32>::new(64, &inputs, &outputs);
            // SAFETY: valid for 64 frames.
            unsafe { engine.run(&block, &mut NoEvents) };
            assert_eq!(a, [0.5; 64], "{} {what}", layout.id);
            // A bypass has a mono sound on both sides.
            let most = if layout == crate::fixture::WIDENING { 0.5 } else { 0.0 };
            assert!(b.iter().all(|sample| (0.0..=most).contains(sample)), "{} {what}", layout.id);
            assert!(what == "fading" || b == [0.5 * on as f32; 64], "{} {what}", layout.id);
        }
    }
}
