//! What a processor can ask, and do, while it processes a piece.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::event::{Event, EventKind, Note, SysEx};
use crate::param::{Plain, Settable};
use crate::store::Store;
use crate::task::{Request, Requests, Run};
use crate::transport::Transport;

use super::edits::Edits;
use super::events::Events;
use super::sound::Slot;

/// How the host runs the plugin, valid for one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In time with a sound card.
    #[default]
    Realtime,
    /// Ahead of time, in uneven steps, while the host plays.
    Prefetch,
    /// Faster or slower than real time: export, free-wheeling. A block may take as long as it needs.
    Offline,
}

/// The piece that is processed: its place in time, its events, and the way back to the host.
/// `[audio-thread]`
#[derive(Debug)]
pub struct Context<'a> {
    pub(super) events: &'a mut Events,
    pub(super) slots: &'a mut [Slot],
    pub(super) by_field: &'a [usize],
    pub(super) edits: &'a mut Edits,
    pub(super) store: &'a Store,
    pub(super) requests: &'a Requests,
    /// What the host said last, and at which frame of the block.
    pub(super) transport: &'a Transport,
    pub(super) transport_frame: u32,
    /// First frame of the piece within the block.
    pub(super) start: u32,
    pub(super) frames: u32,
    pub(super) sample_rate: f64,
    pub(super) mode: Mode,
    /// The plugin says that it reads the transport.
    pub(super) reads_transport: bool,
    pub(super) tasks: Option<&'a dyn Run>,
    /// As in [`Shared`](crate::Shared).
    pub(super) presentation: &'a AtomicU32,
}

impl Context<'_> {
    /// Frames per second.
    #[must_use]
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// How the host runs the plugin now.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether time does not matter: export, free-wheeling.
    #[must_use]
    pub fn offline(&self) -> bool {
        self.mode == Mode::Offline
    }

    /// Offline, does the background tasks that wait, on this thread, so that what they make is there in this very
    /// piece; else does nothing. A task that is sent in a block is otherwise done before the next one, and an export
    /// would depend on where blocks are cut.
    pub fn finish_tasks(&self) {
        if let Some(tasks) = self.tasks
            && self.offline()
        {
            tasks.wait_idle();
        }
    }

    /// The host's transport at the piece's first frame. For a later one, see [`Transport::after`]. Only for plugins
    /// with [`Plugin::TRANSPORT`](crate::Plugin::TRANSPORT): to others hosts say nothing.
    #[must_use]
    pub fn transport(&self) -> Transport {
        debug_assert!(self.reads_transport, "it must say `const TRANSPORT: bool = true;`");
        self.transport.after(self.start - self.transport_frame, self.sample_rate)
    }

    /// Frames from when a block is made until it is heard, by the host's word: for what is shown in time with
    /// the sound. 0 where the host has not said; VST3 hosts alone can.
    #[must_use]
    pub fn presentation_latency(&self) -> u32 {
        // Relaxed: a number by itself.
        self.presentation.load(Ordering::Relaxed)
    }

    /// The number of events of this piece.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.events.input().len()
    }

    /// An event of this piece; they are in the order of frames. By number, so that a processor can
    /// send others meanwhile.
    #[must_use]
    pub fn event(&self, n: usize) -> Option<Event> {
        self.events.input().get(n).copied()
    }

    /// The events of this piece in the order of frames; frame 0 is the piece's first.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.input().iter().copied()
    }

    /// The bytes of a SysEx message of this piece, from F0 to F7.
    #[must_use]
    pub fn sysex(&self, message: SysEx) -> &[u8] {
        self.events.input_sysex(message)
    }

    /// How far the pitch wheel of a channel bends before the piece's events, in semitones, where an MPE controller has
    /// said so: by RPN 0, or 2 by its configuration message. Where it changes, [`EventKind::Zone`] says so. Notes' own
    /// bends come as [`Expression::Tuning`].
    ///
    /// [`Expression::Tuning`]: crate::event::Expression::Tuning
    #[must_use]
    pub fn bend_range(&self, channel: u8) -> Option<f32> {
        self.events.bend_range(channel)
    }

    /// The manager channel whose bend, pressure and controllers are about a channel's notes too: `None` for channels
    /// that are no member of an MPE zone. It is so before the piece's events; where it changes, the channel gets
    /// [`EventKind::Zone`], and controller 121 behind it.
    #[must_use]
    pub fn mpe_manager(&self, channel: u8) -> Option<u8> {
        self.events.mpe_manager(channel)
    }

    /// Sends an event; its frame counts within the piece, and one beyond the piece counts as its
    /// last. `false`, and counted, where the list is full ([`EventPorts::events`]) or the plugin has no
    /// event output. A SysEx message is passed on with its bytes.
    ///
    /// [`EventPorts::events`]: crate::event::EventPorts::events
    pub fn send(&mut self, event: Event) -> bool {
        let frame = self.start + event.frame.min(self.frames.saturating_sub(1));
        match event.kind {
            EventKind::NoteEnd { note } => {
                self.events.end(note);
                self.events.send(Event { frame, ..event })
            }
            EventKind::SysEx(message) => self.events.pass_sysex(frame, message),
            _ => self.events.send(Event { frame, ..event }),
        }
    }

    /// Sends a SysEx message, from F0 to F7. `false`, and counted, where there is no room for it
    /// ([`EventPorts::sysex`](crate::event::EventPorts::sysex)).
    pub fn send_sysex(&mut self, frame: u32, message: &[u8]) -> bool {
        let frame = self.start + frame.min(self.frames.saturating_sub(1));
        self.events.send_sysex(frame, message)
    }

    /// Says that the voice of a note has ended: its id means nothing from now on.
    pub fn end_note(&mut self, frame: u32, note: Note) {
        self.send(Event { frame, kind: EventKind::NoteEnd { note } });
    }

    /// Sets a parameter from within the sound, so that the host shows and records it. The field has
    /// the new value at once (smoothed as ever); the frame counts within the piece. Out of range is
    /// clamped, NaN ignored.
    ///
    /// VST3 hosts record it as automation. An LV2 plugin can't write its control inputs: a host that
    /// offers `control-input-port-change-request` is asked to, and so is an open editor; otherwise the
    /// value counts until the host sets the port anew.
    pub fn set<F: Settable>(&mut self, field: &mut F, frame: u32, plain: impl Into<Plain>) {
        let Some(index) = self.by_field.get(field.index()).copied() else { return };
        let Some(slot) = self.slots.get_mut(index) else { return };
        let Some(plain) = slot.range.sanitize(plain.into().0) else { return };
        if slot.plain as f32 == plain as f32 {
            return;
        }
        slot.plain = plain;
        if let Some(value) = slot.effective() {
            field.set(value);
        }
        self.store.note(index, plain);
        let frame = self.start + frame.min(self.frames.saturating_sub(1));
        self.edits.push(slot, index, frame);
    }

    /// Lets the host know that what it saves has changed, by something else than a parameter.
    pub fn state_changed(&self) {
        self.requests.raise(Request::StateDirty);
    }
}
