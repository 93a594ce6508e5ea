//! Reading a document. Every length is checked against what is there before it is believed.

use rmp::Marker;
use rmp::decode::{self, Bytes};

use super::{FORMAT, Loaded, StateError, VERSION};
use crate::describe::Description;
use crate::param::{ParamInfo, ValueKind};

/// Containers within containers that a skipped value may have.
const MAX_DEPTH: usize = 32;

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

impl Value<'_> {
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
}

/// A document, borrowed from its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Document<'a> {
    /// The plugin's id.
    pub plugin: &'a str,
    /// The version of the plugin that wrote it.
    pub plugin_version: &'a str,
    /// Parameters in the order of the document.
    pub params: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Document<'a> {
    /// Reads a whole document.
    ///
    /// # Errors
    /// [`StateError::Malformed`] and [`StateError::TooNew`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, StateError> {
        let mut params = Vec::new();
        let (plugin, plugin_version) = walk(bytes, |id, value| {
            params.push((id, value));
        })?;
        Ok(Self { plugin, plugin_version, params })
    }
}

pub(super) fn plugin_state(description: &Description, bytes: &[u8]) -> Result<Loaded, StateError> {
    let mut values: Vec<f64> = description.params.iter().map(|param| param.info.default).collect();
    let mut refused = Vec::new();
    // Documents list parameters in the order of their ids, so the next one expected is nearly
    // always the next one found.
    let saved = description.saved_params();
    let mut expected = 0;
    let (plugin, _) = walk(bytes, |id, value| {
        let info = |n: usize| saved.get(n).map(|index| (*index, &description.params[*index].info));
        let found = info(expected).filter(|(_, info)| info.id == id).or_else(|| {
            expected = (0..saved.len()).find(|n| info(*n).is_some_and(|(_, info)| info.id == id))?;
            info(expected)
        });
        if let Some((index, info)) = found {
            match value.plain_for(info) {
                Some(plain) => values[index] = plain,
                None => refused.push(id.to_owned()),
            }
            expected += 1;
        }
    })?;
    if plugin != description.info.id {
        let (found, expected) = (plugin.into(), description.info.id.into());
        return Err(StateError::OtherPlugin { found, expected });
    }
    Ok(Loaded { values, refused })
}

/// Walks through a document; gives the plugin's id and version.
fn walk<'a>(
    bytes: &'a [u8],
    mut param: impl FnMut(&'a str, Value<'a>),
) -> Result<(&'a str, &'a str), StateError> {
    let mut reader = Reader { rest: bytes };
    let (mut format, mut version, mut plugin, mut plugin_version) = (None, None, None, "");
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
            "plugin" => plugin = Some(reader.text()?),
            "plugin_version" => plugin_version = reader.text()?,
            "params" => {
                for _ in 0..reader.map()? {
                    let id = reader.text()?;
                    param(id, reader.value()?);
                }
            }
            _ => reader.skip(MAX_DEPTH)?,
        }
        if format.is_some_and(|format| format != FORMAT) {
            return Err(StateError::Malformed("its format is another one"));
        }
    }
    if !reader.rest.is_empty() {
        return Err(StateError::Malformed("something follows its end"));
    }
    match (format, version, plugin) {
        (Some(_), Some(1..), Some(plugin)) => Ok((plugin, plugin_version)),
        _ => Err(StateError::Malformed("its format, version or plugin is missing")),
    }
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a [u8],
}

const CUT: StateError = StateError::Malformed("it is cut off or damaged");

impl<'a> Reader<'a> {
    /// Runs one of rmp's readers on what is left.
    fn with<T, E>(&mut self, read: impl FnOnce(&mut Bytes<'a>) -> Result<T, E>) -> Result<T, StateError> {
        let mut bytes = Bytes::new(self.rest);
        let value = read(&mut bytes).map_err(|_| CUT)?;
        self.rest = bytes.remaining_slice();
        Ok(value)
    }

    fn map(&mut self) -> Result<u32, StateError> {
        self.with(decode::read_map_len)
    }

    fn uint(&mut self) -> Result<u64, StateError> {
        self.with(decode::read_int)
    }

    fn text(&mut self) -> Result<&'a str, StateError> {
        let (text, rest) = decode::read_str_from_slice(self.rest).map_err(|_| CUT)?;
        self.rest = rest;
        Ok(text)
    }

    fn value(&mut self) -> Result<Value<'a>, StateError> {
        let Some(first) = self.rest.first() else { return Err(CUT) };
        Ok(match Marker::from_u8(*first) {
            Marker::F64 => Value::Number(self.with(decode::read_f64)?),
            Marker::F32 => Value::Number(f64::from(self.with(decode::read_f32)?)),
            Marker::True | Marker::False => Value::Bool(self.with(decode::read_bool)?),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => Value::Text(self.text()?),
            Marker::FixPos(_)
            | Marker::FixNeg(_)
            | Marker::U8
            | Marker::U16
            | Marker::U32
            | Marker::U64
            | Marker::I8
            | Marker::I16
            | Marker::I32
            | Marker::I64 => Value::Number(self.with(decode::read_int::<i64, _>)? as f64),
            _ => {
                self.skip(MAX_DEPTH)?;
                Value::Other
            }
        })
    }

    /// Passes over one value of any type.
    fn skip(&mut self, depth: usize) -> Result<(), StateError> {
        let Some(first) = self.rest.first() else { return Err(CUT) };
        if depth == 0 {
            return Err(StateError::Malformed("it is nested too deeply"));
        }
        let bytes = match Marker::from_u8(*first) {
            Marker::Null | Marker::True | Marker::False | Marker::FixPos(_) | Marker::FixNeg(_) => 1,
            Marker::U8 | Marker::I8 => 2,
            Marker::U16 | Marker::I16 | Marker::FixExt1 => 3,
            Marker::FixExt2 => 4,
            Marker::U32 | Marker::I32 | Marker::F32 => 5,
            Marker::FixExt4 => 6,
            Marker::U64 | Marker::I64 | Marker::F64 => 9,
            Marker::FixExt8 => 10,
            Marker::FixExt16 => 18,
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                return self.text().map(|_| ());
            }
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => self.with(decode::read_bin_len)? as usize,
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => self.with(decode::read_ext_meta)?.size as usize,
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let len = self.with(decode::read_array_len)?;
                return (0..len).try_for_each(|_| self.skip(depth - 1));
            }
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let len = u64::from(self.map()?) * 2;
                return (0..len).try_for_each(|_| self.skip(depth - 1));
            }
            Marker::Reserved => return Err(CUT),
        };
        self.rest = self.rest.get(bytes..).ok_or(CUT)?;
        Ok(())
    }
}
