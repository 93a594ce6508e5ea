//! Packed spectra, and sums of their products.
//!
//! The spectrum of *n* real frames is *n* numbers: the real parts of the first *n*/2 bins, then the imaginary
//! ones. Bin 0 and the last bin (half the sample rate) are real; the last one stands where bin 0's imaginary part would.

use realfft::num_complex::Complex;

/// Packs the `n/2 + 1` bins of a real signal into `n` numbers.
#[inline]
pub(super) fn pack(bins: &[Complex<f32>], spectrum: &mut [f32]) {
    let (real, imaginary) = spectrum.split_at_mut(spectrum.len() / 2);
    for ((real, imaginary), bin) in real.iter_mut().zip(imaginary.iter_mut()).zip(bins) {
        (*real, *imaginary) = (bin.re, bin.im);
    }
    if let (Some(imaginary), Some(last)) = (imaginary.first_mut(), bins.last()) {
        *imaginary = last.re;
    }
}

/// The other way round.
#[inline]
pub(super) fn unpack(spectrum: &[f32], bins: &mut [Complex<f32>]) {
    let (real, imaginary) = spectrum.split_at(spectrum.len() / 2);
    for ((real, imaginary), bin) in real.iter().zip(imaginary).zip(bins.iter_mut()) {
        *bin = Complex::new(*real, *imaginary);
    }
    if let ([first, .., last], [half, ..]) = (bins, imaginary) {
        (first.im, *last) = (0.0, Complex::new(*half, 0.0));
    }
}

/// Adds the product of two packed spectra to a third, in the bins from `from` up to `to`.
#[inline]
pub(super) fn multiply_add(sum: &mut [f32], one: &[f32], other: &[f32], from: usize, to: usize) {
    let bins = sum.len() / 2;
    let (sum_real, sum_imaginary) = sum.split_at_mut(bins);
    let (sum_real, sum_imaginary) = (&mut sum_real[from..to], &mut sum_imaginary[from..to]);
    let (a, b) = (&one[from..to], &one[bins + from..bins + to]);
    let (c, d) = (&other[from..to], &other[bins + from..bins + to]);
    let ends = sum_real.first().zip(sum_imaginary.first()).map(|(real, imaginary)| (*real, *imaginary));
    // All of one length, and said so: the compiler makes vectors of it.
    let len = to - from;
    let (a, b, c, d) = (&a[..len], &b[..len], &c[..len], &d[..len]);
    let (real, imaginary) = (&mut sum_real[..len], &mut sum_imaginary[..len]);
    for n in 0..len {
        real[n] += a[n] * c[n] - b[n] * d[n];
        imaginary[n] += a[n] * d[n] + b[n] * c[n];
    }
    if from == 0
        && let Some((first, last)) = ends
    {
        real[0] = first + a[0] * c[0];
        imaginary[0] = last + b[0] * d[0];
    }
}

/// The sum of the products of 64 samples and taps. In sixteen sums side by side, so that it is the same for every
/// frame, wherever that stands.
#[inline]
pub(super) fn dot(samples: &[f32; 64], taps: &[f32; 64]) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (samples, taps) in samples.as_chunks::<16>().0.iter().zip(taps.as_chunks::<16>().0) {
        for n in 0..16 {
            sums[n] += samples[n] * taps[n];
        }
    }
    let mut fours = [0.0_f32; 4];
    for n in 0..4 {
        fours[n] = (sums[n] + sums[n + 4]) + (sums[n + 8] + sums[n + 12]);
    }
    (fours[0] + fours[1]) + (fours[2] + fours[3])
}
