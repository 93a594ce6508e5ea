//! The written form of LV2's units.

use lilv::World;
use lilv::node::Node;
use lilv::port::Port;

use super::uris;

/// The unit of a port as one writes it; empty where it has none.
pub(super) fn of_port(world: &World, port: &Port) -> String {
    let Some(unit) = port.get(&world.new_uri(uris::UNIT)) else { return String::new() };
    if let Some(known) = unit.as_uri().and_then(|uri| uri.strip_prefix(uris::UNITS)) {
        return known_unit(known).to_owned();
    }
    symbol(world, &unit).unwrap_or_default()
}

fn symbol(world: &World, unit: &Node) -> Option<String> {
    let symbol = world.get(Some(unit), Some(&world.new_uri(uris::UNIT_SYMBOL)), None)?;
    symbol.as_str().map(str::to_owned)
}

fn known_unit(name: &str) -> &str {
    match name {
        "db" => "dB",
        "hz" => "Hz",
        "khz" => "kHz",
        "mhz" => "MHz",
        "pc" => "%",
        "coef" => "",
        "bpm" => "BPM",
        "cent" => "ct",
        "semitone12TET" => "semi",
        "degree" => "°",
        "frame" => "frames",
        "midiNote" => "MIDI note",
        "oct" => "oct",
        "inch" => "in",
        // "s", "ms", "min", "m", "cm", "mm", "km", "bar", "beat", "mile" are written as they are.
        other => other,
    }
}
