//! Tests of states that change formats.

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
    let lv2 = fit(vst3(), &plugin(Format::Lv2)).unwrap().state;
    let PluginState::Lv2 { ports, properties } = &lv2 else { panic!("{lv2:?}") };
    let expected = [("enabled", 0.0), ("gain", -6.5), ("shape", 1.0), ("later", 0.25)];
    assert_eq!(*ports, expected.map(|(symbol, value)| (symbol.to_owned(), value)).into());
    let Bytes(chunk) = &properties[0].value;
    assert!(Document::parse(chunk).unwrap().params.is_empty());
    assert_eq!(fields(chunk)["note"], Any::Binary(vec![1, 2, 3]));

    let saved = Container { plugin: format!("{ID}#stereo"), state: lv2.clone() };
    let back = fit(saved, &plugin(Format::Vst3)).unwrap().state;
    let PluginState::Vst3 { component: Bytes(bytes), .. } = &back else { panic!("{back:?}") };
    let document = Document::parse(bytes).unwrap();
    let expected = [("bypass", 1.0), ("gain", -6.5), ("later", 0.25), ("shape", 1.0)]
        .map(|(id, n)| (id, Value::Number(n)));
    assert_eq!(document.params, expected);
    assert_eq!(fields(bytes)["note"], Any::Binary(vec![1, 2, 3]));
}

#[test]
fn another_layout_takes_the_state_as_it_is() {
    let lv2 = fit(vst3(), &plugin(Format::Lv2)).unwrap().state;
    let saved = Container { plugin: format!("{ID}#mono"), state: lv2.clone() };
    assert_eq!(fit(saved, &plugin(Format::Lv2)).unwrap(), Fitted::from(lv2));
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
fn an_unknown_choice_costs_its_parameter_only() {
    let component = document(2, |writer| {
        writer.float("gain", -6.5);
        writer.choice("shape", "fuzzy");
    });
    let state = PluginState::Vst3 { component, controller: None };
    let fitted = fit(Container { plugin: String::new(), state }, &plugin(Format::Lv2)).unwrap();
    let PluginState::Lv2 { ports, .. } = &fitted.state else { panic!("{fitted:?}") };
    assert_eq!((ports["gain"], ports["shape"]), (-6.5, 0.25));
    let [line] = fitted.lost.as_slice() else { panic!("{fitted:?}") };
    assert!(line.contains("\"fuzzy\" for parameter shape"), "{line}");
}

#[test]
fn bypass_is_on_or_off() {
    for (enabled, bypass) in [(1.0, 0.0), (0.3, 0.0), (0.0, 1.0), (-0.5, 1.0), (2.0, 0.0), (f32::NAN, 1.0)]
    {
        let ports = [("enabled".to_owned(), enabled)].into();
        assert_eq!(params_of(&ports), [("bypass".into(), Any::from(bypass))], "enabled {enabled}");
    }
    for (bypass, enabled) in [(0.0, 1.0), (0.3, 1.0), (0.5, 0.0), (1.0, 0.0), (7.0, 0.0)] {
        let component = document(1, |writer| writer.float("bypass", bypass));
        let state = PluginState::Vst3 { component, controller: None };
        let fitted = fit(Container { plugin: String::new(), state }, &plugin(Format::Lv2)).unwrap();
        let PluginState::Lv2 { ports, .. } = &fitted.state else { panic!("{fitted:?}") };
        assert_eq!(ports["enabled"], enabled, "bypass {bypass}");
    }
}
