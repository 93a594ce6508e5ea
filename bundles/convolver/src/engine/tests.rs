//! Against convolution as it is defined, in 64 bits.

use std::sync::Arc;

use super::convolver::Frames;
use super::*;

const STEREO: [Route; 2] =
    [Route { input: 0, output: 0, filter: 0 }, Route { input: 1, output: 1, filter: 1 }];

/// Noise in ±1, always the same.
fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// A response of unit energy that decays by 60 dB.
fn decaying(seed: u64, len: usize) -> Vec<f32> {
    let mut taps = noise(seed, len);
    for (n, tap) in taps.iter_mut().enumerate() {
        *tap *= 10_f32.powf(-3.0 * n as f32 / len as f32);
    }
    let energy: f32 = taps.iter().map(|tap| tap * tap).sum();
    taps.iter_mut().for_each(|tap| *tap /= energy.sqrt());
    taps
}

/// The output at some frames, by the definition.
fn expected(input: &[f32], taps: &[f32], frame: usize) -> f64 {
    let taps = taps.iter().take(frame + 1).enumerate();
    taps.map(|(n, tap)| f64::from(*tap) * f64::from(input[frame - n])).sum()
}

fn response(plans: &Plans, filters: &[Vec<f32>], routes: &[Route]) -> Box<Response> {
    Box::new(Response::new(plans, filters, routes))
}

/// Hands a response over as the processor does.
fn give(convolver: &mut Convolver, response: Option<Box<Response>>, channels: usize) {
    let needed = response.as_ref().map_or(0, |response| response.big());
    let mut longer = Response::delay_lines(channels, needed);
    convolver.change(response, &mut longer);
    drop(convolver.collect());
}

/// Runs samples through it in pieces of these lengths, over and over; gives what came out, and how far it was open.
fn run(convolver: &mut Convolver, input: &[Vec<f32>], pieces: &[usize]) -> (Vec<Vec<f32>>, Vec<f32>) {
    let len = input[0].len();
    let (mut output, mut opened) = (vec![Vec::new(); 2], Vec::new());
    let mut pieces = pieces.iter().cycle();
    let mut start = 0;
    while start < len {
        let end = len.min(start + pieces.next().unwrap());
        while start < end {
            let frames = convolver.room().min(end - start);
            let (mut dry, mut wet, mut open): (Frames, Frames, _) =
                ([[9.0; SLOT]; 2], [[9.0; SLOT]; 2], [9.0; SLOT]);
            for (to, from) in dry.iter_mut().zip(input) {
                to[..frames].copy_from_slice(&from[start..start + frames]);
            }
            convolver.process(frames, &dry, &mut wet, &mut open);
            for (to, from) in output.iter_mut().zip(&wet) {
                to.extend_from_slice(&from[..frames]);
            }
            opened.extend_from_slice(&open[..frames]);
            start += frames;
        }
    }
    (output, opened)
}

fn assert_near(output: &[f32], want: impl Fn(usize) -> f64, every: usize, what: &str) {
    for frame in (0..output.len()).step_by(every).chain([output.len() - 1]) {
        let (got, want) = (f64::from(output[frame]), want(frame));
        assert!((got - want).abs() < 1e-5, "{what}, frame {frame}: {got} and {want}");
    }
}

#[test]
fn every_length_is_the_convolution_by_definition() {
    let plans = Arc::new(Plans::new());
    for taps in [1, 2, 63, 64, 65, 128, 1023, 1024, 1025, 1600, 8191, 8192, 8193, 12_288, 12_289, 50_000] {
        let filters = [decaying(1, taps), decaying(2, taps)];
        let input = vec![noise(3, taps + 20_000), noise(4, taps + 20_000)];
        let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 100);
        give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
        let (output, open) = run(&mut convolver, &input, &[512]);
        assert!(open.iter().all(|open| *open == 0.0));
        for channel in 0..2 {
            let want = |frame| expected(&input[channel], &filters[channel], frame);
            assert_near(&output[channel], want, 97, &format!("{taps} taps"));
        }
    }
}

#[test]
fn ten_seconds_are_right_to_the_end() {
    let plans = Arc::new(Plans::new());
    let taps = decaying(1, 480_000);
    let input = vec![noise(2, 600_000)];
    let mut convolver = Convolver::new(Arc::clone(&plans), 1, 1, 100);
    let routes = [Route { input: 0, output: 0, filter: 0 }];
    give(&mut convolver, Some(response(&plans, std::slice::from_ref(&taps), &routes)), 1);
    let (output, _) = run(&mut convolver, &input, &[64]);
    assert_near(&output[0], |frame| expected(&input[0], &taps, frame), 20_011, "10 s");
}

#[test]
fn an_impulse_comes_out_at_once_and_as_the_response() {
    let plans = Arc::new(Plans::new());
    let filters = [decaying(1, 30_000), decaying(2, 30_000)];
    for at in [0, 1, 63, 64, 4095, 4096, 10_000] {
        let mut input = vec![vec![0.0; 60_000]; 2];
        input[0][at] = 1.0;
        let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 100);
        give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
        let (output, _) = run(&mut convolver, &input, &[64]);
        let want = |frame: usize| frame.checked_sub(at).and_then(|n| filters[0].get(n)).copied();
        assert_near(&output[0], |frame| f64::from(want(frame).unwrap_or(0.0)), 1, "an impulse");
        assert!(output[1].iter().all(|sample| *sample == 0.0), "and nothing from the other channel");
    }
}

#[test]
fn true_stereo_crosses() {
    let plans = Arc::new(Plans::new());
    let filters: Vec<_> = (0..4).map(|n| decaying(n + 1, 9000)).collect();
    let routes = [(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)];
    let routes = routes.map(|(input, output, filter)| Route { input, output, filter });
    let input = vec![noise(5, 30_000), noise(6, 30_000)];
    let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 100);
    give(&mut convolver, Some(response(&plans, &filters, &routes)), 2);
    let (output, _) = run(&mut convolver, &input, &[100]);
    for channel in 0..2 {
        let want = |frame| {
            expected(&input[0], &filters[channel], frame)
                + expected(&input[1], &filters[2 + channel], frame)
        };
        assert_near(&output[channel], want, 101, "true stereo");
    }
}

#[test]
fn it_is_the_same_to_the_bit_however_blocks_are_cut() {
    let plans = Arc::new(Plans::new());
    let mut input = vec![noise(3, 120_000), noise(4, 120_000)];
    // Silence long enough to sleep, with an end in the midst of a slot.
    for channel in &mut input {
        channel[20_000..80_011].fill(0.0);
    }
    let render = |pieces: &[usize]| {
        let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 1000);
        let filters = [decaying(1, 20_000), decaying(2, 3000)];
        give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
        let (first, rest): (Vec<_>, Vec<_>) =
            input.iter().map(|channel| (channel[..15_000].to_vec(), channel[15_000..].to_vec())).unzip();
        let (mut output, _) = run(&mut convolver, &first, pieces);
        // Longer than the one before: its delay lines are exchanged on the way.
        let filters = [decaying(7, 40_000), decaying(8, 25_000)];
        give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
        let (more, _) = run(&mut convolver, &rest, pieces);
        output.iter_mut().zip(more).for_each(|(output, more)| output.extend(more));
        output
    };
    let whole = render(&[120_000]);
    let bits = |output: &[Vec<f32>]| -> Vec<u32> { output.concat().iter().map(|x| x.to_bits()).collect() };
    for pieces in [&[1][..], &[64], &[63], &[511, 2, 1024], &[4096], &[333]] {
        assert!(bits(&render(pieces)) == bits(&whole), "pieces of {pieces:?}");
    }
    assert!(whole[0][75_000..80_011].iter().all(|sample| *sample == 0.0), "it slept");
}

#[test]
fn a_longer_response_than_all_before_begins_without_a_jump_and_becomes_whole() {
    let plans = Arc::new(Plans::new());
    let tone: Vec<f32> = (0..160_000).map(|n| (n as f32 * 0.01).sin()).collect();
    let routes = [Route { input: 0, output: 0, filter: 0 }];
    let long = decaying(2, 60_000);
    for short in [decaying(1, 100), decaying(1, 14_000)] {
        let one = |taps: &Vec<f32>| response(&plans, std::slice::from_ref(taps), &routes);
        let mut convolver = Convolver::new(Arc::clone(&plans), 1, 1, 2000);
        give(&mut convolver, Some(one(&short)), 1);
        let (before, _) = run(&mut convolver, &[tone[..50_003].to_vec()], &[64]);
        give(&mut convolver, Some(one(&long)), 1);
        let (after, _) = run(&mut convolver, &[tone[50_003..].to_vec()], &[64]);
        let all = [&before[0][..], &after[0]].concat();
        let level = all[30_000..].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let steep = steepest(&all[30_000..]);
        // The tone, and tap by tap what it makes of the late part of the response.
        let late = long[2 * BIG..].iter().fold(0.0_f32, |peak, tap| peak.max(tap.abs()));
        assert!(steep < 0.011 * level + 2.0 * late, "{} taps before: {steep} of {level}", short.len());
        let whole = 50_003 + 60_000 + 2 * BIG + SLOT;
        assert_near(&all[whole..], |n| expected(&tone, &long, n + whole), 499, "the whole of it");
    }
}

/// The largest step from one frame to the next.
fn steepest(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn one_response_fades_into_the_other_and_that_knows_the_past() {
    let plans = Arc::new(Plans::new());
    // A tone, so that every jump can be seen.
    let tone: Vec<f32> = (0..90_000).map(|n| (n as f32 * 0.01).sin()).collect();
    let filters: Vec<_> = [(1, 60_000), (2, 55_000)].map(|(seed, len)| decaying(seed, len)).into();
    let routes = [Route { input: 0, output: 0, filter: 0 }];
    let one = |n: usize| response(&plans, &filters[n..=n], &routes);
    let fade = 2000;
    let mut convolver = Convolver::new(Arc::clone(&plans), 1, 1, fade);
    give(&mut convolver, Some(one(0)), 1);
    let (before, _) = run(&mut convolver, &[tone[..40_007].to_vec()], &[64]);
    assert!(convolver.is_free());
    give(&mut convolver, Some(one(1)), 1);
    assert!(!convolver.is_free());
    let (after, open) = run(&mut convolver, &[tone[40_007..].to_vec()], &[64]);
    assert!(open.iter().all(|open| *open == 0.0));
    let rest = [&before[0][..], &after[0]].concat();
    let (old, new) = (|n| expected(&tone, &filters[0], n), |n| expected(&tone, &filters[1], n));
    assert_near(&rest[..40_007], old, 499, "the old one");
    // Two blocks of the largest level later the new one takes over; by then it has all of the past.
    let (begins, ends) = (40_007, 40_007 + 2 * BIG + SLOT + fade);
    let late: Vec<f32> = rest[ends..].to_vec();
    assert_near(&late, |n| new(n + ends), 499, "the new one");
    let limit = 0.01 * filters.iter().map(|taps| steepest_of(&tone, taps)).fold(0.0, f32::max) + 2e-3;
    assert!(steepest(&rest[begins - 1000..ends + 1000]) < limit * 2.0, "no click");
    assert!(convolver.is_free() || convolver.collect().is_some());
}

/// How loud a tone comes out of a response, at most.
fn steepest_of(tone: &[f32], taps: &[f32]) -> f32 {
    (60_000..61_000).map(|n| expected(tone, taps, n).abs() as f32).fold(0.0, f32::max)
}

#[test]
fn without_a_response_it_opens_and_closes_gradually() {
    let plans = Arc::new(Plans::new());
    let routes = [Route { input: 0, output: 0, filter: 0 }];
    let one = || Some(response(&plans, &[vec![1.0]], &routes));
    let mut convolver = Convolver::new(Arc::clone(&plans), 1, 1, 400);
    let ones = |len| vec![vec![1.0; len]];
    let (wet, open) = run(&mut convolver, &ones(100), &[64]);
    assert!(open.iter().all(|open| *open == 1.0) && wet[0].iter().all(|wet| *wet == 0.0));
    give(&mut convolver, one(), 1);
    let (wet, open) = run(&mut convolver, &ones(1000), &[64]);
    let sums = wet[0].iter().zip(&open).map(|(wet, open)| (wet + open - 1.0).abs());
    assert!(sums.fold(0.0, f32::max) < 1e-6, "together always 1");
    assert!(steepest(&open) < 0.003 && open[999] == 0.0);
    drop(convolver.collect());
    give(&mut convolver, None, 1);
    let (_, open) = run(&mut convolver, &ones(1000), &[64]);
    assert!(steepest(&open) < 0.003 && open[999] == 1.0);
}

#[test]
fn nothing_of_a_response_beyond_all_bounds_is_left_in_the_next() {
    let plans = Arc::new(Plans::new());
    let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 1000);
    let loud = |n: usize| if n.is_multiple_of(2) { 3e38 } else { -3e38 };
    let loud: Vec<f32> = (0..10_000).map(loud).collect();
    give(&mut convolver, Some(response(&plans, &[loud.clone(), loud], &STEREO)), 2);
    let input = vec![noise(3, 20_000), noise(4, 20_000)];
    let (output, _) = run(&mut convolver, &input, &[100]);
    assert!(output.iter().flatten().all(|sample| sample.abs() <= LOUDEST), "also where it is no number");
    let taps = decaying(5, 3000);
    give(&mut convolver, Some(response(&plans, &[taps.clone(), taps.clone()], &STEREO)), 2);
    let (fading, _) = run(&mut convolver, &[vec![0.0; 4000], vec![0.0; 4000]], &[100]);
    assert!(fading.iter().flatten().all(|sample| sample.abs() <= LOUDEST));
    let (output, _) = run(&mut convolver, &input, &[100]);
    assert_near(&output[0], |frame| expected(&input[0], &taps, frame), 997, "the next response");
}

#[test]
fn a_reset_forgets_all() {
    let plans = Arc::new(Plans::new());
    let filters = [decaying(1, 30_000), decaying(2, 30_000)];
    let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 100);
    give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
    let input = vec![noise(3, 47_001), noise(4, 47_001)];
    let (first, _) = run(&mut convolver, &input, &[64]);
    convolver.reset();
    let (silence, _) = run(&mut convolver, &vec![vec![0.0; 20_000]; 2], &[64]);
    assert!(silence.concat().iter().all(|sample| *sample == 0.0));
    convolver.reset();
    let (second, _) = run(&mut convolver, &input, &[64]);
    assert!(first == second, "to the bit");
}

/// No test: it prints what a slot costs.
#[test]
#[ignore = "measures"]
fn cost() {
    let plans = Arc::new(Plans::new());
    for seconds in [0.05, 0.5, 2.0, 10.0] {
        let taps = (seconds * 48_000.0) as usize;
        let filters = [decaying(1, taps), decaying(2, taps)];
        let mut convolver = Convolver::new(Arc::clone(&plans), 2, 2, 100);
        give(&mut convolver, Some(response(&plans, &filters, &STEREO)), 2);
        let input: Vec<_> = [1, 2].map(|seed| noise(seed, SLOT)).into();
        let dry: Frames = [input[0][..].try_into().unwrap(), input[1][..].try_into().unwrap()];
        let (mut wet, mut open): (Frames, _) = ([[0.0; SLOT]; 2], [0.0; SLOT]);
        // By the slot's place in a largest block, so that a disturbed one does not count.
        let mut costs = vec![Vec::new(); BIG_SLOTS];
        for n in 0..BIG_SLOTS * 200 {
            let begin = std::time::Instant::now();
            convolver.process(SLOT, &dry, &mut wet, &mut open);
            if n >= BIG_SLOTS * 130 {
                costs[n % BIG_SLOTS].push(begin.elapsed().as_secs_f64() * 1e6);
            }
        }
        let median = |costs: &mut Vec<f64>| {
            costs.sort_by(f64::total_cmp);
            costs[costs.len() / 2]
        };
        let medians: Vec<f64> = costs.iter_mut().map(median).collect();
        let mean = medians.iter().sum::<f64>() / BIG_SLOTS as f64;
        let (least, most) =
            (medians.iter().copied().fold(f64::MAX, f64::min), medians.iter().copied().fold(0.0, f64::max));
        println!(
            "{seconds:5} s stereo: {mean:5.1} µs for 64 frames ({:.2} % at 48 kHz), slots from {least:.1} to {most:.1} µs",
            mean / (SLOT as f64 / 48_000.0 * 1e6) * 100.0
        );
    }
}
