//! The picture of the echoes: left's upwards, right's downwards, over time.

use dyad_ui::egui::epaint::PathShape;
use dyad_ui::egui::{
    Align2, Color32, CornerRadius, CursorIcon, PointerButton, Pos2, Rect, Sense, Stroke, Ui, Vec2,
};
use dyad_ui::{Context, Theme};

use crate::curves::{ECHO, LINE};

/// Room for the numbers on the left and below.
const LEFT: f32 = 34.0;
const BELOW: f32 = 18.0;
/// Free above and below the longest bars.
const MARGIN: f32 = 8.0;
/// Levels with a line, in decibels, and the lowest one, in the middle.
const LEVELS: [f32; 4] = [0.0, -12.0, -24.0, -36.0];
const LOWEST: f32 = -48.0;
/// What Shift makes of a movement.
const FINE: f32 = 0.1;

/// The picture. Dragged to the side it changes the time, dragged upwards the feedback.
#[derive(Debug, Default)]
pub(crate) struct Echoes {
    held: Vec<Held>,
}

/// A parameter that is dragged: which, and where the pointer has brought it, 0 to 1.
#[derive(Debug)]
struct Held {
    index: usize,
    position: f64,
}

impl Echoes {
    pub(crate) fn put(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let plot = Rect::from_min_max(
            Pos2::new(rect.left() + LEFT, rect.top()),
            Pos2::new(rect.right(), rect.bottom() - BELOW),
        );
        let plot = Rect::from_min_max(plot.min.round(), plot.max.round());
        self.operate(ui, plot, context);
        let theme = context.theme;
        let painter = ui.painter();
        let (middle, half) = (plot.center().y.round(), plot.height() * 0.5 - MARGIN);

        let faint = mix(theme.colors.panel, theme.colors.line, 0.7);
        let font = theme.regular(theme.font.small);
        for level in LEVELS {
            let up = half * (1.0 - level / LOWEST);
            for y in [middle - up, middle + up] {
                painter.hline(plot.x_range(), y.round(), Stroke::new(1.0, faint));
                let at = Pos2::new(plot.left() - 8.0, y);
                let text = if level == 0.0 { "0".to_owned() } else { format!("\u{2212}{:.0}", -level) };
                painter.text(at, Align2::RIGHT_CENTER, text, font.clone(), theme.colors.dim);
            }
        }
        let grid = context.curve("grid").to_vec();
        let beats = grid.get(1).is_some_and(|beats| *beats > 0.5);
        let count = grid.first().map_or(0, |count| *count as usize);
        for (n, line) in grid.get(2..).unwrap_or(&[]).chunks_exact(LINE).take(count).enumerate() {
            let x = (plot.left() + plot.width() * line[0]).round();
            let strong = line[2] > 0.5 && n > 0;
            let color = if strong { mix(theme.colors.line, theme.colors.outline, 0.4) } else { faint };
            painter.vline(x, plot.y_range(), Stroke::new(1.0, color));
            let align = match n {
                0 => Align2::LEFT_TOP,
                _ if n + 1 == count => Align2::RIGHT_TOP,
                _ => Align2::CENTER_TOP,
            };
            let last = n + 1 == count;
            let text = if beats { beat(line[1], last) } else { time(line[1]) };
            painter.text(Pos2::new(x, plot.bottom() + 4.0), align, text, font.clone(), theme.colors.dim);
        }
        painter.hline(plot.x_range(), middle, Stroke::new(1.0, theme.colors.outline));
        for (name, y) in [("L", plot.top() + 4.0), ("R", plot.bottom() - 16.0)] {
            let at = Pos2::new(plot.right() - 6.0, y);
            painter.text(at, Align2::RIGHT_TOP, name, theme.strong(theme.font.label), theme.colors.dim);
        }

        let all = context.curve("echoes").to_vec();
        let [count, dry, places @ ..] = &all[..] else { return };
        let places: Vec<&[f32]> = places.chunks_exact(ECHO).take(*count as usize).collect();
        let frozen = context.index_of("freeze").is_some_and(|index| context.host.value(index) >= 0.5);
        let main = if frozen { theme.colors.signal } else { theme.colors.accent };
        let clip = ui.painter_at(plot.expand(1.0));
        let x = |place: f32| plot.left() + plot.width() * place;
        // The sound itself, at the picture's edge.
        for up in [-1.0, 1.0] {
            bar(&clip, plot.left() + 3.0, middle, up * half * dry, 6.0, theme.colors.signal);
        }
        let apart = places.windows(2).map(|pair| pair[1][0] - pair[0][0]).fold(1.0, f32::min);
        let width = (plot.width() * apart * 0.4).clamp(4.0, 10.0).round();
        for (side, up) in [(1, -1.0), (2, 1.0)] {
            // Of the side's own echoes: width lets each be heard on the other side too.
            let tops = places.iter().filter(|place| place[side] > 0.0 && place[side] >= place[3 - side]);
            let tops: Vec<Pos2> =
                tops.map(|it| Pos2::new(x(it[0]), middle + up * half * it[side])).collect();
            if tops.len() > 1 {
                clip.add(PathShape::line(tops, Stroke::new(1.0, main.gamma_multiply(0.35))));
            }
            for place in &places {
                // Darker, the less treble it has.
                let color = mix(theme.colors.panel, main, 0.4 + 0.6 * place[3].sqrt());
                bar(&clip, x(place[0]), middle, up * half * place[side], width, color);
            }
        }
    }

    fn operate(&mut self, ui: &mut Ui, plot: Rect, context: &mut Context<'_>) {
        let on = |id: &str| context.index_of(id).is_some_and(|index| context.host.value(index) >= 0.5);
        let across = if on("sync") { "note_left" } else { "time_left" };
        let (Some(x), Some(y)) = (context.index_of(across), context.index_of("feedback")) else { return };
        let response = ui.interact(plot, ui.scope_id().with("echoes"), Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::Move);
        context.bind(&response, x);
        if response.double_clicked() {
            [x, y].into_iter().for_each(|index| context.reset(index));
        }
        if response.drag_started_by(PointerButton::Primary) {
            self.release(context);
            for index in [x, y] {
                context.host.begin(index);
                self.held.push(Held { index, position: context.position(index) });
            }
        }
        if response.dragged_by(PointerButton::Primary) && !self.held.is_empty() {
            let fine = if ui.input(|input| input.modifiers.shift) { FINE } else { 1.0 };
            let way = response.drag_delta() * fine / Vec2::new(plot.width(), -plot.height());
            for (held, by) in self.held.iter_mut().zip([way.x, way.y]) {
                held.position = (held.position + f64::from(by)).clamp(0.0, 1.0);
                let plain = context.info(held.index).map(|info| info.range.plain(held.position));
                if let Some(plain) = plain.filter(|plain| *plain != context.host.value(held.index)) {
                    context.host.set(held.index, plain);
                }
            }
        } else {
            self.release(context);
        }
    }

    fn release(&mut self, context: &mut Context<'_>) {
        for held in self.held.drain(..) {
            context.host.end(held.index);
        }
    }
}

/// A bar from the middle line upwards (below 0) or downwards, with its end brighter.
fn bar(painter: &dyad_ui::egui::Painter, x: f32, middle: f32, height: f32, width: f32, color: Color32) {
    if height.abs() < 0.5 {
        return;
    }
    // A pixel free beside the line.
    let from = middle + height.signum();
    let left = (x - width * 0.5).round();
    let body = Rect::from_two_pos(Pos2::new(left, from), Pos2::new(left + width, middle + height));
    painter.rect_filled(body, CornerRadius::same(2), color.gamma_multiply(0.6));
    let end = Rect::from_two_pos(
        Pos2::new(left, middle + height - height.signum() * 2.0_f32.min(height.abs())),
        Pos2::new(left + width, middle + height),
    );
    painter.rect_filled(end, CornerRadius::ZERO, color);
}

/// The number of a quarter note, the last one with its unit.
fn beat(number: f32, last: bool) -> String {
    let number = shortest(number);
    match (last, number.as_str()) {
        (false, _) => number,
        (true, "1") => "1 beat".to_owned(),
        (true, _) => format!("{number} beats"),
    }
}

fn time(milliseconds: f32) -> String {
    if milliseconds < 1000.0 {
        format!("{} ms", shortest(milliseconds))
    } else {
        format!("{} s", shortest(milliseconds / 1000.0))
    }
}

/// As many digits behind the point as there have to be.
fn shortest(number: f32) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A colour between two.
pub(crate) fn mix(a: Color32, b: Color32, part: f32) -> Color32 {
    a.lerp_to_gamma(b, part.clamp(0.0, 1.0))
}

/// A panel's ground.
pub(crate) fn panel(ui: &Ui, rect: Rect, theme: &Theme) {
    ui.painter().rect_filled(rect, theme.radius.panel, theme.colors.panel);
}
