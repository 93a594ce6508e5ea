//! The pitch of keys, and of what moves it.

use super::song::Song;
use super::{RATE, cents, frequency, hertz, plain};

#[test]
fn every_key_is_in_tune_within_a_tenth_of_a_cent() {
    let second = RATE as usize;
    let mut song = Song::new(RATE);
    for key in 0..128 {
        song.on(key * second, 0, key as u8, 127);
        song.off(key * second + second - 200, 0, key as u8);
    }
    let out = song.render_both(&plain(&[]));
    for key in 0..128 {
        let note = &out[0][key * second + 100..(key + 1) * second - 300];
        let wanted = hertz(key as f64);
        let off = cents(frequency(note, RATE, wanted), wanted);
        assert!(off.abs() < 0.1, "key {key} is {off} cents off");
    }
}

/// The frequency of key 69 while it is held, with a message before.
fn bent(messages: &[&[u8]], channel: u8, more: &[&str]) -> f64 {
    let mut song = Song::new(RATE);
    messages.iter().for_each(|message| song.say(0, message));
    song.on(100, channel, 69, 100);
    song.off(40_000, channel, 69);
    let out = song.render_both(&plain(more));
    // Twice: near what it is, whatever that is.
    let near = |hertz| frequency(&out[0][2_000..39_000], RATE, hertz);
    let crossings = out[0][2_000..39_000].windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    near(near(crossings as f64 * f64::from(RATE) / 37_000.0))
}

#[test]
fn wheels_and_members_bend_by_their_ranges() {
    let up: &[u8] = &[127, 127];
    let wheel = |channel: u8| [&[0xE0 | channel][..], up].concat();
    let zone: [&[u8]; 3] = [&[0xB0, 101, 0], &[0xB0, 100, 6], &[0xB0, 6, 15]];
    for (what, messages, channel, more, semitones) in [
        ("nothing", vec![], 0, &[][..], 0.0),
        ("the usual range", vec![wheel(0)], 0, &[], 2.0),
        ("another range", vec![wheel(0)], 0, &["bend=12"], 12.0),
        ("another channel's wheel", vec![wheel(1)], 0, &[], 0.0),
        ("no controller has said that it is MPE", vec![wheel(3)], 3, &[], 2.0),
        ("a member", vec![wheel(3)], 3, &["mpe=on"], 48.0),
        ("a manager, for its members", vec![wheel(0)], 3, &["mpe=on"], 2.0),
        ("never MPE", vec![wheel(3)], 3, &["mpe=off"], 2.0),
        ("tune and fine", vec![], 0, &["tune=30", "osc_1_fine=20"], 0.5),
        ("octave and semitone", vec![], 0, &["osc_1_octave=-1", "osc_1_semitone=7"], -5.0),
    ] {
        let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        let is = bent(&messages, channel, more);
        let off = cents(is, hertz(69.0 + semitones));
        assert!(off.abs() < 0.1, "{what}: {is} Hz, {off} cents off");
    }
    // Once the controller has asked for a zone, it is MPE by itself.
    let asked: Vec<&[u8]> = zone.into_iter().chain([&[0xE3, 127, 127][..]]).collect();
    assert!(cents(bent(&asked, 3, &[]), hertz(69.0 + 48.0)).abs() < 0.1);
}

#[test]
fn a_glide_is_a_straight_line_in_pitch() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 57, 100);
    song.on(24_000, 0, 69, 100);
    song.off(60_000, 0, 69);
    song.off(90_000, 0, 57);
    let glide = ["mode=legato", "glide=500"];
    let out = song.render_both(&plain(&glide));
    // A twentieth of a second around the middle of each way: half an octave up, half an octave down.
    let around = |at: usize| {
        let piece = &out[0][at - 1_200..at + 1_200];
        cents(frequency(piece, RATE, hertz(63.0)), hertz(63.0))
    };
    assert!(around(24_000 + 12_000).abs() < 2.0, "{}", around(36_000));
    assert!(around(60_000 + 12_000).abs() < 2.0, "back to the key that is held: {}", around(72_000));
    let at_last = frequency(&out[0][50_000..60_000], RATE, 440.0);
    assert!(cents(at_last, 440.0).abs() < 0.1, "{at_last}");
    // One voice, without a gap and without a step.
    assert!(super::steepest(&out[0][..90_000]) < (std::f64::consts::TAU * 440.0 / 48_000.0) as f32 * 1.01);
}
