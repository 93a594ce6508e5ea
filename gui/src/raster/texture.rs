//! Textures: the letters' atlas and whatever a view loads.

use std::collections::BTreeMap;

use egui::epaint::ImageData;
use egui::{Color32, TextureFilter, TextureId, TextureOptions, TextureWrapMode, TexturesDelta};

/// One image.
pub(super) struct Texture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<Color32>,
    options: TextureOptions,
    /// Another number whenever texels that were drawn may have changed.
    version: u64,
}

/// All images of one editor.
#[derive(Default)]
pub(super) struct Textures {
    list: BTreeMap<TextureId, Texture>,
    versions: u64,
}

impl Textures {
    /// Takes what is new. `true` where everything has to be painted anew.
    pub(super) fn update(&mut self, delta: &mut TexturesDelta) -> bool {
        let mut all = false;
        for (id, images) in delta.set.drain() {
            for image in images {
                let ImageData::Color(color) = &image.image;
                let [width, height] = color.size;
                self.versions += 1;
                match image.pos {
                    None => {
                        // Letters have moved within the atlas.
                        all |= self.list.contains_key(&id);
                        let pixels = color.pixels.clone();
                        let (options, version) = (image.options, self.versions);
                        self.list.insert(id, Texture { width, height, pixels, options, version });
                    }
                    Some([x, y]) => {
                        let Some(texture) = self.list.get_mut(&id) else { continue };
                        // New letters only go where there were none.
                        if id != TextureId::default() {
                            texture.version = self.versions;
                        }
                        let wide = width.min(texture.width.saturating_sub(x));
                        for (row, source) in color.pixels.chunks_exact(width.max(1)).enumerate() {
                            let at = (y + row) * texture.width + x;
                            if let Some(target) = texture.pixels.get_mut(at..at + wide) {
                                target.copy_from_slice(&source[..wide]);
                            }
                        }
                    }
                }
            }
        }
        all
    }

    /// Forgets what is no longer used.
    pub(super) fn free(&mut self, delta: &mut TexturesDelta) {
        for id in delta.free.drain() {
            self.list.remove(&id);
        }
    }

    pub(super) fn get(&self, id: TextureId) -> Option<&Texture> {
        self.list.get(&id).filter(|texture| !texture.pixels.is_empty())
    }

    pub(super) fn version(&self, id: TextureId) -> u64 {
        self.list.get(&id).map_or(0, |texture| texture.version)
    }
}

impl Texture {
    /// The texel at a place, without any filter.
    #[inline]
    pub(super) fn texel(&self, x: usize, y: usize) -> Color32 {
        self.pixels[y * self.width + x]
    }

    /// The colour at a place in texels, 0 to 255 for each channel.
    #[inline]
    pub(super) fn sample(&self, x: f32, y: f32) -> [f32; 4] {
        let nearest = self.options.magnification == TextureFilter::Nearest;
        if nearest {
            let at = |x: f32, size: usize| self.wrap(x.floor() as i64, size);
            return self.texel(at(x, self.width), at(y, self.height)).to_array().map(f32::from);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_part, bottom_part) = (x - left, y - top);
        let columns = [left, left + 1.0].map(|x| self.wrap(x as i64, self.width));
        let rows = [top, top + 1.0].map(|y| self.wrap(y as i64, self.height));
        let [a, b] = rows.map(|row| {
            let [a, b] = columns.map(|column| self.texel(column, row).to_array().map(f32::from));
            std::array::from_fn::<f32, 4, _>(|n| a[n] + (b[n] - a[n]) * right_part)
        });
        std::array::from_fn(|n| a[n] + (b[n] - a[n]) * bottom_part)
    }

    /// A place beyond the edge.
    #[inline]
    fn wrap(&self, at: i64, size: usize) -> usize {
        let size = size as i64;
        let at = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => at.clamp(0, size - 1),
            TextureWrapMode::Repeat => at.rem_euclid(size),
            TextureWrapMode::MirroredRepeat => {
                let at = at.rem_euclid(2 * size);
                if at < size { at } else { 2 * size - 1 - at }
            }
        };
        at as usize
    }
}
