//! What instruments have: envelopes and modulation matrices, as they are operated.

mod common;

use common::Call::{Begin, End, Set};
use common::pictures::{check, save};
use common::{Call, Own, Rig, voice};
use dyad_gui::egui::{Key, Pos2, Rect, Vec2, pos2, vec2};
use dyad_gui::{Curve, Envelope, Matrix, MatrixRow, Values};

/// Where the two stand.
const ENVELOPE: Rect = Rect { min: pos2(16.0, 16.0), max: pos2(316.0, 136.0) };
const MATRIX: Rect = Rect { min: pos2(16.0, 152.0), max: pos2(516.0, 254.0) };
/// The picture within its edge, and what a part of it has of its width at most.
const PLOT: Rect = Rect { min: pos2(26.0, 26.0), max: pos2(306.0, 126.0) };
const PART: f32 = 280.0 * 0.3;

/// Attack, decay and release in straight lines.
fn lines(values: &Values<'_>, y: &mut [f32]) {
    let sustain = values.get("sustain") as f32 / 100.0;
    let third = y.len() / 3;
    for n in 0..third {
        let at = n as f32 / (third - 1) as f32;
        y[n] = at;
        y[third + n] = 1.0 + (sustain - 1.0) * at;
        y[2 * third + n] = sustain * (1.0 - at);
    }
}

const CURVES: &[Curve] = &[Curve { id: "amp", points: 48, of: lines }];

fn rig() -> Rig {
    let description = voice();
    let rows = MatrixRow::all(&description, "mod");
    assert_eq!(rows.len(), 4);
    let index = |id: &str| description.index_of(id).unwrap();
    let adsr = ["attack", "decay", "sustain", "release"].map(index);
    let view = Own::new(vec2(532.0, 330.0), move |ui, context, _| {
        Envelope::new(adsr, "amp").put(ui, ENVELOPE, context);
        Matrix::new(&rows).put(ui, MATRIX, context);
    });
    let mut rig = Rig::own(&description, view, CURVES);
    rig.unseen = true;
    rig
}

/// Where a parameter's own scale has its value, 0 to 1.
fn position(rig: &Rig, id: &str) -> f32 {
    let index = rig.index(id);
    rig.description.params[index].info.range.normalize(rig.host.values[index]) as f32
}

/// The handle of the attack, of decay and sustain, or of the release.
fn handle(rig: &Rig, n: usize) -> Pos2 {
    let at = |id: &str| position(rig, id);
    let up = |level: f32| PLOT.bottom() - PLOT.height() * level;
    match n {
        0 => pos2(PLOT.left() + PART * at("attack"), up(1.0)),
        1 => pos2(PLOT.left() + PART * (at("attack") + at("decay")), up(at("sustain"))),
        _ => pos2(PLOT.left() + PLOT.width() * 0.7 + PART * at("release"), up(0.0)),
    }
}

/// The parameters that were set, each by whole gestures and by nothing else.
fn set(calls: &[Call]) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    for call in calls {
        let (Begin(index) | Set(index, _) | End(index)) = *call;
        if !all.contains(&index) {
            all.push(index);
        }
    }
    for index in &all {
        let own: Vec<_> =
            calls.iter().filter(|it| matches!(it, Begin(of) | End(of) if of == index)).collect();
        assert_eq!(own, [&Begin(*index), &End(*index)], "one gesture: {calls:?}");
    }
    all
}

#[test]
fn each_handle_follows_the_pointer() {
    let mut rig = rig();
    for (n, by, ids) in [
        (0, vec2(20.0, 30.0), &["attack"][..]),
        (1, vec2(-18.0, 25.0), &["decay", "sustain"]),
        (2, vec2(15.0, -40.0), &["release"]),
    ] {
        let (from, before) = (handle(&rig, n), rig.host.values.clone());
        rig.drag(from, by);
        let moved = set(&rig.calls());
        assert_eq!(moved, ids.iter().map(|id| rig.index(id)).collect::<Vec<_>>());
        let to = handle(&rig, n) - from;
        assert!((to.x - by.x).abs() < 0.5, "handle {n} by {to:?}");
        assert!((to.y - if n == 1 { by.y } else { 0.0 }).abs() < 0.5, "handle {n} by {to:?}");
        let others = (0..before.len()).filter(|index| !moved.contains(index));
        assert!(others.into_iter().all(|index| before[index] == rig.host.values[index]));
        rig.pause();
    }
}

#[test]
fn a_handle_stays_within_its_parts_range() {
    let mut rig = rig();
    for (by, attack) in [(-400.0, 0.0), (400.0, 10_000.0)] {
        let from = handle(&rig, 0);
        rig.drag(from, vec2(by, 0.0));
        assert_eq!(rig.value("attack"), attack);
        rig.pause();
    }
    // All parts at their longest, and the handles still do not leave the picture.
    let from = handle(&rig, 1);
    rig.drag(from, vec2(400.0, 400.0));
    assert_eq!((rig.value("decay"), rig.value("sustain")), (20_000.0, 0.0));
    assert!(handle(&rig, 1).x < PLOT.left() + PLOT.width() * 0.7);
}

#[test]
fn keys_wheel_and_double_clicks_operate_a_handle() {
    let mut rig = rig();
    rig.calls();
    let middle = handle(&rig, 1);
    rig.click(middle);
    rig.pause();
    for (key, id, more) in [
        (Key::ArrowRight, "decay", true),
        (Key::ArrowLeft, "decay", false),
        (Key::ArrowUp, "sustain", true),
        (Key::ArrowDown, "sustain", false),
    ] {
        let before = rig.value(id);
        rig.key(key);
        assert_eq!(set(&rig.calls()), [rig.index(id)], "{key:?}");
        assert_eq!(rig.value(id) > before, more, "{key:?}");
    }
    rig.pause();
    let attack = handle(&rig, 0);
    rig.wheel(attack, 1.0);
    assert!(rig.value("attack") > 625.0);
    assert_eq!(set(&rig.calls()), [rig.index("attack")]);
    rig.pause();
    let middle = handle(&rig, 1);
    rig.drag(middle, vec2(20.0, 20.0));
    assert!(rig.value("decay") > 1300.0 && rig.value("sustain") < 50.0);
    rig.pause();
    rig.calls();
    let middle = handle(&rig, 1);
    rig.click(middle);
    rig.click(middle);
    assert_eq!((rig.value("decay"), rig.value("sustain")), (1250.0, 60.0));
}

#[test]
fn of_handles_in_one_place_the_nearest_is_taken() {
    let mut rig = rig();
    let (decay, sustain) = (rig.index("decay"), rig.index("sustain"));
    (rig.host.values[decay], rig.host.values[sustain]) = (3.0, 100.0);
    rig.frames(2);
    let (first, second) = (handle(&rig, 0), handle(&rig, 1));
    assert!((second - first).length() < 12.0, "they overlap: {first:?} {second:?}");
    rig.calls();
    rig.drag(first - vec2(2.0, 0.0), vec2(-10.0, 0.0));
    assert_eq!(set(&rig.calls()), [rig.index("attack")]);
    rig.pause();
    let second = handle(&rig, 1);
    rig.drag(second + vec2(2.0, 0.0), vec2(30.0, 20.0));
    assert_eq!(set(&rig.calls()), [decay, sustain]);
}

/// A row's cross, at the right edge.
fn cross(row: usize) -> Pos2 {
    pos2(MATRIX.right() - 9.0, MATRIX.top() + 22.0 + 20.0 * row as f32 + 10.0)
}

#[test]
fn a_row_is_chosen_by_its_menus_and_its_slider() {
    let mut rig = rig();
    rig.calls();
    let source = rig.find("mod_2_source");
    rig.click(source);
    rig.frames(2);
    // The third of the choices, 24 pixels each.
    rig.click(source + vec2(0.0, 10.0 + 4.0 + 5.0 + 24.0 * 2.5));
    rig.frames(2);
    assert_eq!(set(&rig.calls()), [rig.index("mod_2_source")]);
    assert_eq!(rig.value("mod_2_source"), 2.0);
    let amount = rig.find("mod_2_amount");
    rig.drag(amount, vec2(20.0, 0.0));
    assert_eq!(set(&rig.calls()), [rig.index("mod_2_amount")]);
    assert!((30.0..60.0).contains(&rig.value("mod_2_amount")), "{}", rig.value("mod_2_amount"));
    rig.pause();
    let value = rig.find_value("mod_2_amount");
    rig.click(value);
    rig.frames(2);
    rig.text("-25");
    rig.key(Key::Enter);
    rig.frames(2);
    assert_eq!(rig.value("mod_2_amount"), -25.0);
}

#[test]
fn a_row_is_cleared_by_its_cross_or_its_number() {
    for by_number in [false, true] {
        let mut rig = rig();
        for (id, plain) in [("source", 1.0), ("target", 2.0), ("amount", 40.0)] {
            for row in 1..=2 {
                let index = rig.index(&format!("mod_{row}_{id}"));
                rig.host.values[index] = plain;
            }
        }
        rig.frames(2);
        let at = cross(1);
        if by_number {
            let at = pos2(MATRIX.left() + 5.0, at.y);
            rig.click(at);
            rig.click(at);
        } else {
            rig.click(at);
        }
        let wanted = ["source", "amount", "target"].map(|id| rig.index(&format!("mod_2_{id}")));
        assert_eq!(set(&rig.calls()), wanted, "and not what was as it should be");
        for (row, left) in [(1, [1.0, 2.0, 40.0]), (2, [0.0, 0.0, 0.0])] {
            let values = ["source", "target", "amount"].map(|id| rig.value(&format!("mod_{row}_{id}")));
            assert_eq!(values, left, "row {row}");
        }
        // What is empty has nothing to clear.
        rig.pause();
        rig.click(at);
        assert_eq!(rig.calls(), []);
    }
}

/// The brightest of the pixels in a place.
fn brightest(rig: &Rig, place: Rect) -> u8 {
    let (canvas, [width, _]) = (rig.raster.canvas(), rig.raster.canvas().size());
    let rows = place.top() as usize..place.bottom() as usize;
    let columns = || place.left() as usize..place.right() as usize;
    let pixels = rows.flat_map(|y| columns().map(move |x| (y * width + x) * 4));
    pixels.map(|at| canvas.rgba()[at + 1]).max().unwrap()
}

#[test]
fn an_empty_row_is_faint() {
    let mut rig = rig();
    rig.unseen = false;
    rig.frames(2);
    let place = Rect::from_center_size(rig.find("mod_1_source"), Vec2::new(60.0, 14.0));
    let empty = brightest(&rig, place);
    for (id, plain) in [("mod_1_source", 1.0), ("mod_1_target", 1.0)] {
        let index = rig.index(id);
        rig.host.values[index] = plain;
    }
    rig.frames(2);
    let full = brightest(&rig, place);
    assert!(full > 200 && empty < 160, "{empty} and {full}");
}

#[test]
fn how_they_look() {
    let mut rig = rig();
    rig.unseen = false;
    rig.frames(2);
    for (id, plain) in [
        ("mod_1_source", 2.0),
        ("mod_1_via", 3.0),
        ("mod_1_target", 1.0),
        ("mod_1_amount", 35.0),
        ("mod_2_source", 1.0),
        ("mod_2_target", 2.0),
        ("mod_2_amount", -60.0),
    ] {
        let index = rig.index(id);
        rig.host.values[index] = plain;
    }
    rig.frames(2);
    check("voice", &rig.raster);
    let middle = handle(&rig, 1);
    rig.point(middle);
    rig.frames(2);
    save("voice-told", &rig.raster);
}
