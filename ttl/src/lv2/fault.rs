//! Faults that make no valid bundle, beyond those that the core finds.

use dyad_core::Description;

use super::{lv2_version, plugin_name};

/// What is wrong with the plugins of a bundle: the plugin's id and a sentence for each fault.
#[must_use]
pub fn faults(plugins: &[Description]) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    if plugins.is_empty() {
        faults.push(("dyad::export!".into(), "it names no plugin".into()));
    }
    for (n, plugin) in plugins.iter().enumerate() {
        let mut fault = |text: String| faults.push((plugin.info.id.to_owned(), text));
        if plugins[..n].iter().any(|other| other.info.id == plugin.info.id) {
            fault("the bundle has two plugins with this id".into());
        }
        if let Err(error) = lv2_version(plugin.info.version) {
            fault(error.to_string());
        }
        let url = plugin.info.url;
        if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
            fault(format!("its url {url:?} must start with https:// or http://, or be empty"));
        }
        for (n, layout) in plugin.layouts.iter().enumerate() {
            let name = plugin_name(plugin, layout);
            if plugin.layouts[..n].iter().any(|other| plugin_name(plugin, other) == name) {
                fault(format!("two layouts are called {name:?}, and hosts list them side by side"));
            }
            if layout.id == crate::EDITOR_ID {
                fault(format!("no layout may be called {:?}: that is the editor's URI", layout.id));
            }
            let buses: Vec<_> = layout.inputs.iter().chain(layout.outputs).collect();
            for (n, bus) in buses.iter().enumerate() {
                if buses[..n].iter().any(|other| other.symbol == bus.symbol) {
                    fault(format!("layout {:?} has two buses with the symbol {:?}", layout.id, bus.symbol));
                }
            }
        }
    }
    faults
}
