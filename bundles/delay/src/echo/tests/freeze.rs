//! The frozen loop.

use super::*;

const SILENCE: [f32; 2] = [0.0; 2];

/// Noise for a second, then frozen: what the loop holds.
fn frozen(bench: &mut Bench) -> Stereo {
    bench.run(&noise(48_000, 0.3));
    bench.freeze = true;
    // Over the seam, and on to where the loop begins anew.
    let length = bench.delays[0] as usize * if bench.ping_pong { 2 } else { 1 };
    bench.run(&vec![SILENCE; 10 * length]);
    bench.run(&vec![SILENCE; length])
}

#[test]
fn a_frozen_loop_repeats_to_the_bit_for_ever() {
    for ping_pong in [false, true] {
        let mut bench = Bench::new(48_000.0, 2400.0);
        // Whatever would change it otherwise.
        (bench.ping_pong, bench.feedback) = (ping_pong, 60.0);
        let held = frozen(&mut bench);
        assert!(held.iter().flatten().all(|x| *x != 0.0), "there is something to hold");
        // A minute of it; each turn makes the next, so it is for ever.
        for turn in 0..if ping_pong { 100 } else { 1200 } {
            let again = bench.run(&vec![SILENCE; held.len()]);
            assert!(again == held, "turn {turn}");
        }
    }
}

#[test]
fn what_is_played_meanwhile_is_not_heard_in_it_and_nor_is_a_change_of_time() {
    let mut bench = Bench::new(48_000.0, 2400.0);
    (bench.feedback, bench.ping_pong) = (60.0, false);
    let held = frozen(&mut bench);
    bench.delays = [1234.0, 4321.0];
    bench.ping_pong = true;
    bench.feedback = 0.0;
    for _ in 0..20 {
        assert!(bench.run(&noise(2400, 1.0)) == held);
    }
    // Filters and modulation are heard, but not kept.
    (bench.cuts, bench.mod_depth) = ((500.0, 500.0), 3.0);
    assert!(bench.run(&vec![SILENCE; 24_000]) != held.repeat(10));
    (bench.cuts, bench.mod_depth) = ((LOW_OFF, HIGH_OFF), 0.0);
    bench.run(&vec![SILENCE; 4800]);
    assert!(bench.run(&vec![SILENCE; 2400]) == held);
    // Released, it goes where it should, and the loop dies away.
    bench.freeze = false;
    bench.run(&vec![SILENCE; 48_000]);
    assert_eq!(heard(&bench.run(&vec![SILENCE; 48_000])), []);
    let echo = heard(&bench.run(&impulse(6000, [0.5, 0.5])));
    assert_eq!(echo, [(1234, [0.5, 0.0])], "ping-pong now");
}

#[test]
fn freezing_and_releasing_make_no_step() {
    let radians = std::f64::consts::TAU * 440.0 / 48_000.0;
    let mut bench = Bench::new(48_000.0, 10_000.0);
    bench.feedback = 40.0;
    let input: Stereo = sine(96_000, radians).iter().map(|frame| frame.map(|x| x * 0.3)).collect();
    let mut out = bench.run(&input[..40_000]);
    bench.freeze = true;
    out.extend(bench.run(&input[40_000..70_000]));
    bench.freeze = false;
    out.extend(bench.run(&input[70_000..]));
    // Before the first echo it is silent, where a sine begins is a corner.
    let largest = out[10_100..].iter().map(|frame| frame[0].abs()).fold(0.0, f32::max);
    let steepest = out[10_100..].windows(2).map(|w| (w[1][0] - w[0][0]).abs()).fold(0.0, f32::max);
    // What the sound does by itself, and what the cross-fade of 480 frames may add.
    let limit = f64::from(largest) * (radians + 2.0 / 480.0);
    assert!(f64::from(steepest) <= limit, "{steepest}, not {limit}");
}
