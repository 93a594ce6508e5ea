//! Parameters: where blocks are cut, triggers, modulation, and what a plugin sets itself.

use super::probe::{Coarse, Effect, Feed, Rig, Whole};
use super::*;
use crate::event::Amount;

#[test]
fn a_block_is_cut_where_sample_accurate_parameters_change() {
    let mut rig = Rig::<Effect>::new();
    rig.run(
        64,
        rig.plain(&[(10, "level", 0.1), (10, "count", 3.0), (30, "level", 0.2), (40, "coarse", 1.0)]),
    );
    assert_eq!(rig.engine.processor.pieces, [(0, 10), (10, 20), (30, 34)]);
    assert_eq!(rig.value("coarse"), 1.0, "one that cuts nothing has changed by the block's end");
    rig.run(64, rig.plain(&[(5, "coarse", 0.5), (20, "level", 0.3)]));
    assert_eq!(rig.engine.processor.pieces, [(0, 20), (20, 44)]);
}

#[test]
fn pieces_are_no_shorter_than_the_plugin_asks() {
    let mut rig = Rig::<Coarse>::new();
    let changes = [(1, "level", 0.1), (2, "level", 0.2), (20, "level", 0.3), (63, "level", 0.9)];
    rig.run(64, rig.plain(&changes));
    assert_eq!(rig.engine.processor.pieces, [(0, 16), (16, 16), (32, 31), (63, 1)]);
    assert_eq!(rig.value("level"), 0.9);
}

#[test]
fn a_plugin_may_want_no_cuts_at_all() {
    let mut rig = Rig::<Whole>::new();
    // Longer than promised, and so in two pieces anyway.
    rig.run(600, rig.plain(&[(10, "level", 0.1), (550, "level", 0.2)]));
    assert_eq!(rig.engine.processor.pieces, [(0, 512), (512, 88)]);
    assert_eq!(rig.value("level"), 0.2);
}

#[test]
fn a_plugin_sets_its_own_parameters_and_the_host_is_told() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, _, context| {
        context.set(&mut params.count, 7, 12);
        context.set(&mut params.level, 9999, 7.0f32);
        context.set(&mut params.coarse, 0, f32::NAN);
        assert_eq!((params.count.value(), params.level.value()), (12, 1.0));
    }));
    rig.run(64, Feed::default());
    let (count, level) = (rig.index("count"), rig.index("level"));
    let edits =
        [Edit { index: count, frame: 7, plain: 12.0 }, Edit { index: level, frame: 63, plain: 1.0 }];
    assert_eq!(rig.engine.edits(), edits);
    assert_eq!((rig.value("count"), rig.value("level"), rig.value("coarse")), (12.0, 1.0, 0.0));
    rig.run(64, Feed::default());
    assert_eq!(rig.engine.edits(), [], "what stays the same is told once");
}

#[test]
fn more_edits_than_there_is_room_for_lose_no_last_value() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, _, context| {
        for n in 0..500 {
            context.set(&mut params.count, 0, n + 1);
        }
        context.set(&mut params.level, 0, 0.25f32);
    }));
    rig.run(64, Feed::default());
    let told = rig.engine.edits().len();
    assert!(told < 500 && rig.engine.edits.missed() == 501 - told as u64, "{told}");
    rig.engine.processor.script = None;
    rig.run(64, Feed::default());
    let mut last: Vec<_> = rig.engine.edits().iter().map(|edit| edit.plain).collect();
    last.sort_by(f64::total_cmp);
    assert_eq!(last, [0.25, 500.0]);
    rig.run(64, Feed::default());
    assert_eq!(rig.engine.edits(), []);
}

#[test]
fn a_trigger_fires_once_and_comes_back() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, _, context| {
        if params.press.take() {
            let n = params.count.value() + 1;
            context.set(&mut params.count, 0, n);
        }
    }));
    rig.run(64, rig.plain(&[(20, "press", 1.0)]));
    assert_eq!((rig.value("count"), rig.value("press")), (1.0, 0.0));
    let press = rig.index("press");
    assert!(rig.engine.edits().contains(&Edit { index: press, frame: 63, plain: 0.0 }), "the host's too");
    rig.run(64, rig.plain(&[(0, "press", 1.0)]));
    assert_eq!(rig.value("count"), 1.0, "said again from block to block it is still the same press");
    rig.run(64, rig.plain(&[(0, "press", 0.0), (1, "press", 1.0), (2, "press", 0.0), (3, "press", 1.0)]));
    assert_eq!(rig.value("count"), 3.0, "each press counts");
    rig.run(64, Feed::default());
    rig.run(64, rig.plain(&[(0, "press", 0.5), (9, "press", 0.8), (20, "press", 1.0)]));
    assert_eq!(rig.value("count"), 4.0, "a curve of an automation goes up once");
    assert!(!rig.description.saved_params().contains(&press), "a press is no state");
}

#[test]
fn modulation_moves_the_sound_and_not_what_is_saved() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|params, audio, _| {
        let level = params.level.value();
        audio.channels().for_each(|mut channel| channel.map(|x| x * level));
    }));
    let level = rig.index("level");
    let mut modulate = |offset: f64, plain: Option<f64>| {
        let mut changes = vec![(0, level, Amount::Modulation(offset))];
        changes.extend(plain.map(|plain| (0, level, Amount::Plain(plain))));
        let (out, _) = rig.run(8, Feed { changes, ..Feed::default() });
        (out[0][0], rig.value("level"))
    };
    assert_eq!(modulate(0.25, None), (0.75, 0.5));
    assert_eq!(modulate(0.25, Some(0.25)), (0.5, 0.25), "the knob moves beneath it");
    assert_eq!(modulate(9.0, None), (1.0, 0.25), "never beyond the range");
    assert_eq!(modulate(f64::NAN, None), (1.0, 0.25), "nonsense changes nothing");
    assert_eq!(modulate(0.0, None), (0.25, 0.25));
}
