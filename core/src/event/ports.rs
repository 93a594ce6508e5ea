//! Which events a plugin takes and sends.

/// Which events a plugin takes and sends; memory for them is set aside when it is activated.
///
/// ```
/// use dyad_core::event::{Controllers, EventPorts};
/// const SYNTH: EventPorts = EventPorts::NONE.input().controllers(Controllers::Some(&[1, 64])).mpe();
/// const ARPEGGIATOR: EventPorts = EventPorts::NONE.input().output();
/// # assert!(SYNTH.input && ARPEGGIATOR.output);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPorts {
    /// Takes notes and what belongs to them.
    pub input: bool,
    /// Sends notes and what belongs to them.
    pub output: bool,
    /// Which MIDI controllers it takes, beside channel pressure and pitch bend. In VST3 each is a
    /// hidden parameter in every channel, so a plugin names what it uses.
    pub controllers: Controllers,
    /// Reads its input as MPE: bend, pressure and CC 74 of member channels become expressions of
    /// their notes.
    pub mpe: bool,
    /// Notes that can be told apart at a time, at most 4096. A further one takes the place of the oldest, whose id
    /// then means nothing any more.
    pub notes: u16,
    /// Events that a piece can hold at least, each way. Later ones are dropped and counted; beside them
    /// there is room for the ends of all [`notes`](EventPorts::notes).
    pub events: u16,
    /// Bytes of SysEx that a piece can hold, each way. A message that does not fit is dropped as a
    /// whole and counted.
    pub sysex: u32,
    /// What keys are called: MIDI note numbers and names, such as `(36, "Kick")`, for hosts that show them
    /// beside their piano rolls. Keys without a name have the host's.
    pub note_names: &'static [(u8, &'static str)],
}

/// Which MIDI controllers a plugin takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controllers {
    /// None.
    None,
    /// These, 0 to 127 each, in all 16 channels; channel pressure and pitch bend too.
    Some(&'static [u8]),
    /// All 128, in all 16 channels; channel pressure and pitch bend too. 2,080 hidden parameters in
    /// VST3.
    All,
}

impl EventPorts {
    /// Neither way.
    pub const NONE: Self = Self {
        input: false,
        output: false,
        controllers: Controllers::None,
        mpe: false,
        notes: 256,
        events: 512,
        sysex: 0,
        note_names: &[],
    };

    /// Takes events.
    #[must_use]
    pub const fn input(self) -> Self {
        Self { input: true, ..self }
    }

    /// Sends events.
    #[must_use]
    pub const fn output(self) -> Self {
        Self { output: true, ..self }
    }

    /// Takes these controllers.
    #[must_use]
    pub const fn controllers(self, controllers: Controllers) -> Self {
        Self { controllers, ..self }
    }

    /// Reads its input as MPE.
    #[must_use]
    pub const fn mpe(self) -> Self {
        Self { mpe: true, ..self }
    }

    /// Tells so many notes apart.
    #[must_use]
    pub const fn notes(self, notes: u16) -> Self {
        Self { notes, ..self }
    }

    /// Holds so many events in a piece.
    #[must_use]
    pub const fn events(self, events: u16) -> Self {
        Self { events, ..self }
    }

    /// Gives keys names.
    #[must_use]
    pub const fn note_names(self, note_names: &'static [(u8, &'static str)]) -> Self {
        Self { note_names, ..self }
    }

    /// Takes and sends SysEx, up to so many bytes in a piece.
    #[must_use]
    pub const fn sysex(self, bytes: u32) -> Self {
        Self { sysex: bytes, ..self }
    }
}

impl Controllers {
    /// A bit for each controller that is taken.
    #[must_use]
    pub const fn mask(self) -> u128 {
        match self {
            Self::None => 0,
            Self::All => u128::MAX,
            Self::Some(list) => {
                let (mut mask, mut n) = (0, 0);
                while n < list.len() {
                    mask |= 1 << (list[n] & 127);
                    n += 1;
                }
                mask
            }
        }
    }
}
