//! What the host has told, for an editor that opens later or once more.

use dyad_editor::Session;
use dyad_editor_abi::ToEditor;

/// The last value of everything that was told.
#[derive(Debug)]
pub(crate) struct Mirror {
    values: Box<[Option<f64>]>,
    properties: Box<[Option<String>]>,
}

impl Mirror {
    pub(crate) fn new(values: usize, properties: usize) -> Self {
        Self { values: vec![None; values].into(), properties: vec![None; properties].into() }
    }

    pub(crate) fn set(&mut self, index: usize, plain: f64) {
        if let Some(value) = self.values.get_mut(index) {
            *value = Some(plain);
        }
    }

    pub(crate) fn set_property(&mut self, index: usize, text: &str) {
        if let Some(property) = self.properties.get_mut(index) {
            *property = Some(text.to_owned());
        }
    }

    /// The text, empty where nothing was told.
    pub(crate) fn property(&self, index: usize) -> &str {
        self.properties.get(index).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Tells all of it to an editor that knows nothing yet.
    pub(crate) fn tell(&self, session: &mut Session) {
        for (index, value) in (0..).zip(&self.values) {
            if let Some(plain) = *value {
                session.tell(&ToEditor::Value { index, plain });
            }
        }
        for (index, text) in (0..).zip(&self.properties) {
            if let Some(text) = text {
                session.tell(&ToEditor::Property { index, text });
            }
        }
    }
}
