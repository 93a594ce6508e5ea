//! Writes atoms, byte by byte.

use dyad_lv2::urids::Urids;

/// An `atom:Object`, with its head.
#[derive(Debug)]
pub(crate) struct Object(Vec<u8>);

impl Object {
    /// Of a type, without properties.
    pub(crate) fn new(kind: u32, urids: &Urids) -> Self {
        let mut object = Self(Vec::new());
        object.words(&[8, urids.object, 0, kind]);
        object
    }

    fn words(&mut self, words: &[u32]) {
        for word in words {
            self.0.extend_from_slice(&word.to_ne_bytes());
        }
    }

    /// Adds a property; its value is the parts one after the other.
    pub(crate) fn with(mut self, key: u32, kind: u32, parts: &[&[u8]]) -> Self {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        self.words(&[key, 0, len as u32, kind]);
        for part in parts {
            self.0.extend_from_slice(part);
        }
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let size = self.0.len() as u32 - 8;
        self.0[..4].copy_from_slice(&size.to_ne_bytes());
        self
    }

    /// The whole atom.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0
    }
}
