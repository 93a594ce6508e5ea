//! Whether a plugin type can be described at all: what bundles and tests look at before anybody loads
//! it. Not in the plugins themselves.

#[cfg(test)]
mod tests;

use super::{DescribeError, Description, What, complete, is_for};
use crate::event::Controllers;
use crate::identity::{self, Entry, Kind, Lock, SymbolError};
use crate::layout::{Bus, Layout};
use crate::param::{ParamInfo, Params, Property, Role};
use crate::plugin::{Info, Plugin};
use crate::preset;

impl Description {
    /// Describes a plugin type with the positions of its `ports.lock`. What the lock does not know
    /// yet comes last; [`Description::lock`] has it then. Everything that can be wrong is looked for.
    ///
    /// # Errors
    /// See [`DescribeError`].
    pub fn of<P: Plugin>(lock: &str) -> Result<Self, DescribeError> {
        Self::checked(What::of::<P>(), P::Params::describe(), lock)
    }

    pub(super) fn checked(what: What, infos: Vec<ParamInfo>, lock: &str) -> Result<Self, DescribeError> {
        let id = what.info.id;
        let fault = |fault: String| DescribeError::Fault { plugin: id.into(), fault };
        check_info(&what.info, what.layouts).map_err(fault)?;
        check_properties(what.properties, &infos).map_err(fault)?;
        check_controllers(what.events.controllers).map_err(fault)?;
        check_note_names(what.events.note_names).map_err(fault)?;
        for info in &infos {
            let symbol = |error| DescribeError::Symbol { plugin: id.into(), error };
            identity::check_symbol(&info.id).map_err(symbol)?;
            if identity::is_reserved(&info.id) {
                return Err(symbol(SymbolError::Reserved(info.id.to_string())));
            }
            if let Some(text) = info.fault() {
                return Err(fault(text));
            }
        }
        for (n, info) in infos.iter().enumerate() {
            let twice =
                infos[..n].iter().find(|other| info.midi_cc.is_some() && other.midi_cc == info.midi_cc);
            if let Some(other) = twice {
                let [a, b] = [&other.id, &info.id];
                return Err(fault(format!("parameters {a:?} and {b:?} have the same MIDI controller")));
            }
        }
        let infos = complete(infos);
        check_names(&infos).map_err(fault)?;
        let lock = Lock::parse(lock, id)?.update(id, &entries(what.layouts, &infos))?;
        let new = Self::assemble(what, infos, lock);
        for pair in new.by_vst3_id.windows(2) {
            if pair[0].0 == pair[1].0 {
                let [a, b] = [&new.params[pair[0].1].symbol, &new.params[pair[1].1].symbol];
                return Err(fault(format!(
                    "parameters {a:?} and {b:?} have the same VST3 id {:#x}; rename the newer one",
                    pair[0].0
                )));
            }
        }
        check_ports(&new.entries, what.layouts).map_err(fault)?;
        for preset in what.presets {
            preset::check(&new, what.properties, preset).map_err(fault)?;
        }
        Ok(new)
    }
}

/// No id, former ones included, belongs to two parameters.
fn check_names(infos: &[ParamInfo]) -> Result<(), String> {
    for (n, info) in infos.iter().enumerate() {
        for other in &infos[..n] {
            for id in std::iter::once(&*info.id).chain(info.former_ids()) {
                if is_for(other, id) {
                    return Err(format!("{id:?} is the id, or was the id, of two parameters"));
                }
            }
        }
    }
    Ok(())
}

/// Properties share the id grammar and the space of ids with parameters.
fn check_properties(properties: &[Property], infos: &[ParamInfo]) -> Result<(), String> {
    for property in properties {
        let taken = infos.iter().any(|info| is_for(info, property.id));
        if taken || identity::is_reserved(property.id) {
            return Err(format!("property {:?}: the id is taken", property.id));
        }
    }
    Property::fault(properties).map_or(Ok(()), Err)
}

/// In VST3 each controller is a parameter, whose id follows from its number.
fn check_controllers(controllers: Controllers) -> Result<(), String> {
    let Controllers::Some(list) = controllers else { return Ok(()) };
    for (n, controller) in list.iter().enumerate() {
        if *controller > 127 || list[..n].contains(controller) {
            return Err(format!("controller {controller} is there twice, or none of 0 to 127"));
        }
    }
    Ok(())
}

/// Each key has one name at most, that can be seen.
fn check_note_names(names: &[(u8, &str)]) -> Result<(), String> {
    for (n, (key, name)) in names.iter().enumerate() {
        if *key > 127 || name.trim().is_empty() || names[..n].iter().any(|(other, _)| other == key) {
            return Err(format!(
                "note {key}: it is named twice, has an empty name, or is none of 0 to 127"
            ));
        }
    }
    Ok(())
}

/// All ports that the code has now, in the order in which a first lock lists them.
fn entries(layouts: &[Layout], infos: &[ParamInfo]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for layout in layouts {
        let buses = |buses: &[Bus]| {
            buses.iter().map(|bus| format!("{}:{}", bus.symbol, bus.channels)).collect::<Vec<_>>().join(" ")
        };
        entries.push(Entry {
            kind: Kind::Layout,
            symbol: layout.id.into(),
            layouts: vec![layout.id.into()],
            meaning: format!("{} > {}", buses(layout.inputs), buses(layout.outputs)).trim().into(),
            formerly: Vec::new(),
        });
    }
    for (kind, side) in [(Kind::AudioIn, 0), (Kind::AudioOut, 1)] {
        for layout in layouts {
            let buses: &[Bus] = if side == 0 { layout.inputs } else { layout.outputs };
            let channels = buses.iter().flat_map(|bus| (0..bus.channels).map(|n| bus.channel_symbol(n)));
            for symbol in channels {
                let known = entries.iter_mut().find(|e| e.kind == kind && e.symbol == symbol);
                match known {
                    Some(entry) => entry.layouts.push(layout.id.into()),
                    None => entries.push(Entry {
                        kind,
                        symbol,
                        layouts: vec![layout.id.into()],
                        meaning: String::new(),
                        formerly: Vec::new(),
                    }),
                }
            }
        }
    }
    let mut push = |kind, symbol: &str, meaning: String, formerly: Vec<String>| {
        entries.push(Entry { kind, symbol: symbol.into(), layouts: Vec::new(), meaning, formerly });
    };
    push(Kind::EventsIn, identity::CONTROL, String::new(), Vec::new());
    push(Kind::EventsOut, identity::NOTIFY, String::new(), Vec::new());
    push(Kind::Latency, identity::LATENCY, String::new(), Vec::new());
    push(Kind::Freewheel, identity::FREEWHEEL, String::new(), Vec::new());
    // Bypass first: hosts show the list from the top.
    let (bypass, rest): (Vec<_>, Vec<_>) = infos.iter().partition(|info| info.role == Role::Bypass);
    for info in bypass.into_iter().chain(rest) {
        let kind = if info.role == Role::Meter { Kind::Meter } else { Kind::Param };
        push(kind, &info.id, info.meaning(), info.former_ids().map(str::to_owned).collect());
    }
    entries
}

fn check_info(info: &Info, layouts: &[Layout]) -> Result<(), String> {
    let scheme = info.id.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let clean = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`#[]".contains(c);
    if !scheme || !info.id.chars().all(clean) {
        return Err(format!("its id {:?} must be a URI without a fragment", info.id));
    }
    for (what, text) in [("name", info.name), ("vendor", info.vendor), ("license", info.license)] {
        if text.trim().is_empty() {
            return Err(format!("its {what} must not be empty"));
        }
    }
    let parts: Vec<_> = info.version.split('.').collect();
    if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
        return Err(format!("its version {:?} must be three numbers, as in 1.0.0", info.version));
    }
    if layouts.is_empty() {
        return Err("it needs one layout or more".into());
    }
    for (n, layout) in layouts.iter().enumerate() {
        identity::check_symbol(layout.id).map_err(|error| format!("layout {error}"))?;
        if layouts[..n].iter().any(|other| other.id == layout.id) {
            return Err(format!("layout {:?} is there twice", layout.id));
        }
        for buses in [layout.inputs, layout.outputs] {
            for (n, bus) in buses.iter().enumerate() {
                identity::check_symbol(bus.symbol).map_err(|error| format!("bus {error}"))?;
                if let Some(fault) = bus.fault() {
                    return Err(format!("bus {:?} {fault}", bus.symbol));
                }
                if bus.channels > 64 {
                    return Err(format!("bus {:?} needs 1 to 64 channels", bus.symbol));
                }
                if bus.main && n > 0 {
                    return Err(format!("bus {:?}: the main bus comes first", bus.symbol));
                }
            }
        }
    }
    Ok(())
}

/// Symbols must be unique within a layout.
fn check_ports(entries: &[Entry], layouts: &[Layout]) -> Result<(), String> {
    for layout in layouts {
        let symbols: Vec<_> = entries
            .iter()
            .filter(|e| e.kind != Kind::Layout && e.applies_to(layout.id))
            .map(|e| e.symbol.as_str())
            .collect();
        for (n, symbol) in symbols.iter().enumerate() {
            if symbols[..n].contains(symbol) {
                return Err(format!("layout {:?} has two ports named {symbol:?}", layout.id));
            }
        }
    }
    Ok(())
}
