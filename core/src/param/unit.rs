//! What a value is counted in.

/// The unit of a parameter. Hosts show it beside the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// A bare number.
    #[default]
    None,
    /// Decibels.
    Decibels,
    /// Hertz.
    Hertz,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Percent; the value runs 0…100.
    Percent,
    /// Semitones.
    Semitones,
    /// Cents.
    Cents,
    /// Octaves.
    Octaves,
    /// Degrees of an angle.
    Degrees,
    /// Beats per minute.
    BeatsPerMinute,
    /// Quarter notes.
    Beats,
    /// A linear factor, 1 = unchanged.
    Factor,
    /// Anything else, as it is to be shown.
    Other(&'static str),
}

impl Unit {
    /// The sign shown after a value, empty for bare numbers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None | Self::Factor => "",
            Self::Decibels => "dB",
            Self::Hertz => "Hz",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Percent => "%",
            Self::Semitones => "st",
            Self::Cents => "ct",
            Self::Octaves => "oct",
            Self::Degrees => "°",
            Self::BeatsPerMinute => "BPM",
            Self::Beats => "beats",
            Self::Other(label) => label,
        }
    }
}
