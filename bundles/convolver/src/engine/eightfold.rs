//! The transform of 8192 real frames in sixteen equal steps, forward and back.
//!
//! Every eighth frame is a signal of its own, and has a transform of 1024: eight steps. With a turn of each bin and a
//! transform of eight across them they make the whole spectrum, an eighth of it in each of eight further steps (decimation
//! in time, radix 8). The way back is the same in reverse order.
//!
//! Of a real signal's transform half is enough. For bin *k* up to 512 of the eighths, the transform of eight gives the
//! bins *k* + 1024 *q*, *q* from 0 to 7. Those above 4096 are mirrored: bin 8192 − *m* is the conjugate of bin *m*.

use realfft::num_complex::Complex;

use super::plans::{Plans, Scratch};
use super::{BIG, MID};

/// Frames of an eighth.
pub(super) const EIGHTH: usize = 2 * BIG / 8;
/// Bins of an eighth's transform that say all.
pub(super) const EIGHTH_BINS: usize = EIGHTH / 2 + 1;
/// Bins of the whole, the last one packed into the first.
const BINS: usize = BIG;

/// What the steps hand to each other: the transforms of the eight eighths.
pub(super) struct Eighths(Box<[Complex<f32>]>);

/// The turns, e^(−2πi·r·k/8192), for `r` from 1 to 7 and all `k`.
pub(super) fn twiddles() -> Box<[Complex<f32>]> {
    let turn = |r: usize, k: usize| {
        let angle = -std::f64::consts::TAU * (r * k) as f64 / (2 * BIG) as f64;
        Complex::new(angle.cos() as f32, angle.sin() as f32)
    };
    (1..8).flat_map(|r| (0..EIGHTH_BINS).map(move |k| turn(r, k))).collect()
}

/// The bins that step `n` of 8 works on.
fn share(n: usize) -> std::ops::Range<usize> {
    EIGHTH_BINS * n / 8..EIGHTH_BINS * (n + 1) / 8
}

impl Eighths {
    pub(super) fn new() -> Self {
        Self(vec![Complex::ZERO; 8 * EIGHTH_BINS].into())
    }

    pub(super) fn reset(&mut self) {
        self.0.fill(Complex::ZERO);
    }

    fn of(&mut self, r: usize) -> &mut [Complex<f32>] {
        &mut self.0[r * EIGHTH_BINS..(r + 1) * EIGHTH_BINS]
    }

    /// Step `r` of the first eight: the transform of an eighth. `older` and `newer` are the two halves of the frames.
    pub(super) fn gather(
        &mut self,
        plans: &Plans,
        scratch: &mut Scratch,
        r: usize,
        older: &[f32],
        newer: &[f32],
    ) {
        let frames = older.iter().skip(r).step_by(8).chain(newer.iter().skip(r).step_by(8));
        for (to, from) in scratch.frames.iter_mut().zip(frames) {
            *to = *from;
        }
        plans.mid.forward(scratch);
        self.of(r).copy_from_slice(&scratch.bins);
    }

    /// Step `n` of the second eight: an eighth of the whole spectrum, packed.
    pub(super) fn join(&self, plans: &Plans, n: usize, spectrum: &mut [f32]) {
        let (real, imaginary) = spectrum.split_at_mut(BINS);
        let mut put = |bin: usize, value: Complex<f32>| {
            if bin == BINS {
                imaginary[0] = value.re;
            } else {
                real[bin] = value.re;
                if bin > 0 {
                    imaginary[bin] = value.im;
                }
            }
        };
        for k in share(n) {
            let mut values = [self.0[k]; 8];
            for (r, value) in values.iter_mut().enumerate().skip(1) {
                *value = self.0[r * EIGHTH_BINS + k] * plans.twiddles[(r - 1) * EIGHTH_BINS + k];
            }
            let values = of_eight(values);
            for (q, value) in values.iter().enumerate() {
                let bin = k + EIGHTH * q;
                if bin <= BINS { put(bin, *value) } else { put(2 * BINS - bin, value.conj()) }
            }
        }
    }

    /// Step `n` of the first eight on the way back: takes a spectrum apart.
    pub(super) fn part(&mut self, plans: &Plans, n: usize, spectrum: &[f32]) {
        let (real, imaginary) = spectrum.split_at(BINS);
        let get = |bin: usize| match bin {
            0 => Complex::new(real[0], 0.0),
            BINS => Complex::new(imaginary[0], 0.0),
            _ => Complex::new(real[bin], imaginary[bin]),
        };
        for k in share(n) {
            let mut values = [Complex::ZERO; 8];
            for (q, value) in values.iter_mut().enumerate() {
                let bin = k + EIGHTH * q;
                // Conjugates go in and come out, so that the same transform of eight serves both ways.
                *value = if bin <= BINS { get(bin).conj() } else { get(2 * BINS - bin) };
            }
            let values = of_eight(values);
            self.0[k] = values[0].conj();
            for (r, value) in values.into_iter().enumerate().skip(1) {
                let turned = value * plans.twiddles[(r - 1) * EIGHTH_BINS + k];
                self.0[r * EIGHTH_BINS + k] = turned.conj();
            }
        }
    }

    /// Step `r` of the second eight on the way back: every eighth frame of the newer half, from frame `r` on.
    pub(super) fn scatter(&mut self, plans: &Plans, scratch: &mut Scratch, r: usize, newer: &mut [f32]) {
        scratch.bins.copy_from_slice(self.of(r));
        plans.mid.back(scratch);
        for (to, from) in newer.iter_mut().skip(r).step_by(8).zip(&scratch.frames[MID..]) {
            *to = *from;
        }
    }
}

/// The transform of eight numbers, by three rounds of pairs.
#[inline]
fn of_eight(x: [Complex<f32>; 8]) -> [Complex<f32>; 8] {
    const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // −i times a number, and the two odd turns of an eighth.
    let quarter = |z: Complex<f32>| Complex::new(z.im, -z.re);
    let eighth = |z: Complex<f32>| Complex::new((z.re + z.im) * HALF, (z.im - z.re) * HALF);
    let three = |z: Complex<f32>| Complex::new((z.im - z.re) * HALF, -(z.re + z.im) * HALF);
    let four = |a, b, c, d| {
        let (even, odd): (Complex<f32>, Complex<f32>) = (a + c, b + d);
        let (low, high): (Complex<f32>, Complex<f32>) = (a - c, quarter(b - d));
        [even + odd, low + high, even - odd, low - high]
    };
    let even = four(x[0], x[2], x[4], x[6]);
    let odd = four(x[1], x[3], x[5], x[7]);
    let odd = [odd[0], eighth(odd[1]), quarter(odd[2]), three(odd[3])];
    let mut y = [Complex::ZERO; 8];
    for n in 0..4 {
        y[n] = even[n] + odd[n];
        y[n + 4] = even[n] - odd[n];
    }
    y
}
