//! What the bands are modelled on: analogue filters, as products of sections of first and second order.
//!
//! The designs are the usual ones (R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter
//! coefficients", before its bilinear transform; Butterworth's for the cuts). Frequencies are in hertz.

use crate::settings::{Kind, Settings};

/// The most sections of one band: 48 dB per octave.
pub const MAX_STAGES: usize = 4;

/// Butterworth's Q of a section of second order alone, at which a cut's own Q changes nothing.
const FLAT_Q: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// One factor of a polynomial in s, 1 at s = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Factor {
    /// `1 + s/ω₀`
    First {
        /// Where it bends.
        hertz: f64,
    },
    /// `1 + d·s/ω₀ + s²/ω₀²`
    Second {
        /// The distance of its roots from 0.
        hertz: f64,
        /// `d`, which is 1/Q; 0 has its roots on the axis of frequencies.
        damping: f64,
    },
}

impl Factor {
    /// Where its roots are, as a distance from 0.
    #[must_use]
    pub fn hertz(self) -> f64 {
        match self {
            Self::First { hertz } | Self::Second { hertz, .. } => hertz,
        }
    }

    /// The square of its magnitude at a frequency.
    #[must_use]
    pub fn power(self, hertz: f64) -> f64 {
        let u = (hertz / self.hertz()).powi(2);
        match self {
            Self::First { .. } => 1.0 + u,
            Self::Second { damping, .. } => (1.0 - u).powi(2) + damping * damping * u,
        }
    }
}

/// The upper half of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zeros {
    /// 1
    None,
    /// Another factor.
    Factor(Factor),
    /// `s/ω₀` with the poles' ω₀.
    Once,
    /// `s²/ω₀²` with the poles' ω₀.
    Twice,
}

/// A section of first or second order; its two halves have the same order where both are factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// The upper half.
    pub zeros: Zeros,
    /// The lower half.
    pub poles: Factor,
}

impl Stage {
    /// The square of its magnitude at a frequency.
    #[must_use]
    pub fn power(&self, hertz: f64) -> f64 {
        let u = (hertz / self.poles.hertz()).powi(2);
        let above = match self.zeros {
            Zeros::None => 1.0,
            Zeros::Factor(factor) => factor.power(hertz),
            Zeros::Once => u,
            Zeros::Twice => u * u,
        };
        above / self.poles.power(hertz)
    }
}

/// An analogue filter: a factor, and up to four sections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prototype {
    /// Linear factor of all that passes.
    pub gain: f64,
    stages: [Stage; MAX_STAGES],
    count: usize,
}

impl Prototype {
    /// The filter of a band. A band that is off lets all pass.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let &Settings { kind, hertz, gain, q, .. } = settings;
        if !settings.on {
            return Self::new(1.0, &[]);
        }
        // The amplitude at the middle of a shelf's way, and half a bell's height, both in decibels.
        let half = 10.0_f64.powf(gain / 40.0);
        let second = |hertz: f64, q: f64| Factor::Second { hertz, damping: 1.0 / q };
        let pair = |zeros: Factor, poles: Factor| Stage { zeros: Zeros::Factor(zeros), poles };
        let one = |gain: f64, stage: Stage| Self::new(gain, &[stage]);
        match kind {
            Kind::Bell => one(1.0, pair(second(hertz, q / half), second(hertz, q * half))),
            Kind::LowShelf => {
                let way = half.sqrt();
                one(half * half, pair(second(hertz * way, q), second(hertz / way, q)))
            }
            Kind::HighShelf => {
                let way = half.sqrt();
                one(1.0, pair(second(hertz / way, q), second(hertz * way, q)))
            }
            Kind::LowCut => Self::cut(settings, Zeros::Once, Zeros::Twice),
            Kind::HighCut => Self::cut(settings, Zeros::None, Zeros::None),
            Kind::Notch => {
                let zeros = Factor::Second { hertz, damping: 0.0 };
                one(1.0, pair(zeros, second(hertz, q)))
            }
            Kind::BandPass => one(1.0 / q, Stage { zeros: Zeros::Once, poles: second(hertz, q) }),
            Kind::Tilt => {
                let way = half * half;
                let zeros = Factor::First { hertz: hertz / way };
                one(1.0 / way, pair(zeros, Factor::First { hertz: hertz * way }))
            }
        }
    }

    /// A Butterworth filter, whose most resonant section has `q` in proportion.
    fn cut(settings: &Settings, first: Zeros, second: Zeros) -> Self {
        let hertz = settings.hertz;
        let order = settings.slope.order();
        let mut filter = Self::new(1.0, &[]);
        if order % 2 == 1 {
            filter.push(Stage { zeros: first, poles: Factor::First { hertz } });
        }
        let pairs = order / 2;
        for n in 0..pairs {
            let angle = std::f64::consts::PI * (2 * n + 1) as f64 / (2 * order) as f64;
            // The first is the most resonant one.
            let more = if n == 0 { settings.q / FLAT_Q } else { 1.0 };
            let damping = 2.0 * angle.sin() / more;
            filter.push(Stage { zeros: second, poles: Factor::Second { hertz, damping } });
        }
        filter
    }

    fn new(gain: f64, stages: &[Stage]) -> Self {
        let unused = Stage { zeros: Zeros::None, poles: Factor::First { hertz: 1.0 } };
        let mut filter = Self { gain, stages: [unused; MAX_STAGES], count: 0 };
        for stage in stages {
            filter.push(*stage);
        }
        filter
    }

    fn push(&mut self, stage: Stage) {
        self.stages[self.count] = stage;
        self.count += 1;
    }

    /// Its sections.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages[..self.count]
    }

    /// Its gain at a frequency, in decibels; −∞ where nothing passes.
    #[must_use]
    pub fn decibels(&self, hertz: f64) -> f64 {
        let power =
            self.stages().iter().fold(self.gain * self.gain, |power, stage| power * stage.power(hertz));
        10.0 * power.log10()
    }

    /// The frequency and Q of its slowest decay, `None` where it has no memory.
    #[must_use]
    pub fn decay_rate(&self) -> Option<f64> {
        let rate = |stage: &Stage| match stage.poles {
            Factor::First { hertz } => hertz,
            // Two real poles: the slower one, without a difference of two like numbers.
            Factor::Second { hertz, damping } if damping > 2.0 => {
                2.0 * hertz / (damping + (damping * damping - 4.0).sqrt())
            }
            Factor::Second { hertz, damping } => hertz * damping / 2.0,
        };
        self.stages().iter().map(rate).reduce(f64::min).map(|hertz| hertz * std::f64::consts::TAU)
    }
}
