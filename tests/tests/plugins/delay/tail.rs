//! What a host is told of the tail, and of which tempo it is, and that it is true.
#![allow(unsafe_code)]

use dyad_tests::gain::id;
use dyad_tests::sound::{Format, render_both};
use dyad_tests::vst3::{Module, Pass, Plugin};
use vst3::Steinberg::Vst::ProcessContext;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::{kPlaying, kTempoValid};
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, ProcessContext_::StatesAndFlags_::kProjectTimeMusicValid,
};
use vst3::Steinberg::kResultOk;

use super::{RATE, noise, only_echoes};

/// A dotted eighth, which a new instance has, at 120 quarter notes per minute.
const DOTTED: u32 = 18_000;
/// Of 50 % feedback, in the parameter's position.
const HALF: f64 = 50.0 / 110.0;

fn ready() -> Plugin {
    let binary = Format::Vst3.bundle("delay").join("Contents/x86_64-linux/delay.so");
    // The module stays for as long as the program runs, as in hosts.
    let module: &'static Module = Box::leak(Box::new(Module::of(&binary, "urn:dyad:delay")));
    let plugin = Plugin::of(module);
    assert_eq!(plugin.set_up(f64::from(RATE), 512), kResultOk);
    plugin.start();
    plugin
}

/// Sets positions, plays on until every fade is over, and asks.
fn tail(plugin: &Plugin, set: &[(&str, f64)], context: Option<ProcessContext>) -> u32 {
    for n in 0..8 {
        let points: Vec<_> = set.iter().map(|(name, position)| (id(name), [(0, *position)])).collect();
        let points: Vec<_> = points.iter().map(|(id, points)| (*id, &points[..])).collect();
        let mut pass = Pass::<f32>::new(512, &[2], &[2]).with(if n == 0 { &points } else { &[] });
        if let Some(context) = context {
            pass = pass.at(context);
        }
        assert_eq!(pass.run(plugin), kResultOk);
    }
    // SAFETY: valid.
    unsafe { plugin.processor.getTailSamples() }
}

#[test]
fn it_follows_time_feedback_and_freeze() {
    let plugin = ready();
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.processor.getTailSamples() }, 8 * DOTTED, "before the first block, at 40 %");
    assert_eq!(tail(&plugin, &[("feedback", HALF)], None), 11 * DOTTED);
    assert_eq!(tail(&plugin, &[("feedback", 0.0)], None), DOTTED);
    assert_eq!(tail(&plugin, &[("feedback", HALF), ("freeze", 1.0)], None), u32::MAX);
    assert_eq!(tail(&plugin, &[("freeze", 0.0)], None), 11 * DOTTED);
    assert_eq!(tail(&plugin, &[("feedback", 1.0)], None), u32::MAX, "110 %");
}

#[test]
fn a_host_that_tells_no_tempo_has_the_last_one_or_120() {
    let plugin = ready();
    // SAFETY: numbers, which may be zero.
    let mut context: ProcessContext = unsafe { std::mem::zeroed() };
    context.sampleRate = f64::from(RATE);
    let mut told = |flags, tempo, beats| {
        context.state = kPlaying | kProjectTimeMusicValid | flags;
        (context.tempo, context.projectTimeMusic) = (tempo, beats);
        tail(&plugin, &[("feedback", 0.0)], Some(context))
    };
    assert_eq!(told(0, 0.0, 0.0), DOTTED, "120");
    assert_eq!(told(kTempoValid, 60.0, 3.0), 2 * DOTTED);
    // Jumps of the song's position and loops are nothing to it.
    assert_eq!(told(kTempoValid, 60.0, -700.0), 2 * DOTTED);
    assert_eq!(told(0, 0.0, 9.0), 2 * DOTTED, "the last one");
    for nonsense in [0.0, -90.0, f64::NAN, f64::INFINITY] {
        assert_eq!(told(kTempoValid, nonsense, 9.0), 2 * DOTTED, "{nonsense}");
    }
    assert_eq!(told(kTempoValid, 90.0, 9.0), DOTTED * 4 / 3);
}

#[test]
fn what_is_left_after_it_is_60_db_down() {
    let set = only_echoes(&["sync=1", "feedback=50"]);
    let input = noise(4 * RATE as usize, 0.05);
    let out = render_both("delay", RATE, &input, &[&set[..], &["--tail", "10"]].concat());
    let energy = |part: &[f32]| part.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
    let end = 4 * RATE as usize;
    for channel in &out {
        // Of what sounded in the last echo's length.
        let level = energy(&channel[end - DOTTED as usize..end]);
        let after = |frames: u32| energy(&channel[end + frames as usize..]);
        assert!(after(11 * DOTTED) <= 1e-6 * level, "{} of {level}", after(11 * DOTTED));
        assert!(after(9 * DOTTED) > 1e-6 * level, "{} of {level}", after(9 * DOTTED));
    }
}
