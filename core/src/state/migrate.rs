//! Content on its way from another version of a plugin. A cold path: states of the running version
//! never come here.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::read::{Document, Value, Values};
use super::{Fields, Loaded, SavedProperties};
use crate::describe::Description;

/// The content of a state, open for changes: what a plugin makes of another framework's state, and
/// what a [`Migration`] changes.
///
/// Ids may be any text. What the running version does not know is passed over in the end, and what
/// is missing takes its default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    params: BTreeMap<String, Owned>,
    properties: BTreeMap<String, String>,
    fields: Fields,
}

#[derive(Clone, Debug, PartialEq)]
enum Owned {
    Number(f64),
    Bool(bool),
    Text(String),
    Other,
}

impl Owned {
    fn new(value: Value<'_>) -> Self {
        match value {
            Value::Number(number) => Self::Number(number),
            Value::Bool(on) => Self::Bool(on),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Other => Self::Other,
        }
    }

    fn borrow(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Bool(on) => Value::Bool(*on),
            Self::Text(text) => Value::Text(text),
            Self::Other => Value::Other,
        }
    }
}

impl Draft {
    /// Without content.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A document's content; a damaged one has none.
    fn of(document: &[u8]) -> Self {
        let Ok(document) = Document::parse_any(document) else { return Self::default() };
        let params = document.params.iter().map(|(id, value)| ((*id).to_owned(), Owned::new(*value)));
        let properties = document.properties.iter();
        let properties = properties.filter_map(|(id, value)| Some((id.to_owned(), value?.text.to_owned())));
        Self {
            params: params.collect(),
            properties: properties.collect(),
            fields: Fields::checked(document.fields),
        }
    }

    /// A parameter's value. In LV2 there are none: the ports hold them.
    #[must_use]
    pub fn param(&self, id: &str) -> Option<Value<'_>> {
        self.params.get(id).map(Owned::borrow)
    }

    /// All parameters, in the order of their ids.
    pub fn params(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.params.iter().map(|(id, value)| (id.as_str(), value.borrow()))
    }

    /// Sets a parameter, in plain units: a number, a bool or a variant's id.
    pub fn set_param<'a>(&mut self, id: &str, value: impl Into<Value<'a>>) {
        self.params.insert(id.to_owned(), Owned::new(value.into()));
    }

    /// Takes a parameter away, so that it gets its default. Whether it was there.
    pub fn remove_param(&mut self, id: &str) -> bool {
        self.params.remove(id).is_some()
    }

    /// Moves a value to another id. Nothing happens, and the result is `false`, where there is no
    /// `old` or already a `new`.
    pub fn rename_param(&mut self, old: &str, new: &str) -> bool {
        rename(&mut self.params, old, new)
    }

    /// Changes a number, for instance to another unit; a switch counts as 0 or 1. The result is
    /// `false`, and nothing happens, where there is no number.
    pub fn map_param(&mut self, id: &str, map: impl FnOnce(f64) -> f64) -> bool {
        let Some(value) = self.params.get_mut(id) else { return false };
        let number = match value {
            Owned::Number(number) => *number,
            Owned::Bool(on) => f64::from(u8::from(*on)),
            Owned::Text(_) | Owned::Other => return false,
        };
        *value = Owned::Number(map(number));
        true
    }

    /// A text or path.
    #[must_use]
    pub fn property(&self, id: &str) -> Option<&str> {
        self.properties.get(id).map(String::as_str)
    }

    /// Sets a text or path.
    pub fn set_property(&mut self, id: &str, text: &str) {
        self.properties.insert(id.to_owned(), text.to_owned());
    }

    /// Takes a text or path away, so that it gets its default. Whether it was there.
    pub fn remove_property(&mut self, id: &str) -> bool {
        self.properties.remove(id).is_some()
    }

    /// Moves a text or path to another id, as [`Draft::rename_param`] does.
    pub fn rename_property(&mut self, old: &str, new: &str) -> bool {
        rename(&mut self.properties, old, new)
    }

    /// The fields. Decode them as the struct that they were then.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Replaces the fields.
    pub fn set_fields(&mut self, fields: Fields) {
        self.fields = fields;
    }

    /// What it means for a plugin.
    pub(super) fn load(self, description: &Description) -> Loaded {
        let mut values = Values::new(description);
        for (id, value) in self.params() {
            values.take(id, value);
        }
        let properties: Vec<_> = self.properties.iter().map(|(id, text)| (&**id, &**text)).collect();
        values.loaded(SavedProperties::of(&properties), self.fields)
    }
}

fn rename<T>(map: &mut BTreeMap<String, T>, old: &str, new: &str) -> bool {
    if map.contains_key(new) {
        return false;
    }
    let Some(value) = map.remove(old) else { return false };
    map.insert(new.to_owned(), value);
    true
}

/// A state that another version of the plugin wrote, on its way in.
///
/// It has the methods of [`Draft`]. The content is unpacked when the first of them is called, so a
/// plugin that looks at the version and has nothing to do costs nothing.
///
/// ```
/// # use dyad_core::state::Migration;
/// fn migrate(old: &mut Migration) {
///     if old.numbers() < (0, 2, 0) {
///         old.rename_param("level", "gain");
///         // It was a factor once, and is decibels now.
///         old.map_param("gain", |factor| 20.0 * factor.max(1e-3).log10());
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Migration<'a> {
    document: &'a [u8],
    version: &'a str,
    draft: OnceCell<Draft>,
}

impl<'a> Migration<'a> {
    /// For a document that was found well-formed.
    #[inline]
    pub(super) fn new(document: &'a [u8], version: &'a str) -> Self {
        Self { document, version, draft: OnceCell::new() }
    }

    /// The version that wrote the state, as it stands there; empty where none does.
    #[must_use]
    pub fn version(&self) -> &str {
        self.version
    }

    /// The version as major, minor and patch, to be compared with another; what is not a number
    /// counts as 0. It may be newer than the running one: somebody went back.
    #[must_use]
    pub fn numbers(&self) -> (u32, u32, u32) {
        let mut parts = self.version.split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        (next(), next(), next())
    }

    /// The content, where anybody looked at it.
    #[inline]
    pub(super) fn into_draft(self) -> Option<Draft> {
        self.draft.into_inner()
    }

    #[cold]
    fn unpack(&self) -> &Draft {
        self.draft.get_or_init(|| Draft::of(self.document))
    }
}

impl Deref for Migration<'_> {
    type Target = Draft;

    fn deref(&self) -> &Draft {
        self.unpack()
    }
}

impl DerefMut for Migration<'_> {
    fn deref_mut(&mut self) -> &mut Draft {
        self.unpack();
        self.draft.get_mut().expect("unpacked in the line above")
    }
}
