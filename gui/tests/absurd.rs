//! Sizes and scales that no window should have.

mod common;

use common::{Rig, gain, hundred, probe};
use dyad_gui::egui::{Event, Pos2};
use dyad_gui::{Editor, Input, Raster};

#[test]
fn any_size_and_scale_is_taken() {
    for description in [gain(), probe(), hundred()] {
        let mut rig = Rig::new(&description);
        for size in
            [[0, 0], [1, 1], [20_000, 10], [10, 20_000], [7, 300], [300, 45], [0, 500], [u32::MAX, 1]]
        {
            for scale in [1.0, 0.0, -1.0, f32::NAN, f32::INFINITY, 100.0, 1e-30] {
                rig.time += 0.02;
                let time = rig.time;
                let input = Input { size, scale, time, events: Vec::new(), focused: true };
                let frame = rig.editor.frame(input, &mut rig.host);
                assert!(frame.scale.is_finite() && frame.scale > 0.0);
                rig.raster.paint(frame);
                let [width, height] = rig.raster.canvas().size();
                assert_eq!([width, height], size.map(|side| side.min(16_384) as usize));
            }
        }
        // And it is well again afterwards.
        rig.frames(3);
        assert_eq!(rig.raster.canvas().size(), [rig.size.x as usize, rig.size.y as usize]);
        assert!(rig.calls().is_empty());
    }
}

#[test]
fn times_and_places_may_be_nonsense() {
    let description = gain();
    let mut editor = Editor::generated(description.clone());
    let mut host = common::Host::new(&description);
    let mut raster = Raster::new();
    for time in [0.0, -5.0, 1e300, 3.0] {
        let events = vec![
            Event::PointerMoved(Pos2::new(1e9, -1e9)),
            Event::Text("\0\u{ffff}".into()),
            Event::WindowFocused(false),
        ];
        let input = Input { size: [300, 200], scale: 1.0, time, events, focused: false };
        raster.paint(editor.frame(input, &mut host));
    }
    for value in [f64::NAN, f64::INFINITY, -1e300] {
        host.values.fill(value);
        let input = Input { size: [300, 200], scale: 1.0, time: 4.0, events: vec![], focused: true };
        raster.paint(editor.frame(input, &mut host));
    }
}

#[test]
fn sizes_are_sensible() {
    for (name, description) in [("gain", gain()), ("probe", probe()), ("hundred", hundred())] {
        let editor = Editor::generated(description);
        let (least, best) = (editor.minimum_size(), editor.preferred_size());
        println!("{name}: {least:?} to {best:?}");
        assert!(least.x <= best.x && least.y <= best.y, "{name}");
        assert!(best.x <= 1000.0 && best.y <= 640.0, "{name}: fits a small screen");
        assert!(least.x >= 160.0 && least.y >= 120.0, "{name}");
        let shape = best.x / best.y;
        assert!((1.0..2.2).contains(&shape), "{name}: {best:?}");
    }
}
