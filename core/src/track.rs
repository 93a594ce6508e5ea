//! What a host says of the track that a plugin is on.

/// The track, or channel, that an instance is on. Formats without words for it leave everything out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Track {
    /// What the user calls it.
    pub name: Option<String>,
    /// Its colour: red, green, blue and opacity, 0 to 255 each.
    pub color: Option<[u8; 4]>,
}

impl Track {
    /// Of this name and colour.
    #[must_use]
    pub fn new(name: Option<String>, color: Option<[u8; 4]>) -> Self {
        Self { name, color }
    }
}
