//! The spectrum that its editor shows: of the sound before or after the bands, while somebody looks.
#![allow(unsafe_code)]

use std::f64::consts::TAU;

use dyad_core::show::{self, Show};
use dyad_tests::lv2::{Event, Module, Rig};
use dyad_tests::{bundle, shown};
use dyad_ttl::{MESSAGE, WATCH};

const RATE: f64 = 48_000.0;
const BLOCK: usize = 512;
/// A sine, and what a band takes of it.
const HERTZ: f64 = 1000.0;
const PEAK: f64 = 0.5;
const CUT: f64 = -18.0;

/// The newest spectrum of some blocks of the sine, as levels.
fn spectrum(rig: &mut Rig, blocks: std::ops::Range<usize>, watches: bool) -> Option<Vec<f32>> {
    let mut newest = None;
    for block in blocks {
        let sine = |n: usize| (PEAK * (TAU * HERTZ * (block * BLOCK + n) as f64 / RATE).sin()) as f32;
        let sound: Vec<f32> = (0..BLOCK).map(sine).collect();
        rig.ins.iter_mut().for_each(|channel| channel.copy_from_slice(&sound));
        let watch: Vec<Event> = watches.then(|| rig.object(0, WATCH, &[])).into_iter().collect();
        let out = rig.cycle(BLOCK, &watch);
        for (_, _, bytes) in rig.objects(&out, MESSAGE).into_iter().flatten() {
            if let Some(Show::Spectrum { stream: 0, levels }) = Show::read(&bytes) {
                newest = Some(levels.iter().map(|code| show::level(*code)).collect());
            }
        }
    }
    newest
}

/// The highest level, and where it is.
fn peak(levels: &[f32]) -> (f64, f64) {
    let highest = (0..levels.len()).max_by(|a, b| levels[*a].total_cmp(&levels[*b])).expect("bins");
    (show::bin_hertz(highest, levels.len()), f64::from(levels[highest]))
}

#[test]
fn the_analyser_shows_the_sound_before_or_after_the_bands() {
    let description = shown::describe::<equaliser::Bundle>();
    let module: &'static Module =
        Box::leak(Box::new(Module::load(&bundle::built("equaliser.lv2/equaliser.so"))));
    // SAFETY: the module is never unloaded.
    let mut rig = unsafe { Rig::any(module, &description, "stereo", RATE, BLOCK) };
    rig.activate();
    // Blocks that are rendered do their tasks themselves, so all of this is the same each time.
    rig.set("freewheel", 1.0);
    rig.set("band_4_freq", HERTZ as f32);
    rig.set("band_4_gain", CUT as f32);
    let level = 20.0 * PEAK.log10();
    assert_eq!(spectrum(&mut rig, 0..100, false), None, "nobody looks");
    // Off, before, after.
    for (n, wanted) in [(2, Some(level + CUT)), (1, Some(level)), (0, None), (2, Some(level + CUT))] {
        rig.set("analyser", n as f32);
        // What was on its way.
        spectrum(&mut rig, 0..50, true);
        let now = spectrum(&mut rig, 50..100, true);
        match (&now, wanted) {
            (None, None) => {}
            (Some(levels), Some(wanted)) => {
                let (hertz, level) = peak(levels);
                assert!((hertz / HERTZ - 1.0).abs() < 0.03, "analyser {n}: {hertz} Hz");
                assert!((level - wanted).abs() < 1.6, "analyser {n}: {level} dB and not {wanted}");
            }
            _ => panic!("analyser {n}: {} spectra", if now.is_some() { "some" } else { "no" }),
        }
    }
}
