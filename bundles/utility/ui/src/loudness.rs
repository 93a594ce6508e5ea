//! Loudness in numbers and as a bar.

use dyad_ui::egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, Vec2};
use dyad_ui::param::ParamInfo;
use dyad_ui::{Context, Theme};

/// The ends of the bar, in LUFS.
const RANGE: (f32, f32) = (-60.0, 0.0);
/// Where it has numbers: R 128's target, what streaming services aim at, and others.
const TICKS: [f32; 6] = [0.0, -6.0, -14.0, -23.0, -36.0, -48.0];

/// A value without its unit, with the signs of print.
fn number(info: &ParamInfo, value: f64) -> String {
    info.value_text(value).replace("inf", "\u{221e}").replace('-', "\u{2212}")
}

/// A meter's value in large type, its name above and its unit behind.
pub(crate) fn readout(ui: &Ui, rect: Rect, id: &str, size: f32, context: &mut Context<'_>) {
    let Some(index) = context.index_of(id) else { return };
    let value = context.host.meter(index);
    let Some(info) = context.info(index) else { return };
    let theme = context.theme;
    let (painter, colors) = (ui.painter(), &theme.colors);
    let response = ui.interact(rect, ui.scope_id().with(("readout", id)), Sense::hover());
    context.bind(&response, index);
    let name = theme.regular(theme.font.label);
    painter.text(rect.left_top(), Align2::LEFT_TOP, info.name.to_uppercase(), name, colors.dim);
    let shown = number(info, value);
    let hot = id == "true_peak_max" && value > 0.0;
    let ink = if hot { colors.hot } else { colors.text };
    let bottom = Pos2::new(rect.left(), rect.bottom());
    let font = if size > theme.font.value { theme.strong(size) } else { theme.regular(size) };
    let place = painter.text(bottom, Align2::LEFT_BOTTOM, &shown, font, ink);
    // On one line of type.
    let lift = size * 0.13;
    let unit = Pos2::new(place.right() + 5.0, rect.bottom() - lift);
    painter.text(unit, Align2::LEFT_BOTTOM, info.unit.label(), theme.regular(theme.font.label), colors.dim);
    response.widget_info(|| {
        let label = format!("{} {shown} {}", info.name, info.unit.label());
        dyad_ui::egui::WidgetInfo::labeled(dyad_ui::egui::accesskit::Role::Label, true, label)
    });
}

/// Momentary loudness as a bar, short-term as a line on it, the target beside it.
pub(crate) fn bar(ui: &Ui, rect: Rect, context: &mut Context<'_>) {
    let ids = ["momentary", "short_term", "target"].map(|id| context.index_of(id));
    let [Some(momentary), Some(short_term), Some(target)] = ids else { return };
    let theme = context.theme;
    let (painter, colors) = (ui.painter(), &theme.colors);
    let lane = Rect::from_min_max(
        Pos2::new(rect.left(), rect.top() + 20.0),
        Pos2::new(rect.right(), rect.bottom() - 20.0),
    );
    let well = lane.with_max_x(lane.left() + theme.meter.bar * 1.6);
    let response = ui.interact(rect, ui.scope_id().with("loudness"), Sense::hover());
    context.bind(&response, momentary);
    painter.rect_filled(well, theme.radius.small, colors.well);

    let goal = context.host.value(target) as f32;
    let level = context.host.meter(momentary) as f32;
    let top = height(well, level);
    let mark = height(well, goal);
    if level > RANGE.0 {
        painter.rect_filled(well.with_min_y(top.max(mark)), theme.radius.small, colors.ok);
        if top < mark {
            painter.rect_filled(well.with_min_y(top).with_max_y(mark), 1.0, colors.warn);
        }
    }
    let steady = context.host.meter(short_term) as f32;
    if steady > RANGE.0 {
        let line = Rect::from_center_size(
            Pos2::new(well.center().x, height(well, steady).max(well.top() + 1.0)),
            Vec2::new(well.width(), 2.0),
        );
        painter.rect_filled(line, 0.0, colors.text);
    }
    ticks(ui, well, theme);
    painter.hline(well.x_range(), mark, Stroke::new(1.5, colors.accent));
    let arrow = [Vec2::ZERO, Vec2::new(-6.0, -4.0), Vec2::new(-6.0, 4.0)];
    let arrow = arrow.map(|by| Pos2::new(well.left() - 1.0, mark) + by).to_vec();
    painter.add(dyad_ui::egui::Shape::convex_polygon(arrow, colors.accent, Stroke::NONE));
    let font = theme.regular(theme.font.label);
    let name = Pos2::new(well.center().x.round(), rect.bottom() - 8.0);
    painter.text(name, Align2::CENTER_CENTER, "LUFS", font.clone(), colors.dim);
    let shown = context.info(momentary).map_or_else(String::new, |info| number(info, f64::from(level)));
    let above = Pos2::new(well.center().x, rect.top() + 8.0);
    painter.text(above, Align2::CENTER_CENTER, shown, font, colors.dim);
}

fn height(well: Rect, level: f32) -> f32 {
    let part = (level - RANGE.0) / (RANGE.1 - RANGE.0);
    well.bottom() - well.height() * part.clamp(0.0, 1.0)
}

fn ticks(ui: &Ui, well: Rect, theme: &Theme) {
    let font = theme.regular(theme.font.small);
    for tick in TICKS {
        let y = height(well, tick);
        let marked = tick == -23.0 || tick == -14.0;
        let ink = if marked { theme.colors.text } else { theme.colors.dim };
        let mark = Rect::from_center_size(Pos2::new(well.right() + 5.0, y), Vec2::new(4.0, 1.0));
        ui.painter().rect_filled(mark, 0.0, theme.colors.outline);
        let text = format!("{tick:.0}").replace('-', "\u{2212}");
        let place = Pos2::new(well.right() + 10.0, y);
        ui.painter().text(place, Align2::LEFT_CENTER, text, font.clone(), ink);
    }
}
