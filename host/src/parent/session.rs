//! A child before it has loaded a plugin.

use super::Setup;
use super::instance::Instance;
use super::process::Process;
use crate::error::{Error, Result};
use crate::info::PluginSummary;
use crate::protocol::{Reply, Request};

/// A child that knows where the plugins are.
pub struct Session {
    process: Process,
    setup: Setup,
}

impl Session {
    pub(super) fn new(process: Process, setup: Setup) -> Self {
        Self { process, setup }
    }

    /// The plugins at the place that was opened; none where it holds something else, such as presets.
    ///
    /// # Errors
    /// Where the place can't be read, or the child fails.
    pub fn scan(&mut self) -> Result<Vec<PluginSummary>> {
        match self.process.ask(&Request::Scan)? {
            Reply::Listing(plugins) => Ok(plugins),
            other => Err(self.process.unexpected(&other)),
        }
    }

    /// Loads one plugin: by its id, or the only one.
    ///
    /// # Errors
    /// Where the plugin can't be loaded, or the child fails.
    pub fn load(mut self, id: Option<&str>) -> Result<Instance> {
        let id = id.map(str::to_owned);
        match self.process.ask(&Request::Load { id })? {
            Reply::Loaded(info) => Ok(Instance::new(self.process, *info, self.setup)),
            other => Err(self.process.unexpected(&other)),
        }
    }

    /// Loads the plugin that suits a file of `channels` channels best: one with as many main
    /// inputs, for a mono file else one with more, else one without inputs; and of these one with a `sidechain` where
    /// there is something for it, else one without; and of these one with as many outputs. Where only an instance can tell its channels, the only plugin is
    /// taken.
    ///
    /// # Errors
    /// Where none or more than one would do, or loading fails.
    pub fn load_for(mut self, channels: u32, sidechain: bool) -> Result<Instance> {
        let id = self.choose_for(channels, sidechain)?;
        self.load(id.as_deref())
    }

    /// The id of the plugin that [`load_for`](Self::load_for) would load; `None` where nothing is there that
    /// could be chosen, which loading says more about.
    ///
    /// # Errors
    /// Where none or more than one would do, or the child fails.
    pub fn choose_for(&mut self, channels: u32, sidechain: bool) -> Result<Option<String>> {
        let plugins = self.scan()?;
        if plugins.is_empty() {
            return Ok(None);
        }
        let chosen = choose(&plugins, channels, sidechain)
            .map_err(|reason| Error::Target { spec: self.process.name().to_owned(), reason })?;
        Ok(Some(chosen.id.clone()))
    }
}

/// How well a plugin suits a file: less is better, `None` not at all.
fn rank(plugin: &PluginSummary, channels: u32, sidechain: bool) -> Option<(u32, bool, bool)> {
    if plugin.main_outputs == Some(0) {
        return None;
    }
    let main = match plugin.main_inputs {
        Some(inputs) if inputs == channels => Some(0),
        None => Some(1),
        Some(inputs) if channels == 1 && inputs > 1 => Some(2),
        Some(0) => Some(3),
        Some(_) => None,
    };
    let keyed = plugin.sidechains.map_or(sidechain, |count| count > 0);
    let wider = plugin.main_outputs.is_some_and(|outputs| plugin.main_inputs != Some(outputs));
    main.map(|main| (main, keyed != sidechain, wider))
}

fn choose(plugins: &[PluginSummary], channels: u32, sidechain: bool) -> Result<&PluginSummary, String> {
    if let [only] = plugins {
        return Ok(only);
    }
    let best = plugins.iter().filter_map(|p| rank(p, channels, sidechain)).min();
    let fitting: Vec<_> =
        plugins.iter().filter(|p| best.is_some() && rank(p, channels, sidechain) == best).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(format!(
            "none of its {} plugins fits a file of {channels} channels; choose one with --class",
            plugins.len()
        )),
        several => {
            let ids: Vec<_> = several.iter().take(4).map(|p| p.id.as_str()).collect();
            let more = if several.len() > ids.len() { ", …" } else { "" };
            Err(format!(
                "{} of its plugins fit a file of {channels} channels; choose one with --class: {}{more}",
                several.len(),
                ids.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(id: &str, inputs: u32, outputs: u32) -> PluginSummary {
        PluginSummary {
            id: id.into(),
            name: id.into(),
            main_inputs: Some(inputs),
            main_outputs: Some(outputs),
            sidechains: Some(0),
        }
    }

    #[test]
    fn the_fitting_plugin_is_chosen() {
        let plugins = [plugin("mono", 1, 1), plugin("stereo", 2, 2), plugin("meter", 2, 0)];
        assert_eq!(choose(&plugins, 1, false).unwrap().id, "mono");
        assert_eq!(choose(&plugins, 2, false).unwrap().id, "stereo");
        assert!(choose(&plugins, 6, false).unwrap_err().contains("none of its 3"));
        assert_eq!(choose(&plugins[1..], 1, false).unwrap().id, "stereo");
        let panner = [plugin("wide", 1, 2), plugin("mono", 1, 1)];
        assert_eq!(choose(&panner, 1, false).unwrap().id, "mono", "as wide as the file");
        assert_eq!(choose(&plugins[2..], 1, false).unwrap().id, "meter", "the only one is never refused");
    }

    #[test]
    fn a_sidechain_is_chosen_where_something_is_for_it() {
        let keyed = PluginSummary { sidechains: Some(1), ..plugin("keyed", 2, 2) };
        let plugins = [keyed, plugin("plain", 2, 2), plugin("mono", 1, 1)];
        assert_eq!(choose(&plugins, 2, false).unwrap().id, "plain");
        assert_eq!(choose(&plugins, 2, true).unwrap().id, "keyed");
        assert_eq!(choose(&plugins, 1, true).unwrap().id, "mono", "its channels count more");
    }

    #[test]
    fn no_guessing_among_equals() {
        let plugins = [plugin("a", 2, 2), plugin("b", 2, 2), plugin("synth", 0, 2)];
        let reason = choose(&plugins, 2, false).unwrap_err();
        assert!(reason.contains("a, b") && reason.contains("--class"), "{reason}");
        assert_eq!(choose(&plugins[1..], 4, false).unwrap().id, "synth");
    }
}
