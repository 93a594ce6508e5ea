//! A delay line: what one channel was, up to some seconds ago.

/// Sounds louder than this (+60 dBFS) are held there.
const LOUDEST: f32 = 1000.0;
/// Sounds softer than this (−400 dBFS) are none, so that no echo becomes denormal and none is for ever.
const SOFTEST: f32 = 1e-20;

/// The shortest delay in samples that [`Line::between`] can read: two samples lie on either side.
pub(crate) const NEAREST: f64 = 2.0;

/// The last samples of a channel. Memory is taken when it is made, and touched, so that the audio thread
/// is the first to use none of it.
#[derive(Debug)]
pub(crate) struct Line {
    /// A power of two, so that places wrap by a mask.
    ring: Box<[f32]>,
    mask: usize,
    /// Where the next sample goes.
    at: usize,
    /// How many samples have come since the last [`Line::clear`]; older places are not this sound's.
    known: usize,
}

impl Line {
    /// For delays of up to `longest` samples. `[main-thread]`
    pub(crate) fn new(longest: usize) -> Self {
        // Two more for the interpolation.
        let len = (longest + 3).next_power_of_two();
        let mut ring = Vec::with_capacity(len);
        ring.resize(len, 0.0);
        Self { ring: ring.into(), mask: len - 1, at: 0, known: 0 }
    }

    /// Forgets all sound, without going through the memory: that would be megabytes in one block.
    pub(crate) fn clear(&mut self) {
        self.known = 0;
    }

    /// Takes the next sample. What is no number is silence, and what is far too loud is held.
    #[inline]
    pub(crate) fn push(&mut self, sample: f32) {
        let sounds = sample.is_finite() && sample.abs() >= SOFTEST;
        let sane = if sounds { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 };
        self.ring[self.at & self.mask] = sane;
        self.at = self.at.wrapping_add(1) & self.mask;
        self.known = (self.known + 1).min(self.ring.len());
    }

    /// The sample that will be `delay` samples old when the next one is pushed (1 = the last pushed).
    #[inline]
    pub(crate) fn tap(&self, delay: usize) -> f32 {
        if delay > self.known { 0.0 } else { self.ring[self.at.wrapping_sub(delay) & self.mask] }
    }

    /// The sound between samples, at least [`NEAREST`] ago; at a whole number the very sample.
    ///
    /// A cubic Hermite spline through four samples (Catmull and Rom 1974; as in Niemitalo, "Polynomial
    /// interpolators for high-quality resampling of oversampled audio", 2001, "4-point, 3rd-order Hermite,
    /// x-form").
    #[inline]
    pub(crate) fn between(&self, delay: f64) -> f32 {
        let whole = delay as usize;
        let x = (delay - whole as f64) as f32;
        let y0 = self.tap(whole);
        if x == 0.0 {
            return y0;
        }
        // From the younger to the older: before, at, after, after that.
        let (before, y1, y2) = (self.tap(whole - 1), self.tap(whole + 1), self.tap(whole + 2));
        let slope = 0.5 * (y1 - before);
        let c2 = before - 2.5 * y0 + 2.0 * y1 - 0.5 * y2;
        let c3 = 0.5 * (y2 - before) + 1.5 * (y0 - y1);
        ((c3 * x + c2) * x + slope) * x + y0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_delays_give_the_very_samples() {
        let mut line = Line::new(100);
        for n in 1..=1000 {
            line.push(n as f32 * 0.37);
            for delay in [1, 2, 50, 100] {
                let expected = if n >= delay { (n - delay + 1) as f32 * 0.37 } else { 0.0 };
                assert_eq!(line.tap(delay), expected);
                if delay >= 2 {
                    assert_eq!(line.between(delay as f64), expected);
                }
            }
        }
    }

    #[test]
    fn between_samples_it_is_a_cubic() {
        // A spline of third order gives polynomials up to the second degree exactly.
        let parabola = |t: f64| 0.3 - 0.02 * t + 0.001 * t * t;
        let mut line = Line::new(100);
        (0..60).for_each(|n| line.push(parabola(f64::from(n)) as f32));
        for delay in [2.25, 10.5, 33.75, 50.125] {
            let expected = parabola(60.0 - delay);
            let got = f64::from(line.between(delay));
            assert!((got - expected).abs() < 1e-5, "{delay}: {got}, not {expected}");
        }
        // A sine of 1 kHz at 48 kHz is met to −88 dB.
        let sine = |t: f64| (t * std::f64::consts::TAU / 48.0).sin();
        (0..60).for_each(|n| line.push(sine(f64::from(n)) as f32));
        for tenth in 20..500 {
            let delay = f64::from(tenth) * 0.1;
            let error = (f64::from(line.between(delay)) - sine(60.0 - delay)).abs();
            assert!(error < 10f64.powf(-88.0 / 20.0), "{delay}: {error}");
        }
    }

    #[test]
    fn nonsense_is_silence_and_cleared_is_forgotten() {
        let mut line = Line::new(16);
        for (sample, kept) in [
            (f32::NAN, 0.0),
            (f32::INFINITY, 0.0),
            (f32::NEG_INFINITY, 0.0),
            (-1e30, -LOUDEST),
            (1e-39, 0.0),
            (-1e-21, 0.0),
            (0.5, 0.5),
        ] {
            line.push(sample);
            assert_eq!(line.tap(1), kept, "{sample}");
        }
        line.clear();
        assert!((1..=16).all(|delay| line.tap(delay) == 0.0 && line.between(delay as f64 + 0.5) == 0.0));
        line.push(0.25);
        assert_eq!((line.tap(1), line.tap(2)), (0.25, 0.0));
    }
}
