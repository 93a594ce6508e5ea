//! Notes that overlap, pedals, places that are taken, and what stands in a stream beside notes.

use super::song::Song;
use super::{RATE, frequency, hertz, peak, plain, set, share, steepest, whole};

/// What comes after the last note, also where that is silence.
const TAIL: &[&str] = &["--tail", "0.5"];
/// The fade of a voice whose place is taken.
const FADE: usize = 144;

#[test]
fn equal_notes_that_overlap_each_have_an_end() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 69, 100);
    // In phase with the first, so that both together are twice as loud.
    song.on(10_036, 0, 69, 100);
    song.off(20_000, 0, 69);
    song.off(30_000, 0, 69);
    // And one too many, and one of a key that nobody struck.
    song.off(32_000, 0, 69);
    song.off(33_000, 0, 70);
    song.on(40_000, 0, 69, 100);
    song.off(50_000, 0, 69);
    let out = song.render_both(&plain(&[]));
    let level = |from: usize| share(&out[0][from + 1_000..from + 9_000]);
    assert!((level(0) - 1.0).abs() < 0.01 && (level(20_000) - 1.0).abs() < 0.01, "one voice");
    assert!(level(10_000) > 1.9, "two voices: {}", level(10_000));
    assert_eq!(level(30_000), 0.0);
    assert!((level(40_000) - 1.0).abs() < 0.01);
}

#[test]
fn a_stolen_voice_fades_and_the_new_note_starts_at_its_frame() {
    // Where the first note's sine is at its height: a cut there would be heard most.
    let at = 48_000 + 27;
    let settings = |voices: &'static str| plain(&[voices, "env_1_attack=3", "env_1_release=300"]);
    let song = |first: bool| {
        let mut song = Song::new(RATE);
        if first {
            song.on(0, 0, 69, 100);
        }
        song.on(at, 0, 74, 100);
        song.off(at + 10_000, 0, 74);
        song.off(at + 20_000, 0, 69);
        song
    };
    let [stolen, whole] =
        ["voices=1", "voices=16"].map(|voices| song(true).render_both(&settings(voices)).swap_remove(0));
    let alone = song(false).render_both(&settings("voices=1")).swap_remove(0);
    assert_eq!(stolen[..at], whole[..at]);
    // The new note, to the bit, as soon as the fade is over; meanwhile the old one under a line that falls.
    assert_eq!(stolen[at + FADE..at + 9_000], alone[at + FADE..at + 9_000]);
    for n in 0..FADE {
        let old = stolen[at + n] - alone[at + n];
        let before = whole[at + n] - alone[at + n];
        assert!(old.abs() <= before.abs() + 1e-6, "frame {n}: {old}, {before}");
    }
    assert!(
        (stolen[at] - whole[at]).abs() < 0.01 && whole[at].abs() > 0.9 * super::whole(),
        "it starts where it was, at its height"
    );
    // The fade itself is no steeper than 1.5 times its length.
    let allowed = steepest(&whole) + 1.6 * super::whole() / FADE as f32;
    assert!(steepest(&stolen) < allowed, "{} {allowed}", steepest(&stolen));
}

#[test]
fn no_more_voices_sound_than_are_set_and_released_ones_go_first() {
    let mut song = Song::new(RATE);
    for (n, key) in [60, 64, 67].into_iter().enumerate() {
        song.on(n * 1_000, 0, key, 100);
    }
    // The last of three is let go, and sounds on; the fourth takes its place.
    song.off(6_000, 0, 67);
    song.on(7_000, 0, 72, 100);
    song.on(20_000, 0, 76, 100);
    let end = 40_000;
    [60, 64, 72, 76].iter().for_each(|key| song.off(end, 0, *key));
    let out = song.render_both(&plain(&["voices=3", "env_1_release=2000", "volume=-12"]));
    let heard = |at: usize, key: u8| {
        // How much of a key's frequency there is.
        let piece = &out[0][at..at + 9_600];
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in piece.iter().enumerate() {
            let weight = (std::f64::consts::PI * (n as f64 + 0.5) / 9_600.0).sin().powi(2);
            let turn = std::f64::consts::TAU * hertz(f64::from(key)) * n as f64 / f64::from(RATE);
            re += weight * f64::from(*sample) * turn.cos();
            im += weight * f64::from(*sample) * turn.sin();
        }
        // The window halves it, and so does the other half of the spectrum; the volume is a quarter.
        re.hypot(im) / 9_600.0 * 16.0 > 0.5 * f64::from(whole())
    };
    let at = |at: usize| [60, 64, 67, 72, 76].map(|key| heard(at, key));
    assert_eq!(at(8_000), [true, true, false, true, false], "the one that was let go gave its place");
    assert_eq!(at(21_000), [false, true, false, true, true], "then the oldest");
}

#[test]
fn the_pedal_holds_notes_of_its_channel() {
    let mut song = Song::new(RATE);
    song.control(0, 0, 64, 127);
    song.on(100, 0, 69, 100);
    song.off(5_000, 0, 69);
    song.on(100, 1, 76, 100);
    song.off(5_000, 1, 76);
    song.control(20_000, 0, 64, 0);
    song.on(30_000, 0, 69, 100);
    song.off(35_000, 0, 69);
    let out = song.render_both(&[&plain(&[])[..], TAIL].concat());
    assert!(
        (frequency(&out[0][6_000..19_000], RATE, 440.0) - 440.0).abs() < 0.01,
        "the other channel's is over"
    );
    assert!((share(&out[0][6_000..19_000]) - 1.0).abs() < 0.01);
    assert_eq!(peak(&out[0][20_100..29_000]), 0.0);
    assert_eq!(peak(&out[0][35_100..]), 0.0);
}

#[test]
fn all_notes_off_releases_and_all_sound_off_silences() {
    for (controller, within) in [(123, 4_800), (120, FADE)] {
        let mut song = Song::new(RATE);
        for key in 50..60 {
            song.on(usize::from(key), 0, key, 100);
            song.on(usize::from(key), 1, key + 12, 100);
        }
        song.control(20_000, 0, controller, 0);
        song.control(40_000, 1, controller, 0);
        // Ends that come too late.
        (50..60).for_each(|key| song.off(60_000, 0, key));
        let out = song.render_both(&plain(&["env_1_release=100", "volume=-30"]));
        assert!(peak(&out[0][30_000..39_000]) > 0.01, "{controller}: the other channel sounds on");
        assert!(peak(&out[0][40_000..40_000 + within / 2]) > 0.0, "{controller}: it is no cut");
        assert_eq!(peak(&out[0][40_000 + within..]), 0.0, "{controller}");
    }
}

#[test]
fn a_bypass_ends_notes_and_the_next_one_sounds_as_ever() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 69, 100);
    song.off(70_000, 0, 69);
    song.on(80_000, 0, 69, 100);
    song.off(90_000, 0, 69);
    let out =
        song.render_both(&plain(&["bypass@0.5=1", "bypass@1=0", "env_1_release=3000"])).swap_remove(0);
    assert!(share(&out[20_000..23_900]) > 0.99);
    assert_eq!(peak(&out[24_300..80_000]), 0.0, "nor does it come back behind the bypass");
    assert_eq!(out[80_000..90_000], out[..10_000]);
}

#[test]
fn the_stream_may_hold_anything() {
    // Running status, SysEx (and one within running status' reach), a song position, program changes.
    let mut rough = Song::new(RATE);
    rough.say(0, &[0xF0, 5, 0x7E, 0x7F, 6, 1, 0xF7]);
    rough.say(0, &[0xC0, 5]);
    rough.say(100, &[0x90, 69, 100]);
    rough.say(200, &[72, 90]);
    rough.say(300, &[76, 80]);
    rough.say(10_000, &[69, 0]);
    rough.say(10_000, &[72, 0]);
    rough.say(12_000, &[0xF0, 3, 0x43, 1, 0xF7]);
    rough.say(14_000, &[0x90, 76, 0]);
    let mut tidy = Song::new(RATE);
    for (at, key, velocity) in [(100, 69, 100), (200, 72, 90), (300, 76, 80)] {
        tidy.on(at, 0, key, velocity);
    }
    tidy.off(10_000, 0, 69);
    tidy.off(10_000, 0, 72);
    tidy.off(14_000, 0, 76);
    let settings = set(&["volume=-20"]);
    let (rough, tidy) = (rough.render_both(&settings), tidy.render_both(&settings));
    assert!(peak(&tidy[0]) > 0.01);
    dyad_tests::sound::assert_same(&rough, &tidy, "rough and tidy");
}

#[test]
fn zones_that_change_while_notes_sound_leave_none_behind() {
    for mpe in ["mpe=auto", "mpe=on", "mpe=off"] {
        let mut song = Song::new(RATE);
        for turn in 0..6 {
            let at = turn * 12_000;
            for channel in 0..16 {
                song.on(at + 200 + usize::from(channel), channel, 50 + channel, 100);
                song.say(at + 1_000, &[0xE0 | channel, 0, 32 + channel]);
                song.say(at + 1_000, &[0xD0 | channel, channel * 8]);
            }
            song.control(at + 2_000, 0, 64, 127);
            // Lower and upper zones of other sizes, one over the other, and none.
            let (manager, members) = [(0, 7), (15, 12), (0, 15), (15, 3), (0, 0), (15, 0)][turn];
            song.register(at + 3_000, manager, 6, members);
            for channel in 0..16 {
                song.off(at + 8_000, channel, 50 + channel);
            }
            song.control(at + 9_000, 0, 64, 0);
        }
        let settings = plain(&[mpe, "volume=-30", "env_1_release=20"]);
        let out = song.render_both(&[&settings[..], TAIL].concat());
        assert!(out.iter().flatten().all(|sample| sample.abs() < 1.0));
        for turn in 0..6 {
            let at = turn * 12_000;
            assert!(peak(&out[0][at + 1_000..at + 3_000]) > 0.01, "{mpe}, turn {turn}: it sounds");
            assert_eq!(peak(&out[0][at + 10_000..at + 12_000]), 0.0, "{mpe}, turn {turn}: something hangs");
        }
    }
}

#[test]
fn one_voice_plays_the_last_key_that_is_held() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 57, 100);
    song.on(10_000, 0, 69, 100);
    song.on(20_000, 0, 64, 100);
    song.off(30_000, 0, 69);
    song.off(40_000, 0, 64);
    song.off(50_000, 0, 57);
    for mode in ["mode=mono", "mode=legato"] {
        let out = song.render_both(&[&plain(&[mode])[..], TAIL].concat()).swap_remove(0);
        for (at, key) in [(0, 57), (10_000, 69), (20_000, 64), (30_000, 64), (40_000, 57)] {
            let piece = &out[at + 500..at + 9_500];
            let is = frequency(piece, RATE, hertz(f64::from(key)));
            assert!((is - hertz(f64::from(key))).abs() < 0.05, "{mode}: {is} Hz at {at}");
            assert!((share(piece) - 1.0).abs() < 0.01, "{mode}: one voice at {at}");
        }
        assert_eq!(peak(&out[50_100..]), 0.0);
    }
    // A key that is struck starts the envelopes again in one mode, and not in the other.
    let pluck = ["env_1_decay=100", "env_1_sustain=10"];
    let loud = |mode| share(&song.render_both(&plain(&[&pluck[..], &[mode]].concat()))[0][20_000..21_000]);
    assert!(loud("mode=mono") > 0.8 && loud("mode=legato") < 0.11);
}
