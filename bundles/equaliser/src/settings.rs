//! What a band is set to.

use dyad::prelude::*;

/// What a band does.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// More or less around a frequency.
    Bell,
    /// More or less below a frequency.
    #[choice(name = "Low shelf")]
    LowShelf,
    /// More or less above a frequency.
    #[choice(name = "High shelf")]
    HighShelf,
    /// Nothing of what is far below.
    #[choice(name = "Low cut")]
    LowCut,
    /// Nothing of what is far above.
    #[choice(name = "High cut")]
    HighCut,
    /// Nothing of one frequency.
    Notch,
    /// Nothing but what is around a frequency.
    #[choice(name = "Band pass")]
    BandPass,
    /// Less below, more above, or the other way round.
    Tilt,
}

impl Kind {
    /// All of them, in the order of the parameter's values.
    pub const ALL: [Self; 8] = [
        Self::Bell,
        Self::LowShelf,
        Self::HighShelf,
        Self::LowCut,
        Self::HighCut,
        Self::Notch,
        Self::BandPass,
        Self::Tilt,
    ];

    /// Whether the gain changes anything.
    #[must_use]
    pub fn has_gain(self) -> bool {
        matches!(self, Self::Bell | Self::LowShelf | Self::HighShelf | Self::Tilt)
    }

    /// Whether the Q changes anything.
    #[must_use]
    pub fn has_q(self) -> bool {
        self != Self::Tilt
    }

    /// Whether the slope changes anything.
    #[must_use]
    pub fn has_slope(self) -> bool {
        matches!(self, Self::LowCut | Self::HighCut)
    }
}

/// How steep a cut is.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slope {
    /// First order.
    #[choice(id = "db_6", name = "6 dB/oct")]
    Db6,
    /// Second order.
    #[choice(id = "db_12", name = "12 dB/oct")]
    Db12,
    /// Third order.
    #[choice(id = "db_18", name = "18 dB/oct")]
    Db18,
    /// Fourth order.
    #[choice(id = "db_24", name = "24 dB/oct")]
    Db24,
    /// Sixth order.
    #[choice(id = "db_36", name = "36 dB/oct")]
    Db36,
    /// Eighth order.
    #[choice(id = "db_48", name = "48 dB/oct")]
    Db48,
}

impl Slope {
    /// All of them, in the order of the parameter's values.
    pub const ALL: [Self; 6] = [Self::Db6, Self::Db12, Self::Db18, Self::Db24, Self::Db36, Self::Db48];

    /// The filter's order.
    #[must_use]
    pub fn order(self) -> usize {
        match self {
            Self::Db6 => 1,
            Self::Db12 => 2,
            Self::Db18 => 3,
            Self::Db24 => 4,
            Self::Db36 => 6,
            Self::Db48 => 8,
        }
    }
}

/// What a band is set to, in plain units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Whether it does anything.
    pub on: bool,
    /// What it does.
    pub kind: Kind,
    /// How steep a cut is.
    pub slope: Slope,
    /// Its frequency in hertz.
    pub hertz: f64,
    /// Its gain in decibels.
    pub gain: f64,
    /// Its Q.
    pub q: f64,
}

impl Settings {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        !self.on || (self.kind.has_gain() && self.gain == 0.0)
    }
}
