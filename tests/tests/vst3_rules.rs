//! VST3's own rules, and what hosts do to plugins all the same: indices, the order of set-up, arrangement and
//! activation, streams that say what is not so, and hosts that give nothing.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use std::cell::Cell;
use std::ffi::c_void;

use dyad_core::identity::{FIRST_RESERVED_VST3_ID, PROGRAM_VST3_ID};
use dyad_editor_abi::FromEditor;
use dyad_tests::command::hush;
use dyad_tests::gain::{self, RATE, assert_close, curve, position};
use dyad_tests::vst3::{Call, Module, Pass, Plugin, StandIn, Stream, view_of};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::SpeakerArr::{k51, kEmpty, kMono, kStereo};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComWrapper};

/// Indices that no list of `count` has.
fn beyond(count: i32) -> [i32; 5] {
    [count, count + 1, -1, i32::MAX, i32::MIN]
}

fn zeroed<T>() -> T {
    // SAFETY: used with plain structs of numbers and text, for which zeros are fine.
    unsafe { std::mem::zeroed() }
}

#[test]
fn indices_beyond_the_last_are_refused() {
    let (factory, plugin) = (Module::gain().factory(), Plugin::new());
    // SAFETY: places for the answers; any index is allowed.
    unsafe {
        assert_eq!(factory.countClasses(), 1);
        for n in beyond(1) {
            assert_eq!(factory.getClassInfo(n, &mut zeroed()), kInvalidArgument, "{n}");
            assert_eq!(factory.getClassInfo2(n, &mut zeroed()), kInvalidArgument, "{n}");
            assert_eq!(factory.getClassInfoUnicode(n, &mut zeroed()), kInvalidArgument, "{n}");
        }
        for n in beyond(plugin.controller.getParameterCount()) {
            assert_eq!(plugin.controller.getParameterInfo(n, &mut zeroed()), kInvalidArgument, "{n}");
        }
        let component = &plugin.component;
        for direction in [kInput as i32, kOutput as i32, 2, -1] {
            for media in [kAudio as i32, kEvent as i32, 2, -1] {
                let count = component.getBusCount(media, direction);
                let audio = media == kAudio as i32 && (0..2).contains(&direction);
                assert_eq!(count, i32::from(audio), "media {media}, direction {direction}");
                for n in beyond(count) {
                    let info = component.getBusInfo(media, direction, n, &mut zeroed());
                    assert_eq!(info, kInvalidArgument, "{media} {direction} {n}");
                    assert_eq!(component.activateBus(media, direction, n, 1), kInvalidArgument);
                }
            }
            for n in beyond(1) {
                let answer = plugin.processor.getBusArrangement(direction, n, &mut 0);
                assert_eq!(answer, kInvalidArgument, "{direction} {n}");
            }
        }
        let unknown = 0x3fff_fff0;
        let (c, mut text) = (&plugin.controller, zeroed());
        assert_eq!(c.getParamStringByValue(unknown, 0.5, &mut text), kInvalidArgument);
        assert_eq!(c.setParamNormalized(unknown, 0.5), kInvalidArgument);
        assert_eq!(c.getParamNormalized(unknown), 0.0);
    }
}

#[test]
fn absurd_numbers_have_their_answers_in_the_smaller_interfaces_too() {
    let plugin = Plugin::probe();
    macro_rules! face {
        ($interface:ident) => {
            plugin.component.cast::<$interface>().expect(stringify!($interface))
        };
    }
    let (units, mapping) = (face!(IUnitInfo), face!(IMidiMapping));
    let (expressions, hands) = (face!(INoteExpressionController), face!(INoteExpressionPhysicalUIMapping));
    let (editing, knobs) = (face!(IEditControllerHostEditing), face!(IEditController2));
    let (presented, mapping2) = (face!(IAudioPresentationLatency), face!(IMidiMapping2));
    let (mut list, mut name): (ProgramListInfo, String128) = (zeroed(), [0; 128]);
    let mut hand = [PhysicalUIMap { physicalUITypeID: u32::MAX, noteExpressionTypeID: 77 }];
    let mut map = PhysicalUIMapList { count: 1, map: hand.as_mut_ptr() };
    // SAFETY: places for the answers; any number is allowed.
    unsafe {
        assert_eq!(units.getProgramListInfo(0, &mut list), kResultOk);
        let programs = list.programCount;
        for n in beyond(units.getUnitCount()) {
            assert_eq!(units.getUnitInfo(n, &mut zeroed()), kInvalidArgument, "unit {n}");
        }
        for n in beyond(units.getProgramListCount()) {
            assert_eq!(units.getProgramListInfo(n, &mut zeroed()), kInvalidArgument, "list {n}");
        }
        // A list that there is, with programs that are not; and the other way round.
        let wrong = beyond(programs).map(|n| (list.id, n)).into_iter();
        for (list, n) in wrong.chain(beyond(list.id + 1).map(|list| (list, 0))) {
            let attribute = PresetAttributes::kPlugInCategory;
            let answers = [
                units.getProgramName(list, n, &mut name),
                units.getProgramInfo(list, n, attribute, &mut name),
                units.hasProgramPitchNames(list, n),
                units.getProgramPitchName(list, n, 60, &mut name),
            ];
            assert_eq!(answers, [kInvalidArgument; 4], "program {n} of list {list}");
            assert_eq!(units.setUnitProgramData(list, n, std::ptr::null_mut()), kNotImplemented);
        }
        for pitch in [-1, 128, i16::MAX, i16::MIN] {
            let answer = units.getProgramPitchName(list.id, 0, pitch, &mut name);
            assert_eq!(answer, kResultFalse, "pitch {pitch}");
        }
        assert_eq!(units.getProgramInfo(list.id, 1, c"nobody's".as_ptr(), &mut name), kResultFalse);
        for unit in [1, 99, -1, i32::MAX, i32::MIN] {
            assert_eq!(units.selectUnit(unit), kResultFalse, "unit {unit}");
        }
        for n in [-1, 0, 7, i32::MAX, i32::MIN] {
            assert_eq!(units.getUnitByBus(n, n, n, n, &mut 0), kResultFalse, "bus {n}");
        }
        let places = [(1, 0), (-1, 0), (i32::MAX, 0), (i32::MIN, 0), (0, 16), (0, -1), (0, i16::MAX)];
        for (bus, channel) in places {
            assert_eq!(expressions.getNoteExpressionCount(bus, channel), 0);
            let info = expressions.getNoteExpressionInfo(bus, channel, 0, &mut zeroed());
            let text = expressions.getNoteExpressionStringByValue(bus, channel, 0, 0.5, &mut name);
            let value =
                expressions.getNoteExpressionValueByString(bus, channel, 0, name.as_ptr(), &mut 0.0);
            let hand = hands.getPhysicalUIMapping(bus, channel, &mut map);
            assert_eq!([info, text, value, hand], [kInvalidArgument; 4], "bus {bus}, channel {channel}");
            assert_eq!(mapping.getMidiControllerAssignment(bus, channel, 1, &mut 0), kResultFalse);
        }
        for n in beyond(expressions.getNoteExpressionCount(0, 0)) {
            assert_eq!(expressions.getNoteExpressionInfo(0, 0, n, &mut zeroed()), kInvalidArgument, "{n}");
        }
        for kind in [6, 7, 100_000, u32::MAX] {
            let text = expressions.getNoteExpressionStringByValue(0, 0, kind, 0.5, &mut name);
            let value = expressions.getNoteExpressionValueByString(0, 0, kind, name.as_ptr(), &mut 0.0);
            assert_eq!([text, value], [kInvalidArgument; 2], "type {kind}");
        }
        for value in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
            let text = expressions.getNoteExpressionStringByValue(0, 0, 2, value, &mut name);
            assert_eq!(text, kResultOk, "{value} is brought into the range");
        }
        assert_eq!(hands.getPhysicalUIMapping(0, 0, &mut map), kResultOk);
        let none = NoteExpressionTypeIDs_::kInvalidTypeID as u32;
        assert_eq!(hand[0].noteExpressionTypeID, none, "a movement that nobody knows");
        for number in [130, -1, i16::MAX, i16::MIN] {
            assert_eq!(mapping.getMidiControllerAssignment(0, 0, number, &mut 0), kResultFalse);
        }
        for direction in [kOutput, 2, 99] {
            assert_eq!(mapping2.getNumMidi1ControllerAssignments(direction), 0, "{direction}");
            assert_eq!(mapping2.getNumMidi2ControllerAssignments(direction), 0, "{direction}");
        }
        for direction in [kInput as i32, kOutput as i32, 2, -1, i32::MAX, i32::MIN] {
            let count = plugin.component.getBusCount(kAudio as i32, direction);
            for bus in beyond(count) {
                let answer = presented.setAudioPresentationLatencySamples(direction, bus, 64);
                assert_eq!(answer, kInvalidArgument, "{direction} {bus}");
            }
        }
        for mode in [-1, 3, i32::MAX, i32::MIN] {
            assert_eq!(knobs.setKnobMode(mode), kResultFalse, "knob mode {mode}");
            assert_eq!(plugin.component.setIoMode(mode), kNotImplemented, "mode {mode}");
        }
        // Just before what is reserved for controllers, just behind it, and behind the choice of a program.
        let nobodys = [0, 1, FIRST_RESERVED_VST3_ID - 1, PROGRAM_VST3_ID + 1, u32::MAX];
        for id in nobodys {
            assert_eq!(editing.beginEditFromHost(id), kInvalidArgument, "{id:#x}");
            assert_eq!(editing.endEditFromHost(id), kInvalidArgument, "{id:#x}");
            let c = &plugin.controller;
            assert_eq!(c.getParamStringByValue(id, 0.5, &mut name), kInvalidArgument, "{id:#x}");
            assert_eq!(c.getParamValueByString(id, name.as_mut_ptr(), &mut 0.0), kInvalidArgument);
            assert_eq!(c.setParamNormalized(id, 0.5), kInvalidArgument, "{id:#x}");
            assert_eq!(c.getParamNormalized(id), 0.0, "{id:#x}");
            assert_eq!((c.normalizedParamToPlain(id, 0.3), c.plainParamToNormalized(id, 0.3)), (0.3, 0.3));
        }
        let known = [gain::id("gain"), FIRST_RESERVED_VST3_ID + 1, PROGRAM_VST3_ID];
        for id in known {
            for value in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e300, -1e300] {
                let c = &plugin.controller;
                assert_eq!(c.getParamStringByValue(id, value, &mut name), kResultOk, "{id:#x} {value}");
                let back = c.plainParamToNormalized(id, value);
                assert!((0.0..=1.0).contains(&back), "{id:#x} {value}: {back}");
                assert!(c.normalizedParamToPlain(id, value).is_finite(), "{id:#x} {value}");
                let answer = if value.is_nan() { kInvalidArgument } else { kResultOk };
                assert_eq!(c.setParamNormalized(id, value), answer, "{id:#x} {value}");
                assert!((0.0..=1.0).contains(&c.getParamNormalized(id)), "{id:#x} {value}");
            }
        }
    }
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(&plugin), kResultOk, "it plays on");
}

#[test]
fn set_up_after_activation_counts() {
    let plugin = Plugin::new();
    plugin.start();
    assert_eq!(plugin.set_up(96_000.0, 2048), kResultOk, "as some hosts do it");
    assert_close(&plugin.play(&[1.0; 64], &[]), &[1.0; 64], 0.0, "at rest");
    let expected = curve(0.0, &[(10, -20.0)], 2048, 1920);
    let sound = plugin.play(&[1.0; 2048], &[(10, position(-20.0))]);
    assert_close(&sound, &expected, 1e-5, "20 ms at 96 kHz");
}

#[test]
fn set_ups_that_make_no_sense_are_refused_and_the_old_one_stays() {
    let plugin = Plugin::ready(RATE, 64);
    let set_up = |rate, frames, size, mode| {
        let mut setup: ProcessSetup = zeroed();
        (setup.sampleRate, setup.maxSamplesPerBlock) = (rate, frames);
        (setup.symbolicSampleSize, setup.processMode) = (size, mode);
        // SAFETY: valid.
        unsafe { plugin.processor.setupProcessing(&mut setup) }
    };
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(set_up(rate, 64, 0, 0), kInvalidArgument, "{rate} Hz");
    }
    for frames in [0, -1, i32::MIN] {
        assert_eq!(set_up(RATE, frames, 0, 0), kInvalidArgument, "{frames} frames");
    }
    for size in [SymbolicSampleSizes_::kSample64 as i32, 2, -1, i32::MAX, i32::MIN] {
        assert_eq!(set_up(RATE, 64, size, 0), kResultFalse, "sample size {size}");
    }
    // SAFETY: any number is allowed.
    unsafe {
        assert_eq!(plugin.processor.canProcessSampleSize(0), kResultOk);
        assert_eq!(plugin.processor.canProcessSampleSize(1), kResultFalse);
        for size in [2, -1, i32::MAX, i32::MIN] {
            assert_eq!(plugin.processor.canProcessSampleSize(size), kInvalidArgument, "{size}");
        }
    }
    // The mode is each block's own.
    for mode in [-1, 3, i32::MAX] {
        assert_eq!(set_up(RATE, 64, 0, mode), kResultOk, "mode {mode}");
    }
    plugin.flush("gain", position(0.0));
    let expected = curve(0.0, &[(0, -20.0)], 2000, gain::RAMP);
    plugin.play(&[1.0; 64], &[]);
    assert_close(&plugin.play(&[1.0; 2000], &[(0, position(-20.0))]), &expected, 1e-5, "still at 48 kHz");
    assert_eq!(set_up(RATE, i32::MAX, 0, 0), kResultOk, "longer blocks than anybody has are only cut");
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "and it plays");
}

#[test]
fn blocks_that_make_no_sense_are_refused_or_read_as_the_nearest_that_does() {
    let plugin = Plugin::ready_probe(64);
    let run = |change: fn(&mut ProcessData)| {
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).of(0.5);
        change(&mut pass.data);
        (pass.run(&plugin), pass.outs[0][0][63])
    };
    let refused = (kInvalidArgument, 0.0);
    assert_eq!(run(|data| data.numSamples = -1), refused);
    assert_eq!(run(|data| data.numSamples = i32::MIN), refused);
    for size in [SymbolicSampleSizes_::kSample64 as i32, 2, -1, i32::MAX] {
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).of(0.5);
        pass.data.symbolicSampleSize = size;
        assert_eq!((pass.run(&plugin), pass.outs[0][0][63]), refused, "sample size {size}");
    }
    for mode in [-1, 3, i32::MAX, i32::MIN] {
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).of(0.5);
        pass.data.processMode = mode;
        assert_eq!((pass.run(&plugin), pass.outs[0][0][63]), (kResultOk, 0.5), "mode {mode}");
        assert_eq!(plugin.plain("mode"), 0.0, "mode {mode} is in time");
    }
    assert_eq!(run(|data| data.numSamples = 0), (kResultOk, 0.0), "no frames");
    assert_eq!(run(|data| data.numInputs = -1), (kResultOk, 0.0), "fewer inputs than none: silence");
    assert_eq!(run(|data| data.numOutputs = i32::MIN), (kResultOk, 0.0), "no place for the sound");
    assert_eq!(run(|_| ()), (kResultOk, 0.5), "and it plays on");
}

#[test]
fn arrangements_are_taken_in_any_order_and_impossible_ones_refused() {
    let plugin = Plugin::new();
    assert_eq!(plugin.arrangement(), [kStereo; 2], "stereo without being asked");
    for before in [true, false] {
        let plugin = Plugin::new();
        if before {
            assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        }
        assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
        assert_eq!(plugin.arrangement(), [kMono; 2]);
        if !before {
            assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        }
        assert_eq!(plugin.arrangement(), [kMono; 2], "set-up does not touch it");
        let impossible: [(&[u64], &[u64]); 7] = [
            (&[kStereo], &[kMono]),
            (&[kMono], &[kStereo]),
            (&[k51], &[k51]),
            (&[kEmpty], &[kEmpty]),
            (&[], &[]),
            (&[kMono, kMono], &[kMono]),
            (&[u64::MAX], &[u64::MAX]),
        ];
        for (ins, outs) in impossible {
            assert_eq!(plugin.arrange(ins, outs), kResultFalse, "{ins:?} {outs:?}");
            assert_eq!(plugin.arrangement(), [kMono; 2], "the old one is kept");
        }
        assert_eq!(plugin.arrange(&[kStereo], &[kStereo]), kResultOk);
        plugin.start();
        plugin.play(&[0.5; 64], &[]);
        assert_ne!(plugin.arrange(&[kMono], &[kMono]), kResultOk, "not while it runs");
        assert_eq!(plugin.arrangement(), [kStereo; 2]);
        plugin.stop();
        assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
        let mut bus: BusInfo = zeroed();
        // SAFETY: a place for the answer.
        unsafe { plugin.component.getBusInfo(kAudio as i32, kOutput as i32, 0, &mut bus) };
        assert_eq!(bus.channelCount, 1, "the bus follows");
    }
}

#[test]
fn processing_outside_of_activation_is_refused() {
    let plugin = Plugin::new();
    let refused = |plugin: &Plugin| plugin.process(&mut Call::flush());
    assert_eq!(refused(&plugin), kNotInitialized, "before set-up");
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    assert_eq!(refused(&plugin), kNotInitialized, "before activation");
    plugin.start();
    assert_eq!(refused(&plugin), kResultOk);
    plugin.start();
    assert_eq!(refused(&plugin), kResultOk, "activated twice");
    plugin.stop();
    plugin.stop();
    assert_eq!(refused(&plugin), kNotInitialized, "after deactivation, twice");
    plugin.start();
    assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, "and back");
}

#[test]
fn values_outlive_deactivation_and_some_hosts_never_say_set_processing() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.flush("gain", position(-20.0));
    plugin.stop();
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-9);
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.setActive(1) }, kResultOk);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "at once, without setProcessing");
}

#[test]
fn terminate_twice_and_while_active() {
    let plugin = Plugin::ready(RATE, 64);
    // SAFETY: valid.
    unsafe {
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!(plugin.process(&mut Call::flush()), kNotInitialized);
        assert_eq!(plugin.component.initialize(std::ptr::null_mut()), kResultOk);
    }
    plugin.start();
    assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, "a new life");
}

#[test]
fn terminate_comes_before_anything_else_and_what_is_asked_afterwards_is_answered() {
    // Never initialised.
    let object = Module::probe().create();
    let component = object.cast::<IComponent>().expect("IComponent");
    // SAFETY: valid.
    unsafe {
        assert_eq!(component.terminate(), kResultOk);
        assert_eq!(component.terminate(), kResultOk);
    }
    drop((object, component));
    let plugin = Plugin::ready_probe(64);
    let state = plugin.save();
    // SAFETY: valid, for hosts that have lost track.
    unsafe {
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!(plugin.controller.terminate(), kResultOk, "the controller's own");
        assert_eq!(plugin.processor.setProcessing(1), kResultOk);
        assert_eq!(plugin.processor.setProcessing(0), kResultOk);
        assert_eq!(plugin.component.setActive(0), kResultOk);
    }
    assert_eq!(plugin.process(&mut Call::flush()), kNotInitialized);
    assert_eq!(plugin.save(), state);
    assert_eq!(plugin.load(&state), kResultOk);
    assert_eq!(plugin.value("gain"), position(0.0));
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
}

/// A stream that answers what a test likes, whatever it did.
struct Liar {
    /// What it says that it has moved, once; then nothing.
    moved: Cell<i32>,
    answer: tresult,
}

impl Class for Liar {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Liar {
    unsafe fn read(&self, _buffer: *mut c_void, _size: int32, got: *mut int32) -> tresult {
        // SAFETY: null or a place for the answer.
        if let Some(got) = unsafe { got.as_mut() } {
            *got = self.moved.replace(0);
        }
        self.answer
    }

    unsafe fn write(&self, _buffer: *mut c_void, _size: int32, done: *mut int32) -> tresult {
        // SAFETY: as above.
        if let Some(done) = unsafe { done.as_mut() } {
            *done = self.moved.replace(0);
        }
        self.answer
    }

    unsafe fn seek(&self, _pos: int64, _mode: int32, _result: *mut int64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _pos: *mut int64) -> tresult {
        kNotImplemented
    }
}

#[test]
fn streams_that_say_what_is_not_so_end_the_load_and_the_save() {
    hush();
    let plugin = Plugin::probe();
    let state = plugin.save();
    let stream = |liar: &ComWrapper<Liar>| liar.as_com_ref::<IBStream>().expect("it is a stream").as_ptr();
    for answer in [kResultOk, kResultFalse, kInvalidArgument, kInternalError, kNotImplemented, 77] {
        for moved in [0, -1, i32::MIN, 1, i32::MAX] {
            let what = format!("answer {answer}, {moved} bytes");
            let liar = || ComWrapper::new(Liar { moved: Cell::new(moved), answer });
            // SAFETY: valid streams.
            let (load, save) = unsafe {
                (plugin.component.setState(stream(&liar())), plugin.component.getState(stream(&liar())))
            };
            assert_eq!(load, kResultFalse, "{what}");
            // All is written where the stream says so, at least of so short a state.
            let all = answer == kResultOk && moved == i32::MAX;
            assert_eq!(save, if all { kResultOk } else { kResultFalse }, "{what}");
            assert_eq!(plugin.save(), state, "{what}: nothing has changed");
        }
    }
    // Streams that hold nothing, and those without room.
    let (empty, full) = (Stream::new(&[], 0, 100), Stream::with_room(&[], 0, 100, 0));
    let behind = Stream::new(&state, state.len() + 1000, 100);
    // SAFETY: valid streams.
    unsafe {
        assert_eq!(plugin.component.setState(Stream::pointer(&empty)), kResultFalse);
        assert_eq!(plugin.component.setState(Stream::pointer(&behind)), kResultFalse);
        assert_eq!(plugin.component.getState(Stream::pointer(&full)), kResultFalse);
    }
    assert_eq!(plugin.save(), state);
}

/// No context, no handler, no frame, no room for what the plugin says: all of it is left out, and the rest goes on.
#[test]
fn a_host_that_gives_nothing_at_all_is_enough() {
    let stand_in = StandIn::new();
    let plugin = Plugin::of(&stand_in.module);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    let view = view_of(&plugin).expect("it has an editor");
    let parent = std::ptr::without_provenance_mut::<c_void>(77);
    // SAFETY: a number.
    assert_eq!(unsafe { view.attached(parent, kPlatformTypeX11EmbedWindowID) }, kResultOk);
    // All that the plugin tells its host: a value, a state, a latency, meters, notes, a task for the main thread.
    let changes = [(gain::id("press"), &[(3, 1.0)][..]), (gain::id("delay"), &[(0, 0.1)])];
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).of(0.5).with(&changes);
    (pass.data.outputParameterChanges, pass.data.outputEvents) =
        (std::ptr::null_mut(), std::ptr::null_mut());
    for _ in 0..4 {
        assert_eq!(pass.run(&plugin), kResultOk);
        pass.data.inputParameterChanges = std::ptr::null_mut();
    }
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.processor.getLatencySamples() }, 100);
    assert_eq!(pass.outs[0][0][63], 0.5, "a hundred frames late");
    // And all that an editor wishes of it.
    let index = stand_in.index("gain");
    let gesture =
        [FromEditor::Begin(index), FromEditor::Set { index, plain: -20.0 }, FromEditor::End(index)];
    stand_in.say(0, &gesture);
    stand_in
        .say(0, &[FromEditor::Size { width: 400, height: 300 }, FromEditor::Menu { index, x: 1, y: 2 }]);
    stand_in.say(0, &[FromEditor::Property { index: 0, text: "a text" }, FromEditor::Message(b"abc")]);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let contains =
        |state: &[u8], text: &str| state.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    while plugin.plain("gain") != -20.0 || !contains(&plugin.save(), "a text") {
        assert!(std::time::Instant::now() < until, "what the user does counts all the same");
        assert_eq!(pass.run(&plugin), kResultOk);
        std::thread::yield_now();
    }
    assert_eq!(plugin.load(&plugin.save()), kResultOk);
    // SAFETY: valid.
    unsafe {
        assert_eq!(plugin.controller.setParamNormalized(gain::id("gain"), 1.0), kResultOk);
        assert_eq!(view.removed(), kResultOk);
        assert_eq!(plugin.component.terminate(), kResultOk);
    }
    drop(view);
    assert_eq!((stand_in.open(), stand_in.faults()), (0, 0));
}
