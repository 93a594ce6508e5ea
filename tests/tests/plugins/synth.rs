//! Dyad Synth through its built bundles.

mod aliasing;
mod changes;
mod editor;
mod envelope;
mod expressions;
mod modulation;
mod notes;
mod presets;
mod random;
mod song;
mod tuning;

use std::sync::OnceLock;

use dyad_tests::sound::{Format, assert_same};
use dyad_tests::wav::Sound;

use song::Song;

const RATE: u32 = 48_000;

/// One sine and nothing else: no velocity, a level of 1 at once, gone within a millisecond, at the full volume.
const PLAIN: &[&str] = &[
    "osc_1_wave=sine",
    "osc_1_level=100",
    "velocity=0",
    "volume=0",
    "env_1_attack=0",
    "env_1_sustain=100",
    "env_1_release=1",
];

/// [`PLAIN`] and more, as arguments of `dyad-host render`.
fn plain<'a>(more: &[&'a str]) -> Vec<&'a str> {
    set(&[PLAIN, more].concat())
}

/// Parameters as arguments; those with a time are automated.
fn set<'a>(all: &[&'a str]) -> Vec<&'a str> {
    all.iter().flat_map(|set| [if set.contains('@') { "--automate" } else { "--set" }, *set]).collect()
}

/// How loud [`PLAIN`] is: what other levels are compared with.
fn whole() -> f32 {
    static WHOLE: OnceLock<f32> = OnceLock::new();
    *WHOLE.get_or_init(|| {
        let mut song = Song::new(RATE);
        song.on(0, 0, 69, 100);
        song.off(20_000, 0, 69);
        peak(&song.render(Format::Lv2, &plain(&[]))[0][1_000..19_000])
    })
}

/// The largest sample of a piece, as a share of [`whole`].
fn share(channel: &[f32]) -> f32 {
    peak(channel) / whole()
}

/// The largest sample of a piece.
fn peak(channel: &[f32]) -> f32 {
    channel.iter().map(|sample| sample.abs()).fold(0.0, f32::max)
}

/// The steepest step between two samples.
fn steepest(channel: &[f32]) -> f32 {
    channel.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// The frequency of what is a sine near `hertz`: by how far its phase goes on between two windows. Each is two thirds of
/// the sound long, and weighs its middle most.
fn frequency(channel: &[f32], rate: u32, hertz: f64) -> f64 {
    let apart = channel.len() / 3;
    let len = channel.len() - apart;
    let phase = |start: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in channel[start..start + len].iter().enumerate() {
            let weight = (std::f64::consts::PI * (n as f64 + 0.5) / len as f64).sin().powi(4);
            let at = std::f64::consts::TAU * hertz * (start + n) as f64 / f64::from(rate);
            re += weight * f64::from(*sample) * at.cos();
            im -= weight * f64::from(*sample) * at.sin();
        }
        im.atan2(re)
    };
    let turned = (phase(apart) - phase(0)) / std::f64::consts::TAU;
    hertz + (turned - turned.round()) * f64::from(rate) / apart as f64
}

/// The frequency of a key: 69 is 440 Hz.
fn hertz(key: f64) -> f64 {
    440.0 * ((key - 69.0) / 12.0).exp2()
}

fn cents(is: f64, should: f64) -> f64 {
    1200.0 * (is / should).log2()
}

/// What moves in a session: automation of everything that could depend on where blocks are cut.
const MOVING: &[&str] = &[
    "osc_2_level=50",
    "osc_2_unison=3",
    "osc_1_unison=5",
    "noise=10",
    "drift=30",
    "sub=20",
    "filter_cutoff=900",
    "filter_envelope=40",
    "chorus_mix=30",
    "reverb_mix=20",
    "mod_1_source=lfo_1",
    "mod_1_target=pitch",
    "mod_1_amount=30",
    "mod_2_source=env_3",
    "mod_2_target=width",
    "mod_2_amount=50",
    "mod_3_source=lfo_2",
    "mod_3_target=cutoff",
    "mod_3_amount=30",
    "lfo_1_start=free",
    "lfo_2_sync=1",
    "lfo_2_start=free",
    "lfo_2_shape=drift",
    "fm@0.21=40",
    "filter_cutoff@0.3003=4000",
    "osc_1_wave@0.4=pulse",
    "env_1_sustain@0.45=30",
    "lfo_1_rate@0.5=9",
    "voices@0.6=3",
    "reverb_mix@0.7=60",
    "mode@0.9=mono",
    "glide@0.9=80",
    "mode@1.2=poly",
    "bypass@1.4=1",
    "bypass@1.5=0",
    "volume@1.7=-20",
];

#[test]
fn both_formats_are_the_same_to_the_bit_at_every_block_size() {
    let mut song = Song::new(RATE);
    for n in 0..40 {
        let (at, key) = (n * 2_311, 40 + (n * 7 % 30) as u8);
        song.on(at, 0, key, 60 + n as u8);
        song.off(at + 5_000, 0, key);
        song.say(at + 311, &[0xE0, 0, (n * 3) as u8]);
        song.say(at + 777, &[0xB0, 1, (n * 3) as u8]);
    }
    let arguments = set(MOVING);
    let first = song.render_both(&[&arguments[..], &["--block", "512"]].concat());
    assert!(first.iter().flatten().all(|sample| sample.is_finite()));
    assert!(peak(&first[0]) > 0.05);
    for blocks in ["1", "64", "1,16,64,333,1024"] {
        let again = song.render_both(&[&arguments[..], &["--block", blocks]].concat());
        assert_same(&first, &again, blocks);
    }
}

#[test]
fn a_session_sounds_the_same_when_it_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("state");
    let state = path.to_str().expect("a text");
    let mut song = Song::new(RATE);
    for (n, key) in [48, 55, 60, 64].into_iter().enumerate() {
        song.on(n * 6_000, 0, key, 90);
        song.off(30_000, 0, key);
    }
    // All but what is automated: a state has the values of the end.
    let settings: Vec<_> = MOVING.iter().copied().filter(|set| !set.contains('@')).collect();
    let settings = set(&settings);
    for format in Format::ALL {
        let saved: Sound = song.render(format, &[&settings[..], &["--save-state", state]].concat());
        let opened = song.render(format, &["--state", state]);
        assert_same(&saved, &opened, &format!("{format:?}"));
        assert!(peak(&saved[0]) > 0.05);
    }
}

#[test]
fn it_sounds_at_every_sample_rate() {
    for rate in [8_000, 22_050, 44_100, 96_000, 192_000, 384_000] {
        let mut song = Song::new(rate);
        let second = rate as usize;
        song.on(second / 10, 0, 69, 127);
        song.off(second, 0, 69);
        let out = song.render_both(&plain(&[]));
        assert_eq!(
            out[0].iter().position(|sample| *sample != 0.0),
            Some(second / 10 + 1),
            "a sine begins with 0"
        );
        let is = frequency(&out[0][second / 10..second], rate, 440.0);
        assert!(cents(is, 440.0).abs() < 0.1, "{rate}: {is}");
        // Its release has whole frames: the last one is not quite silent.
        let last = out[0].iter().rposition(|sample| *sample != 0.0);
        let release = (f64::from(rate) * 1e-3).round() as usize;
        assert!(
            last.is_some_and(|last| (second + release - 3..second + release).contains(&last)),
            "{rate}: {last:?}"
        );
        // And the synth as it comes, with all that has a length.
        let out = song.render_both(&set(&[
            "chorus_mix=50",
            "reverb_mix=30",
            "reverb_decay=0.3",
            "filter_cutoff=3000",
        ]));
        assert!(out.iter().flatten().all(|sample| sample.abs() < 1.0) && peak(&out[1]) > 0.05, "{rate}");
    }
}

#[test]
fn without_notes_it_is_silent() {
    let out =
        Song::new(RATE).render_both(&["--seconds", "0.5", "--set", "noise=100", "--set", "reverb_mix=100"]);
    assert_eq!((peak(&out[0]), peak(&out[1])), (0.0, 0.0));
}
