//! What the channels' controllers are at.

use dyad::prelude::*;

/// The controllers that a channel has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Channel {
    /// −1 to 1.
    pub(crate) bend: f32,
    /// 0 to 1, as all that follow.
    pub(crate) wheel: f32,
    pub(crate) pressure: f32,
    pub(crate) expression: f32,
    /// −1 to 1.
    pub(crate) slide: f32,
    pub(crate) pedal: bool,
}

impl Channel {
    const NEUTRAL: Self =
        Self { bend: 0.0, wheel: 0.0, pressure: 0.0, expression: 1.0, slide: 0.0, pedal: false };
}

pub(crate) const WHEEL: u8 = 1;
pub(crate) const EXPRESSION: u8 = 11;
pub(crate) const PEDAL: u8 = 64;
pub(crate) const SLIDE: u8 = 74;
pub(crate) const RESET: u8 = 121;

/// A controller that is also a switch is on from its middle on.
const ON: f32 = 64.0 / 127.0;

/// All 16.
#[derive(Clone, Debug)]
pub(crate) struct Channels {
    all: [Channel; 16],
    /// Semitones of a full bend, where nobody has said otherwise, and where somebody has.
    range: f32,
    ranges: [Option<f32>; 16],
    /// Whose zone a channel is in.
    managers: [Option<u8>; 16],
}

impl Channels {
    pub(crate) const fn new() -> Self {
        Self { all: [Channel::NEUTRAL; 16], range: 0.0, ranges: [None; 16], managers: [None; 16] }
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// How all is before a piece's first event: how far bends go unless an MPE controller says so, and whose zones there are.
    pub(crate) fn begin(&mut self, range: f32, context: &Context<'_>) {
        self.range = range;
        for channel in 0..16 {
            self.set_part(channel, context.mpe_manager(channel), context.bend_range(channel));
        }
    }

    /// Which zone a channel is in, and how far its bends go there.
    pub(crate) fn set_part(&mut self, channel: u8, manager: Option<u8>, bend_range: Option<f32>) {
        let at = usize::from(channel & 15);
        (self.managers[at], self.ranges[at]) = (manager, bend_range);
    }

    fn range(&self, at: usize) -> f32 {
        self.ranges[at].unwrap_or(self.range)
    }

    pub(crate) fn bend(&mut self, channel: u8, value: f32) {
        self.all[usize::from(channel & 15)].bend = value;
    }

    pub(crate) fn press(&mut self, channel: u8, value: f32) {
        self.all[usize::from(channel & 15)].pressure = value;
    }

    /// A controller moves. Whether a pedal has been let go by it.
    pub(crate) fn control(&mut self, channel: u8, controller: u8, value: f32) -> bool {
        let at = &mut self.all[usize::from(channel & 15)];
        let pressed = at.pedal;
        match controller {
            WHEEL => at.wheel = value,
            EXPRESSION => at.expression = value,
            PEDAL => at.pedal = value >= ON,
            SLIDE => at.slide = centred(value),
            // After RP-015, *Response to Reset All Controllers*: sound controllers like 74 stay.
            RESET => *at = Channel { slide: at.slide, ..Channel::NEUTRAL },
            _ => {}
        }
        pressed && !at.pedal
    }

    /// Whether a pedal holds the notes of a channel.
    pub(crate) fn is_held(&self, channel: u8) -> bool {
        let at = usize::from(channel & 15);
        self.all[at].pedal || self.managers[at].is_some_and(|manager| self.all[usize::from(manager)].pedal)
    }

    /// Whether what is said on a channel is about the notes of another: its own, or its zone's.
    pub(crate) fn reaches(&self, channel: u8, other: u8) -> bool {
        channel == other || self.managers[usize::from(other & 15)] == Some(channel)
    }

    /// What counts for the notes of a channel: its own controllers and those of its zone. Bends are in semitones too.
    pub(crate) fn of(&self, channel: u8) -> (Channel, f32) {
        let at = usize::from(channel & 15);
        let own = self.all[at];
        let semitones = own.bend * self.range(at);
        let Some(manager) = self.managers[at] else { return (own, semitones) };
        let zone = self.all[usize::from(manager)];
        let both = Channel {
            bend: (own.bend + zone.bend).clamp(-1.0, 1.0),
            wheel: own.wheel.max(zone.wheel),
            pressure: own.pressure.max(zone.pressure),
            expression: own.expression * zone.expression,
            slide: (own.slide + zone.slide).clamp(-1.0, 1.0),
            pedal: own.pedal || zone.pedal,
        };
        (both, semitones + zone.bend * self.range(usize::from(manager)))
    }
}

/// −1 to 1 from a controller whose centre is 64; all three are exact.
fn centred(value: f32) -> f32 {
    let steps = value * 127.0 - 64.0;
    if steps < 0.0 { steps / 64.0 } else { steps / 63.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zones_controllers_reach_its_members_and_nobody_else() {
        let mut channels = Channels::new();
        channels.range = 2.0;
        channels.set_part(3, Some(0), None);
        channels.bend(0, 0.5);
        channels.control(0, WHEEL, 1.0);
        channels.control(0, EXPRESSION, 0.5);
        channels.control(0, PEDAL, 1.0);
        let (channel, semitones) = channels.of(3);
        assert_eq!((channel.wheel, channel.expression, semitones), (1.0, 0.5, 1.0));
        assert!(channels.is_held(3) && !channels.is_held(4));
        assert_eq!(channels.of(4), (Channel::NEUTRAL, 0.0));
        channels.set_part(0, None, Some(7.0));
        assert_eq!(channels.of(3).1, 3.5, "as the controller says");
    }

    #[test]
    fn a_reset_lets_the_pedal_go_and_keeps_the_slide() {
        let mut channels = Channels::new();
        assert!(!channels.control(2, PEDAL, 64.0 / 127.0));
        assert!(channels.is_held(2));
        channels.control(2, SLIDE, 1.0);
        channels.press(2, 0.7);
        assert!(channels.control(2, RESET, 0.0));
        assert_eq!(channels.of(2).0, Channel { slide: 1.0, ..Channel::NEUTRAL });
        assert!(!channels.control(2, PEDAL, 63.0 / 127.0), "it was up already");
    }

    #[test]
    fn the_slide_is_exact_at_its_ends_and_in_the_middle() {
        assert_eq!([0.0, 64.0, 127.0].map(|n| centred(n / 127.0)), [-1.0, 0.0, 1.0]);
    }
}
