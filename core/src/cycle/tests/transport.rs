//! Transport, modes, latency, tail, silence: what a host says and is told beside the sound.

use super::probe::{Busy, Effect, Feed, Rig};
use super::*;
use crate::task::{Request, Worker};
use std::sync::atomic::Ordering;
use std::sync::mpsc;

fn at(beats: f64) -> Transport {
    Transport {
        playing: true,
        tempo: Some(60.0),
        position_beats: Some(beats),
        position_frames: Some((beats * RATE) as i64),
        ..Transport::default()
    }
}

/// A rig whose pieces send their transport and mode.
fn listening() -> (Rig<Effect>, mpsc::Receiver<(Transport, Mode)>) {
    let mut rig = Rig::new();
    let (send, receive) = mpsc::channel();
    rig.engine.processor.script =
        Some(Box::new(move |_, _, context| send.send((context.transport(), context.mode())).unwrap()));
    (rig, receive)
}

#[test]
fn the_transport_is_right_at_the_first_frame_of_each_piece() {
    let (mut rig, seen) = listening();
    let feed = rig.plain(&[(24, "level", 0.1)]);
    rig.block(48, feed, |block| block.transport = Some(Box::leak(Box::new(at(2.0)))));
    let frames: Vec<_> = seen.try_iter().map(|(t, _)| (t.position_frames, t.position_beats)).collect();
    assert_eq!(frames, [(Some(96_000), Some(2.0)), (Some(96_024), Some(2.0005))]);
    // A host that says nothing more: it goes on.
    rig.run(48, Feed::default());
    assert_eq!(seen.recv().unwrap().0.position_frames, Some(96_048));
    // LV2: a jump in the middle of a block.
    rig.run(48, Feed { transports: vec![(16, at(8.0))], ..Feed::default() });
    let frames: Vec<_> = seen.try_iter().map(|(t, _)| t.position_frames).collect();
    assert_eq!(frames, [Some(96_096), Some(384_000)], "cut where it jumps");
    rig.run(48, Feed::default());
    assert_eq!(seen.recv().unwrap().0.position_frames, Some(384_032), "counted from the jump");
    let nonsense =
        Transport { tempo: Some(f64::NAN), time_signature: Some((0, 4)), ..Transport::default() };
    rig.run(48, Feed { transports: vec![(0, nonsense), (900, at(1.0))], ..Feed::default() });
    assert_eq!(seen.recv().unwrap().0, Transport::default());
    rig.run(48, Feed::default());
    let late = seen.try_iter().last().unwrap().0;
    assert_eq!(late.position_frames, Some(48_000), "one beyond the block counts from its end");
}

#[test]
fn a_transport_within_a_block_without_frames_is_that_of_the_next() {
    let (mut rig, seen) = listening();
    rig.run(0, Feed { transports: vec![(5, at(8.0))], ..Feed::default() });
    rig.run(8, Feed::default());
    assert_eq!(seen.recv().unwrap().0.position_frames, Some(384_000));
}

#[test]
fn the_mode_is_current_in_each_block() {
    let (mut rig, seen) = listening();
    for mode in [Mode::Realtime, Mode::Offline, Mode::Prefetch, Mode::Realtime] {
        rig.block(8, Feed::default(), |block| block.mode = mode);
        assert_eq!(seen.recv().unwrap().1, mode);
    }
}

#[test]
fn offline_a_task_is_done_in_the_piece_that_sent_it() {
    let mut rig = Rig::<Busy>::new();
    let done = Arc::clone(&rig.engine.processor.done);
    let mut add = rig.engine.processor.add.take().unwrap();
    let (tell, told) = mpsc::channel();
    rig.engine.processor.script = Some(Box::new(move |_, _, context| {
        add.send(5).unwrap();
        context.finish_tasks();
        tell.send(done.load(Ordering::SeqCst)).unwrap();
    }));
    for n in 1..=50 {
        rig.block(8, Feed::default(), |block| block.mode = Mode::Offline);
        assert_eq!(told.recv().unwrap(), 5 * n);
    }
}

#[test]
fn latency_and_tail_are_told_before_the_first_block_and_when_they_change() {
    let mut rig = Rig::<Effect>::new();
    assert_eq!((rig.engine.latency(), rig.engine.tail()), (0, Tail::None));
    let requests = |rig: &Rig<Effect>| {
        let taken = rig.instance.shared().requests.take();
        [Request::LatencyChanged, Request::TailChanged].map(|request| taken.has(request))
    };
    rig.run(8, Feed::default());
    assert_eq!(requests(&rig), [false, false]);
    rig.engine.processor.latency = 30;
    rig.run(8, Feed::default());
    assert_eq!((rig.engine.latency(), requests(&rig)), (30, [true, false]));
    rig.engine.processor.tail = Tail::Infinite;
    rig.run(8, Feed::default());
    assert_eq!((rig.engine.tail().frames(), requests(&rig)), (u32::MAX, [false, true]));
    rig.run(8, Feed::default());
    assert_eq!(requests(&rig), [false, false], "told once");
}

#[test]
fn a_processor_sees_its_parameters_before_its_latency_is_asked_for() {
    let mut rig = Rig::<Effect>::new();
    assert_eq!(rig.engine.processor.prepared, (0, 0.5), "the defaults");
    let store = &rig.instance.shared().store;
    store.load(rig.index("count"), 7.0);
    store.load(rig.index("level"), 0.25);
    rig.engine = rig.instance.activate(setup(Layout::MONO, 64), Worker::Service);
    assert_eq!(rig.engine.processor.prepared, (7, 0.25), "and what was loaded meanwhile");
}

#[test]
fn silence_is_said_where_it_is_certain() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, audio, _| {
        if params.level.value() == 0.0 || audio.all_silent() {
            audio.silence();
        }
    }));
    assert_eq!(rig.run(64, Feed::default()).1 & 1, 0);
    assert_eq!(rig.run(64, rig.plain(&[(0, "level", 0.0)])).1 & 1, 1);
    let (out, silent) = rig.run(64, rig.plain(&[(10, "level", 0.5), (20, "level", 0.0)]));
    assert_eq!(silent & 1, 0, "ten frames in the middle are not");
    assert_eq!((out[0][0], out[0][63]), (0.0, 0.0));
    let silent = rig.block(64, rig.plain(&[(0, "level", 1.0)]), |block| block.silent = 1).1;
    assert_eq!(silent & 1, 1, "the host's word reaches the plugin");
}

#[test]
fn a_plugin_that_has_more_to_save_says_so() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|_, _, context| context.state_changed()));
    rig.run(8, Feed::default());
    assert!(rig.instance.shared().requests.take().has(Request::StateDirty));
}
