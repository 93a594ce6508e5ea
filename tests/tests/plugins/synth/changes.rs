//! What changes while it sounds: at its frame, and for what sounds on as well.

use dyad_tests::sound::{Format, assert_same};

use super::song::Song;
use super::{RATE, cents, frequency, hertz, peak, plain, steepest};

/// A note of the manager's, bent all the way up, while the controller says what its zone is and how far it bends.
fn zones() -> Song {
    let mut song = Song::new(RATE);
    song.say(0, &[0xE0, 127, 127]);
    song.on(4_800, 0, 57, 100);
    song.register(24_000, 0, 6, 7);
    song.on(24_010, 0, 57, 100);
    song.say(24_020, &[0xE0, 127, 127]);
    song.register(48_010, 0, 0, 7);
    song.register(72_010, 0, 6, 0);
    song.on(72_020, 0, 57, 100);
    song.off(96_000, 0, 57);
    song
}

#[test]
fn a_zone_and_its_bend_range_count_from_their_frame_on_whatever_the_blocks_are() {
    let song = zones();
    let arguments = |blocks| [plain(&["bend=12"]), vec!["--block", blocks]].concat();
    let first = song.render_both(&arguments("64"));
    for blocks in ["4096", "1,7,64,8192,33,256"] {
        assert_same(&first, &song.render_both(&arguments(blocks)), blocks);
    }
    // Before the zone, in it, with another range, and without it again: then the wheel is reset.
    for (from, key) in [(6_000, 69.0), (26_000, 59.0), (50_000, 64.0), (74_000, 57.0)] {
        let is = frequency(&first[0][from..from + 16_000], RATE, hertz(key));
        assert!(cents(is, hertz(key)).abs() < 0.5, "{from}: {is}");
    }
}

#[test]
fn a_managers_range_is_that_of_the_parameter_until_the_controller_says_another() {
    let bent = |mode: &str, said: Option<u8>| {
        let mut song = Song::new(RATE);
        if let Some(said) = said {
            song.register(10, 0, 0, said);
        }
        song.on(100, 0, 57, 100);
        song.say(200, &[0xE0, 127, 127]);
        song.off(40_000, 0, 57);
        song.render_both(&plain(&["bend=12", mode])).swap_remove(0)
    };
    for (mode, said, key) in [("mpe=on", None, 69.0), ("mpe=on", Some(7), 64.0), ("mpe=off", Some(7), 69.0)]
    {
        let is = frequency(&bent(mode, said)[6_000..38_000], RATE, hertz(key));
        assert!(cents(is, hertz(key)).abs() < 0.5, "{mode}, {said:?}: {is}");
    }
}

#[test]
fn a_reverb_whose_decay_grows_after_the_last_note_is_not_cut_off() {
    let mut song = Song::new(RATE);
    song.on(0, 0, 60, 100);
    song.off(24_000, 0, 60);
    // Nothing, to be there until all is said.
    song.control(60_000, 0, 3, 0);
    let more = ["reverb_mix=30", "reverb_decay=0.4", "reverb_decay@0.6=6", "reverb_mix@0.65=60"];
    let out = song.render_both(&[plain(&more), vec!["--tail", "4"]].concat());
    let second = |n: usize| peak(&out[0][n * 48_000..(n + 1) * 48_000]);
    let (early, late) = (second(1), second(3));
    assert!(early > 1e-3 && late > 0.05 * early, "10 dB a second: {early}, {late}");
    // Each step of it is as small as its neighbours.
    let rest = &out[0][48_000..4 * 48_000];
    assert!(steepest(rest) < 0.5 * peak(rest), "{}", steepest(rest));
    assert!(rest[rest.len() - 100..].iter().any(|sample| *sample != 0.0));
    for blocks in ["64", "1,16,333,4096"] {
        let arguments = [plain(&more), vec!["--tail", "4", "--block", blocks]].concat();
        assert_same(&out, &song.render(Format::Lv2, &arguments), blocks);
    }
}
