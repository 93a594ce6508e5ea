//! MIDI Polyphonic Expression: what member channels say becomes expressions of their notes.
//!
//! After M1-100-UM, *MIDI Polyphonic Expression*, version 1.1 (MIDI Association); the numbers in
//! comments are its sections.

mod reading;
#[cfg(test)]
mod tests;
mod zones;

use super::midi::seven_bits;
use super::{Address, Event, EventKind, Expression, RELEASE_VELOCITY};
pub use reading::MpeReading;
pub(crate) use zones::Zones;
use zones::{BendRange, MANAGERS, Role, Zone};

/// Reads a host's events as MPE, in front of a [`NoteMap`](super::NoteMap).
///
/// It starts with one lower zone of 15 members: manager channel 1, members 2 to 16; [`read`](Self::read) says whether
/// it is to.
///
/// | on a member channel | becomes |
/// |---|---|
/// | pitch bend | [`Expression::Tuning`], by the zone's range: 48 semitones until RPN 0 changes it |
/// | channel pressure | [`Expression::Pressure`] |
/// | controller 74 | [`Expression::Brightness`]; 64 is exactly 0.5 |
///
/// They reach the notes that are held on the channel, and the notes to come: each gets, right behind
/// its note on, what is not neutral. A manager channel's bend, pressure and controllers pass as they
/// are, for they are about the whole zone; how far its bend goes says
/// [`manager_range`](Self::manager_range). Controllers 120 and 123 to 127 (no more sound, no more
/// notes) and 121 (reset) of a manager channel also reach the members. All else passes, also
/// polyphonic pressure, and everything on channels in no zone.
///
/// The MPE Configuration Message (RPN 6 on channel 1 or 16) sets the zones. On every channel whose
/// part changes, held notes get a note off, the values are neutral again, and the plugin gets
/// [`EventKind::Zone`] and controller 121. RPN 0 in a zone and RPN 6 are consumed, with their increments, which mean nothing
/// here. Other registered parameters pass as a whole: the controllers that select them pass with the
/// first data behind them.
#[derive(Clone, Debug)]
pub struct Mpe {
    reading: MpeReading,
    /// What is in force with each reading. All hear what the controller says, so that a change of the reading finds
    /// the zones that it has asked for.
    zones: [Zones; MpeReading::COUNT],
    channels: [Channel; 16],
}

#[derive(Clone, Copy, Debug)]
struct Channel {
    /// −1 to 1.
    bend: f32,
    /// 0 to 1.
    pressure: f32,
    /// 0 to 1.
    brightness: f32,
    /// Which registered parameter is selected, (127, 127) for none: first controller 101's value.
    parameter: (u8, u8),
    /// The plugin knows what is selected.
    passed: bool,
}

impl Channel {
    const NEUTRAL: Self =
        Self { bend: 0.0, pressure: 0.0, brightness: 0.5, parameter: NO_PARAMETER, passed: true };
}

const NO_PARAMETER: (u8, u8) = (127, 127);
const BEND_RANGE: (u8, u8) = (0, 0);
const CONFIGURATION: (u8, u8) = (0, 6);

const DATA: u8 = 6;
const FINE_DATA: u8 = 38;
const TIMBRE: u8 = 74;
const RESET_CONTROLLERS: u8 = 121;

impl Default for Mpe {
    fn default() -> Self {
        Self::new()
    }
}

impl Mpe {
    /// A lower zone with 15 members. `[any thread]`
    #[must_use]
    pub const fn new() -> Self {
        let zones = [Zones::NONE, Zones::NONE, Zones::LOWER];
        Self { reading: MpeReading::Always, zones, channels: [Channel::NEUTRAL; 16] }
    }

    /// Reads as MPE, or not, from now on. Channels whose part changes by it lose their held notes and their values, as
    /// with a configuration message. `[audio-thread]`
    pub fn read(&mut self, reading: MpeReading, frame: u32, out: &mut impl FnMut(Event<Address>)) {
        if reading == self.reading {
            return;
        }
        let former = *self.zones();
        self.reading = reading;
        self.part_changed(former, frame, out);
    }

    /// How it reads.
    #[must_use]
    pub fn reading(&self) -> MpeReading {
        self.reading
    }

    pub(crate) fn zones(&self) -> &Zones {
        &self.zones[self.reading as usize]
    }

    fn zone(&self, zone: usize) -> &Zone {
        &self.zones().0[zone]
    }

    /// Hands out what an event means to a [`NoteMap`](super::NoteMap). `[audio-thread]`
    pub fn translate(&mut self, event: Event<Address>, out: &mut impl FnMut(Event<Address>)) {
        let frame = event.frame;
        match event.kind {
            EventKind::NoteOn { note, velocity } => {
                out(event);
                if velocity > 0.0 {
                    self.introduce(frame, note, out);
                }
            }
            EventKind::PitchBend { channel, value } => match self.member(channel) {
                Some(zone) => {
                    self.channels[usize::from(channel)].bend = value;
                    self.tune(frame, channel, zone, out);
                }
                None => out(event),
            },
            EventKind::ChannelPressure { channel, value } if self.member(channel).is_some() => {
                self.channels[usize::from(channel)].pressure = value;
                out(express(frame, on(channel), Expression::Pressure, value));
            }
            EventKind::Controller { channel: channel @ 0..16, controller, value } => {
                self.controller(event, channel, controller, value, out);
            }
            _ => out(event),
        }
    }

    /// Semitones of a full pitch bend on a manager channel: what RPN 0 says, and 2 after a configuration message. `None`
    /// before either, and for other channels. Where it changes, [`EventKind::Zone`] says so.
    #[must_use]
    pub fn manager_range(&self, channel: u8) -> Option<f32> {
        self.zones().bend_range(channel)
    }

    /// The manager of a member channel: its bend, pressure and controllers are about that channel's notes too.
    #[must_use]
    pub fn manager(&self, channel: u8) -> Option<u8> {
        self.zones().manager(channel)
    }

    /// Forgets the values of all channels, and keeps the zones. `[audio-thread]`
    pub fn reset(&mut self) {
        self.channels = [Channel::NEUTRAL; 16];
    }

    fn member(&self, channel: u8) -> Option<usize> {
        match self.zones().role(channel) {
            Role::Member(zone) => Some(zone),
            _ => None,
        }
    }

    /// What was said on the channel before a note began is about the note.
    fn introduce(&self, frame: u32, note: Address, out: &mut impl FnMut(Event<Address>)) {
        let Some(channel) = note.channel else { return };
        let Some(zone) = self.member(channel) else { return };
        let now = &self.channels[usize::from(channel)];
        for (expression, value) in [
            (Expression::Tuning, now.bend * self.zone(zone).member_range.semitones()),
            (Expression::Pressure, now.pressure),
            (Expression::Brightness, now.brightness),
        ] {
            if value != expression.range().2 {
                out(express(frame, note, expression, value));
            }
        }
    }

    fn tune(&self, frame: u32, channel: u8, zone: usize, out: &mut impl FnMut(Event<Address>)) {
        let semitones = self.channels[usize::from(channel)].bend * self.zone(zone).member_range.semitones();
        out(express(frame, on(channel), Expression::Tuning, semitones));
    }

    fn controller(
        &mut self,
        event: Event<Address>,
        channel: u8,
        controller: u8,
        value: f32,
        out: &mut impl FnMut(Event<Address>),
    ) {
        let frame = event.frame;
        let role = self.zones().role(channel);
        let state = &mut self.channels[usize::from(channel)];
        match controller {
            101 | 100 => {
                let byte = seven_bits(value);
                if controller == 101 {
                    state.parameter.0 = byte
                } else {
                    state.parameter.1 = byte
                }
                state.passed = false;
            }
            // Other parameters than registered ones.
            98 | 99 => {
                state.parameter = NO_PARAMETER;
                state.passed = true;
                out(event);
            }
            DATA | FINE_DATA | 96 | 97 => self.data(event, channel, controller, seven_bits(value), out),
            TIMBRE if matches!(role, Role::Member(_)) => {
                state.brightness = centred(value);
                out(express(frame, on(channel), Expression::Brightness, state.brightness));
            }
            RESET_CONTROLLERS => {
                state.parameter = NO_PARAMETER;
                state.passed = true;
                self.for_members(channel, |mpe, zone, channel| {
                    mpe.reset_channel(frame, channel, zone, out)
                });
                out(event);
            }
            120 | 123..=127 => {
                if let Role::Manager(_) = role {
                    self.for_members(channel, |_, _, channel| {
                        let note = on(channel);
                        let kind = match controller {
                            120 => EventKind::Choke { note },
                            _ => EventKind::NoteOff { note, velocity: RELEASE_VELOCITY },
                        };
                        out(Event { frame, kind });
                    });
                }
                out(event);
            }
            _ => out(event),
        }
    }

    /// Calls `f` for a member channel, or for all members of a manager channel.
    fn for_members(&mut self, channel: u8, mut f: impl FnMut(&mut Self, usize, u8)) {
        match self.zones().role(channel) {
            Role::None => {}
            Role::Member(zone) => f(self, zone, channel),
            Role::Manager(zone) => {
                for channel in (0..16).filter(|channel| *channel != MANAGERS[zone]) {
                    if self.member(channel) == Some(zone) {
                        f(self, zone, channel);
                    }
                }
            }
        }
    }

    /// After RP-015, *Response to Reset All Controllers*: the bend and the pressure are reset, sound
    /// controllers like 74 are not.
    fn reset_channel(
        &mut self,
        frame: u32,
        channel: u8,
        zone: usize,
        out: &mut impl FnMut(Event<Address>),
    ) {
        let state = &mut self.channels[usize::from(channel)];
        let former = (state.bend, state.pressure);
        (state.bend, state.pressure) = (0.0, 0.0);
        if former.0 != 0.0 {
            self.tune(frame, channel, zone, out);
        }
        if former.1 != 0.0 {
            out(express(frame, on(channel), Expression::Pressure, 0.0));
        }
    }

    /// Data of the parameter that is selected on the channel.
    fn data(
        &mut self,
        event: Event<Address>,
        channel: u8,
        controller: u8,
        byte: u8,
        out: &mut impl FnMut(Event<Address>),
    ) {
        let frame = event.frame;
        let role = self.zones().role(channel);
        match (self.channels[usize::from(channel)].parameter, role) {
            (CONFIGURATION, _) if MANAGERS.contains(&channel) => {
                // More than 15 members there cannot be.
                if controller == DATA && byte <= 15 {
                    self.configure(frame, usize::from(channel == MANAGERS[1]), byte, out);
                }
                if self.reading == MpeReading::Never {
                    self.pass_parameter(event, channel, out);
                }
            }
            (BEND_RANGE, Role::Manager(zone)) => {
                let former = *self.zones();
                let zones = self.zones.iter_mut().map(|zones| &mut zones.0[zone].manager_range);
                zones.for_each(|range| {
                    set_range(range.get_or_insert(BendRange::MANAGER), controller, byte);
                });
                self.tell_part(&former, frame, channel, out);
            }
            // What one member says is so for all (2.2.5).
            (BEND_RANGE, Role::Member(zone)) => {
                let zones = self.zones.iter_mut().map(|zones| &mut zones.0[zone].member_range);
                zones.for_each(|range| set_range(range, controller, byte));
                self.for_members(MANAGERS[zone], |mpe, zone, channel| {
                    if mpe.channels[usize::from(channel)].bend != 0.0 {
                        mpe.tune(frame, channel, zone, out);
                    }
                });
            }
            _ => self.pass_parameter(event, channel, out),
        }
    }

    /// Passes data on, and first, where it is not known yet, which parameter they are of.
    fn pass_parameter(&mut self, event: Event<Address>, channel: u8, out: &mut impl FnMut(Event<Address>)) {
        let state = &mut self.channels[usize::from(channel)];
        let (high, low) = state.parameter;
        if !std::mem::replace(&mut state.passed, true) {
            for (controller, byte) in [(101, high), (100, low)] {
                let value = f32::from(byte) / 127.0;
                out(Event { kind: EventKind::Controller { channel, controller, value }, ..event });
            }
        }
        out(event);
    }

    /// Sets a zone.
    fn configure(&mut self, frame: u32, zone: usize, members: u8, out: &mut impl FnMut(Event<Address>)) {
        let former = *self.zones();
        for reading in [MpeReading::Asked, MpeReading::Always] {
            self.zones[reading as usize].configure(zone, members);
        }
        self.part_changed(former, frame, out);
    }

    /// Channels that come into a zone, leave it or change their part in it lose their notes and values (2.2.3).
    fn part_changed(&mut self, former: Zones, frame: u32, out: &mut impl FnMut(Event<Address>)) {
        for channel in 0..16 {
            if former.role(channel) == self.zones().role(channel) {
                self.tell_part(&former, frame, channel, out);
                continue;
            }
            let note = on(channel);
            out(Event { frame, kind: EventKind::NoteOff { note, velocity: RELEASE_VELOCITY } });
            self.tell_part(&former, frame, channel, out);
            let kind = EventKind::Controller { channel, controller: RESET_CONTROLLERS, value: 0.0 };
            out(Event { frame, kind });
            let Channel { parameter, passed, .. } = self.channels[usize::from(channel)];
            self.channels[usize::from(channel)] = Channel { parameter, passed, ..Channel::NEUTRAL };
        }
    }

    /// Says what has changed for a channel, if anything has.
    fn tell_part(&self, former: &Zones, frame: u32, channel: u8, out: &mut impl FnMut(Event<Address>)) {
        let part = |zones: &Zones| (zones.manager(channel), zones.bend_range(channel));
        let (manager, bend_range) = part(self.zones());
        if part(former) != (manager, bend_range) {
            out(Event { frame, kind: EventKind::Zone { channel, manager, bend_range } });
        }
    }
}

fn set_range(range: &mut BendRange, controller: u8, byte: u8) {
    match controller {
        DATA => range.set_semitones(byte),
        FINE_DATA => range.set_cents(byte),
        _ => {}
    }
}

/// All notes of a channel.
fn on(channel: u8) -> Address {
    Address { channel: Some(channel), ..Address::default() }
}

fn express(frame: u32, note: Address, expression: Expression, value: f32) -> Event<Address> {
    Event { frame, kind: EventKind::Expression { note, expression, value } }
}

/// 0 to 1 from a controller whose centre is 64: that is 0.5, and both ends are exact.
fn centred(value: f32) -> f32 {
    let steps = value * 127.0;
    if steps <= 64.0 { steps / 128.0 } else { 0.5 + (steps - 64.0) / 126.0 }
}
