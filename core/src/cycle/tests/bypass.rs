//! Bypass of what is no plain effect: latency that changes, instruments, note effects.

use super::probe::{Effect, Feed, MpeSynth, NoteEffect, Rig, Synth, Widening};
use super::{Block, RATE};
use crate::event::{Address, Event, EventKind, Expression, Incoming};

pub(super) fn note_on(frame: u32, key: u8) -> Incoming<'static> {
    let kind = EventKind::NoteOn { note: Address::key(0, key), velocity: 0.5 };
    Incoming::Event(Event { frame, kind })
}

pub(super) fn note_off(frame: u32, key: u8) -> Incoming<'static> {
    let kind = EventKind::NoteOff { note: Address::key(0, key), velocity: 0.0 };
    Incoming::Event(Event { frame, kind })
}

/// `+key` and `-key` of the notes that begin and end.
pub(super) fn notes<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<i32> {
    events
        .filter_map(|event| match event.kind {
            EventKind::NoteOn { note, .. } => Some(i32::from(note.key)),
            EventKind::NoteOff { note, .. } => Some(-i32::from(note.key)),
            _ => None,
        })
        .collect()
}

fn feed<'a>(events: Vec<Incoming<'a>>) -> Feed<'a> {
    Feed { events, ..Feed::default() }
}

#[test]
fn the_dry_signal_follows_a_latency_that_changes() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.latency = 100;
    rig.engine.processor.script = Some(Box::new(|_, audio, _| audio.silence()));
    let bypass = rig.plain(&[(0, "bypass", 1.0)]);
    rig.run(8, Feed::default());
    // One block of ones has passed so far, and the run before was silence.
    let (out, _) = rig.run(400, bypass);
    assert_eq!((out[0][91], out[0][399]), (0.0, 1.0), "the dry part is late by 100 frames");
    rig.engine.processor.latency = 1_000_000;
    rig.run(8, Feed::default());
    assert!(rig.engine.latency_too_large, "said when the run ends");
    assert_eq!(rig.run(64, Feed::default()).0[0], [1.0; 64], "and nothing breaks");
}

#[test]
fn a_latency_that_changes_while_bypassed_does_not_click() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.latency = 10;
    rig.engine.processor.script = Some(Box::new(|_, audio, _| audio.silence()));
    rig.run(8, rig.plain(&[(0, "bypass", 1.0)]));
    let mut heard = Vec::new();
    let sine: Vec<f32> =
        (0..4000).map(|n| (n as f64 * 100.0 * std::f64::consts::TAU / RATE).sin() as f32).collect();
    for (n, piece) in sine.chunks(50).enumerate() {
        // As the plugin would say it: the bypassed one is asked after each block.
        rig.engine.processor.latency = if n < 40 { 10 } else { 90 };
        let mut out = vec![0.0f32; 50];
        let (ins, outs) = ([piece.as_ptr()], [out.as_mut_ptr()]);
        // SAFETY: valid for 50 frames.
        unsafe { rig.engine.run(&Block::new(50, &ins, &outs), &mut Feed::default()) };
        heard.extend(out);
    }
    let largest = heard[1000..].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.0175, "the sine's own largest step is 0.0131, and this is {largest}");
    assert_eq!(heard[3900..], sine[3810..3910], "late by the new latency in the end");
}

#[test]
fn a_mono_sound_is_passed_to_both_sides_and_fades_there() {
    let mut rig = Rig::<Widening>::new();
    rig.engine.processor.latency = 10;
    rig.engine.processor.script = Some(Box::new(|_, audio, _| audio.silence()));
    rig.run(20, Feed::default());
    let (fading, silent) = rig.run(500, rig.plain(&[(0, "bypass", 1.0)]));
    assert_eq!(fading[0], fading[1]);
    assert!(fading[0].is_sorted() && fading[0][0] < 0.1 && fading[0][499] == 1.0, "{:?}", fading[0]);
    assert_eq!(silent, 0);
    let (dry, _) = rig.run(64, Feed::default());
    assert_eq!(dry, [[1.0; 64]; 2]);
}

#[test]
fn a_trigger_pressed_while_bypassed_is_not_kept_for_later() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, _, context| {
        if params.press.take() {
            context.set(&mut params.count, 0, 1);
        }
    }));
    rig.run(512, rig.plain(&[(0, "bypass", 1.0)]));
    rig.run(64, rig.plain(&[(0, "press", 1.0)]));
    assert_eq!(rig.value("press"), 0.0, "it comes back all the same");
    rig.run(512, rig.plain(&[(0, "bypass", 0.0)]));
    assert_eq!(rig.value("count"), 0.0);
}

#[test]
fn a_bypassed_instrument_falls_silent_with_its_notes_ended() {
    let mut rig = Rig::<Synth>::new();
    rig.engine.processor.script = Some(Box::new(|_, audio, _| {
        audio.channels().for_each(|mut channel| channel.map(|_| 1.0));
    }));
    rig.run(64, feed(vec![note_on(0, 60), note_on(5, 64)]));
    let mut all = Vec::new();
    let (first, _) = rig.run(64, rig.plain(&[(32, "bypass", 1.0)]));
    all.extend(rig.engine.processor.events.clone());
    assert_eq!(
        all.iter().map(|(start, event)| (*start, event.frame)).collect::<Vec<_>>(),
        [(32, 0), (32, 0)]
    );
    assert_eq!(notes(all.iter().map(|(_, event)| event)), [-60, -64], "both notes end as it begins");
    assert!(first[0][33] > 0.9 && first[0][63] < first[0][33], "fading");
    let (out, silent) = rig.run(512, feed(vec![note_off(3, 60), note_on(9, 67)]));
    assert_eq!((out[0][511], out[1][511]), (0.0, 0.0));
    assert_eq!(rig.run(64, Feed::default()).1 & 3, 3, "known to be silent ({silent:b})");
    let resets = rig.engine.processor.resets;
    rig.run(512, rig.plain(&[(0, "bypass", 0.0)]));
    assert_eq!(rig.engine.processor.resets, resets + 1, "it starts afresh");
    assert_eq!(rig.engine.processor.events, [], "the note that began meanwhile is not known to it");
    rig.run(64, feed(vec![note_on(0, 72)]));
    assert_eq!(notes(rig.engine.processor.events.iter().map(|e| &e.1)), [72]);
}

#[test]
fn a_bypassed_note_effect_passes_events_and_ends_what_hangs() {
    let mut rig = Rig::<NoteEffect>::new();
    // An octave up, and never an end.
    rig.engine.processor.script = Some(Box::new(|_, _, context| {
        for n in 0..context.event_count() {
            let Some(Event { frame, kind: EventKind::NoteOn { mut note, velocity } }) = context.event(n)
            else {
                continue;
            };
            note.key += 12;
            context.send(Event { frame, kind: EventKind::NoteOn { note, velocity } });
        }
    }));
    let sent = |rig: &Rig<NoteEffect>| {
        let events = rig.engine.output_events();
        (notes(events.iter()), events.iter().map(|event| event.frame).collect::<Vec<_>>())
    };
    rig.run(64, feed(vec![note_on(7, 60)]));
    assert_eq!(sent(&rig), (vec![72], vec![7]));
    let mut bypass = rig.plain(&[(10, "bypass", 1.0)]);
    bypass.events = vec![note_on(20, 62), note_on(30, 64), note_off(40, 62)];
    rig.run(64, bypass);
    assert_eq!(sent(&rig), (vec![-72, 62, 64, -62], vec![10, 20, 30, 40]));
    let mut back = rig.plain(&[(5, "bypass", 0.0)]);
    back.events = vec![note_on(9, 50)];
    rig.run(64, back);
    assert_eq!(sent(&rig), (vec![-64, 62], vec![5, 9]), "what was passed ends, and it works again");
    assert!(rig.engine.processor.resets > 0);
}

#[test]
fn a_fade_ends_at_the_same_frame_however_blocks_are_cut() {
    let render = |sizes: &[usize]| {
        let mut rig = Rig::<Effect>::new();
        rig.engine.processor.script = Some(Box::new(|_, audio, _| {
            audio.channels().for_each(|mut channel| channel.map(|_| f32::NAN));
        }));
        rig.run(8, Feed::default());
        let mut output = Vec::new();
        for (n, frames) in sizes.iter().enumerate() {
            let feed = if n == 0 { rig.plain(&[(0, "bypass", 1.0)]) } else { Feed::default() };
            output.extend(rig.run(*frames, feed).0.swap_remove(0));
        }
        output.iter().filter(|x| x.is_nan()).count()
    };
    assert_eq!([render(&[400]), render(&[1; 400]), render(&[100; 4])], [239; 3], "the 240th is dry");
}

#[test]
fn a_reset_forgets_the_dry_signal_too() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.latency = 50;
    rig.run(256, rig.plain(&[(0, "bypass", 1.0)]));
    rig.run(256, Feed::default());
    // The host stops, and starts somewhere else.
    rig.engine.reset();
    let (out, _) = rig.run(256, Feed::default());
    assert_eq!((out[0][..50].iter().sum::<f32>(), out[0][50]), (0.0, 1.0), "nothing of what was before");
}

fn program(frame: u32, program: u8) -> Incoming<'static> {
    Incoming::Event(Event { frame, kind: EventKind::ProgramChange { channel: 0, program } })
}

#[test]
fn a_bypass_that_is_taken_back_within_its_fade_tears_nothing_apart() {
    let mut rig = Rig::<Synth>::new();
    rig.run(8, feed(vec![note_on(0, 60)]));
    let mut there = rig.plain(&[(0, "bypass", 1.0)]);
    there.events = vec![note_on(10, 67), program(20, 5)];
    rig.run(64, there);
    let mut seen = rig.engine.processor.events.clone();
    let mut back = rig.plain(&[(0, "bypass", 0.0)]);
    back.events = vec![note_off(8, 67), note_off(9, 60), note_on(10, 72)];
    rig.run(400, back);
    seen.extend(rig.engine.processor.events.clone());
    assert_eq!(notes(seen.iter().map(|e| &e.1)), [-60, 72], "no end of a note that it never had");
    let is_program = |e: &&(u32, Event)| matches!(e.1.kind, EventKind::ProgramChange { program: 5, .. });
    assert_eq!(seen.iter().filter(is_program).count(), 1, "what is about no note is not lost");
}

#[test]
fn a_note_from_before_a_bypass_is_nobodys_after_it() {
    let mut rig = Rig::<Synth>::new();
    let note = Address { id: Some(7), channel: Some(0), key: Some(60) };
    let event = |kind| vec![Incoming::Event(Event { frame: 0, kind })];
    rig.run(8, feed(event(EventKind::NoteOn { note, velocity: 1.0 })));
    rig.run(512, rig.plain(&[(0, "bypass", 1.0)]));
    rig.run(8, Feed::default());
    rig.run(512, rig.plain(&[(0, "bypass", 0.0)]));
    rig.run(8, feed(event(EventKind::Expression { note, expression: Expression::Pan, value: 1.0 })));
    assert_eq!(rig.engine.processor.events, [], "it was reset, and does not know it");
}

#[test]
fn a_note_off_in_a_block_without_frames_is_passed_on_while_bypassed() {
    let mut rig = Rig::<NoteEffect>::new();
    let mut bypass = rig.plain(&[(0, "bypass", 1.0)]);
    bypass.events = vec![note_on(0, 60)];
    rig.run(8, bypass);
    rig.run(0, feed(vec![note_off(0, 60), program(0, 1), note_on(0, 62)]));
    rig.run(8, feed(vec![note_off(3, 62)]));
    assert_eq!(notes(rig.engine.output_events().iter()), [-60, 62, -62]);
    assert_eq!(rig.engine.output_events().len(), 4);
    rig.run(0, feed(vec![note_on(0, 64)]));
    rig.run(8, rig.plain(&[(0, "bypass", 0.0)]));
    assert_eq!(rig.engine.processor.events, [], "what the other side never got has no end there");
    rig.run(8, feed(vec![note_off(0, 64)]));
    assert_eq!(rig.engine.processor.events, []);
}

#[test]
fn what_an_mpe_controller_says_while_bypassed_counts_afterwards() {
    let mut rig = Rig::<MpeSynth>::new();
    let bend = |value| {
        let kind = EventKind::PitchBend { channel: 3, value };
        vec![Incoming::Event(Event { frame: 0, kind })]
    };
    rig.run(8, feed(bend(0.5)));
    rig.run(512, rig.plain(&[(0, "bypass", 1.0)]));
    rig.run(8, feed(bend(0.0)));
    rig.run(512, rig.plain(&[(0, "bypass", 0.0)]));
    let kind = EventKind::NoteOn { note: Address::key(3, 60), velocity: 1.0 };
    rig.run(8, feed(vec![Incoming::Event(Event { frame: 0, kind })]));
    assert_eq!(rig.engine.processor.events.len(), 1, "no tuning of long ago");
}
