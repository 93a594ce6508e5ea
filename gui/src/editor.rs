//! One open editor: events go in, a picture and gestures come out.

use std::sync::Arc;
use std::time::Duration;

use dyad_core::param::Role;
use dyad_core::{Description, EditorHost};
use egui::epaint::ClippedPrimitive;
use egui::{CursorIcon, Key, Modifiers, Pos2, RawInput, Rect, TexturesDelta, Vec2, ViewportId};

use crate::context::{Context, State};
use crate::curves::{Curve, Curves};
use crate::gesture::watch_scrolling;
use crate::session::{Command, Library, Recorder, Session};
use crate::spots::{self, Spot};
use crate::theme::Theme;
use crate::view::View;

/// What a window knows at the beginning of a frame.
#[derive(Clone, Debug)]
pub struct Input {
    /// Width and height in physical pixels. Any are taken; what is beyond [`MAX_SIDE`] is not drawn.
    pub size: [u32; 2],
    /// Physical pixels for each logical one. Brought into 0.5 to 8; NaN counts as 1.
    pub scale: f32,
    /// Seconds since some moment, never less than before.
    pub time: f64,
    /// What the user did since the last frame, in order, places in logical pixels. A change of
    /// modifier keys comes as [`egui::Event::ModifiersChanged`].
    pub events: Vec<egui::Event>,
    /// Whether the window has the keyboard.
    pub focused: bool,
}

/// The longest side that is drawn, in physical pixels.
pub const MAX_SIDE: u32 = 16_384;

/// What a frame came to. Its textures must be taken, by [`Raster::paint`](crate::Raster::paint) or by
/// a painter for a GPU: each frame only has what is new.
pub struct Frame {
    /// What to draw, in order, in logical pixels.
    pub primitives: Vec<ClippedPrimitive>,
    /// What is new in textures.
    pub textures: TexturesDelta,
    /// Width and height in physical pixels.
    pub size: [u32; 2],
    /// Physical pixels for each logical one.
    pub scale: f32,
    /// The colour behind everything.
    pub background: egui::Color32,
    /// What the pointer should look like.
    pub cursor: CursorIcon,
    /// Text for the clipboard.
    pub copied: Option<String>,
    /// An address to open in a browser.
    pub url: Option<String>,
    /// Whether a text is being typed: only then the window should have the keyboard.
    pub typing: bool,
}

impl Frame {
    /// Forgets a frame that is not drawn. The next picture lacks its new letters.
    pub fn discard(mut self) {
        self.textures.clear();
    }
}

/// What an editor showed, to see whether another frame is needed.
#[derive(Default)]
struct Shown {
    values: Vec<f64>,
    properties: Vec<String>,
}

/// One open editor. Several live beside each other without knowing of one another.
///
/// To close it call [`Editor::close`], so that a drag under way is ended.
pub struct Editor {
    egui: egui::Context,
    view: Box<dyn View>,
    description: Arc<Description>,
    theme: Theme,
    state: State,
    session: Session,
    /// What is to be done with the session after this frame.
    wanted: Vec<Command>,
    shown: Shown,
    /// When the next frame is due without any event, in the window's seconds.
    due: f64,
    last: Option<([u32; 2], f32)>,
}

/// Seconds between two frames while something moves.
const MOVING: f64 = 1.0 / 60.0;

impl Editor {
    /// Opens a view of a plugin.
    #[must_use]
    pub fn new(description: Arc<Description>, view: Box<dyn View>, theme: Theme) -> Self {
        let egui = egui::Context::default();
        theme.apply(&egui);
        let (state, shown, wanted) = (State::default(), Shown::default(), Vec::new());
        let session = Session::new(Arc::clone(&description), Library::of_factory(Arc::clone(&description)));
        Self { egui, view, description, theme, state, session, wanted, shown, due: 0.0, last: None }
    }

    /// With this session: with the user's presets, or with what another editor of the plugin has left.
    #[must_use]
    pub fn with_session(self, session: Session) -> Self {
        Self { session, ..self }
    }

    /// With these curves, which its view can ask for by [`Context::curve`].
    #[must_use]
    pub fn curves(mut self, list: &'static [Curve]) -> Self {
        self.state.curves = Curves::new(list);
        self
    }

    /// Opens the editor that is made from the description.
    #[must_use]
    pub fn generated(description: Arc<Description>) -> Self {
        let theme = Theme::default();
        let view = crate::Generated::new(&description, &theme);
        Self::new(description, Box::new(view), theme)
    }

    /// The size at which it opens, in logical pixels.
    #[must_use]
    pub fn preferred_size(&self) -> Vec2 {
        self.view.preferred_size()
    }

    /// The least size with which it can be used, in logical pixels.
    #[must_use]
    pub fn minimum_size(&self) -> Vec2 {
        self.view.minimum_size()
    }

    /// Whether its size can be changed.
    #[must_use]
    pub fn resizable(&self) -> bool {
        self.view.resizable()
    }

    /// Makes a frame. The host's answers are those of this moment.
    pub fn frame(&mut self, mut input: Input, host: &mut dyn EditorHost) -> Frame {
        let size = input.size.map(|side| side.min(MAX_SIDE));
        let scale = usable_scale(input.scale);
        self.state.elapsed = (input.time - self.state.now).clamp(0.0, 0.25);
        // NaN and times before the last one are none.
        self.state.now = self.state.now.max(input.time);
        self.state.moving = false;
        self.state.letters = false;
        self.state.places.clear();
        self.state.bound.clear();
        self.state.header.places.clear();
        let window = Vec2::new(size[0] as f32, size[1] as f32) / scale;
        let zoom = self.view.zoom(window);
        self.state.zoom = if zoom.is_nan() { 1.0 } else { zoom.clamp(0.5, 4.0) };
        for event in &input.events {
            match event {
                egui::Event::Key { pressed: true, .. } => self.state.keyboard = true,
                egui::Event::PointerButton { .. } => self.state.keyboard = false,
                _ => {}
            }
        }
        self.note(host);
        self.take_shortcuts(&mut input.events);
        self.session.observe(host, self.state.now);
        let status = self.session.status().clone();

        let raw = self.raw(input, window / self.state.zoom, scale * self.state.zoom);
        let mut edits = Vec::new();
        let Self { egui, view, description, theme, state, session, wanted, .. } = self;
        let output = egui.run_ui(raw, |ui| {
            let host = &mut Recorder { host: &mut *host, edits: &mut edits };
            let (state, session, wanted) = (&mut *state, &*session, &mut *wanted);
            let mut context = Context { host, description, theme, state, session, wanted };
            view.ui(ui, &mut context);
            let down = ui.input(|input| input.pointer.any_down());
            context.settle(down);
            crate::widgets::end_notes(false, &mut context);
        });
        watch_scrolling(egui, state);
        session.note(edits);
        for command in std::mem::take(wanted) {
            state.header.outcome = Some(session.perform(command, host));
            state.moving = true;
        }
        session.observe(host, state.now);
        // What the header shows is another thing now.
        state.moving |= *session.status() != status;
        state.bound.sort_unstable_by_key(|(id, _)| id.value());
        let wait = output.viewport_output.get(&ViewportId::ROOT).map(|viewport| viewport.repaint_delay);
        let wait = wait.unwrap_or(Duration::MAX).as_secs_f64();
        let wait = if state.moving { wait.min(MOVING) } else { wait };
        self.due = self.state.now + wait;
        self.last = Some((size, scale));
        // The user's own changes are on the picture already, or will be by the request of the widget.
        self.note(host);

        let mut frame = Frame {
            primitives: self.egui.tessellate(output.shapes, output.pixels_per_point),
            textures: output.textures_delta,
            size,
            scale: output.pixels_per_point,
            background: self.theme.colors.background,
            cursor: output.platform_output.cursor_icon,
            copied: None,
            url: None,
            typing: self.egui.text_edit_focused() || self.state.letters,
        };
        for command in output.platform_output.commands {
            match command {
                egui::OutputCommand::CopyText(text) => frame.copied = Some(text),
                egui::OutputCommand::OpenUrl(open) => frame.url = Some(open.url),
                _ => {}
            }
        }
        frame
    }

    /// Seconds until the next frame is due where nothing happens; infinite where nothing moves.
    #[must_use]
    pub fn wait(&self, now: f64) -> f64 {
        (self.due - now).max(0.0)
    }

    /// Whether a picture made now would be another one: something moves, or a value, a meter or a
    /// property has changed on the other side. Cheap enough for each tick of a timer. Events and a new
    /// size need a frame in any case.
    #[must_use]
    pub fn is_due(&self, now: f64, host: &dyn EditorHost) -> bool {
        let last = &self.shown;
        let same = |index: usize, value: &f64| self.read(index, host).to_bits() == value.to_bits();
        now >= self.due
            || last.values.len() != self.description.params.len()
            || !last.values.iter().enumerate().all(|(index, value)| same(index, value))
            || last.properties.iter().enumerate().any(|(index, text)| host.property(index) != *text)
    }

    /// Whether the editor has a use for a key now. What it has none for belongs to the host: the
    /// space bar starts the transport while a knob has the keyboard.
    #[must_use]
    pub fn wants_key(&self, key: Key, modifiers: Modifiers) -> bool {
        if self.egui.text_edit_focused() || self.state.letters {
            return true;
        }
        if egui::Popup::is_any_open(&self.egui) && key == Key::Escape {
            return true;
        }
        let focused = self.egui.memory(|memory| memory.focused().is_some());
        let operates = matches!(
            key,
            Key::ArrowUp
                | Key::ArrowDown
                | Key::ArrowLeft
                | Key::ArrowRight
                | Key::PageUp
                | Key::PageDown
                | Key::Home
                | Key::End
                | Key::Delete
                | Key::Backspace
                | Key::Enter
                | Key::Escape
                | Key::Tab
        );
        let moves = operates && !modifiers.command && !modifiers.alt;
        focused && (moves || shortcut(key, modifiers).is_some())
    }

    /// Takes keys out that are the editor's own. While a text is typed they are that text's.
    fn take_shortcuts(&mut self, events: &mut Vec<egui::Event>) {
        if self.egui.text_edit_focused() {
            return;
        }
        events.retain(|event| match event {
            egui::Event::Key { key, modifiers, pressed, .. } => match shortcut(*key, *modifiers) {
                Some(command) => {
                    if *pressed {
                        self.wanted.push(command);
                    }
                    false
                }
                None => true,
            },
            _ => true,
        });
    }

    /// Where a parameter's control was in the last frame, in logical pixels: the dial of a knob, the lane
    /// of a slider. For tests that operate a window from outside.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<Rect> {
        self.state.places.get(index)?.control.map(|rect| rect * self.state.zoom)
    }

    /// Where a parameter's value was in the last frame, in logical pixels; a click there lets it be typed.
    #[must_use]
    pub fn place_of_value(&self, index: usize) -> Option<Rect> {
        self.state.places.get(index)?.value.map(|rect| rect * self.state.zoom)
    }

    /// What the pointer can meet in the last frame's picture, from the lowest to the topmost: all controls
    /// that are to be seen, and what covers them. See [`spots::find`].
    #[must_use]
    pub fn spots(&self) -> Vec<Spot> {
        spots::of(&self.egui, &self.state.bound)
    }

    /// Where a part of the header, or of the menu that opens from it, was in the last frame, in logical
    /// pixels: by what it is called.
    #[must_use]
    pub fn place_in_header(&self, name: &str) -> Option<Rect> {
        let mut places = self.state.header.places.iter();
        places.find(|(known, _)| known == name).map(|(_, rect)| *rect * self.state.zoom)
    }

    /// Presets, A and B, and what can be undone.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Where a property's field was last, its name and buttons included, in logical pixels.
    #[must_use]
    pub fn place_of_property(&self, index: usize) -> Option<Rect> {
        self.state.fields.get(index)?.place.map(|rect| rect * self.state.zoom)
    }

    /// Ends what is under way, before the window goes. What was being typed is taken, as where the user
    /// turns to something else.
    pub fn close(&mut self, host: &mut dyn EditorHost) {
        let Self { description, theme, state, session, wanted, .. } = self;
        let mut context = Context { host, description, theme, state, session, wanted };
        context.release();
        crate::widgets::end_notes(true, &mut context);
        crate::widgets::take_entry(&mut context);
        crate::widgets::take_fields(&mut context);
    }

    /// The toolkit's own context, for what is not offered here.
    #[must_use]
    pub fn egui(&self) -> &egui::Context {
        &self.egui
    }

    /// What egui wants to know. Its points are the window's logical pixels made larger.
    fn raw(&self, input: Input, points: Vec2, scale: f32) -> RawInput {
        let mut events = input.events;
        for event in &mut events {
            use egui::Event::{MiddleClickPaste, MouseWheel, PointerButton, PointerMoved, Touch};
            match event {
                PointerMoved(pos)
                | PointerButton { pos, .. }
                | Touch { pos, .. }
                | MiddleClickPaste { pos, .. } => *pos = (pos.to_vec2() / self.state.zoom).to_pos2(),
                MouseWheel { unit: egui::MouseWheelUnit::Point, delta, .. } => *delta /= self.state.zoom,
                _ => {}
            }
        }
        let mut raw = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, points)),
            max_texture_side: Some(8192),
            time: Some(self.state.now),
            predicted_dt: MOVING as f32,
            events,
            focused: input.focused,
            ..RawInput::default()
        };
        if let Some(viewport) = raw.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(scale);
        }
        raw
    }

    fn read(&self, index: usize, host: &dyn EditorHost) -> f64 {
        match self.description.params.get(index).map(|param| param.info.role) {
            Some(Role::Meter) => host.meter(index),
            Some(_) => host.value(index),
            None => 0.0,
        }
    }

    /// Notes what the host says now.
    fn note(&mut self, host: &dyn EditorHost) {
        let values = (0..self.description.params.len()).map(|index| self.read(index, host)).collect();
        let properties = (0..self.description.properties.len()).map(|index| host.property(index)).collect();
        self.shown = Shown { values, properties };
    }
}

/// Whether a key undoes or redoes something, wherever in an editor the focus is.
#[must_use]
pub fn undoes(key: Option<Key>, modifiers: Modifiers) -> bool {
    key.is_some_and(|key| shortcut(key, modifiers).is_some())
}

fn shortcut(key: Key, modifiers: Modifiers) -> Option<Command> {
    match key {
        _ if !modifiers.command || modifiers.alt => None,
        Key::Z if modifiers.shift => Some(Command::Redo),
        Key::Z => Some(Command::Undo),
        Key::Y if !modifiers.shift => Some(Command::Redo),
        _ => None,
    }
}

/// A scale with which anything can be drawn.
fn usable_scale(scale: f32) -> f32 {
    if scale.is_nan() { 1.0 } else { scale.clamp(0.5, 8.0) }
}
