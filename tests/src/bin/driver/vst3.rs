//! Blocks of the VST3 binary.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use dyad_core::state::{Fields, Writer};
use dyad_tests::gain::{RATE, id, noise, position};
use dyad_tests::memory::{Guarded, Samples};
use dyad_tests::vst3::{Call, Changes, Pass, Plugin, Said, Stream, disorder};
use serde_json::json;
use vst3::ComPtr;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample64;
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IComponent, IComponentTrait, IParameterChanges, ProcessContext,
};
use vst3::Steinberg::kResultOk;

use crate::Report;

fn channels(frames: usize) -> ([Samples; 2], [Samples; 2]) {
    let ins = [1, 2].map(|seed| Samples::of(&noise(frames, seed)));
    (ins, [(); 2].map(|()| Samples::unwritten(frames)))
}

pub(super) fn scenarios(report: &mut Report) {
    sizes(report);
    parameters(report);
    buffers(report);
    samples(report);
    moments(report);
    everything(report);
    disordered(report);
    states(report);
}

/// The plugin that uses everything.
fn everything(report: &mut Report) {
    let first = FIRST_RESERVED_VST3_ID;
    let points: Vec<_> = (0..32).map(|n| (n * 16, f64::from(n % 5) / 4.0)).collect();
    let wheels: Vec<_> = (0..16).map(|channel| (first + channel * 130 + 1, &points[..])).collect();
    let own = ["gain", "follow", "coarse", "press", "delay", "bypass", "voice_1_level"];
    let own: Vec<_> = own.iter().map(|param| (id(param), &points[..])).collect();
    let notes: Vec<_> = (0..400)
        .map(|n| {
            (n, Said::On((n % 16) as i16, (n % 128) as i16, 0.5, if n % 3 == 0 { 30.0 } else { 0.0 }, n))
        })
        .collect();
    let mut all = notes.clone();
    for n in 0..2000 {
        all.push((n / 4, Said::Expression(n as u32 % 6, 0.3, n % 500)));
        all.push((n / 4, Said::Off((n % 16) as i16, (n % 128) as i16, 0.5, -1)));
    }
    let message: Vec<u8> = [0xF0].into_iter().chain([1; 300]).chain([0xF7]).collect();
    let messages: Vec<_> = (0..40).map(|n| (n, Said::SysEx(message.clone()))).collect();
    // SAFETY: plain numbers, for which zeros are fine.
    let mut context: ProcessContext = unsafe { std::mem::zeroed() };
    (context.state, context.tempo) = (u32::MAX, 120.0);
    let mut scenario = |name: &str, plugin: &Plugin, mut pass: Pass| {
        report.watch(name, || {
            pass.run(plugin);
        });
    };
    let stereo = || Pass::new(512, &[2], &[2]).of(0.5).at(context);
    let ready = || Plugin::ready_probe(512);
    scenario("probe: nothing", &ready(), stereo());
    scenario(
        "probe: points of many parameters, its own edits, a new latency",
        &ready(),
        stereo().with(&own),
    );
    scenario("probe: controllers of all channels", &ready(), stereo().with(&wheels));
    scenario("probe: four hundred notes", &ready(), stereo().hearing(&notes));
    scenario("probe: more events than there is room for", &ready(), stereo().hearing(&all).with(&wheels));
    scenario("probe: more messages than there is room for", &ready(), stereo().hearing(&messages));
    scenario("probe: events without audio", &ready(), Pass::new(0, &[2], &[2]).hearing(&all).with(&wheels));
    let mut deaf = stereo().hearing(&notes).with(&own);
    (deaf.data.outputEvents, deaf.data.outputParameterChanges) =
        (std::ptr::null_mut(), std::ptr::null_mut());
    scenario("probe: a host that takes nothing", &ready(), deaf);
    let mut silent = stereo().of(0.0);
    silent.buses[0].silenceFlags = 3;
    scenario("probe: silence", &ready(), silent);
    let plugin = Plugin::probe();
    plugin.set_up_for(kSample64 as i32, RATE, 512);
    plugin.start();
    let mut double = Pass::<f64>::new(512, &[2], &[2]).of(0.5).with(&own).hearing(&notes);
    report.watch("probe: samples of 64 bits", || {
        double.run(&plugin);
    });
}

/// What hosts must not give.
fn disordered(report: &mut Report) {
    let plugin = Plugin::ready_probe(disorder::FRAMES);
    let (gain, wheel) = (disorder::points(1), disorder::points(2));
    let mut pass = Pass::<f32>::new(disorder::FRAMES, &[2], &[2])
        .of(0.5)
        .with(&[(FIRST_RESERVED_VST3_ID + 1, &wheel), (id("gain"), &gain)])
        .hearing(&disorder::notes());
    report.watch("probe: points and events out of order", || {
        pass.run(&plugin);
    });
}

/// Loading, and saving, on another thread than the one that is watched.
fn states(report: &mut Report) {
    let gain = Plugin::ready(RATE, 512);
    gain.flush("gain", position(-20.0));
    let states = [Plugin::new().save(), gain.save()];
    loaded_before(report, "a state that was loaded just before", &gain, &states);
    let probe = Plugin::ready_probe(512);
    let documents = [("one", -20.0), ("another one", 0.0)].map(|(word, gain)| {
        let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 2);
        writer.float("gain", gain);
        writer.float("follow", 0.5);
        writer.properties(&[("title", word.to_owned()), ("file", format!("/no such file, {word}"))]);
        writer.finish_with(&Fields::of(&json!({ "words": vec![word; 20] })).expect("fields"))
    });
    loaded_before(report, "probe: a state that was loaded just before", &probe, &documents);
    let ended = AtomicBool::new(false);
    let component = probe.component.clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let host = Host(component.clone());
            for state in documents.iter().cycle() {
                host.load(state);
                host.save();
                if ended.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let mut pass = Pass::<f32>::new(512, &[2], &[2]).of(0.5);
        report.watch("probe: beside a thread that saves and loads", || {
            for _ in 0..250 {
                pass.run(&probe);
            }
        });
        ended.store(true, Ordering::Relaxed);
    });
}

/// A host's main thread, which is another one than that of the sound.
struct Host(ComPtr<IComponent>);

impl Host {
    fn load(&self, state: &[u8]) {
        let stream = Stream::new(state, 0, 100);
        // SAFETY: a valid stream.
        assert_eq!(unsafe { self.0.setState(Stream::pointer(&stream)) }, kResultOk);
    }

    fn save(&self) {
        let stream = Stream::new(&[], 0, 100);
        // SAFETY: a valid stream.
        assert_eq!(unsafe { self.0.getState(Stream::pointer(&stream)) }, kResultOk);
    }
}

/// Watches blocks, each behind a load of one of the states. The watched thread waits for it without the system.
fn loaded_before(report: &mut Report, name: &str, plugin: &Plugin, states: &[Vec<u8>; 2]) {
    const OVER: u32 = u32::MAX;
    let (wanted, loaded) = (AtomicU32::new(0), AtomicU32::new(0));
    let component = plugin.component.clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (host, mut last) = (Host(component.clone()), 0);
            loop {
                match wanted.load(Ordering::Acquire) {
                    OVER => return,
                    number if number != last => {
                        host.load(&states[number as usize % 2]);
                        last = number;
                        loaded.store(number, Ordering::Release);
                    }
                    _ => std::thread::yield_now(),
                }
            }
        });
        let mut pass = Pass::<f32>::new(512, &[2], &[2]).of(0.5);
        report.watch(name, || {
            let number = wanted.load(Ordering::Relaxed) + 1;
            wanted.store(number, Ordering::Release);
            while loaded.load(Ordering::Acquire) != number {
                std::hint::spin_loop();
            }
            pass.run(plugin);
        });
        wanted.store(OVER, Ordering::Release);
    });
}

fn sizes(report: &mut Report) {
    for longest in [4096, 64, 1] {
        let plugin = Plugin::ready(RATE, longest);
        for frames in [1, 2, 3, 7, 16, 63, 64, 65, 100, 512, 1000, 1024, 4095, 4096] {
            let (ins, outs) = channels(frames);
            let mut call = Call::over(frames, &ins, &outs);
            let name = format!("{frames} frames, {longest} promised");
            report.watch(&name, || {
                plugin.process(&mut call);
            });
        }
    }
}

fn parameters(report: &mut Report) {
    let (ins, outs) = channels(512);
    let room = Changes::room();
    let points: Vec<_> = (0..32).map(|n| (n * 16, f64::from(n % 5) / 4.0)).collect();
    let unsorted: Vec<_> = points.iter().rev().copied().collect();
    let all = ["gain", "bypass", "peak", "rms"].map(|param| (id(param), &points[..]));
    let many: Vec<_> = (0..100).map(|_| (id("gain"), &points[..])).collect();
    let junk = [
        (0x3fff_fff0, &points[..]),
        (u32::MAX, &points[..]),
        (id("gain"), &unsorted[..]),
        (id("gain"), &[(-1, f64::NAN), (i32::MAX, 9.0), (i32::MIN, f64::INFINITY)]),
        (id("bypass"), &[]),
    ];
    for (name, changes) in [
        ("no changes", &[][..]),
        ("32 points of the gain", &all[..1]),
        ("32 points of every parameter", &all[..]),
        ("bypass back and forth", &all[1..2]),
        ("more queues than there are parameters", &many[..]),
        ("changes that make no sense", &junk[..]),
    ] {
        let plugin = Plugin::ready(RATE, 512);
        let mut call = Call::over(512, &ins, &outs).with(changes).reporting(&room);
        report.watch(name, || {
            plugin.process(&mut call);
            room.clear();
        });
        let mut flush = Call::flush().with(changes);
        report.watch(&format!("{name}, without audio"), || {
            plugin.process(&mut flush);
        });
    }
    let plugin = Plugin::ready(RATE, 512);
    let full = Changes::new(&[]);
    let mut call = Call::over(512, &ins, &outs).reporting(&full);
    report.watch("meters that the host has no room for", || {
        plugin.process(&mut call);
    });
    let mut call = Call::over(512, &ins, &outs);
    let missing = Changes::with_missing(&[(id("gain"), &points)], Some(0));
    call.data.inputParameterChanges = Changes::pointer(&missing);
    report.watch("a queue that is not there", || {
        plugin.process(&mut call);
    });
    call.data.inputParameterChanges = std::ptr::null_mut::<IParameterChanges>();
    let state = plugin.save();
    report.watch("the block after a state was loaded", {
        // Loading takes memory, and is no business of the audio thread; so it happens beforehand.
        let _ = plugin.load(&state);
        || {
            plugin.process(&mut call);
        }
    });
}

fn buffers(report: &mut Report) {
    let (ins, outs) = channels(512);
    let [a, b, c, d] = [ins[0].ptr(), ins[1].ptr(), outs[0].ptr(), outs[1].ptr()];
    let null = std::ptr::null_mut();
    let odd = [1, 2].map(|offset| Guarded::aligned(&[0; 2048], offset));
    let [x, y] = [odd[0].ptr().cast(), odd[1].ptr().cast()];
    for (name, ins, outs) in [
        ("in place", [a, b], &[a, b][..]),
        ("crossed in place", [a, b], &[b, a]),
        ("one buffer for all", [a, a], &[a, a]),
        ("one output for both", [a, b], &[c, c]),
        ("no inputs", [null, null], &[c, d]),
        ("no outputs", [a, b], &[null, null]),
        ("half of both", [a, null], &[null, d]),
        ("a channel beyond ours", [a, b], &[c, d, x]),
        ("one channel short", [a, b], &[c]),
        ("no channels", [a, b], &[]),
        ("odd addresses", [x, y], &[x, y]),
    ] {
        let plugin = Plugin::ready(RATE, 512);
        let points = [(100, 0.2), (300, 0.9)];
        let mut call = Call::new(512, &ins, outs).with(&[(id("gain"), &points), (id("bypass"), &points)]);
        report.watch(name, || {
            plugin.process(&mut call);
        });
    }
    let plugin = Plugin::ready_mono(512);
    let mut call = Call::new(512, &[a, b], &[c, d]);
    report.watch("a mono plugin in a stereo bus", || {
        plugin.process(&mut call);
    });
    let mut call = Call::flush();
    call.data.numSamples = 512;
    report.watch("no buses", || {
        plugin.process(&mut call);
    });
}

fn samples(report: &mut Report) {
    for (name, sample) in [
        ("NaN", f32::NAN),
        ("infinity", f32::INFINITY),
        ("the largest numbers", f32::MAX),
        ("denormals", 1e-40),
        ("silence", 0.0),
    ] {
        let ins = [(); 2].map(|()| Samples::of(&[sample; 512]));
        let outs = [(); 2].map(|()| Samples::unwritten(512));
        let (plugin, room) = (Plugin::ready(RATE, 512), Changes::room());
        let points: Vec<_> = (0..32).map(|n| (n * 16, f64::from(n % 5) / 4.0)).collect();
        let changes = [(id("gain"), &points[..]), (id("bypass"), &points)];
        let mut call = Call::over(512, &ins, &outs).with(&changes).reporting(&room);
        report.watch(name, || {
            plugin.process(&mut call);
            room.clear();
        });
    }
}

fn moments(report: &mut Report) {
    let (ins, outs) = channels(512);
    let plugin = Plugin::ready(RATE, 512);
    let mut call = Call::over(512, &ins, &outs);
    report.watch("processing turned off and on", || {
        // SAFETY: valid, and allowed on the audio thread.
        unsafe {
            plugin.processor.setProcessing(0);
            plugin.processor.setProcessing(1);
        }
        plugin.process(&mut call);
    });
    report.watch("latency, tail and values asked for", || {
        // SAFETY: valid; hosts ask from anywhere.
        unsafe {
            plugin.processor.getLatencySamples();
            plugin.processor.getTailSamples();
        }
        let _ = plugin.value("gain");
    });
    for (name, change) in [
        ("64-bit samples, refused", (|call: &mut Call| call.data.symbolicSampleSize = 1) as fn(&mut Call)),
        ("fewer frames than none, refused", |call| call.data.numSamples = -1),
    ] {
        let mut call = Call::over(512, &ins, &outs);
        change(&mut call);
        report.watch(name, || {
            plugin.process(&mut call);
        });
    }
    plugin.stop();
    report.watch("not active, refused", || {
        plugin.process(&mut call);
    });
    report.watch("no block, refused", || {
        // SAFETY: null is refused.
        unsafe { plugin.processor.process(std::ptr::null_mut()) };
    });
}
