//! What an editor should look like: the same editor without a window, drawn by `dyad-gui`'s rasteriser.
//!
//! It is given the values that the host has, and the same moves of the pointer as the editor in the host,
//! so that a picture says whether the editor in the host shows what it should, values included.

use std::sync::Arc;

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use dyad_gui::egui::{Event, Modifiers, PointerButton, Pos2, pos2};
use dyad_gui::{Editor, Input, Raster, spots};

use super::Picture;

/// The values, as nobody but the test sets them.
struct Values {
    description: Arc<Description>,
    plain: Vec<f64>,
    properties: Vec<String>,
}

impl EditorHost for Values {
    fn value(&self, index: usize) -> f64 {
        self.plain.get(index).copied().unwrap_or(0.0)
    }
    fn begin(&mut self, _index: usize) {}
    fn set(&mut self, index: usize, plain: f64) {
        let info = self.description.params.get(index).map(|param| &param.info);
        if let Some(plain) = info.and_then(|info| info.range.sanitize(plain)) {
            // As the sound has it.
            self.plain[index] = f64::from(plain as f32);
        }
    }
    fn end(&mut self, _index: usize) {}
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
        text.clone_into(&mut self.properties[index]);
        Ok(())
    }
    fn send(&mut self, _message: &[u8]) -> Result<(), SendError> {
        Err(SendError::Unsupported)
    }
    fn receive(&mut self, _message: &mut Vec<u8>) -> bool {
        false
    }
    fn browse(&mut self, _property: usize) -> bool {
        true
    }
}

/// An editor without a window.
pub struct Reference {
    editor: Editor,
    values: Values,
    raster: Raster,
    size: [u32; 2],
    scale: f32,
    time: f64,
    /// Where the pointer holds a control.
    held: (i32, i32),
}

impl Reference {
    /// An editor of the size that it wants, in the given scale, that shows defaults.
    #[must_use]
    pub fn new(description: Description, scale: f32) -> Self {
        let description = Arc::new(description);
        let editor = Editor::generated(Arc::clone(&description));
        let size = editor.preferred_size();
        let size = [size.x, size.y].map(|side| (side * scale).round() as u32);
        let values = Values {
            plain: description.params.iter().map(|param| param.info.default).collect(),
            properties: description.properties.iter().map(|property| property.default.into()).collect(),
            description,
        };
        let mut new = Self { editor, values, raster: Raster::new(), size, scale, time: 10.0, held: (0, 0) };
        new.frame(Vec::new());
        new
    }

    /// Width and height in physical pixels.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Gives it another size, in physical pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.size = [width, height];
    }

    /// The position of a parameter, a meter among them.
    ///
    /// # Panics
    /// Where there is none of this id.
    #[must_use]
    pub fn index(&self, id: &str) -> usize {
        self.values.description.index_of(id).unwrap_or_else(|| panic!("there is no {id}"))
    }

    /// Sets a plain value, as the host does.
    pub fn set(&mut self, id: &str, plain: f64) {
        let index = self.index(id);
        self.values.plain[index] = plain;
    }

    /// The plain value, as the user left it.
    #[must_use]
    pub fn value(&self, id: &str) -> f64 {
        self.values.plain[self.index(id)]
    }

    /// Where a parameter's control is, in pixels from the editor's corner.
    ///
    /// # Panics
    /// Where it is not shown.
    #[must_use]
    pub fn place(&mut self, id: &str) -> (i32, i32) {
        self.frame(Vec::new());
        let place = self.editor.place(self.index(id)).unwrap_or_else(|| panic!("{id} is not shown"));
        let center = place.center().to_vec2() * self.scale;
        (center.x.round() as i32, center.y.round() as i32)
    }

    /// The edges of a parameter's control, in pixels from the editor's corner: left, top, right, bottom.
    ///
    /// # Panics
    /// Where it is not shown.
    #[must_use]
    pub fn sides(&mut self, id: &str) -> [f64; 4] {
        self.frame(Vec::new());
        let place = self.editor.place(self.index(id)).unwrap_or_else(|| panic!("{id} is not shown"));
        [place.left(), place.top(), place.right(), place.bottom()].map(|side| f64::from(side * self.scale))
    }

    /// The VST3 id of the parameter at each of these places, in pixels from the editor's corner.
    #[must_use]
    pub fn find(&mut self, places: &[(i32, i32)]) -> Vec<Option<u32>> {
        self.frame(Vec::new());
        let spots = self.editor.spots();
        let find = |&(x, y): &(i32, i32)| spots::find(&spots, pos2(x as f32, y as f32));
        let id = |index: usize| self.values.description.params[index].vst3_id;
        places.iter().map(|place| find(place).map(id)).collect()
    }

    /// The edges of a property's field, in pixels from the editor's corner: left, top, right, bottom.
    ///
    /// # Panics
    /// Where it is not shown.
    #[must_use]
    pub fn field(&mut self, property: usize) -> [i32; 4] {
        self.frame(Vec::new());
        let place = self.editor.place_of_property(property).expect("the property is shown");
        [place.left(), place.top(), place.right(), place.bottom()]
            .map(|side| (side * self.scale).round() as i32)
    }

    /// Where a part of the header is, in pixels from the editor's corner.
    ///
    /// # Panics
    /// Where it is not shown.
    #[must_use]
    pub fn header(&mut self, name: &str) -> (i32, i32) {
        self.frame(Vec::new());
        let place = self.editor.place_in_header(name).unwrap_or_else(|| panic!("{name:?} is not shown"));
        let center = place.center().to_vec2() * self.scale;
        (center.x.round() as i32, center.y.round() as i32)
    }

    /// Asks the host for a file, as a click on the right end of a path's field does, and takes the pointer away.
    pub fn browse(&mut self, property: usize) {
        let [_, top, right, bottom] = self.field(property);
        let at = (right - 15, (top + bottom) / 2);
        self.point(at);
        self.press(at, true);
        self.held = at;
        self.let_go();
    }

    /// Clicks a part of the header as [`Screen::click`](super::Screen::click) does, and takes the pointer away.
    pub fn click_header(&mut self, name: &str) {
        let at = self.header(name);
        self.point(at);
        self.press(at, true);
        self.held = at;
        self.let_go();
    }

    /// Sets a text or path, as the host does.
    pub fn set_text(&mut self, property: usize, text: &str) {
        text.clone_into(&mut self.values.properties[property]);
    }

    /// Drags a control as [`Screen::drag`](super::Screen::drag) does, in pixels, and takes the pointer away.
    pub fn drag(&mut self, id: &str, by: (i32, i32)) {
        self.hold(id, by);
        self.let_go();
    }

    /// A drag that is not ended yet.
    pub fn hold(&mut self, id: &str, by: (i32, i32)) {
        let from = self.place(id);
        self.point(from);
        self.press(from, true);
        for step in 1..=10 {
            self.point((from.0 + by.0 * step / 10, from.1 + by.1 * step / 10));
        }
        self.held = (from.0 + by.0, from.1 + by.1);
    }

    /// Ends a drag, and takes the pointer away.
    pub fn let_go(&mut self) {
        self.press(self.held, false);
        self.frame(vec![Event::PointerGone]);
    }

    /// How it looks when all has come to rest.
    #[must_use]
    pub fn picture(&mut self) -> Picture {
        // Long enough for every fade and every meter.
        for _ in 0..600 {
            self.frame(Vec::new());
            if self.editor.wait(self.time).is_infinite() {
                break;
            }
        }
        let canvas = self.raster.canvas();
        let [width, height] = canvas.size();
        let rgb = canvas.rgba().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        Picture { width, height, rgb }
    }

    fn logical(&self, (x, y): (i32, i32)) -> Pos2 {
        pos2(x as f32 / self.scale, y as f32 / self.scale)
    }

    fn point(&mut self, at: (i32, i32)) {
        self.frame(vec![Event::PointerMoved(self.logical(at))]);
    }

    fn press(&mut self, at: (i32, i32), pressed: bool) {
        let (pos, button, modifiers) = (self.logical(at), PointerButton::Primary, Modifiers::default());
        self.frame(vec![Event::PointerButton { pos, button, pressed, modifiers }]);
    }

    fn frame(&mut self, events: Vec<Event>) {
        self.time += 1.0 / 60.0;
        let input = Input { size: self.size, scale: self.scale, time: self.time, events, focused: true };
        let frame = self.editor.frame(input, &mut self.values);
        self.raster.paint(frame);
    }
}
