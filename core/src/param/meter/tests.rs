//! Tests of the peak and RMS meters, side by side.

use super::{PeakMeter, RmsMeter};
use crate::param::Field;

fn meters() -> (PeakMeter, RmsMeter) {
    let mut peak = PeakMeter::create(&PeakMeter::describe("peak"));
    let mut rms = RmsMeter::create(&RmsMeter::describe("rms"));
    peak.prepare(48_000.0);
    rms.prepare(48_000.0);
    (peak, rms)
}

#[test]
fn a_steady_level_is_shown_at_any_block_size() {
    for block in [1, 7, 64, 1024] {
        let (mut peak, mut rms) = meters();
        let samples = vec![-0.5; block];
        let (mut p, mut r) = (0.0, 0.0);
        for _ in 0..(48_000 * 3 / block) {
            peak.add(&samples);
            rms.add(&samples);
            (p, r) = (peak.finish(block), rms.finish(block));
        }
        assert_eq!(p, 0.5, "block {block}");
        assert!((r - 0.5).abs() < 1e-3, "block {block}: {r}");
    }
}

#[test]
fn a_peak_falls_by_20_db_a_second_and_comes_to_rest() {
    let (mut peak, mut rms) = meters();
    peak.add(&[1.0]);
    rms.add(&[f32::NAN]);
    peak.finish(1);
    rms.finish(1);
    let mut value = 0.0;
    for _ in 0..750 {
        value = peak.finish(64);
    }
    assert!((value - 0.1).abs() < 2e-3, "{value}");
    for _ in 0..5000 {
        value = peak.finish(64) + rms.finish(64);
    }
    assert_eq!(value, 0.0);
}

#[test]
fn not_a_number_is_not_shown() {
    let (mut peak, mut rms) = meters();
    peak.add(&[f32::NAN; 20]);
    rms.add(&[f32::NAN; 20]);
    assert_eq!((peak.finish(20), rms.finish(20)), (0.0, 0.0));
}
