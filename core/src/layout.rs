//! Audio layouts: which buses a plugin has and how many channels each carries.

/// Where a channel's loudspeaker stands. Hosts route channels by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Speaker {
    /// The only one.
    Mono,
    /// Front left.
    Left,
    /// Front right.
    Right,
    /// Front centre.
    Center,
    /// Low-frequency effects.
    LowFrequency,
    /// Surround left (at the back in 4.0, beside the listener in 7.1).
    SurroundLeft,
    /// Surround right.
    SurroundRight,
    /// Behind the listener.
    SurroundCenter,
    /// Behind the listener, left (7.1).
    BackLeft,
    /// Behind the listener, right (7.1).
    BackRight,
    /// Sum of left and right.
    Mid,
    /// Difference of left and right.
    Side,
}

/// One audio bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bus {
    /// Stem of the port symbols; follows the id grammar. `in` and `out` for the main buses.
    pub symbol: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// Number of channels, 1 or more.
    pub channels: usize,
    /// Whether it is the main bus of its direction (at most one, and the first), or an auxiliary
    /// one such as a sidechain.
    pub main: bool,
    /// Where each channel's loudspeaker stands, as many as there are channels. Empty stands for mono,
    /// for left and right, and from three channels on for no place at all.
    pub speakers: &'static [Speaker],
}

/// 5.1 in the order of film (SMPTE) and of VST3.
const SURROUND_5_1: &[Speaker] = &[
    Speaker::Left,
    Speaker::Right,
    Speaker::Center,
    Speaker::LowFrequency,
    Speaker::SurroundLeft,
    Speaker::SurroundRight,
];

impl Bus {
    const fn new(symbol: &'static str, name: &'static str, channels: usize, main: bool) -> Self {
        Self { symbol, name, channels, main, speakers: &[] }
    }

    /// The main input with this many channels.
    #[must_use]
    pub const fn main_input(channels: usize) -> Self {
        Self::new("in", "Input", channels, true)
    }

    /// The main output with this many channels.
    #[must_use]
    pub const fn main_output(channels: usize) -> Self {
        Self::new("out", "Output", channels, true)
    }

    /// A sidechain input with this many channels.
    #[must_use]
    pub const fn sidechain(channels: usize) -> Self {
        Self::new("sidechain", "Sidechain", channels, false)
    }

    /// An auxiliary bus with this many channels, to be named: `Bus::aux(2).named("cue", "Cue")`.
    #[must_use]
    pub const fn aux(channels: usize) -> Self {
        Self::new("aux", "Aux", channels, false)
    }

    /// The same with another symbol and name.
    #[must_use]
    pub const fn named(self, symbol: &'static str, name: &'static str) -> Self {
        Self { symbol, name, ..self }
    }

    /// The same with a place for each channel's loudspeaker.
    #[must_use]
    pub const fn speakers(self, speakers: &'static [Speaker]) -> Self {
        Self { speakers, ..self }
    }

    /// Where a channel's loudspeaker stands, where anybody knows.
    #[must_use]
    pub fn speaker(&self, channel: usize) -> Option<Speaker> {
        if let Some(speaker) = self.speakers.get(channel) {
            return Some(*speaker);
        }
        match (self.channels, channel) {
            (1, 0) => Some(Speaker::Mono),
            (2, 0) => Some(Speaker::Left),
            (2, 1) => Some(Speaker::Right),
            _ => None,
        }
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.channels == 0 {
            return Some("has no channels");
        }
        if !self.speakers.is_empty() && self.speakers.len() != self.channels {
            return Some("has another number of speakers than of channels");
        }
        let twice = |n: usize| self.speakers[..n].contains(&self.speakers[n]);
        (0..self.speakers.len()).any(twice).then_some("has a speaker twice")
    }

    /// The port symbol of one channel: the stem alone for mono, `_l` and `_r` for stereo,
    /// `_1`… for more.
    #[must_use]
    pub fn channel_symbol(&self, channel: usize) -> String {
        match (self.channels, channel) {
            (1, _) => self.symbol.to_owned(),
            (2, 0) => format!("{}_l", self.symbol),
            (2, _) => format!("{}_r", self.symbol),
            (_, n) => format!("{}_{}", self.symbol, n + 1),
        }
    }

    /// The readable name of one channel: the bus alone for mono, with the speaker where there is one,
    /// with the channel's number else.
    #[must_use]
    pub fn channel_name(&self, channel: usize) -> String {
        let place = match self.speaker(channel) {
            Some(Speaker::Mono) => return self.name.to_owned(),
            None => return format!("{} {}", self.name, channel + 1),
            Some(Speaker::Left) => "Left",
            Some(Speaker::Right) => "Right",
            Some(Speaker::Center) => "Center",
            Some(Speaker::LowFrequency) => "LFE",
            Some(Speaker::SurroundLeft) => "Surround Left",
            Some(Speaker::SurroundRight) => "Surround Right",
            Some(Speaker::SurroundCenter) => "Surround Center",
            Some(Speaker::BackLeft) => "Back Left",
            Some(Speaker::BackRight) => "Back Right",
            Some(Speaker::Mid) => "Mid",
            Some(Speaker::Side) => "Side",
        };
        format!("{} {place}", self.name)
    }
}

/// A set of buses that a plugin can run with. In LV2 each is a plugin URI of its own
/// (`<plugin id>#<layout id>`), in VST3 the host chooses one with `setBusArrangements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Follows the id grammar; fragment of the LV2 URI. Never changes once released.
    pub id: &'static str,
    /// Added to the plugin's name where a host lists layouts side by side.
    pub name: &'static str,
    /// Input buses, the main one first.
    pub inputs: &'static [Bus],
    /// Output buses, the main one first.
    pub outputs: &'static [Bus],
}

impl Layout {
    /// Mono in, mono out.
    pub const MONO: Self =
        Self { id: "mono", name: "Mono", inputs: &[Bus::main_input(1)], outputs: &[Bus::main_output(1)] };

    /// Stereo in, stereo out.
    pub const STEREO: Self = Self {
        id: "stereo",
        name: "Stereo",
        inputs: &[Bus::main_input(2)],
        outputs: &[Bus::main_output(2)],
    };

    /// 5.1 in, 5.1 out: left, right, centre, LFE, surround left and right.
    pub const SURROUND_5_1: Self = Self {
        id: "surround_5_1",
        name: "5.1",
        inputs: &[Bus::main_input(6).speakers(SURROUND_5_1)],
        outputs: &[Bus::main_output(6).speakers(SURROUND_5_1)],
    };

    /// An instrument: stereo out.
    pub const STEREO_OUT: Self =
        Self { id: "stereo_out", name: "Stereo out", inputs: &[], outputs: &[Bus::main_output(2)] };

    /// No audio at all: a MIDI effect.
    pub const NONE: Self = Self { id: "events", name: "Events", inputs: &[], outputs: &[] };

    /// Channels of all input buses together.
    #[must_use]
    pub fn input_channels(&self) -> usize {
        self.inputs.iter().map(|bus| bus.channels).sum()
    }

    /// Channels of all output buses together.
    #[must_use]
    pub fn output_channels(&self) -> usize {
        self.outputs.iter().map(|bus| bus.channels).sum()
    }

    /// Channels of the main input, 0 where there is none.
    #[must_use]
    #[inline]
    pub fn main_inputs(&self) -> usize {
        self.inputs.first().filter(|bus| bus.main).map_or(0, |bus| bus.channels)
    }

    /// Whether it places a mono sound between left and right. Where the plugin rests, a bypass has it on both sides.
    pub(crate) fn spreads_mono(&self) -> bool {
        (self.main_inputs(), self.main_outputs()) == (1, 2)
    }

    /// Channels of the main output, 0 where there is none.
    #[must_use]
    #[inline]
    pub fn main_outputs(&self) -> usize {
        self.outputs.first().filter(|bus| bus.main).map_or(0, |bus| bus.channels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_have_places_and_names() {
        let bus = Layout::SURROUND_5_1.inputs[0];
        assert_eq!((bus.fault(), bus.speaker(3)), (None, Some(Speaker::LowFrequency)));
        assert_eq!((bus.channel_symbol(3), bus.channel_name(3)), ("in_4".into(), "Input LFE".into()));
        let bus = Bus::aux(3).named("cue", "Cue");
        assert_eq!((bus.speaker(1), bus.channel_name(1)), (None, "Cue 2".into()));
        assert_eq!(Bus::main_input(1).channel_name(0), "Input");
        let two = bus.speakers(&[Speaker::Left, Speaker::Right]);
        assert!(two.fault().is_some() && Bus::aux(0).fault().is_some());
        assert!(Bus::aux(2).speakers(&[Speaker::Left; 2]).fault().is_some());
    }
}
