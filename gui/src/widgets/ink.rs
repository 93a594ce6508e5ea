//! Lines and areas with few triangles: the processor may have to draw them.

use egui::emath::GuiRounding;
use egui::epaint::{Mesh, PathShape, Vertex, WHITE_UV};
use egui::{Color32, Painter, Pos2, Rect, Stroke, Vec2};

use crate::theme::Theme;

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What is read first.
    Text,
    /// Values that are not the main one.
    Value,
    /// What is only there for comparison.
    Dim,
    /// What the plugin does.
    Accent,
    /// The signal.
    Signal,
    /// Another one.
    Of(Color32),
}

impl Tone {
    /// Its colour.
    #[must_use]
    pub fn color(self, theme: &Theme) -> Color32 {
        let colors = &theme.colors;
        match self {
            Self::Text => colors.text,
            Self::Value => colors.value,
            Self::Dim => colors.outline,
            Self::Accent => colors.accent,
            Self::Signal => colors.signal,
            Self::Of(color) => color,
        }
    }
}

/// How far a line with fewer points may be from the one with all, in pixels: less than anybody sees.
const NEAR: f32 = 0.08;

/// The points of a line from left to right that it needs to look the same. From each that is kept a line can be
/// drawn to the next that is as near as [`NEAR`] to all between them (a swing filter: the slopes that do it become
/// fewer with each point, and when none is left another line begins).
fn needed(points: &[Pos2], scale: f32) -> Vec<Pos2> {
    let Some((first, rest)) = points.split_first() else { return Vec::new() };
    let near = NEAR / scale;
    let mut kept = vec![*first];
    let (mut from, mut last) = (*first, *first);
    let (mut least, mut most) = (f32::NEG_INFINITY, f32::INFINITY);
    for point in rest {
        let slope = |y: f32, from: Pos2| (y - from.y) / (point.x - from.x).max(f32::EPSILON);
        let own = slope(point.y, from);
        if own < least || own > most {
            kept.push(last);
            from = last;
            (least, most) = (f32::NEG_INFINITY, f32::INFINITY);
        }
        least = least.max(slope(point.y - near, from));
        most = most.min(slope(point.y + near, from));
        last = *point;
    }
    if !rest.is_empty() {
        kept.push(last);
    }
    kept
}

/// Draws a line through points from left to right.
pub(super) fn line(painter: &Painter, points: &[Pos2], stroke: Stroke) {
    let points = needed(points, painter.pixels_per_point());
    if points.len() > 1 {
        painter.add(PathShape::line(points, stroke));
    }
}

/// A dashed line without the rounding of egui's, which makes dashes of different lengths.
pub(super) fn dashed(painter: &Painter, from: Pos2, to: Pos2, color: Color32) {
    let (dash, gap) = (3.0, 3.0);
    let (way, length) = ((to - from).normalized(), (to - from).length());
    let across = Vec2::new(way.y.abs(), way.x.abs()) * 0.5;
    let mut at = 0.0;
    while at < length {
        let end = (at + dash).min(length);
        let rect = Rect::from_two_pos(from + way * at - across, from + way * end + across);
        painter.rect_filled(rect.round_to_pixels(painter.pixels_per_point()), 0.0, color);
        at = end + gap;
    }
}

/// Fills what is between a line from left to right and the height `base`.
///
/// What all columns of a stretch have in common is one rectangle, and so on with its halves: drawn column by
/// column, each row of the picture would be done in small pieces.
pub(super) fn area(painter: &Painter, points: &[Pos2], base: f32, color: Color32) {
    let mut mesh = Mesh::default();
    let points = needed(points, painter.pixels_per_point());
    // Parts on one side of the base, so that none crosses itself.
    let mut part: Vec<Pos2> = Vec::with_capacity(points.len());
    for point in &points {
        if let Some(last) = part.last().copied()
            && (last.y - base) * (point.y - base) < 0.0
        {
            let share = (base - last.y) / (point.y - last.y);
            let crossing = Pos2::new(last.x + (point.x - last.x) * share, base);
            part.push(crossing);
            fill(&mut mesh, &part, base, color);
            part.clear();
            part.push(crossing);
        }
        part.push(*point);
    }
    fill(&mut mesh, &part, base, color);
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

/// Fills a part that is on one side of its base.
fn fill(mesh: &mut Mesh, points: &[Pos2], base: f32, color: Color32) {
    let [first, .., last] = points else { return };
    let near = |a: f32, b: f32| if (a - base).abs() < (b - base).abs() { a } else { b };
    let common = points.iter().map(|point| point.y).fold(first.y, near);
    if common != base {
        let upper = [Pos2::new(first.x, common), Pos2::new(last.x, common)];
        quad(mesh, upper, [Pos2::new(first.x, base), Pos2::new(last.x, base)], color);
    }
    if let [a, b] = points {
        if a.y != common {
            triangle(mesh, [*a, Pos2::new(b.x, common), Pos2::new(a.x, common)], color);
        } else if b.y != common {
            triangle(mesh, [*b, Pos2::new(b.x, common), Pos2::new(a.x, common)], color);
        }
        return;
    }
    if points.iter().all(|point| point.y == common) {
        return;
    }
    let middle = points.len() / 2;
    fill(mesh, &points[..=middle], common, color);
    fill(mesh, &points[middle..], common, color);
}

fn triangle(mesh: &mut Mesh, corners: [Pos2; 3], color: Color32) {
    let first = mesh.vertices.len() as u32;
    mesh.vertices.extend(corners.map(|pos| Vertex { pos, uv: WHITE_UV, color }));
    mesh.add_triangle(first, first + 1, first + 2);
}

fn quad(mesh: &mut Mesh, upper: [Pos2; 2], lower: [Pos2; 2], color: Color32) {
    let first = mesh.vertices.len() as u32;
    let corners = [upper[0], upper[1], lower[0], lower[1]];
    mesh.vertices.extend(corners.map(|pos| Vertex { pos, uv: WHITE_UV, color }));
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first + 2, first + 1, first + 3);
}

/// Fills what is between two lines with the same places from left to right.
pub(super) fn between(painter: &Painter, upper: &[Pos2], lower: &[Pos2], color: Color32) {
    let mut mesh = Mesh::default();
    for (a, b) in upper.windows(2).zip(lower.windows(2)) {
        quad(&mut mesh, [a[0], a[1]], [b[0], b[1]], color);
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many triangles cover a place.
    fn covered(mesh: &Mesh, at: Pos2) -> usize {
        let inside = |corners: &[u32]| {
            let [a, b, c] = [0, 1, 2].map(|n| mesh.vertices[corners[n] as usize].pos);
            let side = |a: Pos2, b: Pos2| (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x);
            let sides = [side(a, b), side(b, c), side(c, a)];
            sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0)
        };
        mesh.indices.chunks(3).filter(|corners| inside(corners)).count()
    }

    #[test]
    fn a_line_with_fewer_points_looks_the_same() {
        let height = |x: f32| 200.0 / (1.0 + ((x - 300.0) / 40.0).powi(2)) + 3.0 * (x * 0.01).sin();
        let points: Vec<Pos2> = (0..600).map(|n| Pos2::new(n as f32, height(n as f32))).collect();
        let kept = needed(&points, 1.0);
        assert!(kept.len() < 150, "{} of 600", kept.len());
        assert_eq!((kept.first(), kept.last()), (points.first(), points.last()));
        for pair in kept.windows(2) {
            for point in points.iter().filter(|point| point.x >= pair[0].x && point.x <= pair[1].x) {
                let share = (point.x - pair[0].x) / (pair[1].x - pair[0].x);
                let at = pair[0].y + (pair[1].y - pair[0].y) * share;
                assert!((at - point.y).abs() < NEAR * 2.01, "{point:?}");
            }
        }
        let noise: Vec<Pos2> = (0..50).map(|n| Pos2::new(n as f32, (n % 2 * n) as f32)).collect();
        assert_eq!(needed(&noise, 1.0).len(), 50, "what is not level is kept");
        assert_eq!((needed(&[], 1.0), needed(&noise[..1], 1.0).len()), (vec![], 1));
        let upright =
            [Pos2::new(1.0, 5.0), Pos2::new(1.0, 9.0), Pos2::new(1.0, -3.0), Pos2::new(2.0, -3.0)];
        assert_eq!(needed(&upright, 1.0), upright, "steps stay steps");
    }

    #[test]
    fn an_area_covers_each_place_once_on_both_sides_of_its_base() {
        let wave = |x: f32| 50.0 + 40.0 * (x * 0.21).sin();
        let points: Vec<Pos2> = (0..=64).map(|n| Pos2::new(n as f32, wave(n as f32))).collect();
        let context = egui::Context::default();
        let output =
            context.run_ui(egui::RawInput::default(), |ui| area(ui.painter(), &points, 50.0, Color32::RED));
        let mut output = output;
        output.textures_delta.clear();
        let mesh = output.shapes.iter().find_map(|shape| match &shape.shape {
            egui::Shape::Mesh(mesh) => Some(mesh.clone()),
            _ => None,
        });
        let mesh = mesh.unwrap();
        assert!(mesh.indices.len() / 3 < 64 * 6, "{} triangles", mesh.indices.len() / 3);
        for column in 0..64 {
            let x = column as f32 + 0.37;
            let at = wave(column as f32) + (wave(column as f32 + 1.0) - wave(column as f32)) * 0.37;
            for y in (0..100).map(|y| y as f32 + 0.41) {
                let inside = (y - 50.0) * (y - at) < 0.0;
                if (y - at).abs() < NEAR {
                    continue;
                }
                assert_eq!(covered(&mesh, Pos2::new(x, y)), usize::from(inside), "{x} {y}");
            }
        }
    }
}
