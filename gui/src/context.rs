//! What widgets see while a frame is made, and what is kept between two frames.

use dyad_core::param::ParamInfo;
use dyad_core::{Description, EditorHost};

use crate::curves::Curves;
use crate::gesture::Gesture;
use crate::session::{Command, Session};
use crate::theme::Theme;
use crate::widgets::{Entry, FieldState, FileState, HeaderState, MeterState, Played};

/// What a widget needs: the host's side, the plugin's description, the look. `[main-thread]`
///
/// A [`View`](crate::View) gets one for each frame and hands it to its widgets.
pub struct Context<'a> {
    /// Values and everything else on the other side.
    pub host: &'a mut dyn EditorHost,
    /// The plugin.
    pub description: &'a Description,
    /// The look.
    pub theme: &'a Theme,
    pub(crate) state: &'a mut State,
    /// Presets, A and B, and what can be undone.
    pub(crate) session: &'a Session,
    /// What is to be done with it, once this frame is made.
    pub(crate) wanted: &'a mut Vec<Command>,
}

impl<'a> Context<'a> {
    /// A parameter's or meter's description; none where there is no such parameter.
    #[must_use]
    pub fn info(&self, index: usize) -> Option<&'a ParamInfo> {
        self.description.params.get(index).map(|param| &param.info)
    }

    /// The index of the parameter with this id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.description.index_of(id)
    }

    /// Whether to show that the keyboard operates this: it does, and it was used last.
    #[must_use]
    pub fn shows_focus(&self, response: &egui::Response) -> bool {
        self.state.keyboard && response.has_focus()
    }

    /// The points of the curve with this id, as it is with the values of this moment: y values, evenly
    /// spaced over the x axis. Computed only where a value has changed that it is made from. Empty where
    /// `editor!` was given no such curve.
    pub fn curve(&mut self, id: &str) -> &[f32] {
        let Some(index) = self.state.curves.index_of(id) else { return &[] };
        self.state.curves.update(index, self.description, &*self.host);
        self.state.curves.points(index)
    }

    /// Presets, A and B, and what can be undone: what [`Header`](crate::widgets::Header) shows.
    #[must_use]
    pub fn session(&self) -> &'a Session {
        self.session
    }

    /// Has something done with the session, once this frame is made.
    pub fn want(&mut self, command: Command) {
        self.wanted.push(command);
    }

    /// Says that something in the picture belongs to a parameter or meter, so that a host that asks what
    /// is there is told. Widgets do it themselves; this is for what a view draws without them.
    pub fn bind(&mut self, response: &egui::Response, index: usize) {
        if self.info(index).is_some() {
            self.state.bound.push((response.id, index));
        }
    }

    /// What every control does where it meets its parameter: says where it is, and opens the host's menu
    /// where it was clicked with the other button.
    pub(crate) fn control(&mut self, response: &egui::Response, index: usize) {
        if self.info(index).is_none() {
            return;
        }
        self.bind(response, index);
        self.state.place(index).control = Some(response.rect);
        if response.secondary_clicked()
            && let Some(place) = response.interact_pointer_pos()
        {
            let place = place.to_vec2() * self.state.zoom;
            self.host.menu(index, place.x, place.y);
        }
    }

    /// As [`control`](Self::control) for a part of a picture: where a knob stands for the parameter too, that is
    /// its place.
    pub(crate) fn share(&mut self, response: &egui::Response, index: usize) {
        let before = self.state.places.get(index).and_then(|place| place.control);
        self.control(response, index);
        if before.is_some() {
            self.state.place(index).control = before;
        }
    }

    /// A parameter's position, 0 to 1, as its knob shows it.
    #[must_use]
    pub fn position(&self, index: usize) -> f64 {
        self.info(index).map_or(0.0, |info| info.range.normalize(self.host.value(index)))
    }
}

/// Where a parameter is operated and typed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) control: Option<egui::Rect>,
    pub(crate) value: Option<egui::Rect>,
}

/// What is kept between two frames of one editor.
#[derive(Default)]
pub(crate) struct State {
    /// What follows from values.
    pub(crate) curves: Curves,
    /// The drag that is under way.
    pub(crate) gesture: Option<Gesture>,
    /// What keyboards hold, each by its widget.
    pub(crate) keyboards: Vec<(egui::Id, Played)>,
    /// The value that is being typed.
    pub(crate) entry: Option<Entry>,
    /// Meters by parameter index; none for what is no meter.
    pub(crate) meters: Vec<MeterState>,
    /// Properties by index.
    pub(crate) fields: Vec<FieldState>,
    /// The header, and the menu that opens from it.
    pub(crate) header: HeaderState,
    /// Of those that are files.
    pub(crate) files: Vec<FileState>,
    /// Until when the wheel scrolls the page, whatever comes under the pointer.
    pub(crate) scrolling_until: f64,
    /// Whether a control under the pointer takes the wheel in this frame.
    pub(crate) wheel_taken: bool,
    /// Parts of a notch of the wheel that stepped parameters have not used.
    pub(crate) notches: f64,
    /// Seconds since some moment.
    pub(crate) now: f64,
    /// Seconds since the last frame.
    pub(crate) elapsed: f64,
    /// Where controls and values stand in this frame, by parameter index, in points.
    pub(crate) places: Vec<Place>,
    /// The widgets of this frame that are a parameter's or meter's.
    pub(crate) bound: Vec<(egui::Id, usize)>,
    /// Whether letters mean something in this frame, though no text is being typed.
    pub(crate) letters: bool,
    /// Whether something moves by itself.
    pub(crate) moving: bool,
    /// Whether the keyboard was used last, and not the pointer.
    pub(crate) keyboard: bool,
    /// Logical pixels of the window for each point of egui.
    pub(crate) zoom: f32,
}

impl State {
    pub(crate) fn place(&mut self, index: usize) -> &mut Place {
        if index >= self.places.len() {
            self.places.resize_with(index + 1, Place::default);
        }
        &mut self.places[index]
    }

    pub(crate) fn meter(&mut self, index: usize) -> &mut MeterState {
        if index >= self.meters.len() {
            self.meters.resize_with(index + 1, MeterState::default);
        }
        &mut self.meters[index]
    }

    pub(crate) fn file(&mut self, index: usize) -> &mut FileState {
        if index >= self.files.len() {
            self.files.resize_with(index + 1, FileState::default);
        }
        &mut self.files[index]
    }

    pub(crate) fn field(&mut self, index: usize) -> &mut FieldState {
        if index >= self.fields.len() {
            self.fields.resize_with(index + 1, FieldState::default);
        }
        &mut self.fields[index]
    }
}
