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
    /// A named value has no number in the loaded plugin.
    #[error("the state holds {value:?} for parameter {parameter}, which this plugin does not have")]
    UnknownChoice {
        /// The parameter.
        parameter: String,
        /// The value's name.
        value: String,
    },
    /// The document can be read but not rewritten.
    #[error("the state's document is damaged")]
    Damaged,
}

/// The state to hand to the plugin described by `info`.
///
/// # Errors
/// [`ConvertError`] where the state is not for this plugin.
pub fn fit(container: Container, info: &PluginInfo) -> Result<PluginState, ConvertError> {
    let saved = container.format();
    if saved == info.format && container.plugin == info.id {
        return Ok(container.state);
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
            Ok(PluginState::Vst3 { component, controller: None })
        }
        (PluginState::Vst3 { .. }, Format::Lv2) => {
            let ports = ports_of(&document, info)?;
            let value = Bytes(with_params(bytes, vec![])?);
            let property = Property { key: KEY.into(), kind: CHUNK.into(), flags: FLAGS, value };
            Ok(PluginState::Lv2 { ports, properties: vec![property] })
        }
        // Another layout of the same plugin.
        _ => Ok(container.state),
    }
}

/// The document in a state, where it is one of Dyad's.
fn document_of(state: &PluginState) -> Option<(&[u8], Document<'_>)> {
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
        let value = f64::from(*value);
        if symbol == ENABLED { (BYPASS.to_owned(), 1.0 - value) } else { (symbol.clone(), value) }
    };
    let sorted: BTreeMap<String, f64> = ports.iter().map(param).collect();
    sorted.into_iter().map(|(id, value)| (id.into(), value.into())).collect()
}

/// Port values from a document; ports that it does not mention get their defaults.
fn ports_of(document: &Document<'_>, info: &PluginInfo) -> Result<BTreeMap<String, f32>, ConvertError> {
    let mut ports = BTreeMap::new();
    for parameter in info.parameters.iter().filter(|p| !p.flags.read_only) {
        let id = if parameter.flags.enabled { BYPASS } else { parameter.id.as_str() };
        let saved = document.params.iter().find(|(other, _)| *other == id);
        let plain = match saved.map(|(_, value)| number(parameter, value)).transpose()?.flatten() {
            Some(plain) if parameter.flags.enabled => 1.0 - plain,
            Some(plain) => plain,
            None => parameter.default,
        };
        ports.insert(parameter.id.clone(), plain as f32);
    }
    Ok(ports)
}

/// A document's value as a port's number; `None` where it can't be one.
fn number(parameter: &Parameter, value: &Value<'_>) -> Result<Option<f64>, ConvertError> {
    match value {
        Value::Number(number) => Ok(Some(*number).filter(|n| n.is_finite())),
        Value::Bool(on) => Ok(Some(f64::from(u8::from(*on)))),
        Value::Text(name) => {
            let point = parameter.points.iter().find(|point| point.symbol.as_deref() == Some(*name));
            point.map(|point| Some(point.value)).ok_or_else(|| ConvertError::UnknownChoice {
                parameter: parameter.id.clone(),
                value: (*name).to_owned(),
            })
        }
        Value::Other => Ok(None),
    }
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
mod tests {
    use super::*;
    use crate::info::{ParameterFlags, Point, Tail, Timing};
    use dyad_core::state::Writer;

    const ID: &str = "urn:dyad:test";

    fn parameter(id: &str, flags: ParameterFlags) -> Parameter {
        let point =
            |value, name: &str| Point { value, label: name.to_uppercase(), symbol: Some(name.to_owned()) };
        Parameter {
            id: id.into(),
            number: None,
            name: id.into(),
            unit: String::new(),
            min: -60.0,
            max: 6.0,
            default: 0.25,
            value: 0.0,
            text: String::new(),
            points: if id == "shape" { vec![point(0.0, "soft"), point(1.0, "hard")] } else { vec![] },
            flags,
        }
    }

    fn plugin(format: Format) -> PluginInfo {
        let [a, b, c, d] = vst3_class_words(ID);
        let none = ParameterFlags::default();
        PluginInfo {
            format,
            id: match format {
                Format::Lv2 => format!("{ID}#stereo"),
                Format::Vst3 => format!("{a:08X}{b:08X}{c:08X}{d:08X}"),
            },
            name: String::new(),
            vendor: String::new(),
            version: String::new(),
            category: String::new(),
            inputs: vec![],
            outputs: vec![],
            event_inputs: vec![],
            event_outputs: vec![],
            parameters: vec![
                parameter("enabled", ParameterFlags { enabled: true, ..none }),
                parameter("gain", none),
                parameter("shape", none),
                parameter("level", ParameterFlags { read_only: true, ..none }),
                parameter("later", none),
            ],
            timing: Timing { latency: 0, tail: Tail::Unknown },
        }
    }

    /// A document with something in its fields.
    fn document(params: usize, fill: impl FnOnce(&mut Writer)) -> Bytes {
        let mut writer = Writer::new(ID, "1.0", params);
        fill(&mut writer);
        let bytes = writer.finish();
        let mut value = rmpv::decode::read_value(&mut bytes.as_slice()).unwrap();
        if let Any::Map(entries) = &mut value {
            let (_, fields) = entries.iter_mut().find(|(key, _)| key.as_str() == Some("fields")).unwrap();
            *fields = Any::Map(vec![("note".into(), Any::Binary(vec![1, 2, 3]))]);
        }
        let mut bytes = vec![];
        rmpv::encode::write_value(&mut bytes, &value).unwrap();
        Bytes(bytes)
    }

    fn fields(bytes: &[u8]) -> Any {
        let value = rmpv::decode::read_value(&mut &bytes[..]).unwrap();
        value["fields"].clone()
    }

    fn vst3() -> Container {
        let component = document(3, |writer| {
            writer.bool("bypass", true);
            writer.float("gain", -6.5);
            writer.choice("shape", "hard");
        });
        let state = PluginState::Vst3 { component, controller: None };
        Container { plugin: plugin(Format::Vst3).id, state }
    }

    #[test]
    fn from_vst3_to_lv2_and_back() {
        let lv2 = fit(vst3(), &plugin(Format::Lv2)).unwrap();
        let PluginState::Lv2 { ports, properties } = &lv2 else { panic!("{lv2:?}") };
        let expected = [("enabled", 0.0), ("gain", -6.5), ("shape", 1.0), ("later", 0.25)];
        assert_eq!(*ports, expected.map(|(symbol, value)| (symbol.to_owned(), value)).into());
        let Bytes(chunk) = &properties[0].value;
        assert!(Document::parse(chunk).unwrap().params.is_empty());
        assert_eq!(fields(chunk)["note"], Any::Binary(vec![1, 2, 3]));

        let saved = Container { plugin: format!("{ID}#stereo"), state: lv2.clone() };
        let back = fit(saved, &plugin(Format::Vst3)).unwrap();
        let PluginState::Vst3 { component: Bytes(bytes), .. } = &back else { panic!("{back:?}") };
        let document = Document::parse(bytes).unwrap();
        let expected = [("bypass", 1.0), ("gain", -6.5), ("later", 0.25), ("shape", 1.0)]
            .map(|(id, n)| (id, Value::Number(n)));
        assert_eq!(document.params, expected);
        assert_eq!(fields(bytes)["note"], Any::Binary(vec![1, 2, 3]));
    }

    #[test]
    fn another_layout_takes_the_state_as_it_is() {
        let lv2 = fit(vst3(), &plugin(Format::Lv2)).unwrap();
        let saved = Container { plugin: format!("{ID}#mono"), state: lv2.clone() };
        assert_eq!(fit(saved, &plugin(Format::Lv2)).unwrap(), lv2);
    }

    #[test]
    fn strangers_are_refused() {
        let foreign = Container {
            plugin: "00".repeat(16),
            state: PluginState::Vst3 { component: Bytes(vec![1, 2]), controller: None },
        };
        assert!(matches!(
            fit(foreign.clone(), &plugin(Format::Lv2)),
            Err(ConvertError::OtherFormat { saved: Format::Vst3, loaded: Format::Lv2 })
        ));
        assert!(matches!(fit(foreign, &plugin(Format::Vst3)), Err(ConvertError::OtherPlugin { .. })));
        let mut other = plugin(Format::Lv2);
        other.id = "urn:dyad:other#stereo".into();
        assert!(matches!(fit(vst3(), &other), Err(ConvertError::OtherPlugin { .. })));
    }

    #[test]
    fn unknown_choices_are_named() {
        let component = document(1, |writer| writer.choice("shape", "fuzzy"));
        let state = PluginState::Vst3 { component, controller: None };
        let error = fit(Container { plugin: String::new(), state }, &plugin(Format::Lv2)).unwrap_err();
        assert!(error.to_string().contains("\"fuzzy\" for parameter shape"), "{error}");
    }
}
