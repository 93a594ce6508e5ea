//! Audio layouts: which buses a plugin has and how many channels each carries.

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
}

impl Bus {
    /// The main input with this many channels.
    #[must_use]
    pub const fn main_input(channels: usize) -> Self {
        Self { symbol: "in", name: "Input", channels, main: true }
    }

    /// The main output with this many channels.
    #[must_use]
    pub const fn main_output(channels: usize) -> Self {
        Self { symbol: "out", name: "Output", channels, main: true }
    }

    /// A sidechain input with this many channels.
    #[must_use]
    pub const fn sidechain(channels: usize) -> Self {
        Self { symbol: "sidechain", name: "Sidechain", channels, main: false }
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

    /// The readable name of one channel, made as [`Bus::channel_symbol`].
    #[must_use]
    pub fn channel_name(&self, channel: usize) -> String {
        match (self.channels, channel) {
            (1, _) => self.name.to_owned(),
            (2, 0) => format!("{} Left", self.name),
            (2, _) => format!("{} Right", self.name),
            (_, n) => format!("{} {}", self.name, n + 1),
        }
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
    pub fn main_inputs(&self) -> usize {
        self.inputs.first().filter(|bus| bus.main).map_or(0, |bus| bus.channels)
    }

    /// Channels of the main output, 0 where there is none.
    #[must_use]
    pub fn main_outputs(&self) -> usize {
        self.outputs.first().filter(|bus| bus.main).map_or(0, |bus| bus.channels)
    }
}
