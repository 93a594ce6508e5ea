//! MIDI files in and out.

mod common;
mod rendering;

use common::{Bench, FIXTURE, RATE, example, read, run};
use rendering::{late, midi, notes, track};

/// The samples that are not silent.
fn hits(signal: &[f32]) -> Vec<(usize, i32)> {
    let hits = signal.iter().enumerate().filter(|(_, sample)| **sample != 0.0);
    hits.map(|(frame, sample)| (frame, (sample * 127.0).round() as i32)).collect()
}

fn write(bench: &Bench, name: &str, bytes: &[u8]) -> String {
    let path = bench.path(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

const TEMPO_90: [u8; 6] = [0xff, 0x51, 3, 0x0a, 0x2c, 0x2b];

/// Two tracks: 120, then 90 quarter notes per minute after two of them; notes before and after it.
fn song() -> Vec<u8> {
    let tempo = track(&[(192, &TEMPO_90)]);
    let melody = track(&[
        (0, &[0x90, 60, 127]),
        // Running status, and an end as a start without velocity.
        (1, &[60, 0]),
        (192, &[61, 100]),
        (192, &[0x81, 62, 50]),
        (288, &[0x91, 63, 1]),
        (480, &[0xb0, 7, 99]),
    ]);
    midi(1, 96, &[tempo, melody])
}

/// 666 667 µs in a quarter note after the second.
const AFTER: usize = 48_000 + 32_000;

#[test]
fn notes_fall_on_exact_frames_in_blocks_of_any_size() {
    let bench = Bench::new();
    let plugin = notes(&bench);
    let file = write(&bench, "a.mid", &song());
    let output = bench.path("b.wav");
    for blocks in ["512", "1,16,64,333,1024", "8192", "250"] {
        let words = ["render", &plugin, "--midi", &file, "--out", &output, "--tail", "0"];
        bench.good(&[&words[..], &["--block", blocks]].concat());
        let [heard, tempo] = <[_; 2]>::try_from(read(&output)).unwrap();
        let expected = [(0, 127), (48_000, 50), (AFTER, 1)];
        assert_eq!(hits(&heard), expected, "blocks {blocks}");
        // The controller is the last of it, five quarter notes after the start.
        assert_eq!(heard.len(), 48_000 + 96_000 + 1, "blocks {blocks}");
        assert_eq!((tempo[0], (tempo[heard.len() - 1] * 1000.0).round()), (0.12, 90.0));
    }
}

#[test]
fn tempo_is_that_of_the_blocks_first_frame() {
    let bench = Bench::new();
    let file = write(&bench, "a.mid", &song());
    let output = bench.path("b.wav");
    bench.good(&["render", &notes(&bench), "--midi", &file, "--out", &output, "--block", "480"]);
    let tempo = read(&output).remove(1);
    assert!(tempo[..48_000].iter().all(|tempo| *tempo == 0.12));
    assert!(tempo[48_000..].iter().all(|tempo| (tempo * 1000.0 - 90.0).abs() < 1e-3));
}

#[test]
fn what_comes_out_is_written_and_plays_the_same() {
    let bench = Bench::new();
    let plugin = notes(&bench);
    let file = write(&bench, "a.mid", &song());
    let [first, second, out, again] = ["b.wav", "c.wav", "b.mid", "c.mid"].map(|name| bench.path(name));
    let said = bench.good(&["render", &plugin, "--midi", &file, "--out", &first, "--midi-out", &out]);
    assert!(said.contains("b.mid: 6 messages"), "{said}");
    // MIDI alone needs no audio file.
    bench.good(&["render", &plugin, "--midi", &out, "--midi-out", &again]);
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&again).unwrap());
    bench.good(&["render", &plugin, "--midi", &again, "--out", &second]);
    assert_eq!(read(&first), read(&second));
    // A plugin that makes two notes of one, and has no audio at all.
    let fifths = "http://lv2plug.in/plugins/eg-fifths";
    let said = bench.good(&["render", fifths, "--midi", &file, "--midi-out", &out]);
    assert!(said.contains("messages"), "{said}");
    bench.good(&["render", fifths, "--then", &plugin, "--midi", &file, "--out", &first]);
    bench.good(&["render", &plugin, "--midi", &out, "--out", &second]);
    assert_eq!(hits(&read(&first)[0]), hits(&read(&second)[0]));
    assert_eq!(hits(&read(&first)[0])[0], (0, 254), "a note and its fifth");
}

#[test]
fn midi_goes_by_what_takes_none_and_is_as_late_as_the_audio() {
    let bench = Bench::new();
    let [late, fixture] = [late(&bench), example("fixture_vst3").to_str().unwrap().to_owned()];
    let file = write(&bench, "a.mid", &song());
    let input = bench.wav("a.wav", &[vec![0.0; 100_000]]);
    let [output, out] = ["b.wav", "b.mid"].map(|name| bench.path(name));
    let words = ["render", &late, "--set", "delay=700", "--then", &fixture, "--class", FIXTURE];
    let files = ["--in", &input, "--midi", &file, "--out", &output, "--midi-out", &out, "--tail", "0"];
    for blocks in ["512", "64,1000"] {
        bench.good(&[&words[..], &files[..], &["--block", blocks]].concat());
        let heard = read(&output).remove(0);
        // The fixture shows starts of notes by their velocities.
        assert_eq!(hits(&heard)[..2], [(0, 127), (48_000, 100)], "blocks {blocks}");
        bench.good(&["render", &notes(&Bench::new()), "--midi", &out, "--out", &bench.path("c.wav")]);
        let again = read(&bench.path("c.wav")).remove(0);
        assert_eq!(hits(&again).iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 48_000, AFTER]);
    }
}

#[test]
fn lengths_without_a_file_to_read() {
    let bench = Bench::new();
    let plugin = notes(&bench);
    let file = write(&bench, "a.mid", &song());
    let output = bench.path("b.wav");
    let words = ["render", &plugin, "--out", &output];
    let frames = |more: &[&str]| {
        bench.good(&[&words[..], more].concat());
        read(&output)[0].len()
    };
    assert_eq!(frames(&["--seconds", "0.5"]), 24_000);
    assert_eq!(frames(&["--seconds", "0.5", "--midi", &file]), 24_000);
    assert_eq!(frames(&["--midi", &file, "--tail", "1"]), 48_000 + 96_000 + 1 + 48_000);
    // The tempo at its second output sounds for ever.
    assert_eq!(frames(&["--midi", &file]), 48_000 + 96_000 + 1 + 60 * 48_000);
    // Audio and MIDI together last as long as the longer one.
    let input = bench.wav("a.wav", &[vec![0.0; 10]]);
    assert_eq!(frames(&["--in", &input, "--midi", &file, "--tail", "0"]), 48_000 + 96_000 + 1);
    let said = bench.good(&[&words[..], &["--seconds", "1", "--rate", "8000"]].concat());
    assert!(said.contains("1.000 s, 2 channels, 8000 Hz"), "{said}");
    let amp = "http://lv2plug.in/plugins/eg-amp";
    bench.good(&["render", amp, "--channels", "1", "--seconds", "1", "--out", &output]);
    assert_eq!(read(&output), [vec![0.0; RATE as usize]]);
    // Tempos alone are for plugins without MIDI too.
    let tempo = track(&[(0, &[0xff, 0x51, 3, 7, 0xa1, 0x20]), (1, &[0xff, 0x01, 0])]);
    let tempo = write(&bench, "tempo.mid", &midi(0, 96, &[tempo]));
    bench.good(&["render", amp, "--out", &output, "--in", &input, "--midi", &tempo, "--tail", "0"]);
    assert!(read(&output)[0].len() > 10);
    for (words, reason) in [
        (&["render", &plugin, "--out", &output][..], "how long"),
        (&["render", &plugin, "--out", &output, "--seconds", "0"], "--seconds 0"),
        (&["render", &plugin, "--out", &output, "--seconds", "NaN"], "--seconds NaN"),
        (&["render", &plugin, "--out", &output, "--seconds", "1", "--rate", "0"], "--rate 0"),
        (&["render", &plugin, "--out", &output, "--seconds", "1", "--channels", "0"], "--channels"),
        (&["render", amp, "--out", &output, "--seconds", "1"], "expected --in FILE, or --channels 1"),
        (&["render", amp, "--out", &output, "--seconds", "1", "--channels", "2"], "takes 1"),
        (&["render", amp, "--out", &output, "--in", &input, "--seconds", "1"], "--seconds"),
        (&["render", amp, "--out", &output, "--in", &input, "--midi", &file], "takes no MIDI"),
        (&["render", amp, "--in", &input, "--midi-out", &file], "gives out no MIDI"),
        (&["render", &plugin, "--midi", &file, "--out", &output, "--midi-out", &output], "the same file"),
    ] {
        let error = bench.bad(words);
        assert!(error.contains(reason), "{error:?} should mention {reason:?}");
    }
}

#[test]
fn what_has_no_way_to_a_plugin_is_told() {
    let bench = Bench::new();
    let plugin = notes(&bench);
    let events = track(&[(0, &[0xf0, 2, 1, 0xf7]), (5, &[0x90, 60, 1]), (9, &[0xf0, 2, 2, 0xf7])]);
    let file = write(&bench, "a.mid", &midi(0, 96, &[events]));
    let result = run(&["render", &plugin, "--midi", &file, "--out", &bench.path("b.wav")]);
    let error = String::from_utf8(result.stderr).unwrap();
    assert!(result.status.success() && error.lines().count() == 1, "{error}");
    assert!(error.contains("a.mid: 2 system exclusive messages were left out"), "{error}");
}

#[test]
fn files_that_are_no_midi() {
    let bench = Bench::new();
    let plugin = notes(&bench);
    let output = bench.path("b.wav");
    let refuse = |name: &str, bytes: &[u8], reason: &str| {
        let file = write(&bench, name, bytes);
        let error = bench.bad(&["render", &plugin, "--midi", &file, "--out", &output]);
        assert!(error.contains(name) && error.contains(reason), "{error:?} should mention {reason:?}");
    };
    let good = song();
    refuse("empty.mid", b"", "empty; expected a MIDI file");
    refuse("text.mid", b"once upon a time", "not a usable MIDI file");
    refuse("cut.mid", &good[..good.len() - 1], "not a usable MIDI file");
    refuse("short.mid", &good[..60], "not a usable MIDI file");
    refuse("head.mid", &good[..10], "not a usable MIDI file");
    refuse("nothing.mid", &midi(0, 96, &[vec![]]), "no music");
    refuse("songs.mid", &midi(2, 96, &[vec![], vec![]]), "format 2");
    let mut garbage: Vec<u8> =
        common::noise(3, 10 << 20).iter().map(|sample| (sample * 256.0) as i8 as u8).collect();
    refuse("garbage.mid", &garbage, "not a usable MIDI file");
    // The same behind heads that promise music.
    let len = (garbage.len() as u32 - 22).to_be_bytes();
    garbage[..18].copy_from_slice(b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk");
    garbage[18..22].copy_from_slice(&len);
    refuse("heads.mid", &garbage, "not a usable MIDI file");
    let many: Vec<(u32, &[u8])> = (0..5000).map(|_| (96, &[0x90, 60, 1][..])).collect();
    let file = write(&bench, "many.mid", &midi(0, 96, &[track(&many)]));
    let error = bench.bad(&["render", &plugin, "--midi", &file, "--out", &output]);
    let words = ["notes.lv2", "5000 MIDI messages", "at 0.491 s", "at most 4096"];
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
}
