//! Whether a saved state suits a plugin, and taking one from the other format.
//!
//! Plugins made with Dyad carry one document in both formats: VST3 the whole of it, LV2 one without
//! parameters, because there the ports hold them. So their states can change formats. For everyone
//! else's a state belongs to the plugin and the format that it was saved from.

use std::collections::BTreeMap;

use dyad_core::identity::{BYPASS, ENABLED, vst3_class_words};
use dyad_core::state::{Document, Value};
use rmpv::Value as Any;
use thiserror::Error;

use super::{Bytes, Container, PluginState, Property};
use crate::info::{Format, Parameter, PluginInfo};

/// Key and type of the property that holds the document in LV2.
const KEY: &str = "urn:dyad:ns#state";
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
/// `LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE`.
const FLAGS: u32 = 3;

/// Why a saved state does not suit a plugin.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ConvertError {
    /// It belongs to another plugin.
    #[error("the state belongs to plugin {saved}, not to {loaded}")]
    OtherPlugin {
        /// Id in the file.
        saved: String,
        /// Id of the loaded plugin.
        loaded: String,
    },
    /// The formats differ and the state holds no document that both would understand.
    #[error(
        "the state was saved from the {saved} plugin and this is {loaded}: only plugins made with Dyad \
         share their state between formats"
    )]
    OtherFormat {
        /// Format in the file.
        saved: Format,
        /// Format of the loaded plugin.
        loaded: Format,
    },
    /// The document can be read but not rewritten.
    #[error("the state's document is damaged")]
    Damaged,
}

/// A state that suits a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// What to hand to the plugin.
    pub state: PluginState,
    /// One line for each parameter whose value was lost; it gets its default.
    pub lost: Vec<String>,
}

impl From<PluginState> for Fitted {
    fn from(state: PluginState) -> Self {
        Self { state, lost: vec![] }
    }
}

/// The state to hand to the plugin described by `info`.
///
/// # Errors
/// [`ConvertError`] where the state is not for this plugin.
pub fn fit(container: Container, info: &PluginInfo) -> Result<Fitted, ConvertError> {
    let saved = container.format();
    if saved == info.format && container.plugin == info.id {
        return Ok(container.state.into());
    }
    let other_plugin =
        |saved: &str| ConvertError::OtherPlugin { saved: saved.to_owned(), loaded: info.id.clone() };
    let document = document_of(&container.state);
    let Some((bytes, document)) = document else {
        return Err(if saved == info.format {
            other_plugin(&container.plugin)
        } else {
            ConvertError::OtherFormat { saved, loaded: info.format }
        });
    };
    if !is_plugin(info, document.plugin) {
        return Err(other_plugin(document.plugin));
    }
    match (&container.state, info.format) {
        (PluginState::Lv2 { ports, .. }, Format::Vst3) => {
            let component = Bytes(with_params(bytes, params_of(ports))?);
            Ok(PluginState::Vst3 { component, controller: None }.into())
        }
        (PluginState::Vst3 { .. }, Format::Lv2) => {
            let mut lost = Vec::new();
            let ports = ports_of(&document, info, &mut lost);
            let value = Bytes(with_params(bytes, vec![])?);
            let property = Property { key: KEY.into(), kind: CHUNK.into(), flags: FLAGS, value };
            Ok(Fitted { state: PluginState::Lv2 { ports, properties: vec![property] }, lost })
        }
        // Another layout of the same plugin.
        _ => Ok(container.state.into()),
    }
}

/// The document in a state, where it is one of Dyad's.
pub(crate) fn document_of(state: &PluginState) -> Option<(&[u8], Document<'_>)> {
    let Bytes(bytes) = match state {
        PluginState::Vst3 { component, .. } => component,
        PluginState::Lv2 { properties, .. } => {
            &properties.iter().find(|p| p.key == KEY && p.kind == CHUNK)?.value
        }
    };
    Some((bytes, Document::parse(bytes).ok()?))
}

/// Whether the loaded plugin is the Dyad plugin with this id.
fn is_plugin(info: &PluginInfo, id: &str) -> bool {
    match info.format {
        // Each layout has a URI of its own.
        Format::Lv2 => info.id.split_once('#').is_some_and(|(plugin, _layout)| plugin == id),
        Format::Vst3 => {
            let [a, b, c, d] = vst3_class_words(id);
            info.id == format!("{a:08X}{b:08X}{c:08X}{d:08X}")
        }
    }
}

/// Parameters from port values, in the order of their ids.
fn params_of(ports: &BTreeMap<String, f32>) -> Vec<(Any, Any)> {
    let param = |(symbol, value): (&String, &f32)| {
        if symbol == ENABLED {
            // What LV2 calls off: everything that is not above 0.
            let bypassed = *value <= 0.0 || value.is_nan();
            (BYPASS.to_owned(), f64::from(u8::from(bypassed)))
        } else {
            (symbol.clone(), f64::from(*value))
        }
    };
    let sorted: BTreeMap<String, f64> = ports.iter().map(param).collect();
    sorted.into_iter().map(|(id, value)| (id.into(), value.into())).collect()
}

/// Port values from a document; ports that it does not mention get their defaults.
fn ports_of(document: &Document<'_>, info: &PluginInfo, lost: &mut Vec<String>) -> BTreeMap<String, f32> {
    let mut ports = BTreeMap::new();
    for parameter in info.parameters.iter().filter(|p| !p.flags.read_only) {
        let id = if parameter.flags.enabled { BYPASS } else { parameter.id.as_str() };
        let saved = document.params.iter().find(|(other, _)| *other == id);
        let plain = match saved.and_then(|(_, value)| number(parameter, value, lost)) {
            // A switch is on from the middle on, as in the document's own reader.
            Some(plain) if parameter.flags.enabled => f64::from(u8::from(plain < 0.5)),
            Some(plain) => plain,
            None => parameter.default,
        };
        ports.insert(parameter.id.clone(), plain as f32);
    }
    ports
}

/// A document's value as a port's number; `None` where it can't be one.
fn number(parameter: &Parameter, value: &Value<'_>, lost: &mut Vec<String>) -> Option<f64> {
    let (found, shown) = match value {
        Value::Number(number) => (Some(*number).filter(|n| n.is_finite()), number.to_string()),
        Value::Bool(on) => (Some(f64::from(u8::from(*on))), on.to_string()),
        Value::Text(name) => {
            let point = parameter.points.iter().find(|point| point.symbol.as_deref() == Some(*name));
            (point.map(|point| point.value), format!("{name:?}"))
        }
        Value::Other => (None, "something that is no value".into()),
    };
    if found.is_none() {
        let id = &parameter.id;
        lost.push(format!(
            "the state holds {shown} for parameter {id}, which can't have it: it gets its default"
        ));
    }
    found
}

/// The document with other parameters; everything else in it stays as it is.
fn with_params(document: &[u8], params: Vec<(Any, Any)>) -> Result<Vec<u8>, ConvertError> {
    let mut rest = document;
    let mut whole = rmpv::decode::read_value(&mut rest).map_err(|_| ConvertError::Damaged)?;
    let Any::Map(entries) = &mut whole else { return Err(ConvertError::Damaged) };
    let slot = entries.iter_mut().find(|(key, _)| key.as_str() == Some("params"));
    let (_, slot) = slot.ok_or(ConvertError::Damaged)?;
    *slot = Any::Map(params);
    let mut bytes = Vec::with_capacity(document.len());
    rmpv::encode::write_value(&mut bytes, &whole).map_err(|_| ConvertError::Damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
