//! The same editor without a window, to know where things are and how they look; and views that do harm.

use std::sync::Arc;

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use dyad_gui::egui::{self, Rect, Ui, Vec2};
use dyad_gui::{Context, Editor, Input, Raster, Theme, View};

use super::Picture;

/// A host in memory.
pub struct Memory {
    description: Arc<Description>,
    pub values: Vec<f64>,
}

impl EditorHost for Memory {
    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn begin(&mut self, _index: usize) {}
    fn set(&mut self, index: usize, plain: f64) {
        self.values[index] = plain;
    }
    fn end(&mut self, _index: usize) {}
    fn meter(&self, _index: usize) -> f64 {
        0.0
    }
    fn resize(&mut self, _width: u32, _height: u32) -> bool {
        false
    }
    fn property(&self, index: usize) -> String {
        self.description.properties[index].default.into()
    }
    fn set_property(&mut self, _index: usize, _text: &str) -> Result<(), PropertyError> {
        Ok(())
    }
    fn send(&mut self, _message: &[u8]) -> Result<(), SendError> {
        Ok(())
    }
    fn receive(&mut self, _message: &mut Vec<u8>) -> bool {
        false
    }
}

/// The generated editor, drawn into memory.
pub struct Model {
    pub editor: Editor,
    pub host: Memory,
    raster: Raster,
    size: [u32; 2],
    scale: f32,
    time: f64,
}

impl Model {
    pub fn new(description: &Arc<Description>, size: [u32; 2], scale: f32) -> Self {
        let values = description.params.iter().map(|param| param.info.default).collect();
        let host = Memory { description: Arc::clone(description), values };
        let editor = Editor::generated(Arc::clone(description));
        let mut new = Self { editor, host, raster: Raster::new(), size, scale, time: 0.0 };
        new.frames();
        new
    }

    /// Makes frames until nothing changes any more.
    fn frames(&mut self) {
        for _ in 0..4 {
            self.time += 0.1;
            let (size, scale, time) = (self.size, self.scale, self.time);
            let input = Input { size, scale, time, events: Vec::new(), focused: true };
            self.raster.paint(self.editor.frame(input, &mut self.host));
        }
    }

    /// Has a parameter turned by hand, so that there is something to undo.
    pub fn turn(&mut self, index: u32) {
        let at = self.editor.place(index as usize).expect("it is operated somewhere").center();
        let button = |pos, pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let to = at - Vec2::new(0.0, 10.0);
        let events = [
            egui::Event::PointerMoved(at),
            button(at, true),
            egui::Event::PointerMoved(to),
            button(to, false),
        ];
        for event in events.into_iter().chain([egui::Event::PointerGone]) {
            self.time += 0.1;
            let (size, scale, time) = (self.size, self.scale, self.time);
            let input = Input { size, scale, time, events: vec![event], focused: true };
            self.raster.paint(self.editor.frame(input, &mut self.host));
        }
    }

    pub fn picture(&mut self) -> Picture {
        self.frames();
        let pixels = self.raster.canvas().pixels().iter().map(|pixel| pixel & 0x00ff_ffff).collect();
        Picture { size: self.size, pixels }
    }

    /// Where a parameter is operated, and where it is typed, in physical pixels.
    pub fn places(&self, index: u32) -> [Rect; 2] {
        let editor = &self.editor;
        [editor.place(index as usize), editor.place_of_value(index as usize)]
            .map(|place| place.unwrap() * self.scale)
    }
}

/// A view that panics in its third frame.
struct Panics(u32);

impl View for Panics {
    fn ui(&mut self, _ui: &mut Ui, context: &mut Context<'_>) {
        self.0 += 1;
        context.host.begin(0);
        assert!(self.0 < 3, "on purpose");
    }

    fn preferred_size(&self) -> Vec2 {
        Vec2::new(200.0, 100.0)
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        assert!(self.0 < 3, "on purpose, when dropped");
    }
}

pub fn panics(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Panics(0)))
}

pub fn panics_at_once(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    panic!("on purpose, when made")
}

/// A view that wants to be larger than it said.
struct Grows;

impl View for Grows {
    fn ui(&mut self, _ui: &mut Ui, context: &mut Context<'_>) {
        context.host.resize(300, 150);
    }

    fn preferred_size(&self) -> Vec2 {
        Vec2::new(200.0, 100.0)
    }
}

pub fn grows(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Grows))
}

/// A view that says something in its first frame.
struct Writes(bool);

impl View for Writes {
    fn ui(&mut self, _ui: &mut Ui, context: &mut Context<'_>) {
        if !std::mem::replace(&mut self.0, true) {
            context.host.set_property(0, "said last").unwrap();
        }
    }

    fn preferred_size(&self) -> Vec2 {
        Vec2::new(200.0, 100.0)
    }
}

pub fn writes(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Writes(false)))
}
