//! Whatever is turned while a note sounds, nothing clicks.

use dyad::param::Params;

use super::*;
use crate::choices::{LfoShape, Source};
use crate::matrix::row;
use crate::params::SynthParams;
use crate::smooth::share;

const RATE: f64 = 48_000.0;

fn patch() -> Patch {
    let mut infos = SynthParams::describe();
    infos.iter_mut().enumerate().for_each(|(index, info)| info.index = index);
    let mut params = SynthParams::create(&infos);
    params.prepare(RATE);
    let mut patch = Patch::new(&params, RATE);
    patch.osc[0].wave = Wave::Sine;
    let held = crate::EnvelopeSettings { attack: 0.0, decay: 1.0, sustain: 1.0, release: 1.0, curve: 0.5 };
    patch.env = [crate::envelope::Times::new(&held, RATE); ENVELOPES];
    patch.filter.cutoff = 2000_f32.log2();
    patch.lfo[0].pace.hertz = 0.1;
    patch
}

/// The sharpest corner in the sound of a low sine while a setting changes, for changes at some places in a period: the
/// greatest fourth difference, which the sine itself has next to nothing of.
fn sharpest(before: &Patch, after: &Patch, share: f32) -> f32 {
    let (channels, clock, tables) = (Channels::new(), Clock::new(RATE), Tables::common());
    let corner = |wait: usize| {
        let mut voice = Voice::new();
        let note = Note { id: NoteId(0), channel: 0, key: 48 };
        voice.start(note, 0.3, Lot::new(1), None, before);
        let mut out = Vec::new();
        let mut run = |patch: &Patch, frames: usize| {
            let common =
                Common { patch, channels: &channels, clock: &clock, tables: &tables, rate: RATE, share };
            let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
            voice.mix(&common, out.len() as u64, &mut left, &mut right);
            out.extend(left);
        };
        run(before, 1600 + wait);
        run(after, 2400);
        let difference = |x: &[f32]| (x[0] - 4.0 * (x[1] + x[3]) + 6.0 * x[2] + x[4]).abs();
        out[1500..].windows(5).map(difference).fold(0.0, f32::max)
    };
    (0..8).map(|n| corner(n * 45)).fold(0.0, f32::max)
}

#[test]
fn what_is_turned_while_a_note_sounds_is_smooth() {
    let level = |source, via, amount| row(source, via, Target::Level, amount);
    let held = level(Source::Env2, Source::Off, -0.5);
    let swings = level(Source::Lfo1, Source::Off, 0.5);
    type Set<'a> = &'a dyn Fn(&mut Patch);
    let changes: &[(&str, Set<'_>, Set<'_>)] = &[
        ("amount", &|patch| patch.matrix = held, &|patch| {
            patch.matrix = level(Source::Env2, Source::Off, 0.5)
        }),
        ("a row", &|_| {}, &|patch| patch.matrix = held),
        ("source", &|patch| patch.matrix = held, &|patch| {
            patch.matrix = level(Source::Release, Source::Off, -0.5);
        }),
        ("via", &|patch| patch.matrix = held, &|patch| {
            patch.matrix = level(Source::Env2, Source::Wheel, -0.5);
        }),
        ("target", &|patch| patch.matrix = held, &|patch| {
            patch.matrix = row(Source::Env2, Source::Off, Target::Width, -0.5);
        }),
        ("LFO shape", &|patch| patch.matrix = swings, &|patch| {
            (patch.matrix, patch.lfo[0].shape) = (swings, LfoShape::Square);
        }),
        ("LFO phase", &|patch| patch.matrix = swings, &|patch| {
            (patch.matrix, patch.lfo[0].phase) = (swings, 0.25);
        }),
        ("velocity", &|patch| patch.velocity = 0.0, &|patch| patch.velocity = 1.0),
        ("filter envelope", &|_| {}, &|patch| patch.filter.envelope = -6.0),
        ("filter velocity", &|patch| patch.filter.cutoff -= 1.0, &|patch| {
            patch.filter.cutoff -= 1.0;
            patch.filter.velocity = 1.0;
        }),
        ("filter key", &|patch| patch.filter.cutoff -= 3.0, &|patch| {
            patch.filter.cutoff -= 3.0;
            patch.filter.key = 1.0;
        }),
        ("spread", &|patch| (patch.osc[0].unison, patch.osc[0].spread) = (2, 0.0), &|patch| {
            (patch.osc[0].unison, patch.osc[0].spread) = (2, 1.0);
        }),
    ];
    for (name, from, to) in changes {
        let [mut before, mut after] = [patch(), patch()];
        from(&mut before);
        to(&mut after);
        let at_once = sharpest(&before, &after, 1.0);
        let is = sharpest(&before, &after, share(RATE));
        assert!(is < 0.3 * at_once, "{name}: {is} is no smoother than at once: {at_once}");
    }
}
