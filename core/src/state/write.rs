//! Writing a document.

use rmp::encode;

use super::{FORMAT, Fields, VERSION};
use crate::describe::Description;
use crate::param::{Role, ValueKind};

/// Writes a document piece by piece. Parameters must come in the order of their ids, so that the
/// same state gives the same bytes.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
}

// Writing into a `Vec` can't fail.
impl Writer {
    /// Begins a document for `params` parameters.
    #[must_use]
    pub fn new(plugin: &str, plugin_version: &str, params: usize) -> Self {
        let mut new = Self { out: Vec::with_capacity(96 + params * 32) };
        let _ = encode::write_map_len(&mut new.out, 6);
        new.text("format");
        new.text(FORMAT);
        new.text("version");
        let _ = encode::write_uint(&mut new.out, VERSION);
        new.text("plugin");
        new.text(plugin);
        new.text("plugin_version");
        new.text(plugin_version);
        new.text("params");
        let _ = encode::write_map_len(&mut new.out, u32::try_from(params).unwrap_or(u32::MAX));
        new
    }

    fn text(&mut self, text: &str) {
        let _ = encode::write_str(&mut self.out, text);
    }

    /// A float parameter.
    pub fn float(&mut self, id: &str, plain: f64) {
        self.text(id);
        let _ = encode::write_f64(&mut self.out, plain);
    }

    /// A whole number.
    pub fn int(&mut self, id: &str, plain: i64) {
        self.text(id);
        let _ = encode::write_sint(&mut self.out, plain);
    }

    /// A switch.
    pub fn bool(&mut self, id: &str, on: bool) {
        self.text(id);
        let _ = encode::write_bool(&mut self.out, on);
    }

    /// A choice, by the variant's id.
    pub fn choice(&mut self, id: &str, variant: &str) {
        self.text(id);
        self.text(variant);
    }

    /// Texts and paths, in the order of their ids; not called for a plugin that has none. After the
    /// parameters, and once.
    pub fn properties(&mut self, properties: &[(&str, String)]) {
        self.hashed_properties(properties, |_| None);
    }

    /// The same with the hashes of files: `hash` gives that of a path's file, by the property's id.
    #[inline]
    pub fn hashed_properties(
        &mut self,
        properties: &[(&str, String)],
        hash: impl Fn(&str) -> Option<String>,
    ) {
        self.one_more();
        self.text("properties");
        self::properties(&mut self.out, properties.iter().map(|(id, text)| (*id, text.as_str())), hash);
    }

    /// Says that this is a factory preset; see [`Loaded::keeps`](super::Loaded::keeps). After the parameters, and once.
    pub fn preset(&mut self) {
        self.one_more();
        self.bool("preset", true);
    }

    /// One entry more at the top, which begins with a map of up to fifteen.
    fn one_more(&mut self) {
        self.out[0] += 1;
    }

    /// Ends a document without fields.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.finish_with(&Fields::none())
    }

    /// Ends the document.
    #[must_use]
    pub fn finish_with(mut self, fields: &Fields) -> Vec<u8> {
        self.text("fields");
        self.out.extend_from_slice(fields.as_bytes());
        self.out
    }
}

/// A map of texts; of paths with a hash.
#[inline]
pub(super) fn properties<'a>(
    out: &mut Vec<u8>,
    properties: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    hash: impl Fn(&str) -> Option<String>,
) {
    let _ = encode::write_map_len(out, u32::try_from(properties.len()).unwrap_or(u32::MAX));
    for (id, text) in properties {
        let _ = encode::write_str(out, id);
        let Some(hash) = hash(id) else {
            let _ = encode::write_str(out, text);
            continue;
        };
        let _ = encode::write_map_len(out, 2);
        for text in ["path", text, "hash", &hash] {
            let _ = encode::write_str(out, text);
        }
    }
}

pub(super) fn plugin_state(
    description: &Description,
    wanted: impl Fn(Role) -> bool,
    value: impl Fn(usize) -> f64,
    properties: &[(&str, String)],
    hash: impl Fn(&str) -> Option<String>,
    fields: &Fields,
) -> Vec<u8> {
    let wanted = |index: &&usize| wanted(description.params[**index].info.role);
    let saved = description.saved_params().iter().filter(wanted);
    let mut writer = Writer::new(description.info.id, description.info.version, saved.clone().count());
    for &index in saved {
        let info = &description.params[index].info;
        let plain = value(index);
        match info.kind {
            ValueKind::Float => writer.float(&info.id, plain),
            ValueKind::Int => writer.int(&info.id, plain.round() as i64),
            ValueKind::Bool => writer.bool(&info.id, plain >= 0.5),
            ValueKind::Choice(variants) => {
                let variant = variants.get(plain.round() as usize).or(variants.first());
                writer.choice(&info.id, variant.map_or("", |variant| variant.id));
            }
        }
    }
    if !properties.is_empty() {
        writer.hashed_properties(properties, hash);
    }
    writer.finish_with(fields)
}
