//! What happens while it sounds: times and tempos that change, freeze, bypass, sounds that are none.

use dyad_tests::gain::FADE;
use dyad_tests::sound::render_both;

use super::{RATE, heard, impulse, noise, only_echoes, sine, steepest, write_tempos};

/// The slope of a sine of level 1, and with a cross-fade of 30 ms to another place of it.
fn slopes(hertz: f64) -> (f64, f64) {
    let own = std::f64::consts::TAU * hertz / f64::from(RATE);
    let fade = 2.0 * 1.5 / (0.03 * f64::from(RATE));
    (own * 1.001, own.hypot(fade) * 1.001)
}

#[test]
fn a_change_of_time_makes_no_click() {
    for hertz in [110.0, 440.0, 2000.0] {
        let (own, faded) = slopes(hertz);
        let input = sine(2 * RATE as usize, hertz, 0.5);
        let changes =
            ["time_left@0.5=333", "time_left@0.9=20", "time_left@1.01=100", "time_left@1.012=700"];
        let set = [&["sync=0", "time_left=100", "feedback=0"][..], &changes].concat();
        let out = render_both("delay", RATE, &input, &[&only_echoes(&set)[..], &["--tail", "0"]].concat());
        // Before the first echo it is silent; where the sine begins is its own corner.
        let steep = steepest(&out[0][4810..]);
        assert!(steep <= 0.5 * faded, "{hertz} Hz: {steep}");
        // On tape: up to an octave higher while the time grows shorter.
        let set = [&set[..], &["change=tape"]].concat();
        let out = render_both("delay", RATE, &input, &[&only_echoes(&set)[..], &["--tail", "0"]].concat());
        let steep = steepest(&out[0][4810..]);
        assert!(steep <= 0.5 * 2.0 * own, "{hertz} Hz on tape: {steep}");
        assert!(steep > 0.5 * 1.5 * own, "{hertz} Hz on tape: the pitch moves: {steep}");
    }
}

#[test]
fn a_change_of_tempo_makes_no_click_and_echoes_follow() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("tempo.mid");
    // 120, from the second quarter on 90, from the third on 174.
    write_tempos(&path, &[(0, 500_000), (1, 666_667), (2, 344_828)]);
    let midi = ["--tail", "0", "--midi", path.to_str().expect("a text")];
    let set = only_echoes(&["sync=1", "note_left=n1_16", "feedback=0"]);
    let arguments = [&set[..], &midi].concat();
    let out = render_both("delay", RATE, &sine(2 * RATE as usize, 440.0, 0.5), &arguments);
    let steep = steepest(&out[0][6010..]);
    assert!(steep <= 0.5 * slopes(440.0).1, "{steep}");
    // Sent when the last tempo has long been there: a sixteenth of it later.
    let mut input = impulse(2 * RATE as usize, [0.0; 2]);
    input[0][72_000] = 0.5;
    let out = render_both("delay", RATE, &input, &arguments);
    assert_eq!(heard(&out[0]), [(72_000 + (0.344_828f64 / 4.0 * 48_000.0).round() as usize, 0.5)]);
}

#[test]
fn a_frozen_loop_keeps_its_level_and_takes_nothing_in() {
    let set = ["sync=0", "time_left=50", "feedback=30", "high_cut=2000", "freeze@0.5=1"];
    // Noise is played all the time.
    let input = noise(6 * RATE as usize, 0.5);
    let set = [&only_echoes(&set)[..], &["--set", "mod_depth=0", "--tail", "0"]].concat();
    let out = render_both("delay", RATE, &input, &set);
    for channel in &out {
        let turns: Vec<&[f32]> = channel[RATE as usize..].chunks_exact(2400).collect();
        assert_eq!(turns.len(), 100);
        assert!(turns[0].iter().any(|sample| sample.abs() > 0.01), "there is something in it");
        // The high cut works on what is heard: from turn to turn its memory differs by rounding alone.
        let off = |turn: &[f32]| turn.iter().zip(turns[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let worst = turns.iter().map(|turn| off(turn)).fold(0.0, f32::max);
        assert!(worst < 1e-6, "{worst}");
    }
    // Released, what is played is heard again.
    let set = ["sync=0", "time_left=50", "feedback=0", "freeze=1", "freeze@0.5=0"];
    let mut input = impulse(RATE as usize, [0.0; 2]);
    input[0][10_000] = 0.5;
    input[0][30_000] = 0.25;
    let out = render_both("delay", RATE, &input, &[&only_echoes(&set)[..], &["--tail", "0"]].concat());
    assert_eq!(heard(&out[0]), [(32_400, 0.25)]);
}

#[test]
fn bypass_while_everything_rings_is_the_input_and_comes_back_empty() {
    let (on, off) = (RATE as usize / 2, RATE as usize);
    let set = ["sync=0", "time_left=200", "feedback=100", "mix=50", "bypass@0.5=1", "bypass@1=0"];
    let mut input = noise(on - 1000, 0.2);
    input.iter_mut().for_each(|channel| channel.resize(2 * RATE as usize, 0.0));
    let render = |set: &[&str]| {
        render_both("delay", RATE, &input, &[&only_echoes(set)[..], &["--tail", "0"]].concat())
    };
    let (out, ringing) = (render(&set), render(&set[..4]));
    for (channel, ringing) in out.iter().zip(&ringing) {
        assert!(ringing[on..off].iter().any(|sample| sample.abs() > 0.1), "it rings");
        for (n, sample) in ringing[on..on + FADE].iter().enumerate() {
            let faded = sample * (1.0 - (n + 1) as f32 / FADE as f32);
            assert!((channel[on + n] - faded).abs() < 1e-6, "{n} frames into the fade");
        }
        assert!(channel[on + FADE..off].iter().all(|sample| *sample == 0.0), "the input is silent");
        assert!(channel[off..].iter().all(|sample| *sample == 0.0), "and nothing of before comes back");
    }
}

#[test]
fn what_is_no_number_is_gone_with_the_sound_that_held_it() {
    for nonsense in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut input = noise(RATE as usize, 0.1);
        for channel in &mut input {
            channel[10_000..10_100].fill(nonsense);
        }
        let set = [
            "sync=0",
            "time_left=20",
            "feedback=99",
            "mix=50",
            "low_cut=200",
            "high_cut=5000",
            "mod_depth=1",
            "ducking=50",
            "ping_pong=1",
        ];
        let out = render_both("delay", RATE, &input, &[&only_echoes(&set)[..], &["--tail", "0"]].concat());
        for channel in &out {
            assert!(channel.iter().all(|sample| sample.is_finite() && sample.abs() < 4.0), "{nonsense}");
        }
    }
}
