//! Reading a document, and what its entries mean for a plugin.

use super::properties::EMPTY;
use super::reader::Reader;
use super::{FORMAT, Fields, Loaded, SavedProperties, StateError, VERSION};
use crate::describe::Description;
use crate::param::{ParamInfo, ValueKind};

/// A parameter's value as it stands in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number.
    Number(f64),
    /// A switch.
    Bool(bool),
    /// A variant's id.
    Text(&'a str),
    /// Anything else; no parameter has such a value.
    Other,
}

impl<'a> Value<'a> {
    /// The plain value that this means for a parameter; `None` where it means nothing. Numbers are
    /// taken for switches and choices too, as LV2 hosts save them.
    #[must_use]
    pub fn plain_for(&self, info: &ParamInfo) -> Option<f64> {
        let plain = match (*self, info.kind) {
            (Self::Number(number), _) => number,
            (Self::Bool(on), _) => f64::from(u8::from(on)),
            (Self::Text(id), ValueKind::Choice(variants)) => {
                variants.iter().position(|variant| variant.id == id)? as f64
            }
            _ => return None,
        };
        info.range.sanitize(plain)
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(variant: &'a str) -> Self {
        Self::Text(variant)
    }
}

/// A document, borrowed from its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Document<'a> {
    /// The plugin's id; empty in a factory preset.
    pub plugin: &'a str,
    /// The version of the plugin that wrote it.
    pub plugin_version: &'a str,
    /// Parameters in the order of the document.
    pub params: Vec<(&'a str, Value<'a>)>,
    /// Texts and paths.
    pub properties: SavedProperties<'a>,
    /// What is neither, as a MessagePack map; well-formed. [`Fields::from_bytes`] takes it.
    pub fields: &'a [u8],
}

impl<'a> Document<'a> {
    /// Reads a whole document.
    ///
    /// # Errors
    /// [`StateError::Malformed`] and [`StateError::TooNew`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, StateError> {
        let document = Self::parse_any(bytes)?;
        if document.plugin.is_empty() { Err(INCOMPLETE) } else { Ok(document) }
    }

    /// The same for factory presets too, which do not say whose they are.
    pub(crate) fn parse_any(bytes: &'a [u8]) -> Result<Self, StateError> {
        let mut params = Vec::new();
        let header = walk(bytes, |id, value| params.push((id, value)))?;
        let Header { plugin, plugin_version, properties, fields, .. } = header;
        let properties = SavedProperties::checked(properties);
        Ok(Self { plugin, plugin_version, params, properties, fields })
    }
}

/// Whether bytes begin as a document does: these are never another framework's.
pub(super) fn is_document(bytes: &[u8]) -> bool {
    let mut reader = Reader { rest: bytes };
    matches!((reader.map(), reader.text(), reader.text()), (Ok(_), Ok("format"), Ok(FORMAT)))
}

/// A document's own entries.
struct Header<'a> {
    /// Empty where there is none.
    plugin: &'a str,
    plugin_version: &'a str,
    properties: &'a [u8],
    fields: &'a [u8],
    is_preset: bool,
}

const INCOMPLETE: StateError = StateError::Malformed("its format, version or plugin is missing");

/// Walks through a document and shows its parameters.
fn walk<'a>(bytes: &'a [u8], mut param: impl FnMut(&'a str, Value<'a>)) -> Result<Header<'a>, StateError> {
    let mut reader = Reader { rest: bytes };
    let (mut format, mut version) = (None, None);
    let mut header =
        Header { plugin: "", plugin_version: "", properties: EMPTY, fields: EMPTY, is_preset: false };
    for _ in 0..reader.map()? {
        match reader.text()? {
            "format" => format = Some(reader.text()?),
            "version" => {
                let number = reader.uint()?;
                if number > VERSION {
                    return Err(StateError::TooNew(number));
                }
                version = Some(number);
            }
            "plugin" => header.plugin = reader.text()?,
            "plugin_version" => header.plugin_version = reader.text()?,
            "params" => {
                for _ in 0..reader.map()? {
                    let id = reader.text()?;
                    param(id, reader.value()?);
                }
            }
            "properties" => header.properties = reader.named_map()?,
            "fields" => header.fields = reader.named_map()?,
            "preset" => header.is_preset = reader.value()? == Value::Bool(true),
            _ => reader.skip_value()?,
        }
        if format.is_some_and(|format| format != FORMAT) {
            return Err(StateError::Malformed("its format is another one"));
        }
    }
    if !reader.rest.is_empty() {
        return Err(StateError::Malformed("something follows its end"));
    }
    match (format, version) {
        (Some(_), Some(1..)) => Ok(header),
        _ => Err(INCOMPLETE),
    }
}

/// Whose a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The plugin that reads it.
    Named,
    /// That plugin, or nobody: factory presets do not say it.
    Anybody,
}

/// What a document means for a plugin, and the version of the plugin that wrote it.
pub(crate) fn content<'a>(
    description: &Description,
    bytes: &'a [u8],
    owner: Owner,
) -> Result<(Loaded, &'a str), StateError> {
    let mut values = Values::new(description);
    let header = walk(bytes, |id, value| values.take(id, value))?;
    if header.plugin.is_empty() && owner == Owner::Named {
        return Err(INCOMPLETE);
    }
    if header.plugin != description.info.id && !header.plugin.is_empty() {
        let (found, expected) = (header.plugin.into(), description.info.id.into());
        return Err(StateError::OtherPlugin { found, expected });
    }
    let properties = SavedProperties::checked(header.properties).into_owned();
    let fields = Fields::checked(header.fields);
    let loaded = values.loaded(properties, fields);
    Ok((Loaded { is_preset: header.is_preset, ..loaded }, header.plugin_version))
}

/// Gathers a value for each parameter.
pub(super) struct Values<'d> {
    description: &'d Description,
    values: Vec<f64>,
    /// For each value where it comes from: [`CURRENT`], a position in the parameter's list of old
    /// ids, or [`NOWHERE`]. Those before win.
    origins: Vec<u32>,
    refused: Vec<String>,
    /// Documents list parameters in the order of their ids, so the next one expected is nearly
    /// always the next one found.
    expected: usize,
}

const CURRENT: u32 = 0;
const NOWHERE: u32 = u32::MAX;

impl<'d> Values<'d> {
    pub(super) fn new(description: &'d Description) -> Self {
        let values: Vec<f64> = description.params.iter().map(|param| param.info.default).collect();
        let origins = vec![NOWHERE; values.len()];
        Self { description, values, origins, refused: Vec::new(), expected: 0 }
    }

    /// Takes one entry of a document.
    pub(super) fn take(&mut self, id: &str, value: Value<'_>) {
        let (params, saved) = (&self.description.params, self.description.saved_params());
        let is_it = |n: usize| saved.get(n).is_some_and(|index| params[*index].info.id == id);
        if !is_it(self.expected) {
            match (0..saved.len()).find(|n| is_it(*n)) {
                Some(n) => self.expected = n,
                None => return self.take_renamed(id, value),
            }
        }
        self.set(saved[self.expected], CURRENT, value);
        self.expected += 1;
    }

    /// An id that no parameter has: perhaps one had it.
    #[cold]
    fn take_renamed(&mut self, id: &str, value: Value<'_>) {
        for &index in self.description.saved_params() {
            let old_ids = &self.description.params[index].info.renamed_from;
            if let Some(position) = old_ids.iter().position(|old| old == id) {
                self.set(index, position as u32 + 1, value);
            }
        }
    }

    fn set(&mut self, index: usize, origin: u32, value: Value<'_>) {
        if origin > self.origins[index] {
            return;
        }
        let info = &self.description.params[index].info;
        let plain = value.plain_for(info);
        if plain.is_none() {
            self.refused.push(info.id.to_string());
        }
        self.origins[index] = origin;
        self.values[index] = plain.unwrap_or(info.default);
    }

    /// All of them, with the rest of a document.
    pub(super) fn loaded(self, properties: SavedProperties<'static>, fields: Fields) -> Loaded {
        Loaded { values: self.values, refused: self.refused, properties, fields, is_preset: false }
    }
}
