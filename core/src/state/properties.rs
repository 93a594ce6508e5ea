//! Texts and paths as they stand in a document.

use std::borrow::Cow;

use super::reader::{Fault, Reader};
use super::{Value, write};

/// A text or path as it stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PropertyValue<'a> {
    /// The text, or the path as it was when the state was saved.
    pub text: &'a str,
    /// A hash of the file's content, where the writer left one.
    pub hash: Option<&'a str>,
}

/// The texts and paths of a document: an encoded MessagePack map from ids to values, unpacked only
/// by plugins that have such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProperties<'a> {
    /// Well-formed, with names as keys.
    map: Cow<'a, [u8]>,
}

/// A MessagePack map without entries.
pub(super) const EMPTY: &[u8] = &[0x80];

impl<'a> SavedProperties<'a> {
    /// None at all.
    #[must_use]
    pub const fn none() -> Self {
        Self { map: Cow::Borrowed(EMPTY) }
    }

    /// Ids and texts in the order of the ids.
    #[must_use]
    pub fn of(properties: &[(&str, &str)]) -> SavedProperties<'static> {
        let mut map = Vec::new();
        write::properties(&mut map, properties.iter().copied(), |_| None);
        SavedProperties { map: Cow::Owned(map) }
    }

    /// Takes bytes that were found well-formed.
    pub(super) const fn checked(map: &'a [u8]) -> Self {
        Self { map: Cow::Borrowed(map) }
    }

    /// The same with bytes of its own.
    pub(super) fn into_owned(self) -> SavedProperties<'static> {
        match self.map {
            Cow::Borrowed(EMPTY) => SavedProperties::none(),
            map => SavedProperties { map: Cow::Owned(map.into_owned()) },
        }
    }

    /// Ids and values in the order of the document. `None` for a value that no property has, and
    /// which a newer version may have written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<PropertyValue<'_>>)> {
        let mut reader = Reader { rest: &self.map };
        let len = reader.map().unwrap_or(0);
        (0..len).map_while(move |_| Some((reader.text().ok()?, property(&mut reader).ok()?)))
    }
}

/// A str, or a map with the path and a hash of the file.
fn property<'a>(reader: &mut Reader<'a>) -> Result<Option<PropertyValue<'a>>, Fault> {
    if !reader.at_map() {
        return Ok(reader.value()?.text().map(|text| PropertyValue { text, hash: None }));
    }
    let (mut path, mut hash) = (None, None);
    for _ in 0..reader.map()? {
        match reader.value()? {
            Value::Text("path") => path = reader.value()?.text(),
            Value::Text("hash") => hash = reader.value()?.text(),
            _ => drop(reader.value()?),
        }
    }
    Ok(path.map(|text| PropertyValue { text, hash }))
}
