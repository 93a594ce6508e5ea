//! Units, from LV2's table where it has them.

use dyad_core::param::Unit;

use crate::turtle::{Properties, Term};

/// Says what a port's value is counted in.
pub(super) fn add(unit: Unit, port: &mut Properties) {
    let name = match unit {
        Unit::None => return,
        Unit::Decibels => "units:db",
        Unit::Hertz => "units:hz",
        Unit::Milliseconds => "units:ms",
        Unit::Seconds => "units:s",
        Unit::Percent => "units:pc",
        Unit::Semitones => "units:semitone12TET",
        Unit::Cents => "units:cent",
        Unit::Octaves => "units:oct",
        Unit::Degrees => "units:degree",
        Unit::BeatsPerMinute => "units:bpm",
        Unit::Beats => "units:beat",
        Unit::Factor => "units:coef",
        // Units of an author's own, and those that this version does not know yet.
        other => {
            let label = other.label();
            if !label.is_empty() {
                let mut unit = Properties::default();
                unit.names("a", &["units:Unit"]);
                unit.string("rdfs:label", label);
                unit.string("units:symbol", label);
                // A printf format. Always %f, also for whole numbers: hosts pass a double.
                unit.string("units:render", &format!("%f {}", label.replace('%', "%%")));
                port.add("units:unit", [Term::Blank(unit)]);
            }
            return;
        }
    };
    port.names("units:unit", &[name]);
}
