//! The view, with a host in memory: what a user sees and moves.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use dyad_gui::egui::{Event, Modifiers, PointerButton, Pos2, Vec2};
use dyad_gui::{Editor, Input, Raster, Theme};

use crate::view;

/// A host that keeps values, and what the sound would send.
struct Host {
    values: Vec<f64>,
    messages: VecDeque<Vec<u8>>,
}

impl EditorHost for Host {
    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn begin(&mut self, _: usize) {}
    fn set(&mut self, index: usize, plain: f64) {
        self.values[index] = plain;
    }
    fn end(&mut self, _: usize) {}
    fn meter(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn resize(&mut self, _: u32, _: u32) -> bool {
        false
    }
    fn property(&self, _: usize) -> String {
        String::new()
    }
    fn set_property(&mut self, _: usize, _: &str) -> Result<(), PropertyError> {
        Ok(())
    }
    fn send(&mut self, _: &[u8]) -> Result<(), SendError> {
        Ok(())
    }
    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        self.messages.pop_front().map(|next| *message = next).is_some()
    }
}

struct Rig {
    description: Arc<Description>,
    editor: Editor,
    host: Host,
    raster: Raster,
    size: Vec2,
    time: f64,
}

impl Rig {
    fn new() -> Self {
        let lock = include_str!("../../ports.lock");
        let description = Arc::new(Description::load::<utility::Utility>(lock).unwrap());
        let values = description.params.iter().map(|param| param.info.default).collect();
        let view = Box::new(view::Utility::default());
        let theme = Theme::with_accent(dyad_gui::theme::color(crate::ACCENT));
        let editor = Editor::new(Arc::clone(&description), view, theme).curves(crate::CURVES);
        let host = Host { values, messages: VecDeque::new() };
        let size = editor.preferred_size();
        let mut rig = Self { description, editor, host, raster: Raster::new(), size, time: 1.0 };
        rig.frames(Vec::new());
        rig
    }

    fn set(&mut self, values: &[(&str, f64)]) {
        for (id, value) in values {
            let index = self.description.index_of(id).unwrap_or_else(|| panic!("{id}"));
            self.host.values[index] = *value;
        }
    }

    fn value(&self, id: &str) -> f64 {
        self.host.values[self.description.index_of(id).unwrap()]
    }

    /// A frame for each event, and two more.
    fn frames(&mut self, events: Vec<Event>) {
        for event in events.into_iter().map(Some).chain([None, None]) {
            self.time += 1.0 / 60.0;
            let size = [self.size.x as u32, self.size.y as u32];
            let events = event.into_iter().collect();
            let input = Input { size, scale: 1.0, time: self.time, events, focused: true };
            self.raster.paint(self.editor.frame(input, &mut self.host));
        }
    }

    fn drag(&mut self, from: Pos2, by: Vec2) {
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        let mut events = vec![Event::PointerMoved(from), button(from, true)];
        events.extend((1..=10).map(|n| Event::PointerMoved(from + by * (n as f32 / 10.0))));
        events.push(button(from + by, false));
        self.frames(events);
    }

    /// Into `target/pictures`.
    fn save(&self, name: &str) {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target =
            target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../target"));
        let folder = target.join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let [width, height] = self.raster.canvas().size();
        let file = std::fs::File::create(folder.join(format!("{name}.png"))).unwrap();
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width as u32, height as u32);
        encoder.set_color(png::ColorType::Rgb);
        let rgb: Vec<u8> =
            self.raster.canvas().rgba().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
    }

    /// The picture's bytes.
    fn picture(&self) -> Vec<u8> {
        self.raster.canvas().rgba().to_vec()
    }
}

/// What the sound sends while something stereophonic plays.
fn music(seed: u32) -> Vec<u8> {
    let mut message = vec![utility::scope::KIND, 0];
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    };
    for _ in 0..utility::scope::POINTS {
        let (mid, side) = (random() * random().abs(), 0.45 * random() * random().abs());
        for part in utility::image::point(0.5 * (mid - side), 0.5 * (mid + side)) {
            message.extend(((part * 32_767.0) as i16).to_le_bytes());
        }
    }
    message
}

fn playing() -> Rig {
    let mut rig = Rig::new();
    rig.set(&[
        ("true_peak_l", 0.71),
        ("true_peak_r", 0.62),
        ("true_peak_max", -1.3),
        ("momentary", -12.8),
        ("short_term", -14.6),
        ("integrated", -15.2),
        ("loudness_range", 6.4),
        ("correlation", 0.62),
    ]);
    rig.host.messages.extend((1..=6).map(music));
    rig.frames(Vec::new());
    rig
}

#[test]
fn pictures() {
    let mut rig = playing();
    rig.save("utility");
    rig.set(&[("pan", -35.0), ("width", 150.0), ("bass_mono", 1.0), ("gain", -6.0), ("pan_law", 1.0)]);
    rig.frames(Vec::new());
    rig.save("utility-panned");
    rig.set(&[("invert_right", 1.0), ("true_peak_l", 1.3), ("true_peak_max", 2.3), ("correlation", -0.6)]);
    rig.set(&[
        ("momentary", -5.0),
        ("integrated", -70.0),
        ("channels", 1.0),
        ("pan", 0.0),
        ("bypass", 1.0),
    ]);
    rig.frames(Vec::new());
    rig.save("utility-inverted");
    rig.size *= 2.0;
    rig.frames(Vec::new());
    rig.save("utility-double");
}

#[test]
fn the_handle_moves_pan_and_width() {
    let mut rig = Rig::new();
    let width = rig.description.index_of("width");
    // The knob of the same parameter is below the picture.
    let spots = rig.editor.spots();
    let handle =
        spots.iter().find(|spot| spot.index == width && spot.rect.bottom() < 360.0).expect("a handle");
    rig.drag(handle.rect.center(), Vec2::new(40.0, -30.0));
    assert!(
        rig.value("pan") > 5.0 && rig.value("width") > 110.0,
        "{} {}",
        rig.value("pan"),
        rig.value("width")
    );
}

#[test]
fn what_sounds_is_seen_and_silence_is_not() {
    let mut rig = Rig::new();
    let silent = rig.picture();
    rig.host.messages.push_back([&[utility::scope::KIND, 0][..], &[0; 40]].concat());
    rig.frames(Vec::new());
    assert!(rig.picture() == silent, "silence is nothing");
    rig.host.messages.push_back(music(7));
    rig.frames(Vec::new());
    let differs = |(a, b): (&[u8], &[u8])| a != b;
    let seen =
        rig.picture().chunks_exact(4).zip(silent.chunks_exact(4)).filter(|pair| differs(*pair)).count();
    assert!(seen > 300, "{seen} pixels");
    rig.host.messages.push_back([&[utility::scope::KIND, 0][..], &[0; 40]].concat());
    rig.frames(Vec::new());
    assert!(rig.picture() == silent, "and goes");
}
