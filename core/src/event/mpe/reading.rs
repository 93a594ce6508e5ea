//! Whether a plugin reads MPE.

/// Whether a plugin with [`EventPorts::mpe`](crate::event::EventPorts::mpe) reads its channels as those of an MPE
/// controller, as [`Processor::read_mpe`](crate::Processor::read_mpe) says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MpeReading {
    /// All channels are plain MIDI, and configuration messages pass as other registered parameters do.
    Never = 0,
    /// There are the zones that MPE Configuration Messages have asked for, and none before.
    Asked = 1,
    /// There is a lower zone of 15 members until a configuration message says otherwise.
    #[default]
    Always = 2,
}

impl MpeReading {
    pub(super) const COUNT: usize = Self::Always as usize + 1;
}
