//! Against a picture made in the most naive way, and against itself without damage tracking.

use egui::epaint::{ClippedPrimitive, ColorImage, ImageData, ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, Pos2, Rect, TextureId, TextureOptions, TexturesDelta, Vec2};
use proptest::prelude::*;

use super::Raster;
use crate::editor::Frame;

const SIDE: usize = 96;

fn texture() -> ColorImage {
    let texel = |n: usize| match n {
        // The white corner that everything without a picture uses.
        0 => Color32::WHITE,
        _ => Color32::from_rgba_premultiplied(
            (n % 7 * 20) as u8,
            (n % 5 * 30) as u8,
            (n % 3 * 60) as u8,
            160,
        ),
    };
    ColorImage::new([16, 16], (0..256).map(texel).collect())
}

fn frame(meshes: &[(Rect, Mesh)], first: bool, scale: f32) -> Frame {
    let mut textures = TexturesDelta::default();
    if first {
        let image = ImageData::Color(std::sync::Arc::new(texture()));
        textures.push(TextureId::default(), ImageDelta::full(image, TextureOptions::LINEAR));
    }
    let primitive = |(clip_rect, mesh): &(Rect, Mesh)| ClippedPrimitive {
        clip_rect: *clip_rect,
        primitive: Primitive::Mesh(mesh.clone()),
    };
    Frame {
        primitives: meshes.iter().map(primitive).collect(),
        textures,
        size: [SIDE as u32; 2],
        scale,
        background: Color32::from_rgb(20, 22, 26),
        cursor: egui::CursorIcon::Default,
        copied: None,
        url: None,
        typing: false,
    }
}

/// The picture by the book: each pixel's middle against each triangle, in double precision.
fn naive(meshes: &[(Rect, Mesh)], scale: f64) -> Vec<[f64; 3]> {
    let image = texture();
    let mut pixels = vec![[20.0, 22.0, 26.0]; SIDE * SIDE];
    for (clip, mesh) in meshes {
        let edge = |at: f32| (f64::from(at) * scale).round();
        for triangle in mesh.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|n| mesh.vertices[triangle[n] as usize]);
            let place = |v: &Vertex| [f64::from(v.pos.x) * scale, f64::from(v.pos.y) * scale];
            let [a, b, c] = corners.each_ref().map(place);
            let cross = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| {
                (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
            };
            let area = cross(a, b, c);
            if area == 0.0 {
                continue;
            }
            for (n, pixel) in pixels.iter_mut().enumerate() {
                // Beside the very middle, so that none lies on two triangles.
                let p = [(n % SIDE) as f64 + 0.5 + 1e-7, (n / SIDE) as f64 + 0.5 + 2e-7];
                let inside = p[0] > edge(clip.min.x)
                    && p[0] < edge(clip.max.x)
                    && p[1] > edge(clip.min.y)
                    && p[1] < edge(clip.max.y);
                let parts = [cross(b, c, p) / area, cross(c, a, p) / area, cross(a, b, p) / area];
                if !inside || parts.iter().any(|part| *part < 0.0) {
                    continue;
                }
                let at = |get: &dyn Fn(&Vertex) -> f64| -> f64 {
                    corners.iter().zip(parts).map(|(corner, part)| get(corner) * part).sum()
                };
                let (u, v) = (at(&|v| f64::from(v.uv.x)) * 16.0, at(&|v| f64::from(v.uv.y)) * 16.0);
                let texel = |x: f64, y: f64| {
                    let (x, y) = (x.clamp(0.0, 15.0) as usize, y.clamp(0.0, 15.0) as usize);
                    image.pixels[y * 16 + x].to_array().map(f64::from)
                };
                let (left, top) = ((u - 0.5).floor(), (v - 0.5).floor());
                let (fx, fy) = (u - 0.5 - left, v - 0.5 - top);
                let source: [f64; 4] = std::array::from_fn(|n| {
                    let row = |y| texel(left, y)[n] * (1.0 - fx) + texel(left + 1.0, y)[n] * fx;
                    let sampled = row(top) * (1.0 - fy) + row(top + 1.0) * fy;
                    sampled * at(&|v| f64::from(v.color.to_array()[n])) / 255.0
                });
                for n in 0..3 {
                    pixel[n] = (source[n] + pixel[n] * (1.0 - source[3] / 255.0)).min(255.0);
                }
            }
        }
    }
    pixels
}

/// Counts pixels that are further from the naive picture than rounding explains.
fn others(raster: &Raster, naive: &[[f64; 3]], tolerance: f64) -> usize {
    let pixels = raster.canvas().rgba();
    let differs = |(pixel, want): (&[u8], &[f64; 3])| {
        (0..3).any(|n| (f64::from(pixel[n]) - want[n]).abs() > tolerance)
    };
    pixels.chunks_exact(4).zip(naive).filter(|pair| differs(*pair)).count()
}

fn any_vertex() -> impl Strategy<Value = Vertex> {
    let color = (any::<[u8; 4]>(), prop_oneof![Just(255u8), any::<u8>()]);
    (-20.0f32..120.0, -20.0f32..120.0, 0.0f32..1.0, 0.0f32..1.0, color).prop_map(|(x, y, u, v, (c, a))| {
        Vertex {
            pos: Pos2::new(x, y),
            uv: Pos2::new(u, v),
            color: Color32::from_rgba_unmultiplied(c[0], c[1], c[2], a),
        }
    })
}

/// Triangles of one colour, of several, and with a picture.
fn any_mesh() -> impl Strategy<Value = (Rect, Mesh)> {
    let corners = prop::collection::vec(any_vertex(), 3);
    let triangle = (corners, 0..3).prop_map(|(mut corners, kind)| {
        let color = corners[0].color;
        for corner in &mut corners {
            if kind < 2 {
                corner.uv = Pos2::ZERO;
            }
            if kind == 0 {
                corner.color = color;
            }
        }
        corners
    });
    let clip = (-10.0f32..60.0, -10.0f32..60.0, 1.0f32..120.0, 1.0f32..120.0)
        .prop_map(|(x, y, w, h)| Rect::from_min_size(Pos2::new(x, y), Vec2::new(w, h)));
    (clip, prop::collection::vec(triangle, 1..4)).prop_map(|(clip, triangles)| {
        let vertices: Vec<Vertex> = triangles.into_iter().flatten().collect();
        let indices = (0..vertices.len() as u32).collect();
        (clip, Mesh { indices, vertices, texture_id: TextureId::default() })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn triangles_are_those_of_the_naive_picture(
        meshes in prop::collection::vec(any_mesh(), 1..4),
        scale in prop_oneof![Just(1.0f32), Just(2.0), Just(1.25)],
    ) {
        let mut raster = Raster::new();
        raster.paint(frame(&meshes, true, scale));
        let naive = naive(&meshes, f64::from(scale));
        // Eight bits are rounded once for each layer, and a few pixels lie on an edge to within rounding.
        let wrong = others(&raster, &naive, 2.0 + meshes.len() as f64 * 1.5);
        prop_assert!(wrong <= 6, "{wrong} pixels");
    }

    #[test]
    fn what_did_not_change_is_right_too(
        first in prop::collection::vec(any_mesh(), 1..5),
        second in prop::collection::vec(any_mesh(), 0..3),
        keep in 0usize..5,
    ) {
        // Some of the old meshes stay, some new ones come.
        let next: Vec<_> = first.iter().take(keep).cloned().chain(second).collect();
        let (mut tracked, mut fresh) = (Raster::new(), Raster::new());
        tracked.paint(frame(&first, true, 1.0));
        tracked.paint(frame(&next, false, 1.0));
        fresh.paint(frame(&next, true, 1.0));
        prop_assert_eq!(tracked.canvas().pixels(), fresh.canvas().pixels());
        prop_assert!(tracked.paint(frame(&next, false, 1.0)).is_empty(), "nothing changed");
    }
}

/// A rectangle of two triangles.
fn rectangle(rect: Rect, uv: Rect, color: Color32) -> (Rect, Mesh) {
    let mut mesh = Mesh::default();
    mesh.add_rect_with_uv(rect, uv, color);
    (Rect::EVERYTHING, mesh)
}

#[test]
fn neighbours_share_no_pixel_and_leave_none_out() {
    // A fan around a middle off the grid, half transparent: twice or never would be seen.
    let middle = Pos2::new(47.3, 48.7);
    let mut mesh = Mesh::default();
    let color = Color32::from_rgba_unmultiplied(255, 255, 255, 128);
    mesh.vertices.push(Vertex::untextured(middle, color));
    for n in 0..24 {
        let way = Vec2::angled(n as f32 / 24.0 * std::f32::consts::TAU) * 40.0;
        mesh.vertices.push(Vertex::untextured(middle + way, color));
        mesh.add_triangle(0, n + 1, (n + 1) % 24 + 1);
    }
    let mut raster = Raster::new();
    raster.paint(frame(&[(Rect::EVERYTHING, mesh)], true, 1.0));
    let inner = raster.canvas().rgba();
    let want: Vec<u8> = inner[(48 * SIDE + 47) * 4..][..4].to_vec();
    for (n, pixel) in inner.chunks_exact(4).enumerate() {
        let place = Pos2::new((n % SIDE) as f32 + 0.5, (n / SIDE) as f32 + 0.5);
        if place.distance(middle) < 38.0 {
            assert_eq!(pixel, want, "{place:?}");
        }
    }
}

#[test]
fn letters_are_copied_and_cut() {
    let uv = Rect::from_min_max(Pos2::new(4.0 / 16.0, 0.0), Pos2::new(12.0 / 16.0, 8.0 / 16.0));
    let tint = Color32::from_rgb(200, 100, 250);
    for place in [Pos2::new(10.0, 20.0), Pos2::new(-3.0, -5.0), Pos2::new(92.0, 93.0)] {
        for scale in [1.0, 2.0] {
            let size = Vec2::splat(8.0 / scale);
            let rect = Rect::from_min_size((place.to_vec2() / scale).to_pos2(), size);
            let mut letter = rectangle(rect, uv, tint);
            letter.0 = Rect::from_min_max(Pos2::ZERO, Pos2::new(200.0, 47.0));
            let mut raster = Raster::new();
            raster.paint(frame(std::slice::from_ref(&letter), true, scale));
            assert_eq!(others(&raster, &naive(&[letter], f64::from(scale)), 1.5), 0, "{place:?} {scale}");
        }
    }
}

#[test]
fn only_the_tiles_that_changed_are_painted() {
    let still = rectangle(Rect::from_min_size(Pos2::ZERO, Vec2::splat(90.0)), Rect::ZERO, Color32::GRAY);
    let dot = |x: f32| {
        rectangle(Rect::from_min_size(Pos2::new(x, 5.0), Vec2::splat(4.0)), Rect::ZERO, Color32::RED)
    };
    let mut raster = Raster::new();
    assert_eq!(raster.paint(frame(&[still.clone(), dot(4.0)], true, 1.0)), [raster_area()]);
    let areas = raster.paint(frame(&[still.clone(), dot(8.0)], false, 1.0)).to_vec();
    assert_eq!(areas, [super::Area { left: 0, top: 0, right: 32, bottom: 32 }]);
    let areas = raster.paint(frame(&[still, dot(70.0)], false, 1.0)).to_vec();
    assert_eq!(areas.len(), 2, "where it was and where it is: {areas:?}");
}

fn raster_area() -> super::Area {
    super::Area { left: 0, top: 0, right: SIDE, bottom: SIDE }
}

#[test]
fn broken_meshes_draw_nothing() {
    let mut mesh = Mesh::default();
    mesh.vertices.push(Vertex::untextured(Pos2::new(f32::NAN, 3.0), Color32::WHITE));
    mesh.vertices.push(Vertex::untextured(Pos2::new(f32::INFINITY, -1e30), Color32::WHITE));
    mesh.indices = vec![0, 1, 1, 0, 1, 7, 5, 6, 7, 0, 0];
    let mut raster = Raster::new();
    raster.paint(frame(&[(Rect::EVERYTHING, mesh.clone()), (Rect::NAN, mesh)], true, 1.0));
    assert!(raster.canvas().rgba().chunks_exact(4).all(|pixel| pixel == [20, 22, 26, 255]));
}

#[test]
fn colours_that_only_add_light_stop_at_white() {
    let light = Color32::from_rgba_premultiplied(200, 10, 0, 0);
    let place = Rect::from_min_size(Pos2::ZERO, Vec2::splat(96.0));
    let layers = [rectangle(place, Rect::ZERO, light), rectangle(place, Rect::ZERO, light)];
    let mut raster = Raster::new();
    raster.paint(frame(&layers, true, 1.0));
    assert_eq!(raster.canvas().rgba()[..4], [255, 42, 26, 255]);
}

#[test]
fn an_area_is_copied_without_gaps() {
    let dot = Rect::from_min_size(Pos2::new(2.0, 3.0), Vec2::new(2.0, 1.0));
    let mut raster = Raster::new();
    raster.paint(frame(&[rectangle(dot, Rect::ZERO, Color32::from_rgb(1, 2, 3))], true, 1.0));
    let mut bytes = vec![9];
    raster.canvas().copy(super::Area { left: 1, top: 2, right: 4, bottom: 4 }, &mut bytes);
    assert_eq!(bytes.len(), 3 * 2 * 4);
    if cfg!(target_endian = "little") {
        assert_eq!(bytes[12..], [26, 22, 20, 255, 3, 2, 1, 255, 3, 2, 1, 255]);
    }
    raster.canvas().copy(super::Area { left: 500, top: 2, right: 4, bottom: 400 }, &mut bytes);
    assert!(bytes.is_empty());
}
