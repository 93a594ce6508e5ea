//! The piece that `make run` plays: its score as MIDI files, and the chain of its arpeggios in both formats.

use std::path::Path;
use std::process::Command;

use dyad_tests::command::{Said, python, run};
use dyad_tests::gain::RATE;
use dyad_tests::pitch::{cents, of_key, pitch};
use dyad_tests::song::Song;
use dyad_tests::sound::{Format, assert_same};
use dyad_tests::{bundle, wav};
use midly::{MetaMessage, MidiMessage, Smf, TrackEventKind};

fn make(score: &Path, folder: &Path) -> Said {
    run(Command::new(python()).arg(bundle::workspace().join("ci/score.py")).arg(score).arg(folder))
}

/// A score of one's own, and what is said of it.
fn made(score: &str) -> (tempfile::TempDir, Said) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("score.txt");
    std::fs::write(&file, score).expect("a file can be written");
    let said = make(&file, folder.path());
    (folder, said)
}

/// Notes of a file as (key, velocity, begin, end) in ticks, in the order of their ends; all end. And the file's length.
fn notes(file: &Path) -> (Vec<(u8, u8, u32, u32)>, u32) {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let smf = Smf::parse(&bytes).expect("a MIDI file");
    let (mut held, mut all, mut longest) = (Vec::new(), Vec::new(), 0);
    for track in &smf.tracks {
        let mut tick = 0;
        for event in track {
            tick += event.delta.as_int();
            match event.kind {
                TrackEventKind::Midi { message: MidiMessage::NoteOn { key, vel }, .. } => {
                    held.push((key.as_int(), vel.as_int(), tick));
                }
                TrackEventKind::Midi { message: MidiMessage::NoteOff { key, .. }, .. } => {
                    let at =
                        held.iter().position(|(held, ..)| *held == key.as_int()).expect("it has begun");
                    let (key, velocity, begin) = held.remove(at);
                    all.push((key, velocity, begin, tick));
                }
                _ => {}
            }
        }
        longest = longest.max(tick);
    }
    assert_eq!(held, [], "{}: notes without an end", file.display());
    (all, longest)
}

#[test]
fn the_piece_is_whole() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    make(&bundle::workspace().join("ci/piece.txt"), folder.path()).expect_success("score.py");
    let all = ["chords", "pad", "bass", "lead"]
        .map(|part| notes(&folder.path().join(part).with_extension("mid")));
    for (notes, length) in &all {
        assert!(notes.len() > 30 && *length == all[0].1, "{} notes, {length} ticks", notes.len());
        assert!(notes.iter().all(|(_, velocity, begin, end)| *velocity > 0 && begin < end));
    }
    let bytes = std::fs::read(folder.path().join("bass.mid")).expect("a MIDI file");
    let song = Smf::parse(&bytes).expect("a MIDI file");
    let meta = |wanted: fn(&MetaMessage<'_>) -> bool| {
        let all = song.tracks.iter().flatten();
        all.filter(|event| matches!(&event.kind, TrackEventKind::Meta(meta) if wanted(meta))).count()
    };
    assert!(meta(|meta| matches!(meta, MetaMessage::Tempo(_))) > 2, "it slows down");
    assert!(
        meta(|meta| matches!(meta, MetaMessage::TimeSignature(3, 2, ..))) == 1,
        "and has a part in three"
    );
    // Every automated plugin is one that ci/piece.sh has.
    let script = std::fs::read_to_string(bundle::workspace().join("ci/piece.sh")).expect("the script");
    let files =
        std::fs::read_dir(folder.path()).expect("the folder").flatten().map(|entry| entry.file_name());
    for file in files.filter_map(|name| name.into_string().ok()).filter(|name| name.ends_with(".csv")) {
        assert!(script.contains(&file), "{file} is played by nobody");
    }
}

#[test]
fn a_score_means_what_it_says() {
    let score = "\
# A comment.
[one]
tempo 60
time 3/4
turn x.synth filter_cutoff 100 200
x !70 C4+Eb4:1 @5 _:0.5 A4:1.5~-2 | F#3:3
[two]
tempo 120
x = one
";
    let (folder, said) = made(score);
    said.expect_success("score.py");
    let (found, length) = notes(&folder.path().join("x.mid"));
    let bar = [(60, 70, 0, 960), (63, 70, 0, 960), (69, 70, 1440, 2880), (54, 70, 2880, 5760)];
    let again = bar.map(|(key, velocity, begin, end)| (key, velocity, begin + 5760, end + 5760));
    assert_eq!((found, length), ([bar, again].concat(), 11_520));
    let turned = std::fs::read_to_string(folder.path().join("x.synth.csv")).expect("automation");
    let lines: Vec<_> = turned.lines().map(|line| line.split(',').collect::<Vec<_>>()).collect();
    assert_eq!(lines[0], ["seconds", "parameter", "value", "ramp"]);
    assert_eq!(lines[1], ["0.0", "filter_cutoff", "100", "no"]);
    assert_eq!(lines[2][1..], ["filter_cutoff", "200", "yes"]);
    // Six quarter notes at sixty a minute, less a tick.
    let end: f64 = lines[2][0].parse().expect("a time");
    assert!((5.99..6.0).contains(&end), "{end}");
}

#[test]
fn a_mistake_in_a_score_names_its_line() {
    for (score, words) in [
        ("[a]\nx C4:3\n", "line 2: bar 1 is not full"),
        ("[a]\nx C4:5\n", "line 2: the last bar is too long"),
        ("[a]\nx H4:4\n", "line 2: 'H4:4' is no note"),
        ("[a]\nx !128 C4:4\n", "line 2: 128: expected 0 to 127"),
        ("[a]\nx C4:4\ny C4:4 | C4:4\n[b]\n", "line 4: the parts of [a] are not equally long"),
        ("[a]\nx = nowhere\n", "line 2"),
        ("[a]\ntempo fast\n", "line 2"),
    ] {
        let (_folder, said) = made(score);
        assert!(!said.success && said.err.contains(words), "{score:?}: {}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

/// What the piece is for: six plugins, one after the other, from notes to a room.
#[test]
fn arpeggios_go_through_synth_and_effects_the_same_in_both_formats() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (notes, keys) = (folder.path().join("chord.mid"), [57, 60, 64]);
    keys.iter().fold(Song::new(), |song, key| song.note(0, *key, 100, 0, 96_000)).write(&notes);
    let sounds = Format::ALL.map(|format| {
        let out = folder.path().join(format!("{format:?}.wav"));
        let mut program = bundle::host();
        program.arg("render").arg(format.bundle("arpeggiator")).args(["--set", "rate=n1_4"]);
        for (plugin, settings) in [
            ("synth", &["filter_cutoff=1200", "filter_envelope=24"][..]),
            ("equaliser", &["band_1_on=1", "band_1_kind=low_cut", "band_1_freq=100"]),
            ("compressor", &["threshold=-30"]),
            ("delay", &["mix=10"]),
            ("convolver", &["source=hall", "mix=10"]),
        ] {
            program.arg("--then").arg(format.bundle(plugin));
            settings.iter().for_each(|set| {
                program.args(["--set", set]);
            });
        }
        program.arg("--midi").arg(&notes).arg("--out").arg(&out).args(["--block", "64,333,512"]);
        run(&mut program).expect_success(&format!("the chain in {format:?}"));
        wav::read(&out).expect("a sound")
    });
    let [lv2, vst3] = &sounds;
    assert_same(lv2, vst3, "the chain in LV2 and VST3");
    // A quarter note at 120 a minute is 24,000 frames, and is let go after 60 %.
    for (step, key) in keys.into_iter().enumerate() {
        let part = &lv2[0][step * 24_000 + 2000..step * 24_000 + 14_000];
        let wanted = of_key(key.into());
        let off = cents(pitch(part, RATE, wanted), wanted);
        assert!(off.abs() < 3.0, "step {step}: off by {off} cents from key {key}");
    }
    assert!(lv2[0].len() > 110_000, "delay and room sound on: {} frames", lv2[0].len());
}
