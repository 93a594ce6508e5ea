//! LV2's own rules: the bundle's data, the binary, and the calls that only LV2 has.

mod bench;
mod calls;
mod files;
mod ports;
mod presets;
mod turtle;

pub(crate) use calls::calls;
pub(crate) use files::binary;
pub(crate) use ports::ports;
pub(crate) use presets::presets;
pub(crate) use turtle::turtle;

use super::Bundle;
use super::uris;
use crate::check::Subject;
use crate::check::rules::rules;

/// All of them.
pub(crate) fn rules() -> &'static [&'static crate::check::Rule] {
    LV2
}

/// Whether the plugin says that it is fit for real time.
pub(crate) fn hard_real_time(subject: &Subject) -> bool {
    let Ok(bundle) = Bundle::open(&subject.plugin) else { return false };
    let Ok(plugin) = bundle.choose(subject.class.as_deref()) else { return false };
    plugin.has_feature(&bundle.world.new_uri(uris::HARD_RT_CAPABLE))
}

/// What stays when this host reads, so many times, what an instance needs of the bundle's data: without the
/// plugin's code, as the LV2 library keeps some of it. `held` says how much there is.
pub(crate) fn read_again(subject: &Subject, times: usize, held: impl Fn() -> usize) -> usize {
    let Ok(bundle) = Bundle::open(&subject.plugin) else { return 0 };
    let Ok(plugin) = bundle.choose(subject.class.as_deref()) else { return 0 };
    let read = || {
        let Ok(ports) = super::ports::read(&bundle.world, plugin, 48_000.0) else { return };
        let buses = super::describe::Buses::new(&bundle.world, plugin, &ports);
        let controls = super::controls::Controls::new(ports.len());
        super::describe::info(&bundle.world, plugin, &ports, &buses, &controls);
        super::ui::read(&bundle.world, plugin);
    };
    read();
    let before = held();
    (0..times).for_each(|_| read());
    held().saturating_sub(before)
}

rules! { LV2:
    INCOMPLETE = "turtle-incomplete" Error, "a plugin has a type, a name, a binary and ports", "LV2 core, lv2:Plugin";
    LICENSE = "turtle-license" Note, "the licence is named", "LV2 core, doap:license";
    VERSION = "turtle-version" Note, "lv2:minorVersion and lv2:microVersion are there", "LV2 core, lv2:minorVersion: hosts choose the newest of two installations";
    PORT_INDEX = "port-index" Error, "port indices begin at 0 and have no gaps, each once", "LV2 core, lv2:index";
    PORT_SYMBOL = "port-symbol" Error, "a port has one symbol of letters, digits and _, not beginning with a digit", "LV2 core, lv2:symbol";
    PORT_SYMBOL_TWICE = "port-symbol-duplicate" Error, "no two ports of a plugin have the same symbol", "LV2 core, lv2:symbol";
    PORT_NAME = "port-name" Error, "a port has a name", "LV2 core, lv2:name";
    PORT_DIRECTION = "port-direction" Error, "a port is either an input or an output", "LV2 core, lv2:InputPort and lv2:OutputPort";
    PORT_TYPE = "port-type" Error, "a port that must be connected has a type", "LV2 core, lv2:Port";
    PORT_DEFAULT = "port-default" Note, "a control input has a default", "LV2 core, lv2:default: hosts begin with 0 otherwise";
    FEATURE = "feature-required" Warning, "only features that hosts have are required", "Ardour loads no plugin that requires others";
    IN_PLACE_BROKEN = "in-place-broken" Warning, "input and output may be the same memory", "LV2 core, lv2:inPlaceBroken: Ardour refuses such plugins";
    SEE_ALSO = "file-missing" Error, "files that the data names are there", "LV2 core, rdfs:seeAlso";
    BINARY_MISSING = "binary-missing" Error, "the library that lv2:binary names is there and loads", "LV2 core, lv2:binary";
    BINARY_ENTRY = "binary-entry" Error, "the library has lv2_descriptor", "LV2 core, lv2_descriptor()";
    BINARY_URI = "uri-not-in-binary" Error, "the library has the plugin that the data describes", "LV2 core, LV2_Descriptor::URI";
    UI_BINARY = "ui-binary-missing" Error, "an editor's library is there and loads", "LV2 ui, ui:binary";
    UI_URI = "ui-not-in-binary" Error, "an editor's library has the editor that the data describes", "LV2 ui, lv2ui_descriptor()";
    EXTENSION_MISSING = "extension-missing" Error, "an interface that the data lists is given out", "LV2 core, lv2:extensionData";
    EXTENSION_UNLISTED = "extension-unlisted" Warning, "an interface that is given out is listed", "LV2 core, lv2:extensionData: hosts may not ask for it";
    EXTENSION_UNKNOWN = "extension-unknown" Error, "for a URI that nobody knows there is no interface", "LV2 core, extension_data()";
    INPUT_PORT_WRITTEN = "input-port-written" Error, "input ports are only read", "LV2 core, lv2:InputPort";
    OUTPUT_PORT_UNWRITTEN = "output-port-unwritten" Warning, "every connected output is written in every run", "LV2 core, lv2:OutputPort: hosts show what was there before";
    ATOM_OVERRUN = "atom-output-overrun" Error, "an atom output keeps to the room that the host offers", "LV2 atom, atom:AtomPort: memory of others is overwritten";
    STALE = "port-stale" Error, "after connect_port the memory before is left alone", "LV2 core, connect_port()";
    IN_PLACE = "in-place-differs" Error, "the sound is the same when input and output are the same memory", "LV2 core, lv2:inPlaceBroken, which the plugin does not have";
    ZERO_FRAMES = "zero-frames-written" Error, "a run of no frames writes no frame", "LV2 core, run(): hosts ask for the latency like that";
    BARE = "needs-optional-feature" Error, "a plugin that requires no feature lives without any", "LV2 core, lv2:optionalFeature";
    PRESET_LABEL = "preset-label" Warning, "a preset has a name", "LV2 presets, rdfs:label";
    PRESET_PORT = "preset-port-unknown" Error, "a preset's ports are the plugin's", "LV2 presets, pset:value";
    PRESET_RANGE = "preset-out-of-range" Warning, "a preset's values lie in the ports' ranges", "LV2 presets, pset:value";
    PRESET_EMPTY = "preset-empty" Warning, "a preset holds ports or a state", "LV2 presets";
}
