//! VST3's note expressions: what is said of one note changes that note alone.

use dyad_tests::player::{LONGEST, Player, plain};
use dyad_tests::sound::Format;
use dyad_tests::vst3::Said;
use dyad_tests::wav::Sound;

use super::{RATE, cents, frequency, hertz, peak, share};

/// VST3's numbers.
const VOLUME: u32 = 0;
const PAN: u32 = 1;
const TUNING: u32 = 2;
const VIBRATO: u32 = 3;
const EXPRESSION: u32 = 4;
const BRIGHTNESS: u32 = 5;

/// Two notes, of which the second has an expression from its start on and the first, two octaves below, has the opposite
/// in vain, since it ends at once. What is heard of the second.
fn with(kind: u32, value: f64, rows: &[(&str, f32)]) -> Sound {
    let mut player = Player::new::<synth::Bundle>(Format::Vst3, "synth", "stereo");
    let settings = [
        ("osc_1_wave", 0.0),
        ("osc_1_level", 100.0),
        ("velocity", 0.0),
        ("volume", 0.0),
        ("env_1_attack", 0.0),
        ("env_1_sustain", 100.0),
        ("env_1_release", 1.0),
    ];
    for (param, value) in settings.iter().chain(rows) {
        player.set(param, plain::<synth::Bundle>(param, *value));
    }
    let mut sound = player.hear(
        LONGEST,
        &[
            (0, Said::On(0, 45, 0.8, 0.0, 7)),
            (0, Said::On(0, 69, 0.8, 0.0, 8)),
            (1, Said::Expression(kind, value, 8)),
            (2, Said::Expression(kind, 1.0 - value, 7)),
            (3, Said::Off(0, 45, 0.5, 7)),
        ],
    );
    for _ in 0..40 {
        let more = player.hear(LONGEST, &[]);
        sound.iter_mut().zip(more).for_each(|(sound, more)| sound.extend(more));
    }
    // Once all that is smoothed is there.
    sound.iter().map(|channel| channel[4_000..].to_vec()).collect()
}

#[test]
fn each_is_heard_of_its_note() {
    let sides = |sound: Sound| [share(&sound[0]), share(&sound[1])];
    let near = |is: [f32; 2], should: [f32; 2]| {
        is.iter().zip(should).all(|(is, should)| (is - should).abs() < 0.01)
    };
    // A quarter is as loud as without.
    let volume = sides(with(VOLUME, 0.125, &[]));
    assert!(near(volume, [0.5, 0.5]), "{volume:?}");
    let left = sides(with(PAN, 0.0, &[]));
    assert!(near(left, [std::f32::consts::SQRT_2, 0.0]), "{left:?}");
    // Positions are of 240 semitones.
    let tuned = with(TUNING, 0.5 + 3.5 / 240.0, &[]);
    let is = frequency(&tuned[0], RATE, hertz(72.5));
    assert!(cents(is, hertz(72.5)).abs() < 0.1, "{is}");
    let expression = sides(with(EXPRESSION, 0.5, &[]));
    assert!(near(expression, [0.25, 0.25]), "{expression:?}");
}

#[test]
fn vibrato_and_brightness_are_sources_of_the_matrix() {
    let row = |source: f32| [("mod_1_source", source), ("mod_1_target", 13.0), ("mod_1_amount", -50.0)];
    let loud = |kind, value, source| share(&with(kind, value, &row(source))[0]);
    assert!((loud(VIBRATO, 1.0, 13.0) - 0.5).abs() < 0.01);
    assert!((loud(VIBRATO, 0.0, 13.0) - 1.0).abs() < 0.01);
    assert!((loud(BRIGHTNESS, 1.0, 12.0) - 0.5).abs() < 0.01);
    assert!((loud(BRIGHTNESS, 0.5, 12.0) - 1.0).abs() < 0.01);
    assert!(peak(&with(BRIGHTNESS, 0.0, &row(12.0))[0]) > 1.4 * super::whole());
}
