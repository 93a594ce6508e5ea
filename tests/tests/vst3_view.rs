//! The VST3 view, with a stand-in for the editor binary: what goes on between an editor and a host that
//! is as strict as hosts get, and as awkward.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::ffi::c_void;
use std::thread::current;
use std::time::{Duration, Instant};

use dyad_editor_abi::{Flags, FromEditor, ToEditor};
use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Call, Config, Edit, Edits, Frame, Pass, Plugin, Said, Seen, StandIn, view_of};
use vst3::Steinberg::Linux::{IEventHandlerTrait, ITimerHandlerTrait};
use vst3::Steinberg::Vst::{IEditControllerTrait, IParameterFinder, IParameterFinderTrait, ViewType};
use vst3::Steinberg::{
    FUnknown, IPlugFrame, IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait,
    IPlugViewTrait, IPluginBaseTrait, kInvalidArgument, kPlatformTypeX11EmbedWindowID, kResultFalse,
    kResultOk,
};
use vst3::{ComPtr, ComWrapper};

const WINDOW: usize = 0x12_3456;

/// A stand-in and an open editor of it, which is its first.
fn opened() -> (StandIn, Seen) {
    opened_in(Frame::new())
}

fn opened_in(frame: ComWrapper<Frame>) -> (StandIn, Seen) {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    (stand_in, seen)
}

/// Nothing was called at a wrong time, by either side.
fn is_clean(stand_in: &StandIn, frame: &Frame) {
    assert_eq!(frame.faults(), [""; 0]);
    assert_eq!(stand_in.faults(), 0, "one call at a time, and only for open editors");
}

fn wait(what: &str, mut so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < until, "waited for: {what}");
        std::thread::yield_now();
    }
}

/// A whole gesture of a parameter.
fn gesture(index: u32, plain: f64) -> [FromEditor<'static>; 3] {
    [FromEditor::Begin(index), FromEditor::Set { index, plain }, FromEditor::End(index)]
}

#[test]
fn an_editor_opens_complete_and_follows_what_changes() {
    let (stand_in, seen) = opened();
    let request = stand_in.request(0);
    assert_eq!(request.parent, WINDOW as u64);
    let can = Flags(request.flags);
    assert!(can.has(Flags::RESIZE.with(Flags::MENU).with(Flags::MESSAGES)) && !can.has(Flags::BROWSE));
    // Before `attached` has returned.
    let params = &stand_in.description.params;
    for (index, param) in params.iter().enumerate() {
        assert_eq!(stand_in.value(0, &param.info.id), Some(param.info.default), "{index}");
    }
    stand_in.told(0, |frames| {
        assert!(frames.contains(&ToEditor::Property { index: 0, text: "" }));
        assert_eq!(frames.len(), params.len() + stand_in.description.properties.len(), "each once");
    });
    // The host's automation.
    // SAFETY: any id and value are allowed.
    unsafe { seen.plugin.controller.setParamNormalized(id("gain"), 1.0) };
    seen.frame.run_until("the new value", || stand_in.value(0, "gain") == Some(24.0));
    // And its processing.
    seen.plugin.set_up(RATE, 64);
    seen.plugin.start();
    let mut call = Call::flush().with(&[(id("gain"), &[(0, 0.0)])]);
    assert_eq!(seen.plugin.process(&mut call), kResultOk);
    seen.frame.run_until("the value of the sound", || stand_in.value(0, "gain") == Some(-60.0));
    // Nothing is told twice.
    let told = stand_in.told_so_far(0);
    seen.frame.run(20);
    assert_eq!(stand_in.told_so_far(0), told);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_drag_is_one_gesture_for_the_host() {
    let (stand_in, seen) = opened();
    let (index, gain) = (stand_in.index("gain"), id("gain"));
    stand_in.say(0, &[FromEditor::Begin(index), FromEditor::Set { index, plain: -18.0 }]);
    seen.frame.run_until("two calls", || seen.edits.heard().len() == 2);
    assert_eq!(seen.plugin.plain("gain"), -18.0, "it shows already");
    stand_in.say(0, &[FromEditor::Set { index, plain: 3.0 }, FromEditor::End(index)]);
    seen.frame.run_until("the end", || seen.edits.heard().len() == 4);
    let at = |plain: f64| (plain + 60.0) / 84.0;
    let expected =
        [Edit::Begin(gain), Edit::Set(gain, at(-18.0)), Edit::Set(gain, at(3.0)), Edit::End(gain)];
    for (heard, expected) in seen.edits.heard_on().iter().zip(expected) {
        match (heard.0, expected) {
            (Edit::Set(a, b), Edit::Set(c, d)) => assert!(a == c && (b - d).abs() < 1e-9, "{b} {d}"),
            (heard, expected) => assert_eq!(heard, expected),
        }
        assert_eq!(heard.1, current().id(), "on the host's main thread");
    }
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn parameters_that_are_held_together_are_one_group_for_the_host() {
    let (stand_in, seen) = opened();
    let [(a, gain), (b, follow)] = ["gain", "follow"].map(|name| (stand_in.index(name), id(name)));
    // As a pad with two directions does.
    let pad = [
        FromEditor::Begin(a),
        FromEditor::Begin(b),
        FromEditor::Set { index: a, plain: 24.0 },
        FromEditor::Set { index: b, plain: 1.0 },
        FromEditor::End(a),
        FromEditor::End(b),
    ];
    stand_in.say(0, &pad);
    seen.frame.run_until("the pad", || seen.edits.heard().len() == 8);
    let group = [
        Edit::StartGroup,
        Edit::Begin(gain),
        Edit::Begin(follow),
        Edit::Set(gain, 1.0),
        Edit::Set(follow, 1.0),
        Edit::End(gain),
        Edit::End(follow),
        Edit::FinishGroup,
    ];
    assert_eq!(seen.edits.heard(), group);
    // One after the other is none.
    stand_in.say(0, &[gesture(a, -60.0), gesture(b, 0.0)].concat());
    seen.frame.run_until("two gestures", || seen.edits.heard().len() >= 14);
    let more = &seen.edits.heard()[8..];
    assert!(!more.contains(&Edit::StartGroup) && !more.contains(&Edit::FinishGroup), "{more:?}");
    // And an editor that closes in the middle ends its group.
    stand_in.say(0, &pad[..3]);
    seen.frame.run_until("a beginning", || seen.edits.heard().len() == 18);
    assert_eq!(seen.edits.heard()[14], Edit::StartGroup);
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.removed() }, kResultOk);
    assert_eq!(seen.edits.heard()[18..], [Edit::End(gain), Edit::End(follow), Edit::FinishGroup]);
}

#[test]
fn an_edit_is_kept_while_nothing_runs_and_sounds_when_it_does() {
    let (stand_in, seen) = opened();
    let index = stand_in.index("gain");
    stand_in.say(0, &gesture(index, -60.0));
    seen.frame.run_until("the edit", || seen.edits.heard().len() == 3);
    // Inactive: saved, and loaded elsewhere.
    let other = Plugin::of(&stand_in.module);
    assert_eq!(other.load(&seen.plugin.save()), kResultOk);
    assert_eq!(other.plain("gain"), -60.0);
    // The next run begins with it.
    seen.plugin.set_up(RATE, 64);
    seen.plugin.start();
    assert_eq!(seen.plugin.play(&[1.0; 64], &[])[63], 0.0);
    // Without a handler there is nobody who would send it to the sound.
    // SAFETY: null lets go of the handler.
    unsafe { seen.plugin.controller.setComponentHandler(std::ptr::null_mut()) };
    stand_in.say(0, &gesture(index, 0.0));
    seen.frame.run_until("the edit", || seen.plugin.plain("gain") == 0.0);
    let sound = [0; 40].map(|_| seen.plugin.play(&[1.0; 64], &[])[63]);
    assert_eq!(sound[39], 1.0);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_value_that_was_on_its_way_does_not_move_the_knob_back() {
    let (stand_in, seen) = opened();
    let index = stand_in.index("gain");
    seen.plugin.set_up(RATE, 64);
    seen.plugin.start();
    stand_in.say(0, &[FromEditor::Begin(index), FromEditor::Set { index, plain: 12.0 }]);
    seen.frame.run_until("the edit", || seen.edits.heard().len() == 2);
    let told = stand_in.told_so_far(0);
    // An older value of the same drag arrives at the sound.
    seen.plugin.flush("gain", 0.5);
    seen.frame.run(20);
    let gain = |frame: &ToEditor<'_>| matches!(frame, ToEditor::Value { index: i, .. } if *i == index);
    assert!(!stand_in.told(0, |frames| frames[told..].iter().any(gain)), "the user has it");
    stand_in.say(0, &[FromEditor::End(index)]);
    seen.frame.run_until("what the sound has after all", || stand_in.value(0, "gain") == Some(-18.0));
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn nonsense_of_an_editor_goes_no_further() {
    let (stand_in, seen) = opened();
    let (index, peak) = (stand_in.index("gain"), stand_in.index("peak"));
    stand_in.say(
        0,
        &[
            FromEditor::Set { index, plain: 3.0 },
            FromEditor::End(index),
            FromEditor::Begin(9999),
            FromEditor::Set { index: 9999, plain: 1.0 },
            FromEditor::Begin(peak),
            FromEditor::Property { index: 77, text: "x" },
            FromEditor::Message(&[0; 5000]),
            FromEditor::Size { width: 0, height: 9 },
            FromEditor::Size { width: u32::MAX, height: 9 },
            FromEditor::Menu { index: 9999, x: 0, y: 0 },
            FromEditor::Begin(index),
            FromEditor::Begin(index),
            FromEditor::Set { index, plain: f64::NAN },
            FromEditor::Set { index, plain: 1e9 },
        ],
    );
    stand_in.say_bytes(0, &[1, 2, 3]);
    seen.frame.run_until("two calls", || seen.edits.heard().len() >= 2);
    assert_eq!(seen.edits.heard(), [Edit::Begin(id("gain")), Edit::Set(id("gain"), 1.0)]);
    assert_eq!(seen.frame.wishes(), [[0; 2]; 0]);
    // It says no end, and so the host hears one when it is closed.
    // SAFETY: valid.
    unsafe { seen.view.removed() };
    assert_eq!(seen.edits.heard()[2..], [Edit::End(id("gain"))]);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn closing_ends_a_gesture_and_leaves_the_run_loop_first() {
    let (stand_in, seen) = opened();
    let index = stand_in.index("gain");
    assert_eq!(seen.frame.registered(), [1, 1]);
    stand_in.say(0, &[FromEditor::Begin(index)]);
    seen.frame.run_until("the beginning", || !seen.edits.heard().is_empty());
    stand_in.say_at_close(0, &[FromEditor::Set { index, plain: 24.0 }, FromEditor::End(index)]);
    let (sockets, timers) = seen.frame.handlers();
    let socket = stand_in.socket(0);
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.removed() }, kResultOk);
    let gain = id("gain");
    assert_eq!(seen.edits.heard(), [Edit::Begin(gain), Edit::Set(gain, 1.0), Edit::End(gain)]);
    assert_eq!(seen.frame.registered(), [0, 0]);
    assert_eq!(stand_in.open(), 0);
    // Some hosts call once more.
    for (socket_handler, timer) in sockets.iter().zip(&timers) {
        // SAFETY: handlers that we hold.
        unsafe {
            socket_handler.onFDIsSet(socket);
            timer.onTimer();
        }
    }
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.removed() }, kResultOk, "twice");
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_view_is_attached_again_and_twice_as_in_qtractor() {
    let (stand_in, seen) = opened();
    // SAFETY: valid.
    unsafe { seen.view.removed() };
    assert_eq!(seen.attach(WINDOW + 1), kResultOk);
    assert_eq!((stand_in.opened(), stand_in.open(), stand_in.request(1).parent), (2, 1, WINDOW as u64 + 1));
    assert_eq!(seen.attach(WINDOW + 2), kResultOk, "without `removed`");
    assert_eq!((stand_in.opened(), stand_in.open()), (3, 1), "the one before was closed");
    assert_eq!(seen.frame.registered(), [1, 1]);
    assert_eq!(stand_in.value(2, "gain"), Some(0.0), "a new one is told everything");
    assert_eq!(seen.frame.sockets_so_far(), 3, "once for each");
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_view_that_is_let_go_of_without_removed_closes_its_editor() {
    let stand_in = StandIn::new();
    let plugin = Plugin::of(&stand_in.module);
    let frame = Frame::new();
    let view = view_of(&plugin).expect("it has an editor");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: a valid frame and a number.
    unsafe {
        view.setFrame(Frame::pointer(&frame));
        assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk);
    }
    // The plugin goes first, as in hosts that have lost track.
    drop(plugin);
    frame.run(5);
    assert_eq!(stand_in.open(), 1);
    drop(view);
    assert_eq!((stand_in.open(), frame.registered()), (0, [0, 0]));
    is_clean(&stand_in, &frame);
}

#[test]
fn a_host_may_close_the_view_within_every_call() {
    for at in 0..3 {
        let (stand_in, mut seen) = opened();
        let index = stand_in.index("gain");
        for step in &gesture(index, 6.0)[..at] {
            stand_in.say(0, &[*step]);
        }
        seen.frame.run_until("the steps before", || seen.edits.heard().len() == at);
        let view = seen.view.clone();
        // SAFETY: valid.
        seen.edits.within(move |_| assert_eq!(unsafe { view.removed() }, kResultOk));
        stand_in.say(0, &gesture(index, 6.0)[at..]);
        seen.frame.run_until("the end", || seen.edits.heard().len() == 3);
        let gain = id("gain");
        let expected = [Edit::Begin(gain), Edit::Set(gain, (6.0 + 60.0) / 84.0), Edit::End(gain)];
        assert_eq!(seen.edits.heard(), expected, "closed within call {at}");
        assert_eq!((stand_in.open(), seen.frame.registered()), (0, [0, 0]));
        is_clean(&stand_in, &seen.frame);
        // And it may let go of it there.
        assert_eq!(seen.attach(WINDOW), kResultOk);
        let last = std::mem::replace(&mut seen.view, view_of(&seen.plugin).expect("another one"));
        let last = std::sync::Mutex::new(Some(last));
        seen.edits.within(move |_| drop(last.lock().expect("nobody panics").take()));
        stand_in.say(1, &gesture(index, 0.0));
        seen.frame.run_until("the end", || seen.edits.heard().len() == 6);
        is_clean(&stand_in, &seen.frame);
    }
}

#[test]
fn an_editor_without_a_window_is_closed_and_the_view_can_be_used_again() {
    let (stand_in, seen) = opened();
    stand_in.window_goes(0);
    seen.frame.run_until("the end", || stand_in.open() == 0);
    assert_eq!(seen.frame.registered(), [0, 0]);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!(stand_in.open(), 1);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn hosts_that_never_look_at_sockets_as_bitwig() {
    let frame = Frame::new();
    frame.look_away();
    let (stand_in, seen) = opened_in(frame);
    stand_in.say(0, &gesture(stand_in.index("gain"), 0.0));
    seen.frame.run_until("the timer does it", || seen.edits.heard().len() == 3);
    let config = Config { no_socket: 1, ..Config::of(&stand_in.description) };
    stand_in.configure(config);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!(seen.frame.registered(), [0, 1], "an editor without a socket");
    stand_in.say(1, &gesture(stand_in.index("gain"), 0.0));
    seen.frame.run_until("as above", || seen.edits.heard().len() == 6);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn the_run_loop_of_the_hosts_context_does_too() {
    let stand_in = StandIn::new();
    let host = Frame::new();
    let context: *mut FUnknown = Frame::pointer(&host).cast();
    let plugin = Plugin::within(&stand_in.module, context);
    // Some hosts initialise the controller too.
    // SAFETY: null is allowed.
    unsafe { plugin.controller.initialize(std::ptr::null_mut()) };
    let view = view_of(&plugin).expect("it has an editor");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: a number.
    unsafe { assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk) };
    assert_eq!(host.registered(), [1, 1]);
    assert!(!Flags(stand_in.request(0).flags).has(Flags::RESIZE), "there is no frame");
    drop(view);
    assert_eq!(host.registered(), [0, 0]);
    is_clean(&stand_in, &host);
}

/// A plugin in a host without a run loop.
fn alone() -> (StandIn, Plugin, ComWrapper<Edits>, ComPtr<IPlugView>) {
    let stand_in = StandIn::new();
    let plugin = Plugin::of(&stand_in.module);
    let edits = Edits::new();
    let view = view_of(&plugin).expect("it has an editor");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: a valid handler and a number.
    unsafe {
        plugin.controller.setComponentHandler(Edits::pointer(&edits));
        assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk);
    }
    (stand_in, plugin, edits, view)
}

#[test]
fn without_a_run_loop_the_service_thread_does_it() {
    let (stand_in, plugin, edits, view) = alone();
    assert_eq!(Flags(stand_in.request(0).flags), Flags::MESSAGES.with(Flags::NOTES));
    let index = stand_in.index("gain");
    stand_in.say(0, &gesture(index, 24.0));
    stand_in
        .say(0, &[FromEditor::Size { width: 400, height: 300 }, FromEditor::Menu { index, x: 1, y: 2 }]);
    wait("the gesture", || edits.heard().len() == 3);
    assert!(edits.heard_on().iter().all(|(_, thread)| *thread != current().id()));
    // SAFETY: any id and value are allowed.
    unsafe { plugin.controller.setParamNormalized(id("stages"), 1.0) };
    wait("the new value", || stand_in.value(0, "steps") == Some(10.0));
    assert_eq!(edits.heard().len(), 3, "nothing but edits");
    // SAFETY: valid.
    unsafe { view.removed() };
    let polls = stand_in.polls(0);
    assert_eq!((stand_in.open(), stand_in.polls(0), stand_in.faults()), (0, polls, 0));
}

#[test]
fn a_host_that_waits_for_its_main_thread_does_not_hang_the_service_thread() {
    let (stand_in, _plugin, edits, view) = alone();
    let index = stand_in.index("gain");
    let (inside, entered) = std::sync::mpsc::channel();
    let (leave, left) = std::sync::mpsc::channel::<()>();
    edits.within(move |_| {
        let _ = inside.send(());
        // As a host's lock that its main thread has.
        let _ = left.recv_timeout(Duration::from_secs(20));
    });
    stand_in.say(0, &gesture(index, 24.0));
    entered.recv_timeout(Duration::from_secs(20)).expect("the host is called");
    // SAFETY: valid. It returns while the other thread is in the host.
    unsafe { view.removed() };
    assert_eq!(stand_in.open(), 0);
    leave.send(()).expect("it is still there");
    let gain = id("gain");
    wait("the rest", || edits.heard() == [Edit::Begin(gain), Edit::Set(gain, 1.0), Edit::End(gain)]);
    assert_eq!(stand_in.faults(), 0);
}

#[test]
fn a_frame_that_comes_late_takes_over() {
    let (stand_in, _plugin, edits, view) = alone();
    let frame = Frame::new();
    // SAFETY: a valid frame.
    unsafe { view.setFrame(Frame::pointer(&frame)) };
    assert_eq!(frame.registered(), [1, 1]);
    stand_in.say(0, &gesture(stand_in.index("gain"), 0.0));
    frame.run_until("the gesture", || edits.heard().len() == 3);
    assert!(edits.heard_on().iter().all(|(_, thread)| *thread == current().id()));
    // SAFETY: null lets go of the frame.
    unsafe { view.setFrame(std::ptr::null_mut()) };
    drop(view);
    assert_eq!((frame.registered(), stand_in.faults()), ([0, 0], 0));
}

#[test]
fn sizes_are_told_asked_for_and_remembered() {
    let stand_in = StandIn::new();
    let frame = Frame::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    // Before there is a window.
    assert_eq!(seen.size(), [300, 200]);
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.canResize() }, kResultOk);
    for (asked, given) in [([400, 300], [400, 300]), ([1, 1], [200, 100]), ([9999, 9999], [900, 600])] {
        assert_eq!(seen.constrained(asked), given);
    }
    assert_eq!(seen.constrained([0, -5]), [200, 100]);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!([stand_in.request(0).width, stand_in.request(0).height], [0, 0], "what it wants");
    assert_eq!(seen.resize([640, 480]), kResultOk);
    assert_eq!(seen.size(), [640, 480]);
    let last = |stand_in: &StandIn, n| stand_in.told(n, |frames| format!("{:?}", frames.last()));
    assert_eq!(last(&stand_in, 0), "Some(Size { width: 640, height: 480 })");
    // The editor wishes.
    stand_in.say(0, &[FromEditor::Size { width: 500, height: 400 }]);
    seen.frame.run_until("the wish", || seen.frame.wishes() == [[500, 400]]);
    assert_eq!(seen.size(), [500, 400]);
    for nonsense in [[0, 0], [-1, 5], [5, i32::MIN]] {
        assert_eq!(seen.resize(nonsense), kInvalidArgument);
    }
    assert_eq!(seen.size(), [500, 400]);
    // The next view of the instance.
    // SAFETY: valid.
    unsafe { seen.view.removed() };
    let frame = Frame::new();
    let second = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(second.size(), [300, 200], "another instance");
    drop(second);
    let view = view_of(&seen.plugin).expect("another view");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: a number.
    unsafe { assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk) };
    assert_eq!([stand_in.request(1).width, stand_in.request(1).height], [500, 400]);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn an_editor_of_one_size_has_no_other() {
    let stand_in = StandIn::new();
    stand_in.configure(Config { resizable: 0, ..Config::of(&stand_in.description) });
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.canResize() }, kResultFalse);
    assert_eq!(seen.constrained([640, 480]), [300, 200], "as Live asks all the same");
}

#[test]
fn a_host_may_refuse_a_size_and_wishes_are_never_nested() {
    // Within its call it has the editor wish again.
    let frame = Frame::with(|_, _| kResultFalse);
    let (stand_in, seen) = opened_in(frame);
    stand_in.say(0, &[FromEditor::Size { width: 500, height: 400 }]);
    seen.frame.run_until("the wish", || seen.frame.wishes().len() == 1);
    assert_eq!((seen.size(), stand_in.open()), ([300, 200], 1), "it stays as it is");
    is_clean(&stand_in, &seen.frame);
    drop(seen);
    let stand_in = std::rc::Rc::new(StandIn::new());
    let inner = std::rc::Rc::clone(&stand_in);
    let frame = Frame::with(move |view, rect| {
        inner.say(0, &[FromEditor::Size { width: 700, height: 500 }]);
        // Hosts run their loop in here.
        // SAFETY: valid.
        unsafe {
            view.onKeyDown(0, 0, 0);
            view.onSize(rect)
        }
    });
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    stand_in.say(0, &[FromEditor::Size { width: 500, height: 400 }]);
    seen.frame.run_until("both wishes", || seen.frame.wishes().len() >= 2);
    assert_eq!(seen.frame.wishes()[..2], [[500, 400], [700, 500]]);
    is_clean(&stand_in, &seen.frame);
}

fn set_scale(seen: &Seen, scale: f32) -> i32 {
    let support = seen.view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
    // SAFETY: any number is allowed.
    unsafe { support.setContentScaleFactor(scale) }
}

#[test]
fn a_scale_comes_before_or_after_the_window_and_absurd_ones_do_not_count() {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    for absurd in [0.0, -2.0, f32::NAN, f32::INFINITY, 1e9, 1e-9] {
        assert_eq!(set_scale(&seen, absurd), kInvalidArgument, "{absurd}");
    }
    assert_eq!(seen.size(), [300, 200]);
    assert_eq!(set_scale(&seen, 2.0), kResultOk);
    assert_eq!(seen.size(), [600, 400]);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!(stand_in.request(0).scale, 2.0);
    assert_eq!(seen.resize([800, 500]), kResultOk);
    // Reaper says it late, and resizes from its run loop only.
    assert_eq!(set_scale(&seen, 1.5), kResultOk);
    assert_eq!(seen.frame.wishes(), [[0; 2]; 0]);
    assert_eq!(seen.size(), [600, 375]);
    seen.frame.run_until("the wish", || seen.frame.wishes() == [[600, 375]]);
    let scaled = |stand_in: &StandIn| stand_in.told(0, |frames| frames.contains(&ToEditor::Scale(1.5)));
    assert!(scaled(&stand_in));
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_scale_whose_size_is_refused_leaves_the_size() {
    let (stand_in, seen) = opened_in(Frame::with(|_, _| kResultFalse));
    assert_eq!(seen.resize([800, 500]), kResultOk);
    assert_eq!(set_scale(&seen, 2.0), kResultOk);
    seen.frame.run_until("the wish", || seen.frame.wishes() == [[1600, 1000]]);
    assert_eq!(seen.size(), [800, 500]);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn keys_menus_and_texts_find_their_way() {
    let (stand_in, seen) = opened();
    // SAFETY: any key is allowed.
    unsafe {
        assert_eq!(seen.view.onKeyDown(u16::from(b'y'), 7, 9), kResultOk, "the editor's");
        assert_eq!(seen.view.onKeyUp(u16::from(b'n'), 0, 0), kResultFalse, "the host's");
        assert_eq!(seen.view.onKeyDown(0xd800, -3, -1), kResultFalse, "half a character");
        assert_eq!(seen.view.onWheel(1.0), kResultFalse);
        assert_eq!(seen.view.onFocus(1), kResultOk);
    }
    let (y, n) = (u32::from('y'), u32::from('n'));
    assert_eq!(stand_in.keys(0), [y, 7, 9, 1, n, 0, 0, 0, 0, 0, 0xffff, 1]);
    stand_in.say(0, &[FromEditor::Menu { index: stand_in.index("steps"), x: 31, y: -4 }]);
    seen.frame.run_until("the menu", || !seen.edits.heard().is_empty());
    assert_eq!(seen.edits.heard(), [Edit::Menu(id("stages"), 31, -4)]);
    // A text is set, and makes the state dirty.
    stand_in.say(0, &[FromEditor::Property { index: 0, text: "Späß" }]);
    seen.frame.run_until("the host hears of it", || seen.edits.heard().contains(&Edit::Dirty));
    let text =
        |text: &str| stand_in.told(0, |frames| frames.contains(&ToEditor::Property { index: 0, text }));
    assert!(!text("Späß"), "it knows that");
    let other = Plugin::of(&stand_in.module);
    assert_eq!(other.load(&seen.plugin.save()), kResultOk);
    let second = view_of(&other).expect("it has an editor");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: a number.
    unsafe { assert_eq!(second.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk) };
    stand_in.told(1, |frames| {
        assert!(frames.contains(&ToEditor::Property { index: 0, text: "Späß" }), "saved and loaded");
    });
    // One that is too long is refused, and the editor hears what is true.
    let long = "x".repeat(5000);
    stand_in.say(0, &[FromEditor::Property { index: 0, text: &long }]);
    seen.frame.run_until("the truth", || text("Späß"));
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn a_host_finds_the_parameter_at_a_place() {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    // One object with several faces.
    let finder = seen.view.cast::<IParameterFinder>().expect("it knows where parameters are");
    let back = finder.cast::<IPlugView>().expect("it is the view");
    assert_eq!(back.as_ptr(), seen.view.as_ptr());
    assert_eq!(seen.find((15, 25)), None, "no editor is open");
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!(seen.find((15, 25)), None, "it shows nothing yet");
    let [gain, peak] = ["gain", "peak"].map(|param| stand_in.index(param) as i32);
    let many = stand_in.description.params.len() as i32;
    stand_in.shows(
        0,
        &[
            [10, 20, 30, 40, gain],
            [30, 20, 50, 40, peak],
            [60, 20, 70, 40, many],
            [70, 20, 80, 40, i32::MAX],
            [80, 20, 90, 40, i32::MIN],
            [i32::MIN, i32::MIN, -100, -100, gain],
        ],
    );
    for (at, found) in [
        ((10, 20), Some("gain")),
        ((29, 39), Some("gain")),
        ((30, 39), Some("peak")),
        ((9, 20), None),
        ((10, 40), None),
        ((60, 30), None),
        ((70, 30), None),
        ((80, 30), None),
        ((i32::MIN, i32::MIN), Some("gain")),
        ((i32::MAX, i32::MAX), None),
    ] {
        assert_eq!(seen.find(at), found.map(id), "{at:?}");
    }
    // SAFETY: null is what this is about; then valid.
    unsafe {
        assert_eq!(finder.findParameter(15, 25, std::ptr::null_mut()), kInvalidArgument);
        assert_eq!(seen.view.removed(), kResultOk);
    }
    assert_eq!(seen.find((15, 25)), None, "it is closed");
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert_eq!(seen.find((15, 25)), None, "another one");
    stand_in.shows(1, &[[10, 20, 30, 40, peak]]);
    assert_eq!(seen.find((15, 25)), Some(id("peak")));
    // SAFETY: as above.
    unsafe { assert_eq!(finder.findParameter(15, 25, std::ptr::null_mut()), kInvalidArgument) };
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn messages_go_to_the_sound_and_come_back() {
    let (stand_in, seen) = opened();
    let heard = |n, text: &[u8]| stand_in.told(n, |frames| frames.contains(&ToEditor::Message(text)));
    // The probe turns them round, as soon as it runs.
    stand_in.say(0, &[FromEditor::Message(b"abc"), FromEditor::Message(&[0; 5000])]);
    seen.frame.run(5);
    seen.plugin.set_up(RATE, 64);
    seen.plugin.start();
    seen.frame.run_until("the answer", || {
        seen.plugin.play(&[0.0; 64], &[]);
        heard(0, b"cba")
    });
    // The next editor hears what the next messages bring.
    assert_eq!(seen.attach(WINDOW), kResultOk);
    assert!(Flags(stand_in.request(1).flags).has(Flags::MESSAGES));
    stand_in.say(1, &[FromEditor::Message(b"def")]);
    seen.frame.run_until("the answer", || {
        seen.plugin.play(&[0.0; 64], &[]);
        heard(1, b"fed")
    });
    assert!(!heard(1, b"cba"));
    is_clean(&stand_in, &seen.frame);
}

/// What the probe makes of a block: it sends on notes an octave higher. The keys that begin, and those that end as
/// less than 0; velocities are 0.375.
fn played(seen: &Seen) -> Vec<i32> {
    let sent = Pass::<f32>::new(64, &[2], &[2]).sent_by(&seen.plugin);
    let key = |said: &(i32, Said)| match said {
        (0, Said::On(0, key, 0.375, ..)) => i32::from(*key) - 12,
        (0, Said::Off(0, key, ..)) => 12 - i32::from(*key),
        other => panic!("{other:?}"),
    };
    sent.iter().map(key).collect()
}

#[test]
fn notes_of_an_editor_are_played_and_end_with_it() {
    let (stand_in, seen) = opened();
    assert!(Flags(stand_in.request(0).flags).has(Flags::NOTES));
    seen.plugin.set_up(RATE, 64);
    seen.plugin.start();
    let on = |key| FromEditor::NoteOn { key, velocity: 0.375 };
    let polled = || {
        let polls = stand_in.polls(0);
        seen.frame.run_until("that it is heard", || stand_in.polls(0) > polls + 1);
    };
    stand_in.say(0, &[on(60), on(64), on(128), on(u32::MAX), FromEditor::NoteOff(61)]);
    polled();
    assert_eq!(played(&seen), [60, 64], "there are no other keys");
    assert!(played(&seen).is_empty());
    stand_in.say(0, &[FromEditor::NoteOff(60), on(64)]);
    polled();
    assert_eq!(played(&seen), [-60, -64, 64]);
    // Its end, without a word of its own.
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.removed() }, kResultOk);
    assert_eq!(played(&seen), [-64]);
    assert_eq!(seen.attach(WINDOW), kResultOk);
    stand_in.say(1, &[on(67)]);
    seen.frame.run_until("the note", || played(&seen) == [67]);
    stand_in.window_goes(1);
    seen.frame.run_until("its end", || played(&seen) == [-67]);
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn two_views_of_one_controller_show_the_same() {
    let (stand_in, seen) = opened();
    let second = view_of(&seen.plugin).expect("a second one");
    let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW + 1);
    // SAFETY: a valid frame and a number.
    unsafe {
        second.setFrame(Frame::pointer(&seen.frame));
        assert_eq!(second.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk);
    }
    assert!(!Flags(stand_in.request(1).flags).has(Flags::MESSAGES), "messages have one reader");
    stand_in.say(0, &gesture(stand_in.index("gain"), -30.0));
    seen.frame.run_until("the other one shows it", || stand_in.value(1, "gain") == Some(-30.0));
    drop(second);
    assert_eq!((stand_in.open(), seen.frame.registered()), (1, [1, 1]));
    is_clean(&stand_in, &seen.frame);
}

#[test]
fn two_instances_have_two_editors() {
    let (stand_in, first) = opened();
    let second = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    assert_eq!(second.attach(WINDOW), kResultOk);
    stand_in.say(0, &gesture(stand_in.index("gain"), -30.0));
    first.frame.run_until("the gesture", || first.edits.heard().len() == 3);
    second.frame.run(10);
    assert_eq!((first.plugin.plain("gain"), second.plugin.plain("gain")), (-30.0, 0.0));
    assert_eq!((second.edits.heard().len(), stand_in.value(1, "gain")), (0, Some(0.0)));
    drop(first);
    assert_eq!(stand_in.open(), 1);
    is_clean(&stand_in, &second.frame);
}

#[test]
fn null_pointers_are_refused_everywhere() {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    let (view, null) = (&seen.view, std::ptr::null_mut::<c_void>());
    let window = std::ptr::without_provenance_mut::<c_void>(WINDOW);
    // SAFETY: what this test is about.
    unsafe {
        assert!(seen.plugin.controller.createView(std::ptr::null()).is_null());
        assert!(seen.plugin.controller.createView(c"other".as_ptr()).is_null());
        let answers = [
            ("isPlatformTypeSupported", view.isPlatformTypeSupported(null.cast()), kResultFalse),
            ("another platform", view.isPlatformTypeSupported(c"HWND".as_ptr()), kResultFalse),
            ("X11", view.isPlatformTypeSupported(c"X11EmbedWindowID".as_ptr()), kResultOk),
            ("attached, window", view.attached(null, kPlatformTypeX11EmbedWindowID), kInvalidArgument),
            ("attached, type", view.attached(window, null.cast()), kInvalidArgument),
            ("attached, Wayland", view.attached(window, c"WaylandSurfaceID".as_ptr()), kInvalidArgument),
            ("removed", view.removed(), kResultOk),
            ("getSize", view.getSize(null.cast()), kInvalidArgument),
            ("onSize", view.onSize(null.cast()), kInvalidArgument),
            ("checkSizeConstraint", view.checkSizeConstraint(null.cast()), kInvalidArgument),
            ("onKeyDown", view.onKeyDown(0, 0, 0), kResultFalse),
            ("onKeyUp", view.onKeyUp(0, 0, 0), kResultFalse),
            ("onFocus", view.onFocus(0), kResultOk),
            ("setFrame", view.setFrame(null.cast::<IPlugFrame>()), kResultOk),
        ];
        for (what, is, should) in answers {
            assert_eq!(is, should, "{what}");
        }
        let mut object: *mut c_void = std::ptr::dangling_mut();
        let this = view.as_ptr().cast::<FUnknown>();
        let query = (*(*this).vtbl).queryInterface;
        assert_eq!(query(this, std::ptr::null(), &mut object), kInvalidArgument);
        assert!(object.is_null());
        assert_eq!(query(this, std::ptr::null(), std::ptr::null_mut()), kInvalidArgument);
        let name = ViewType::kEditor;
        let another = ComPtr::from_raw(seen.plugin.controller.createView(name)).expect("it is made");
        assert_ne!(another.as_ptr(), view.as_ptr());
    }
    assert_eq!(stand_in.opened(), 0);
}

#[test]
fn a_module_whose_editor_was_open_can_be_unloaded() {
    let is_loaded = |path: &std::path::Path| {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux tells what is loaded");
        maps.contains(path.to_str().expect("a path in Unicode"))
    };
    let stand_in = StandIn::new();
    let path = stand_in.path();
    for run_loop in [true, false] {
        let plugin = Plugin::of(&stand_in.module);
        let (view, frame) = (view_of(&plugin).expect("it has an editor"), Frame::new());
        let parent = std::ptr::without_provenance_mut::<c_void>(WINDOW);
        // SAFETY: a valid frame and a number.
        unsafe {
            if run_loop {
                view.setFrame(Frame::pointer(&frame));
            }
            assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk);
        }
        let n = stand_in.opened() as u32 - 1;
        stand_in.say(n, &gesture(stand_in.index("gain"), 3.0));
        frame.run_until("the edit", || plugin.plain("gain") == 3.0);
    }
    assert!(is_loaded(&path) && stand_in.faults() == 0);
    drop(stand_in);
    assert!(!is_loaded(&path), "it is out of memory");
}
