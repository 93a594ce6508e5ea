//! The trials, in the order in which they are run.

mod allocation;
mod bad_input;
mod bad_state;
mod blocks;
mod bypass;
mod describe;
mod editor;
mod events;
mod instances;
mod latency;
mod life;
mod parameters;
mod rates;
mod reset;
mod signals;
mod state;
mod support;

use super::context::{Outcome, Trial};
use crate::info::Format;

/// One trial.
pub(crate) struct Entry {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The only format that it is for.
    pub(crate) format: Option<Format>,
    /// What is done, in a few words.
    pub(crate) what: &'static str,
    pub(crate) run: fn(&mut Trial) -> Outcome,
}

impl Entry {
    /// Whether it is for this format.
    pub(crate) fn suits(&self, format: Format) -> bool {
        self.format.is_none_or(|only| only == format)
    }
}

const fn both(name: &'static str, what: &'static str, run: fn(&mut Trial) -> Outcome) -> Entry {
    Entry { name, format: None, what, run }
}

const fn lv2(name: &'static str, what: &'static str, run: fn(&mut Trial) -> Outcome) -> Entry {
    Entry { name, format: Some(Format::Lv2), what, run }
}

const fn vst3(name: &'static str, what: &'static str, run: fn(&mut Trial) -> Outcome) -> Entry {
    Entry { name, format: Some(Format::Vst3), what, run }
}

use crate::lv2::trials as of_lv2;
use crate::vst3::trials as of_vst3;

/// Whether this trial comes before the others.
pub(crate) fn is_first(entry: &Entry) -> bool {
    is_load(entry) || entry.name.starts_with("turtle")
}

/// Whether what this trial finds means that the plugin can't be tried at all.
pub(crate) fn is_load(entry: &Entry) -> bool {
    entry.name == LOAD
}

const LOAD: &str = "load";

/// All trials.
pub(crate) fn all() -> &'static [Entry] {
    static ALL: &[Entry] = &[
        lv2("turtle", "the bundle's data: required properties, ranges, symbols, files", of_lv2::turtle),
        lv2("turtle-binary", "the bundle's data against its binary", of_lv2::binary),
        both(LOAD, "load once and unload", life::once),
        both("describe", "names, ids, ranges, defaults, texts", describe::run),
        both("life", "load, run and unload 20 times: descriptors, threads, memory", life::often),
        both("instances", "eight at once, each with values of its own", instances::run),
        both("blocks", "blocks of 1 to the longest, odd and changing", blocks::run),
        both("signals", "silence, noise, impulses, constants, very loud", signals::run),
        both("bad-input", "NaN and infinity, and the time after", bad_input::run),
        both("reset", "the same again after deactivation, and in another instance", reset::run),
        both("rates", "sample rates from 8 to 384 kHz", rates::run),
        both("bypass", "bypassed, the input comes out", bypass::run),
        both("latency", "an impulse comes out when it should, and ends", latency::run),
        both("parameters", "each to its least, greatest, default and any value", parameters::run),
        both("automation", "many changes in a block", parameters::automation),
        both("events", "notes, controllers, messages by chance, thousands at once", events::run),
        both("state", "save, load into another instance, compare", state::run),
        both("state-running", "save and load between blocks", state::running),
        both("bad-state", "garbage, pieces, nothing", bad_state::run),
        both("allocation", "memory taken while processing", allocation::run),
        both("editor", "open and close three times", editor::run),
        lv2("lv2-ports", "ports connected late, twice, in place; other block lengths", of_lv2::ports),
        lv2("lv2-calls", "the order of calls, extension data, state without features", of_lv2::calls),
        lv2("lv2-presets", "presets load and fit the ports", of_lv2::presets),
        vst3("vst3-factory", "classes, and what is not there", of_vst3::factory),
        vst3("vst3-buses", "buses, and indices that are none", of_vst3::buses),
        vst3("vst3-parameters", "ids, flags, units, normalized and plain values", of_vst3::parameters),
        vst3("vst3-calls", "null, unusual order, what is optional", of_vst3::calls),
        vst3("vst3-process", "no frames, no channels, no lists, in place", of_vst3::process),
    ];
    ALL
}
