//! The filters against what they stand for.

use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

use proptest::prelude::*;
use wide::f64x2;

use crate::analogue::Prototype;
use crate::design::{Designer, MAX_SECTIONS};
use crate::section::{self, Coefficients, Section};
use crate::settings::{Kind, Settings, Slope};
use crate::warp;

/// Levels below this are compared with nothing: no analogue filter has them either.
const FLOOR: f64 = -120.0;

fn sections(settings: &Settings, rate: f64) -> Vec<Coefficients> {
    let mut sections = [Coefficients::NOTHING; MAX_SECTIONS];
    let count = Designer::default().design(&Prototype::of(settings), rate, &mut sections);
    sections[..count].to_vec()
}

fn decibels(sections: &[Coefficients], hertz: f64, rate: f64) -> f64 {
    let power: f64 = sections.iter().map(|section| section.power(TAU * hertz / rate)).product();
    10.0 * power.log10()
}

/// Frequencies of interest: all over, and close to where the filter is sharp.
fn frequencies(settings: &Settings, highest: f64) -> Vec<f64> {
    let all = (0..=300).map(|n| 20.0 * (highest / 20.0).powf(f64::from(n) / 300.0));
    let width = settings.hertz / settings.q;
    let way = 10.0_f64.powf(settings.gain.abs() / 80.0);
    let near = [settings.hertz, settings.hertz * way, settings.hertz / way].into_iter().flat_map(|hertz| {
        (-60..=60).map(move |n: i32| hertz + width * 1.2_f64.powi(-n.abs() / 2) * f64::from(n.signum()))
    });
    all.chain(near).filter(|hertz| (20.0..=highest).contains(hertz)).collect()
}

/// The largest deviation from the analogue filter in decibels up to a frequency, and where it is.
fn deviation(settings: &Settings, rate: f64, highest: f64) -> (f64, f64) {
    let (sections, prototype) = (sections(settings, rate), Prototype::of(settings));
    let mut worst = (0.0, 0.0);
    for hertz in frequencies(settings, highest) {
        let wanted = prototype.decibels(hertz);
        if wanted > FLOOR {
            let off = (decibels(&sections, hertz, rate) - wanted).abs();
            assert!(off.is_finite(), "{settings:?} at {hertz} Hz");
            if off > worst.0 {
                worst = (off, hertz);
            }
        }
    }
    worst
}

/// A spread of all that a band can be set to.
fn spread() -> Vec<Settings> {
    let mut all = Vec::new();
    let frequencies =
        (0..=15).map(|n| 20.0 * 1000.0_f64.powf(f64::from(n) / 15.0)).chain([15e3, 18e3, 19.5e3]);
    for hertz in frequencies {
        for kind in Kind::ALL {
            for q in [0.1, 0.3, 0.5, FRAC_1_SQRT_2, 1.0, 3.0, 10.0, 40.0] {
                let gains: &[f64] = if kind.has_gain() { &[-24.0, -6.0, 0.5, 12.0, 24.0] } else { &[0.0] };
                let slopes: &[Slope] = if kind.has_slope() { &Slope::ALL } else { &[Slope::Db12] };
                for &gain in gains {
                    all.extend(slopes.iter().map(|&slope| Settings {
                        on: true,
                        kind,
                        slope,
                        hertz,
                        gain,
                        q,
                    }));
                }
            }
        }
    }
    all
}

#[test]
fn every_shape_is_the_analogue_one_up_to_20_kilohertz() {
    for rate in [44_100.0, 48_000.0, 96_000.0] {
        for kind in Kind::ALL {
            let of_kind = spread().into_iter().filter(|settings| settings.kind == kind);
            let worst = of_kind
                .map(|settings| (deviation(&settings, rate, 20_000.0), settings))
                .max_by(|a, b| a.0.0.total_cmp(&b.0.0))
                .expect("there are settings");
            let ((off, hertz), settings) = worst;
            println!("{rate} {kind:?}: {off:.4} dB at {hertz:.0} Hz of {settings:?}");
            assert!(off < 0.05, "{rate} {kind:?}: {off:.4} dB at {hertz:.0} Hz of {settings:?}");
        }
    }
}

#[test]
fn frequencies_are_where_the_source_says() {
    for n in 1..=2000 {
        let omega = 0.907 * PI * f64::from(n) / 2000.0;
        let off = (warp::prewarped(omega).sqrt() / omega - 1.0).abs();
        assert!(off < 1.7e-4, "{omega}: {off}");
    }
    // What alternates keeps the structure of filters independent of their settings.
    let ([z1, z2], [p1, p2, p3]) = (warp::ZEROS, warp::POLES);
    assert!(p1 > z1 && z1 > p2 && p2 > z2 && z2 > p3);
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let kinds = (0..Kind::ALL.len(), 0..Slope::ALL.len());
    let numbers = (0.0..=1.0f64, -24.0..=24.0f64, 0.0..=1.0f64);
    (kinds, numbers).prop_map(|((kind, slope), (hertz, gain, q))| Settings {
        on: true,
        kind: Kind::ALL[kind],
        slope: Slope::ALL[slope],
        hertz: 20.0 * 1000.0_f64.powf(hertz),
        gain,
        q: 0.1 * 400.0_f64.powf(q),
    })
}

/// The most that any section is changed by a step of a long walk from one setting to another.
fn longest_leap(from: &Settings, to: &Settings, rate: f64) -> f64 {
    const STEPS: usize = 4000;
    let mut designer = Designer::default();
    let mut last: Option<[Coefficients; MAX_SECTIONS]> = None;
    let mut longest: f64 = 0.0;
    for n in 0..=STEPS {
        let way = n as f64 / STEPS as f64;
        let between = |from: f64, to: f64| from + (to - from) * way;
        let settings = Settings {
            hertz: between(from.hertz.ln(), to.hertz.ln()).exp(),
            gain: between(from.gain, to.gain),
            q: between(from.q.ln(), to.q.ln()).exp(),
            ..*from
        };
        let mut sections = [Coefficients::NOTHING; MAX_SECTIONS];
        let count = designer.design(&Prototype::of(&settings), rate, &mut sections);
        if let Some(last) = last.replace(sections) {
            let leaps = sections[..count].iter().zip(&last).map(|(new, old)| new.distance(old));
            longest = leaps.fold(longest, f64::max);
        }
    }
    longest
}

#[test]
fn sections_keep_their_places_where_their_roots_pass_each_other() {
    // Above 14 kHz, of a sharp filter at 44.1 kHz.
    for kind in [Kind::Bell, Kind::Notch, Kind::LowShelf, Kind::HighCut] {
        for q in [1.0, 5.0, 40.0] {
            let from = Settings { on: true, kind, slope: Slope::Db48, hertz: 5000.0, gain: 24.0, q };
            let leap = longest_leap(&from, &Settings { hertz: 20_000.0, ..from }, 44_100.0);
            assert!(leap < 0.1, "{kind:?} with Q {q}: {leap}");
        }
    }
}

proptest! {
    #[test]
    fn any_setting_is_the_analogue_one(settings in any_settings(), rate in 44_100.0..384_000.0f64) {
        let (off, hertz) = deviation(&settings, rate, 20_000.0);
        prop_assert!(off < 0.05, "{off} dB at {hertz} Hz");
    }

    #[test]
    fn low_rates_have_what_is_below_them(settings in any_settings(), rate in 8000.0..44_100.0f64) {
        let (off, hertz) = deviation(&settings, rate, 0.907 * rate / 2.0);
        prop_assert!(off < 0.05, "{off} dB at {hertz} Hz");
    }

    /// The memory is never longer than before, from one setting to any other and at any point between.
    #[test]
    fn memory_never_grows_of_its_own_accord(
        settings in prop::collection::vec(any_settings(), 2..6),
        rate in 8000.0..384_000.0f64,
        frames in 1usize..64,
    ) {
        let targets: Vec<_> = settings.iter().map(|settings| sections(settings, rate)).collect();
        let mut section = Section::NEW;
        section.start(targets[0][0]);
        let mut noise = [f64x2::splat(1.0), f64x2::splat(-0.5), f64x2::splat(0.25)];
        section::rest(std::array::from_mut(&mut section), &mut noise);
        let mut last = section.length();
        for target in targets.iter().cycle().take(60) {
            section.go(target[0], frames as f64);
            for _ in 0..frames {
                section.go_on(&mut [f64x2::ZERO]);
                let length = section.length();
                // Where rounding is all that is left, it may round up.
                prop_assert!(length <= last * (1.0 + 1e-12) + f64::MIN_POSITIVE, "{length} after {last}");
                last = length;
            }
            section.arrive();
        }
    }
}
