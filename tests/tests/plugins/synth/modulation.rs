//! What players move, and what it does.

use super::song::Song;
use super::{RATE, cents, frequency, hertz, peak, plain, set, share, steepest};

/// Renders a held A with a message in its middle, and gives the peaks of both halves of one side.
fn halves(messages: &[&[u8]], more: &[&str], side: usize) -> [f32; 2] {
    let mut song = Song::new(RATE);
    song.on(0, 0, 69, 100);
    messages.iter().for_each(|message| song.say(20_000, message));
    song.off(40_000, 0, 69);
    let out = song.render_both(&plain(more)).swap_remove(side);
    assert!(steepest(&out[1_000..39_000]) < 0.08, "{messages:?} {more:?}: no step is heard");
    [share(&out[10_000..20_000]), share(&out[30_000..40_000])]
}

#[test]
fn controllers_move_what_the_matrix_says() {
    let level = |source: &str, amount: i32| {
        [
            format!("mod_1_source={source}"),
            "mod_1_target=level".to_owned(),
            format!("mod_1_amount={amount}"),
        ]
    };
    for (source, message, before, after) in [
        ("wheel", &[0xB0, 1, 127][..], 1.0, 0.5),
        ("pressure", &[0xD0, 127], 1.0, 0.5),
        ("pressure", &[0xA0, 69, 127], 1.0, 0.5),
        ("slide", &[0xB0, 74, 127], 1.0, 0.5),
        ("slide", &[0xB0, 74, 0], 1.0, 1.5),
        ("bend", &[0xE0, 127, 127], 1.0, 0.5),
    ] {
        let row = level(source, -50);
        let row: Vec<&str> = row.iter().map(String::as_str).chain(["bend=0", "volume=-6"]).collect();
        let volume = 10_f32.powf(-6.0 / 20.0);
        let is = halves(&[message], &row, 0).map(|peak| peak / volume);
        assert!(
            (is[0] - before).abs() < 0.02 && (is[1] - after).abs() < 0.02,
            "{source} {message:?}: {is:?}"
        );
    }
    // Expression is a level by itself, after General MIDI: 40 dB a decade.
    let [before, after] = halves(&[&[0xB0, 11, 64]], &[], 0);
    assert!((before - 1.0).abs() < 0.01 && (after - (64.0_f32 / 127.0).powi(2)).abs() < 0.01, "{after}");
}

#[test]
fn a_row_needs_its_via() {
    let row = [
        "mod_1_source=lfo_1",
        "mod_1_via=wheel",
        "mod_1_target=pan",
        "mod_1_amount=100",
        "lfo_1_shape=square",
        "lfo_1_rate=0.1",
    ];
    let [before, after] = halves(&[&[0xB0, 1, 127]], &row, 0);
    assert!((before - 1.0).abs() < 0.01 && after < 0.01, "{before} {after}");
    // What goes from the left is on the right, 3 dB up.
    let [_, after] = halves(&[&[0xB0, 1, 127]], &[&row[..], &["volume=-6"]].concat(), 1);
    assert!((after - 0.5012 * std::f32::consts::SQRT_2).abs() < 0.01, "{after}");
}

#[test]
fn members_have_their_own_pressure_and_slide() {
    let mut song = Song::new(RATE);
    song.register(0, 0, 6, 15);
    song.on(100, 1, 57, 100);
    song.on(100, 2, 69, 100);
    song.say(10_000, &[0xD1, 127]);
    song.off(30_000, 1, 57);
    song.off(30_000, 2, 69);
    let row = ["mod_1_source=pressure", "mod_1_target=level", "mod_1_amount=-100"];
    let out = song.render_both(&plain(&row)).swap_remove(0);
    assert!(share(&out[1_000..9_000]) > 1.2);
    let rest = &out[12_000..29_000];
    assert!((share(rest) - 1.0).abs() < 0.01 && (frequency(rest, RATE, 440.0) - 440.0).abs() < 0.01);
}

#[test]
fn a_wheel_that_turns_makes_no_steps() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 69, 100);
    // From one end to the other in coarse steps, as old controllers send them.
    for n in 0..64 {
        song.say(5_000 + n * 300, &[0xE0, 0, (n * 2) as u8]);
        song.control(5_000 + n * 300, 0, 11, 127 - n as u8);
    }
    song.off(40_000, 0, 69);
    let out = song.render_both(&plain(&["bend=12"])).swap_remove(0);
    let fastest = std::f64::consts::TAU * hertz(81.0) / f64::from(RATE);
    assert!(f64::from(steepest(&out[100..39_900])) < fastest * 1.01);
}

#[test]
fn an_lfo_in_time_with_the_song_has_its_period() {
    // A quarter note of a tick a frame is 24000 frames; the square wave's half is one of its eighths.
    let row = [
        "lfo_1_sync=1",
        "lfo_1_note=n1_8",
        "lfo_1_shape=square",
        "mod_1_source=lfo_1",
        "mod_1_target=level",
        "mod_1_amount=100",
        "volume=-6",
    ];
    for start in ["lfo_1_start=note", "lfo_1_start=free"] {
        let mut song = Song::new(RATE);
        // Both begin with a period of the song.
        song.on(12_000, 0, 69, 100);
        song.off(60_000, 0, 69);
        let out = song.render_both(&plain(&[&row[..], &[start]].concat())).swap_remove(0);
        for half in 0..6 {
            let piece = &out[12_000 + half * 6_000 + 300..12_000 + (half + 1) * 6_000 - 300];
            let wanted = if half % 2 == 0 { 1.0024 } else { 0.0 };
            assert!((share(piece) - wanted).abs() < 0.02, "{start}, half {half}: {}", share(piece));
        }
    }
    // A note in the middle of a period: one starts its own, the other is where the song is.
    let mut song = Song::new(RATE);
    song.on(18_000, 0, 69, 100);
    song.off(60_000, 0, 69);
    let loud = |start| share(&song.render_both(&plain(&[&row[..], &[start]].concat()))[0][18_500..23_500]);
    assert!(loud("lfo_1_start=note") > 0.9 && loud("lfo_1_start=free") < 0.02);
}

#[test]
fn vibrato_by_the_wheel_moves_the_pitch_to_both_sides() {
    // Three semitones: the amount is cubed.
    let row = [
        "mod_1_source=lfo_1",
        "mod_1_via=wheel",
        "mod_1_target=pitch",
        "mod_1_amount=50",
        "lfo_1_shape=square",
        "lfo_1_rate=1",
    ];
    let mut song = Song::new(RATE);
    song.control(0, 0, 1, 127);
    song.on(0, 0, 69, 100);
    song.off(48_000, 0, 69);
    let out = song.render_both(&plain(&row)).swap_remove(0);
    for (from, semitones) in [(500, 3.0), (24_500, -3.0)] {
        let wanted = hertz(69.0 + semitones);
        let is = frequency(&out[from..from + 23_000], RATE, wanted);
        assert!(cents(is, wanted).abs() < 0.2, "{is} {wanted}");
    }
}

#[test]
fn softer_notes_are_softer_and_darker_as_far_as_is_set() {
    let note = |velocity: u8, more: &[&str]| {
        let mut song = Song::new(RATE);
        song.on(0, 0, 45, velocity);
        song.off(20_000, 0, 45);
        song.render_both(&set(&[&["env_1_attack=0", "env_1_sustain=100"][..], more].concat()))
            .swap_remove(0)
    };
    let loud = |velocity, more: &[&str]| peak(&note(velocity, more)[2_000..19_000]);
    assert!((loud(20, &["velocity=0"]) - loud(127, &["velocity=0"])).abs() < 1e-3);
    let share = loud(64, &["velocity=100"]) / loud(127, &["velocity=100"]);
    assert!((share - (64.0_f32 / 127.0).powi(2)).abs() < 0.01, "{share}");
    // How much of it are steps between samples says how bright it is.
    let bright = |velocity| {
        let sound = note(velocity, &["velocity=0", "filter_cutoff=2000", "filter_velocity=100"]);
        steepest(&sound[2_000..19_000]) / peak(&sound[2_000..19_000])
    };
    assert!(bright(127) > 2.0 * bright(10), "{} {}", bright(127), bright(10));
}
