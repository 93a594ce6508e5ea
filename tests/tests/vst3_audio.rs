//! `process` as hosts call it: automation to the frame, buffers of every kind, flushes, meters.
#![allow(unsafe_code)]

use dyad_tests::gain::{self, FADE, RAMP, RATE, assert_close, curve, id, noise, position};
use dyad_tests::memory::Samples;
use dyad_tests::vst3::{Call, Changes, Plugin};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample64;
use vst3::Steinberg::{kInvalidArgument, kResultOk};

/// Thirty-two points in 64 frames: at uneven frames, up and down, each one heard as a new slope.
fn dense() -> Vec<(usize, f64)> {
    (0..32).map(|n| (2 * n + n % 2, if n % 2 == 0 { 24.0 } else { -12.0 - n as f64 })).collect()
}

fn points(changes: &[(usize, f64)]) -> Vec<(i32, f64)> {
    changes.iter().map(|(frame, db)| (*frame as i32, position(*db))).collect()
}

#[test]
fn thirty_two_points_land_on_their_frames() {
    let changes = dense();
    let expected = curve(0.0, &changes, 64, RAMP);
    // One frame late or early would be seen: this is what the tolerance must be far below.
    for shift in [-1, 1] {
        let moved: Vec<_> =
            changes.iter().map(|(f, db)| ((*f as i32 + shift).max(0) as usize, *db)).collect();
        let other = curve(0.0, &moved, 64, RAMP);
        let largest = other.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(largest > 1e-2, "{largest}");
    }
    for block in [64, 16, 5, 1] {
        let plugin = Plugin::ready(RATE, 64);
        plugin.play(&[1.0; 64], &[]);
        let mut sound = Vec::new();
        for start in (0..64).step_by(block) {
            let frames = block.min(64 - start);
            let here = changes.iter().filter(|(f, _)| (start..start + frames).contains(f));
            let here: Vec<_> = here.map(|(f, db)| (f - start, *db)).collect();
            sound.extend(plugin.play(&vec![1.0; frames], &points(&here)));
        }
        assert_close(&sound, &expected, 2e-5, &format!("blocks of {block}"));
    }
}

#[test]
fn a_ramp_takes_20_ms_at_every_sample_rate() {
    for (rate, ramp) in [(8_000.0, 160), (44_100.0, 882), (192_000.0, 3840)] {
        let plugin = Plugin::ready(rate, 4096);
        plugin.play(&[1.0; 8], &[]);
        let expected = curve(0.0, &[(100, -20.0)], 4096, ramp);
        let sound = plugin.play(&[1.0; 4096], &[(100, position(-20.0))]);
        assert_close(&sound, &expected, 1e-5, &format!("at {rate} Hz"));
        assert_eq!(sound[99], 1.0);
        assert!(sound[100] < 1.0, "it begins on its frame");
    }
}

#[test]
fn values_before_the_first_frame_are_there_at_once() {
    let plugin = Plugin::ready(RATE, 64);
    let sound = plugin.play(&[1.0; 64], &[(0, position(-20.0))]);
    assert_close(&sound, &[0.1; 64], 1e-6, "at frame 0 of the first block");
    let sound = plugin.play(&[1.0; 64], &[(0, position(-60.0))]);
    assert!(sound[63] > 0.05, "later ones move");
    plugin.play(&[1.0; 2000], &[]);
    assert_eq!(plugin.play(&[1.0; 64], &[]), [0.0; 64], "the minimum is silence");
}

#[test]
fn points_that_make_no_sense_do_no_harm() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.play(&[1.0; 8], &[]);
    let quiet = position(-20.0);
    let sound = plugin.play(&[1.0; 64], &[(-7, quiet)]);
    assert_close(&sound, &curve(0.0, &[(0, -20.0)], 64, RAMP), 1e-5, "before the block");
    plugin.play(&[1.0; 2000], &[]);
    let sound = plugin.play(&[1.0; 64], &[(64, 1.0), (i32::MAX, position(0.0))]);
    assert_close(&sound, &[0.1; 64], 1e-6, "behind the block: not in it");
    assert_close(&[plugin.value("gain") as f32], &[position(0.0)], 1e-6, "but the value counts");
    plugin.play(&[1.0; 2000], &[]);
    for (value, factor) in [(7.0, gain::factor(24.0)), (-7.0, 0.0)] {
        plugin.play(&[1.0; 2000], &[(0, value)]);
        assert_close(&plugin.play(&[1.0; 64], &[]), &[factor; 64], 1e-5, "beyond 0…1: the end");
    }
    let unknown = [(0x3fff_fff0, &[(0, 0.5)][..]), (u32::MAX, &[(5, 0.5)]), (id("gain"), &[])];
    assert_eq!(plugin.play_with(&[1.0; 64], &unknown), [0.0; 64], "parameters that are not there");
}

#[test]
fn meters_cannot_be_set() {
    let plugin = Plugin::ready(RATE, 64);
    let meters = [(id("peak"), &[(0, 1.0)][..]), (id("rms"), &[(0, 1.0)])];
    plugin.play_with(&[0.5; 64], &meters);
    assert!((plugin.value("peak") - 0.5 / 4.0).abs() < 1e-6, "through process");
    plugin.flush("peak", 1.0);
    assert!((plugin.value("peak") - 0.5 / 4.0).abs() < 1e-6, "without audio");
    // SAFETY: any id and value are allowed.
    unsafe { plugin.controller.setParamNormalized(id("peak"), 1.0) };
    assert!((plugin.value("peak") - 0.5 / 4.0).abs() < 1e-6, "through the controller");
}

#[test]
fn a_missing_queue_and_two_queues_of_one_parameter_are_survived() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.play(&[1.0; 8], &[]);
    let gain = id("gain");
    let quiet = [(0, position(-20.0))];
    let changes = Changes::with_missing(&[(gain, &[(0, 1.0)]), (gain, &quiet)], Some(0));
    let (ins, outs) = ([Samples::of(&[1.0; 64])], [Samples::unwritten(64)]);
    let mut call = Call::over(64, &ins, &outs);
    call.data.inputParameterChanges = Changes::pointer(&changes);
    assert_eq!(plugin.process(&mut call), kResultOk);
    plugin.play(&[1.0; 2000], &[]);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "the queue that is there");
    let both = [(gain, &[(0, 1.0)][..]), (gain, &[(10, position(0.0))])];
    plugin.play_with(&[1.0; 2000], &both);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[1.0; 64], 1e-5, "the later point of two queues");
    let many: Vec<(u32, &[(i32, f64)])> = (0..40).map(|_| (gain, &quiet[..])).collect();
    plugin.play_with(&[1.0; 2000], &many);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-5, "forty queues of one parameter");
}

#[test]
fn not_a_number_is_gone_with_its_block() {
    let plugin = Plugin::ready(RATE, 512);
    for level in [f32::NAN, f32::INFINITY, f32::MAX] {
        plugin.play(&[level; 512], &[(5, position(24.0)), (300, position(0.0))]);
        plugin.play_with(&[level; 512], &[(id("bypass"), &[(0, 1.0), (100, 0.0)])]);
        plugin.play(&[0.0; 2000], &[]);
        assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 1e-6, &format!("after {level}"));
        assert!(["peak", "rms"].iter().all(|meter| (0.0..=1.0).contains(&plugin.value(meter))), "{level}");
    }
}

#[test]
fn a_flush_without_audio_takes_parameters() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.flush("gain", position(-20.0));
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-9, "the controller knows");
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "before the first block: at once");
    plugin.flush("gain", position(0.0));
    let expected = curve(-20.0, &[(0, 0.0)], 64, RAMP);
    assert_close(&plugin.play(&[1.0; 64], &[]), &expected, 1e-5, "from the next block on");
    // Buses that are there, of which nothing else is.
    let mut call = Call::new(0, &[std::ptr::null_mut(); 2], &[std::ptr::null_mut(); 2])
        .with(&[(id("gain"), &[(0, position(-40.0))])]);
    call.buses()[0].__field0.channelBuffers32 = std::ptr::null_mut();
    call.buses()[1].__field0.channelBuffers32 = std::ptr::null_mut();
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert!((plugin.value("gain") - position(-40.0)).abs() < 1e-9);
    let mut call = Call::flush().with(&[(id("gain"), &[(0, 0.0), (0, position(-10.0))])]);
    (call.data.numInputs, call.data.numOutputs) = (1, 1);
    assert_eq!(plugin.process(&mut call), kResultOk, "buses are counted and not there");
    assert!((plugin.value("gain") - position(-10.0)).abs() < 1e-9, "the last of two at one frame");
}

#[test]
fn buffers_that_are_missing_are_silence() {
    let plugin = Plugin::ready(RATE, 64);
    let (input, output) = (Samples::of(&[1.0; 64]), Samples::unwritten(64));
    let null = std::ptr::null_mut();
    let run = |ins: &[*mut f32], outs: &[*mut f32]| plugin.process(&mut Call::new(64, ins, outs));
    assert_eq!(run(&[null, input.ptr()], &[output.ptr(), null]), kResultOk);
    assert_eq!(output[..], [0.0; 64], "a channel without input");
    assert_eq!(run(&[input.ptr(), null], &[output.ptr(), null]), kResultOk);
    assert_eq!(output[..], [1.0; 64], "its neighbour");
    assert_eq!(run(&[], &[output.ptr()]), kResultOk);
    assert_eq!(output[..], [0.0; 64], "a bus without channels");
    assert_eq!(run(&[input.ptr(); 2], &[]), kResultOk);
    assert_eq!(run(&[null; 2], &[null; 2]), kResultOk);
    let mut call = Call::flush();
    call.data.numSamples = 64;
    assert_eq!(plugin.process(&mut call), kResultOk, "no buses at all");
    (call.data.numInputs, call.data.numOutputs) = (-1, i32::MIN);
    assert_eq!(plugin.process(&mut call), kResultOk, "fewer than none");
    let mut call = Call::over(64, &[], &[]);
    call.buses().iter_mut().for_each(|bus| bus.numChannels = -1);
    assert_eq!(plugin.process(&mut call), kResultOk, "channels fewer than none");
    call.data.numSamples = -1;
    assert_eq!(plugin.process(&mut call), kInvalidArgument, "fewer frames than none");
    call.data.numSamples = 64;
    call.data.symbolicSampleSize = kSample64 as i32;
    assert_eq!(plugin.process(&mut call), kInvalidArgument, "64-bit samples");
}

#[test]
fn in_place_and_crossed_buffers_sound_the_same() {
    let (left, right) = (noise(512, 1), noise(512, 2));
    for crossed in [false, true] {
        let plugin = Plugin::ready(RATE, 512);
        plugin.play(&[1.0; 8], &[]);
        let (a, b) = (Samples::of(&left), Samples::of(&right));
        let outs = if crossed { [b.ptr(), a.ptr()] } else { [a.ptr(), b.ptr()] };
        let change = [(id("gain"), &[(100, position(-20.0))][..])];
        let mut call = Call::new(512, &[a.ptr(), b.ptr()], &outs).with(&change);
        assert_eq!(plugin.process(&mut call), kResultOk);
        let gains = curve(0.0, &[(100, -20.0)], 512, RAMP);
        let scaled = |sound: &[f32]| -> Vec<f64> {
            sound.iter().zip(&gains).map(|(sample, gain)| f64::from(*sample) * gain).collect()
        };
        let (first, second) = if crossed { (&right, &left) } else { (&left, &right) };
        assert_close(&a, &scaled(first), 1e-5, &format!("crossed {crossed}, first"));
        assert_close(&b, &scaled(second), 1e-5, &format!("crossed {crossed}, second"));
    }
}

#[test]
fn output_channels_beyond_ours_are_silent_whatever_they_share() {
    let plugin = Plugin::ready_mono(64);
    let (input, output, extra) = (Samples::of(&[0.5; 64]), Samples::unwritten(64), Samples::unwritten(64));
    let mut call = Call::new(64, &[input.ptr()], &[output.ptr(), extra.ptr(), std::ptr::null_mut()]);
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_eq!((output[..].to_vec(), extra[..].to_vec()), (vec![0.5; 64], vec![0.0; 64]));
    // Two buses where we have one.
    let more = Samples::unwritten(64);
    let mut call = Call::new(64, &[input.ptr()], &[output.ptr()]);
    let mut pointer = more.ptr();
    let mut buses = [call.buses()[1], call.buses()[1]];
    buses[1].__field0.channelBuffers32 = &mut pointer;
    (call.data.outputs, call.data.numOutputs) = (buses.as_mut_ptr(), 2);
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_eq!(more[..], [0.0; 64], "a bus beyond ours");
    // The extra channel in the buffer of our input, and in that of our output.
    let mut call = Call::new(64, &[input.ptr()], &[output.ptr(), input.ptr()]);
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_eq!(output[..], [0.5; 64], "our input is read before anything is silenced");
    assert_eq!(input[..], [0.0; 64], "and silenced then");
    let input = Samples::of(&[0.5; 64]);
    let mut call = Call::new(64, &[input.ptr()], &[output.ptr(), output.ptr()]);
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_eq!(output[..], [0.5; 64], "our output is not silenced");
}

#[test]
fn sound_is_not_marked_as_silence() {
    let plugin = Plugin::ready(RATE, 64);
    let (ins, outs) = ([(); 2].map(|()| Samples::of(&[0.5; 64])), [(); 2].map(|()| Samples::unwritten(64)));
    let mut call = Call::over(64, &ins, &outs);
    // Left over from a block of silence, in hosts that use one struct for all blocks.
    call.buses()[1].silenceFlags = u64::MAX;
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_eq!(call.buses()[1].silenceFlags & 3, 0);
}

#[test]
fn blocks_longer_than_promised_sound_like_short_ones() {
    let sound = noise(8192, 3);
    let changes = [(5, position(12.0)), (1000, position(-30.0)), (8191, position(0.0))];
    let mut whole: Option<Vec<f32>> = None;
    for longest in [8192, 1, 16, 100, 4096] {
        let plugin = Plugin::ready(RATE, longest);
        plugin.play(&[1.0], &[]);
        let out = plugin.play(&sound, &changes);
        assert!(whole.get_or_insert_with(|| out.clone()) == &out, "promised {longest}");
    }
}

#[test]
fn bypass_fades_over_5_ms_on_its_frame() {
    let plugin = Plugin::ready(RATE, 1000);
    plugin.flush("gain", position(-20.0));
    plugin.play(&[1.0; 8], &[]);
    let fade = |from: f64, to: f64| -> Vec<f64> {
        let over = |i: usize| ((i + 1).saturating_sub(37) as f64 / FADE as f64).min(1.0);
        (0..1000).map(|i| from + (to - from) * over(i)).collect()
    };
    let bypass = |on: f64| plugin.play_with(&[1.0; 1000], &[(id("bypass"), &[(37, on)])]);
    assert_close(&bypass(1.0), &fade(0.1, 1.0), 1e-5, "to dry");
    let sound = noise(1000, 4);
    assert_eq!(plugin.play(&sound, &[]), sound, "dry to the bit");
    assert_close(&bypass(0.0), &fade(1.0, 0.1), 1e-5, "back");
}

#[test]
fn meters_are_reported_and_come_to_rest() {
    let plugin = Plugin::ready(RATE, 512);
    let room = Changes::room();
    let mut last = [None; 2];
    let mut feed = |level: f32, blocks: usize| {
        let (ins, outs) =
            ([level; 2].map(|x| Samples::of(&[x; 512])), [(); 2].map(|()| Samples::unwritten(512)));
        for _ in 0..blocks {
            assert_eq!(plugin.process(&mut Call::over(512, &ins, &outs).reporting(&room)), kResultOk);
            for (last, meter) in last.iter_mut().zip(["peak", "rms"]) {
                *last = room.reported(id(meter)).or(*last);
            }
            assert_eq!(room.reported(id("gain")), None, "what the host sets is not reported back");
            room.clear();
        }
        last.map(|value| value.expect("reported") * 4.0)
    };
    let [peak, rms] = feed(0.5, 300);
    assert!((peak - 0.5).abs() < 1e-6, "peak {peak}");
    assert!((rms - 0.5).abs() < 1e-3, "rms {rms}");
    assert_eq!(feed(0.0, 2000), [0.0; 2]);
    assert_eq!([plugin.value("peak"), plugin.value("rms")], [0.0; 2], "the controller shows the same");
}
