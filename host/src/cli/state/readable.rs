//! What a state holds, as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmpv::Value as Packed;
use serde_json::{Map, Value, json};

use crate::state::{Bytes, Container, PluginState, Property, document_of};

const ATOM: &str = "http://lv2plug.in/ns/ext/atom#";
/// Names of the `LV2_State_Flags`, from the lowest bit on.
const FLAGS: [&str; 3] = ["pod", "portable", "native"];

/// Everything that can be read in a state.
pub(super) fn readable(container: &Container) -> Value {
    let document = document_of(&container.state).map(|(bytes, _)| bytes).and_then(unpacked);
    let mut out = json!({
        "format": "dyad-host state",
        "version": 1,
        "kind": container.format().tag(),
        "plugin": container.plugin,
    });
    match &container.state {
        PluginState::Lv2 { ports, properties } => {
            out["ports"] = ports.iter().map(|(symbol, value)| (symbol.clone(), float(*value))).collect();
            out["properties"] = properties.iter().map(property).collect();
        }
        PluginState::Vst3 { component, controller } => {
            out["component"] = stream(component);
            out["controller"] = controller.as_ref().map_or(Value::Null, stream);
        }
    }
    out["document"] = document.unwrap_or(Value::Null);
    out
}

fn stream(Bytes(bytes): &Bytes) -> Value {
    json!({ "size": bytes.len(), "base64": STANDARD.encode(bytes) })
}

fn property(property: &Property) -> Value {
    let Bytes(bytes) = &property.value;
    let set = |(bit, name): (u32, &'static str)| (property.flags & (1 << bit) != 0).then_some(name);
    let flags: Vec<_> = (0..).zip(FLAGS).filter_map(set).collect();
    let mut out =
        json!({ "key": property.key, "type": property.kind, "flags": flags, "size": bytes.len() });
    // One of the two: what the value is, or its bytes.
    match typed(&property.kind, bytes) {
        Some(value) => out["value"] = value,
        None => out["base64"] = STANDARD.encode(bytes).into(),
    }
    out
}

/// The value of an atom whose type is known and fits its size.
fn typed(kind: &str, bytes: &[u8]) -> Option<Value> {
    let word = || <[u8; 4]>::try_from(bytes).ok();
    let long = || <[u8; 8]>::try_from(bytes).ok();
    Some(match kind.strip_prefix(ATOM)? {
        "Int" => i32::from_ne_bytes(word()?).into(),
        "Bool" => (i32::from_ne_bytes(word()?) != 0).into(),
        "Long" => i64::from_ne_bytes(long()?).into(),
        "Float" => float(f32::from_ne_bytes(word()?)),
        "Double" => double(f64::from_ne_bytes(long()?)),
        // Most write the zero that ends the text, some do not.
        "String" | "Path" | "URI" => {
            std::str::from_utf8(bytes.strip_suffix(b"\0").unwrap_or(bytes)).ok()?.into()
        }
        _ => return None,
    })
}

/// With as many digits as tell it from its neighbours, not those of the double that is nearest.
fn float(value: f32) -> Value {
    double(value.to_string().parse().unwrap_or(f64::from(value)))
}

/// JSON has no word for what is no number.
fn double(value: f64) -> Value {
    if value.is_finite() { value.into() } else { value.to_string().into() }
}

/// A MessagePack document as JSON.
fn unpacked(bytes: &[u8]) -> Option<Value> {
    let mut rest = bytes;
    rmpv::decode::read_value(&mut rest).ok().map(|packed| plain(&packed))
}

fn plain(packed: &Packed) -> Value {
    match packed {
        Packed::Nil => Value::Null,
        Packed::Boolean(on) => (*on).into(),
        Packed::Integer(number) => {
            let number = number.as_i64().map(Value::from).or_else(|| number.as_u64().map(Value::from));
            number.unwrap_or(Value::Null)
        }
        Packed::F32(value) => float(*value),
        Packed::F64(value) => double(*value),
        Packed::String(text) => match text.as_str() {
            Some(text) => text.into(),
            None => json!({ "base64": STANDARD.encode(text.as_bytes()) }),
        },
        Packed::Binary(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
        Packed::Array(values) => values.iter().map(plain).collect(),
        Packed::Map(entries) => {
            let named = |(key, value): &(Packed, Packed)| (name(key), plain(value));
            Value::Object(entries.iter().map(named).collect::<Map<_, _>>())
        }
        Packed::Ext(kind, bytes) => json!({ "ext": kind, "base64": STANDARD.encode(bytes) }),
    }
}

/// A key as JSON wants it.
fn name(key: &Packed) -> String {
    key.as_str().map_or_else(|| plain(key).to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atoms_by_their_types() {
        let typed = |kind: &str, bytes: &[u8]| typed(&format!("{ATOM}{kind}"), bytes);
        assert_eq!(typed("Int", &(-7_i32).to_ne_bytes()), Some(json!(-7)));
        assert_eq!(typed("Long", &(1_i64 << 40).to_ne_bytes()), Some(json!(1_i64 << 40)));
        assert_eq!(typed("Float", &0.1_f32.to_ne_bytes()), Some(json!(0.1)));
        assert_eq!(typed("Double", &0.1_f64.to_ne_bytes()), Some(json!(0.1)));
        assert_eq!(typed("Bool", &1_i32.to_ne_bytes()), Some(json!(true)));
        assert_eq!(typed("Path", b"/a b\0"), Some(json!("/a b")));
        assert_eq!(typed("String", b""), Some(json!("")));
        assert_eq!(typed("Float", &f32::NAN.to_ne_bytes()), Some(json!("NaN")));
        assert_eq!(typed("Int", b"abc"), None, "of another size");
        assert_eq!(typed("Chunk", b"abcd"), None);
        assert_eq!(typed("String", b"\xff"), None);
    }

    #[test]
    fn documents_of_any_shape() {
        let packed = Packed::Map(vec![
            ("a".into(), Packed::Array(vec![Packed::Nil, 1.into(), u64::MAX.into(), f64::INFINITY.into()])),
            (7.into(), Packed::Binary(vec![1, 2])),
        ]);
        let expected = json!({ "a": [null, 1, u64::MAX, "inf"], "7": { "base64": "AQI=" } });
        assert_eq!(plain(&packed), expected);
    }
}
