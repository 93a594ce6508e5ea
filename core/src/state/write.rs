//! Writing a document.

use rmp::encode;

use super::{FORMAT, VERSION};
use crate::describe::Description;
use crate::param::ValueKind;

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

    /// Ends the document.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.text("fields");
        let _ = encode::write_map_len(&mut self.out, 0);
        self.out
    }
}

pub(super) fn plugin_state(description: &Description, value: impl Fn(usize) -> f64) -> Vec<u8> {
    let saved = description.saved_params();
    let mut writer = Writer::new(description.info.id, description.info.version, saved.len());
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
    writer.finish()
}
