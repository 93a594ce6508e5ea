//! Editors of LV2 plugins: which there are, and showing those for X11 in a window of the host's.

mod controller;
mod features;
mod library;
mod view;

use std::path::PathBuf;

use lilv::World;
use lilv::plugin::Plugin;

pub(super) use controller::Controller;
pub(super) use features::{Features, Ground};
pub(super) use view::{LvEditor, LvView, Opening};

use super::bundle::text;
use super::uris;
use crate::gui::{NoView, Refusal};

/// One editor as its Turtle describes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ui {
    pub(super) uri: String,
    /// Its classes, such as `X11UI`.
    classes: Vec<String>,
    pub(super) binary: PathBuf,
    /// With a slash at the end, as the interface wants it.
    pub(super) bundle: String,
    required: Vec<String>,
    /// Whether the user shall not change its size.
    pub(super) fixed: bool,
}

impl Ui {
    /// Whether it is one for X11.
    pub(super) fn is_x11(&self) -> bool {
        self.classes.iter().any(|class| class == "X11UI")
    }
}

/// All editors of a plugin.
pub(super) fn read(world: &World, plugin: &Plugin) -> Vec<Ui> {
    let Some(uis) = plugin.uis() else { return vec![] };
    let one = |ui: lilv::ui::UI| {
        let uri = ui.uri();
        // What it requires may stand in a file of its own; without it there is just less to know.
        let _ = world.load_resource(&uri);
        let all = |key| {
            let nodes = world.find_nodes(Some(&uri), &world.new_uri(key), None);
            nodes.iter().map(|node| text(Some(node))).collect::<Vec<_>>()
        };
        let required = all(uris::REQUIRED_FEATURE);
        let features = [required.clone(), all(uris::OPTIONAL_FEATURE)].concat();
        let classes = ui.classes();
        let classes = classes.iter().map(|class| text(Some(class)));
        let path = |node: Option<lilv::node::Node>| node.and_then(|n| n.path()).map(|(_, path)| path);
        Ui {
            uri: text(Some(uri)),
            classes: classes.map(|class| class.trim_start_matches(uris::UI).to_owned()).collect(),
            binary: path(ui.binary_uri()).unwrap_or_default().into(),
            bundle: path(ui.bundle_uri()).unwrap_or_default(),
            required,
            fixed: features.iter().any(|f| f == uris::UI_FIXED_SIZE || f == uris::UI_NO_USER_RESIZE),
        }
    };
    uis.iter().map(one).collect()
}

/// The editor that can be shown.
pub(super) fn choose(uis: &[Ui]) -> Result<&Ui, NoView> {
    if uis.is_empty() {
        return Err(NoView::new(Refusal::None, "the plugin has no editor"));
    }
    let Some(ui) = uis.iter().find(|ui| ui.is_x11()) else {
        let classes: Vec<_> = uis.iter().flat_map(|ui| &ui.classes).cloned().collect();
        let reason = format!("its editors are {}; only X11UI can be shown", classes.join(", "));
        return Err(NoView::new(Refusal::Foreign, reason));
    };
    match ui.required.iter().find(|uri| !features::offered(uri)) {
        Some(uri) => Err(NoView::broken(format!(
            "its editor requires the feature {uri}, which this host does not offer"
        ))),
        None => Ok(ui),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_x11_is_chosen() {
        let ui = |class: &str, required: &str| Ui {
            classes: vec![class.into()],
            required: vec![required.into()],
            ..Ui::default()
        };
        assert_eq!(choose(&[]).unwrap_err().refusal, Refusal::None);
        let foreign = choose(&[ui("GtkUI", ""), ui("Qt5UI", "")]).unwrap_err();
        assert_eq!(foreign.refusal, Refusal::Foreign);
        assert!(foreign.reason.contains("GtkUI, Qt5UI"), "{}", foreign.reason);
        let needy = choose(&[ui("GtkUI", ""), ui("X11UI", "urn:magic")]).unwrap_err();
        assert!(needy.reason.contains("urn:magic"), "{}", needy.reason);
        assert!(choose(&[ui("GtkUI", ""), ui("X11UI", uris::UI_IDLE)]).is_ok());
    }
}
