//! What a page is told of a plugin.

use dyad_core::param::{ParamInfo, Property, PropertyKind, Role, ValueKind};
use dyad_core::{Description, EditorHost};
use egui::Color32;
use serde_json::{Map, Value, json};

use super::Can;
use crate::text::shown;
use crate::theme;
use crate::widgets::{MeterKind, meter_kind};

/// The version of `docs/web-protocol.md` that is spoken here.
pub const PROTOCOL: u32 = 1;

/// Whether a page can set it.
pub(super) fn is_param(info: &ParamInfo) -> bool {
    !matches!(info.role, Role::Meter | Role::Removed)
}

/// A number that JSON can hold.
pub(super) fn finite(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-1e9, 1e9) }
}

/// A `ParameterValue`.
pub(super) fn value(info: &ParamInfo, plain: f64) -> Value {
    Value::Object(value_of(info, plain))
}

fn value_of(info: &ParamInfo, plain: f64) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("id".into(), info.id.as_ref().into());
    map.insert("value".into(), plain.into());
    map.insert("position".into(), info.range.normalize(plain).into());
    map.insert("text".into(), shown(info, plain).into());
    map
}

/// A `ParameterInfo`.
pub(super) fn parameter(info: &ParamInfo, plain: f64) -> Value {
    let (kind, choices) = match info.kind {
        ValueKind::Float => ("float", &[][..]),
        ValueKind::Int => ("int", &[][..]),
        ValueKind::Bool => ("bool", &[][..]),
        ValueKind::Choice(variants) => ("choice", variants),
    };
    let role = match info.role {
        Role::Bypass => "bypass",
        Role::Trigger => "trigger",
        _ => "normal",
    };
    let (min, max) = (info.range.min(), info.range.max());
    let bipolar = min < 0.0 && max > 0.0;
    let mut map = value_of(info, plain);
    let rest = json!({
        "name": info.name,
        "type": kind,
        "role": role,
        "default": info.default,
        "min": min,
        "max": max,
        "unit": info.unit.label(),
        "steps": info.range.steps(),
        "origin": if bipolar { info.range.normalize(0.0) } else { 0.0 },
        "choices": choices.iter().map(|variant| variant.name).collect::<Vec<_>>(),
        "groups": groups(info),
        "automatable": info.automatable,
        "hidden": info.hidden,
    });
    if let Value::Object(mut rest) = rest {
        map.append(&mut rest);
    }
    Value::Object(map)
}

fn groups(info: &ParamInfo) -> Vec<&str> {
    info.groups.iter().map(|group| group.name.as_str()).collect()
}

/// A `MeterInfo`.
pub(super) fn meter(info: &ParamInfo, plain: f64) -> Value {
    let kind = match meter_kind(info) {
        Some(MeterKind::Level) => "level",
        Some(MeterKind::Reduction) => "reduction",
        None => "value",
    };
    json!({
        "id": info.id,
        "name": info.name,
        "type": kind,
        "value": finite(plain),
        "text": shown(info, finite(plain)),
        "min": info.range.min(),
        "max": info.range.max(),
        "unit": info.unit.label(),
        "groups": groups(info),
    })
}

/// What a meter that is read as a number says; none for one that is a bar.
pub(super) fn meter_text(info: &ParamInfo, plain: f64) -> Option<String> {
    meter_kind(info).is_none().then(|| shown(info, finite(plain)))
}

/// A `PropertyInfo`.
pub(super) fn property(property: &Property, text: &str) -> Value {
    let kind = match property.kind {
        PropertyKind::Text => "text",
        PropertyKind::Path => "path",
    };
    json!({
        "id": property.id,
        "name": property.name,
        "type": kind,
        "value": text,
        "maxLength": property.max_len,
    })
}

/// All parameters that a page can set.
pub(super) fn parameters(description: &Description, host: &dyn EditorHost) -> Value {
    let params = description.params.iter().enumerate().filter(|(_, param)| is_param(&param.info));
    params.map(|(index, param)| parameter(&param.info, host.value(index))).collect()
}

/// All texts and paths.
pub(super) fn properties(description: &Description, host: &dyn EditorHost) -> Value {
    let properties = description.properties.iter().enumerate();
    properties.map(|(index, it)| property(it, &host.property(index))).collect()
}

/// `Hello`.
pub(super) fn hello(
    description: &Description,
    can: Can,
    accent: Option<Color32>,
    host: &dyn EditorHost,
) -> Value {
    let meters = description.params.iter().enumerate().filter(|(_, param)| param.info.role == Role::Meter);
    let meters: Value = meters.map(|(index, param)| meter(&param.info, host.meter(index))).collect();
    let info = &description.info;
    json!({
        "protocol": PROTOCOL,
        "plugin": {
            "id": info.id,
            "name": info.name,
            "vendor": info.vendor,
            "version": info.version,
        },
        "parameters": parameters(description, host),
        "meters": meters,
        "properties": properties(description, host),
        "theme": theme::source(accent),
        "host": {
            "resize": can.resize,
            "menu": can.menu,
            "browse": can.browse,
            "messages": can.messages,
            "notes": can.notes,
        },
    })
}
