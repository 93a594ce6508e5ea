//! Live plugins with open editors: neither an editor nor a state keeps audio waiting.

mod common;

use std::time::Duration;

use common::Bench;
use common::display::{Display, until};
use common::gates::Gates;
use common::playing::{beside_blocks, edited, hears, show};
use dyad_host::state::PluginState;
use dyad_host::{Edit, EditStep, EditorPlace, Live, LiveEvent};

/// Blocks that are played while somebody else is kept waiting.
const BLOCKS: usize = 500;

#[test]
fn audio_waits_for_no_editor_and_no_state() {
    let (bench, display) = (Bench::new(), Display::new());
    let gates = Gates::new(&bench);
    let host = display.host(&bench, &[gates.variable()]);
    // The fixtures come first.
    for one in &edited(&bench)[..2] {
        let plugin = &one.plugin;
        let (mut live, mut player) = one.start(&host);
        show(&mut live, &EditorPlace::default());
        for _ in 0..3 {
            // An editor that does not come back, with a state that waits behind it.
            let gate = gates.shut("editor");
            let mut held = gate.held();
            std::thread::scope(|scope| {
                let saving = scope.spawn(|| live.save_state());
                player.processes(BLOCKS);
                assert!(held.waits() && !saving.is_finished(), "{plugin}: all of it beside the editor");
                drop((gate, held));
                saving.join().unwrap().unwrap();
            });
            // A state that takes as long as it likes, with an editor that waits behind it.
            let gate = gates.shut("state");
            std::thread::scope(|scope| {
                let saving = scope.spawn(|| live.save_state());
                let mut held = gate.held();
                player.processes(BLOCKS);
                assert!(held.waits() && !saving.is_finished(), "{plugin}: all of it beside the state");
                drop((gate, held));
                saving.join().unwrap().unwrap();
            });
        }
        assert_eq!(live.counters().replaced, 0, "{plugin}");
        live.close().unwrap();
    }
}

/// The steps of gestures among events.
fn edits(events: impl IntoIterator<Item = LiveEvent>) -> Vec<Edit> {
    let edit = |event| if let LiveEvent::Edited(edit) = event { Some(edit) } else { None };
    events.into_iter().filter_map(edit).collect()
}

/// Drags in the open editor, from a place where a control is, with states saved on the way; returns the steps
/// of the gesture.
fn drag(display: &Display, live: &mut Live, [x, y]: [i16; 2]) -> Vec<Edit> {
    display.painted([x, y]);
    display.point([x, y]);
    display.button(1, true);
    let (mut steps, mut way) = (vec![], 0);
    until("ten values", || {
        // There and back again. An editor may take a press and the first move for one.
        way = way % 12 + 1;
        display.point([x + 8 * way, y + 8 * way]);
        live.save_state().unwrap();
        steps.extend(edits(live.await_event(Duration::from_secs(1))));
        steps.extend(edits(std::iter::from_fn(|| live.event())));
        (values(&steps).len() >= 10).then_some(())
    });
    display.button(1, false);
    let end = |event: &LiveEvent| matches!(event, LiveEvent::Edited(Edit { step: EditStep::End, .. }));
    steps.extend(edits(hears(live, "the end of the drag", end)));
    steps
}

/// The values that a gesture went through.
fn values(steps: &[Edit]) -> Vec<f64> {
    let value = |edit: &Edit| if let EditStep::Value(native) = edit.step { Some(native) } else { None };
    steps.iter().filter_map(value).collect()
}

#[test]
fn no_block_is_late_while_an_editor_is_dragged_and_states_are_saved() {
    let bench = Bench::new();
    for one in edited(&bench) {
        // One for each, so that no picture is the last one's.
        let display = Display::new();
        let host = display.host(&bench, &[]);
        let plugin = &one.plugin;
        let (mut live, mut player) = one.start(&host);
        show(&mut live, &EditorPlace::default());
        display.window(one.title);
        let steps = beside_blocks(&mut live, &mut player, |live| drag(&display, live, one.control));

        let index = steps[0].index;
        let (first, last) = (steps[0].step, steps[steps.len() - 1].step);
        assert_eq!((first, last), (EditStep::Begin, EditStep::End), "{plugin}: one gesture: {steps:?}");
        let values = values(&steps);
        assert_eq!(values.len(), steps.len() - 2, "{plugin}: {steps:?}");

        // What was dragged last is what is shown, and what is heard.
        let dragged = *values.last().unwrap();
        let plain = live.values().unwrap()[index as usize].plain;
        let native = live.native(index, plain).unwrap();
        assert!((native - dragged).abs() < 1e-4, "{plugin}: {native} instead of {dragged}");
        player.processes(100);
        let heard = match (live.save_state().unwrap(), one.title) {
            (_, "Dyad Gain") => 20.0 * f64::from(player.sample() / 0.25).log10(),
            // The fixture gives out and saves what its sound has heard.
            (PluginState::Vst3 { component, .. }, _) => {
                let saved = f64::from_le_bytes(component.0.try_into().unwrap());
                assert_eq!(player.sample(), saved as f32);
                saved
            }
            (PluginState::Lv2 { ports, .. }, _) => f64::from(ports["level"]),
        };
        assert!((heard - plain).abs() < 1e-3, "{plugin}: {heard} instead of {plain}");
        live.close().unwrap();
    }
}
