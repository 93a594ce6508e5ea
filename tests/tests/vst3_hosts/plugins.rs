//! All plugins of both bundles, and what their descriptions and `ports.lock` say of them.

use std::path::PathBuf;
use std::sync::OnceLock;

use dyad_core::Description;
use dyad_tests::vst3::{Module, Plugin};
use dyad_tests::{bundle, gain, probe};
use vst3::Steinberg::Vst::{IEditControllerTrait, ParameterInfo};
use vst3::Steinberg::kResultOk;

/// The instrument of the test plugin's bundle.
pub(crate) fn tone() -> &'static Module {
    static MODULE: OnceLock<Module> = OnceLock::new();
    MODULE.get_or_init(|| Module::of(&Module::probe_binary(), "urn:dyad:probe-tone"))
}

/// A new instance of each plugin, and its description.
pub(crate) fn plugins() -> [(Plugin, Description); 3] {
    [
        (Plugin::new(), gain::description()),
        (Plugin::probe(), probe::description()),
        (Plugin::of(tone()), probe::tone_description()),
    ]
}

/// A line of a plugin's `ports.lock`: kind, symbol, and what its numbers mean.
pub(crate) struct Line {
    pub(crate) kind: String,
    pub(crate) symbol: String,
    pub(crate) numbers: Vec<String>,
}

/// The lines of a plugin that are parameters or meters.
pub(crate) fn locked(plugin: &str) -> Vec<Line> {
    let files: [PathBuf; 2] =
        ["bundles/gain/ports.lock", "tests/probe/ports.lock"].map(|file| bundle::workspace().join(file));
    let text = files.map(|file| std::fs::read_to_string(file).expect("the lock can be read")).concat();
    let section = text.split_once(&format!("[{plugin}]")).expect("the plugin is in it").1;
    let section = section.split("\n[").next().unwrap_or_default();
    let mut lines = Vec::new();
    for line in section.lines() {
        let mut words = line.split_whitespace().map(str::to_owned);
        if let (Some(kind), Some(symbol), Some(_layouts)) = (words.next(), words.next(), words.next())
            && ["param", "meter"].contains(&kind.as_str())
        {
            lines.push(Line { kind, symbol, numbers: words.collect() });
        }
    }
    assert!(lines.len() > 1, "{plugin}");
    lines
}

/// What a plugin says of all its parameters, in order.
pub(crate) fn infos(plugin: &Plugin) -> Vec<ParameterInfo> {
    // SAFETY: valid.
    let count = unsafe { plugin.controller.getParameterCount() };
    let info = |n| {
        // SAFETY: numbers and text, for which zeros are fine; a place for the answer.
        unsafe {
            let mut info = std::mem::zeroed();
            assert_eq!(plugin.controller.getParameterInfo(n, &mut info), kResultOk);
            info
        }
    };
    (0..count).map(info).collect()
}
