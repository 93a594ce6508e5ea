//! Levels as decibels and back, for many values at once.
//!
//! The library's logarithm is a call for each sample. These are a few multiplications without a branch, which the
//! compiler makes vectors of, and far more exact than 0.1 dB: the tests hold them to 0.0001 dB.

/// Decibels of a doubling of amplitude, `20·log10(2)`.
const PER_OCTAVE: f32 = 6.020_6;
/// The lowest level that is told from silence, as an amplitude: −200 dBFS.
const SILENCE: f32 = 1e-10;

/// The level of amplitudes in dBFS, −200 or more. Each is at least 0 and below infinity.
#[inline]
pub(crate) fn of_amplitudes(values: &mut [f32]) {
    for value in values {
        *value = PER_OCTAVE * log2(floor(*value, SILENCE));
    }
}

/// The same of powers (mean squares).
#[inline]
pub(crate) fn of_powers(values: &mut [f32]) {
    for value in values {
        *value = 0.5 * PER_OCTAVE * log2(floor(*value, SILENCE * SILENCE));
    }
}

/// The factor that turns down by so many decibels, 0 to 700.
#[inline]
pub(crate) fn down(decibels: f32) -> f32 {
    exp2(decibels * (-1.0 / PER_OCTAVE))
}

/// The greater one; the floor instead of NaN.
#[inline]
fn floor(value: f32, floor: f32) -> f32 {
    if value > floor { value } else { floor }
}

/// The binary logarithm of a normal number above 0.
///
/// `x = m·2^e` with `m` from √½ to √2, and `ln m = 2·artanh((m − 1) / (m + 1))` by four terms of its series, which
/// leaves out less than 10⁻⁷.
#[inline]
fn log2(x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    /// 2 / ln 2, and so on: the series' terms.
    const TERMS: [f32; 4] = [2.885_39, 0.961_796_7, 0.577_078, 0.412_198_57];
    let bits = x.to_bits();
    let exponent = (bits.wrapping_sub(SQRT_HALF) as i32) >> 23;
    let m = f32::from_bits(bits.wrapping_sub((exponent << 23) as u32));
    let t = (m - 1.0) / (m + 1.0);
    let t2 = t * t;
    let series = TERMS[0] + t2 * (TERMS[1] + t2 * (TERMS[2] + t2 * TERMS[3]));
    exponent as f32 + t * series
}

/// 2 to the power of a number between −126 and 127.
///
/// The whole part goes into the exponent; for the rest, −½ to ½, the exponential series up to the sixth power leaves
/// out about 10⁻⁷.
#[inline]
fn exp2(x: f32) -> f32 {
    /// Added to a number, it leaves the number rounded to a whole one in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// (ln 2)^k / k!
    const TERMS: [f32; 6] = [
        std::f32::consts::LN_2,
        0.240_226_5,
        0.055_504_11,
        0.009_618_129,
        0.001_333_355_8,
        0.000_154_035_3,
    ];
    let rounded = x + ROUND;
    let rest = x - (rounded - ROUND);
    let whole = rounded.to_bits().wrapping_sub(ROUND.to_bits());
    let [a, b, c, d, e, f] = TERMS;
    let power = 1.0 + rest * (a + rest * (b + rest * (c + rest * (d + rest * (e + rest * f)))));
    f32::from_bits(power.to_bits().wrapping_add(whole << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amplitudes from −200 to +120 dBFS, closely spaced by an irrational ratio.
    fn amplitudes() -> impl Iterator<Item = f32> {
        (0..100_000).map(|n| 10f64.powf((f64::from(n) * 0.003_2 - 200.0) / 20.0) as f32)
    }

    #[test]
    fn levels_are_exact_to_a_ten_thousandth_of_a_decibel() {
        for x in amplitudes().filter(|x| *x > SILENCE) {
            let exact = 20.0 * f64::from(x).log10();
            let mut level = [x];
            of_amplitudes(&mut level);
            assert!((f64::from(level[0]) - exact).abs() < 1e-4, "{x}: {} for {exact}", level[0]);
            let mut level = [x * x];
            of_powers(&mut level);
            assert!((f64::from(level[0]) - exact).abs() < 1e-4, "{x} squared: {}", level[0]);
        }
    }

    #[test]
    fn silence_and_nonsense_have_the_lowest_level() {
        let mut levels = [0.0, 1e-30, f32::NAN];
        of_amplitudes(&mut levels);
        assert!(levels.iter().all(|level| (level + 200.0).abs() < 1e-3), "{levels:?}");
    }

    #[test]
    fn factors_are_exact_to_a_ten_thousandth_of_a_decibel() {
        assert_eq!(down(0.0), 1.0);
        for n in 0..70_000 {
            let decibels = n as f32 * 0.01;
            let exact = 10f64.powf(-f64::from(decibels) / 20.0);
            let error = 20.0 * (f64::from(down(decibels)) / exact).log10();
            assert!(error.abs() < 1e-4, "{decibels}: {error}");
        }
    }
}
