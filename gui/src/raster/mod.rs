//! Pictures drawn by the processor: egui's triangles into a buffer, and only where they changed.
//!
//! Colours are multiplied and blended as the GPU painters of egui do: premultiplied alpha in the
//! space of the screen (sRGB bytes), without conversion to linear light, since that is what makes
//! egui's text and edges look right.

mod area;
mod canvas;
mod damage;
#[cfg(test)]
mod tests;
mod texture;
mod triangle;

pub use area::Area;
pub use canvas::Canvas;

use egui::Color32;
use egui::epaint::{ClippedPrimitive, Mesh, Primitive};

use crate::editor::Frame;
use damage::Damage;
use texture::Textures;

/// A picture that follows the frames of one editor.
#[derive(Default)]
pub struct Raster {
    canvas: Canvas,
    textures: Textures,
    damage: Damage,
    scale: f32,
    background: Color32,
}

impl Raster {
    /// An empty picture.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the picture up to date. Gives the areas that were painted anew, which do not overlap;
    /// none where nothing changed, the whole picture after a change of size.
    pub fn paint(&mut self, mut frame: Frame) -> &[Area] {
        let changed = self.textures.update(&mut frame.textures);
        let [width, height] = frame.size.map(|side| side as usize);
        let whole = self.canvas.resize(width, height)
            || changed
            || self.scale != frame.scale
            || self.background != frame.background;
        (self.scale, self.background) = (frame.scale, frame.background);
        let canvas = self.canvas.area();
        self.damage.begin(canvas, whole);
        for (clip, mesh) in meshes(&frame.primitives) {
            let clip = Area::of(clip, frame.scale).cut(canvas);
            self.damage.add(clip, mesh, frame.scale, self.textures.version(mesh.texture_id));
        }
        self.damage.end();
        for area in self.damage.areas() {
            self.canvas.fill(*area, frame.background);
        }
        if !self.damage.areas().is_empty() {
            for (clip, mesh) in meshes(&frame.primitives) {
                let clip = Area::of(clip, frame.scale).cut(canvas);
                let Some(texture) = self.textures.get(mesh.texture_id) else { continue };
                triangle::draw(&mut self.canvas, self.damage.areas(), clip, mesh, texture, frame.scale);
            }
        }
        self.textures.free(&mut frame.textures);
        self.damage.areas()
    }

    /// The picture.
    #[must_use]
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }
}

/// The triangles of a frame. Callbacks for GPUs can't be drawn here.
fn meshes(primitives: &[ClippedPrimitive]) -> impl Iterator<Item = (egui::Rect, &Mesh)> {
    primitives.iter().filter_map(|clipped| match &clipped.primitive {
        Primitive::Mesh(mesh) => Some((clipped.clip_rect, mesh)),
        Primitive::Callback(_) => None,
    })
}
