//! Rooms, and what sounds like one.

use super::filter::{Kind, filter};
use super::{RATE, close};

/// A room; all times in seconds, all frequencies in hertz.
pub(super) struct Room {
    /// Which noise.
    pub(super) seed: u64,
    /// Time in which it decays by 60 dB.
    pub(super) decay: f64,
    /// The first reflection.
    pub(super) first: f64,
    /// Single reflections.
    pub(super) reflections: usize,
    /// From when on there is noise.
    pub(super) dense: f64,
    /// The time in which it becomes loud.
    pub(super) rise: f64,
    /// Up to where it reaches at first, and after the decay.
    pub(super) bright: f64,
    pub(super) dull: f64,
    pub(super) low_cut: f64,
}

impl Room {
    /// Left and right.
    pub(super) fn make(&self) -> Vec<Vec<f32>> {
        (0..2).map(|side| self.side(side)).collect()
    }

    fn side(&self, side: u64) -> Vec<f32> {
        let mut noise = Noise((self.seed * 2 + side + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // A little more than the decay, to −66 dB.
        let frames = ((self.dense + self.decay * 1.1) * RATE) as usize;
        let level = |t: f64| (-t / self.decay * 1000.0_f64.ln()).exp();
        let late = |n: usize, noise: &mut Noise| {
            let t = n as f64 / RATE - self.dense;
            let risen = if t > 0.0 { 1.0 - (-t / self.rise).exp() } else { 0.0 };
            noise.next() * risen * level(t.max(0.0))
        };
        let mut taps: Vec<f32> = (0..frames).map(|n| late(n, &mut noise) as f32).collect();
        self.reflect(&mut taps, &mut noise);
        self.darken(&mut taps);
        filter(&mut taps, Kind::HighPass, self.low_cut, 0.7, 0.0);
        close(&mut taps);
        taps
    }

    /// Reflections, denser and softer with time, until well into the noise.
    fn reflect(&self, taps: &mut [f32], noise: &mut Noise) {
        let ratio = (self.dense * 1.6 / self.first).max(1.0);
        for n in 0..self.reflections {
            let place = (n as f64 + 0.8 * (noise.next().abs() - 0.5)) / self.reflections as f64;
            let t = self.first * ratio.powf(place.max(0.0));
            let level = 2.5 * (self.first / t).powf(0.7) * noise.next().signum();
            if let Some(tap) = taps.get_mut((t * RATE) as usize) {
                *tap += level as f32;
            }
        }
    }

    /// Two low-passes of first order, whose frequency falls as the sound decays.
    fn darken(&self, taps: &mut [f32]) {
        let (mut first, mut second) = (0.0, 0.0);
        let mut follow = 0.0;
        for (n, tap) in taps.iter_mut().enumerate() {
            if n.is_multiple_of(32) {
                let place = (n as f64 / RATE / self.decay).min(1.0);
                let hertz = self.bright * (self.dull / self.bright).powf(place);
                follow = 1.0 - (-std::f64::consts::TAU * hertz / RATE).exp();
            }
            first += follow * (f64::from(*tap) - first);
            second += follow * (first - second);
            *tap = second as f32;
        }
    }
}

/// Noise that is the same each time: xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled", 2016).
struct Noise(u64);

impl Noise {
    /// The sum of two even numbers in ±0.5: nearer to what rooms give than one.
    fn next(&mut self) -> f64 {
        self.even() + self.even()
    }

    fn even(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d);
        (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    }
}
