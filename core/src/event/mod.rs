//! Events of a block: what happens at which frame.
//!
//! From a host's bytes to a plugin's notes, and back:
//!
//! ```text
//! LV2 ── midi::parse ──┐                                                        ┌─ plugin
//! VST3 ─ Merge of its ─┴→ Mpe::translate → NoteMap::resolve → EventList (in) ───┘
//!        queues            (if it is MPE)   (gives ids)
//! LV2 ←─ midi::encode ─┐
//! VST3 ←───────────────┴─ SoundingOutputs ← EventList (out) ←─────────────────── plugin
//! ```

mod kinds;
mod list;
mod merge;
pub mod midi;
mod mpe;
mod notes;
mod output;
mod ports;

pub use kinds::{Address, Event, EventKind, Expression, Incoming, Note, NoteId, SysEx};
pub use list::EventList;
pub use merge::{Cursor, Merge};
pub(crate) use mpe::Zones;
pub use mpe::{Mpe, MpeReading};
pub use notes::NoteMap;
pub use output::SoundingOutputs;
pub use ports::{Controllers, EventPorts};

use crate::transport::Transport;

/// The release velocity of a note off that does not have one: MIDI's 64.
pub const RELEASE_VELOCITY: f32 = 64.0 / 127.0;

/// A change of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Position in [`Description::params`](crate::Description::params).
    pub index: usize,
    /// What it changes to.
    pub amount: Amount,
}

/// What a parameter changes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// The new plain value; the cycle clamps it and refuses NaN.
    Plain(f64),
    /// A modulator's offset, added to the value's position in 0…1; what is shown and saved stays as it
    /// is. 0 ends it. Neither LV2 nor VST3 has a message for this; it is for hosts that talk to the
    /// cycle themselves.
    Modulation(f64),
}

impl Change {
    /// A new plain value.
    #[must_use]
    #[inline]
    pub const fn plain(index: usize, plain: f64) -> Self {
        Self { index, amount: Amount::Plain(plain) }
    }
}

/// Who takes changes: the cycle.
pub trait Sink {
    /// A parameter changes.
    fn change(&mut self, change: Change);
    /// The host's transport is so from a frame of the block on.
    fn transport(&mut self, frame: u32, transport: &Transport);
}

/// Where the cycle gets a block's events from. Each adaptor implements it over the host's own
/// structures, so nothing is copied or sorted on the way.
pub trait Source {
    /// Hands out every change at or before `frame` that was not handed out yet, in the order of
    /// frames, and gives the frame of the next one that the block is to be cut at, if there is any:
    /// of the transport, or of a parameter with [`ParamInfo::sample_accurate`]. `u32::MAX` asks for
    /// all that is left. `[audio-thread]`
    ///
    /// [`ParamInfo::sample_accurate`]: crate::param::ParamInfo::sample_accurate
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32>;

    /// Hands out the events at or before `frame` that were not handed out yet, in the order of frames,
    /// which count within the block. `[audio-thread]`
    fn events(&mut self, _frame: u32, _take: &mut impl FnMut(Incoming<'_>)) {}
}

/// A block in which nothing happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEvents;

impl Source for NoEvents {
    fn changes(&mut self, _frame: u32, _sink: &mut impl Sink) -> Option<u32> {
        None
    }
}
