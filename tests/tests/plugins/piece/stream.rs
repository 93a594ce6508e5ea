//! MIDI files as old programs write them: running status, system exclusive in the middle, notes that end twice or never
//! began, the same key twice. They sound like the same notes written out, and nothing hangs.

use std::path::Path;

use dyad_tests::song::Song;
use dyad_tests::sound::{Format, assert_same};
use dyad_tests::wav::Sound;
use dyad_tests::{bundle, command, wav};

/// A plugin's answer to a song: sound of the synth, a MIDI file of the arpeggiator.
fn answer(plugin: &str, format: Format, song: &Song, folder: &Path) -> std::path::PathBuf {
    let notes = folder.join("song.mid");
    song.write(&notes);
    let (option, end) = if plugin == "synth" { ("--out", "wav") } else { ("--midi-out", "mid") };
    let out = folder.join(format!("out.{end}"));
    let mut program = bundle::host();
    program.arg("render").arg(format.bundle(plugin)).arg("--midi").arg(&notes).arg(option).arg(&out);
    command::run(&mut program).expect_success(&format!("dyad-host render of {plugin} ({format:?})"));
    out
}

fn sound(format: Format, song: &Song) -> Sound {
    let folder = tempfile::tempdir().expect("a folder can be made");
    wav::read(&answer("synth", format, song, folder.path())).expect("a sound")
}

/// The channel messages of the file that the arpeggiator gives: tick, status, key, velocity.
fn notes(format: Format, song: &Song) -> Vec<(u32, u8, u8, u8)> {
    use midly::{MidiMessage, TrackEventKind};
    let folder = tempfile::tempdir().expect("a folder can be made");
    let bytes = std::fs::read(answer("arpeggiator", format, song, folder.path())).expect("a MIDI file");
    let file = midly::Smf::parse(&bytes).expect("a MIDI file");
    let mut tick = 0;
    let mut all = Vec::new();
    for event in file.tracks.iter().flatten() {
        tick += event.delta.as_int();
        match event.kind {
            TrackEventKind::Midi { message: MidiMessage::NoteOn { key, vel }, .. } if vel > 0 => {
                all.push((tick, 0x90, key.as_int(), vel.as_int()));
            }
            TrackEventKind::Midi {
                message: MidiMessage::NoteOff { key, .. } | MidiMessage::NoteOn { key, .. },
                ..
            } => all.push((tick, 0x80, key.as_int(), 0)),
            _ => {}
        }
    }
    all
}

fn assert_balanced(notes: &[(u32, u8, u8, u8)], what: &str) {
    let mut held = [0_i32; 128];
    for (tick, status, key, _) in notes {
        let held = &mut held[usize::from(*key)];
        *held += if *status == 0x90 { 1 } else { -1 };
        assert!((0..=1).contains(held), "{what}: key {key} at {tick}: {held}");
    }
    assert_eq!(held, [0; 128], "{what}: notes that hang");
}

/// Ends of notes as notes of velocity 0, one status byte for all.
fn running() -> Song {
    Song::new()
        .at(1000, &[0x90, 60, 100])
        .at(1000, &[64, 90])
        .at(20_000, &[67, 80])
        .at(40_000, &[60, 0])
        .at(41_000, &[64, 0])
        .at(60_000, &[67, 0])
}

fn written_out() -> Song {
    let end = |song: Song, frame, key| song.at(frame, &[0x90, key, 0]);
    let begun =
        Song::new().at(1000, &[0x90, 60, 100]).at(1000, &[0x90, 64, 90]).at(20_000, &[0x90, 67, 80]);
    [(40_000, 60), (41_000, 64), (60_000, 67)]
        .into_iter()
        .fold(begun, |song, (frame, key)| end(song, frame, key))
}

/// System exclusive ends running status, so each message has its own again.
fn with_sysex() -> Song {
    let master_volume = [0xF0, 0x7F, 0x7F, 4, 1, 0, 64, 0xF7];
    let mut long = vec![0xF0];
    long.extend((0..3000).map(|n| (n % 128) as u8));
    long.push(0xF7);
    written_out().at(1000, &master_volume).at(25_000, &long).at(25_000, &[0xF0, 0xF7])
}

#[test]
fn running_status_and_system_exclusive_change_nothing() {
    for format in Format::ALL {
        let plain = sound(format, &written_out());
        assert!(plain[0].iter().any(|sample| sample.abs() > 0.05), "{format:?}: it is heard");
        assert_same(&plain, &sound(format, &running()), &format!("running status, {format:?}"));
        assert_same(&plain, &sound(format, &with_sysex()), &format!("system exclusive, {format:?}"));
        let plain = notes(format, &written_out());
        assert!(plain.len() > 10, "{format:?}: {plain:?}");
        assert_balanced(&plain, "written out");
        assert_eq!(plain, notes(format, &running()), "running status, {format:?}");
        assert_eq!(plain, notes(format, &with_sysex()), "system exclusive, {format:?}");
    }
}

#[test]
fn notes_that_overlap_themselves_or_never_began_leave_nothing_behind() {
    let song = Song::new()
        // Ends of what never began.
        .at(0, &[0x80, 50, 64])
        .at(0, &[0x90, 51, 0])
        // The same key twice, three times, in two channels.
        .at(1000, &[0x90, 60, 100])
        .at(5000, &[0x90, 60, 90])
        .at(5000, &[0x90, 60, 80])
        .at(6000, &[0x93, 60, 80])
        .at(12_000, &[0x80, 60, 64])
        .at(24_000, &[0x80, 60, 64])
        .at(24_000, &[0x80, 60, 64])
        .at(30_000, &[0x83, 60, 64])
        // Once more than there are.
        .at(30_000, &[0x80, 60, 64])
        .at(72_000, &[0x80, 60, 64]);
    for format in Format::ALL {
        let sound = sound(format, &song);
        let loudest = |from: usize, to: usize| {
            sound.iter().flat_map(|channel| &channel[from..to]).fold(0.0_f32, |most, x| most.max(x.abs()))
        };
        assert!(loudest(1000, 12_000) > 0.05, "{format:?}: it is heard");
        // The release of 200 ms is over.
        assert!(loudest(50_000, 72_000) < 1e-6, "{format:?}: a note hangs");
        let notes = notes(format, &song);
        assert!(notes.iter().any(|note| note.1 == 0x90), "{format:?}: it plays");
        assert_balanced(&notes, &format!("{format:?}"));
    }
}
