//! Which parameter is where in the picture, for hosts that ask what is under the pointer.

use egui::emath::TSTransform;
use egui::{Id, LayerId, Pos2, Rect};

/// A place where the pointer meets something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// In physical pixels, without what is cut off.
    pub rect: Rect,
    /// The parameter or meter that is operated or shown there; none where something else covers it.
    pub index: Option<usize>,
}

/// The parameter or meter at a place, in physical pixels: the topmost spot there decides.
#[must_use]
pub fn find(spots: &[Spot], at: Pos2) -> Option<usize> {
    spots.iter().rev().find(|spot| spot.rect.contains(at))?.index
}

/// The spots of the last frame, from the lowest to the topmost. Rectangles and order are those by which
/// the toolkit itself looks for what is under the pointer; `bound` says which widgets are a parameter's,
/// by id and in its order.
pub(crate) fn of(egui: &egui::Context, bound: &[(Id, usize)]) -> Vec<Spot> {
    let scale = egui.pixels_per_point();
    let layers: Vec<(LayerId, Option<TSTransform>)> = egui.memory(|memory| {
        let layers = memory.layer_ids().filter(|layer| layer.order.allow_interaction());
        layers.map(|layer| (layer, memory.to_global.get(&layer).copied())).collect()
    });
    egui.viewport(|viewport| {
        let mut spots = Vec::new();
        for (layer, transform) in layers {
            for widget in viewport.prev_pass.widgets.get_layer(layer) {
                let found = bound.binary_search_by_key(&widget.id.value(), |(id, _)| id.value());
                let index = found.ok().map(|found| bound[found].1);
                // What lies below all controls hides none.
                let counts = index.is_some() || (widget.sense.interactive() && !spots.is_empty());
                if counts && widget.visible && widget.interact_rect.is_positive() {
                    let rect = transform.unwrap_or_default() * widget.interact_rect;
                    spots.push(Spot { rect: rect * scale, index });
                }
            }
        }
        spots
    })
}
