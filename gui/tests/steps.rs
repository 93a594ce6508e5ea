//! The steps of a pattern are painted, switched and lit.

mod common;

use std::sync::Arc;

use common::Call::{Begin, End, Set};
use common::pictures::check;
use common::{Call, Own, Rig};
use dyad::prelude::*;
use dyad_core::Description;
use dyad_gui::Steps;
use dyad_gui::egui::{Event, Key, Modifiers, PointerButton, Pos2, vec2};

#[derive(Choice, Clone, Copy, PartialEq)]
enum Kind {
    Play,
    Rest,
    Tie,
}

#[derive(Params)]
struct StepParams {
    #[param(name = "Kind", default = Kind::Play)]
    kind: Choice<Kind>,
    #[param(name = "Velocity", range = Range::linear(1.0, 127.0), default = 100.0)]
    velocity: Float,
    #[param(name = "Transpose", range = Range::stepped(-24.0, 24.0, 1.0), default = 0, unit = Unit::Semitones)]
    transpose: Int,
    #[param(name = "Length", range = Range::linear(5.0, 100.0), default = 100.0, unit = Unit::Percent)]
    length: Float,
}

#[derive(Params)]
struct PatternParams {
    #[param(name = "Steps", range = Range::stepped(1.0, 8.0, 1.0), default = 6)]
    steps: Int,
    #[group(name = "Step")]
    step: [StepParams; 8],
    #[meter(name = "Playing", range = Range::stepped(0.0, 8.0, 1.0))]
    playing: Output,
}

#[derive(Default)]
struct Pattern;

impl Plugin for Pattern {
    type Params = PatternParams;
    type Processor = Self;
    const INFO: Info = Info {
        id: "urn:dyad:pattern",
        name: "Pattern",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.0.0",
        license: "MIT",
        description: "For tests.",
        category: Category::NoteEffect,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO];
    fn activate(&mut self, _: &mut Activation<'_>) -> Self {
        Self
    }
}

impl Processor for Pattern {
    type Params = PatternParams;
    fn process(&mut self, _: &mut PatternParams, _: &mut Audio<'_>, _: &mut Context<'_>) {}
}

fn rig() -> Rig {
    let description = Arc::new(Description::of::<Pattern>("").unwrap());
    let mut steps = Steps::new(&description, "step", "steps").unwrap();
    steps = steps.playing(description.index_of("playing").unwrap());
    let view = Own::new(vec2(560.0, 300.0), move |ui, context, _| {
        steps.put(ui, ui.max_rect().shrink(12.0), context);
    });
    Rig::own(&description, view, &[])
}

fn id(step: usize, what: &str) -> String {
    format!("step_{step}_{what}")
}

/// The top of a step's cell, and its bottom.
fn ends(rig: &Rig, step: usize, what: &str) -> [Pos2; 2] {
    let rect = rig.editor.place(rig.index(&id(step, what))).unwrap();
    [rect.center_top() + vec2(0.0, 1.0), rect.center_bottom() - vec2(0.0, 1.0)]
}

#[test]
fn a_stroke_paints_over_steps_as_one_gesture_on_each() {
    // However few of its steps a window sees.
    for steps in [1, 3, 20] {
        let mut rig = rig();
        let (from, to) = (ends(&rig, 2, "velocity")[1], ends(&rig, 6, "velocity")[0]);
        rig.point(from);
        rig.button(from, true);
        for step in 1..=steps {
            rig.point(from + (to - from) * (step as f32 / steps as f32));
        }
        rig.button(to, false);
        rig.frames(2);
        let calls = rig.calls();
        for step in 2..=6 {
            let index = rig.index(&id(step, "velocity"));
            let own: Vec<Call> = calls
                .iter()
                .filter(|call| matches!(call, Begin(of) | End(of) | Set(of, _) if *of == index))
                .copied()
                .collect();
            assert_eq!((own[0], own[own.len() - 1]), (Begin(index), End(index)), "step {step}: {own:?}");
            let inner = &own[1..own.len() - 1];
            assert!(!inner.is_empty() && inner.iter().all(|call| matches!(call, Set(..))), "{own:?}");
            let line = 1.0 + 126.0 * (step - 2) as f64 / 4.0;
            let value = rig.value(&id(step, "velocity"));
            // It is as high as the pointer was in its column.
            assert!((value - line).abs() < 17.0, "step {step} in {steps}: {value}, on the line {line}");
        }
        // All are let go together: one thing to undo.
        let first_end = calls.iter().position(|call| matches!(call, End(_))).unwrap();
        assert_eq!(calls[first_end..].len(), 5, "{calls:?}");
        assert_eq!(rig.value(&id(1, "velocity")), 100.0);
        assert_eq!(rig.value(&id(7, "velocity")), 100.0);
    }
}

#[test]
fn a_click_sets_a_step_and_a_double_click_its_default() {
    let mut rig = rig();
    let bottom = ends(&rig, 3, "length")[1];
    rig.click(bottom);
    assert!(rig.value(&id(3, "length")) < 10.0);
    rig.pause();
    rig.click(bottom);
    rig.click(bottom);
    assert_eq!(rig.value(&id(3, "length")), 100.0);
    let top = ends(&rig, 8, "transpose")[0];
    rig.pause();
    rig.click(top);
    assert!(rig.value(&id(8, "transpose")) >= 23.0, "steps beyond the pattern's length too");
}

#[test]
fn a_click_goes_on_to_the_next_kind_and_a_stroke_paints_it() {
    let mut rig = rig();
    let at = |rig: &Rig, step| rig.find(&id(step, "kind"));
    let first = at(&rig, 1);
    for kind in [1.0, 2.0, 0.0] {
        rig.click(first);
        assert_eq!(rig.value("step_1_kind"), kind);
        rig.pause();
    }
    rig.click(at(&rig, 4));
    rig.pause();
    let (from, to) = (at(&rig, 2), at(&rig, 5));
    rig.drag(from, to - from);
    let kinds: Vec<f64> = (1..=6).map(|step| rig.value(&id(step, "kind"))).collect();
    assert_eq!(kinds, [0.0, 1.0, 1.0, 1.0, 1.0, 0.0], "as the first of them");
}

/// On a busy machine a window sees the button go down and up at once.
#[test]
fn a_click_within_a_frame_is_one_too() {
    let mut rig = rig();
    let at = rig.find("step_3_kind");
    rig.point(at);
    let index = rig.index("step_3_kind");
    // Quick clicks are as many.
    for kind in [1.0, 2.0, 0.0] {
        for pressed in [true, false] {
            let (button, modifiers) = (PointerButton::Primary, Modifiers::default());
            rig.later(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        rig.frames(2);
        assert_eq!(rig.calls(), [Begin(index), Set(index, kind), End(index)]);
    }
}

#[test]
fn the_numbers_set_how_many_steps_there_are() {
    let mut rig = rig();
    let numbers = rig.find("steps");
    let third = Pos2::new(rig.find("step_3_kind").x, numbers.y);
    rig.click(third);
    assert_eq!(rig.value("steps"), 3.0);
    rig.pause();
    let by = vec2(rig.find("step_8_kind").x - third.x, 0.0);
    rig.drag(third, by);
    assert_eq!(rig.value("steps"), 8.0);
}

#[test]
fn keys_go_along_a_lane_and_set_its_steps() {
    let mut rig = rig();
    let first = rig.find("step_1_transpose");
    rig.click(first);
    rig.calls();
    rig.key(Key::ArrowRight);
    rig.key(Key::ArrowRight);
    let index = rig.index("step_3_transpose");
    assert_eq!(rig.calls(), [], "going along sets nothing");
    rig.key(Key::ArrowUp);
    assert_eq!(rig.calls(), [Begin(index), Set(index, 1.0), End(index)]);
    rig.key(Key::Delete);
    assert_eq!(rig.value("step_3_transpose"), 0.0);
    let kind = rig.find("step_2_kind");
    rig.click(kind);
    rig.key(Key::Enter);
    assert_eq!(rig.value("step_2_kind"), 2.0);
}

#[test]
fn a_stroke_ends_when_the_window_closes_or_the_pointer_is_lost() {
    let mut rig = rig();
    let (from, to) = (ends(&rig, 2, "velocity")[1], ends(&rig, 3, "velocity")[0]);
    rig.point(from);
    rig.button(from, true);
    rig.point(to);
    rig.editor.close(&mut rig.host);
    let calls = rig.calls();
    let count = |what: fn(&Call) -> bool| calls.iter().filter(|call| what(call)).count();
    assert_eq!(count(|call| matches!(call, Begin(_))), 2);
    assert_eq!(count(|call| matches!(call, End(_))), 2);

    let mut rig = self::rig();
    rig.point(from);
    rig.button(from, true);
    rig.point(to);
    rig.feed(Event::PointerGone);
    rig.button(Pos2::new(-50.0, -50.0), false);
    rig.frames(2);
    let calls = rig.calls();
    let (begun, ended): (Vec<&Call>, Vec<&Call>) =
        calls.iter().filter(|call| !matches!(call, Set(..))).partition(|call| matches!(call, Begin(_)));
    assert_eq!((begun.len(), ended.len()), (2, 2), "{calls:?}");
}

#[test]
fn the_picture_stays_as_it_is() {
    let mut rig = rig();
    for (step, (kind, velocity, transpose, length)) in [
        (0.0, 120.0, 0.0, 100.0),
        (2.0, 60.0, 12.0, 50.0),
        (0.0, 90.0, 7.0, 100.0),
        (1.0, 100.0, -12.0, 30.0),
        (0.0, 40.0, -24.0, 5.0),
        (0.0, 127.0, 24.0, 75.0),
        (0.0, 100.0, 5.0, 100.0),
        (1.0, 80.0, 0.0, 100.0),
    ]
    .into_iter()
    .enumerate()
    {
        for (what, value) in
            [("kind", kind), ("velocity", velocity), ("transpose", transpose), ("length", length)]
        {
            let index = rig.index(&id(step + 1, what));
            rig.host.values[index] = value;
        }
    }
    let playing = rig.index("playing");
    rig.host.values[playing] = 3.0;
    rig.frames(2);
    check("steps", &rig.raster);
}
