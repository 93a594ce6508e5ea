//! The modulation of the delay time: a slow sine, and one a quarter behind it for the other side.

/// A sine and a cosine by rotation (a coupled-form oscillator), the amplitude held at 1.
#[derive(Debug)]
pub(crate) struct Swing {
    sine: f64,
    cosine: f64,
    step: (f64, f64),
    hertz: f32,
}

impl Swing {
    pub(crate) fn new() -> Self {
        Self { sine: 0.0, cosine: 1.0, step: (0.0, 1.0), hertz: f32::NAN }
    }

    /// Begins anew.
    pub(crate) fn restart(&mut self) {
        (self.sine, self.cosine) = (0.0, 1.0);
    }

    /// Goes on at another rate.
    pub(crate) fn set(&mut self, hertz: f32, sample_rate: f64) {
        if hertz != self.hertz {
            self.hertz = hertz;
            self.step = (std::f64::consts::TAU * f64::from(hertz) / sample_rate).sin_cos();
        }
    }

    /// The next frame's pair, −1 to 1.
    #[inline]
    pub(crate) fn next(&mut self) -> [f64; 2] {
        let (sine, cosine) = self.step;
        let turned = (self.sine * cosine + self.cosine * sine, self.cosine * cosine - self.sine * sine);
        // One step of Newton's towards a length of 1, which rounding would leave in time.
        let hold = 1.5 - 0.5 * (turned.0 * turned.0 + turned.1 * turned.1);
        (self.sine, self.cosine) = (turned.0 * hold, turned.1 * hold);
        [self.sine, self.cosine]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_swings_at_its_rate_and_stays_as_large() {
        let mut swing = Swing::new();
        swing.set(3.0, 8000.0);
        for n in 1..=800_000 {
            let [sine, cosine] = swing.next();
            let phase = f64::from(n) * std::f64::consts::TAU * 3.0 / 8000.0;
            assert!((sine - phase.sin()).abs() < 1e-6 && (cosine - phase.cos()).abs() < 1e-6, "{n}");
        }
        swing.set(0.5, 8000.0);
        let before = [swing.sine, swing.cosine];
        let after = swing.next();
        assert!((before[0] - after[0]).hypot(before[1] - after[1]) < 1e-3, "a new rate is no step");
    }
}
