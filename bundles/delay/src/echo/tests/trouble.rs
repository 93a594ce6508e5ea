//! Sounds that are none.

use super::*;

#[test]
fn what_is_no_number_never_comes_back() {
    for nonsense in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1e30] {
        for freeze in [false, true] {
            let mut bench = Bench::new(48_000.0, 1000.0);
            (bench.feedback, bench.mod_depth, bench.cuts) = (110.0, 2.0, (100.0, 3000.0));
            (bench.duck, bench.ping_pong, bench.mix) = (50.0, true, 50.0);
            let mut input = noise(480, 0.1);
            bench.run(&input);
            for frame in &mut input {
                *frame = [nonsense, -nonsense];
            }
            bench.freeze = freeze;
            let during = bench.run(&input);
            if !nonsense.is_finite() {
                assert!(during.iter().flatten().all(|x| x.abs() < 4.0), "{nonsense}");
            }
            // Only a sound that was a number, though a loud one, has echoes.
            let after = bench.run(&vec![[0.0; 2]; 480_000]);
            assert!(after.iter().flatten().all(|x| x.is_finite()), "{nonsense}");
            let late = after[100_000..].iter().flatten().map(|x| x.abs()).fold(0.0, f32::max);
            assert!(freeze || late <= 1.5, "{nonsense}: {late}");
            bench.freeze = false;
            (bench.feedback, bench.mod_depth, bench.cuts) = (0.0, 0.0, (LOW_OFF, HIGH_OFF));
            (bench.duck, bench.ping_pong, bench.mix) = (0.0, false, 100.0);
            bench.run(&vec![[0.0; 2]; 48_000]);
            assert_eq!(heard(&bench.run(&impulse(1001, [0.5; 2]))), [(1000, [0.5; 2])], "{nonsense}");
        }
    }
}

#[test]
fn echoes_die_away_to_silence_itself_and_leave_no_denormals() {
    let mut bench = Bench::new(48_000.0, 480.0);
    (bench.feedback, bench.cuts) = (50.0, (100.0, 3000.0));
    bench.run(&noise(4800, 1.0));
    let out = bench.run(&vec![[0.0; 2]; 480_000]);
    assert!(out.iter().flatten().all(|x| !x.is_subnormal()));
    assert_eq!(heard(&out[240_000..].to_vec()), []);
}

#[test]
fn reset_forgets_everything() {
    let mut bench = Bench::new(48_000.0, 1000.0);
    (bench.feedback, bench.mod_depth, bench.cuts, bench.duck) = (90.0, 2.0, (100.0, 3000.0), 50.0);
    let input = noise(20_000, 0.3);
    let first = bench.run(&input);
    bench.delays = [500.0; 2];
    bench.freeze = true;
    bench.run(&input);
    (bench.freeze, bench.delays) = (false, [1000.0; 2]);
    bench.echoes.clear();
    assert!(bench.run(&input) == first);
}
