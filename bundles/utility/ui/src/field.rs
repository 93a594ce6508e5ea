//! The stereo picture: what sounds now, where sounds from left to right come out, and a handle for pan and width.

use std::collections::VecDeque;

use dyad_ui::egui::epaint::{Mesh, PathShape, Vertex, WHITE_UV};
use dyad_ui::egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, Ui, Vec2};
use dyad_ui::{Axis, Context, Graph, Node, Theme};

/// Messages that are seen at once; older ones fade.
const KEPT: usize = 6;
/// Room above the disc and at its sides, for the names of the sides.
const EDGE: f32 = 22.0;

/// What sounded last.
#[derive(Default)]
pub(crate) struct Field {
    clouds: VecDeque<Vec<[f32; 2]>>,
    message: Vec<u8>,
    selected: Option<usize>,
}

impl Field {
    /// Takes what the sound has sent.
    pub(crate) fn update(&mut self, context: &mut Context<'_>) {
        while context.host.receive(&mut self.message) {
            let cloud: Vec<_> = utility::scope::points(&self.message).collect();
            if cloud.is_empty() {
                continue;
            }
            self.clouds.truncate(KEPT - 1);
            if cloud.iter().all(|point| *point == [0.0; 2]) {
                // Silence: nothing more comes that would let them fade.
                self.clouds.clear();
            } else {
                self.clouds.push_front(cloud);
            }
        }
    }

    pub(crate) fn put(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let disc = Disc::within(rect);
        let theme = context.theme;
        disc.ground(ui, theme);
        for (age, cloud) in self.clouds.iter().enumerate().rev() {
            disc.cloud(ui.painter(), cloud, theme, 1.0 - age as f32 / KEPT as f32);
        }
        let across = context.curve("image_x").to_vec();
        let line: Vec<[f32; 2]> =
            across.into_iter().zip(context.curve("image_y")).map(|(x, y)| [x, *y]).collect();
        disc.image(ui.painter(), &line, theme);

        let [Some(pan), Some(width)] = ["pan", "width"].map(|id| context.index_of(id)) else { return };
        let handle = [Node::new().x(pan).y(width)];
        self.selected = None;
        Graph::new(Axis::linear(-100.0, 100.0), Axis::linear(0.0, 200.0))
            .bare()
            .nodes(&handle, &mut self.selected)
            .put(ui, disc.travel(), context);
    }
}

/// Half of a disc: its middle is at the bottom.
struct Disc {
    middle: Pos2,
    radius: f32,
}

impl Disc {
    fn within(rect: Rect) -> Self {
        let radius = (rect.width() * 0.5 - EDGE).min(rect.height() - EDGE).max(1.0).floor();
        Self { middle: Pos2::new(rect.center().x.round(), rect.bottom().round()), radius }
    }

    fn at(&self, [x, y]: [f32; 2]) -> Pos2 {
        self.middle + Vec2::new(x, -y) * self.radius
    }

    /// Where the handle goes.
    fn travel(&self) -> Rect {
        let half = Vec2::new(self.radius * 0.8, self.radius * 0.45);
        Rect::from_center_size(self.middle - Vec2::new(0.0, self.radius * 0.5), half * 2.0)
    }

    fn ground(&self, ui: &Ui, theme: &Theme) {
        let (painter, colors) = (ui.painter(), &theme.colors);
        let thin = Stroke::new(1.0, colors.line);
        let mut disc = arc(self, 1.0);
        disc.push(disc[0]);
        painter.add(PathShape::convex_polygon(disc, colors.well, thin));
        let faint = Stroke::new(1.0, colors.line.gamma_multiply(0.6));
        // −12 and −24 dB.
        for distance in [0.5, 0.25] {
            painter.add(PathShape::line(arc(self, distance), faint));
        }
        let font = theme.regular(theme.font.small);
        for degrees in [-45.0f32, 0.0, 45.0] {
            let way = Vec2::angled((degrees - 90.0).to_radians());
            let ends = [self.middle, self.middle + way * self.radius];
            painter.add(PathShape::line(ends.to_vec(), faint));
        }
        let above = self.middle - Vec2::new(0.0, self.radius + 12.0);
        painter.text(above, Align2::CENTER_CENTER, "C", font.clone(), colors.dim);
        for (side, align) in [(-1.0, Align2::LEFT_BOTTOM), (1.0, Align2::RIGHT_BOTTOM)] {
            let place = self.middle + Vec2::new(side * (self.radius - 8.0), -4.0);
            painter.text(place, align, "Out of phase", font.clone(), colors.outline);
        }
    }

    fn cloud(&self, painter: &Painter, cloud: &[[f32; 2]], theme: &Theme, strength: f32) {
        let color = theme.colors.signal.gamma_multiply(0.75 * strength * strength);
        let mut mesh = Mesh::default();
        for point in cloud.iter().filter(|point| **point != [0.0; 2]) {
            let dot = Rect::from_center_size(self.at(*point), Vec2::splat(1.6));
            mesh.add_colored_rect(dot, color);
        }
        painter.add(mesh);
    }

    /// The line where sounds from left to right come out, and what is below it.
    fn image(&self, painter: &Painter, line: &[[f32; 2]], theme: &Theme) {
        let accent = theme.colors.accent;
        let fill = accent.gamma_multiply(0.13);
        let mut mesh = Mesh::default();
        let mut vertex = |pos: Pos2| {
            mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color: fill });
            mesh.vertices.len() as u32 - 1
        };
        let mut triangles = Vec::new();
        for part in parts(line) {
            for pair in part.windows(2) {
                triangles.push([vertex(self.middle), vertex(self.at(pair[0])), vertex(self.at(pair[1]))]);
            }
        }
        for [a, b, c] in triangles {
            mesh.add_triangle(a, b, c);
        }
        painter.add(mesh);
        for part in parts(line) {
            let points: Vec<Pos2> = part.iter().map(|point| self.at(*point)).collect();
            for end in [points.first(), points.last()].into_iter().flatten() {
                painter.line_segment([self.middle, *end], Stroke::new(1.0, accent.gamma_multiply(0.5)));
            }
            painter.add(PathShape::line(points, Stroke::new(2.0, accent)));
        }
        // Which end is which, once they are apart.
        let ends = [(line.first(), "L"), (line.last(), "R")];
        let apart = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) > 0.1;
        if let [(Some(left), _), (Some(right), _)] = ends
            && apart(*left, *right)
        {
            for (end, name) in ends {
                let Some(place) = end.map(|end| self.at(*end)) else { continue };
                badge(painter, place, name, accent, theme);
            }
        }
    }
}

/// A half circle.
fn arc(disc: &Disc, distance: f32) -> Vec<Pos2> {
    let at = |n: u16| std::f32::consts::PI * f32::from(n) / 64.0;
    (0..=64).map(|n| disc.at([-at(n).cos() * distance, at(n).sin() * distance])).collect()
}

/// The stretches of a line: what passes −90° goes on at 90°.
fn parts(line: &[[f32; 2]]) -> impl Iterator<Item = &[[f32; 2]]> {
    line.chunk_by(|a, b| !(a[0] * b[0] < 0.0 && (a[0] - b[0]).abs() > 0.8))
}

fn badge(painter: &Painter, place: Pos2, name: &str, color: Color32, theme: &Theme) {
    painter.circle_filled(place, 7.0, theme.colors.well);
    painter.circle_stroke(place, 7.0, Stroke::new(1.5, color));
    painter.text(place, Align2::CENTER_CENTER, name, theme.strong(theme.font.small), theme.colors.text);
}
