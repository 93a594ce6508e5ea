//! What an editor says of where its parameters are is what the pointer finds there.

mod common;

use common::{Call, Rig, gain, hundred, probe};
use dyad_core::param::Role;
use dyad_gui::egui::{Area, Event, Id, Key, Modifiers, Popup, Pos2, Rect, Sense, Ui, Vec2, pos2, vec2};
use dyad_gui::spots::{self, Spot};
use dyad_gui::{Context, Editor, Knob, Theme, View};

/// The toolkit lets the pointer miss a control by 5 points, of at most two logical pixels here.
const MISS: f32 = 11.0;

/// What the editor says of a place in logical pixels.
fn found(rig: &Rig, at: Pos2) -> Option<usize> {
    spots::find(&rig.editor.spots(), at * rig.scale)
}

/// Does all that a user can do with the pointer at a place, and types where that opens a field. Which
/// parameters were set.
fn operated(rig: &mut Rig, at: Pos2) -> Vec<usize> {
    let before = common::Host::new(&rig.description);
    (rig.host.values, rig.host.properties) = (before.values, before.properties);
    rig.pause();
    rig.wheel(at, 1.0);
    rig.wheel(at, -1.0);
    rig.pause();
    rig.drag(at, vec2(15.0, -15.0));
    rig.pause();
    rig.click(at);
    rig.frame();
    if rig.editor.wants_key(Key::Space, Modifiers::default()) {
        rig.text("0.3");
        rig.key(Key::Enter);
    }
    rig.key(Key::Escape);
    assert!(!Popup::is_any_open(rig.editor.egui()));
    rig.feed(Event::PointerGone);
    rig.frame();
    let mut set: Vec<usize> = rig
        .calls()
        .iter()
        .filter_map(|call| if let Call::Set(index, _) = call { Some(*index) } else { None })
        .collect();
    set.dedup();
    set
}

/// A place is found by the pointer if the editor says so, and by it alone.
fn check(rig: &mut Rig, at: Pos2) {
    let said = found(rig, at);
    let settable = said.filter(|index| rig.description.params[*index].info.role != Role::Meter);
    let name = said.map(|index| rig.description.params[index].info.id.clone());
    assert_eq!(operated(rig, at), Vec::from_iter(settable), "{at:?}, said to be {name:?}");
}

/// Whether it is a part of the header that changes many parameters or none: presets, A and B, undo.
fn is_in_header(rig: &Rig, at: Pos2) -> bool {
    let names = ["Previous preset", "Presets", "Next preset", "A", "B", "Undo", "Redo"];
    let mut places = names.iter().filter_map(|name| rig.editor.place_in_header(name));
    places.any(|place| place.expand(MISS).contains(at))
}

/// Whether something is so near that the pointer may mean it.
fn near_any(rig: &Rig, at: Pos2) -> bool {
    rig.editor.spots().iter().any(|spot| (spot.rect / rig.scale).expand(MISS).contains(at))
}

#[test]
fn places_are_where_the_pointer_changes_that_very_parameter() {
    for (description, zoom, scale) in [(gain(), 1.0, 1.0), (gain(), 2.0, 1.5), (probe(), 1.0, 1.0)] {
        let mut rig = Rig::new(&description);
        (rig.size, rig.scale, rig.unseen) = (rig.size * zoom, scale, true);
        rig.frames(3);
        let spots = rig.editor.spots();
        for (index, param) in description.params.iter().enumerate() {
            let there = spots.iter().filter(|spot| spot.index == Some(index)).count();
            let expected = match param.info.role {
                _ if param.info.hidden => 0,
                Role::Removed => 0,
                // Those that are dragged have a value besides.
                _ if rig.editor.place_of_value(index).is_some() => 2,
                _ => 1,
            };
            assert_eq!(there, expected, "{}", param.info.id);
        }
        for (n, spot) in spots.iter().enumerate() {
            let rect = (spot.rect / scale).shrink(1.0);
            if is_in_header(&rig, rect.center()) {
                assert_eq!(spot.index, None);
                continue;
            }
            check(&mut rig, [rect.left_top(), rect.right_bottom()][n % 2]);
            check(&mut rig, rect.center());
        }
        // And nowhere else.
        let steps = |length: f32| (0..).map(|n| 5.0 + n as f32 * 53.0).take_while(move |at| *at < length);
        let (width, height) = (rig.size.x, rig.size.y);
        let background: Vec<Pos2> = steps(width)
            .flat_map(|x| steps(height).map(move |y| pos2(x, y)))
            .filter(|at| !near_any(&rig, *at) && !is_in_header(&rig, *at))
            .collect();
        assert!(background.len() > 10, "{}", background.len());
        for at in background {
            assert_eq!(found(&rig, at), None);
            check(&mut rig, at);
        }
        for outside in
            [pos2(-3.0, 20.0), pos2(20.0, -3.0), pos2(width + 3.0, 20.0), pos2(20.0, height + 3.0)]
        {
            assert_eq!(found(&rig, outside), None);
        }
    }
}

#[test]
fn what_is_scrolled_out_of_sight_is_not_found() {
    let mut rig = Rig::new(&hundred());
    rig.size = vec2(500.0, 300.0);
    rig.frames(3);
    let (input, first) = (rig.index("input"), rig.find("input"));
    assert_eq!(found(&rig, first), Some(input));
    let shown = |rig: &Rig, index| rig.editor.spots().iter().any(|spot| spot.index == Some(index));
    let window = Rect::from_min_size(Pos2::ZERO, rig.size);
    let mut hidden = 0;
    for round in 0..2 {
        for (index, param) in rig.description.params.iter().enumerate() {
            let Some(place) = rig.editor.place(index) else { continue };
            let inside = place.intersects(window);
            assert!(inside || !shown(&rig, index), "{round}, {}: {place:?}", param.info.id);
            hidden += usize::from(!inside);
        }
        assert!(rig.editor.spots().iter().all(|spot| window.contains_rect(spot.rect)));
        // Beside the knobs.
        (0..40).for_each(|_| rig.wheel(pos2(first.x + 38.0, first.y - 30.0), -1.0));
        rig.frames(30);
    }
    assert!(hidden > 100, "{hidden}");
    assert!(!shown(&rig, input));
    assert_ne!(found(&rig, first), Some(input));
}

#[test]
fn an_open_list_is_its_parameters_and_covers_the_others() {
    let mut rig = Rig::new(&probe());
    let (shape, index) = (rig.find("shape"), rig.index("shape"));
    let before = rig.editor.spots();
    rig.click(shape);
    rig.frames(3);
    let list: Vec<Spot> = rig.editor.spots().into_iter().skip(before.len()).collect();
    let area = list.iter().fold(Rect::NOTHING, |area, spot| area.union(spot.rect));
    assert!(list.iter().filter(|spot| spot.index == Some(index)).count() == 2, "{list:?}");
    for (x, y) in (0..20).flat_map(|x| (0..20).map(move |y| (x, y))) {
        let at = area.lerp_inside(vec2(x as f32, y as f32) / 20.0);
        assert!([None, Some(index)].contains(&found(&rig, at)), "{at:?}");
    }
    let [.., last] = list[..] else { panic!("there is no list") };
    assert_eq!((last.index, found(&rig, last.rect.center())), (Some(index), Some(index)));
    rig.click(last.rect.center());
    assert_eq!(rig.calls(), [Call::Begin(index), Call::Set(index, 1.0), Call::End(index)]);
    rig.frames(3);
    // What was chosen can be undone.
    let undo = rig.editor.place_in_header("Undo").map(|place| place.center());
    let spots = rig.editor.spots().into_iter();
    let others: Vec<Spot> =
        spots.filter(|spot| undo.is_none_or(|undo| !spot.rect.contains(undo))).collect();
    assert_eq!(others, before);
}

/// Something of an author's own beside a knob, both partly covered.
struct Own;

const KNOB: Rect = Rect { min: Pos2::ZERO, max: Pos2::new(100.0, 100.0) };
const OWN: Rect = Rect { min: Pos2::new(100.0, 0.0), max: Pos2::new(200.0, 100.0) };
const STRANGER: Rect = Rect { min: Pos2::new(200.0, 0.0), max: Pos2::new(220.0, 100.0) };

impl View for Own {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let index = context.index_of("gain").unwrap();
        Knob::new(index).put(ui, KNOB, context);
        ui.interact(KNOB.with_max_x(50.0), ui.scope_id().with("over"), Sense::click());
        let own = ui.interact(OWN, ui.scope_id().with("own"), Sense::hover());
        context.bind(&own, index);
        let stranger = ui.interact(STRANGER, ui.scope_id().with("stranger"), Sense::click());
        context.bind(&stranger, usize::MAX);
        Knob::new(usize::MAX).put(ui, STRANGER, context);
        Area::new(Id::unique("above")).fixed_pos(pos2(150.0, 0.0)).show(ui.ctx(), |ui| {
            ui.allocate_space(vec2(50.0, 50.0));
        });
    }

    fn preferred_size(&self) -> Vec2 {
        vec2(220.0, 100.0)
    }
}

#[test]
fn views_say_what_is_theirs_and_what_lies_above_counts() {
    let description = gain();
    let mut rig = Rig::new(&description);
    rig.editor = Editor::new(description, Box::new(Own), Theme::default());
    rig.size = rig.editor.preferred_size();
    rig.frames(5);
    let gain = Some(rig.index("gain"));
    let dial = rig.find("gain");
    assert_eq!(found(&rig, dial + vec2(3.0, 0.0)), gain);
    assert_eq!(found(&rig, dial - vec2(3.0, 0.0)), None, "something else takes the pointer there");
    assert_eq!(found(&rig, pos2(125.0, 25.0)), gain);
    assert_eq!(found(&rig, pos2(175.0, 25.0)), None, "as above");
    assert_eq!(found(&rig, pos2(175.0, 75.0)), gain);
    assert_eq!(found(&rig, pos2(210.0, 50.0)), None, "no parameter has that number");
}
