//! What is wrong with a factory preset, found when the plugin is tested.

use super::Preset;
use crate::describe::Description;
use crate::identity;
use crate::param::{ParamInfo, Property, Role, ValueKind};
use crate::state::{Document, Fields, Value};

/// Checks that a plugin can have all that a preset says: stricter than [`load`](super::load), which
/// passes over what it does not know. `properties` are the plugin's texts and paths.
///
/// Whether the plugin takes the fields is for the caller to try, with an instance.
///
/// # Errors
/// The first fault, as a sentence that starts with `preset` and its id.
pub fn check(description: &Description, properties: &[Property], preset: &Preset) -> Result<(), String> {
    fault(description, properties, preset).map_err(|fault| format!("preset {:?}: {fault}", preset.id))
}

fn fault(description: &Description, properties: &[Property], preset: &Preset) -> Result<(), String> {
    identity::check_symbol(preset.id).map_err(|error| error.to_string())?;
    if preset.name.trim().is_empty() {
        return Err("its name is empty".into());
    }
    let document = Document::parse_any(preset.document).map_err(|error| error.to_string())?;
    for (id, value) in &document.params {
        let mut infos = description.params.iter().map(|param| &param.info);
        let Some(info) = infos.clone().find(|info| info.id == *id) else {
            let renamed = infos.find(|info| info.renamed_from.iter().any(|old| old == id));
            return Err(match renamed {
                Some(info) => format!("parameter {id:?} is called {:?} now", info.id),
                None => format!("there is no parameter {id:?}"),
            });
        };
        param_fault(info, *value).map_or(Ok(()), Err)?;
    }
    for (id, value) in document.properties.iter() {
        let Some(property) = properties.iter().find(|property| property.id == id) else {
            return Err(format!("there is no property {id:?}"));
        };
        let Some(value) = value else { return Err(format!("property {id:?} has a value that is no text")) };
        property.check(value.text).map_err(|error| format!("property {error}"))?;
    }
    Fields::from_bytes(document.fields).map(drop).map_err(|error| error.to_string())
}

fn param_fault(info: &ParamInfo, value: Value<'_>) -> Option<String> {
    let id = &info.id;
    match info.role {
        Role::Normal => {}
        Role::Bypass => return Some(format!("parameter {id:?} belongs to the host")),
        Role::Trigger => return Some(format!("parameter {id:?} is a trigger, which has no value to keep")),
        Role::Meter => return Some(format!("parameter {id:?} is a meter")),
        Role::Removed => return Some(format!("parameter {id:?} was removed")),
    }
    match (info.kind, value) {
        (ValueKind::Float | ValueKind::Int, Value::Number(number)) => {
            // Compared as the sound side sees them, as defaults are.
            let allowed = info.range.sanitize(number).map(|plain| plain as f32);
            let (min, max) = (info.range.min(), info.range.max());
            (allowed != Some(number as f32)).then(|| {
                format!("parameter {id:?}: {number:.3} is not among its values {min:.3} to {max:.3}")
            })
        }
        (ValueKind::Bool, Value::Bool(_)) => None,
        (ValueKind::Choice(variants), Value::Text(text)) => {
            let ids = variants.iter().map(|variant| variant.id);
            let ids: Vec<_> = ids.collect();
            (!ids.contains(&text))
                .then(|| format!("parameter {id:?} has no variant {text:?}, but {}", ids.join(", ")))
        }
        (ValueKind::Float | ValueKind::Int, _) => Some(format!("parameter {id:?} takes a number")),
        (ValueKind::Bool, _) => Some(format!("parameter {id:?} takes true or false")),
        (ValueKind::Choice(_), _) => Some(format!("parameter {id:?} takes the id of a variant")),
    }
}
