//! What a plugin saves besides parameters: a struct of the author's, as a MessagePack map.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::properties::EMPTY;
use super::reader::{NOT_NAMED, Reader};

/// Why fields can't be written or read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FieldError {
    /// What was given is not a struct with named fields, nor a map with names as keys.
    #[error("fields must be a struct with named fields, or a map with names as keys")]
    NotNamed,
    /// Bytes that are no map, are cut off, or are nested too deeply.
    #[error("the fields are no well-formed map: {0}")]
    Malformed(&'static str),
    /// The author's type can't be written.
    #[error("the fields can't be written: {0}")]
    Write(String),
    /// They do not fit the author's type. The text names the field.
    #[error("{0}")]
    Read(String),
    /// They fit the type, but the plugin can't have them.
    #[error("{0}")]
    Refused(String),
}

impl FieldError {
    /// For a plugin that reads its fields and then finds that they make no sense.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

/// What a plugin saves besides parameters: curves, patterns, names, anything with serde.
///
/// It is an encoded MessagePack map from names to values, well-formed whenever it exists. Give the
/// struct `#[serde(default)]`: then fields that a session does not have yet take their defaults,
/// and fields that it has too many are passed over.
///
/// ```
/// # use dyad_core::state::{FieldError, Fields};
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// #[serde(default)]
/// struct Data {
///     steps: Vec<u8>,
///     title: String,
/// }
///
/// let data = Data { steps: vec![1, 0, 1], title: "Clave".into() };
/// let fields = Fields::of(&data)?;
/// let back: Data = fields.decode()?;
/// assert_eq!(back.steps, [1, 0, 1]);
/// # Ok::<(), FieldError>(())
/// ```
///
/// Hosts compare states to see whether a session changed, so the same data must give the same
/// bytes. Structs, vectors and `BTreeMap` do: they keep their order. A `HashMap` or `HashSet` does
/// not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    bytes: Cow<'static, [u8]>,
}

impl Default for Fields {
    fn default() -> Self {
        Self::none()
    }
}

impl Fields {
    /// No fields at all. Costs nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { bytes: Cow::Borrowed(EMPTY) }
    }

    /// Encodes a struct with named fields, or a map with names as keys. `[main-thread]`
    ///
    /// # Errors
    /// [`FieldError::Write`] where serde refuses; [`FieldError::NotNamed`] and
    /// [`FieldError::Malformed`] where the result could not be read again: no map at the top, or
    /// more than 32 containers within each other.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Result<Self, FieldError> {
        match rmp_serde::to_vec_named(value) {
            Ok(bytes) => Self::from_vec(bytes),
            Err(error) => Err(FieldError::Write(error.to_string())),
        }
    }

    /// Reads them into a struct: all of it, or an error and nothing. `[main-thread]`
    ///
    /// # Errors
    /// [`FieldError::Read`] where they do not fit; the text names the field.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, FieldError> {
        let mut deserializer = rmp_serde::Deserializer::new(self.as_bytes());
        T::deserialize(&mut deserializer)
            .map_err(|error| self.read_error(deserializer.get_ref().len(), error.to_string()))
    }

    /// The encoded map.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::none()
    }

    /// Takes an encoded map.
    ///
    /// # Errors
    /// [`FieldError::NotNamed`] where it is not a map with names as keys,
    /// [`FieldError::Malformed`] where it is cut off, followed by something, or has more than 32
    /// containers within each other.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FieldError> {
        check(bytes).map(|()| Self::checked(bytes))
    }

    fn from_vec(bytes: Vec<u8>) -> Result<Self, FieldError> {
        check(&bytes).map(|()| Self { bytes: Cow::Owned(bytes) })
    }

    /// Takes bytes that were found well-formed.
    pub(super) fn checked(bytes: &[u8]) -> Self {
        if bytes == EMPTY { Self::none() } else { Self { bytes: Cow::Owned(bytes.to_vec()) } }
    }

    /// An error with the name of the field before it, where the text does not have that. `left`
    /// bytes were not read when it happened.
    #[cold]
    fn read_error(&self, left: usize, text: String) -> FieldError {
        let whole_was_read = left == 0 && text.starts_with("missing field");
        let named = self.name_at(self.bytes.len() - left).filter(|_| !whole_was_read);
        FieldError::Read(named.map_or(text.clone(), |name| format!("field {name:?}: {text}")))
    }

    /// The name of the field in whose value reading stopped.
    fn name_at(&self, stopped: usize) -> Option<&str> {
        let mut reader = Reader { rest: &self.bytes };
        let at = |reader: &Reader<'_>| self.bytes.len() - reader.rest.len();
        for _ in 0..reader.map().ok()? {
            let name = reader.text().ok()?;
            if at(&reader) >= stopped {
                return None;
            }
            reader.skip_value().ok()?;
            if at(&reader) >= stopped {
                return Some(name);
            }
        }
        None
    }
}

fn check(bytes: &[u8]) -> Result<(), FieldError> {
    let mut reader = Reader { rest: bytes };
    if !reader.at_map() {
        return Err(FieldError::NotNamed);
    }
    match reader.named_map() {
        Ok(_) if reader.rest.is_empty() => Ok(()),
        Ok(_) => Err(FieldError::Malformed("something follows its end")),
        Err(NOT_NAMED) => Err(FieldError::NotNamed),
        Err(fault) => Err(FieldError::Malformed(fault)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Data {
        zoom: f32,
        steps: Vec<u8>,
        names: BTreeMap<String, Option<String>>,
        inner: Inner,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Inner {
        on: bool,
        deep: Option<Box<Inner>>,
    }

    fn nested(depth: usize) -> Inner {
        (1..depth).fold(Inner::default(), |deep, _| Inner { on: true, deep: Some(Box::new(deep)) })
    }

    fn data() -> Data {
        let names = [("a", Some("ä")), ("b", None)];
        let names = names.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        Data { zoom: 1.5, steps: vec![1, 200, 3], names: names.into(), inner: nested(3) }
    }

    #[test]
    fn a_struct_survives_and_keeps_the_order_of_its_names() {
        let fields = Fields::of(&data()).unwrap();
        assert_eq!(fields.decode(), Ok(data()));
        assert_eq!(Fields::from_bytes(fields.as_bytes()), Ok(fields.clone()));
        assert_eq!(&fields.as_bytes()[..7], b"\x84\xa4zoom\xca", "a map, as declared, f32 as such");
        assert_eq!(fields, Fields::of(&data()).unwrap(), "the same data gives the same bytes");
    }

    #[test]
    fn none_is_an_empty_map() {
        assert_eq!(Fields::none().as_bytes(), [0x80]);
        assert_eq!(Fields::from_bytes(&[0x80]), Ok(Fields::none()));
        assert_eq!(Fields::none().decode(), Ok(Data::default()));
        assert!(Fields::of(&BTreeMap::<String, u8>::new()).unwrap().is_empty());
        assert!(!Fields::of(&data()).unwrap().is_empty());
    }

    #[test]
    fn other_versions_have_more_or_fewer_names() {
        let more: BTreeMap<_, _> = [("new", 7), ("zoom", 2)].into();
        let loaded: Data = Fields::of(&more).unwrap().decode().unwrap();
        assert_eq!(loaded, Data { zoom: 2.0, ..Data::default() });
    }

    #[test]
    fn errors_name_the_field() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only decoded")]
        struct Strict {
            zoom: f32,
            steps: Vec<u8>,
            inner: Inner,
        }
        // Keys and values encoded by hand, so that any can be wrong.
        let error = |entries: &[(&str, &[u8])]| {
            let mut bytes = vec![0x80 + entries.len() as u8];
            for (name, value) in entries {
                bytes.push(0xa0 + name.len() as u8);
                bytes.extend(name.as_bytes());
                bytes.extend(*value);
            }
            Fields::from_bytes(&bytes).unwrap().decode::<Strict>().unwrap_err().to_string()
        };
        let (zoom, steps) = (("zoom", &[1][..]), ("steps", &[0x90][..]));
        let text = error(&[zoom, ("steps", b"\x92\x01\xa1x")]);
        assert!(text.starts_with("field \"steps\": wrong msgpack marker"), "{text}");
        assert!(error(&[("zoom", b"\xc0"), steps]).starts_with("field \"zoom\": "));
        assert!(error(&[zoom, ("inner", b"\x81\xa2on\x07"), steps]).starts_with("field \"inner\": "));
        assert_eq!(error(&[("inner", b"\x80"), zoom, steps]), "field \"inner\": missing field `on`");
        assert_eq!(error(&[zoom, ("inner", b"\x81\xa2on\xc2")]), "missing field `steps`");
        assert_eq!(error(&[zoom, zoom]), "duplicate field `zoom`");
        assert!(error(&[zoom, ("room", &[1]), steps]).starts_with("unknown field `room`"));
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        assert_eq!(Fields::of(&[1, 2]), Err(FieldError::NotNamed));
        assert_eq!(Fields::of("text"), Err(FieldError::NotNamed));
        assert_eq!(Fields::of(&()), Err(FieldError::NotNamed));
        assert_eq!(Fields::of(&BTreeMap::from([(1, 2)])), Err(FieldError::NotNamed), "numbers as keys");
        assert!(Fields::of(&nested(31)).is_ok());
        assert_eq!(Fields::of(&nested(40)), Err(FieldError::Malformed("it is nested too deeply")));
    }

    #[test]
    fn only_whole_maps_are_taken() {
        let whole = Fields::of(&data()).unwrap();
        for end in 0..whole.as_bytes().len() {
            assert!(Fields::from_bytes(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        let cut = [&b"\x81\xa1a\xdb\xff\xff\xff\xff"[..], b"\xdf\xff\xff\xff\xff", b"\x81\xa1a\xc1"];
        for bytes in cut {
            assert!(matches!(Fields::from_bytes(bytes), Err(FieldError::Malformed(_))), "{bytes:x?}");
        }
        assert_eq!(
            Fields::from_bytes(b"\x80\x80"),
            Err(FieldError::Malformed("something follows its end"))
        );
        assert_eq!(Fields::from_bytes(b"\x90"), Err(FieldError::NotNamed));
        assert_eq!(Fields::from_bytes(b"\x81\x01\x01"), Err(FieldError::NotNamed));
    }
}
