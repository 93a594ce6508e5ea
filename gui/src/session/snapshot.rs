//! All that a user sets of a plugin, at one moment.

use dyad_core::describe::Param;
use dyad_core::param::{ParamInfo, Properties, Role};
use dyad_core::state::Loaded;
use dyad_core::{Description, EditorHost};

/// Values and texts by position. Of values only those that [`is_kept`] says count. A text that is none of its
/// affair is `None`: whatever is so is right.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Snapshot {
    pub(super) values: Vec<f64>,
    pub(super) texts: Vec<Option<String>>,
}

/// How far two positions may be apart for the same value: hosts and ports round to 32 bits.
const SAME: f64 = 1e-5;

/// Whether a parameter is the user's, and no switch of the host, no button and no display.
pub(super) fn is_kept(info: &ParamInfo) -> bool {
    info.role == Role::Normal
}

/// Whether two values of a parameter are one, as far as a host can keep them apart.
pub(super) fn is_same(info: &ParamInfo, a: f64, b: f64) -> bool {
    a == b || (info.range.normalize(a) - info.range.normalize(b)).abs() < SAME
}

impl Snapshot {
    pub(super) fn of(description: &Description, host: &dyn EditorHost) -> Self {
        let params = description.params.iter().enumerate();
        let value = |(index, param): (usize, &Param)| match is_kept(&param.info) {
            true => host.value(index),
            false => 0.0,
        };
        Self {
            values: params.map(value).collect(),
            texts: (0..description.properties.len()).map(|index| Some(host.property(index))).collect(),
        }
    }

    /// What a new instance has.
    pub(super) fn default_of(description: &Description) -> Self {
        let texts = description.properties.iter().map(|property| Some(property.default.to_owned()));
        Self {
            values: description.params.iter().map(|param| param.info.default).collect(),
            texts: texts.collect(),
        }
    }

    /// What a document says. What it does not mention, or what can't be so, is at its default; but files that are
    /// none of a factory preset's affair.
    pub(super) fn loaded(description: &Description, loaded: Loaded) -> Self {
        let properties = Properties::new(description.properties);
        let (texts, _) = properties.resolve(&loaded.properties, |_, path| path.to_owned());
        let texts = description.properties.iter().zip(texts);
        let texts = texts.map(|(property, text)| (!loaded.keeps(property)).then_some(text)).collect();
        Self { values: loaded.values, texts }
    }

    /// Whether a user finds no difference.
    pub(super) fn is_like(&self, other: &Self, description: &Description) -> bool {
        let params = description.params.iter().zip(self.values.iter().zip(&other.values));
        let mut texts = self.texts.iter().zip(&other.texts);
        texts.all(|(a, b)| a.is_none() || b.is_none() || a == b)
            && params
                .filter(|(param, _)| is_kept(&param.info))
                .all(|(param, (a, b))| is_same(&param.info, *a, *b))
    }
}
