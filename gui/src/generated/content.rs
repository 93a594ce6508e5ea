//! What an editor has to show of a plugin, in groups.

use dyad_core::Description;
use dyad_core::param::{ParamInfo, Role, ValueKind};

use crate::theme::Theme;
use crate::widgets::{Readout, Select, Slider, Toggle, Trigger, meter_kind};

/// A control and the parameter that it operates or shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Control {
    pub(super) kind: Kind,
    pub(super) index: usize,
    /// Of its name.
    pub(super) letters: u8,
}

/// How a parameter is operated. In the order in which they stand in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Knob,
    Select,
    Slider,
    Toggle,
    Trigger,
    Readout,
}

/// Whole numbers with more steps than this get a slider: a knob would hide how far they go.
const KNOB_STEPS: u32 = 64;

impl Control {
    /// Height of what stands in a stack; knobs do not.
    pub(super) fn height(self, theme: &Theme) -> f32 {
        match self.kind {
            Kind::Knob => 0.0,
            Kind::Select => Select::new(self.index).size(theme).y,
            Kind::Slider => Slider::new(self.index).size(theme).y,
            Kind::Toggle => Toggle::new(self.index).size(theme).y,
            Kind::Trigger => Trigger::new(self.index).size(theme).y,
            Kind::Readout => Readout::new(self.index).size(theme).y,
        }
    }

    /// Width of what stands in a stack, from its name's length.
    pub(super) fn width(self) -> f32 {
        let letters = f32::from(self.letters) * 7.0;
        match self.kind {
            Kind::Knob => 0.0,
            Kind::Toggle => (letters + 64.0).clamp(80.0, 160.0),
            Kind::Trigger => (letters + 48.0).clamp(96.0, 160.0),
            Kind::Select | Kind::Slider | Kind::Readout => 160.0,
        }
    }

    fn of(index: usize, info: &ParamInfo) -> Self {
        let kind = match (info.role, info.kind) {
            (Role::Meter, _) => Kind::Readout,
            (Role::Trigger, _) => Kind::Trigger,
            (_, ValueKind::Bool) => Kind::Toggle,
            (_, ValueKind::Choice(_)) => Kind::Select,
            (_, ValueKind::Int) if info.range.steps() > KNOB_STEPS => Kind::Slider,
            _ => Kind::Knob,
        };
        Self { kind, index, letters: info.name.chars().count().min(255) as u8 }
    }
}

/// Controls that belong together.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    id: String,
    pub(super) name: String,
    pub(super) knobs: Vec<usize>,
    /// Everything else, by kind.
    pub(super) rows: Vec<Control>,
    pub(super) groups: Vec<Group>,
}

impl Group {
    /// The group with this path below this one.
    fn at(&mut self, path: &[dyad_core::param::Group]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else { return self };
        let at = self.groups.iter().position(|group| group.id == first.id);
        let at = at.unwrap_or_else(|| {
            self.groups.push(Self { id: first.id.clone(), name: first.name.clone(), ..Self::default() });
            self.groups.len() - 1
        });
        self.groups[at].at(rest)
    }

    fn add(&mut self, control: Control) {
        if control.kind == Kind::Knob {
            self.knobs.push(control.index);
        } else {
            let at = self.rows.partition_point(|other| other.kind <= control.kind);
            self.rows.insert(at, control);
        }
    }

    /// Knobs in it and below.
    pub(super) fn knob_count(&self) -> usize {
        self.knobs.len() + self.groups.iter().map(Self::knob_count).sum::<usize>()
    }
}

/// A plugin as its editor shows it.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) root: Group,
    /// Meters that stand at the right as bars.
    pub(super) bars: Vec<usize>,
    /// The knob that the plugin is about.
    pub(super) main: Option<usize>,
}

/// Bars at the right at most; more are shown as numbers.
const BARS: usize = 8;
/// Where there are more knobs, none of them is what the plugin is about.
const FEW: usize = 16;

impl Content {
    pub(super) fn of(description: &Description) -> Self {
        let mut new = Self { root: Group::default(), bars: Vec::new(), main: None };
        // At the end, and with a name of its own.
        let mut readouts = Group { name: "Readouts".into(), ..Group::default() };
        for (index, param) in description.params.iter().enumerate() {
            let info = &param.info;
            match info.role {
                // The header has the bypass.
                Role::Removed | Role::Bypass => {}
                _ if info.hidden => {}
                Role::Meter if meter_kind(info).is_some() && new.bars.len() < BARS => new.bars.push(index),
                Role::Meter if info.groups.is_empty() => readouts.add(Control::of(index, info)),
                _ => new.root.at(&info.groups).add(Control::of(index, info)),
            }
        }
        if !readouts.rows.is_empty() {
            new.root.groups.push(readouts);
        }
        if new.root.knob_count() <= FEW {
            new.main = new.root.knobs.first().copied();
        }
        new
    }
}
