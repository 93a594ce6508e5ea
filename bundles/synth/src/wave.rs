//! The waves, as tables of one period.
//!
//! Each wave has a table for each of [`BRIGHTNESS`]'s numbers of harmonics, so that one can be had with all harmonics
//! below half the sample rate and none above. Between a table's values runs a cubic B-spline (four values, C²; M. Unser,
//! "Splines: a perfect fit for signal and image processing", 1999). A spline through values of harmonic k in a table of N
//! gives it a level of sinc⁴(k/N), and an image at N − k with sinc⁴(1 − k/N): what is lost of the harmonic is put into the
//! table, and what is left of the image is (k / (N − k))⁴ of the harmonic. From that follows each table's length.

use std::f64::consts::PI;
use std::sync::OnceLock;

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use wide::f32x4;

use crate::choices::Wave;

/// The most harmonics: 20 kHz at 20 Hz.
const MOST: usize = 1024;

/// Numbers of harmonics. Where `H` no longer fit below half the rate, at least 5/6 of it are still filled: 20 kHz at 48 kHz.
const BRIGHTNESS: [usize; 31] = [
    0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 31, 38, 46, 56, 68, 82, 99, 120, 145, 175, 211, 254, 306, 368,
    442, 531, 638, 766, MOST,
];

/// How much smaller an image is than the wave's greatest harmonic: −110 dB.
const IMAGE: f64 = 3.16e-6;

/// The pitch at which all waves are equally loud, in hertz.
const LOUDNESS_PITCH: f64 = 220.0;
/// How loud: as a saw that reaches from −0.8 to 0.8.
const SAW_PEAK: f64 = 0.8;

/// The waves that have tables of their own.
const SHAPES: [Wave; 7] =
    [Wave::Sine, Wave::Triangle, Wave::Saw, Wave::Organ, Wave::Reed, Wave::Voice, Wave::Glass];

/// One period of a wave at one brightness.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// 1/6 of the spline's weights, the last before the first one and two after the last.
    values: Vec<f32>,
    /// The period's length is 2 to this.
    bits: u32,
}

/// Which tables make a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sound {
    table: u16,
    /// Whether it is taken twice, the second time later and upside down.
    pub(crate) pulse: bool,
}

/// One period of each wave, at each brightness.
#[derive(Debug)]
pub(crate) struct Tables {
    tables: Vec<Table>,
    /// For each shape the place of its first table, and how many it has: further ones would be the same as the last.
    shapes: [(u16, u16); SHAPES.len()],
    /// For each number of harmonics that fit, the place in [`BRIGHTNESS`].
    levels: Vec<u8>,
    /// What makes a square as loud as a saw.
    pulse: f32,
}

impl Tables {
    /// What all instances have in common. The first call builds it: `[main-thread]`.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Tables> = OnceLock::new();
        SHARED.get_or_init(Self::build)
    }

    fn build() -> Self {
        let mut planner = RealFftPlanner::new();
        let mut tables = Vec::new();
        let shapes = SHAPES.map(|wave| {
            let first = tables.len();
            let gain = loudness(|k| if k <= MOST { harmonic(Wave::Saw, k) } else { 0.0 })
                / loudness(|k| harmonic(wave, k))
                * SAW_PEAK;
            let top = (1..=MOST).rev().find(|k| harmonic(wave, *k) != 0.0).unwrap_or(0);
            for (i, count) in BRIGHTNESS.into_iter().enumerate() {
                let harmonics: Vec<f64> = (1..=count.min(top)).map(|k| gain * harmonic(wave, k)).collect();
                tables.push(Table::build(&mut planner, &harmonics));
                if BRIGHTNESS[i] >= top {
                    break;
                }
            }
            (first as u16, (tables.len() - first) as u16)
        });
        let levels =
            (0..=MOST).map(|n| BRIGHTNESS.partition_point(|count| *count <= n) as u8 - 1).collect();
        let square = |k| if k % 2 == 1 { 2.0 * harmonic(Wave::Saw, k) } else { 0.0 };
        let pulse = loudness(|k| harmonic(Wave::Saw, k)) / loudness(square);
        Self { tables, shapes, levels, pulse: pulse as f32 }
    }

    /// The sound of a wave of which so many harmonics fit.
    pub(crate) fn sound(&self, wave: Wave, fit: usize) -> Sound {
        let shape = match wave {
            Wave::Sine => 0,
            Wave::Triangle => 1,
            Wave::Saw | Wave::Pulse => 2,
            Wave::Organ => 3,
            Wave::Reed => 4,
            Wave::Voice => 5,
            Wave::Glass => 6,
        };
        let (first, count) = self.shapes[shape];
        let level = u16::from(self.levels[fit.min(MOST)]);
        Sound { table: first + level.min(count - 1), pulse: wave == Wave::Pulse }
    }

    #[inline]
    pub(crate) fn table(&self, sound: Sound) -> &Table {
        &self.tables[usize::from(sound.table)]
    }

    /// In bytes.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.tables.iter().map(|table| size_of_val(&table.values[..])).sum()
    }

    /// By how much a pulse of two saws is turned down.
    #[inline]
    pub(crate) fn pulse_gain(&self) -> f32 {
        self.pulse
    }
}

/// The level of a harmonic. All are sines of one sign or the other.
pub(crate) fn harmonic(wave: Wave, k: usize) -> f64 {
    let x = k as f64;
    let odd = k % 2 == 1;
    let among =
        |levels: &[(usize, f64)]| levels.iter().find(|(at, _)| *at == k).map_or(0.0, |(_, level)| *level);
    let peak = |at: f64, width: f64| (-((x - at) / width).powi(2)).exp();
    match wave {
        Wave::Sine => f64::from(u8::from(k == 1)),
        Wave::Triangle if k % 4 == 1 => 8.0 / (PI * x).powi(2),
        Wave::Triangle if odd => -8.0 / (PI * x).powi(2),
        Wave::Saw | Wave::Pulse => 2.0 / (PI * x),
        Wave::Organ => among(&[(1, 1.0), (2, 0.8), (3, -0.55), (4, 0.5), (6, -0.3), (8, 0.28)]),
        Wave::Reed if odd => x.powf(-1.3) * (1.0 + 2.5 * peak(7.0, 3.0)),
        Wave::Voice => {
            // Like a chirp, so that peaks don't meet.
            let sign = if (k * k / 8).is_multiple_of(2) { 1.0 } else { -1.0 };
            sign * x.powf(-1.5) * (0.5 + 3.0 * peak(3.5, 1.5) + 6.0 * peak(11.0, 2.5))
        }
        Wave::Glass => among(&[(1, 1.0), (4, -0.4), (9, 0.28), (15, -0.16), (23, 0.08)]),
        _ => 0.0,
    }
}

/// How loud a wave is at [`LOUDNESS_PITCH`], with high frequencies weighted as ITU-R BS.1770 does: a shelf of 4 dB at 1.7 kHz.
fn loudness(harmonic: impl Fn(usize) -> f64) -> f64 {
    let weight = |k: usize| {
        let x = (k as f64 * LOUDNESS_PITCH / 1682.0).powi(4);
        (1.0 + 2.512 * x) / (1.0 + x)
    };
    (1..=MOST / 8).map(|k| harmonic(k).powi(2) * weight(k)).sum::<f64>().sqrt()
}

impl Table {
    fn build(planner: &mut RealFftPlanner<f64>, harmonics: &[f64]) -> Self {
        let bits = Self::bits(harmonics);
        let length = 1_usize << bits;
        let mut spectrum = vec![Complex::default(); length / 2 + 1];
        for (bin, (k, level)) in spectrum[1..].iter_mut().zip((1..).zip(harmonics)) {
            let x = PI * f64::from(k) / length as f64;
            *bin = Complex::new(0.0, -0.5 * level * (x / x.sin()).powi(4));
        }
        let mut period = vec![0.0; length];
        // Fails where lengths don't fit or the constant part isn't real: never here.
        let _ = planner.plan_fft_inverse(length).process(&mut spectrum, &mut period);
        let values = (0..length + 3).map(|i| (period[(i + length - 1) % length] / 6.0) as f32).collect();
        Self { values, bits }
    }

    /// The length whose images are small enough.
    fn bits(harmonics: &[f64]) -> u32 {
        let greatest = harmonics.iter().fold(0.0, |greatest: f64, level| greatest.max(level.abs()));
        let clean = |bits: &u32| {
            let length = f64::from(1_u32 << bits);
            (1..).zip(harmonics).all(|(k, level)| {
                let k = f64::from(k);
                k < length / 2.0 && level.abs() * (k / (length - k)).powi(4) <= IMAGE * greatest
            })
        };
        (5..16).find(clean).unwrap_or(16)
    }

    /// The values at phases of which 2³² are one period.
    #[inline]
    pub(crate) fn read<const N: usize>(&self, phases: &[u32; N]) -> [f32; N] {
        let shift = 32 - self.bits;
        let mut out = [0.0; N];
        let parts =
            phases.map(|phase| f32::from_bits(1.0_f32.to_bits() | ((phase << self.bits) >> 9)) - 1.0);
        for (out, (phases, parts)) in out
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .zip(phases.as_chunks::<4>().0.iter().zip(parts.as_chunks::<4>().0))
        {
            let at = |i: usize| {
                let first = (phases[i] >> shift) as usize;
                let values: [f32; 4] = self.values[first..first + 4].try_into().unwrap_or_default();
                f32x4::new(values)
            };
            let [a, b, c, d] = f32x4::transpose([at(0), at(1), at(2), at(3)]);
            let x = f32x4::new(*parts);
            let ends = a + c;
            let c0 = ends + 4.0 * b;
            let c1 = 3.0 * (c - a);
            let c2 = 3.0 * (ends - (b + b));
            let c3 = (d - a) + 3.0 * (b - c);
            *out = (((c3 * x + c2) * x + c1) * x + c0).to_array();
        }
        out
    }
}
