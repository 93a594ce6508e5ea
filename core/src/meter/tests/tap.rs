//! Samples for an analyser: in order, aligned, and every gap is known.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use proptest::prelude::*;

use crate::meter::{AudioTap, TapChunk, TapReader, TapSender};

/// Sends a piece in which each sample is the number of its frame; the right channel is negative.
fn send(sender: &mut TapSender, start: u64, frames: usize) {
    let left: Vec<f32> = (start..).take(frames).map(|n| n as f32).collect();
    let right: Vec<f32> = left.iter().map(|x| -x).collect();
    sender.push(&[&left, &right]);
}

/// Reads up to `room` frames and checks that each is where it should be.
fn read(reader: &mut TapReader, room: usize) -> TapChunk {
    let mut buffers = vec![vec![f32::NAN; room]; 2];
    let chunk = reader.read(&mut buffers);
    for (n, (left, right)) in buffers[0].iter().zip(&buffers[1]).take(chunk.frames).enumerate() {
        let frame = (chunk.position + n as u64) as f32;
        assert_eq!((*left, *right), (frame, -frame), "frame {n} of {chunk:?}");
    }
    assert!(buffers[0][chunk.frames..].iter().all(|x| x.is_nan()), "the rest is left alone");
    chunk
}

fn chunk(frames: usize, position: u64, continues: bool, lost: u64) -> TapChunk {
    TapChunk { frames, position, continues, lost }
}

#[test]
fn samples_arrive_in_order_with_their_position() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 100);
    let mut reader = tap.attach().unwrap();
    assert_eq!(read(&mut reader, 10).frames, 0);
    send(&mut sender, 0, 30);
    send(&mut sender, 30, 40);
    assert_eq!(read(&mut reader, 50), chunk(50, 0, false, 0), "the first is a start");
    assert_eq!(read(&mut reader, 50), chunk(20, 50, true, 0));
    assert_eq!(read(&mut reader, 50).frames, 0);
    assert_eq!(reader.read(&mut [] as &mut [Vec<f32>]).frames, 0);
    send(&mut sender, 70, 100);
    assert_eq!(read(&mut reader, 200), chunk(100, 70, true, 0), "the whole capacity");
}

#[test]
fn a_full_ring_drops_the_newest_and_the_reader_sees_where() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 100);
    let mut reader = tap.attach().unwrap();
    send(&mut sender, 0, 60);
    send(&mut sender, 60, 60);
    send(&mut sender, 120, 20);
    assert_eq!(sender.dropped(), 60, "a piece goes in whole or not at all");
    assert_eq!(read(&mut reader, 200), chunk(60, 0, false, 0), "up to the gap");
    assert_eq!(read(&mut reader, 200), chunk(20, 120, false, 60), "and what came after it");
    send(&mut sender, 140, 500);
    assert_eq!(read(&mut reader, 200).frames, 0, "longer than the ring");
    send(&mut sender, 640, 5);
    assert_eq!(read(&mut reader, 200), chunk(5, 640, false, 500));
    send(&mut sender, 645, 5);
    assert_eq!(read(&mut reader, 200), chunk(5, 645, true, 0));
    assert_eq!(sender.dropped(), 560);
}

#[test]
fn pieces_are_padded_and_cut_so_that_channels_stay_aligned() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 1000);
    let mut reader = tap.attach().unwrap();
    let mut piece = sender.piece(200);
    piece.channel(0, &[1.0; 150]);
    piece.channel(0, &[2.0; 100]);
    piece.channel(5, &[3.0; 200]);
    drop(piece);
    drop(sender.piece(0));
    let mut buffers = vec![vec![9.0; 300]; 3];
    assert_eq!(reader.read(&mut buffers), chunk(200, 0, false, 0));
    assert!(buffers[0][..150].iter().all(|x| *x == 1.0) && buffers[0][150..200].iter().all(|x| *x == 2.0));
    assert!(buffers[1][..200].iter().all(|x| *x == 0.0), "a channel that got nothing is silent");
    assert!(buffers[2][..200].iter().all(|x| *x == 0.0), "so is one that is not there");
    sender.push(&[&[f32::NAN, f32::INFINITY], &[1.0, 2.0, 3.0]]);
    let mut one = [[0.0; 8]];
    assert_eq!(reader.read(&mut one), chunk(2, 200, true, 0), "fewer buffers than channels");
    assert!(one[0][0].is_nan() && one[0][1] == f32::INFINITY, "raw");
    let mut mono = tap.sender(0, 0);
    mono.push(&[&[0.5]]);
    assert_eq!(reader.read(&mut one), chunk(1, 0, false, 0));
    assert_eq!(one[0][0], 0.5);
}

#[test]
fn a_reader_sees_nothing_from_before_it_came() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 100);
    send(&mut sender, 0, 10);
    let mut first = tap.attach().unwrap();
    assert!(tap.attach().is_none(), "taken");
    send(&mut sender, 10, 10);
    assert_eq!(read(&mut first, 5), chunk(5, 10, false, 0));
    drop(first);
    send(&mut sender, 20, 10);
    let mut second = tap.attach().unwrap();
    assert_eq!(read(&mut second, 50).frames, 0);
    send(&mut sender, 30, 10);
    assert_eq!(read(&mut second, 50), chunk(10, 30, false, 0));
    let mut next = tap.sender(2, 50);
    send(&mut next, 0, 70);
    send(&mut next, 70, 10);
    assert_eq!(read(&mut second, 50), chunk(10, 70, false, 0), "activated again: a start");
}

#[test]
fn many_gaps_are_told_apart_or_become_one() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 1000);
    let mut reader = tap.attach().unwrap();
    let (mut start, mut lost, mut expected) = (0, 0, 0);
    // More gaps than the ring of marks holds.
    for _ in 0..100 {
        send(&mut sender, start, 3);
        send(&mut sender, start + 3, 2000);
        start += 2003;
    }
    loop {
        let chunk = read(&mut reader, 1000);
        if chunk.frames == 0 {
            break;
        }
        assert_eq!(chunk.position, expected + chunk.lost);
        lost += chunk.lost;
        expected = chunk.position + chunk.frames as u64;
    }
    send(&mut sender, start, 3);
    lost += read(&mut reader, 10).lost;
    assert_eq!(lost, sender.dropped());
}

/// Follows a reader: where it is, and whether gaps add up.
#[derive(Default)]
struct Follower {
    next: Option<u64>,
    lost: u64,
}

impl Follower {
    fn take(&mut self, chunk: TapChunk) {
        if chunk.frames > 0 {
            let next = self.next.unwrap_or(chunk.position);
            assert_eq!(chunk.position, next + chunk.lost, "{chunk:?}");
            assert_eq!(chunk.continues, self.next.is_some() && chunk.lost == 0, "{chunk:?}");
            self.lost += chunk.lost;
            self.next = Some(chunk.position + chunk.frames as u64);
        }
    }
}

proptest! {
    #[test]
    fn every_frame_is_read_or_known_to_be_lost(
        steps in proptest::collection::vec((any::<bool>(), 0usize..60), 1..200),
    ) {
        let tap = AudioTap::default();
        let mut sender = tap.sender(2, 100);
        let mut reader = tap.attach().unwrap();
        let mut follower = Follower::default();
        let mut start = 0;
        for (sends, frames) in steps {
            if sends {
                send(&mut sender, start, frames);
                start += frames as u64;
            } else {
                follower.take(read(&mut reader, frames));
            }
        }
        for _ in 0..2000 {
            follower.take(read(&mut reader, 100));
        }
        send(&mut sender, start, 1);
        follower.take(read(&mut reader, 1));
        prop_assert_eq!(follower.lost, sender.dropped());
        prop_assert_eq!(follower.next, Some(start + 1));
    }
}

#[test]
fn readers_come_and_go_while_samples_are_sent() {
    let tap = AudioTap::default();
    let mut sender = tap.sender(2, 256);
    let (sent, done) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut start = 0;
            while !done.load(Ordering::Relaxed) {
                let frames = 1 + start as usize % 48;
                send(&mut sender, start, frames);
                // Numbers that f32 holds exactly.
                start += frames as u64;
                sent.store(start, Ordering::Release);
            }
        });
        let _stop = super::Stop(&done);
        for round in 0..1000 {
            let before = sent.load(Ordering::Acquire);
            let mut reader = tap.attach().expect("nobody else");
            let mut follower = Follower::default();
            while round % 3 > 0 && follower.next.is_none() {
                let chunk = read(&mut reader, 64);
                assert!(chunk.frames == 0 || chunk.position >= before, "from before the reader came");
                follower.take(chunk);
                std::thread::yield_now();
            }
            for _ in 0..round % 3 {
                follower.take(read(&mut reader, 64));
            }
        }
    });
}
