//! What comes with it: every preset sounds, as loud as the others, and like no other.

use dyad_core::meter::LoudnessAnalyser;
use dyad_core::{Description, Plugin, preset};
use dyad_tests::shown::describe;
use dyad_tests::sound::Format;
use dyad_tests::wav::Sound;
use synth::Synth;

use super::song::Song;
use super::{RATE, hertz, peak};

/// For basses where basses play.
fn keys(category: &str) -> [u8; 4] {
    if category == "Bass" { [36, 43, 48, 55] } else { [60, 64, 67, 72] }
}

/// Four notes, and their chord.
fn phrase(category: &str) -> Song {
    let keys = keys(category);
    let half = RATE as usize / 2;
    let mut song = Song::new(RATE);
    for (n, key) in keys.into_iter().enumerate() {
        song.on(n * half, 0, key, 100);
        song.off(n * half + half * 9 / 10, 0, key);
        song.on(4 * half, 0, key, 100);
        song.off(8 * half, 0, key);
    }
    song
}

/// The chord, struck as hard as can be: its peak. Basses are played where others play, too.
fn hardest(category: &str, arguments: &[&str]) -> f32 {
    let chords = if category == "Bass" { vec![keys(category), keys("")] } else { vec![keys(category)] };
    let play = |keys: [u8; 4]| {
        let mut song = Song::new(RATE);
        for key in keys {
            song.on(10, 0, key, 127);
            song.off(2 * RATE as usize, 0, key);
        }
        let sound = song.render(Format::Lv2, &[arguments, &["--tail", "0"]].concat());
        peak(&sound[0]).max(peak(&sound[1]))
    };
    chords.into_iter().map(play).fold(0.0, f32::max)
}

/// A preset's values as arguments of `dyad-host render`.
fn arguments(description: &Description, preset: &preset::Preset) -> Vec<String> {
    let loaded = preset::load(description, preset).expect("it is a preset");
    let values = description.params.iter().zip(&loaded.values);
    let changed = values.filter(|(param, value)| **value != param.info.default);
    changed.flat_map(|(param, value)| ["--set".to_owned(), format!("{}={value}", param.info.id)]).collect()
}

/// Integrated loudness in LUFS, after ITU-R BS.1770.
fn loudness(sound: &Sound) -> f32 {
    let mut analyser = LoudnessAnalyser::new(f64::from(RATE), 480, 2);
    for start in (0..sound[0].len() / 480 * 480).step_by(480) {
        for (n, channel) in sound.iter().enumerate() {
            analyser.add(n, &channel[start..start + 480]);
        }
        analyser.finish();
    }
    analyser.integrated()
}

/// How loud the first note's harmonics are while it begins and while it is held, and how loud all is from time to time, in
/// decibels: what tells one sound from another.
fn fingerprint(sound: &Sound, key: u8) -> Vec<f64> {
    let mono: Vec<f64> =
        sound[0].iter().zip(&sound[1]).map(|(left, right)| f64::from(left + right) * 0.5).collect();
    let piece = |from: f64, to: f64| {
        let at = |seconds: f64| ((seconds * f64::from(RATE)) as usize).min(mono.len());
        &mono[at(from)..at(to)]
    };
    let decibels = |power: f64| 10.0 * (power + 1e-7).log10();
    let mut print = Vec::new();
    for held in [piece(0.02, 0.2), piece(0.25, 0.45)] {
        for harmonic in 1..=24 {
            let step = std::f64::consts::TAU * hertz(key.into()) * f64::from(harmonic) / f64::from(RATE);
            let (mut re, mut im) = (0.0, 0.0);
            for (n, sample) in held.iter().enumerate() {
                let (sin, cos) = (step * n as f64).sin_cos();
                re += sample * cos;
                im += sample * sin;
            }
            print.push(decibels((re * re + im * im) * (2.0 / held.len() as f64).powi(2)));
        }
    }
    for slice in 0..48 {
        let from = f64::from(slice) * 0.1;
        let slice = piece(from, from + 0.05);
        print.push(decibels(slice.iter().map(|x| x * x).sum::<f64>() / slice.len().max(1) as f64));
    }
    print
}

#[test]
fn every_preset_sounds_as_loud_as_the_others_and_like_no_other() {
    let description = describe::<synth::Bundle>();
    let mut prints: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut faults = Vec::new();
    for preset in Synth::PRESETS {
        let arguments = arguments(&description, preset);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let sound = phrase(preset.category).render_both(&arguments);
        let seconds = sound[0].len() as f64 / f64::from(RATE);
        let (lufs, peak) = (loudness(&sound), peak(&sound[0]).max(peak(&sound[1])));
        let mut fault = |what: String| faults.push(format!("{}: {what}", preset.id));
        if !(-21.0..=-15.0).contains(&lufs) {
            fault(format!("{lufs} LUFS"));
        }
        if !(0.05..0.891).contains(&peak) {
            fault(format!("a peak of {peak}"));
        }
        let hardest = hardest(preset.category, &arguments);
        if hardest >= 0.891 {
            fault(format!("a peak of {hardest} at velocity 127"));
        }
        if !sound.iter().flatten().all(|sample| sample.is_finite()) {
            fault("no number".to_owned());
        }
        for channel in &sound {
            let mean = channel.iter().map(|sample| f64::from(*sample)).sum::<f64>() / channel.len() as f64;
            if mean.abs() > 0.004 {
                fault(format!("direct current of {mean}"));
            }
        }
        // Renders end with their last audible frame, or after a minute.
        if seconds > 30.0 {
            fault(format!("it lasts for {seconds} s"));
        }
        if preset.comment.is_empty() || preset.comment.contains('\n') {
            fault("its comment".to_owned());
        }
        let print = fingerprint(&sound, keys(preset.category)[0]);
        for (other, known) in &prints {
            let apart =
                print.iter().zip(known).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / print.len() as f64;
            if apart.sqrt() < 2.0 {
                fault(format!("it sounds like {other}, {:.2} dB apart", apart.sqrt()));
            }
        }
        prints.push((preset.id, print));
    }
    assert_eq!(faults, [] as [String; 0]);
    assert!(prints.len() > 44);
    for category in
        ["Bass", "Lead", "Keys", "Pad", "Pluck", "Brass", "Strings", "Organ", "Bells", "FX", "Sequence"]
    {
        assert!(Synth::PRESETS.iter().any(|preset| preset.category == category), "{category}");
    }
}

#[test]
fn presets_answer_to_hands() {
    // The modulation wheel, pressure or the slide moves each of them; velocity all but organs.
    let description = describe::<synth::Bundle>();
    for preset in Synth::PRESETS.iter().filter(|preset| preset.category != "Init") {
        let arguments = arguments(&description, preset);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--tail", "0"]).collect();
        let play = |velocity: u8, messages: &[[u8; 3]]| {
            let mut song = Song::new(RATE);
            song.on(10, 0, 60, velocity);
            messages.iter().for_each(|message| song.say(100, message));
            song.off(24_000, 0, 60);
            song.render(Format::Lv2, &arguments)
        };
        let usual = play(100, &[]);
        let hands = play(100, &[[0xB0, 1, 127], [0xA0, 60, 127], [0xB0, 74, 127]]);
        assert!(usual != hands, "{}: hands do nothing", preset.id);
        let soft = peak(&play(30, &[])[0]);
        let organ = preset.category == "Organ";
        assert_eq!(soft < 0.8 * peak(&usual[0]), !organ, "{}: velocity", preset.id);
    }
}
