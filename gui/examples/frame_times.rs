//! How long frames take on this machine: `cargo run --release -p dyad-gui --example frame_times`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::show::Message;
use dyad_core::{Description, EditorHost};
use dyad_gui::egui::{Ui, Vec2, vec2};
use dyad_gui::{
    Axis, Context, Curve, Editor, Graph, History, Input, Line, Raster, Shows, SpectrumLayer, Theme, Values,
    View,
};

/// A host whose meters always move, and whose sound half has something to show.
struct Host {
    values: Vec<f64>,
    level: f64,
    messages: Vec<Vec<u8>>,
}

impl Host {
    fn new(values: Vec<f64>) -> Self {
        Self { values, level: 0.0, messages: Vec::new() }
    }
}

impl EditorHost for Host {
    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn begin(&mut self, _index: usize) {}
    fn set(&mut self, _index: usize, _plain: f64) {}
    fn end(&mut self, _index: usize) {}
    fn meter(&self, _index: usize) -> f64 {
        self.level
    }
    fn resize(&mut self, _width: u32, _height: u32) -> bool {
        false
    }
    fn property(&self, _index: usize) -> String {
        String::new()
    }
    fn set_property(&mut self, _index: usize, _text: &str) -> Result<(), PropertyError> {
        Ok(())
    }
    fn send(&mut self, _message: &[u8]) -> Result<(), SendError> {
        Ok(())
    }
    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        let next = self.messages.pop();
        let some = next.is_some();
        *message = next.unwrap_or_default();
        some
    }
}

/// Which picture a view has.
#[derive(Clone, Copy)]
enum Picture {
    Spectrum,
    History,
}

/// A picture that moves.
struct Moving(Picture, Shows);

impl View for Moving {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.1.update(context);
        match self.0 {
            Picture::Spectrum => {
                let axes = (Axis::frequency(20.0, 20_000.0), Axis::decibels(-24.0, 24.0));
                let mut graph = Graph::new(axes.0, axes.1).spectrum(SpectrumLayer::new(&self.1, 0));
                for _ in 0..8 {
                    graph = graph.line(Line::curve("wave").dim());
                }
                graph.line(Line::curve("wave").main()).show(ui, context);
            }
            Picture::History => {
                History::new(&self.1, 0, 60.0).level(0).reduction(1).show(ui, context);
            }
        }
    }

    fn preferred_size(&self) -> Vec2 {
        vec2(900.0, 570.0)
    }
}

const CURVES: &[Curve] = &[Curve { id: "wave", points: 512, of: wave }];

fn wave(values: &Values<'_>, y: &mut [f32]) {
    let gain = values.get("gain") as f32;
    for (n, y) in y.iter_mut().enumerate() {
        *y = gain + 12.0 * (n as f32 * 0.02).sin();
    }
}

/// What the sound half has to show in this frame: 30 spectra and 60 columns a second.
fn shown(frame: usize) -> Vec<Vec<u8>> {
    if frame % 2 == 1 {
        return Vec::new();
    }
    // About as music is: it falls by 3 dB an octave, and neighbours differ by some decibels.
    let ripple = |n: usize| 4.0 * ((n * 7 + frame * 13) as f32).sin();
    let mut spectrum = Message::spectrum(0);
    (0..241).for_each(|bin| spectrum.push(-30.0 - bin as f32 * 0.12 + ripple(bin)));
    let mut history = Message::history(0, frame as u32, 2);
    for column in frame..frame + 2 {
        let beat = (column % 30) as f32;
        history.push(-6.0 - beat * 1.2 + ripple(column));
        history.push(-9.0 * (-beat / 8.0).exp());
    }
    vec![spectrum.bytes().to_vec(), history.bytes().to_vec()]
}

type Make<'a> = &'a dyn Fn() -> Editor;

const FRAMES: usize = 300;

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn measure(name: &str, description: &Arc<Description>, make: Make<'_>, scale: f32, knobs: bool) {
    let mut editor = make();
    let logical = editor.preferred_size();
    let size = [logical.x, logical.y].map(|side| (side * scale) as u32);
    let values: Vec<f64> = description.params.iter().map(|param| param.info.default).collect();
    let mut host = Host::new(values);
    let mut raster = Raster::new();
    let (mut ui, mut paint, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut painted = 0;
    for n in 0..FRAMES {
        let phase = n as f64 / 30.0;
        host.messages = shown(n);
        host.level = 0.4 + 0.3 * (phase * 3.0).sin();
        if knobs {
            for (param, value) in description.params.iter().zip(&mut host.values) {
                *value = param.info.range.plain(0.5 + 0.5 * phase.sin());
            }
        }
        let frame = |editor: &mut Editor, host: &mut Host, time| {
            editor.frame(Input { size, scale, time, events: Vec::new(), focused: true }, host)
        };
        let start = Instant::now();
        let made = frame(&mut editor, &mut host, n as f64 / 60.0);
        let middle = Instant::now();
        let areas = raster.paint(made);
        painted += areas.iter().map(|area| area.width() * area.height()).sum::<usize>();
        ui.push(middle - start);
        paint.push(middle.elapsed());
        if n % 10 == 0 {
            // The same frame with nothing to rely on. The letters it lacks have been drawn before.
            let mut again = make();
            let mut fresh = Raster::new();
            frame(&mut again, &mut host, 0.0).discard();
            let mut again = make();
            let made = frame(&mut again, &mut host, 0.0);
            let start = Instant::now();
            fresh.paint(made);
            whole.push(start.elapsed());
        }
    }
    let part = painted as f64 / (FRAMES as f64 * f64::from(size[0]) * f64::from(size[1])) * 100.0;
    println!(
        "{name:<24} {:>4} x {:<4} layout and triangles {:>5.2} ms, changes painted {:>5.2} ms ({part:>4.1} %), whole picture {:>5.2} ms",
        size[0],
        size[1],
        median(&mut ui),
        median(&mut paint),
        median(&mut whole)
    );
}

fn main() {
    let gain = Description::load::<gain::Gain>(include_str!("../../bundles/gain/ports.lock"));
    let probe = Description::load::<probe::Probe>(include_str!("../../tests/probe/ports.lock"));
    for (name, description) in [("gain", gain), ("probe", probe)] {
        let description = Arc::new(description.expect("a valid lock"));
        let make = || Editor::generated(Arc::clone(&description));
        for scale in [1.0, 2.0] {
            measure(&format!("{name}, meters move"), &description, &make, scale, false);
            measure(&format!("{name}, all moves"), &description, &make, scale, true);
        }
    }
    let gain = Description::load::<gain::Gain>(include_str!("../../bundles/gain/ports.lock"));
    let description = Arc::new(gain.expect("a valid lock"));
    for (name, picture) in [("spectrum", Picture::Spectrum), ("history", Picture::History)] {
        let make = || {
            let view = Moving(picture, Shows::default());
            Editor::new(Arc::clone(&description), Box::new(view), Theme::default()).curves(CURVES)
        };
        for scale in [1.0, 2.0] {
            measure(&format!("{name}, moves"), &description, &make, scale, false);
        }
    }
    measure(
        "spectrum, all moves",
        &description,
        &|| {
            let view = Moving(Picture::Spectrum, Shows::default());
            Editor::new(Arc::clone(&description), Box::new(view), Theme::default()).curves(CURVES)
        },
        1.0,
        true,
    );
}
