//! MPE through the built synth: a controller says that channels are notes' own, and bends one of them. In `dyad-host` from
//! a MIDI file, and in minihost, a host made of JUCE; in both formats.

use std::path::Path;
use std::process::Command;

use dyad_tests::command::{python, run};
use dyad_tests::gain::RATE;
use dyad_tests::pitch::{cents, level, of_key, pitch};
use dyad_tests::song::Song;
use dyad_tests::sound::{Format, assert_same};
use dyad_tests::wav::Sound;
use dyad_tests::{bundle, command, lv2info, wav};

/// Keys of the notes in channels 2 and 3; they share no partial among the first ten.
const KEYS: [u8; 2] = [57, 64];
/// Frames: the notes begin at the first, the one is told something at the second, and all end with the third.
const TIMES: [u32; 3] = [2400, 38_400, 76_800];
/// A controller's bend of about a semitone of the 48 that an MPE zone has.
const BEND: f64 = 171.0 / 8192.0;

/// A zone of 15 channels, two notes in it, and what is said to the channel of the first.
fn song(told: impl Fn(Song, u32, u8) -> Song) -> Song {
    let zone = Song::new().registered(0, 0, 6, 15);
    told(zone.at(TIMES[0], &[0x91, KEYS[0], 100]).at(TIMES[0], &[0x92, KEYS[1], 100]), TIMES[1], 1)
}

/// What `dyad-host` makes of a song.
fn rendered(format: Format, song: &Song, settings: &[&str]) -> Sound {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (notes, out) = (folder.path().join("song.mid"), folder.path().join("out.wav"));
    // Its end is the file's.
    song.clone().at(TIMES[2], &[0x81, KEYS[0], 64]).at(TIMES[2], &[0x82, KEYS[1], 64]).write(&notes);
    let mut program = bundle::host();
    program.arg("render").arg(format.bundle("synth")).arg("--midi").arg(&notes).arg("--out").arg(&out);
    command::run(program.args(settings)).expect_success("dyad-host render of the synth");
    wav::read(&out).expect("dyad-host wrote the output")
}

/// What minihost makes of the same messages.
fn in_minihost(format: Format, messages: &[(u32, Vec<u8>)], settings: &serde_json::Value) -> Sound {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/mpe_in_minihost.py");
    let mut program = Command::new(python());
    program.arg(script).arg(format.bundle("synth")).arg(TIMES[2].to_string()).arg(settings.to_string());
    let messages: Vec<Vec<u32>> = messages
        .iter()
        .map(|(frame, bytes)| {
            [*frame].into_iter().chain(bytes.iter().map(|byte| u32::from(*byte))).collect()
        })
        .collect();
    program.arg(serde_json::to_string(&messages).expect("numbers can be written"));
    program.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    if let Some((key, value)) = lv2info::in_world("").get_envs().next() {
        program.env(key, value.unwrap_or_default());
    }
    let said = run(&mut program).expect_success("minihost");
    let seen: serde_json::Value =
        serde_json::from_str(said.out.lines().last().unwrap_or_default()).expect("the script prints JSON");
    assert_eq!(seen["instrument"], true);
    serde_json::from_value(seen["sound"].clone()).expect("channels of numbers")
}

fn assert_pitches(sound: &Sound, [from, to]: [u32; 2], semitones: [f64; 2], what: &str) {
    let part = &sound[0][from as usize..to as usize];
    for (key, up) in KEYS.into_iter().zip(semitones) {
        let wanted = of_key(f64::from(key) + up);
        let off = cents(pitch(part, RATE, wanted), wanted);
        assert!(off.abs() < 1.0, "{what}: key {key}, {up} semitones up, is off by {off} cents");
    }
}

fn assert_one_is_bent(sound: &Sound, what: &str) {
    assert_pitches(sound, [TIMES[0] + 9600, TIMES[1]], [0.0, 0.0], &format!("{what}, before"));
    assert_pitches(sound, [TIMES[1] + 9600, TIMES[2]], [BEND * 48.0, 0.0], what);
}

/// How much brighter each note is after the first was told something, in decibels of an overtone.
fn brighter(sound: &Sound) -> [f64; 2] {
    KEYS.map(|key| {
        let bright = |from: u32, to: u32| {
            let part = &sound[0][from as usize..to as usize];
            20.0 * (level(part, RATE, of_key(key.into()) * 7.0) / level(part, RATE, of_key(key.into())))
                .log10()
        };
        bright(TIMES[1] + 9600, TIMES[2]) - bright(TIMES[0] + 9600, TIMES[1])
    })
}

#[test]
fn a_midi_file_bends_presses_and_slides_one_note_alone() {
    let bend = song(|song, frame, channel| song.bend(frame, channel, BEND));
    let [lv2, vst3] = Format::ALL.map(|format| rendered(format, &bend, &[]));
    assert_one_is_bent(&lv2, "dyad-host");
    assert_same(&lv2, &vst3, "a bend in LV2 and VST3");
    let pressure = song(|song, frame, channel| song.at(frame, &[0xD0 | channel, 127]));
    let slide = song(|song, frame, channel| song.at(frame, &[0xB0 | channel, 74, 127]));
    for (source, song) in [("pressure", &pressure), ("slide", &slide)] {
        let source = format!("mod_1_source={source}");
        let set = ["filter_cutoff=300", &source, "mod_1_target=cutoff", "mod_1_amount=37"];
        let settings: Vec<_> = set.iter().flat_map(|set| ["--set", set]).collect();
        let [lv2, vst3] = Format::ALL.map(|format| rendered(format, song, &settings));
        let change = brighter(&lv2);
        assert!(change[0] > 12.0 && change[1].abs() < 1.0, "{source}: {change:?} dB");
        assert_same(&lv2, &vst3, &format!("{source} in LV2 and VST3"));
    }
}

/// Without the controller's message, and with MPE off, a bend is its channel's, of two semitones.
#[test]
fn without_a_zone_channels_are_channels() {
    let plain = Song::new()
        .at(TIMES[0], &[0x91, KEYS[0], 100])
        .at(TIMES[0], &[0x91, KEYS[1], 100])
        .bend(TIMES[1], 1, 0.5)
        .at(TIMES[2], &[0x81, KEYS[0], 64])
        .at(TIMES[2], &[0x81, KEYS[1], 64]);
    for settings in [&[][..], &["--set", "mpe=off"]] {
        let sound = rendered(Format::Lv2, &plain, settings);
        let what = format!("{settings:?}");
        assert_pitches(&sound, [TIMES[0] + 9600, TIMES[1]], [0.0, 0.0], &what);
        assert_pitches(&sound, [TIMES[1] + 9600, TIMES[2]], [1.0, 1.0], &what);
    }
}

/// A zone that goes, comes anew or shrinks under notes that sound: what its channels are has changed, so these notes end.
/// Their keys' ends come later, to nobody; and what is played then is heard.
#[test]
fn a_zone_that_changes_under_notes_leaves_none_behind() {
    for members in [0, 1] {
        let changed = song(|song, frame, _| song.registered(frame, 0, 6, members));
        let key = 69;
        let again = changed.note(2, key, 100, 80_000, 120_000);
        let [lv2, vst3] = Format::ALL.map(|format| rendered(format, &again, &[]));
        assert_same(&lv2, &vst3, "a zone that changes, in LV2 and VST3");
        assert_pitches(&lv2, [TIMES[0] + 9600, TIMES[1]], [0.0, 0.0], "before");
        let loudest =
            |from: usize, to: usize| lv2[0][from..to].iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        // The second note's channel is in no zone any more. The release of 200 ms is over by then.
        let gone = level(&lv2[0][60_000..76_000], RATE, of_key(KEYS[1].into()));
        assert!(gone < 1e-5, "{members} members: a note hangs: {gone}");
        assert!(loudest(90_000, 118_000) > 0.05, "{members} members: the next note is heard");
        let off = cents(pitch(&lv2[0][90_000..118_000], RATE, of_key(key.into())), of_key(key.into()));
        assert!(off.abs() < 1.0, "{members} members: off by {off} cents");
        assert!(lv2[0].len() < 140_000 && loudest(lv2[0].len() - 100, lv2[0].len()) < 1e-3, "it ends");
    }
}

#[test]
fn an_mpe_controller_bends_one_note_alone_in_minihost() {
    let bend = 8192 + 171;
    let messages = [
        (0, vec![0xB0, 101, 0]),
        (0, vec![0xB0, 100, 6]),
        (0, vec![0xB0, 6, 15]),
        (TIMES[0], vec![0x91, KEYS[0], 100]),
        (TIMES[0], vec![0x92, KEYS[1], 100]),
        (TIMES[1], vec![0xE1, (bend & 127) as u8, (bend >> 7) as u8]),
    ];
    for format in Format::ALL {
        let sound = in_minihost(format, &messages, &serde_json::json!({}));
        assert_one_is_bent(&sound, &format!("minihost, {format:?}"));
        // Pressure of the one channel.
        let filter = serde_json::json!({
            "Cutoff": "300 Hz", "Modulation 1 Source": "Pressure", "Modulation 1 Target": "Cutoff",
            "Modulation 1 Amount": "37 %",
        });
        let pressed = [&messages[..5], &[(TIMES[1], vec![0xD1, 127])]].concat();
        let change = brighter(&in_minihost(format, &pressed, &filter));
        assert!(change[0] > 12.0 && change[1].abs() < 1.0, "{format:?}: {change:?} dB");
    }
}
