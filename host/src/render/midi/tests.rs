//! Tests of both directions.

use super::*;
use crate::shared::Midi;

/// A file of these tracks.
fn file(format: u8, division: [u8; 2], tracks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06\0".to_vec();
    bytes.extend([format, 0, tracks.len() as u8]);
    bytes.extend(division);
    for track in tracks {
        bytes.extend(b"MTrk");
        bytes.extend((track.len() as u32 + 4).to_be_bytes());
        bytes.extend(*track);
        bytes.extend([0, 0xff, 0x2f, 0]);
    }
    bytes
}

fn places(song: &Song) -> Vec<(u64, Vec<u8>)> {
    song.messages.iter().map(|(frame, message)| (*frame, message.bytes().to_vec())).collect()
}

#[test]
fn tracks_are_merged_and_tempo_changes_are_exact() {
    // 120, then 90 quarter notes per minute after two of them; 96 ticks each. 3/8 from there on.
    let tempo: &[u8] = &[
        0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20, 0x81, 0x40, 0xff, 0x51, 3, 0x0a, 0x2c, 0x2b, 0, 0xff, 0x58, 4,
        3, 3, 24, 8,
    ];
    // Running status; a note at tick 0, its end at tick 1, another at tick 288; SysEx.
    let notes: &[u8] =
        &[0, 0x90, 60, 100, 1, 60, 0, 0x82, 0x1f, 0x91, 61, 1, 0, 0xf0, 2, 1, 0xf7, 0, 0xc1, 5];
    let song = Song::parse(&file(1, [0, 96], &[tempo, notes]), 48_000).unwrap();
    // 666 667 µs in the third quarter note: 48 000 + 32 000.016 frames.
    assert_eq!(
        places(&song),
        [
            (0, vec![0x90, 60, 100]),
            (250, vec![0x90, 60, 0]),
            (80_000, vec![0x91, 61, 1]),
            (80_000, vec![0xc1, 5])
        ]
    );
    assert_eq!((song.frames, song.left_out), (80_001, 1));
    let transport = |frame| {
        let transport = song.tempo.transport(frame, 48_000);
        (transport.tempo.round(), transport.numerator, transport.denominator, transport.position)
    };
    assert_eq!(transport(47_999), (120.0, 4, 4, 47_999));
    assert_eq!(transport(48_000), (90.0, 3, 8, 48_000));
    assert!((song.tempo.quarters(80_000, 48_000) - 3.0).abs() < 1e-6);
}

#[test]
fn smpte_time_needs_no_tempo() {
    let notes: &[u8] = &[0x83, 0x74, 0x90, 60, 100];
    // 500 ticks of 1/1000 s.
    let song = Song::parse(&file(0, [0xe7, 40], &[notes]), 48_000).unwrap();
    assert_eq!(places(&song), [(24_000, vec![0x90, 60, 100])]);
    // 29.97 frames per second of 80 parts: 500 · 1001 / 2 400 000 s.
    let song = Song::parse(&file(0, [0xe3, 80], &[notes]), 48_000).unwrap();
    assert_eq!(places(&song), [(10_010, vec![0x90, 60, 100])]);
}

#[test]
fn what_is_written_is_read_on_the_same_frames() {
    let messages: Vec<_> = [(0, 0x90), (1, 0x80), (47_999, 0x90), (1_000_003, 0xb0), (2_000_000_000, 0x80)]
        .map(|(frame, status)| (frame, Midi::new(0, &[status, 60, 7]).unwrap()))
        .to_vec();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.mid");
    let pending = crate::atomic::create(&path).unwrap();
    let clock = (5, Midi::new(0, &[0xf8]).unwrap());
    let with_clock = [messages.clone(), vec![clock]].concat();
    assert_eq!(write(&pending, &with_clock, &TempoMap::default(), 48_000).unwrap(), 1);
    pending.finish().unwrap();
    let song = Song::open(&path, 48_000).unwrap();
    assert_eq!(song.messages, messages);
    assert_eq!(song.tempo, TempoMap::default());
}

#[test]
fn files_that_are_no_music() {
    let good = file(0, [0, 96], &[&[10, 0x90, 60, 100]]);
    assert!(Song::parse(&good, 48_000).is_ok());
    for len in 0..good.len() {
        let error = Song::parse(&good[..len], 48_000).unwrap_err();
        assert!(error.contains("not a usable MIDI file"), "cut at {len}: {error}");
    }
    for (bytes, reason) in [
        (file(2, [0, 96], &[&[10, 0x90, 60, 100]]), "format 2"),
        (file(0, [0, 0], &[&[10, 0x90, 60, 100]]), "no length"),
        (file(0, [0xe7, 0], &[&[10, 0x90, 60, 100]]), "no length"),
        (file(0, [0, 96], &[&[]]), "no music"),
        (file(0, [0, 96], &[&[10, 60, 100]]), "not a usable"),
        (file(0, [0, 1], &[&[0xff, 0xff, 0xff, 0x7f, 0x90, 60, 100]]), "24 hours"),
    ] {
        let error = Song::parse(&bytes, 48_000).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}
