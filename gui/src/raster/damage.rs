//! Where two frames differ.
//!
//! egui puts everything of a layer into one mesh, so meshes tell nothing. Instead the picture is
//! divided into tiles, and each keeps a hash of the triangles that touch it, in order. A tile whose
//! hash is another one than in the last frame is painted anew.

use egui::epaint::{Mesh, Vertex};

use super::Area;
use super::area::ceil;

/// Size of a tile in pixels.
const TILE: usize = 32;
/// Areas that are painted one by one; more are joined.
const AREAS: usize = 64;

/// The tiles of the last frame and of this one.
#[derive(Default)]
pub(super) struct Damage {
    canvas: Area,
    columns: usize,
    rows: usize,
    last: Vec<u64>,
    tiles: Vec<u64>,
    whole: bool,
    areas: Vec<Area>,
}

impl Damage {
    /// Begins a frame. `whole` where nothing of the last picture can stay.
    pub(super) fn begin(&mut self, canvas: Area, whole: bool) {
        (self.columns, self.rows) = (canvas.width().div_ceil(TILE), canvas.height().div_ceil(TILE));
        self.whole = whole || self.canvas != canvas;
        self.canvas = canvas;
        std::mem::swap(&mut self.last, &mut self.tiles);
        self.tiles.clear();
        self.tiles.resize(self.columns * self.rows, 0);
        self.areas.clear();
    }

    /// Notes what is drawn.
    pub(super) fn add(&mut self, clip: Area, mesh: &Mesh, scale: f32, version: u64) {
        if clip.is_empty() {
            return;
        }
        let clipped = [clip.left, clip.top, clip.right, clip.bottom];
        let seed = clipped.iter().fold(version, |hash, edge| mix(hash, *edge as u64));
        for corners in mesh.indices.chunks_exact(3) {
            let Some(corners) = corners_of(mesh, corners) else { continue };
            let bounds = bounds(corners, scale).cut(clip);
            if bounds.is_empty() || corners.iter().all(|corner| corner.color == egui::Color32::TRANSPARENT)
            {
                continue;
            }
            let hash = corners.iter().fold(seed, |hash, corner| {
                let word = |a: f32, b: f32| u64::from(a.to_bits()) << 32 | u64::from(b.to_bits());
                let hash = mix(hash, word(corner.pos.x, corner.pos.y));
                let hash = mix(hash, word(corner.uv.x, corner.uv.y));
                mix(hash, u64::from(u32::from_le_bytes(corner.color.to_array())))
            });
            for row in bounds.top / TILE..=(bounds.bottom - 1) / TILE {
                let row = &mut self.tiles[row * self.columns..][..self.columns];
                for tile in &mut row[bounds.left / TILE..=(bounds.right - 1) / TILE] {
                    *tile = mix(*tile, hash);
                }
            }
        }
    }

    /// Ends a frame: the areas are known now.
    pub(super) fn end(&mut self) {
        if self.whole {
            self.areas.extend((!self.canvas.is_empty()).then_some(self.canvas));
            return;
        }
        for row in 0..self.rows {
            let mut column = 0;
            while column < self.columns {
                if !self.differs(row, column) {
                    column += 1;
                    continue;
                }
                let first = column;
                while column < self.columns && self.differs(row, column) {
                    column += 1;
                }
                self.push(Area {
                    left: first * TILE,
                    top: row * TILE,
                    right: (column * TILE).min(self.canvas.right),
                    bottom: ((row + 1) * TILE).min(self.canvas.bottom),
                });
            }
        }
        if self.areas.len() > AREAS {
            let all = self.areas.iter().copied().reduce(Area::join);
            self.areas.clear();
            self.areas.extend(all);
        }
    }

    /// What to paint anew. The areas do not overlap.
    pub(super) fn areas(&self) -> &[Area] {
        &self.areas
    }

    fn differs(&self, row: usize, column: usize) -> bool {
        let at = row * self.columns + column;
        self.last.get(at) != self.tiles.get(at)
    }

    /// Adds a run of tiles, below one as wide where there is one.
    fn push(&mut self, area: Area) {
        let above =
            self.areas.iter_mut().rev().find(|other| {
                other.bottom == area.top && other.left == area.left && other.right == area.right
            });
        match above {
            Some(above) => above.bottom = area.bottom,
            None => self.areas.push(area),
        }
    }
}

/// A triangle's corners; none where the mesh is broken.
#[inline]
pub(super) fn corners_of<'a>(mesh: &'a Mesh, indices: &[u32]) -> Option<[&'a Vertex; 3]> {
    let corner = |n: usize| mesh.vertices.get(*indices.get(n)? as usize);
    Some([corner(0)?, corner(1)?, corner(2)?])
}

/// The pixels that a triangle may touch.
#[inline]
pub(super) fn bounds(corners: [&Vertex; 3], scale: f32) -> Area {
    let [a, b, c] = corners.map(|corner| corner.pos);
    // Casts saturate and round towards 0, and NaN becomes 0.
    Area {
        left: (a.x.min(b.x).min(c.x) * scale) as usize,
        top: (a.y.min(b.y).min(c.y) * scale) as usize,
        right: ceil(a.x.max(b.x).max(c.x) * scale),
        bottom: ceil(a.y.max(b.y).max(c.y) * scale),
    }
}

/// Folds a word into a hash: the two halves of a product (the idea of wyhash).
#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ 0x9e37_79b9_7f4a_7c15) * u128::from(word ^ 0xd6e8_feb8_6659_fd93);
    (product as u64) ^ ((product >> 64) as u64) ^ hash.rotate_left(23)
}
