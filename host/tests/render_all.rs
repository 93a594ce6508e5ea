//! A folder of bundles, both formats side by side.

mod common;

use std::os::unix::fs::symlink;
use std::path::Path;

use common::{Bench, example, read, run};

#[test]
fn a_folder_is_rendered_and_compared() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let folder = bench.path("plugins");
    std::fs::create_dir(&folder).unwrap();
    let place = |name: &str| Path::new(&folder).join(name);
    symlink("/usr/lib/lv2/eg-amp.lv2", place("amp.lv2")).unwrap();
    symlink("/usr/lib/lv2/fil4.lv2", place("eq.lv2")).unwrap();
    let results = bench.path("results");
    let text = bench.good(&["render-all", &folder, "--in", &input, "--out", &results]);
    let rows: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 3, "{text}");
    assert_eq!((rows[1][0], rows[1][1], *rows[1].last().unwrap()), ("amp", "LV2", "–"));
    assert_eq!((rows[2][0], rows[2][1]), ("eq", "LV2"));
    assert_eq!(read(&format!("{results}/amp.lv2.wav")), signal);
    assert!(!text.contains('\u{1b}'), "no terminal, no escape codes");
}

#[test]
fn a_failure_is_a_row_a_line_and_an_exit_code() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let folder = bench.path("plugins");
    std::fs::create_dir(&folder).unwrap();
    symlink("/usr/lib/lv2/eg-amp.lv2", Path::new(&folder).join("pair.lv2")).unwrap();
    bench.vst3_bundle("plugins/pair.vst3", &example("fixture_no_factory"));
    let results = bench.path("results");
    std::fs::create_dir(&results).unwrap();
    std::fs::write(format!("{results}/pair.vst3.wav"), "an old result").unwrap();
    let output = run(&["render-all", &folder, "--in", &input, "--out", &results]);
    assert_eq!(output.status.code(), Some(16));
    let (text, error) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(text.lines().any(|line| line.contains("VST3") && line.ends_with("failed")), "{text}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("GetPluginFactory returned null"), "{error}");
    assert!(Path::new(&format!("{results}/pair.lv2.wav")).exists());
    assert!(!Path::new(&format!("{results}/pair.vst3.wav")).exists(), "no old result stays");
}

#[test]
fn plugins_with_midi_alone_play_a_midi_file() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    // A quarter note of C.
    let track = [0, 0x90, 60, 100, 0x60, 0x80, 60, 64, 0, 0xFF, 0x2F, 0];
    let header = [0, 0, 0, 6, 0, 0, 0, 1, 0, 0x60];
    let bytes = [&b"MThd"[..], &header, b"MTrk", &[0, 0, 0, track.len() as u8], &track].concat();
    let song = bench.path("song.mid");
    std::fs::write(&song, bytes).unwrap();
    let folder = bench.path("plugins");
    std::fs::create_dir(&folder).unwrap();
    for name in ["amp", "fifths"] {
        symlink(format!("/usr/lib/lv2/eg-{name}.lv2"), Path::new(&folder).join(format!("{name}.lv2")))
            .unwrap();
    }
    let results = bench.path("results");
    let text = bench.good(&["render-all", &folder, "--in", &input, "--midi", &song, "--out", &results]);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert_eq!(read(&format!("{results}/amp.lv2.wav")), signal, "an effect gets the audio");
    let played = std::fs::read(format!("{results}/fifths.lv2.mid")).unwrap();
    for key in [60, 67] {
        assert!(played.windows(2).any(|message| message == [key, 100]), "{key} in {played:?}");
    }
    // Without a song there is nothing to play.
    let output = run(&["render-all", &folder, "--in", &input, "--out", &results]);
    assert_eq!(output.status.code(), Some(16));
    assert!(!Path::new(&format!("{results}/fifths.lv2.mid")).exists(), "no old result stays");
    let own = format!("{results}/amp.lv2.wav");
    let output = run(&["render-all", &folder, "--in", &input, "--midi", &own, "--out", &results]);
    assert_eq!(output.status.code(), Some(10), "a result would take the song's place");
}
