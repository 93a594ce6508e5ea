//! Reading MessagePack piece by piece. Every length is checked against what is there before it is
//! believed, so one that lies costs nothing.
//!
//! By hand and not with rmp's functions: all of it goes through one that reads the head of a value,
//! which keeps it small in every plugin's binary.
//! Source of the format: <https://github.com/msgpack/msgpack/blob/master/spec.md>.

use rmp::Marker;

use super::{StateError, Value};

/// Containers within containers that a value may have.
const MAX_DEPTH: usize = 32;

/// Why bytes are refused.
pub(super) type Fault = &'static str;

const CUT: Fault = "it is cut off or damaged";
/// What [`Reader::named_map`] says of a map with other keys.
pub(super) const NOT_NAMED: Fault = "it has a key that is no name";

impl From<Fault> for StateError {
    fn from(fault: Fault) -> Self {
        Self::Malformed(fault)
    }
}

/// What is left to read.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

/// One value, or the head of a container.
enum Item<'a> {
    Uint(u64),
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    /// So many values follow.
    Array(u64),
    /// So many keys and values follow.
    Map(u64),
    /// Nothing that we use: nil, blobs, extensions.
    Other,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, len: u64) -> Result<&'a [u8], Fault> {
        let (bytes, rest) =
            usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len)).ok_or(CUT)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// An unsigned number of 1, 2, 4 or 8 bytes.
    fn number(&mut self, len: u64) -> Result<u64, Fault> {
        Ok(self.bytes(len)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A number, a text or the head of a container.
    #[inline(never)]
    fn item(&mut self) -> Result<Item<'a>, Fault> {
        let marker = Marker::from_u8(self.number(1)? as u8);
        let text = match marker {
            Marker::FixStr(len) => u64::from(len),
            Marker::Str8 => self.number(1)?,
            Marker::Str16 => self.number(2)?,
            Marker::Str32 => self.number(4)?,
            _ => return self.other_item(marker),
        };
        std::str::from_utf8(self.bytes(text)?).map(Item::Text).map_err(|_| CUT)
    }

    fn other_item(&mut self, marker: Marker) -> Result<Item<'a>, Fault> {
        let passed_over = match marker {
            Marker::FixPos(number) => return Ok(Item::Uint(u64::from(number))),
            Marker::FixNeg(number) => return Ok(Item::Int(i64::from(number))),
            Marker::U8 => return self.number(1).map(Item::Uint),
            Marker::U16 => return self.number(2).map(Item::Uint),
            Marker::U32 => return self.number(4).map(Item::Uint),
            Marker::U64 => return self.number(8).map(Item::Uint),
            Marker::I8 => return self.number(1).map(|n| Item::Int(i64::from(n as i8))),
            Marker::I16 => return self.number(2).map(|n| Item::Int(i64::from(n as i16))),
            Marker::I32 => return self.number(4).map(|n| Item::Int(i64::from(n as i32))),
            Marker::I64 => return self.number(8).map(|n| Item::Int(n as i64)),
            Marker::F32 => {
                return self.number(4).map(|bits| Item::Float(f64::from(f32::from_bits(bits as u32))));
            }
            Marker::F64 => return self.number(8).map(|bits| Item::Float(f64::from_bits(bits))),
            Marker::True => return Ok(Item::Bool(true)),
            Marker::False => return Ok(Item::Bool(false)),
            Marker::FixArray(len) => return Ok(Item::Array(u64::from(len))),
            Marker::Array16 => return self.number(2).map(Item::Array),
            Marker::Array32 => return self.number(4).map(Item::Array),
            Marker::FixMap(len) => return Ok(Item::Map(u64::from(len))),
            Marker::Map16 => return self.number(2).map(Item::Map),
            Marker::Map32 => return self.number(4).map(Item::Map),
            Marker::Bin8 => self.number(1)?,
            Marker::Bin16 => self.number(2)?,
            Marker::Bin32 => self.number(4)?,
            // An extension has a byte for its type.
            Marker::Ext8 => self.number(1)? + 1,
            Marker::Ext16 => self.number(2)? + 1,
            Marker::Ext32 => self.number(4)? + 1,
            Marker::FixExt1 => 2,
            Marker::FixExt2 => 3,
            Marker::FixExt4 => 5,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::Null => 0,
            _ => return Err(CUT),
        };
        self.bytes(passed_over).map(|_| Item::Other)
    }

    pub(super) fn at_map(&self) -> bool {
        let marker = self.rest.first().map(|first| Marker::from_u8(*first));
        matches!(marker, Some(Marker::FixMap(_) | Marker::Map16 | Marker::Map32))
    }

    /// The number of a map's entries.
    pub(super) fn map(&mut self) -> Result<u64, Fault> {
        if let Item::Map(len) = self.item()? { Ok(len) } else { Err(CUT) }
    }

    pub(super) fn uint(&mut self) -> Result<u64, Fault> {
        if let Item::Uint(number) = self.item()? { Ok(number) } else { Err(CUT) }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Fault> {
        if let Item::Text(text) = self.item()? { Ok(text) } else { Err(CUT) }
    }

    /// A whole value; of containers only that they are some.
    pub(super) fn value(&mut self) -> Result<Value<'a>, Fault> {
        let item = self.item()?;
        Ok(match item {
            Item::Uint(number) => Value::Number(number as f64),
            Item::Int(number) => Value::Number(number as f64),
            Item::Float(number) => Value::Number(number),
            Item::Bool(on) => Value::Bool(on),
            Item::Text(text) => Value::Text(text),
            Item::Array(_) | Item::Map(_) | Item::Other => {
                self.skip_content(&item, MAX_DEPTH)?;
                Value::Other
            }
        })
    }

    /// A whole map whose keys are names; gives its bytes.
    pub(super) fn named_map(&mut self) -> Result<&'a [u8], Fault> {
        let start = self.rest;
        for _ in 0..self.map()? {
            let Item::Text(_) = self.item()? else { return Err(NOT_NAMED) };
            self.skip(MAX_DEPTH - 1)?;
        }
        Ok(&start[..start.len() - self.rest.len()])
    }

    /// Passes over a value within a map at the top.
    pub(super) fn skip_value(&mut self) -> Result<(), Fault> {
        self.skip(MAX_DEPTH)
    }

    fn skip(&mut self, depth: usize) -> Result<(), Fault> {
        let item = self.item()?;
        self.skip_content(&item, depth)
    }

    #[inline(never)]
    fn skip_content(&mut self, head: &Item<'_>, depth: usize) -> Result<(), Fault> {
        let values = match head {
            _ if depth == 0 => return Err("it is nested too deeply"),
            Item::Array(len) => *len,
            Item::Map(len) => len * 2,
            _ => 0,
        };
        // Each takes a byte or more, so this ends with the bytes, whatever the length claims.
        (0..values).try_for_each(|_| self.skip(depth - 1))
    }
}
