//! What a view draws and lets the user drag by itself.

use egui::{Response, Ui, Vec2};

use crate::context::Context;
use crate::gesture::{Plane, Way, drag_along, plane_keys, wants_default, wheel};

/// What a widget of a view's own moves: a parameter to the side, one upwards, one by the wheel. They are operated
/// as all widgets' are: one gesture for each drag, ended also where the window closes under it; Shift for fine;
/// arrow and Page keys; a double-click or Delete for the default; the host's menu.
///
/// ```
/// use dyad_gui::{Context, Grip};
/// use egui::{Rect, Sense, Ui};
///
/// fn own(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
///     let Some(gain) = context.index_of("gain") else { return };
///     let response = ui.interact(rect, ui.scope_id().with("own"), Sense::click_and_drag());
///     Grip::new().y(gain, rect.height()).operate(ui, &response, context);
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Grip {
    x: Option<(usize, f32)>,
    y: Option<(usize, f32)>,
    third: Option<usize>,
}

impl Grip {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A drag over so many points to the right is the parameter's whole range.
    #[must_use]
    pub fn x(self, index: usize, points: f32) -> Self {
        Self { x: Some((index, points)), ..self }
    }

    /// A drag over so many points upwards is the parameter's whole range.
    #[must_use]
    pub fn y(self, index: usize, points: f32) -> Self {
        Self { y: Some((index, points)), ..self }
    }

    /// The wheel and the Page keys move this parameter. Without it the wheel moves the one upwards, else the one
    /// to the side.
    #[must_use]
    pub fn wheel(self, index: usize) -> Self {
        Self { third: Some(index), ..self }
    }

    /// Lets the user operate them by what was made with [`Sense::click_and_drag`](egui::Sense::click_and_drag).
    pub fn operate(self, ui: &Ui, response: &Response, context: &mut Context<'_>) {
        let way = |(index, points): (usize, f32), way: Vec2| Way {
            index,
            axis: None,
            per_point: way / points.max(1.0),
        };
        let x = self.x.map(|x| way(x, Vec2::new(1.0, 0.0)));
        let y = self.y.map(|y| way(y, Vec2::new(0.0, -1.0)));
        let ways: Vec<Way> = [x, y].into_iter().flatten().collect();
        drag_along(ui, context, response, &ways, None);
        let (x, y) = (x.map(|way| way.index), y.map(|way| way.index));
        if let Some(index) = self.third.filter(|_| wants_default(ui, response)) {
            context.reset(index);
        }
        if let Some(index) = y.or(x).or(self.third) {
            context.share(response, index);
        }
        if let Some(index) = self.third.or(y).or(x)
            && (response.hovered() || response.dragged())
        {
            wheel(ui, context, index);
        }
        plane_keys(ui, context, response, Plane { x, y, third: self.third, switch: None });
    }
}
