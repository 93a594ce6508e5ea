//! What can happen at a frame: notes, their expressions, controllers, SysEx.

/// A note as a plugin sees it: always with an id that no other sounding note has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// Given by the framework at the note on, never used again by the same instance (until it wraps
    /// after 2³¹ notes), whatever the host numbers its notes by.
    pub id: NoteId,
    /// MIDI channel, 0 to 15.
    pub channel: u8,
    /// Key, 0 to 127; 60 is middle C, 69 is A at 440 Hz.
    pub key: u8,
}

/// The number of a note; see [`Note::id`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// Which note a host means. What it leaves open is `None`: MIDI has no ids, VST3's note expressions
/// have nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The host's own id.
    pub id: Option<i32>,
    /// MIDI channel, 0 to 15.
    pub channel: Option<u8>,
    /// Key, 0 to 127.
    pub key: Option<u8>,
}

impl Address {
    /// The note of a channel and key, as MIDI says it.
    #[must_use]
    pub const fn key(channel: u8, key: u8) -> Self {
        Self { id: None, channel: Some(channel), key: Some(key) }
    }
}

/// What a note expression changes, for one note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expression {
    /// A linear factor, 0 to 4; 1 = unchanged.
    Volume,
    /// −1 (left) to 1 (right); 0 = centre.
    Pan,
    /// Semitones, −120 to 120; 0 = the key's own pitch.
    Tuning,
    /// 0 to 1.
    Vibrato,
    /// 0 to 1.
    Expression,
    /// 0 to 1. MPE's third dimension (CC 74).
    Brightness,
    /// 0 to 1. MIDI's polyphonic key pressure, MPE's channel pressure.
    Pressure,
}

impl Expression {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Volume,
        Self::Pan,
        Self::Tuning,
        Self::Vibrato,
        Self::Expression,
        Self::Brightness,
        Self::Pressure,
    ];

    /// Smallest, largest and neutral value.
    #[must_use]
    pub const fn range(self) -> (f32, f32, f32) {
        match self {
            Self::Volume => (0.0, 4.0, 1.0),
            Self::Pan => (-1.0, 1.0, 0.0),
            Self::Tuning => (-120.0, 120.0, 0.0),
            Self::Vibrato | Self::Pressure => (0.0, 1.0, 0.0),
            Self::Expression => (0.0, 1.0, 1.0),
            Self::Brightness => (0.0, 1.0, 0.5),
        }
    }
}

/// Something that happens at a frame. `N` is [`Note`] for plugins, and [`Address`] as hosts say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event<N = Note> {
    /// Frame within the piece, 0 = its first; from hosts, within the block.
    pub frame: u32,
    /// What happens.
    pub kind: EventKind<N>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind<N = Note> {
    /// A note begins.
    NoteOn {
        /// Which.
        note: N,
        /// Above 0, to 1.
        velocity: f32,
    },
    /// A key is released; the note may sound on.
    NoteOff {
        /// Which.
        note: N,
        /// How fast, 0 to 1.
        velocity: f32,
    },
    /// A note is to be silent at once.
    Choke {
        /// Which.
        note: N,
    },
    /// Sent by a plugin: the note's voice has ended, and nobody needs its id any more.
    NoteEnd {
        /// Which.
        note: N,
    },
    /// A change of one note.
    Expression {
        /// Which.
        note: N,
        /// What changes.
        expression: Expression,
        /// In the units of [`Expression`].
        value: f32,
    },
    /// A MIDI controller.
    Controller {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        controller: u8,
        /// 0 to 1; MIDI's 127 is 1.
        value: f32,
    },
    /// Pressure of a whole channel.
    ChannelPressure {
        /// 0 to 15.
        channel: u8,
        /// 0 to 1.
        value: f32,
    },
    /// The pitch wheel of a channel.
    PitchBend {
        /// 0 to 15.
        channel: u8,
        /// −1 to 1, 0 = centre; how far that is in semitones is the plugin's own affair.
        value: f32,
    },
    /// To plugins that read MPE and take controllers: from here on a channel has another part in MPE's zones, or its
    /// pitch wheel another range. How it is before a piece's events say
    /// [`Context::mpe_manager`](crate::Context::mpe_manager) and [`Context::bend_range`](crate::Context::bend_range).
    Zone {
        /// 0 to 15.
        channel: u8,
        /// The channel whose bend, pressure and controllers are about this one's notes too; `None` if it is no member.
        manager: Option<u8>,
        /// Semitones of a full pitch bend, where an MPE controller has said so; of a manager channel alone, for members'
        /// bends come as [`Expression::Tuning`].
        bend_range: Option<f32>,
    },
    /// A channel wants another program.
    ProgramChange {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        program: u8,
    },
    /// A system exclusive message; its bytes are in the list that holds the event.
    SysEx(SysEx),
}

/// Where a list keeps the bytes of a system exclusive message. It means something to the list that
/// gave it, until that list is cleared; to any other it is empty. See
/// [`EventList::sysex`](crate::event::EventList::sysex).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SysEx {
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// The list's number.
    pub(crate) list: u16,
    /// How often that list had been cleared.
    pub(crate) clears: u16,
}

/// What a host hands in: an event, or the bytes of a system exclusive message where the host keeps
/// them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Incoming<'a> {
    /// A note or what belongs to it.
    Event(Event<Address>),
    /// A system exclusive message.
    SysEx {
        /// Frame within the block.
        frame: u32,
        /// From F0 to F7, both included.
        data: &'a [u8],
    },
}

impl Incoming<'_> {
    /// Frame within the block.
    #[must_use]
    pub const fn frame(&self) -> u32 {
        match self {
            Self::Event(event) => event.frame,
            Self::SysEx { frame, .. } => *frame,
        }
    }
}
