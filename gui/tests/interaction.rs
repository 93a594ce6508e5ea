//! What mouse, wheel and keys do, fed as a window would feed it.

mod common;

use common::Call::{Begin, End, Set};
use common::{Call, Rig, gain, hundred, probe};
use dyad_gui::egui::{Event, Key, Modifiers, PointerButton, pos2, vec2};

/// The values of one gesture on a parameter; anything else fails.
fn gesture(calls: &[Call], index: usize) -> Vec<f64> {
    let [first, between @ .., last] = calls else { panic!("no gesture: {calls:?}") };
    assert_eq!((*first, *last), (Begin(index), End(index)), "{calls:?}");
    let value = |call: &Call| match call {
        Set(of, value) if *of == index => *value,
        other => panic!("{other:?} within a gesture"),
    };
    between.iter().map(value).collect()
}

#[test]
fn a_drag_is_one_gesture() {
    let mut rig = Rig::new(&gain());
    let (knob, index) = (rig.find("gain"), rig.index("gain"));
    rig.drag(knob, vec2(0.0, 60.0));
    let values = gesture(&rig.calls(), index);
    assert!(values.len() > 3, "it moves on the way: {values:?}");
    assert!(values.windows(2).all(|pair| pair[1] < pair[0]), "down is less: {values:?}");
    assert!(rig.value("gain") < -5.0 && rig.value("gain") > -40.0);
    rig.pause();
    rig.drag(knob, vec2(0.0, -400.0));
    assert_eq!(gesture(&rig.calls(), index).last(), Some(&24.0), "it stops at the end");
    rig.pause();
    rig.click(knob);
    assert_eq!(rig.calls(), [], "a click sets nothing");
}

/// On a busy machine a window sees many steps at once, and the button let go with the last of them.
#[test]
fn a_drag_is_as_long_as_the_hand_moves() {
    for batch in [1, 3, 7] {
        let mut rig = Rig::new(&gain());
        let (knob, index) = (rig.find("gain"), rig.index("gain"));
        rig.point(knob);
        let button = |pos, pressed| {
            let (button, modifiers) = (PointerButton::Primary, Modifiers::default());
            Event::PointerButton { pos, button, pressed, modifiers }
        };
        let end = knob + vec2(0.0, 50.0);
        let moves = (1..=25).map(|step| Event::PointerMoved(knob + vec2(0.0, step as f32 * 2.0)));
        let away = [button(end, false), Event::PointerMoved(end + vec2(200.0, 100.0)), Event::PointerGone];
        let events = [button(knob, true)].into_iter().chain(moves).chain(away);
        for (n, event) in events.enumerate() {
            rig.later(event);
            if n % batch == 0 {
                rig.frame();
            }
        }
        rig.frame();
        // A quarter of the way.
        let last = gesture(&rig.calls(), index).last().copied().unwrap_or_default();
        assert!((last + 21.0).abs() < 1e-3, "{last} in batches of {batch}");
    }
}

#[test]
fn shift_makes_a_drag_fine() {
    let mut rig = Rig::new(&gain());
    let knob = rig.find("gain");
    rig.drag(knob, vec2(0.0, 50.0));
    let coarse = rig.value("gain");
    let index = rig.index("gain");
    rig.host.values[index] = 0.0;
    rig.pause();
    rig.shift(true);
    rig.drag(knob, vec2(0.0, 50.0));
    let ratio = coarse / rig.value("gain");
    assert!((ratio - 10.0).abs() < 0.1, "{ratio}");
}

#[test]
fn a_drag_ends_when_the_window_closes_or_the_button_is_let_go_elsewhere() {
    let mut rig = Rig::new(&gain());
    let (knob, index) = (rig.find("gain"), rig.index("gain"));
    rig.point(knob);
    rig.button(knob, true);
    rig.point(knob + vec2(0.0, 30.0));
    rig.point(knob + vec2(0.0, 40.0));
    rig.editor.close(&mut rig.host);
    gesture(&rig.calls(), index);

    let mut rig = Rig::new(&gain());
    rig.point(knob);
    rig.button(knob, true);
    rig.point(knob + vec2(0.0, 30.0));
    rig.point(knob + vec2(0.0, 40.0));
    rig.feed(Event::PointerGone);
    rig.button(pos2(-100.0, -100.0), false);
    rig.frames(2);
    gesture(&rig.calls(), index);
}

#[test]
fn a_double_click_or_delete_is_the_default() {
    let mut rig = Rig::new(&gain());
    let (knob, index) = (rig.find("gain"), rig.index("gain"));
    rig.host.values[index] = 12.0;
    rig.click(knob);
    rig.click(knob);
    assert_eq!(rig.calls(), [Begin(index), Set(index, 0.0), End(index)]);
    rig.host.values[index] = 12.0;
    rig.key(Key::Delete);
    assert_eq!(rig.calls(), [Begin(index), Set(index, 0.0), End(index)]);
}

#[test]
fn each_notch_of_the_wheel_is_a_gesture() {
    let mut rig = Rig::new(&gain());
    let (knob, index) = (rig.find("gain"), rig.index("gain"));
    rig.wheel(knob, 1.0);
    let up = gesture(&rig.calls(), index);
    assert!(up.len() == 1 && (up[0] - 0.84).abs() < 1e-9, "a hundredth of the way: {up:?}");
    rig.wheel(knob, -1.0);
    gesture(&rig.calls(), index);
    rig.shift(true);
    rig.wheel(knob, 1.0);
    let fine = gesture(&rig.calls(), index);
    assert!((fine[0] - 0.084).abs() < 1e-6, "{fine:?}");
    rig.frames(20);
    assert_eq!(rig.calls(), [], "nothing goes on by itself");

    let mut rig = Rig::new(&probe());
    let (knob, index) = (rig.find("steps"), rig.index("steps"));
    rig.wheel(knob, 1.0);
    rig.wheel(knob, 1.0);
    assert_eq!(rig.host.values[index], 2.0, "a step for each notch");
    let shape = rig.find("shape");
    rig.wheel(shape, 1.0);
    assert_eq!(rig.value("shape"), 1.0);
}

#[test]
fn a_wheel_that_scrolls_the_page_turns_no_knob() {
    let mut rig = Rig::new(&hundred());
    rig.size = vec2(500.0, 300.0);
    rig.frames(3);
    let before = rig.find("input");
    let beside = pos2(before.x + 38.0, before.y - 30.0);
    for _ in 0..3 {
        rig.wheel(beside, -0.2);
        rig.wheel(before, -0.2);
    }
    rig.frames(4);
    assert_eq!(rig.calls(), [], "a knob came under the pointer while the page moved");
    assert!(rig.find("input").y < before.y - 10.0, "the page moved");
    rig.frames(30);
    let knob = rig.find("band_1_frequency");
    rig.wheel(knob, -1.0);
    assert_eq!(rig.calls().len(), 3, "but later it takes the wheel");
    rig.frames(4);
    assert_eq!(rig.find("band_1_frequency"), knob, "and the page stands still");
}

#[test]
fn keys_step_page_and_jump() {
    let mut rig = Rig::new(&gain());
    let (knob, index) = (rig.find("gain"), rig.index("gain"));
    rig.click(knob);
    rig.pause();
    for (key, want) in [
        (Key::ArrowUp, 0.84),
        (Key::ArrowLeft, 0.0),
        (Key::PageDown, -8.4),
        (Key::PageUp, 0.0),
        (Key::Home, -60.0),
        (Key::End, 24.0),
    ] {
        rig.key(key);
        let values = gesture(&rig.calls(), index);
        assert!(values.len() == 1 && (values[0] - want).abs() < 1e-6, "{key:?}: {values:?}");
    }
    let none = Modifiers::default();
    assert!(rig.editor.wants_key(Key::ArrowUp, none));
    assert!(!rig.editor.wants_key(Key::Space, none), "the space bar is the host's");
    assert!(!rig.editor.wants_key(Key::S, Modifiers { ctrl: true, command: true, ..none }));
}

#[test]
fn a_value_can_be_typed() {
    let mut rig = Rig::new(&gain());
    let (place, index) = (rig.find_value("gain"), rig.index("gain"));
    rig.click(place);
    rig.frames(2);
    assert!(rig.editor.wants_key(Key::Space, Modifiers::default()), "all keys are the field's");
    rig.text("-6 dB");
    rig.key(Key::Enter);
    assert_eq!(rig.calls(), [Begin(index), Set(index, -6.0), End(index)]);
    rig.pause();

    rig.click(place);
    rig.frames(2);
    rig.text("loud");
    rig.key(Key::Enter);
    rig.frames(2);
    assert_eq!(rig.calls(), [], "what is no value is not taken");
    rig.key(Key::Escape);
    rig.frames(2);
    assert_eq!((rig.calls(), rig.value("gain")), (vec![], -6.0));
    assert!(!rig.editor.wants_key(Key::Space, Modifiers::default()));
}

#[test]
fn a_value_that_was_only_looked_at_stays_as_exact_as_it_is() {
    let mut rig = Rig::new(&gain());
    let index = rig.index("gain");
    rig.host.values[index] = -6.0431;
    rig.frames(2);
    let value = rig.find_value("gain");
    rig.click(value);
    rig.frames(2);
    rig.point(pos2(3.0, 3.0));
    rig.click(pos2(3.0, 3.0));
    rig.frames(2);
    rig.pause();
    rig.click(value);
    rig.frames(2);
    rig.key(Key::Enter);
    rig.frames(2);
    assert_eq!((rig.calls(), rig.host.values[index]), (vec![], -6.0431));
}

#[test]
fn what_was_typed_is_taken_when_the_window_closes() {
    let mut rig = Rig::new(&gain());
    let index = rig.index("gain");
    rig.click(rig.find_value("gain"));
    rig.text("-7.5");
    rig.editor.close(&mut rig.host);
    assert_eq!(gesture(&rig.calls(), index), [-7.5]);

    let mut rig = Rig::new(&gain());
    rig.click(rig.find_value("gain"));
    rig.text("nonsense");
    rig.editor.close(&mut rig.host);
    assert_eq!(rig.calls(), [], "no value");

    let mut rig = Rig::new(&probe());
    let place = rig.editor.place_of_property(0).unwrap();
    rig.click(pos2(place.right() - 30.0, place.center().y));
    rig.text("written and not yet taken");
    let before = rig.host.properties[0].clone();
    assert!(!before.contains("written"));
    rig.editor.close(&mut rig.host);
    assert_eq!(rig.host.properties[0], format!("{before}written and not yet taken"));
}

#[test]
fn automation_moves_the_knob_and_only_what_moved_is_painted() {
    let mut rig = Rig::new(&gain());
    rig.frames(3);
    assert!(!rig.editor.is_due(rig.time, &rig.host), "nothing moves, nothing is drawn");
    assert_eq!(rig.frame(), [], "and a frame too many paints nothing");
    let before = rig.raster.canvas().rgba();
    let index = rig.index("gain");
    rig.host.values[index] = -20.0;
    assert!(rig.editor.is_due(rig.time, &rig.host));
    let areas = rig.frame();
    assert_ne!(rig.raster.canvas().rgba(), before);
    let [width, height] = rig.raster.canvas().size();
    let painted: usize = areas.iter().map(|area| area.width() * area.height()).sum();
    assert!(painted > 0 && painted * 2 < width * height, "{painted} of {}", width * height);
    assert_eq!(rig.calls(), [], "what the host did is not told to it");
}

#[test]
fn meters_fall_and_come_to_rest() {
    let mut rig = Rig::new(&gain());
    let index = rig.index("peak");
    rig.host.values[index] = 0.5;
    rig.frame();
    rig.host.values[index] = 0.0;
    rig.frame();
    assert!(rig.editor.wait(rig.time) <= 1.0 / 30.0, "it falls");
    let mut frames = 0;
    while rig.editor.is_due(rig.time + 1.0 / 60.0, &rig.host) {
        rig.frame();
        frames += 1;
        assert!(frames < 600, "still moving after ten seconds");
    }
    assert!(frames > 90, "the peak was held");
}

#[test]
fn switches_buttons_menus_and_bypass() {
    let mut rig = Rig::new(&probe());
    for (id, want) in [("voice_1_on", 1.0), ("bypass", 1.0), ("press", 1.0)] {
        let (place, index) = (rig.find(id), rig.index(id));
        rig.click(place);
        assert_eq!(rig.calls(), [Begin(index), Set(index, want), End(index)], "{id}");
        rig.pause();
    }
    let (shape, index) = (rig.find("shape"), rig.index("shape"));
    rig.click(shape);
    rig.frames(3);
    // The second line of the list below.
    rig.click(shape + vec2(0.0, 14.0 + 4.0 + 5.0 + 24.0 + 12.0));
    assert_eq!(rig.calls(), [Begin(index), Set(index, 1.0), End(index)]);
}

#[test]
fn a_slider_goes_where_it_is_clicked() {
    let mut rig = Rig::new(&probe());
    let (delay, index) = (rig.find("delay"), rig.index("delay"));
    rig.click(delay);
    let values = gesture(&rig.calls(), index);
    assert!(values.len() == 1 && (values[0] - 500.0).abs() < 20.0, "{values:?}");
    rig.pause();
    rig.drag(delay, vec2(30.0, 0.0));
    assert!(gesture(&rig.calls(), index).last() > Some(&500.0));
}

#[test]
fn two_editors_do_not_know_each_other() {
    let (mut a, mut b) = (Rig::new(&gain()), Rig::new(&gain()));
    let knob = a.find("gain");
    a.point(knob);
    b.point(knob);
    a.button(knob, true);
    a.point(knob + vec2(0.0, 30.0));
    b.frame();
    a.point(knob + vec2(0.0, 60.0));
    b.frame();
    a.button(knob + vec2(0.0, 60.0), false);
    assert!(a.value("gain") < 0.0);
    assert_eq!((b.value("gain"), b.calls()), (0.0, vec![]));
}

#[test]
fn texts_are_typed_and_refused_where_they_are_too_long() {
    let mut rig = Rig::new(&probe());
    let place = |rig: &Rig, index: usize| {
        rig.editor.egui().viewport(|viewport| {
            let widgets = viewport.prev_pass.widgets.layers().flat_map(|(_, list)| list.iter());
            let mut own = widgets.filter(|widget| widget.id == widget.parent_id.with(("field", index)));
            own.next().unwrap().rect.center()
        })
    };
    let title = place(&rig, 0);
    rig.click(title);
    rig.frames(2);
    rig.text("Chorus");
    rig.key(Key::Enter);
    assert_eq!(rig.host.properties[0], "Chorus");
    rig.pause();
    rig.click(title);
    rig.frames(2);
    rig.text(&"x".repeat(5000));
    rig.key(Key::Enter);
    assert_eq!(rig.host.properties[0], "Chorus");
    rig.key(Key::Escape);
    rig.frames(2);
    assert_eq!(rig.host.properties[0], "Chorus");
    assert_eq!(rig.calls(), []);
}

#[test]
fn a_large_window_is_the_same_in_large() {
    let mut rig = Rig::new(&gain());
    let (small, index) = (rig.find("gain"), rig.index("gain"));
    rig.size *= 2.0;
    rig.frames(2);
    let knob = rig.find("gain");
    assert!((knob - small * 2.0).length() < 12.0, "{small:?} {knob:?}");
    rig.drag(knob, vec2(0.0, 60.0));
    assert!(gesture(&rig.calls(), index).len() > 3, "and is operated where it is seen");
}

#[test]
fn tab_goes_through_all_and_shows_where() {
    let mut rig = Rig::new(&probe());
    let plain = rig.raster.canvas().rgba();
    let mut moved = Vec::new();
    for _ in 0..24 {
        rig.key(Key::Tab);
        assert!(rig.editor.is_due(rig.time, &rig.host), "where the keyboard is gets shown at once");
        rig.frame();
        rig.key(Key::ArrowUp);
        moved.extend(rig.calls().iter().filter_map(|call| match call {
            Call::Begin(index) => Some(rig.description.params[*index].symbol.clone()),
            _ => None,
        }));
    }
    assert_ne!(rig.raster.canvas().rgba(), plain);
    for id in ["bypass", "gain", "stages", "coarse", "follow", "shape", "delay"] {
        assert!(moved.iter().any(|symbol| symbol == id), "{id}: {moved:?}");
    }
    for id in ["voice_1_level", "voice_2_level", "voice_1_on", "voice_2_on"] {
        assert!(moved.iter().any(|symbol| symbol == id), "{id}: {moved:?}");
    }
}

#[test]
fn what_gets_the_keyboard_comes_into_sight() {
    let mut rig = Rig::new(&hundred());
    rig.size = vec2(500.0, 300.0);
    rig.frames(2);
    for _ in 0..12 {
        rig.key(Key::Tab);
        rig.frame();
    }
    rig.frames(20);
    rig.key(Key::ArrowDown);
    let calls = rig.calls();
    let [Begin(index), ..] = calls[..] else { panic!("{calls:?}") };
    let place = rig.editor.place(index).unwrap();
    assert!(place.top() >= 44.0 && place.bottom() <= 300.0, "{place:?}");
}
