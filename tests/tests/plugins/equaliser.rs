//! Dyad Equaliser through its built bundles.

#[path = "equaliser/analogue.rs"]
mod analogue;
#[path = "equaliser/editor.rs"]
mod editor;
#[path = "equaliser/spectrum.rs"]
mod spectrum;

use std::f64::consts::TAU;

use dyad_tests::sound::render_both;
use dyad_tests::wav::Sound;

use analogue::{Filter, Shape};

const RATE: u32 = 48_000;

/// The equaliser with these arguments; both formats have given the same bits.
fn equalised(rate: u32, input: &Sound, arguments: &[String]) -> Sound {
    let mut all: Vec<&str> = vec!["--tail", "0"];
    all.extend(arguments.iter().map(String::as_str));
    render_both("equaliser", rate, input, &all)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| 0.5 * next()).collect()
}

fn sine(frames: usize, hertz: f64, peak: f64) -> Vec<f32> {
    (0..frames).map(|n| (peak * (TAU * hertz * n as f64 / f64::from(RATE)).sin()) as f32).collect()
}

/// The level of one frequency in decibels; 0 is an impulse of 1.
fn level(sound: &[f32], hertz: f64, rate: u32) -> f64 {
    let (sin, cos) = (TAU * hertz / f64::from(rate)).sin_cos();
    let (mut re, mut im, mut x, mut y) = (1.0, 0.0, 0.0, 0.0);
    for &sample in sound {
        x += f64::from(sample) * re;
        y += f64::from(sample) * im;
        (re, im) = (re * cos - im * sin, re * sin + im * cos);
    }
    10.0 * (x * x + y * y).log10()
}

/// The most that three frames in a row are off a straight line: what a click has much of.
fn roughest(sound: &[f32]) -> f32 {
    sound.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max)
}

#[test]
fn untouched_it_gives_the_input_to_the_bit() {
    let input = vec![noise(20_000, 1), noise(20_000, 2)];
    assert_eq!(equalised(RATE, &input, &[]), input);
}

#[test]
fn every_shape_is_the_analogue_one_within_a_tenth_of_a_decibel() {
    let shapes = [
        ("bell", Shape::Bell, 1),
        ("low_shelf", Shape::LowShelf, 1),
        ("high_shelf", Shape::HighShelf, 1),
        ("low_cut", Shape::LowCut, 3),
        ("high_cut", Shape::HighCut, 3),
        ("notch", Shape::Notch, 1),
        ("band_pass", Shape::BandPass, 1),
        ("tilt", Shape::Tilt, 1),
    ];
    let slopes = [("db_6", 1), ("db_24", 4), ("db_48", 8)];
    // Where digital filters are worst: close to the end of hearing, and sharp there.
    let numbers = [(120.0, 12.0, 0.7), (9000.0, 24.0, 0.5), (16_000.0, -9.0, 6.0), (19_500.0, 18.0, 1.0)];
    let mut worst: f64 = 0.0;
    for rate in [44_100, 48_000, 96_000] {
        let mut impulse = vec![0.0; rate as usize / 2];
        impulse[0] = 1.0;
        for (id, shape, steep) in shapes {
            for &(slope, order) in &slopes[..steep] {
                for (hertz, gain, q) in numbers {
                    let set = words(&format!(
                        "--set band_4_on=true --set band_4_kind={id} --set band_4_slope={slope} \
                         --set band_4_freq={hertz} --set band_4_gain={gain} --set band_4_q={q}"
                    ));
                    let out = equalised(rate, &vec![impulse.clone()], &set);
                    let filter = Filter { shape, order, hertz, gain, q };
                    for n in 0..=40 {
                        let at = 20.0 * 1000.0_f64.powf(f64::from(n) / 40.0);
                        let wanted = filter.decibels(at);
                        if wanted > -80.0 {
                            let off = (level(&out[0], at, rate) - wanted).abs();
                            assert!(off < 0.1, "{filter:?} at {rate}: {off:.3} dB off at {at:.0} Hz");
                            worst = worst.max(off);
                        }
                    }
                }
            }
        }
    }
    println!("at most {worst:.4} dB");
}

#[test]
fn bands_add_up_and_those_that_are_off_do_nothing() {
    let mut impulse = vec![0.0; RATE as usize];
    impulse[0] = 1.0;
    let one = Filter { shape: Shape::Bell, order: 2, hertz: 300.0, gain: 6.0, q: 1.0 };
    let two = Filter { shape: Shape::Bell, order: 2, hertz: 4000.0, gain: -9.0, q: 2.0 };
    let set = words(
        "--set band_3_freq=300 --set band_3_gain=6 --set band_6_freq=4000 --set band_6_gain=-9 --set band_6_q=2 \
         --set band_5_on=false --set band_5_gain=20 --set output=-3",
    );
    let out = equalised(RATE, &vec![impulse], &set);
    for hertz in [50.0, 300.0, 1000.0, 4000.0, 12_000.0] {
        let off = level(&out[0], hertz, RATE) - (one.decibels(hertz) + two.decibels(hertz) - 3.0);
        assert!(off.abs() < 0.1, "{off} dB off at {hertz} Hz");
    }
}

/// Everything on, at frequencies all over.
fn busy() -> Vec<String> {
    words(
        "--set band_1_on=true --set band_1_slope=db_48 --set band_2_gain=9 --set band_3_gain=-12 --set band_3_q=8 \
         --set band_4_kind=notch --set band_5_gain=15 --set band_6_kind=tilt --set band_6_gain=-4 \
         --set band_7_gain=18 --set band_7_freq=14000 --set band_8_on=true --set band_8_slope=db_36 --set output=2",
    )
}

/// Every parameter of the busy one moves or jumps.
fn moving() -> Vec<String> {
    let mut all = busy();
    all.extend(words(
        "--automate band_5_freq@0.05=200 --automate band_5_freq@0.11=18000 --automate band_5_gain@0.2=-20 \
         --automate band_3_q@0.21=0.2 --automate band_1_slope@0.25=db_6 --automate band_2_on@0.3=false \
         --automate band_2_on@0.302=true --automate band_4_kind@0.333=bell --automate output@0.4=-6 \
         --automate band_7_freq@0.41=20 --automate band_7_gain@0.4101=0 --automate band_7_gain@0.6=12",
    ));
    all
}

#[test]
fn the_sound_does_not_depend_on_how_blocks_are_cut() {
    let input = vec![noise(40_000, 3), noise(40_000, 4)];
    let render = |blocks: &str| {
        let mut arguments = moving();
        arguments.extend(words(&format!("--block {blocks}")));
        equalised(RATE, &input, &arguments)
    };
    let whole = render("512");
    for blocks in ["64", "1024,1,17", "31"] {
        dyad_tests::sound::assert_same(&render(blocks), &whole, &format!("blocks of {blocks} frames"));
    }
}

#[test]
fn what_changes_in_silence_is_done_when_the_next_sound_comes() {
    // A sound, half a second of silence that outlives it, and another one that begins in the middle of a step.
    let tone = sine(12_000, 1000.0, 0.25);
    let mut sound = [&tone[..3000], &[0.0; 27_011]].concat();
    let from = sound.len();
    sound.extend(&tone);
    let input = vec![sound.clone(), sound];
    let set = "--set band_3_freq=1000 --set band_3_gain=-24 --set band_3_q=1";
    let run = |more: &str| equalised(RATE, &input, &words(&format!("{set} {more}")));
    for (before, after) in [("band_3_on", "0 1"), ("band_3_gain", "12 -24"), ("band_3_kind", "notch bell")]
        .map(|(id, values)| (id, values.split_once(' ').expect("two values")))
        .map(|(id, (one, two))| {
            (format!("--set {id}={one} --automate {id}@0.5={two}"), format!("--set {id}={two}"))
        })
    {
        let changed = run(&format!("{before} --block 512"));
        let always = run(&after);
        assert_eq!(changed[0][from..], always[0][from..], "{before}");
        for blocks in ["1", "7", "64", "8192"] {
            let other = run(&format!("{before} --block {blocks}"));
            dyad_tests::sound::assert_same(
                &other,
                &changed,
                &format!("{before}: blocks of {blocks} frames"),
            );
        }
    }
}

#[test]
fn one_channel_sounds_as_the_left_one_of_two() {
    let input = vec![noise(30_000, 5), noise(30_000, 6)];
    let both = equalised(RATE, &input, &moving());
    let one = equalised(RATE, &vec![input[0].clone()], &moving());
    assert_eq!((one.len(), &one[0]), (1, &both[0]));
    let other = equalised(RATE, &vec![input[1].clone()], &moving());
    assert_eq!(other[0], both[1]);
}

#[test]
fn nothing_that_jumps_is_heard_as_a_click() {
    let input = vec![sine(RATE as usize, 150.0, 0.25)];
    // It bends by so much itself, at +12 dB four times that; a leap at one frame would be thousands.
    let smooth = roughest(&input[0]);
    let jumps = [
        ("gain", "--set band_3_freq=150 --automate band_3_gain@0.3=12"),
        (
            "gain, fast",
            "--set band_3_freq=150 --set band_3_q=10 --automate band_3_gain@0.3=12 --automate band_3_gain@0.301=-12",
        ),
        (
            "frequency",
            "--set band_3_gain=12 --set band_3_freq=20 --automate band_3_freq@0.3=150 --automate band_3_freq@0.35=15000",
        ),
        (
            "Q",
            "--set band_3_gain=12 --set band_3_freq=300 --automate band_3_q@0.3=40 --automate band_3_q@0.5=0.1",
        ),
        (
            "kind",
            "--set band_3_gain=12 --set band_3_freq=150 --automate band_3_kind@0.3=low_shelf --automate band_3_kind@0.4=notch --automate band_3_kind@0.5=high_shelf",
        ),
        (
            "slope",
            "--set band_1_on=true --set band_1_freq=200 --automate band_1_slope@0.3=db_48 --automate band_1_slope@0.31=db_6",
        ),
        (
            "on",
            "--set band_3_gain=12 --set band_3_freq=150 --automate band_3_on@0.3=false --automate band_3_on@0.5=true",
        ),
        (
            "off while it fades",
            "--set band_3_gain=12 --set band_3_freq=150 --automate band_3_kind@0.3=low_shelf --automate band_3_on@0.305=false",
        ),
        ("output", "--automate output@0.3=12 --automate output@0.4=-24"),
    ];
    for (what, arguments) in jumps {
        let out = equalised(RATE, &input, &words(arguments));
        // The first tenth of a second is the sine's own beginning.
        let rough = roughest(&out[0][RATE as usize / 10..]);
        assert!(rough < 16.0 * smooth, "{what}: {} times as rough as the input", rough / smooth);
        let before = &out[0][..RATE as usize * 29 / 100];
        let level = |sound: &[f32]| sound.iter().map(|x| x.abs()).fold(0.0, f32::max);
        let after = &out[0][RATE as usize * 9 / 10..];
        let same = what == "on" || what == "gain, fast";
        assert!(same || (level(before) / level(after) - 1.0).abs() > 0.05, "{what}: nothing has changed");
    }
}

/// A gain that rises slowly is only that: no tones of the pace at which it is followed.
#[test]
fn automation_has_no_zipper_noise() {
    let input = vec![sine(RATE as usize, 1000.0, 0.25)];
    let mut arguments = words("--set band_5_freq=1000 --set band_5_gain=-12");
    for n in 0..400 {
        let (at, gain) = (0.1 + f64::from(n) * 0.002, -12.0 + f64::from(n) * 0.06);
        arguments.extend(words(&format!("--automate band_5_gain@{at:.3}={gain:.2}")));
    }
    let out = equalised(RATE, &input, &arguments);
    let part = &out[0][9600..9600 + 24_000];
    let windowed: Vec<f32> = (0..part.len())
        .map(|n| {
            // Blackman-Harris, whose side lobes are at −92 dB, squared for more.
            let at = TAU * n as f64 / part.len() as f64;
            let window =
                0.35875 - 0.48829 * at.cos() + 0.14128 * (2.0 * at).cos() - 0.01168 * (3.0 * at).cos();
            (f64::from(part[n]) * window * window) as f32
        })
        .collect();
    let carrier = level(&windowed, 1000.0, RATE);
    let others = (2..480).map(|n| f64::from(n) * 50.0).filter(|hertz| (hertz - 1000.0).abs() > 150.0);
    for hertz in others {
        let heard = level(&windowed, hertz, RATE) - carrier;
        assert!(heard < -100.0, "{heard:.1} dB at {hertz} Hz");
    }
}

#[test]
fn wild_modulation_stays_within_bounds_and_dies_away() {
    let mut input = vec![noise(2 * RATE as usize, 7)];
    input[0].extend(vec![0.0; 4 * RATE as usize]);
    let mut arguments =
        words("--set band_3_q=40 --set band_3_gain=24 --set band_1_on=true --set band_1_q=40");
    for n in 0..400 {
        let at = f64::from(n) * 0.005;
        let [one, two] = if n % 2 == 0 { [20, 20_000] } else { [20_000, 20] };
        let gain = [24, -24, 0][n as usize % 3];
        arguments.extend(words(&format!(
            "--automate band_3_freq@{at:.3}={one} --automate band_1_freq@{at:.3}={two} --automate band_3_gain@{at:.3}={gain}"
        )));
    }
    let out = equalised(RATE, &input, &arguments);
    let peak = |sound: &[f32]| sound.iter().map(|x| x.abs()).fold(0.0, f32::max);
    // Two resonances of 32 dB and more rest at worst on one note.
    assert!(out[0].iter().all(|x| x.is_finite()) && peak(&out[0]) < 100.0, "{}", peak(&out[0]));
    let end = &out[0][out[0].len() - RATE as usize / 10..];
    assert!(peak(end) < 1e-3, "{}", peak(end));
}

#[test]
fn what_is_no_sound_counts_as_silence_and_leaves_nothing() {
    let clean = vec![noise(30_000, 8), noise(30_000, 9)];
    let mut input = clean.clone();
    let mut silent = clean;
    for (n, nonsense) in
        [(500, f32::NAN), (501, f32::INFINITY), (9000, f32::NEG_INFINITY), (9003, f32::MAX)]
    {
        input[0][n] = nonsense;
        input[1][n + 40] = nonsense;
        silent[0][n] = 0.0;
        silent[1][n + 40] = 0.0;
    }
    let out = equalised(RATE, &input, &busy());
    dyad_tests::sound::assert_same(&out, &equalised(RATE, &silent, &busy()), "with silence in its place");
}

#[test]
fn every_rate_from_8_to_384_kilohertz_is_stable() {
    for rate in [8000, 11_025, 22_050, 32_000, 192_000, 384_000] {
        let input = vec![noise(rate as usize * 7 / 10, 10)];
        let out = equalised(rate, &input, &moving());
        let peak = out[0].iter().map(|x| x.abs()).fold(0.0, f32::max);
        assert!(out[0].iter().all(|x| x.is_finite()) && peak < 50.0, "{rate}: {peak}");
        assert!(peak > 0.1, "{rate}: {peak}");
    }
}
