//! When the echoes come.

use dyad_tests::sound::{Format, render, render_both};

use super::{RATE, heard, impulse, only_echoes, write_tempos};

#[test]
fn a_time_in_milliseconds_is_exact_to_the_sample_at_every_rate() {
    for (rate, ms, delay) in [
        (8000, "1", 8),
        (8000, "5000", 40_000),
        (44_100, "250", 11_025),
        (48_000, "333.3125", 15_999),
        (96_000, "1234.5", 118_512),
        (192_000, "2", 384),
        (384_000, "750", 288_000),
    ] {
        let time = format!("time_left={ms}");
        let set = only_echoes(&["sync=0", "feedback=0", &time]);
        let input = impulse(delay + 1000, [0.5, 0.25]);
        let out = render_both("delay", rate, &input, &[&set[..], &["--tail", "0"]].concat());
        assert_eq!(heard(&out[0]), [(delay, 0.5)], "{ms} ms at {rate} Hz");
        assert_eq!(heard(&out[1]), [(delay, 0.25)], "{ms} ms at {rate} Hz");
    }
}

#[test]
fn a_note_value_follows_the_songs_tempo_to_the_sample() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("tempo.mid");
    let midi = path.to_str().expect("a text");
    // A quarter's microseconds: 120, 90, 174, 60 and 300 quarter notes per minute.
    for micros in [500_000u32, 666_667, 344_828, 1_000_000, 200_000] {
        write_tempos(&path, &[(0, micros)]);
        for (rate, note, quarters) in [
            (48_000, "n1_4", 1.0),
            (48_000, "n1_8d", 0.75),
            (44_100, "n1_16t", 1.0 / 6.0),
            (96_000, "n1_64t", 1.0 / 24.0),
            (44_100, "n1_2d", 3.0),
            (8000, "n1_1", 4.0),
        ] {
            let seconds = quarters * f64::from(micros) * 1e-6;
            let delay = (seconds * f64::from(rate)).round() as usize;
            let note = format!("note_left={note}");
            let set = only_echoes(&["sync=1", "feedback=0", &note]);
            let input = impulse(delay + 1000, [0.5, 0.5]);
            let arguments = [&set[..], &["--tail", "0", "--midi", midi]].concat();
            let out = render_both("delay", rate, &input, &arguments);
            assert_eq!(heard(&out[0]), [(delay, 0.5)], "{note} at {micros} µs, {rate} Hz");
        }
    }
}

#[test]
fn too_long_a_note_is_halved_until_it_fits() {
    // 2/1 at 60 quarter notes per minute would be 8 s.
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("tempo.mid");
    write_tempos(&path, &[(0, 1_000_000)]);
    let midi = path.to_str().expect("a text");
    let set = only_echoes(&["sync=1", "feedback=0", "note_left=n2_1"]);
    let arguments = [&set[..], &["--tail", "0", "--midi", midi]].concat();
    let out = render_both("delay", 8000, &impulse(70_000, [0.5; 2]), &arguments);
    assert_eq!(heard(&out[0]), [(32_000, 0.5)]);
}

#[test]
fn the_sides_have_times_of_their_own_unless_they_are_linked() {
    for (link, right) in [("link=1", 4800), ("link=0", 12_000)] {
        let set = ["sync=0", "feedback=0", link, "time_left=100", "time_right=250"];
        let arguments = [&only_echoes(&set)[..], &["--tail", "0"]].concat();
        let out = render_both("delay", RATE, &impulse(20_000, [0.5, 0.5]), &arguments);
        assert_eq!((heard(&out[0]), heard(&out[1])), (vec![(4800, 0.5)], vec![(right, 0.5)]), "{link}");
    }
}

#[test]
fn a_mono_track_has_echoes_on_both_sides_where_it_becomes_stereo() {
    let set = ["sync=0", "feedback=0", "link=0", "time_left=100", "time_right=250"];
    let class = ["--class", "urn:dyad:delay#mono_to_stereo", "--tail", "0"];
    let input = vec![impulse(20_000, [0.5, 0.5]).swap_remove(0)];
    let out = render("delay", Format::Lv2, RATE, &input, &[&class[..], &only_echoes(&set)].concat());
    assert_eq!((heard(&out[0]), heard(&out[1])), (vec![(4800, 0.5)], vec![(12_000, 0.5)]));
}
