//! What players and hosts do: latch, pedals, what is no note, bypass, and 10,000 events of nonsense.

use dyad_tests::{bundle, command, sound::Format};
use midly::MidiMessage;

use super::song::{Song, TICKS, controller, notes, off, on, render, render_all, render_in};
use super::{PLAIN, keys};

/// Two chords, a beat each, with a beat of nothing after each.
fn two_chords() -> Song {
    let mut song = Song::at(500_000, 5.0);
    for (at, chord) in [(0.0, [60, 64]), (2.0, [50, 53])] {
        chord.iter().for_each(|key| song.say(at, on(*key, 100)));
        chord.iter().for_each(|key| song.say(at + 0.9, off(*key)));
    }
    song
}

#[test]
fn latch_plays_on_until_the_next_chord() {
    let song = two_chords();
    let heard = render(48_000, &song, &PLAIN, &[]);
    assert_eq!(keys(&heard), [60, 64, 60, 64, 50, 53, 50, 53]);
    // Off after three and a half beats.
    let set = [&PLAIN[..], &["latch=1"]].concat();
    let heard = render(48_000, &song, &set, &["--automate", "latch@1.75=0"]);
    let wanted: Vec<u8> = [60, 64].repeat(4).into_iter().chain([50, 53].repeat(3)).collect();
    assert_eq!(keys(&heard), wanted);
    assert!(heard.iter().enumerate().all(|(n, note)| note.on == n as u64 * 6000), "in time: {heard:?}");
}

#[test]
fn the_pedal_keeps_keys_while_it_is_down_and_is_not_passed_on() {
    let mut song = two_chords();
    song.said.insert(0, (0, 0, controller(64, 127)));
    song.say(3.5, controller(64, 10));
    let said = render_all(48_000, &song, &PLAIN, &[]);
    assert!(said.iter().all(|(_, _, what)| !matches!(what, MidiMessage::Controller { .. })));
    let heard = notes(&said);
    assert_eq!(heard.len(), 14);
    assert_eq!(heard.last().unwrap().on, 13 * 6000);
}

#[test]
fn what_is_no_note_passes_at_its_frame() {
    let mut song = Song::at(500_000, 3.0);
    let passed = [
        (100, 0, controller(1, 77)),
        (250, 3, MidiMessage::PitchBend { bend: midly::PitchBend::from_int(1234) }),
        (251, 9, MidiMessage::ChannelAftertouch { vel: 55.into() }),
        (7001, 0, controller(123, 0)),
    ];
    song.said = vec![(0, 0, on(60, 100))];
    song.said.extend(passed);
    let said = render_all(48_000, &song, &PLAIN, &[]);
    let others: Vec<_> = said
        .iter()
        .filter(|(_, _, what)| !matches!(what, MidiMessage::NoteOn { .. } | MidiMessage::NoteOff { .. }))
        .copied()
        .collect();
    assert_eq!(others, passed);
    let heard = notes(&said);
    assert_eq!(heard.iter().map(|note| note.on).collect::<Vec<_>>(), [0, 6000]);
    // VST3 knows programs by another way.
    song.said.insert(1, (50, 15, MidiMessage::ProgramChange { program: 12.into() }));
    let said = render_in(Format::Lv2, 48_000, &song, &PLAIN, &[]);
    assert!(said.contains(&song.said[1]), "{said:?}");
    assert_eq!(heard[1].off, 7001, "all notes off ends the arpeggio");
}

#[test]
fn pressure_on_a_key_reaches_the_note_that_is_played_from_it() {
    let press = |at, key: u8, pressure: u8| {
        (at, 0, MidiMessage::Aftertouch { key: key.into(), vel: pressure.into() })
    };
    let mut song = Song::at(500_000, 1.0);
    song.said = vec![(0, 0, on(60, 100)), (1000, 0, press(0, 60, 50).2), (4000, 0, press(0, 60, 90).2)];
    song.said.push((15_000, 0, off(60)));
    let said = render_all(
        48_000,
        &song,
        &[&PLAIN[..], &["step_1_transpose=12", "step_2_transpose=7"]].concat(),
        &[],
    );
    let heard: Vec<_> =
        said.into_iter().filter(|(_, _, what)| matches!(what, MidiMessage::Aftertouch { .. })).collect();
    // While it sounds; and what was there before comes with the next note.
    assert_eq!(heard, [press(1000, 72, 50), press(6000, 67, 90), press(12_000, 60, 90)]);
}

#[test]
fn bypass_ends_what_sounds_and_passes_notes() {
    let mut song = Song::at(500_000, 4.0);
    song.say(0.0, on(60, 100));
    song.say(1.5, on(72, 80));
    song.say(1.6, off(72));
    song.say(3.5, off(60));
    // Within a note that is tied on for ever.
    let set = [&PLAIN[..], &["steps=2", "step_2_kind=tie", "gate=200"]].concat();
    let heard = render(48_000, &song, &set, &["--automate", "bypass@0.6=1", "--automate", "bypass@1.2=0"]);
    let passed = heard.iter().find(|note| note.key == 72).expect("passed on");
    assert_eq!((passed.on, passed.off, passed.velocity), (36_000, 38_400, 80));
    let last = heard.iter().rfind(|note| note.key == 60).unwrap();
    assert_eq!(last.off, 28_800, "ended by the bypass; what is held meanwhile begins nothing: {heard:?}");
}

#[test]
fn the_fastest_and_longest_notes_balance() {
    // 999 quarter notes per minute.
    let chord: Vec<u8> = (40..60).collect();
    let song = Song::chord(60_060, &chord, 8.0);
    let set = ["rate=n1_64t", "gate=200", "order=chord", "octaves=4"];
    let heard = render(44_100, &song, &set, &["--block", "256"]);
    assert_eq!(heard.len(), 192 * 20);
}

#[test]
fn ten_thousand_random_messages_leave_nothing_hanging() {
    let mut seed = 7_u64;
    let mut random = |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % limit
    };
    let mut song = Song::at(500_000, 0.0);
    let mut at = 0;
    for _ in 0..10_000 {
        // One at a frame: hosts put controllers and notes of one frame into an order of their own.
        at += 1 + random(60);
        let (channel, key) = (random(4) as u8, random(128) as u8);
        let message = match random(10) {
            0..4 => on(key, random(128) as u8),
            4..7 => off(key),
            7 => MidiMessage::Aftertouch { key: key.into(), vel: (random(128) as u8).into() },
            8 => controller([1, 64, 64, 74, 121, 123][random(6) as usize], random(128) as u8),
            _ => MidiMessage::PitchBend { bend: midly::PitchBend::from_int(random(8000) as i16 - 4000) },
        };
        song.said.push((at, channel, message));
    }
    for channel in 0..16 {
        song.said.push((at + 10, channel, controller(123, 0)));
    }
    song.end = at + TICKS;
    for set in [
        &["rate=n1_64t", "gate=200", "order=played", "octaves=2", "humanise=100"][..],
        &["rate=n1_64t", "latch=1", "steps=3", "step_2_kind=tie", "step_3_kind=rest", "chance=70"],
    ] {
        let heard = render(48_000, &song, set, &["--block", "512"]);
        assert!(heard.len() > 50, "{}", heard.len());
        assert!(heard.iter().all(|note| note.off <= at + 10), "all notes off ends all");
    }
}

#[test]
fn nothing_is_found_against_it() {
    let mut program = bundle::host();
    program.arg("check").arg(Format::Lv2.bundle("arpeggiator")).args(["--strict", "--skip", "editor"]);
    let said = command::run(&mut program).expect_success("the check of the arpeggiator");
    assert!(said.out.contains(": 0 errors, 0 warnings"), "{}", said.all());
}
