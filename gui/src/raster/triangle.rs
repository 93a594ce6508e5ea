//! Triangles into pixels.
//!
//! A pixel belongs to a triangle where its middle does. Rows are cut at the edges' crossings; an edge
//! is always computed from its upper to its lower end, so that two triangles with a common edge get
//! the same crossing, and each pixel along it belongs to exactly one of them.

use egui::Color32;
use egui::epaint::{Mesh, Vertex};

use super::Area;
use super::area::ceil;
use super::canvas::{Canvas, blend, pack};
use super::damage::{bounds, corners_of};
use super::texture::Texture;

/// Draws a mesh where it is within `clip` and one of the areas.
pub(super) fn draw(
    canvas: &mut Canvas,
    areas: &[Area],
    clip: Area,
    mesh: &Mesh,
    texture: &Texture,
    scale: f32,
) {
    let indices = &mesh.indices;
    let mut at = 0;
    while at + 3 <= indices.len() {
        if let Some(quad) = Quad::find(mesh, &indices[at..], texture, scale) {
            for area in areas {
                quad.draw(canvas, clip.cut(*area), texture);
            }
            at += 6;
            continue;
        }
        if let Some(corners) = corners_of(mesh, &indices[at..at + 3]) {
            let bounds = bounds(corners, scale).cut(clip);
            if !bounds.is_empty() && corners.iter().any(|corner| corner.color != Color32::TRANSPARENT) {
                let mut triangle = None;
                for area in areas {
                    let bounds = bounds.cut(*area);
                    if bounds.is_empty() {
                        continue;
                    }
                    triangle
                        .get_or_insert_with(|| Triangle::new(corners, texture, scale))
                        .draw(canvas, bounds, texture);
                }
            }
        }
        at += 3;
    }
}

/// A letter: two triangles that make a rectangle of whole pixels, one for each texel.
struct Quad {
    area: Area,
    /// The texel of its upper left pixel.
    texel: [usize; 2],
    color: Color32,
}

/// How far from whole numbers places may be, in pixels.
const NEARLY: f32 = 1.0 / 64.0;

impl Quad {
    /// The next two triangles, if they are such a rectangle.
    fn find(mesh: &Mesh, indices: &[u32], texture: &Texture, scale: f32) -> Option<Self> {
        let [a, b, c, d, e, f] = *indices.first_chunk::<6>()?;
        // As `Mesh::add_rect_with_uv` makes them: upper left, upper right, lower left; and again.
        if (d, e) != (c, b) || (b, c, f) != (a + 1, a + 2, a + 3) {
            return None;
        }
        let corners = mesh.vertices.get(a as usize..a as usize + 4)?;
        let [first, right, left, last] = corners.first_chunk::<4>()?;
        let color = first.color;
        let square = first.pos.x == left.pos.x
            && first.pos.y == right.pos.y
            && last.pos.x == right.pos.x
            && last.pos.y == left.pos.y
            && corners.iter().all(|corner| corner.color == color)
            && first.uv.x == left.uv.x
            && first.uv.y == right.uv.y
            && last.uv.x == right.uv.x
            && last.uv.y == left.uv.y;
        if !square {
            return None;
        }
        let place = [first.pos.x * scale, first.pos.y * scale, last.pos.x * scale, last.pos.y * scale];
        let (wide, high) = (texture.width as f32, texture.height as f32);
        let texels = [first.uv.x * wide, first.uv.y * high, last.uv.x * wide, last.uv.y * high];
        let whole = |at: f32| (at - at.round()).abs() < NEARLY && at.abs() < 1e6;
        if !place.iter().chain(&texels).all(|at| whole(*at)) {
            return None;
        }
        let [left, top, right, bottom] = place.map(|at| at.round() as i64);
        let [u, v, u_end, v_end] = texels.map(|at| at.round() as i64);
        let fits = right - left == u_end - u && bottom - top == v_end - v && u >= 0 && v >= 0;
        let inside = u_end <= texture.width as i64 && v_end <= texture.height as i64;
        if !fits || !inside || right <= left || bottom <= top {
            return None;
        }
        // What is left of or above the picture is cut away here.
        let (skip_x, skip_y) = ((-left).max(0), (-top).max(0));
        let area = Area {
            left: left.max(0) as usize,
            top: top.max(0) as usize,
            right: right.max(0) as usize,
            bottom: bottom.max(0) as usize,
        };
        Some(Self { area, texel: [(u + skip_x) as usize, (v + skip_y) as usize], color })
    }

    fn draw(&self, canvas: &mut Canvas, clip: Area, texture: &Texture) {
        let area = self.area.cut(clip);
        if area.is_empty() {
            return;
        }
        let color = self.color.to_array().map(u32::from);
        let [u, v] = self.texel;
        let (u, v) = (u + area.left - self.area.left, v + area.top - self.area.top);
        for row in area.top..area.bottom {
            let start = (v + row - area.top) * texture.width + u;
            let texels = &texture.pixels[start..start + area.width()];
            for (pixel, texel) in canvas.row(row, area.left, area.right).iter_mut().zip(texels) {
                if *texel == Color32::TRANSPARENT {
                    continue;
                }
                let texel = texel.to_array().map(u32::from);
                blend(pixel, pack(std::array::from_fn(|n| product(color[n], texel[n]))));
            }
        }
    }
}

/// a × b / 255, rounded.
#[inline]
fn product(a: u32, b: u32) -> u8 {
    let product = a * b + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// A triangle, ready to be drawn.
struct Triangle {
    /// Corners in physical pixels, the upper first.
    corners: [[f32; 2]; 3],
    fill: Fill,
}

/// What a triangle is filled with.
enum Fill {
    /// One colour.
    Flat(u32),
    /// A colour that changes over the picture, times one texel.
    Gradient(Plane<4>),
    /// A colour that changes, times a texture.
    Textured { color: Plane<4>, texel: Plane<2> },
}

/// Numbers that change evenly over the picture.
#[derive(Clone, Copy)]
struct Plane<const N: usize> {
    at: [f32; N],
    x: [f32; N],
    y: [f32; N],
    origin: [f32; 2],
}

impl<const N: usize> Plane<N> {
    /// From the numbers at the corners. Triangles without an area have one number.
    fn new(corners: [[f32; 2]; 3], values: [[f32; N]; 3]) -> Self {
        let [a, b, c] = corners;
        let (bx, by, cx, cy) = (b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]);
        let area = bx * cy - cx * by;
        let inverse = if area.abs() > f32::EPSILON { area.recip() } else { 0.0 };
        let slope = |n: usize| {
            let (vb, vc) = (values[1][n] - values[0][n], values[2][n] - values[0][n]);
            ((vb * cy - vc * by) * inverse, (vc * bx - vb * cx) * inverse)
        };
        Self {
            at: values[0],
            x: std::array::from_fn(|n| slope(n).0),
            y: std::array::from_fn(|n| slope(n).1),
            origin: a,
        }
    }

    /// The part of the numbers that a whole row has.
    #[inline]
    fn row(&self, y: f32) -> [f32; N] {
        let y = y - self.origin[1];
        std::array::from_fn(|n| self.at[n] + self.y[n] * y)
    }

    /// The numbers at a place of a row.
    #[inline]
    fn along(&self, row: [f32; N], x: f32) -> [f32; N] {
        let x = x - self.origin[0];
        std::array::from_fn(|n| row[n] + self.x[n] * x)
    }
}

impl Triangle {
    fn new(corners: [&Vertex; 3], texture: &Texture, scale: f32) -> Self {
        let mut sorted = corners;
        // Upper first, left first where two are level: edges then have a direction of their own.
        sorted.sort_by(|a, b| a.pos.y.total_cmp(&b.pos.y).then(a.pos.x.total_cmp(&b.pos.x)));
        let places = sorted.map(|corner| [corner.pos.x * scale, corner.pos.y * scale]);
        let [a, b, c] = sorted;
        let size = [texture.width as f32, texture.height as f32];
        let colors = sorted.map(|corner| corner.color.to_array().map(f32::from));
        let fill = if a.uv == b.uv && b.uv == c.uv {
            let texel = texture.sample(a.uv.x * size[0], a.uv.y * size[1]);
            let tinted = colors.map(|color| std::array::from_fn(|n| color[n] * texel[n] / 255.0));
            if a.color == b.color && b.color == c.color {
                Fill::Flat(pack(tinted[0].map(|x: f32| (x + 0.5) as u8)))
            } else {
                Fill::Gradient(Plane::new(places, tinted))
            }
        } else {
            let texels = sorted.map(|corner| [corner.uv.x * size[0], corner.uv.y * size[1]]);
            Fill::Textured { color: Plane::new(places, colors), texel: Plane::new(places, texels) }
        };
        Self { corners: places, fill }
    }

    fn draw(&self, canvas: &mut Canvas, bounds: Area, texture: &Texture) {
        let [top, middle, bottom] = self.corners;
        let (long, upper, lower) =
            (Edge::new(top, bottom), Edge::new(top, middle), Edge::new(middle, bottom));
        // The rows and columns whose middles are not before an edge.
        let from = |at: f32| ceil(at - 0.5);
        for row in from(top[1]).max(bounds.top)..from(bottom[1]).min(bounds.bottom) {
            let y = row as f32 + 0.5;
            let (a, b) = (long.at(y), if y < middle[1] { upper.at(y) } else { lower.at(y) });
            let left = from(a.min(b)).max(bounds.left);
            let right = from(a.max(b)).min(bounds.right);
            if left < right {
                self.span(canvas.row(row, left, right), left, y, texture);
            }
        }
    }

    #[inline]
    fn span(&self, pixels: &mut [u32], left: usize, y: f32, texture: &Texture) {
        let x = left as f32 + 0.5;
        match &self.fill {
            Fill::Flat(color) if color >> 24 == 255 => pixels.fill(*color),
            Fill::Flat(0) => {}
            Fill::Flat(color) => pixels.iter_mut().for_each(|pixel| blend(pixel, *color)),
            Fill::Gradient(plane) => {
                // From the place of each pixel, not from its neighbour: a part that is painted again is then
                // the same to the bit.
                let row = plane.row(y);
                for (n, pixel) in pixels.iter_mut().enumerate() {
                    let color = plane.along(row, x + n as f32);
                    // Places at the very edge may be a little beyond it; casts saturate.
                    blend(pixel, pack(color.map(|x| (x + 0.5) as u8)));
                }
            }
            Fill::Textured { color, texel } => {
                let (texel_row, color_row) = (texel.row(y), color.row(y));
                for (n, pixel) in pixels.iter_mut().enumerate() {
                    let x = x + n as f32;
                    let ([u, v], color) = (texel.along(texel_row, x), color.along(color_row, x));
                    let texel = texture.sample(u, v);
                    let tinted = std::array::from_fn(|n| (color[n] * texel[n] / 255.0 + 0.5) as u8);
                    blend(pixel, pack(tinted));
                }
            }
        }
    }
}

/// An edge, from its upper end.
struct Edge {
    start: [f32; 2],
    slope: f32,
}

impl Edge {
    fn new(upper: [f32; 2], lower: [f32; 2]) -> Self {
        let height = lower[1] - upper[1];
        let slope = if height > 0.0 { (lower[0] - upper[0]) / height } else { 0.0 };
        Self { start: upper, slope }
    }

    /// Where it crosses the middle of a row.
    #[inline]
    fn at(&self, y: f32) -> f32 {
        self.start[0] + self.slope * (y - self.start[1])
    }
}
