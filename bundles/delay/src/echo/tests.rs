//! The echoes against what they must be by arithmetic.

mod freeze;
mod trouble;

use super::*;
use crate::filter::{HIGH_OFF, LOW_OFF, response};
use crate::tail;

/// Echoes with settings that can be changed between pieces.
struct Bench {
    echoes: Echoes,
    delays: [f64; 2],
    change: Change,
    ping_pong: bool,
    freeze: bool,
    cuts: (f32, f32),
    mod_rate: f32,
    mod_depth: f32,
    feedback: f32,
    width: f32,
    duck: f32,
    mix: f32,
}

/// Both sides, frame by frame.
type Stereo = Vec<[f32; 2]>;

impl Bench {
    /// Nothing but echoes, both sides alike.
    fn new(rate: f64, delay: f64) -> Self {
        Self {
            echoes: Echoes::new(2, rate),
            delays: [delay; 2],
            change: Change::Fade,
            ping_pong: false,
            freeze: false,
            cuts: (LOW_OFF, HIGH_OFF),
            mod_rate: 1.0,
            mod_depth: 0.0,
            feedback: 0.0,
            width: 100.0,
            duck: 0.0,
            mix: 100.0,
        }
    }

    /// A piece of any length.
    fn run(&mut self, input: &[[f32; 2]]) -> Stereo {
        let rest = Ramp::resting_at;
        let wanted = Wanted {
            delays: self.delays,
            change: self.change,
            ping_pong: self.ping_pong,
            freeze: self.freeze,
            cuts: self.cuts,
            mod_rate: self.mod_rate,
            feedback: rest(self.feedback),
            mod_depth: rest(self.mod_depth),
            width: rest(self.width),
            duck: rest(self.duck),
            mix: rest(self.mix),
            output: rest(1.0),
        };
        let piece = self.echoes.begin(wanted, input.len());
        let mut heard = Vec::with_capacity(input.len());
        for (n, part) in input.chunks(RUN).enumerate() {
            let mut lanes = [[0.0; RUN]; 2];
            for (i, frame) in part.iter().enumerate() {
                (lanes[0][i], lanes[1][i]) = (frame[0], frame[1]);
            }
            let mut out = [[0.0; RUN]; 2];
            self.echoes.run(&piece, n * RUN, part.len(), &lanes, &mut out);
            heard.extend((0..part.len()).map(|i| [out[0][i], out[1][i]]));
        }
        heard
    }
}

/// A single sample of this level on each side, and silence.
fn impulse(frames: usize, level: [f32; 2]) -> Stereo {
    let mut input = vec![[0.0; 2]; frames];
    input[0] = level;
    input
}

fn noise(frames: usize, level: f32) -> Stereo {
    let mut seed = 1u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((seed >> 8) as f32 / (1 << 23) as f32 - 1.0) * level
    };
    (0..frames).map(|_| [next(), next()]).collect()
}

fn sine(frames: usize, radians: f64) -> Stereo {
    (0..frames).map(|n| [(n as f64 * radians).sin() as f32; 2]).collect()
}

/// Where it is not silent, and what is there.
fn heard(sound: &Stereo) -> Vec<(usize, [f32; 2])> {
    sound.iter().copied().enumerate().filter(|(_, frame)| *frame != [0.0; 2]).collect()
}

#[test]
fn echoes_come_at_their_frame_and_each_is_the_feedbacks_share_of_the_one_before() {
    for rate in [8000.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0] {
        for ms in [1.0, 3.0, 250.0, 375.0] {
            let delay = time::samples(ms, rate);
            let mut bench = Bench::new(rate, delay);
            bench.feedback = 50.0;
            let sound = bench.run(&impulse(delay as usize * 4 + 1, [0.5, -0.25]));
            let level = |n: usize| [0.5 * 0.5f32.powi(n as i32 - 1), -0.25 * 0.5f32.powi(n as i32 - 1)];
            let expected: Vec<_> = (1..=4).map(|n| (n * delay as usize, level(n))).collect();
            assert_eq!(heard(&sound), expected, "{ms} ms at {rate} Hz");
        }
    }
}

#[test]
fn each_side_has_its_own_time_and_the_longest_fits() {
    let rate = 8000.0;
    let mut bench = Bench::new(rate, 0.0);
    bench.delays = [time::samples(5000.0, rate), time::samples(1.0, rate)];
    let sound = bench.run(&impulse(40_010, [0.5, 0.25]));
    assert_eq!(heard(&sound), [(8, [0.0, 0.25]), (40_000, [0.5, 0.0])]);
}

#[test]
fn ping_pong_goes_from_side_to_side_and_begins_on_the_left() {
    let mut bench = Bench::new(48_000.0, 0.0);
    (bench.ping_pong, bench.feedback, bench.delays) = (true, 50.0, [1000.0, 700.0]);
    let sound = bench.run(&impulse(4000, [0.5, 0.25]));
    let expected =
        [(1000, [0.375, 0.0]), (1700, [0.0, 0.1875]), (2700, [0.093_75, 0.0]), (3400, [0.0, 0.046_875])];
    assert_eq!(heard(&sound), expected);
}

#[test]
fn mix_width_and_ducking_follow_their_closed_forms() {
    for (mix, dry, wet) in
        [(0.0, 1.0, 0.0), (25.0, 1.0, 0.5), (50.0, 1.0, 1.0), (75.0, 0.5, 1.0), (100.0, 0.0, 1.0)]
    {
        let mut bench = Bench::new(48_000.0, 100.0);
        bench.mix = mix;
        let sound = bench.run(&impulse(101, [0.5, 0.5]));
        assert_eq!((sound[0], sound[100]), ([0.5 * dry; 2], [0.5 * wet; 2]), "mix {mix} %");
    }
    for (width, left, right) in
        [(0.0, 0.25, 0.25), (50.0, 0.375, 0.125), (100.0, 0.5, 0.0), (200.0, 0.75, -0.25)]
    {
        let mut bench = Bench::new(48_000.0, 100.0);
        bench.width = width;
        let sound = bench.run(&impulse(101, [0.5, 0.0]));
        assert_eq!(sound[100], [left, right], "width {width} %");
    }
    // Half a second of a loud sine holds the echoes down by as much as is asked for.
    let mut bench = Bench::new(48_000.0, 100.0);
    let input = sine(24_000, 0.05);
    let loud = bench.run(&input);
    let mut bench = Bench::new(48_000.0, 100.0);
    bench.duck = 75.0;
    let ducked = bench.run(&input);
    for n in 20_000..24_000 {
        assert!((ducked[n][0] - 0.25 * loud[n][0]).abs() < 2e-3, "{} and {}", ducked[n][0], loud[n][0]);
    }
}

#[test]
fn each_echo_has_passed_the_filters_once_more() {
    let (rate, delay) = (48_000.0, 4800);
    let (low, high) = (300.0, 3000.0);
    let mut bench = Bench::new(rate, f64::from(delay));
    (bench.cuts, bench.feedback) = ((low, high), 80.0);
    let sound = bench.run(&impulse(4 * delay as usize + 4800, [0.5; 2]));
    for n in 1..=4u32 {
        let echo = &sound[(n * delay as u32) as usize..][..4800];
        for hertz in [100.0, 300.0, 1000.0, 3000.0, 8000.0] {
            let (mut re, mut im) = (0.0, 0.0);
            for (i, frame) in echo.iter().enumerate() {
                let phase = i as f64 * std::f64::consts::TAU * hertz / rate;
                re += f64::from(frame[0]) * phase.cos();
                im += f64::from(frame[0]) * phase.sin();
            }
            let expected =
                0.5 * 0.8f64.powi(n as i32 - 1) * response(hertz, low, high, rate).powi(n as i32);
            let got = f64::hypot(re, im);
            assert!((got / expected - 1.0).abs() < 1e-3, "echo {n}, {hertz} Hz: {got}, not {expected}");
        }
    }
}

#[test]
fn modulation_moves_the_pitch_by_its_closed_form_and_the_sides_differ() {
    // A ramp as input shows the delay itself: what is heard is how long ago it was.
    let rate = 48_000.0;
    let mut bench = Bench::new(rate, 4800.0);
    (bench.mod_depth, bench.mod_rate) = (5.0, 2.0);
    let input: Stereo = (0..48_000).map(|n| [n as f32 / 1000.0; 2]).collect();
    let sound = bench.run(&input);
    for n in (10_000..48_000).step_by(7) {
        let phase = (n + 1) as f64 * std::f64::consts::TAU * 2.0 / rate;
        for (side, swing) in [phase.sin(), phase.cos()].into_iter().enumerate() {
            let delay = 4800.0 + 240.0 * swing;
            let heard = n as f64 - f64::from(sound[n][side]) * 1000.0;
            assert!((heard - delay).abs() < 0.02, "frame {n}, side {side}: {heard}, not {delay}");
        }
    }
    // Deeper than the delay is long, it turns round at the nearest sample and no sooner.
    let mut bench = Bench::new(rate, 48.0);
    (bench.mod_depth, bench.mod_rate) = (10.0, 2.0);
    let sound = bench.run(&input);
    let delays: Vec<f64> = (10_000..48_000).map(|n| n as f64 - f64::from(sound[n][0]) * 1000.0).collect();
    let (least, most) =
        (delays.iter().copied().fold(f64::MAX, f64::min), delays.iter().copied().fold(0.0, f64::max));
    assert!((least - 2.0).abs() < 0.02 && (most - 94.0).abs() < 0.02, "{least} to {most}");
}

#[test]
fn above_100_percent_it_settles_below_full_scale() {
    for x in [-3.0, -0.5, 0.0, LINEAR, 0.69] {
        assert_eq!(bend(x) == x, x.abs() <= LINEAR, "{x}");
    }
    let mut last = bend(0.0);
    for n in 1..4000 {
        let now = bend(n as f32 * 0.01);
        assert!(now >= last - 1e-6 && now <= 1.0, "{n}");
        last = now;
    }
    let mut bench = Bench::new(48_000.0, 480.0);
    bench.feedback = 110.0;
    bench.run(&noise(480, 0.01));
    let sound = bench.run(&vec![[0.0; 2]; 480_000]);
    let peak = sound[470_000..].iter().map(|frame| frame[0].abs()).fold(0.0, f32::max);
    assert!((0.8..1.0).contains(&peak), "{peak}");
    // And a sound that does not end does not pile up.
    let mut bench = Bench::new(48_000.0, 480.0);
    bench.feedback = 100.0;
    let sound = bench.run(&sine(480_000, std::f64::consts::TAU / 48.0));
    assert!(sound.iter().all(|frame| frame[0].abs() <= 2.0));
}

#[test]
fn the_tail_is_as_long_as_it_says() {
    for (feedback, ping_pong, delays) in [
        (0.0, false, [500.0, 700.0]),
        (50.0, false, [500.0, 700.0]),
        (50.0, true, [500.0, 700.0]),
        (85.0, true, [500.0, 500.0]),
        (30.0, false, [1000.0, 20.0]),
    ] {
        let mut bench = Bench::new(48_000.0, 0.0);
        (bench.feedback, bench.ping_pong, bench.delays) = (feedback, ping_pong, delays);
        let tail = tail::tail(bench.delays, f64::from(feedback) / 100.0, ping_pong, false, 0.0);
        let Tail::Frames(tail) = tail else { panic!("{tail:?}") };
        // Long enough for the loop to be full; the level is that of one echo's length at the end.
        let before = bench.run(&noise(20_000, 0.05));
        let after = bench.run(&vec![[0.0; 2]; tail as usize + 20_000]);
        let energy = |part: &[[f32; 2]]| part.iter().flatten().map(|x| f64::from(x * x)).sum::<f64>();
        let longest = delays[0].max(delays[1]) as usize;
        let level = energy(&before[20_000 - longest..]);
        let rest = energy(&after[tail as usize..]);
        assert!(rest <= level * tail::INAUDIBLE.powi(2), "{feedback} %: {rest} of {level}");
        // A quarter sooner there was something yet.
        let rest = energy(&after[tail as usize * 3 / 4..]);
        assert!(
            rest > level * tail::INAUDIBLE.powi(2),
            "{feedback} %, a quarter sooner: {rest} of {level}"
        );
    }
}

#[test]
fn the_sound_does_not_depend_on_how_blocks_are_cut() {
    let render = |cuts: &[usize]| {
        let mut bench = Bench::new(48_000.0, 1000.0);
        (bench.feedback, bench.mod_depth, bench.duck, bench.width) = (70.0, 1.0, 40.0, 140.0);
        let input = noise(40_000, 0.3);
        let mut out = Vec::new();
        let mut lengths = cuts.iter().cycle();
        while out.len() < input.len() {
            // What changes, and when; no piece goes beyond a change.
            let at = out.len();
            let next = [5000, 5100, 12_345, 15_000, 20_001, 26_000, 30_000, 40_000];
            match at {
                5000 => bench.delays = [2000.0, 800.0],
                5100 => bench.delays = [1500.0, 900.0],
                12_345 => bench.ping_pong = true,
                15_000 => (bench.change, bench.delays) = (Change::Tape, [300.0, 3000.0]),
                20_001 => bench.freeze = true,
                26_000 => (bench.freeze, bench.cuts) = (false, (100.0, 4000.0)),
                30_000 => bench.change = Change::Fade,
                _ => {}
            }
            let until = next.into_iter().find(|next| *next > at).unwrap();
            let end = until.min(at + lengths.next().unwrap());
            out.extend(bench.run(&input[at..end]));
        }
        out
    };
    let whole = render(&[40_000]);
    for cuts in [&[1][..], &[16], &[64], &[333], &[1, 16, 64, 333, 1024]] {
        assert!(render(cuts) == whole, "pieces of {cuts:?}");
    }
}
