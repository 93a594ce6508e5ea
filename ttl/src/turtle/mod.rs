//! Turtle as a small tree, and its text.
//!
//! The text is the same for the same tree, uses only the prefixes it needs, is indented for
//! people, and is ASCII-safe in numbers whatever the locale.

mod number;
mod text;

pub(crate) use number::{decimal, integer};

/// A node.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// A prefixed name, such as `lv2:Plugin`; its prefix is one of [`text::PREFIXES`].
    Name(&'static str),
    /// An IRI, absolute or relative to the file.
    Iri(String),
    /// A string.
    Text(String),
    /// A number, already in Turtle's form.
    Number(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A node without a name.
    Blank(Properties),
}

impl Term {
    /// A string.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A whole number.
    pub(crate) fn count(number: impl Into<u64>) -> Self {
        Self::Number(number.into().to_string())
    }
}

/// Predicates with their objects, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Properties(Vec<(&'static str, Vec<Term>)>);

impl Properties {
    /// Adds objects to a predicate (`a`, or a prefixed name).
    pub(crate) fn add(&mut self, predicate: &'static str, objects: impl IntoIterator<Item = Term>) {
        let mut objects = objects.into_iter().peekable();
        match self.0.iter_mut().find(|(known, _)| *known == predicate) {
            Some((_, list)) => list.extend(objects),
            // A predicate without an object would be no Turtle.
            None if objects.peek().is_none() => {}
            None => self.0.push((predicate, objects.collect())),
        }
    }

    /// Adds prefixed names to a predicate.
    pub(crate) fn names(&mut self, predicate: &'static str, names: &[&'static str]) {
        self.add(predicate, names.iter().map(|name| Term::Name(name)));
    }

    /// Adds a string to a predicate.
    pub(crate) fn string(&mut self, predicate: &'static str, text: &str) {
        self.add(predicate, [Term::text(text)]);
    }
}

/// A file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// Lines for people at the top.
    pub(crate) comment: &'static str,
    /// Subjects by IRI.
    pub(crate) subjects: Vec<(String, Properties)>,
}

#[cfg(test)]
mod tests;
