//! MIDI controllers as hidden parameters: the only form that VST3 has for them.
//!
//! They stand behind the plugin's own parameters, by channel and then by number. Their ids follow from
//! channel and number, so that nothing is ever searched for.

use dyad_core::event;
use dyad_core::event::{EventKind, EventPorts};
use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use dyad_core::param::{ParamInfo, Range, ValueKind};

/// VST3's number of channel pressure.
pub(crate) const PRESSURE: u8 = 128;
/// VST3's number of the pitch wheel.
pub(crate) const BEND: u8 = 129;
/// Ids that a channel has.
const NUMBERS: u32 = 130;
/// MIDI's channels.
const CHANNELS: u32 = 16;

/// What MPE is made of: data entry, the third dimension, registered parameters, and channel modes.
const MPE: u128 = 1 << 6 | 1 << 38 | 1 << 74 | 0b11_1111 << 96 | 0xff << 120;

/// The controllers that a plugin takes, the same in all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Controllers {
    /// One bit for each of the 128; pressure and bend come with the first of them.
    bits: u128,
    /// Pressure and bend are among them.
    wheels: bool,
}

/// A controller of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Controller {
    /// 0 to 15.
    pub(crate) channel: u8,
    /// 0 to 127, [`PRESSURE`] or [`BEND`].
    pub(crate) number: u8,
}

impl Controllers {
    /// Those of a plugin; computed by the compiler.
    #[inline]
    pub(crate) const fn of(ports: EventPorts) -> Self {
        if !ports.input {
            return Self { bits: 0, wheels: false };
        }
        let mut bits = if ports.mpe { MPE } else { 0 };
        let wheels = match ports.controllers {
            event::Controllers::None => ports.mpe,
            event::Controllers::All => {
                bits = u128::MAX;
                true
            }
            event::Controllers::Some(list) => {
                let mut n = 0;
                while n < list.len() {
                    if list[n] < 128 {
                        bits |= 1 << list[n];
                    }
                    n += 1;
                }
                true
            }
        };
        Self { bits, wheels }
    }

    /// How many a channel has.
    const fn each(self) -> u32 {
        self.bits.count_ones() + if self.wheels { 2 } else { 0 }
    }

    /// How many there are in all channels.
    pub(crate) const fn params(self) -> usize {
        (CHANNELS * self.each()) as usize
    }

    /// Whether a number is among them.
    #[inline]
    const fn has(self, number: u32) -> bool {
        if number < 128 { self.bits >> number & 1 == 1 } else { self.wheels && number < NUMBERS }
    }

    /// The controller with a parameter's id. `[any thread]`
    #[inline]
    pub(crate) const fn find(self, id: u32) -> Option<Controller> {
        let Some(n) = id.checked_sub(FIRST_RESERVED_VST3_ID) else { return None };
        let (channel, number) = (n / NUMBERS, n % NUMBERS);
        if channel >= CHANNELS || !self.has(number) {
            return None;
        }
        Some(Controller { channel: channel as u8, number: number as u8 })
    }

    /// The controller of a channel with a number.
    pub(crate) fn get(self, channel: u8, number: u32) -> Option<Controller> {
        let known = u32::from(channel) < CHANNELS && self.has(number);
        known.then_some(Controller { channel, number: number as u8 })
    }

    /// The n-th of all.
    pub(crate) fn nth(self, n: usize) -> Option<Controller> {
        let n = u32::try_from(n).ok()?;
        let (channel, mut left) = (n.checked_div(self.each())?, n % self.each());
        for number in (0..NUMBERS).filter(|number| self.has(*number)) {
            if left == 0 {
                return self.get(u8::try_from(channel).ok()?, number);
            }
            left -= 1;
        }
        None
    }

    /// Where one of them stands among all; undoes [`Controllers::nth`].
    pub(crate) fn position(self, controller: Controller) -> usize {
        let number = u32::from(controller.number);
        let below = if number < 128 {
            (self.bits & !(u128::MAX << number)).count_ones()
        } else {
            self.bits.count_ones() + number - 128
        };
        (u32::from(controller.channel) * self.each() + below) as usize
    }
}

impl Controller {
    /// Its parameter's id.
    pub(crate) fn id(self) -> u32 {
        FIRST_RESERVED_VST3_ID + u32::from(self.channel) * NUMBERS + u32::from(self.number)
    }

    /// A title by which Ardour knows what it is, and hides it: 7.3 looks for the one form, later
    /// versions for the other.
    pub(crate) fn title(self) -> String {
        let (channel, number) = (self.channel + 1, self.number);
        format!("MIDI Ch. {channel} CC {number} (MIDI CC {channel}:{number})")
    }

    /// The position at rest.
    pub(crate) fn rest(self) -> f64 {
        if self.number == BEND { 0.5 } else { 0.0 }
    }

    const fn bounds(self) -> (f32, f32) {
        if self.number == BEND { (-8192.0, 8191.0) } else { (0.0, 127.0) }
    }

    /// What it is counted in, for text: MIDI's own steps.
    pub(crate) fn info(self) -> ParamInfo {
        let (least, most) = self.bounds();
        ParamInfo::new("", ValueKind::Int).range(Range::stepped(least, most, 1.0))
    }

    /// Its plain values, which may lie between the steps: the parameter says that it has none, and hosts that go by
    /// plain values get back what they set.
    pub(crate) fn range(self) -> Range {
        let (least, most) = self.bounds();
        Range::linear(least, most)
    }

    /// What a position 0…1 says. `[audio-thread]`
    #[inline]
    pub(crate) fn event<N>(self, position: f64) -> EventKind<N> {
        let Self { channel, number } = self;
        let value = if position > 0.0 { position.min(1.0) } else { 0.0 };
        match number {
            PRESSURE => EventKind::ChannelPressure { channel, value: value as f32 },
            BEND => EventKind::PitchBend { channel, value: bend(value) },
            controller => EventKind::Controller { channel, controller, value: value as f32 },
        }
    }
}

/// The wheel's way from the centre. Hosts say 8192 / 16383 or 0.5 for it, and both are exactly 0; each
/// half has a scale of its own, as in MIDI.
fn bend(position: f64) -> f32 {
    let steps = position * 16383.0 - 8192.0;
    let steps = if steps.abs() <= 0.5 { 0.0 } else { steps as f32 };
    if steps < 0.0 { steps / 8192.0 } else { steps / 8191.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::event::{Incoming, midi};

    fn of(controllers: event::Controllers) -> Controllers {
        Controllers::of(EventPorts::NONE.input().controllers(controllers))
    }

    #[test]
    fn ids_and_positions_lead_there_and_back() {
        let all = of(event::Controllers::All);
        let some = of(event::Controllers::Some(&[64, 1, 127, 200]));
        let mpe = Controllers::of(EventPorts::NONE.input().mpe());
        assert_eq!((all.params(), some.params(), mpe.params()), (2080, 16 * 5, 16 * (3 + 6 + 8 + 2)));
        for set in [all, some, mpe] {
            let list: Vec<_> = (0..set.params()).map(|n| set.nth(n).unwrap()).collect();
            assert!(list.windows(2).all(|pair| pair[0].id() < pair[1].id()), "by id");
            for (n, controller) in list.iter().enumerate() {
                assert_eq!((set.find(controller.id()), set.position(*controller)), (Some(*controller), n));
            }
            assert_eq!(set.nth(set.params()), None);
        }
        assert_eq!(some.find(FIRST_RESERVED_VST3_ID + 2), None, "not asked for");
        assert_eq!(all.find(FIRST_RESERVED_VST3_ID - 1), None);
        assert_eq!(all.find(FIRST_RESERVED_VST3_ID + 2080), None);
        let deaf = Controllers::of(EventPorts { input: false, ..EventPorts::NONE.mpe() });
        for none in [deaf, of(event::Controllers::None)] {
            assert_eq!((none.params(), none.nth(0), none.find(u32::MAX)), (0, None, None));
        }
    }

    #[test]
    fn positions_are_the_bytes_of_midi() {
        let event = |number, position| Controller { channel: 3, number }.event(position);
        let expect = |bytes: &[u8], kind| {
            let Some(Incoming::Event(event)) = midi::parse(0, bytes) else { panic!("{bytes:?}") };
            assert_eq!(event.kind, kind, "{bytes:?}");
        };
        for value in 0..128 {
            let position = f64::from(value) / 127.0;
            expect(&[0xB3, 74, value], event(74, position));
            expect(&[0xD3, value], event(PRESSURE, position));
        }
        for value in 0..16384_u16 {
            let bytes = [0xE3, (value & 127) as u8, (value >> 7) as u8];
            expect(&bytes, event(BEND, f64::from(value) / 16383.0));
        }
        let centre: EventKind<()> = event_of(BEND, 0.5);
        assert_eq!(centre, EventKind::PitchBend { channel: 3, value: 0.0 });
        assert_eq!(event_of(1, -3.0), EventKind::Controller { channel: 3, controller: 1, value: 0.0 });
        assert_eq!(event_of(1, 3.0), EventKind::Controller { channel: 3, controller: 1, value: 1.0 });
    }

    #[test]
    fn plain_values_are_those_of_the_positions_and_texts_are_midis() {
        for (number, text) in [(1, ["0", "64", "127"]), (BEND, ["-8192", "0", "8191"])] {
            let controller = Controller { channel: 0, number };
            let (range, info) = (controller.range(), controller.info());
            for n in 0..=1000 {
                let position = f64::from(n) / 1000.0;
                let back = range.normalize(range.plain(position));
                assert!((back - position).abs() < 1e-12, "{number}: {position} comes back as {back}");
            }
            assert_eq!([0.0, 0.5, 1.0].map(|position| info.value_text(info.range.plain(position))), text);
        }
    }

    fn event_of(number: u8, position: f64) -> EventKind<()> {
        Controller { channel: 3, number }.event(position)
    }
}
