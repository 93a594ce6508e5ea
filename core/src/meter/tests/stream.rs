//! Frames of levels: none is lost, however the reader behaves.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use proptest::prelude::*;

use crate::meter::{MeterFrame, MeterSender, MeterTap, frames_per_poll, meter_capacity};

fn send(sender: &mut MeterSender, left: &[f32], right: &[f32]) {
    sender.add(0, left);
    sender.add(1, right);
    sender.finish(left.len());
}

/// The level of block `n` in the tests that count blocks; no two neighbours are alike.
fn level(n: u64) -> f32 {
    (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / 16_777_216.0
}

/// Frames of a block in those tests.
const BLOCK: u64 = 4;

fn send_level(sender: &mut MeterSender, n: u64) {
    send(sender, &[level(n); BLOCK as usize], &[-level(n) / 2.0; BLOCK as usize]);
}

/// Checks a frame that goes over the blocks after `last` up to its own time, and gives the last one.
fn check(frame: &MeterFrame, last: u64) -> u64 {
    let end = frame.timestamp / BLOCK;
    assert!(end > last && frame.timestamp.is_multiple_of(BLOCK), "time rises");
    let levels = (last..end).map(level);
    let peak = levels.clone().fold(0.0, f32::max);
    assert_eq!(frame.peak, [peak, peak / 2.0], "blocks {last} to {end}");
    let power = levels.map(|level| f64::from(level) * f64::from(level)).sum::<f64>() / (end - last) as f64;
    assert!((f64::from(frame.rms[0]) - power.sqrt()).abs() < 1e-4, "blocks {last} to {end}");
    end
}

#[test]
fn the_ring_suits_a_screen() {
    assert_eq!(frames_per_poll(48_000.0, 32, 60.0), 25);
    assert_eq!(frames_per_poll(96_000.0, 32, 60.0), 50);
    assert_eq!(meter_capacity(48_000.0, 32, 60.0), 64);
    assert_eq!(meter_capacity(96_000.0, 32, 60.0), MeterTap::CAPACITY);
    for (rate, block, hz) in
        [(f64::NAN, 0, 0.0), (0.0, 0, -1.0), (1e300, 1, 1e-300), (44_100.0, 4096, 60.0)]
    {
        assert!((1..=1 << 14).contains(&frames_per_poll(rate, block, hz)));
    }
}

#[test]
fn left_and_right_show_peak_and_rms_with_the_time() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(8);
    let mut reader = tap.attach().unwrap();
    assert_eq!(reader.poll(), None, "nothing yet");
    // In pieces, as a block cut by automation.
    sender.add(0, &[1.5, 0.0]);
    sender.add(1, &[0.5, -0.5]);
    sender.add(0, &[0.0, 0.0]);
    sender.add(1, &[0.5, 0.5]);
    sender.add(2, &[9.0; 4]);
    sender.finish(4);
    assert_eq!(reader.poll(), Some(MeterFrame { peak: [1.5, 0.5], rms: [0.75, 0.5], timestamp: 4 }));
    assert_eq!(reader.poll(), None);
    sender.finish(60);
    assert_eq!(reader.poll(), Some(MeterFrame { timestamp: 64, ..MeterFrame::default() }), "silence");
}

#[test]
fn mono_shows_the_same_on_both_sides_and_no_frames_are_no_block() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(8);
    let mut reader = tap.attach().unwrap();
    sender.finish(0);
    sender.add(0, &[]);
    sender.finish(0);
    assert_eq!(reader.poll(), None);
    sender.add(0, &[0.5, -0.5]);
    sender.finish(2);
    assert_eq!(reader.poll(), Some(MeterFrame { peak: [0.5; 2], rms: [0.5; 2], timestamp: 2 }));
}

#[test]
fn samples_that_are_no_numbers_leave_finite_levels() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(8);
    let mut reader = tap.attach().unwrap();
    let mut bad = [0.5; 40];
    (bad[3], bad[20], bad[39]) = (f32::NAN, f32::NAN, f32::NAN);
    send(&mut sender, &bad, &[f32::NAN; 40]);
    let frame = reader.poll().unwrap();
    assert_eq!((frame.peak, frame.rms[1]), ([0.5, 0.0], 0.0));
    assert!((frame.rms[0] - 0.5).abs() < 0.05);
    send(&mut sender, &[f32::INFINITY, 0.0], &[f32::MAX; 2]);
    let frame = reader.poll().unwrap();
    assert_eq!((frame.peak, frame.rms), ([f32::MAX; 2], [0.0, f32::MAX]));
    send(&mut sender, &[0.25; 2], &[0.25; 2]);
    assert_eq!(reader.poll().unwrap().rms, [0.25; 2], "nothing stays");
}

#[test]
fn a_full_ring_keeps_the_peak_for_a_slow_reader() {
    for capacity in [0, 1, 2, 3, 64] {
        let tap = MeterTap::default();
        let mut sender = tap.sender(capacity);
        let mut reader = tap.attach().unwrap();
        for n in 0..1000 {
            send_level(&mut sender, n);
        }
        let last = check(&reader.poll().unwrap(), 0);
        send_level(&mut sender, 1000);
        let rest = reader.poll().map_or(last, |frame| check(&frame, last));
        send_level(&mut sender, 1001);
        let rest = reader.poll().map_or(rest, |frame| check(&frame, rest));
        assert!(rest >= 1001, "all is there as soon as there is room, {capacity}");
    }
}

proptest! {
    #[test]
    fn no_peak_is_lost(capacity in 1usize..6, polls in proptest::collection::vec(any::<bool>(), 1..200)) {
        let tap = MeterTap::default();
        let mut sender = tap.sender(capacity);
        let mut reader = tap.attach().unwrap();
        let (mut sent, mut last) = (0, 0);
        for polls in polls {
            if polls {
                last = reader.poll().map_or(last, |frame| check(&frame, last));
            } else {
                send_level(&mut sender, sent);
                sent += 1;
            }
        }
    }
}

#[test]
fn no_peak_is_lost_between_threads() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(2);
    let mut reader = tap.attach().unwrap();
    std::thread::scope(|scope| {
        let audio = scope.spawn(move || (0..50_000).for_each(|n| send_level(&mut sender, n)));
        let mut last = 0;
        while !audio.is_finished() {
            last = reader.poll().map_or(last, |frame| check(&frame, last));
        }
    });
}

#[test]
fn there_is_one_reader_at_a_time_and_it_sees_nothing_from_before() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(2);
    send(&mut sender, &[1.0], &[1.0]);
    let mut first = tap.attach().unwrap();
    assert!(tap.attach().is_none(), "taken");
    assert_eq!(first.poll(), None, "measured for nobody");
    for _ in 0..5 {
        send(&mut sender, &[1.0], &[1.0]);
    }
    sender.add(0, &[1.0]);
    drop(first);
    let mut second = tap.attach().unwrap();
    assert_eq!(second.poll(), None, "not what the first one left");
    send(&mut sender, &[0.5], &[0.25]);
    let frame = second.poll().unwrap();
    assert_eq!((frame.peak, frame.timestamp), ([0.5, 0.25], 7), "nor what it was late for");
}

#[test]
fn what_a_reader_left_behind_does_not_hide_what_comes() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(1);
    let mut first = tap.attach().unwrap();
    assert_eq!(first.poll(), None);
    // One frame in the ring and one that waits for room.
    send(&mut sender, &[1.0], &[1.0]);
    send(&mut sender, &[1.0], &[1.0]);
    drop(first);
    let mut second = tap.attach().unwrap();
    send(&mut sender, &[0.5], &[0.5]);
    assert_eq!(second.poll(), None, "the ring was full");
    send(&mut sender, &[0.25], &[0.25]);
    assert_eq!(second.poll().map(|frame| frame.peak), Some([0.5; 2]));
}

#[test]
fn a_reader_that_leaves_does_not_bring_back_an_old_ring() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(4);
    let mut first = tap.attach().unwrap();
    send(&mut sender, &[1.0], &[1.0]);
    first.poll();
    let mut next = tap.sender(4);
    drop(first);
    let mut second = tap.attach().unwrap();
    send(&mut next, &[0.5], &[0.5]);
    assert_eq!(second.poll().map(|frame| frame.peak), Some([0.5; 2]));
}

#[test]
fn a_reader_stays_when_the_plugin_is_activated_again() {
    let tap = MeterTap::default();
    let mut reader = tap.attach().expect("also before the first activation");
    assert_eq!(reader.poll(), None);
    let mut sender = tap.sender(4);
    send(&mut sender, &[0.75], &[0.75]);
    // Hosts activate anew before the old processor is gone.
    let mut next = tap.sender(4);
    send(&mut next, &[0.5], &[0.5]);
    drop(sender);
    assert_eq!(reader.poll().map(|frame| frame.peak), Some([0.5; 2]), "the old ring is gone");
    send(&mut next, &[0.25], &[0.25]);
    let mut third = tap.sender(4);
    send(&mut third, &[0.125], &[0.125]);
    assert_eq!(reader.poll().map(|frame| frame.peak), Some([0.25; 2]), "what waited in it is not");
    drop(third);
    drop(reader);
    assert!(tap.attach().is_some(), "and the next one may come");
}

#[test]
fn readers_come_and_go_while_frames_are_sent() {
    let tap = MeterTap::default();
    let mut sender = tap.sender(4);
    let sent = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                send_level(&mut sender, n);
                n += 1;
                sent.store(n, Ordering::Release);
            }
        });
        let _stop = super::Stop(&done);
        for round in 0..1000 {
            let before = sent.load(Ordering::Acquire);
            let mut reader = tap.attach().expect("nobody else");
            assert!(tap.attach().is_none());
            // Some leave at once, some stay until they have seen something.
            let mut last = None;
            while round % 4 > 0 && last.is_none() {
                last = reader.poll();
                std::thread::yield_now();
            }
            let Some(first) = last else { continue };
            assert!(first.timestamp > before * BLOCK, "a frame from before the reader came");
            // From here on the blocks are known exactly.
            let mut last = first.timestamp / BLOCK;
            for _ in 0..round % 4 {
                last = reader.poll().map_or(last, |frame| check(&frame, last));
            }
        }
    });
}
