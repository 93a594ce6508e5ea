//! Which channel has which part.

/// The lower zone's manager, and the upper zone's.
pub(super) const MANAGERS: [u8; 2] = [0, 15];

/// A pitch bend range, as RPN 0 says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BendRange {
    semitones: u8,
    cents: u8,
}

impl BendRange {
    pub(super) const MANAGER: Self = Self { semitones: 2, cents: 0 };
    const MEMBER: Self = Self { semitones: 48, cents: 0 };

    /// MPE knows 0 to 96 semitones.
    pub(super) fn set_semitones(&mut self, semitones: u8) {
        *self = Self { semitones: semitones.min(96), cents: 0 };
    }

    pub(super) fn set_cents(&mut self, cents: u8) {
        self.cents = if self.semitones < 96 { cents.min(99) } else { 0 };
    }

    pub(super) fn semitones(self) -> f32 {
        f32::from(self.semitones) + f32::from(self.cents) / 100.0
    }
}

/// A manager channel and its member channels, which lie beside it. Without members there is no zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) members: u8,
    /// None until the controller says something of the zone.
    pub(super) manager_range: Option<BendRange>,
    pub(super) member_range: BendRange,
}

/// What a channel is to a zone: 0 = lower, 1 = upper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    None,
    Manager(usize),
    Member(usize),
}

/// The lower and the upper zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zones(pub(super) [Zone; 2]);

impl Zones {
    pub(crate) const NONE: Self = Self([Zone::new(0), Zone::new(0)]);
    /// A lower zone with all the members there can be.
    pub(super) const LOWER: Self = Self([Zone::new(15), Zone::new(0)]);

    pub(super) fn role(&self, channel: u8) -> Role {
        if channel > 15 {
            return Role::None;
        }
        for (zone, manager) in MANAGERS.into_iter().enumerate() {
            let members = self.0[zone].members;
            if members > 0 && channel == manager {
                return Role::Manager(zone);
            }
            // A manager without a zone may be the other's member.
            if members > 0 && channel.abs_diff(manager) <= members {
                return Role::Member(zone);
            }
        }
        Role::None
    }

    /// The manager of a member channel.
    pub(crate) fn manager(&self, channel: u8) -> Option<u8> {
        match self.role(channel) {
            Role::Member(zone) => Some(MANAGERS[zone]),
            _ => None,
        }
    }

    /// Semitones of a full bend on a manager channel, where the controller has said so.
    pub(crate) fn bend_range(&self, channel: u8) -> Option<f32> {
        match self.role(channel) {
            Role::Manager(zone) => Some(self.0[zone].manager_range?.semitones()),
            _ => None,
        }
    }

    /// The MPE Configuration Message: the later one wins, and the other zone loses what it needs.
    pub(super) fn configure(&mut self, zone: usize, members: u8) {
        self.0[zone] = Zone { manager_range: Some(BendRange::MANAGER), ..Zone::new(members) };
        let other = &mut self.0[1 - zone].members;
        if members > 0 {
            *other = (*other).min(14_u8.saturating_sub(members));
        }
    }
}

impl Zone {
    const fn new(members: u8) -> Self {
        Self { members, manager_range: None, member_range: BendRange::MEMBER }
    }
}
