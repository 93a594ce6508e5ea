//! How long frames take on this machine: `cargo run --release -p dyad-gui --example frame_times`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use dyad_gui::{Editor, Input, Raster};

/// A host whose meters always move.
struct Host {
    values: Vec<f64>,
    level: f64,
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
    fn receive(&mut self, _message: &mut Vec<u8>) -> bool {
        false
    }
}

const FRAMES: usize = 300;

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn measure(name: &str, description: &Arc<Description>, scale: f32, knobs: bool) {
    let mut editor = Editor::generated(Arc::clone(description));
    let logical = editor.preferred_size();
    let size = [logical.x, logical.y].map(|side| (side * scale) as u32);
    let values: Vec<f64> = description.params.iter().map(|param| param.info.default).collect();
    let mut host = Host { values: values.clone(), level: 0.0 };
    let mut raster = Raster::new();
    let (mut ui, mut paint, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut painted = 0;
    for n in 0..FRAMES {
        let phase = n as f64 / 30.0;
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
            let mut again = Editor::generated(Arc::clone(description));
            let mut fresh = Raster::new();
            frame(&mut again, &mut host, 0.0).discard();
            let mut again = Editor::generated(Arc::clone(description));
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
        for scale in [1.0, 2.0] {
            measure(&format!("{name}, meters move"), &description, scale, false);
            measure(&format!("{name}, all moves"), &description, scale, true);
        }
    }
}
