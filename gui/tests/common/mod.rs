//! A host that remembers what it was told, an editor without a window, and pictures.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

mod hundred;
mod own;
pub mod pictures;
mod voice;

use std::collections::VecDeque;
use std::sync::Arc;

use dyad_core::editor::{MAX_MESSAGE, SendError};
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use dyad_gui::egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, vec2};
use dyad_gui::{Area, Curve, Editor, Input, Raster, Theme};

#[allow(unused_imports, reason = "each test program uses its own part")]
pub use own::{Own, filed};
#[allow(unused_imports, reason = "each test program uses its own part")]
pub use voice::voice;

/// What an editor told its host.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Call {
    Begin(usize),
    Set(usize, f64),
    End(usize),
}

/// A host in memory.
pub struct Host {
    description: Arc<Description>,
    pub values: Vec<f64>,
    pub properties: Vec<String>,
    pub calls: Vec<Call>,
    /// What the sound half has said.
    pub messages: VecDeque<Vec<u8>>,
    /// Whether it lets the user choose files, and for which property it was asked to.
    pub browses: bool,
    pub browsed: Vec<usize>,
    /// The keys that were played, with their velocity, and those that were let go as less than 0.
    pub notes: Vec<(i32, f32)>,
}

impl Host {
    pub fn new(description: &Arc<Description>) -> Self {
        let values = description.params.iter().map(|param| param.info.default).collect();
        let properties = description.properties.iter().map(|property| property.default.into()).collect();
        Self {
            description: Arc::clone(description),
            values,
            properties,
            calls: Vec::new(),
            messages: VecDeque::new(),
            browses: false,
            browsed: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl EditorHost for Host {
    fn value(&self, index: usize) -> f64 {
        self.values.get(index).copied().unwrap_or(0.0)
    }
    fn begin(&mut self, index: usize) {
        self.calls.push(Call::Begin(index));
    }
    fn set(&mut self, index: usize, plain: f64) {
        self.calls.push(Call::Set(index, plain));
        if let Some(plain) = self.description.params[index].info.range.sanitize(plain) {
            self.values[index] = plain;
        }
    }
    fn end(&mut self, index: usize) {
        self.calls.push(Call::End(index));
    }
    fn meter(&self, index: usize) -> f64 {
        self.value(index)
    }
    fn resize(&mut self, _width: u32, _height: u32) -> bool {
        false
    }
    fn property(&self, index: usize) -> String {
        self.properties.get(index).cloned().unwrap_or_default()
    }
    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError> {
        self.description.properties[index].check(text)?;
        text.clone_into(&mut self.properties[index]);
        Ok(())
    }
    fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        if message.len() > MAX_MESSAGE { Err(SendError::TooLong(message.len())) } else { Ok(()) }
    }
    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        let Some(oldest) = self.messages.pop_front() else { return false };
        *message = oldest;
        true
    }
    fn play_note(&mut self, key: u8, velocity: f32) {
        self.notes.push((key.into(), velocity));
    }
    fn release_note(&mut self, key: u8) {
        self.notes.push((-i32::from(key), 0.0));
    }
    fn browse(&mut self, property: usize) -> bool {
        if self.browses {
            self.browsed.push(property);
        }
        self.browses
    }
}

pub fn gain() -> Arc<Description> {
    let lock = include_str!("../../../bundles/gain/ports.lock");
    Arc::new(Description::load::<gain::Gain>(lock).unwrap())
}

pub fn probe() -> Arc<Description> {
    let lock = include_str!("../../../tests/probe/ports.lock");
    Arc::new(Description::load::<probe::Probe>(lock).unwrap())
}

/// Eight bands in nested groups: 100 parameters of all kinds.
pub fn hundred() -> Arc<Description> {
    Arc::new(Description::of::<hundred::Hundred>("").unwrap())
}

/// An editor, its host and its picture.
pub struct Rig {
    pub description: Arc<Description>,
    pub editor: Editor,
    pub host: Host,
    pub raster: Raster,
    pub time: f64,
    pub size: Vec2,
    pub scale: f32,
    pub modifiers: Modifiers,
    /// Nothing is painted, which is most of the time that a frame takes.
    pub unseen: bool,
    events: Vec<Event>,
}

impl Rig {
    /// At its preferred size.
    pub fn new(description: &Arc<Description>) -> Self {
        Self::of(description, Editor::generated(Arc::clone(description)))
    }

    /// With a view of its own.
    pub fn own(description: &Arc<Description>, view: Own, curves: &'static [Curve]) -> Self {
        let editor = Editor::new(Arc::clone(description), Box::new(view), Theme::default());
        Self::of(description, editor.curves(curves))
    }

    fn of(description: &Arc<Description>, editor: Editor) -> Self {
        let size = editor.preferred_size();
        let host = Host::new(description);
        let mut new = Self {
            description: Arc::clone(description),
            editor,
            host,
            raster: Raster::new(),
            time: 10.0,
            size,
            scale: 1.0,
            modifiers: Modifiers::default(),
            unseen: false,
            events: Vec::new(),
        };
        new.frames(2);
        new
    }

    pub fn index(&self, id: &str) -> usize {
        self.description.index_of(id).unwrap()
    }

    pub fn value(&self, id: &str) -> f64 {
        self.host.values[self.index(id)]
    }

    /// Makes a frame, a sixtieth of a second later.
    pub fn frame(&mut self) -> Vec<Area> {
        self.time += 1.0 / 60.0;
        let size = [self.size.x, self.size.y].map(|side| (side * self.scale) as u32);
        let events = std::mem::take(&mut self.events);
        let input = Input { size, scale: self.scale, time: self.time, events, focused: true };
        let frame = self.editor.frame(input, &mut self.host);
        if self.unseen {
            frame.discard();
            return Vec::new();
        }
        self.raster.paint(frame).to_vec()
    }

    pub fn frames(&mut self, count: usize) {
        (0..count).for_each(|_| drop(self.frame()));
    }

    pub fn feed(&mut self, event: Event) {
        self.events.push(event);
        self.frame();
    }

    /// Something that the window only sees with the next frame.
    pub fn later(&mut self, event: Event) {
        self.events.push(event);
    }

    pub fn shift(&mut self, shift: bool) {
        self.modifiers.shift = shift;
        self.feed(Event::ModifiersChanged(self.modifiers));
    }

    pub fn point(&mut self, at: Pos2) {
        self.feed(Event::PointerMoved(at));
    }

    pub fn button(&mut self, pos: Pos2, pressed: bool) {
        let (button, modifiers) = (PointerButton::Primary, self.modifiers);
        self.feed(Event::PointerButton { pos, button, pressed, modifiers });
    }

    pub fn click(&mut self, at: Pos2) {
        self.point(at);
        self.button(at, true);
        self.button(at, false);
    }

    /// Presses, moves in steps, lets go.
    pub fn drag(&mut self, from: Pos2, by: Vec2) {
        self.point(from);
        self.button(from, true);
        for step in 1..=10 {
            self.point(from + by * (step as f32 / 10.0));
        }
        self.button(from + by, false);
    }

    pub fn wheel(&mut self, at: Pos2, notches: f32) {
        self.point(at);
        let delta = vec2(0.0, notches);
        let (unit, phase, modifiers) = (MouseWheelUnit::Line, TouchPhase::Move, self.modifiers);
        let source = dyad_gui::egui::MouseWheelSource::Wheel;
        self.feed(Event::MouseWheel { unit, delta, phase, source, modifiers });
    }

    pub fn key(&mut self, key: Key) {
        let modifiers = self.modifiers;
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.events.push(event(true));
        self.feed(event(false));
    }

    pub fn text(&mut self, text: &str) {
        self.feed(Event::Text(text.into()));
    }

    /// Long enough that the next click is no double-click.
    pub fn pause(&mut self) {
        self.time += 2.0;
        self.frame();
    }

    /// What was told since the last time.
    pub fn calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.host.calls)
    }

    /// The middle of a control.
    pub fn find(&self, id: &str) -> Pos2 {
        self.editor.place(self.index(id)).unwrap_or_else(|| panic!("{id} is not shown")).center()
    }

    /// The middle of a value.
    pub fn find_value(&self, id: &str) -> Pos2 {
        self.editor.place_of_value(self.index(id)).unwrap_or_else(|| panic!("{id} is not shown")).center()
    }
}
