//! The synth on a MIDI track of a real DAW, alone and after the arpeggiator, in both formats.

use dyad_tests::ardour::{Ardour, Format, Subject};
use dyad_tests::bundle;
use dyad_tests::gain::RATE;
use dyad_tests::pitch::{cents, level, of_key, pitch};
use dyad_tests::process::alone;
use dyad_tests::song::Song;
use dyad_tests::wav::Sound;

use crate::ardour::{assert_kept, lines};

const SCRIPT: &str = "song.lua";

fn look(snapshot: &'static str) -> [(&'static str, &'static str); 2] {
    [("DYAD_STEP", "look"), ("DYAD_SNAPSHOT", snapshot)]
}

/// Fails where there is anything else than a key from one frame to another.
fn assert_key(sound: &Sound, from: usize, to: usize, key: u8, what: &str) {
    let heard = pitch(&sound[0][from..to], RATE, of_key(key.into()));
    let off = cents(heard, of_key(key.into()));
    assert!(off.abs() < 5.0, "{what}: from frame {from} on {heard} Hz, {off} cents from key {key}");
    let loud = sound[0][from..to].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!(loud > 0.01, "{what}: from frame {from} on, key {key} is to be heard, not {loud}");
}

/// The power of what differs, in decibels of all.
fn difference(one: &Sound, other: &Sound) -> f64 {
    let power = |samples: &mut dyn Iterator<Item = f32>| samples.map(|x| f64::from(x).powi(2)).sum::<f64>();
    let all = power(&mut one.iter().flatten().copied());
    let off = power(&mut one.iter().flatten().zip(other.iter().flatten()).map(|(a, b)| a - b));
    10.0 * (off / all).log10()
}

/// Notes of a region come at their frames; automation is heard; another process finds all as it was and makes the same
/// sound.
fn synth(format: Format) {
    let ardour = Ardour::with(Subject::Effect("synth"), "synth", format, bundle::folder());
    let song = Song::new().note(0, 69, 100, 12_000, 36_000).note(0, 64, 100, 48_000, 90_000);
    let filter = [("DYAD_AUTOMATED", "Filter Cutoff"), ("DYAD_LEAST", "100")];
    let made = ardour.compose(SCRIPT, &song, &filter);
    let values = lines(&made, "value");
    assert!(values.len() > 100, "{} parameters", values.len());

    let found = ardour.perform(SCRIPT, &[&filter[..], &look("set")].concat());
    assert_kept(&made, &found, format);
    assert_eq!(lines(&found, "point").len(), 2);

    let [one, two] = [(); 2].map(|()| ardour.export(SCRIPT, &[&filter[..], &look("song")].concat()).1);
    let what = format!("{format:?}");
    let first = one[0].iter().position(|sample| sample.abs() > 1e-3);
    assert!(
        first.is_some_and(|frame| (12_000..12_100).contains(&frame)),
        "{what}: the first sound at {first:?}"
    );
    assert_key(&one, 13_000, 35_000, 69, &what);
    assert_key(&one, 50_000, 70_000, 64, &what);
    // Overtones of the sawtooth, beside the first.
    let bright = |from: usize, key: f64| {
        let part = &one[0][from..from + 4000];
        20.0 * (level(part, RATE, of_key(key) * 20.0) / level(part, RATE, of_key(key))).log10()
    };
    let fall = bright(13_000, 69.0) - bright(85_000, 64.0);
    assert!(fall > 12.0, "{what}: the automated filter takes {fall} dB of the overtones");
    let db = difference(&one, &two);
    assert!(db < -60.0, "{what}: loaded again, the session is off by {db} dB");
}

/// A chord goes into the arpeggiator, whose notes go into the synth.
fn arpeggiator(format: Format) {
    let mut ardour = Ardour::with(Subject::Effect("synth"), "arpeggiator", format, bundle::folder());
    let before = ardour.add(Subject::Notes("arpeggiator"), bundle::folder());
    let before = [("DYAD_BEFORE", &*before)];
    let keys = [60, 64, 67];
    // Held until the region's end.
    let song = keys.iter().fold(Song::new(), |song, key| song.note(0, *key, 100, 0, 95_000));
    let made = ardour.compose(SCRIPT, &song, &before);
    let plugins = lines(&made, "value");
    assert!(["1", "2"].iter().all(|n| plugins.iter().any(|words| words[1] == *n)), "both have parameters");
    let found = ardour.perform(SCRIPT, &[&before[..], &look("set")].concat());
    assert_kept(&made, &found, format);
    let (_, sound) = ardour.export(SCRIPT, &[&before[..], &look("song")].concat());
    // As it comes: upwards, in semiquavers, which are 6000 frames at 120 quarter notes a minute.
    for step in 0..15 {
        assert_key(
            &sound,
            step * 6000 + 600,
            step * 6000 + 3500,
            keys[step % 3],
            &format!("{format:?}, step {step}"),
        );
    }
}

#[test]
fn ardour_plays_the_synth_from_a_midi_track_in_lv2() {
    let _alone = alone();
    synth(Format::Lv2);
}

#[test]
fn ardour_plays_the_synth_from_a_midi_track_in_vst3() {
    let _alone = alone();
    synth(Format::Vst3);
}

#[test]
fn ardour_plays_the_synth_through_the_arpeggiator_in_lv2() {
    let _alone = alone();
    arpeggiator(Format::Lv2);
}

#[test]
fn ardour_plays_the_synth_through_the_arpeggiator_in_vst3() {
    let _alone = alone();
    arpeggiator(Format::Vst3);
}
