//! Pictures that are operated: graphs, pads, histories.

mod common;

use std::cell::RefCell;
use std::rc::Rc;

use common::Call::{Begin, End, Set};
use common::pictures::{check, save};
use common::{Call, Own, Rig, hundred};
use dyad_core::show::{Message, Severity, bin_hertz};
use dyad_gui::egui::{Key, Pos2, Rect, Sense, UiBuilder, Vec2, pos2, vec2};
use dyad_gui::{
    Axis, Curve, Graph, Grip, Handle, History, Knob, Line, Node, Notice, SpectrumLayer, Values, Waveform,
    XyPad,
};

const FREQUENCY: Axis = Axis::frequency(20.0, 20_000.0);
const GAIN: Axis = Axis::decibels(-24.0, 24.0);

/// A bell, about as a filter has it, in decibels.
fn bell(values: &Values<'_>, band: usize, position: f64) -> f64 {
    let get = |name: &str| values.get(&format!("band_{band}_{name}"));
    let octaves = (20.0 * 1000.0_f64.powf(position) / get("frequency")).log2();
    let on = get("on");
    on * get("gain") / (1.0 + (octaves * get("q") * 2.0).powi(2))
}

fn response(values: &Values<'_>, y: &mut [f32]) {
    let last = (y.len() - 1) as f64;
    for (n, y) in y.iter_mut().enumerate() {
        *y = (1..=4).map(|band| bell(values, band, n as f64 / last)).sum::<f64>() as f32;
    }
}

fn second(values: &Values<'_>, y: &mut [f32]) {
    let last = (y.len() - 1) as f64;
    for (n, y) in y.iter_mut().enumerate() {
        *y = bell(values, 2, n as f64 / last) as f32;
    }
}

fn knee(values: &Values<'_>, y: &mut [f32]) {
    let (threshold, ratio) = (values.get("band_1_dynamics_threshold"), values.get("band_1_dynamics_ratio"));
    let last = (y.len() - 1) as f64;
    for (n, y) in y.iter_mut().enumerate() {
        let level = -60.0 + 60.0 * n as f64 / last;
        *y = level.min(threshold + (level - threshold) / ratio) as f32;
    }
}

fn decay(_: &Values<'_>, y: &mut [f32]) {
    let last = (y.len() - 1) as f32;
    for (n, y) in y.iter_mut().enumerate() {
        *y = (-3.0 * n as f32 / last).exp();
    }
}

const CURVES: &[Curve] = &[
    Curve { id: "response", points: 256, of: response },
    Curve { id: "second", points: 256, of: second },
    Curve { id: "knee", points: 128, of: knee },
    Curve { id: "decay", points: 64, of: decay },
];

const PLACES: [(f64, f64, f64); 4] =
    [(80.0, 6.0, 0.5), (400.0, -7.5, 1.4), (2500.0, 3.0, 0.4), (9000.0, -12.0, 1.0)];

/// A graph with four bands, at a place of its own.
struct Equaliser {
    rig: Rig,
    plot: Rect,
    selected: Rc<RefCell<Option<usize>>>,
    double_clicked: Rc<RefCell<Option<[f64; 2]>>>,
}

impl Equaliser {
    fn new(size: Vec2) -> Self {
        let selected = Rc::new(RefCell::new(None));
        let double_clicked = Rc::new(RefCell::new(None));
        let plot = Rc::new(RefCell::new(Rect::NOTHING));
        let (own, shown, clicked) = (Rc::clone(&selected), Rc::clone(&plot), Rc::clone(&double_clicked));
        let view = Own::new(size, move |ui, context, shows| {
            let index = |band: usize, name: &str| context.index_of(&format!("band_{band}_{name}")).unwrap();
            let nodes: Vec<Node<'_>> = (1..=4)
                .map(|band| {
                    let node = Node::new().x(index(band, "frequency")).y(index(band, "gain"));
                    let node = node.wheel(index(band, "q")).enabled(index(band, "on"));
                    node.label(["1", "2", "3", "4"][band - 1])
                })
                .collect();
            let rect = ui.max_rect().shrink(16.0);
            let graph = Graph::new(FREQUENCY, GAIN)
                .spectrum(SpectrumLayer::new(shows, 0).tilt(3.0))
                .line(Line::curve("second").tone(dyad_gui::Tone::Accent).dim())
                .line(Line::curve("response").main())
                .nodes(&nodes, &mut own.borrow_mut())
                .put(ui, rect, context);
            shown.replace(graph.plot);
            if graph.double_clicked.is_some() {
                clicked.replace(graph.double_clicked);
            }
        });
        let mut rig = Rig::own(&hundred(), view, CURVES);
        for (band, (frequency, gain, q)) in PLACES.iter().enumerate() {
            for (name, value) in [("frequency", frequency), ("gain", gain), ("q", q)] {
                let index = rig.index(&format!("band_{}_{name}", band + 1));
                rig.host.values[index] = *value;
            }
        }
        rig.frames(2);
        let plot = *plot.borrow();
        Self { rig, plot, selected, double_clicked }
    }

    fn node(&self, band: usize) -> Pos2 {
        let value = |name: &str| self.rig.value(&format!("band_{band}_{name}"));
        let x = self.plot.left() + self.plot.width() * FREQUENCY.position(value("frequency")) as f32;
        pos2(x, self.plot.bottom() - self.plot.height() * GAIN.position(value("gain")) as f32)
    }

    fn index(&self, band: usize, name: &str) -> usize {
        self.rig.index(&format!("band_{band}_{name}"))
    }
}

/// What was set of one parameter, which must be within one gesture.
fn gesture(calls: &[Call], index: usize) -> Vec<f64> {
    let own = |call: &&Call| matches!(call, Begin(of) | Set(of, _) | End(of) if *of == index);
    let calls: Vec<Call> = calls.iter().filter(own).copied().collect();
    let [first, between @ .., last] = &calls[..] else { panic!("no gesture: {calls:?}") };
    assert_eq!((*first, *last), (Begin(index), End(index)), "{calls:?}");
    let value = |call: &Call| match call {
        Set(_, value) => *value,
        other => panic!("{other:?} within a gesture"),
    };
    between.iter().map(value).collect()
}

/// Something like music.
fn music(stream: u8, loud: f32) -> Vec<u8> {
    let mut message = Message::spectrum(stream);
    for bin in 0..241 {
        let hertz = bin_hertz(bin, 241) as f32;
        let slope = -3.0 * (hertz / 60.0).log2().abs();
        message.push(loud + slope + 5.0 * (bin as f32 * 0.9).sin() + 3.0 * (bin as f32 * 2.3).cos());
    }
    message.bytes().to_vec()
}

#[test]
fn a_node_follows_the_pointer_on_both_axes_by_one_gesture_each() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    let (x, y) = (it.index(2, "frequency"), it.index(2, "gain"));
    let (from, by) = (it.node(2), vec2(90.0, -60.0));
    it.rig.drag(from, by);
    let calls = it.rig.calls();
    let (frequency, gain) = (gesture(&calls, x), gesture(&calls, y));
    assert!(frequency.windows(2).all(|pair| pair[0] < pair[1]), "{frequency:?}");
    assert!(gain.windows(2).all(|pair| pair[0] < pair[1]) && gain.len() > 3, "{gain:?}");
    assert!((it.node(2) - (from + by)).length() < 0.5, "it is where the pointer is");
    let others = calls
        .iter()
        .filter(|call| !matches!(call, Begin(of) | Set(of, _) | End(of) if *of == x || *of == y));
    assert_eq!(others.count(), 0, "nothing else moves");
    assert_eq!(*it.selected.borrow(), Some(1));

    // At the edge it stays within its range.
    it.rig.pause();
    let here = it.node(2);
    it.rig.drag(here, vec2(0.0, -600.0));
    assert_eq!(it.rig.value("band_2_gain"), 24.0);
}

#[test]
fn shift_makes_a_node_fine() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    let from = it.node(3);
    it.rig.shift(true);
    it.rig.drag(from, vec2(100.0, 50.0));
    let moved = it.node(3) - from;
    assert!((moved - vec2(10.0, 5.0)).length() < 0.5, "{moved:?}");
}

#[test]
fn wheel_keys_and_double_clicks_operate_a_node() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    let (node, q) = (it.node(1), it.index(1, "q"));
    it.rig.wheel(node, 1.0);
    let values = gesture(&it.rig.calls(), q);
    assert!(values.len() == 1 && values[0] > 0.5, "{values:?}");
    it.rig.click(node);
    assert_eq!((it.rig.calls(), *it.selected.borrow()), (vec![], Some(0)));
    it.rig.pause();
    for (key, name, more) in [
        (Key::ArrowRight, "frequency", true),
        (Key::ArrowLeft, "frequency", false),
        (Key::ArrowUp, "gain", true),
        (Key::ArrowDown, "gain", false),
        (Key::PageUp, "q", true),
        (Key::PageDown, "q", false),
    ] {
        let (index, before) = (it.index(1, name), it.rig.value(&format!("band_1_{name}")));
        it.rig.key(key);
        let calls = it.rig.calls();
        let values = gesture(&calls, index);
        assert!(calls.len() == 3 && (values[0] > before) == more, "{key:?}: {calls:?}");
    }
    it.rig.key(Key::Enter);
    assert_eq!(it.rig.value("band_1_on"), 0.0);
    it.rig.key(Key::Enter);
    assert_eq!(it.rig.value("band_1_on"), 1.0);
    it.rig.calls();
    it.rig.pause();
    let node = it.node(1);
    it.rig.click(node);
    it.rig.click(node);
    let want = [("frequency", 1000.0), ("gain", 3.5), ("q", 0.71)];
    let calls = it.rig.calls();
    for (name, default) in want {
        let values = gesture(&calls, it.index(1, name));
        assert!(values.len() == 1 && (values[0] - default).abs() < 1e-6, "{name}: {values:?}");
    }
}

#[test]
fn of_nodes_in_one_place_the_selected_one_is_taken() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    for name in ["frequency", "gain"] {
        let (from, to) = (it.index(1, name), it.index(3, name));
        it.rig.host.values[to] = it.rig.host.values[from];
    }
    it.selected.replace(Some(0));
    it.rig.frames(2);
    let here = it.node(1);
    it.rig.point(here + vec2(1.0, 0.0));
    it.rig.drag(here, vec2(40.0, 0.0));
    let calls = it.rig.calls();
    assert!(
        calls.contains(&Begin(it.index(1, "frequency"))) && *it.selected.borrow() == Some(0),
        "{calls:?}"
    );
    assert!(!calls.contains(&Begin(it.index(3, "frequency"))));
}

#[test]
fn tab_goes_through_the_nodes_in_their_order() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    let mut seen = Vec::new();
    for _ in 0..4 {
        it.rig.key(Key::Tab);
        it.rig.frames(2);
        seen.push(*it.selected.borrow());
    }
    assert_eq!(seen, [Some(0), Some(1), Some(2), Some(3)]);
}

#[test]
fn a_double_click_beside_the_nodes_says_where_it_was() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    let at = it.plot.center() + vec2(30.0, 40.0);
    it.rig.click(at);
    it.rig.click(at);
    let [hertz, decibels] = it.double_clicked.borrow().unwrap();
    let x = it.plot.left() + it.plot.width() * FREQUENCY.position(hertz) as f32;
    let y = it.plot.bottom() - it.plot.height() * GAIN.position(decibels) as f32;
    assert!((pos2(x, y) - at).length() < 0.01);
    assert_eq!(it.rig.calls(), []);
}

#[test]
fn a_graph_that_nothing_moves_in_is_not_drawn_again() {
    let mut it = Equaliser::new(vec2(640.0, 360.0));
    it.rig.frames(3);
    assert!(!it.rig.editor.is_due(it.rig.time, &it.rig.host));
    it.rig.host.messages.push_back(music(0, -20.0));
    it.rig.frame();
    assert!(it.rig.editor.wait(it.rig.time) <= 1.0 / 30.0, "the spectrum rises");
    let mut frames = 0;
    while it.rig.editor.is_due(it.rig.time + 1.0 / 60.0, &it.rig.host) {
        it.rig.frame();
        frames += 1;
        assert!(frames < 600, "still moving after ten seconds");
    }
    assert_eq!(it.rig.frame(), [], "and in the end nothing is left of it");
}

#[test]
fn how_graphs_look() {
    let mut it = Equaliser::new(vec2(720.0, 400.0));
    let off = it.index(4, "on");
    it.rig.host.values[off] = 0.0;
    it.rig.host.messages.push_back(music(0, -20.0));
    it.rig.frames(5);
    check("graph", &it.rig.raster);
    let node = it.node(2);
    it.rig.point(node);
    it.rig.host.messages.push_back(music(0, -20.0));
    it.rig.button(node, true);
    it.rig.point(node + vec2(20.0, 10.0));
    it.rig.frames(5);
    save("graph-dragged", &it.rig.raster);
    it.rig.button(node + vec2(20.0, 10.0), false);
    it.rig.key(Key::Tab);
    it.rig.point(pos2(1.0, 1.0));
    it.rig.host.messages.push_back(music(0, -20.0));
    it.rig.scale = 2.0;
    it.rig.frames(5);
    save("graph-focused@2", &it.rig.raster);
    it.rig.scale = 1.0;
    it.rig.size = vec2(300.0, 180.0);
    it.rig.frames(2);
    save("graph-least", &it.rig.raster);
}

/// A compressor's two pictures, a pad, a waveform, notices.
fn others(size: Vec2) -> Rig {
    let view = Own::new(size, |ui, context, shows| {
        let index = |id: &str| context.index_of(id).unwrap();
        let (threshold, pan, gain) =
            (index("band_1_dynamics_threshold"), index("band_1_pan"), index("band_1_gain"));
        let rect = ui.max_rect().shrink(16.0);
        let (upper, lower) = rect.split_top_bottom_at_fraction(0.55);
        let (left, right) = upper.split_left_right_at_fraction(0.6);
        History::new(shows, 0, 60.0).level(0).reduction(1).handle(Handle::level(threshold)).put(
            ui,
            left.with_max_x(left.right() - 16.0),
            context,
        );
        let axis = Axis::decibels(-60.0, 0.0);
        Graph::new(axis, axis)
            .id("knee")
            .line(Line::points(&[-60.0, 0.0]).dim())
            .line(Line::curve("knee"))
            .dot(-12.0, -13.5)
            .put(ui, right.with_max_y(right.bottom() - 4.0), context);
        let lower = lower.with_min_y(lower.top() + 16.0);
        let (left, right) = lower.split_left_right_at_fraction(0.6);
        Waveform::new(shows, 0).overlay("decay").empty("No impulse response").put(
            ui,
            left.with_max_x(left.right() - 16.0),
            context,
        );
        let pad = right.with_max_y(right.bottom() - 96.0);
        XyPad::new(pan, gain).put(ui, pad, context);
        let list = right.with_min_y(pad.bottom());
        ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            for stream in 0..4 {
                Notice::new(shows, stream).show(ui, context);
            }
        });
    });
    Rig::own(&hundred(), view, CURVES)
}

/// Columns as a compressor sends them for drums.
fn drums(first: u32, count: u32) -> Vec<u8> {
    let mut message = Message::history(0, first, 2);
    for column in first..first + count {
        let beat = (column % 40) as f32;
        let level = -8.0 - beat * 1.6 + (beat * 0.9).sin() * 3.0;
        message.push(level.max(-48.0));
        message.push(-9.0 * (-beat / 9.0).exp());
    }
    message.bytes().to_vec()
}

fn impulse(channels: u8, seconds: f32) -> Vec<u8> {
    let mut message = Message::waveform(0, (seconds * 48_000.0) as u32, 48_000.0, channels);
    for channel in 0..channels {
        for n in 0..600 {
            let high = (-3.0 * n as f32 / 600.0).exp()
                * (0.5 + 0.5 * ((n * 7 + usize::from(channel) * 3) as f32 * 0.7).sin().abs());
            message.extreme(-high * 0.9, high);
        }
    }
    message.bytes().to_vec()
}

fn told(rig: &mut Rig) {
    for heap in 0..70 {
        rig.host.messages.push_back(drums(heap * 6, 6));
    }
    // Some are lost.
    rig.host.messages.push_back(drums(440, 20));
    rig.host.messages.push_back(impulse(2, 2.4));
    let severities = [
        (Severity::Fine, "44.1 kHz, resampled"),
        (Severity::Info, "The response is longer than 10 s and was cut"),
        (Severity::Warning, "Processing is late"),
        (Severity::Error, "This is no sound file"),
    ];
    for (stream, (severity, text)) in severities.into_iter().enumerate() {
        rig.host.messages.push_back(Message::notice(stream as u8, severity, text).bytes().to_vec());
    }
    for _ in 0..120 {
        rig.frame();
    }
}

#[test]
fn how_the_others_look() {
    let mut rig = others(vec2(800.0, 560.0));
    save("others-empty", &rig.raster);
    told(&mut rig);
    check("others", &rig.raster);
    rig.size = vec2(480.0, 400.0);
    rig.frames(2);
    save("others-small", &rig.raster);
    rig.size = vec2(800.0, 560.0);
    rig.scale = 2.0;
    rig.frames(2);
    save("others@2", &rig.raster);
}

#[test]
fn a_line_in_a_picture_is_dragged_as_the_values_on_its_axis() {
    let mut rig = others(vec2(800.0, 560.0));
    let (id, index) = ("band_1_dynamics_threshold", rig.index("band_1_dynamics_threshold"));
    let line = rig.find(id);
    let before = rig.value(id);
    rig.drag(line, vec2(0.0, 40.0));
    let values = gesture(&rig.calls(), index);
    assert!(values.len() > 3 && values.windows(2).all(|pair| pair[1] < pair[0]), "{values:?}");
    assert!((rig.find(id) - line - vec2(0.0, 40.0)).length() < 0.6, "it is where the pointer is");
    assert!(rig.value(id) < before);
    rig.pause();
    let line = rig.find(id);
    rig.wheel(line, 1.0);
    assert_eq!(gesture(&rig.calls(), index).len(), 1);
    rig.click(line);
    rig.pause();
    rig.key(Key::ArrowUp);
    assert_eq!(gesture(&rig.calls(), index).len(), 1);
    let line = rig.find(id);
    rig.click(line);
    rig.click(line);
    assert_eq!(gesture(&rig.calls(), index), [-18.0]);
}

#[test]
fn a_pad_goes_where_it_is_pressed_and_follows() {
    let mut rig = others(vec2(800.0, 560.0));
    let (x, y) = (rig.index("band_1_pan"), rig.index("band_1_gain"));
    let pad = rig.editor.place(x).unwrap();
    let at = pad.center() + vec2(20.0, 25.0);
    rig.click(at);
    let calls = rig.calls();
    let (right, up) = (gesture(&calls, x), gesture(&calls, y));
    assert!(right.len() == 1 && right[0] > 0.0 && up[0] < 0.0, "{calls:?}");
    rig.pause();
    let corner = pad.left_top() + vec2(12.0, 12.0);
    let before = [rig.value("band_1_pan"), rig.value("band_1_gain")];
    rig.drag(at, corner - at);
    let calls = rig.calls();
    assert!(gesture(&calls, x).len() > 3 && gesture(&calls, y).len() > 3);
    assert!(rig.value("band_1_pan") < before[0] && rig.value("band_1_gain") > before[1]);
    assert!((rig.value("band_1_pan") + 100.0).abs() < 2.0 && (rig.value("band_1_gain") - 24.0).abs() < 1.0);
    rig.pause();
    // Taken elsewhere, it jumps there, and that is part of the gesture.
    rig.drag(pad.center(), vec2(10.0, 0.0));
    let values = gesture(&rig.calls(), x);
    assert!(values.first().is_some_and(|first| *first > -50.0), "{values:?}");
    rig.key(Key::ArrowRight);
    assert_eq!(gesture(&rig.calls(), x).len(), 1);
    rig.key(Key::Delete);
    let calls = rig.calls();
    assert_eq!((gesture(&calls, x), gesture(&calls, y)), (vec![-20.0], vec![3.5]));
}

#[test]
fn a_picture_above_a_knob_follows_it_in_the_next_frame() {
    let view = Own::new(vec2(300.0, 300.0), |ui, context, _| {
        let gain = context.index_of("band_2_gain").unwrap();
        let (upper, lower) = ui.max_rect().split_top_bottom_at_fraction(0.6);
        Graph::new(FREQUENCY, GAIN).line(Line::curve("second")).put(ui, upper, context);
        Knob::new(gain).put(ui, lower, context);
    });
    let mut rig = Rig::own(&hundred(), view, CURVES);
    let knob = rig.find("band_2_gain");
    rig.point(knob);
    rig.button(knob, true);
    rig.point(knob + vec2(0.0, 40.0));
    rig.frames(3);
    let rest = rig.raster.canvas().rgba();
    rig.point(knob + vec2(0.0, 80.0));
    assert!(
        rig.editor.is_due(rig.time + 1.0 / 60.0, &rig.host),
        "the picture was drawn before the knob was turned"
    );
    rig.frame();
    assert_ne!(rig.raster.canvas().rgba(), rest);
}

#[test]
fn what_a_view_draws_itself_is_operated_as_all_widgets_are() {
    let view = Own::new(vec2(200.0, 200.0), |ui, context, _| {
        let (x, y) = (context.index_of("band_1_pan").unwrap(), context.index_of("band_1_gain").unwrap());
        let rect = ui.max_rect();
        let response = ui.interact(rect, ui.scope_id().with("own"), Sense::click_and_drag());
        Grip::new().x(x, 200.0).y(y, 200.0).operate(ui, &response, context);
    });
    let mut rig = Rig::own(&hundred(), view, &[]);
    let (x, y) = (rig.index("band_1_pan"), rig.index("band_1_gain"));
    rig.drag(pos2(100.0, 100.0), vec2(20.0, -50.0));
    let calls = rig.calls();
    let (pan, gain) = (gesture(&calls, x), gesture(&calls, y));
    assert!((pan.last().unwrap() - 0.0).abs() < 1e-3, "a tenth of 200: {pan:?}");
    assert!((gain.last().unwrap() - 15.5).abs() < 1e-3, "a quarter of 48: {gain:?}");

    // A window that closes ends what is under way.
    rig.pause();
    rig.point(pos2(100.0, 100.0));
    rig.button(pos2(100.0, 100.0), true);
    rig.point(pos2(120.0, 100.0));
    rig.point(pos2(130.0, 90.0));
    rig.editor.close(&mut rig.host);
    let calls = rig.calls();
    assert!(gesture(&calls, x).len() > 1 && gesture(&calls, y).len() == 1, "{calls:?}");
}
