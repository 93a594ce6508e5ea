//! Defects that other plugin frameworks have in VST3, one test for each, through the built binaries: that they are
//! not ours. What is said here in short is in other tests at length.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use std::cell::Cell;
use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{ThreadId, current};
use std::time::{Duration, Instant};

use dyad_core::state::{Fields, Writer};
use dyad_editor_abi::FromEditor;
use dyad_tests::command::hush;
use dyad_tests::gain::{RATE, assert_close, curve, id, position};
use dyad_tests::vst3::disorder::{self, put_right};
use dyad_tests::vst3::{
    Call, Config, Frame, Held, Module, Pass, Plugin, Said, Seen, StandIn, Stream, view_of,
};
use dyad_tests::watch;
use dyad_tests::watched::watched;
use serde_json::json;
use vst3::Steinberg::Linux::{FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusTypes_::{kAux, kMain};
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::ProcessModes_::{kOffline, kPrefetch, kRealtime};
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComWrapper};

dyad_tests::held_files!();

/// Longer than any machine is slow.
const LONG: Duration = Duration::from_secs(20);
/// Frames that the test plugin's gain takes: 5 ms.
const PROBE_RAMP: usize = 240;

fn stereo(frames: usize) -> Pass {
    Pass::new(frames, &[2], &[2])
}

/// A state of the test plugin with these words, and a file that a background task looks at.
fn document(words: &[&str], file: &Path, gain: f64) -> Vec<u8> {
    let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 1);
    writer.float("gain", gain);
    writer.properties(&[("file", file.to_str().expect("a path in Unicode").to_owned())]);
    writer.finish_with(&Fields::of(&json!({ "words": words })).expect("fields"))
}

/// A file of so many bytes.
fn file(name: &str, bytes: usize) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, vec![0; bytes]).expect("a file can be written");
    file
}

// 25

/// Elsewhere it is that of the call before: an export begins in time with a sound card.
#[test]
fn the_offline_mode_is_that_of_this_very_call() {
    let plugin = Plugin::ready_probe(64);
    let mut pass = stereo(64);
    let modes = [(kRealtime, 0.0), (kPrefetch, 1.0), (kOffline, 2.0)];
    // Each behind each.
    for (first, second) in modes.iter().flat_map(|first| modes.iter().map(move |second| (first, second))) {
        for (mode, expected) in [first, second] {
            pass.data.processMode = *mode as i32;
            assert_eq!(pass.run(&plugin), kResultOk);
            assert_eq!(plugin.plain("mode"), *expected, "{second:?} behind {first:?}");
        }
    }
    // And it counts: offline, what waits in the background is done before the block, not one block later.
    for bytes in 1..=50 {
        pass.data.processMode = kRealtime as i32;
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(plugin.load(&document(&[], &file(&format!("offline {bytes}"), bytes), 0.0)), kResultOk);
        pass.data.processMode = kOffline as i32;
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(plugin.plain("file_length").round(), bytes as f64);
    }
}

// 26

/// What an index is asked with and answered into, and how it is answered.
type Indexed<'a> = (&'static str, i32, Box<dyn Fn(i32) -> tresult + 'a>);

/// Room for an answer of plain numbers and text.
fn room<T>() -> T {
    // SAFETY: used with structs for which zeros are fine.
    unsafe { std::mem::zeroed() }
}

/// Elsewhere the index that is the count is taken for one of the list.
#[test]
fn the_index_that_is_the_count_is_beyond_the_last() {
    for (module, plugin) in [(Module::gain(), Plugin::new()), (Module::probe(), Plugin::probe())] {
        let (factory, component, controller) = (module.factory(), &plugin.component, &plugin.controller);
        let units = component.cast::<IUnitInfo>().expect("IUnitInfo");
        let expressions = component.cast::<INoteExpressionController>().expect("INoteExpressionController");
        let presented = component.cast::<IAudioPresentationLatency>().expect("IAudioPresentationLatency");
        // SAFETY: places for all answers; any index is allowed.
        let mut all: Vec<Indexed<'_>> = unsafe {
            let classes = factory.countClasses();
            vec![
                ("getClassInfo", classes, Box::new(|n| factory.getClassInfo(n, &mut room()))),
                ("getClassInfo2", classes, Box::new(|n| factory.getClassInfo2(n, &mut room()))),
                ("getClassInfoUnicode", classes, Box::new(|n| factory.getClassInfoUnicode(n, &mut room()))),
                (
                    "getParameterInfo",
                    controller.getParameterCount(),
                    Box::new(|n| controller.getParameterInfo(n, &mut room())),
                ),
                ("getUnitInfo", units.getUnitCount(), Box::new(|n| units.getUnitInfo(n, &mut room()))),
                (
                    "getProgramListInfo",
                    units.getProgramListCount(),
                    Box::new(|n| units.getProgramListInfo(n, &mut room())),
                ),
                (
                    "getNoteExpressionInfo",
                    expressions.getNoteExpressionCount(0, 0),
                    Box::new(|n| expressions.getNoteExpressionInfo(0, 0, n, &mut room())),
                ),
            ]
        };
        for direction in [kInput as i32, kOutput as i32] {
            for media in [kAudio as i32, kEvent as i32] {
                // SAFETY: as above.
                let count = unsafe { component.getBusCount(media, direction) };
                // SAFETY: as above.
                let info = move |n| unsafe { component.getBusInfo(media, direction, n, &mut room()) };
                // SAFETY: as above.
                let activate = move |n| unsafe { component.activateBus(media, direction, n, 1) };
                all.push(("getBusInfo", count, Box::new(info)));
                all.push(("activateBus", count, Box::new(activate)));
                if media == kAudio as i32 {
                    let (processor, presented) = (&plugin.processor, &presented);
                    // SAFETY: as above.
                    let arrangement =
                        move |n| unsafe { processor.getBusArrangement(direction, n, &mut room()) };
                    // SAFETY: as above.
                    let latency =
                        move |n| unsafe { presented.setAudioPresentationLatencySamples(direction, n, 0) };
                    all.push(("getBusArrangement", count, Box::new(arrangement)));
                    all.push(("setAudioPresentationLatencySamples", count, Box::new(latency)));
                }
            }
        }
        // SAFETY: as above.
        for list in 0..unsafe { units.getProgramListCount() } {
            let mut info: ProgramListInfo = room();
            // SAFETY: as above.
            assert_eq!(unsafe { units.getProgramListInfo(list, &mut info) }, kResultOk);
            let (units, list) = (&units, info.id);
            // SAFETY: as above.
            let name = move |n| unsafe { units.getProgramName(list, n, &mut room()) };
            all.push(("getProgramName", info.programCount, Box::new(name)));
        }
        for (what, count, ask) in all {
            for n in 0..count {
                assert_eq!(ask(n), kResultOk, "{what}: {n} of {count}");
            }
            for n in [count, count + 1, -1, i32::MAX, i32::MIN] {
                assert_eq!(ask(n), kInvalidArgument, "{what}: {n} of {count}");
            }
        }
        // What is refused is not answered.
        let mut info: ParameterInfo = room();
        info.id = 77;
        // SAFETY: as above.
        unsafe {
            let count = controller.getParameterCount();
            assert_eq!(controller.getParameterInfo(count, &mut info), kInvalidArgument);
        }
        assert_eq!((info.id, info.title), (77, [0; 128]));
    }
}

// 27

/// Elsewhere its arrangement is compared with that of another bus, and its sound taken from there.
#[test]
fn the_sidechain_is_looked_for_at_its_own_bus_index() {
    let plugin = Plugin::probe();
    // Stereo at 0 and mono at 1, both ways; and nothing that fits another bus of it.
    for (ins, outs) in [
        ([kStereo, kStereo], [kStereo, kMono]),
        ([kStereo, kMono], [kStereo, kStereo]),
        ([kMono, kStereo], [kMono, kStereo]),
        ([kMono, kMono], [kMono, kMono]),
        ([kMono, kStereo], [kStereo, kMono]),
        ([kStereo, kMono], [kMono, kStereo]),
    ] {
        assert_eq!(plugin.arrange(&ins, &outs), kResultFalse, "{ins:?} {outs:?}");
    }
    assert_eq!(plugin.arrange(&[kStereo, kMono], &[kStereo, kMono]), kResultOk);
    for direction in [kInput as i32, kOutput as i32] {
        for (n, kind, channels, arrangement) in [(0, kMain, 2, kStereo), (1, kAux, 1, kMono)] {
            let (mut info, mut is): (BusInfo, u64) = (room(), 0);
            // SAFETY: places for the answers.
            unsafe {
                assert_eq!(plugin.component.getBusInfo(kAudio as i32, direction, n, &mut info), kResultOk);
                assert_eq!(plugin.processor.getBusArrangement(direction, n, &mut is), kResultOk);
            }
            assert_eq!((info.busType, info.channelCount, is), (kind as i32, channels, arrangement));
        }
    }
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    // Each channel has a level of its own, so that none can be another's.
    let mut pass = Pass::<f32>::new(64, &[2, 1], &[2, 1]);
    for (channel, level) in pass.ins.iter_mut().flatten().zip([0.5, 0.25, 0.125]) {
        channel.fill(level);
    }
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.outs, [vec![vec![0.625; 64], vec![0.375; 64]], vec![vec![0.125; 64]]]);
}

// 28

/// Elsewhere a block without buses is refused, and with it what the host has set.
#[test]
fn null_buffers_without_buses_are_accepted_and_parameters_flushed() {
    // No frames, and frames whose sound is nobody's; no buses, and buses that are counted and not there.
    for (frames, buses) in [(0, 0), (64, 0), (0, 1), (0, 7)] {
        let plugin = Plugin::ready_probe(64);
        let mut flush = Pass::<f32>::new(0, &[], &[])
            .with(&[(id("gain"), &[(0, position(-20.0))]), (id("follow"), &[(0, 0.25), (0, 0.5)])])
            .hearing(&[(0, Said::On(0, 60, 0.5, 0.0, 1))]);
        (flush.data.numSamples, flush.data.numInputs, flush.data.numOutputs) = (frames, buses, buses);
        (flush.data.inputs, flush.data.outputs) = (std::ptr::null_mut(), std::ptr::null_mut());
        assert_eq!(flush.run(&plugin), kResultOk, "{frames} frames, {buses} buses");
        assert_eq!(plugin.plain("follow"), 0.5, "{frames} frames, {buses} buses");
        assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-6, "{frames} frames, {buses} buses");
        // And it is heard: at once where no sound has passed before.
        let mut pass = stereo(256).of(1.0);
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_close(&pass.outs[0][0][PROBE_RAMP..], &[0.1; 16], 1e-6, "the gain");
        assert_eq!(plugin.plain("held"), 1.0, "the note");
    }
    // Buses without channels, whose arrays are null.
    let plugin = Plugin::ready(RATE, 64);
    let mut call = Call::new(0, &[], &[]).with(&[(id("gain"), &[(0, position(-20.0))])]);
    for bus in call.buses() {
        bus.__field0.channelBuffers32 = std::ptr::null_mut();
    }
    assert_eq!(plugin.process(&mut call), kResultOk);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "the gain");
}

// 29

/// What the driver has counted in a scenario: calls that take memory or give it back, and system calls. See
/// `hosts/watch.c`, and `realtime.rs` for all scenarios.
fn counted(scenario: &str) -> [i64; 2] {
    static ALL: std::sync::OnceLock<Vec<(String, watch::Seen)>> = std::sync::OnceLock::new();
    let all = ALL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        watched(env!("CARGO_BIN_EXE_dyad-tests-driver"), &folder, "vst3")
    });
    let found = all.iter().find(|(name, _)| name == scenario);
    let (_, seen) = found.unwrap_or_else(|| panic!("{scenario} is among the scenarios: {all:?}"));
    [seen.allocations, seen.system_calls]
}

/// Elsewhere a stable sort takes memory within `process`.
#[test]
fn points_and_events_out_of_order_are_put_right_without_taking_memory() {
    assert_eq!(counted("probe: points and events out of order"), [0, 0], "memory, system calls");
    // The same block, and what becomes of it.
    let plugin = Plugin::ready_probe(disorder::FRAMES);
    assert_eq!(stereo(disorder::FRAMES).of(1.0).run(&plugin), kResultOk);
    let (gain, wheel) = (disorder::points(1), disorder::points(2));
    assert!(!gain.is_sorted_by_key(|point| point.0) && !wheel.is_sorted_by_key(|point| point.0));
    let first = dyad_core::identity::FIRST_RESERVED_VST3_ID;
    let mut pass = stereo(disorder::FRAMES)
        .of(1.0)
        .with(&[(first + 1, &wheel), (id("gain"), &gain)])
        .hearing(&disorder::notes());
    let sent = pass.sent_by(&plugin);
    assert!(sent.is_sorted_by_key(|(frame, _)| *frame), "{sent:?}");
    let notes = sent.iter().filter_map(|(frame, said)| match said {
        Said::On(_, key, ..) => Some((*frame, key - 12)),
        _ => None,
    });
    let played: Vec<_> = disorder::notes().into_iter().zip(0..).map(|((frame, _), n)| (frame, n)).collect();
    assert_eq!(notes.collect::<Vec<_>>(), put_right(&played), "notes");
    let values = sent.iter().filter_map(|(frame, said)| match said {
        Said::Controller(1, 0, value, _) => Some((*frame, f64::from(*value) / 127.0)),
        _ => None,
    });
    assert_eq!(values.collect::<Vec<_>>(), put_right(&wheel), "a controller");
    let plain = |(frame, position): (i32, f64)| (frame as usize, position * 84.0 - 60.0);
    let changes: Vec<_> = put_right(&gain).into_iter().map(plain).collect();
    let expected = curve(0.0, &changes, disorder::FRAMES, PROBE_RAMP);
    assert_close(&pass.outs[0][0], &expected, 1e-4, "the gain");
}

// 30

/// A host's stream that does not come back from its first call until a test lets it.
struct Waiting {
    inner: ComWrapper<Stream>,
    entered: Sender<()>,
    leave: Receiver<()>,
    first: Cell<bool>,
    /// It was the test that let go, and not the clock.
    let_go: Cell<bool>,
}

impl Class for Waiting {
    type Interfaces = (IBStream,);
}

impl Waiting {
    fn wait(&self) {
        if !self.first.replace(true) {
            let _ = self.entered.send(());
            self.let_go.set(self.leave.recv_timeout(LONG).is_ok());
        }
    }
}

impl IBStreamTrait for Waiting {
    unsafe fn read(&self, buffer: *mut c_void, size: int32, got: *mut int32) -> tresult {
        self.wait();
        // SAFETY: as we were called.
        unsafe { self.inner.read(buffer, size, got) }
    }

    unsafe fn write(&self, buffer: *mut c_void, size: int32, done: *mut int32) -> tresult {
        self.wait();
        // SAFETY: as above.
        unsafe { self.inner.write(buffer, size, done) }
    }

    unsafe fn seek(&self, _pos: int64, _mode: int32, _result: *mut int64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _pos: *mut int64) -> tresult {
        kNotImplemented
    }
}

/// A hundred blocks, with sound in each.
fn plays(plugin: &Plugin) {
    for _ in 0..100 {
        let mut pass = stereo(64).of(0.5);
        assert_eq!(pass.run(plugin), kResultOk);
        assert_eq!(pass.outs[0], [[0.5; 64]; 2]);
    }
}

/// Plays while another thread is in `getState` or `setState` and does not come out.
fn plays_beside_a_host_that_waits(plugin: &Plugin, loads: bool, state: &[u8]) {
    let ((entered, inside), (let_go, leave)) = (channel(), channel());
    let component = plugin.component.clone();
    std::thread::scope(|scope| {
        let host = scope.spawn(move || {
            let inner = Stream::new(if loads { state } else { &[] }, 0, 50);
            let (first, by_us) = (Cell::new(false), Cell::new(false));
            let waiting = ComWrapper::new(Waiting { inner, entered, leave, first, let_go: by_us });
            let stream = waiting.as_com_ref::<IBStream>().expect("it is a stream").as_ptr();
            // SAFETY: a valid stream.
            let answer =
                unsafe { if loads { component.setState(stream) } else { component.getState(stream) } };
            (answer, waiting.let_go.get(), waiting.inner.bytes())
        });
        inside.recv_timeout(LONG).expect("the host's stream is used");
        plays(plugin);
        let_go.send(()).expect("it waits for us");
        let (answer, by_us, bytes) = host.join().expect("nothing panics");
        assert_eq!(answer, kResultOk);
        assert!(by_us, "let go after the blocks, and not by the clock");
        assert_eq!(bytes, state, "all of it");
    });
}

/// Elsewhere a lock is around the plugin, and `process` waits for whoever has it.
#[test]
fn process_never_waits_for_a_lock() {
    let plugin = Plugin::ready_probe(64);
    let file = file("held by a peer", 321);
    assert_eq!(plugin.load(&document(&["one"], &file, 0.0)), kResultOk);
    let state = plugin.save();
    plays_beside_a_host_that_waits(&plugin, false, &state);
    plays_beside_a_host_that_waits(&plugin, true, &state);
    // Within a task, which sends its answer to the sound. The state is the old one, so it changes nothing else.
    let other = self::file("held by a peer too", 654);
    let held = Held::new(&other);
    assert_eq!(plugin.load(&document(&["one"], &other, 0.0)), kResultOk);
    held.wait_for_somebody();
    plays(&plugin);
    plays_beside_a_host_that_waits(&plugin, false, &plugin.save());
    assert!(held.keeps_somebody(), "the task is still being done");
    drop(held);
    let until = Instant::now() + LONG;
    while plugin.plain("file_length").round() != 654.0 {
        assert!(Instant::now() < until, "the task comes to its end");
        plays(&plugin);
    }
    // Nor does it ask the system to wait, however often they meet.
    assert_eq!(counted("probe: beside a thread that saves and loads"), [0, 0], "memory, system calls");
}

// 31

/// How an editor comes to its end, and what it is about.
type End = (&'static str, fn(&StandIn, &mut Seen));

/// A handler of sockets that does nothing.
struct Nobody;

impl Class for Nobody {
    type Interfaces = (IEventHandler,);
}

impl IEventHandlerTrait for Nobody {
    unsafe fn onFDIsSet(&self, _fd: FileDescriptor) {}
}

/// Elsewhere the socket is closed first, and its number may be another's when the host still watches it.
#[test]
fn the_editors_socket_leaves_the_run_loop_before_it_is_closed() {
    // The host notices.
    let frame = Frame::new();
    let (socket, _other) = std::os::unix::net::UnixStream::pair().expect("there are sockets");
    let nobody = ComWrapper::new(Nobody).to_com_ptr::<IEventHandler>().expect("it is a handler");
    let run_loop = frame.to_com_ptr::<IRunLoop>().expect("it has a run loop");
    // SAFETY: a valid handler and a socket.
    unsafe {
        let number = std::os::fd::AsRawFd::as_raw_fd(&socket);
        assert_eq!(run_loop.registerEventHandler(nobody.as_ptr(), number), kResultOk);
        drop(socket);
        assert_ne!(run_loop.unregisterEventHandler(nobody.as_ptr()), kResultOk);
    }
    assert_eq!(frame.faults().len(), 1, "{:?}", frame.faults());
    // However the editor comes to its end.
    let ends: [End; 5] = [
        ("removed", |_, seen| {
            // SAFETY: valid.
            assert_eq!(unsafe { seen.view.removed() }, kResultOk);
        }),
        ("let go of", |_, seen| seen.view = view_of(&seen.plugin).expect("another view")),
        ("another window", |_, seen| {
            assert_eq!(seen.attach(78), kResultOk);
            // SAFETY: valid.
            assert_eq!(unsafe { seen.view.removed() }, kResultOk);
        }),
        ("its window goes", |stand_in, seen| {
            stand_in.window_goes(0);
            seen.frame.run_until("the end", || stand_in.open() == 0);
        }),
        ("terminated", |_, seen| {
            // SAFETY: valid, though early.
            unsafe { seen.plugin.component.terminate() };
            seen.frame.run(3);
            // SAFETY: valid.
            assert_eq!(unsafe { seen.view.removed() }, kResultOk);
        }),
    ];
    for (how, end) in ends {
        let stand_in = StandIn::new();
        let mut seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
        assert_eq!(seen.attach(77), kResultOk, "{how}");
        assert_eq!(seen.frame.registered(), [1, 1], "{how}");
        // It is at work.
        stand_in.say(0, &[FromEditor::Begin(stand_in.index("gain"))]);
        seen.frame.run_until("a gesture", || !seen.edits.heard().is_empty());
        end(&stand_in, &mut seen);
        assert_eq!((seen.frame.registered(), stand_in.open()), ([0, 0], 0), "{how}");
        seen.frame.run(3);
        assert_eq!(seen.frame.faults(), [""; 0], "{how}");
    }
}

// 32

/// A stream that notes on which threads it is read.
struct Watched {
    inner: ComWrapper<Stream>,
    readers: std::sync::Mutex<Vec<ThreadId>>,
}

impl Class for Watched {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Watched {
    unsafe fn read(&self, buffer: *mut c_void, size: int32, got: *mut int32) -> tresult {
        self.readers.lock().expect("nobody panics").push(current().id());
        // SAFETY: as we were called.
        unsafe { self.inner.read(buffer, size, got) }
    }

    unsafe fn write(&self, _buffer: *mut c_void, _size: int32, _done: *mut int32) -> tresult {
        kNotImplemented
    }

    unsafe fn seek(&self, _pos: int64, _mode: int32, _result: *mut int64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _pos: *mut int64) -> tresult {
        kNotImplemented
    }
}

/// `setState` with a stream that is read in small pieces; gives the threads that read it, too.
fn load_watched(component: &vst3::ComPtr<IComponent>, state: &[u8]) -> (tresult, Vec<ThreadId>) {
    let inner = Stream::new(state, 0, 7);
    let watched = ComWrapper::new(Watched { inner, readers: std::sync::Mutex::default() });
    let stream = watched.as_com_ref::<IBStream>().expect("it is a stream").as_ptr();
    // SAFETY: a valid stream.
    let answer = unsafe { component.setState(stream) };
    (answer, watched.readers.lock().expect("nobody panics").clone())
}

/// Elsewhere the audio thread reads and decodes what the main thread has been given.
#[test]
fn a_state_is_never_loaded_on_the_audio_thread() {
    hush();
    // The block behind a load takes its values, and neither memory nor the system's time.
    for scenario in ["probe: a state that was loaded just before", "a state that was loaded just before"] {
        assert_eq!(counted(scenario), [0, 0], "{scenario}: memory, system calls");
    }
    let none = Path::new("");
    let contains =
        |state: &[u8], text: &str| state.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    let plugin = Plugin::ready_probe(512);
    assert_eq!(stereo(512).of(1.0).run(&plugin), kResultOk);
    // Without a block in between: all is decoded, and refused, when `setState` comes back.
    let (answer, readers) = load_watched(&plugin.component, &document(&["decoded"], none, -20.0));
    assert_eq!(answer, kResultOk);
    assert!(readers.len() > 3 && readers.iter().all(|reader| *reader == current().id()), "{readers:?}");
    assert!(contains(&plugin.save(), "decoded"));
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-6);
    let (answer, _) = load_watched(&plugin.component, &document(&["refuse"], none, 0.0));
    assert_eq!(answer, kResultFalse, "by the plugin itself");
    assert!(contains(&plugin.save(), "decoded"));
    // The next block has the values.
    let mut pass = stereo(512).of(1.0);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_close(&pass.outs[0][0], &curve(0.0, &[(0, -20.0)], 512, PROBE_RAMP), 1e-5, "the sound");
    // Beside blocks too, the thread that loads is the one that reads.
    let (component, over) = (plugin.component.clone(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let host = scope.spawn(|| {
            for n in 0..200 {
                let word = format!("word {n}");
                let (answer, readers) = load_watched(&component, &document(&[&word], none, -20.0));
                assert_eq!(answer, kResultOk);
                assert!(readers.iter().all(|reader| *reader == current().id()));
            }
            over.store(true, Ordering::Release);
        });
        while !over.load(Ordering::Acquire) && !host.is_finished() {
            assert_eq!(pass.run(&plugin), kResultOk);
        }
        host.join().expect("nothing panics");
    });
    assert!(contains(&plugin.save(), "word 199"));
}

// 33

/// Elsewhere it is never said, and hosts then neither resize an editor nor let it resize itself.
#[test]
fn an_editor_that_can_be_resized_says_so() {
    // The editors of the bundles.
    for plugin in [Plugin::new(), Plugin::probe()] {
        let seen = Seen::new(plugin, Frame::new());
        // SAFETY: valid.
        assert_eq!(unsafe { seen.view.canResize() }, kResultOk);
        let [width, height] = seen.size();
        let larger = [width + 40, height + 30];
        assert_eq!(seen.constrained(larger), larger, "and means it");
    }
    // It is the editor's word, whatever that is.
    let stand_in = StandIn::new();
    for (resizable, answer) in [(1, kResultOk), (0, kResultFalse), (1, kResultOk)] {
        stand_in.configure(Config { resizable, ..Config::of(&stand_in.description) });
        let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
        // SAFETY: valid.
        assert_eq!(unsafe { seen.view.canResize() }, answer);
        if answer != kResultOk {
            continue;
        }
        // Both ways: by the host, and by the editor.
        assert_eq!(seen.attach(77), kResultOk);
        assert_eq!(seen.resize([640, 480]), kResultOk);
        let editor = stand_in.opened() as u32 - 1;
        stand_in.say(editor, &[FromEditor::Size { width: 500, height: 400 }]);
        seen.frame.run_until("the wish", || seen.frame.wishes() == [[500, 400]]);
        assert_eq!(seen.size(), [500, 400]);
    }
}
