//! What the outside world knows of one parameter.

use std::borrow::Cow;

use super::range::Range;
use super::smooth::Smooth;
use super::unit::Unit;

/// One value of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Key in saved state; follows the id grammar and never changes.
    pub id: &'static str,
    /// What a person reads.
    pub name: &'static str,
}

/// How a value behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A number between the ends of the range.
    Float,
    /// A whole number.
    Int,
    /// 0 or 1.
    Bool,
    /// One of these; the plain value is the position in the list.
    Choice(&'static [Variant]),
}

/// What a parameter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An ordinary parameter: set by the user, automated by the host.
    Normal,
    /// The host's bypass, made and run by Dyad itself. 1 = bypassed.
    Bypass,
    /// A button that does something when it is pressed, and comes back by itself. Not saved.
    Trigger,
    /// Written by the plugin, shown by the host.
    Meter,
    /// A parameter that this version no longer has. It keeps its place so that saved automation of
    /// the others stays where it was; its value does nothing.
    Removed,
}

/// A group of parameters, as hosts show it: a unit in VST3, a port group in LV2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Path of the group within the plugin: `filter`, `osc_2`. Prefix of its parameters' ids.
    pub id: String,
    /// What a person reads.
    pub name: String,
}

/// The description of one parameter. Built by `#[derive(Params)]`; every key of its `#[param(…)]`
/// attribute is a method here.
#[derive(Clone, Debug)]
pub struct ParamInfo {
    /// Key everywhere: state, LV2 symbol, source of the VST3 id.
    pub id: Cow<'static, str>,
    /// What a person reads.
    pub name: Cow<'static, str>,
    /// How the value behaves.
    pub kind: ValueKind,
    /// What it is for.
    pub role: Role,
    /// Allowed values.
    pub range: Range,
    /// Plain value of a new instance.
    pub default: f64,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether the minimum means silence and reads "-inf", in decibels of any kind.
    pub silent_at_min: bool,
    /// Whether the minimum switches off what the parameter is for, and reads "Off" (floats only).
    pub off_at_min: bool,
    /// Whether the maximum means infinity and reads "inf" (floats only).
    pub infinite_at_max: bool,
    /// How the sound side moves to a new value.
    pub smooth: Smooth,
    /// The groups it is in, the outermost first.
    pub groups: Vec<Group>,
    /// Whether hosts may automate it.
    pub automatable: bool,
    /// Whether hosts hide it.
    pub hidden: bool,
    /// Whether a block is cut where it changes, so that the sound follows at the very frame.
    pub sample_accurate: bool,
    /// The MIDI controller (0 to 127) that sets it, unless the user chooses another one.
    pub midi_cc: Option<u8>,
    /// Ids that it had in older versions.
    pub renamed_from: Vec<String>,
    /// Position among the fields of the author's struct.
    pub index: usize,
}

impl ParamInfo {
    /// A parameter from 0 to 1 that reads as its id; the methods below say the rest.
    #[must_use]
    pub fn new(id: &'static str, kind: ValueKind) -> Self {
        let range = match kind {
            ValueKind::Float => Range::linear(0.0, 1.0),
            ValueKind::Int | ValueKind::Bool => Range::stepped(0.0, 1.0, 1.0),
            ValueKind::Choice(variants) => {
                Range::stepped(0.0, variants.len().saturating_sub(1) as f32, 1.0)
            }
        };
        Self {
            id: Cow::Borrowed(id),
            name: Cow::Borrowed(id),
            kind,
            role: Role::Normal,
            range,
            default: range.min(),
            unit: Unit::None,
            silent_at_min: false,
            off_at_min: false,
            infinite_at_max: false,
            smooth: Smooth::None,
            groups: Vec::new(),
            automatable: true,
            hidden: false,
            sample_accurate: true,
            midi_cc: None,
            renamed_from: Vec::new(),
            index: 0,
        }
    }

    /// Puts it into a group: the group's id goes before its own. The derive macro calls this for
    /// fields marked `#[group]`.
    #[must_use]
    pub fn in_group(mut self, id: &str, name: &str) -> Self {
        let prefixed = |inner: &str| format!("{id}_{inner}");
        self.id = Cow::Owned(prefixed(&self.id));
        for old in &mut self.renamed_from {
            // From the plugin's root, see `renamed_from_path`.
            if !old.starts_with('/') {
                *old = prefixed(old);
            }
        }
        for group in &mut self.groups {
            group.id = prefixed(&group.id);
        }
        self.groups.insert(0, Group { id: id.to_owned(), name: name.to_owned() });
        self
    }

    /// Replaces the id that was taken from the field's name.
    #[must_use]
    pub fn id(mut self, id: &'static str) -> Self {
        self.id = Cow::Borrowed(id);
        self
    }

    /// What a person reads.
    #[must_use]
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = Cow::Borrowed(name);
        self
    }

    /// Allowed values.
    #[must_use]
    pub fn range(mut self, range: Range) -> Self {
        // A default that was given before is kept, to be found fault with where it does not fit.
        if self.default == self.range.min() {
            self.default = self.default.max(range.min()).min(range.max());
        }
        self.range = range;
        self
    }

    /// The value of a new instance, in plain units; `true` and `false` and variants too.
    #[must_use]
    pub fn default(mut self, plain: impl Into<Plain>) -> Self {
        self.default = plain.into().0;
        self
    }

    /// What it is counted in.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Makes the minimum mean silence (−∞ dB).
    #[must_use]
    pub fn silent_at_min(mut self) -> Self {
        self.silent_at_min = true;
        self
    }

    /// Makes the minimum read "Off": a filter that is left out at the end of its range, say.
    #[must_use]
    pub fn off_at_min(mut self) -> Self {
        self.off_at_min = true;
        self
    }

    /// Makes the maximum read "inf": the ratio of a limiter, say.
    #[must_use]
    pub fn infinite_at_max(mut self) -> Self {
        self.infinite_at_max = true;
        self
    }

    /// How the sound side moves to a new value.
    #[must_use]
    pub fn smooth(mut self, smooth: Smooth) -> Self {
        self.smooth = smooth;
        self
    }

    /// Keeps hosts from automating it.
    #[must_use]
    pub fn not_automatable(mut self) -> Self {
        self.automatable = false;
        self
    }

    /// Keeps hosts from showing it. Hidden parameters are saved, and automated where a session did.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Whether a block is cut where it changes (`true`, unless said otherwise). A parameter that is
    /// costly to follow says `false`: a change then counts from the next cut on, or the block's end.
    #[must_use]
    pub fn sample_accurate(mut self, accurate: bool) -> Self {
        self.sample_accurate = accurate;
        self
    }

    /// The MIDI controller (0 to 127) that sets it, unless the user chooses another one.
    #[must_use]
    pub fn midi_cc(mut self, controller: u8) -> Self {
        self.midi_cc = Some(controller);
        self
    }

    /// An id that it had in an older version, within the same group. Sessions and automation of that
    /// version stay with it: its place, LV2 symbol and VST3 id remain those of the first id.
    #[must_use]
    pub fn renamed_from(mut self, old: &'static str) -> Self {
        self.renamed_from.push(old.to_owned());
        self
    }

    /// The whole id that it had before it came into its group: `renamed_from_path = "cutoff"` in a
    /// group `filter`. Not in arrays, whose elements can't all have been the same parameter.
    #[must_use]
    pub fn renamed_from_path(mut self, old: &'static str) -> Self {
        self.renamed_from.push(format!("/{old}"));
        self
    }

    /// The ids that it had, without the mark of [`ParamInfo::renamed_from_path`].
    pub fn former_ids(&self) -> impl Iterator<Item = &str> {
        self.renamed_from.iter().map(|old| old.trim_start_matches('/'))
    }

    /// What the numbers that sessions hold mean, for `ports.lock`: kind, range and curve, or the
    /// variants in their order.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.kind {
            ValueKind::Bool => "bool".into(),
            ValueKind::Choice(variants) => {
                let ids: Vec<_> = variants.iter().map(|variant| variant.id).collect();
                format!("choice {}", ids.join(" "))
            }
            ValueKind::Int => format!("int {}", self.range.meaning()),
            ValueKind::Float => format!("float {}", self.range.meaning()),
        }
    }

    /// What is wrong with this description, if anything: a sentence that starts with "parameter".
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let id = &self.id;
        if let Some(fault) = self.range.fault() {
            return Some(format!("parameter {id:?}: its range {fault}"));
        }
        // Compared as the sound side sees them: 0.3 given as f32 is no exact multiple of 0.1.
        let allowed = self.range.sanitize(self.default).map(|plain| plain as f32);
        if allowed != Some(self.default as f32) {
            let (min, max) = (self.range.min(), self.range.max());
            let [default, min, max] = [self.default, min, max].map(|x| super::number::fixed(x, 3));
            return Some(format!(
                "parameter {id:?}: its default {default} is not among its values {min} to {max}"
            ));
        }
        for old in self.former_ids() {
            if crate::identity::check_symbol(old).is_err() || old == self.id {
                return Some(format!("parameter {id:?}: {old:?} can't be an id that it had before"));
            }
        }
        if self.midi_cc.is_some_and(|controller| controller > 119) {
            return Some(format!("parameter {id:?}: MIDI controllers for parameters are 0 to 119"));
        }
        let (min, max, steps) = (self.range.min(), self.range.max(), self.range.steps());
        if self.kind == ValueKind::Bool && (min, max, steps) != (0.0, 1.0, 1) {
            return Some(format!("parameter {id:?}: a bool ranges from 0 to 1"));
        }
        // As f32, which is what the sound side and LV2 see, whole numbers are exact up to 2²⁴.
        let whole = |x: f64| x == x.round() && x.abs() <= 16_777_216.0;
        let step = (max - min) / f64::from(steps);
        if self.kind == ValueKind::Int && ![min, max, step].into_iter().all(whole) {
            return Some(format!("parameter {id:?}: it needs a stepped range of whole numbers up to 2^24"));
        }
        if let ValueKind::Choice(variants) = self.kind {
            if variants.len() < 2 {
                return Some(format!("parameter {id:?}: a choice needs two variants or more"));
            }
            let last = variants.len() - 1;
            if (min, max, steps as usize) != (0.0, last as f64, last) {
                return Some(format!(
                    "parameter {id:?}: its range has one value for each variant, 0 to {last}"
                ));
            }
            for (i, variant) in variants.iter().enumerate() {
                if let Err(error) = crate::identity::check_symbol(variant.id) {
                    return Some(format!("parameter {id:?}: variant {error}"));
                }
                if variants[..i].iter().any(|other| other.id == variant.id) {
                    return Some(format!("parameter {id:?}: variant {:?} is there twice", variant.id));
                }
            }
        }
        None
    }
}

/// A plain value given as a number, a bool or a variant of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Plain(pub f64);

impl From<f32> for Plain {
    fn from(value: f32) -> Self {
        Self(f64::from(value))
    }
}

impl From<i32> for Plain {
    fn from(value: i32) -> Self {
        Self(f64::from(value))
    }
}

impl From<bool> for Plain {
    fn from(value: bool) -> Self {
        Self(f64::from(u8::from(value)))
    }
}
