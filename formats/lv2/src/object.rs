//! Objects in a sequence: a type, and properties with values of any type.

use crate::atom::{Event, number};
use crate::urids::Urids;

/// Id and type, the head of an object's body.
const HEAD: usize = 8;
/// Key, context, and the head of the value.
const PROPERTY_HEAD: usize = 16;

/// An object; `atom:Blank` is the old name for one.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// What it is.
    pub kind: u32,
    properties: &'a [u8],
}

/// The value of a property.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub kind: u32,
    pub body: &'a [u8],
}

impl<'a> Object<'a> {
    /// The object that an event holds, if it does.
    pub fn read(event: &Event<'a>, urids: &Urids) -> Option<Self> {
        Value { kind: event.kind, body: event.body }.object(urids)
    }

    /// Shows every property's key and value; `None` at the first that does not fit into the object.
    pub fn each(&self, mut take: impl FnMut(u32, Value<'a>)) -> Option<()> {
        let mut rest = self.properties;
        while !rest.is_empty() {
            let head = rest.get(..PROPERTY_HEAD)?;
            let size = number(head, 8) as usize;
            let body = rest[PROPERTY_HEAD..].get(..size)?;
            take(number(head, 0), Value { kind: number(head, 12), body });
            // The last one's padding may be missing.
            rest = rest.get(PROPERTY_HEAD + size.next_multiple_of(8)..).unwrap_or_default();
        }
        Some(())
    }
}

impl<'a> Value<'a> {
    /// The object that this is, if it is one.
    pub fn object(&self, urids: &Urids) -> Option<Object<'a>> {
        if self.kind != urids.object && self.kind != urids.blank {
            return None;
        }
        let head = self.body.get(..HEAD)?;
        Some(Object { kind: number(head, 4), properties: &self.body[HEAD..] })
    }

    /// A number of any type: hosts differ in what they send. `None` for what is none.
    #[inline(never)]
    pub fn number(&self, urids: &Urids) -> Option<f64> {
        let number = match (self.body.len(), self.kind) {
            (4, kind) if kind == urids.int => f64::from(i32::from_ne_bytes(self.body.try_into().ok()?)),
            (4, kind) if kind == urids.float => f64::from(f32::from_ne_bytes(self.body.try_into().ok()?)),
            (8, kind) if kind == urids.double => f64::from_ne_bytes(self.body.try_into().ok()?),
            (8, _) => self.whole(urids)? as f64,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// A whole number of any type, exact where it comes as one.
    #[inline(never)]
    pub fn whole(&self, urids: &Urids) -> Option<i64> {
        if self.kind == urids.long {
            return Some(i64::from_ne_bytes(self.body.try_into().ok()?));
        }
        (self.body.len() == 4 || self.kind == urids.double).then(|| self.number(urids))?.map(|x| x as i64)
    }
}
