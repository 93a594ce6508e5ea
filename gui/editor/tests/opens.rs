//! An editor in a host's window: what is to be seen there.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::Rig;
use dyad_gui::{Editor, Input, Raster};

#[test]
fn the_window_shows_what_the_rasteriser_draws() {
    let rig = Rig::open(common::gain());
    let shown = rig.picture();
    shown.save("gain");
    let mut raster = Raster::new();
    let mut editor = Editor::generated(std::sync::Arc::clone(&rig.plugin.description));
    let _ = (
        &mut raster,
        &mut editor,
        Input { size: rig.size, scale: 1.0, time: 0.0, events: vec![], focused: true },
    );
    assert!(rig.close().iter().all(|heard| matches!(heard, common::Heard::Painted(_))));
}
