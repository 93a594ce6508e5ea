//! What the parts cost: `cargo test --release -p dyad-synth --lib speed -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::Instant;

use dyad::param::Ramp;

use crate::choices::{FilterKind, Wave};
use crate::chorus::Chorus;
use crate::filter::Filter;
use crate::noise::Noise;
use crate::oscillator::{Oscillator, RUN, Tune};
use crate::reverb::Reverb;
use crate::wave::Tables;

const RATE: f64 = 48_000.0;
const RUNS: usize = 1000;

/// Prints nanoseconds per frame, the best of some tries.
fn measure(name: &str, mut run: impl FnMut(usize, &mut [f32; RUN], &mut [f32; RUN])) {
    let mut best = f64::MAX;
    for _ in 0..200 {
        let (mut left, mut right) = ([0.0; RUN], [0.0; RUN]);
        let start = Instant::now();
        for i in 0..RUNS {
            run(i, black_box(&mut left), black_box(&mut right));
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let each = best / (RUNS * RUN) as f64;
    println!("{name:32} {:7.2} ns per frame, {:6.3} % of a core", each * 1e9, each * RATE * 100.0);
}

#[test]
#[ignore = "it only prints"]
fn speed() {
    let start = Instant::now();
    let tables = Tables::shared();
    println!("tables: {:.1} ms, {} kB", start.elapsed().as_secs_f64() * 1e3, tables.size() / 1000);
    for (name, wave, unison, depth, swing) in [
        ("sine", Wave::Sine, 1, 0.0, 0.0),
        ("saw", Wave::Saw, 1, 0.0, 0.0),
        ("saw, vibrato", Wave::Saw, 1, 0.0, 0.0002),
        ("saw, moved phase", Wave::Saw, 1, 0.3, 0.0),
        ("pulse", Wave::Pulse, 1, 0.0, 0.0),
        ("saw, unison of 2", Wave::Saw, 2, 0.0, 0.0),
        ("saw, unison of 7", Wave::Saw, 7, 0.0, 0.0),
        ("pulse, unison of 7", Wave::Pulse, 7, 0.0, 0.0),
    ] {
        let mut oscillator = Oscillator::new();
        oscillator.start(false, 1, unison);
        let waves: [f32; RUN * 64] = std::array::from_fn(|i| depth * (i as f32 * 0.02).sin());
        measure(name, |i, left, right| {
            let hertz = 220.0 * (1.0 + swing * (i % 100) as f64);
            let to = Tune { wave, hertz, width: 0.3, unison, detune_cents: 20.0, spread: 0.7 };
            let phase_mod = if depth == 0.0 { &[][..] } else { &waves[i % 64 * RUN..][..RUN] };
            oscillator.render(tables, RATE, &to, (0.5, 0.5), phase_mod, left, right);
        });
    }
    let mut noise = Noise::new();
    noise.start(1);
    measure("noise", |_, left, right| noise.render(RATE, -0.3, (0.5, 0.5), left, right));
    for (name, kind, resonance, drive) in [
        ("low pass 12", FilterKind::Low12, 0.0, 1.0),
        ("low pass 24", FilterKind::Low24, 0.0, 1.0),
        ("low pass 24, resonance", FilterKind::Low24, 0.6, 1.0),
        ("low pass 24, resonance, drive", FilterKind::Low24, 0.6, 4.0),
    ] {
        let mut filter = Filter::new();
        let mut before = 1000.0;
        measure(name, |i, left, right| {
            let to = 1000.0 + (i % 100) as f32;
            left[0] += 0.01;
            filter.run(kind, RATE, (before, to), (resonance, resonance), (drive, drive), left, right);
            before = to;
        });
    }
    let mut chorus = Chorus::new(RATE);
    let half = Ramp::resting_at(50.0);
    measure("chorus", |_, left, right| chorus.run(half, 0.6, half, left, right));
    let mut reverb = Reverb::new(RATE);
    measure("reverb", |_, left, right| {
        left[0] += 0.01;
        reverb.run(half, 2.0, 40.0, left, right);
    });
}
