//! Live plugins with open editors: neither an editor nor a state keeps audio waiting.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::display::{Display, until};
use common::playing::{Gates, Player, hears, patient};
use common::{Bench, example};
use dyad_host::state::PluginState;
use dyad_host::{Edit, EditStep, EditorPlace, Host, Live, LiveEvent, Options, Outcome};

/// Blocks that are played while somebody else is kept waiting.
const BLOCKS: usize = 500;

/// Both formats' fixtures that work: the plugin, its class, and how its window is called.
fn both(bench: &Bench) -> [(String, Option<&'static str>, &'static str); 2] {
    let module = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    [(bench.lv2_editor_of("waits", "good"), None, "Fixture"), (module, Some("Good"), "Good")]
}

fn start(host: &Host, plugin: &str, class: Option<&str>) -> (Live, Player) {
    Player::start(host, plugin, Options { class: class.map(str::to_owned), ..patient() })
}

fn show(live: &mut Live, place: &EditorPlace) {
    live.show_editor(place).unwrap();
    hears(live, "an open editor", |event| matches!(event, LiveEvent::EditorOpened(_)));
}

#[test]
fn audio_waits_for_no_editor_and_no_state() {
    let (bench, display) = (Bench::new(), Display::new());
    let gates = Gates::new(&bench);
    let host = display.host(&bench, &[gates.variable()]);
    for (plugin, class, _) in both(&bench) {
        let (mut live, mut player) = start(&host, &plugin, class);
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

/// Plays blocks for as long as `action` takes, and says what became of them.
fn while_playing(player: &mut Player, action: impl FnOnce()) -> Vec<Outcome> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let playing = scope.spawn(|| {
            let mut outcomes = vec![];
            while !over.load(Ordering::Relaxed) {
                outcomes.push(player.play(&[]));
            }
            outcomes
        });
        // Also where it panics, or nobody would ever hear of that.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(action));
        over.store(true, Ordering::Relaxed);
        let outcomes = playing.join().unwrap();
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcomes
    })
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
    let mut plugins = both(&bench).map(|(plugin, class, title)| (plugin, class, title, [80, 50])).to_vec();
    // `make test` says where ours are; the knob is where its picture has it.
    if let Ok(folder) = std::env::var("DYAD_BUNDLES") {
        let stereo = Some("urn:dyad:gain#stereo");
        for (file, class) in [("gain.lv2", stereo), ("gain.vst3", None)] {
            plugins.push((format!("{folder}/{file}"), class, "Dyad Gain", [144, 120]));
        }
    }
    for (plugin, class, title, at) in plugins {
        // One for each, so that no picture is the last one's.
        let display = Display::new();
        let host = display.host(&bench, &[]);
        let (mut live, mut player) = start(&host, &plugin, class);
        show(&mut live, &EditorPlace::default());
        display.window(title);
        let mut steps = vec![];
        let outcomes = while_playing(&mut player, || steps = drag(&display, &mut live, at));
        let other = outcomes.iter().find(|outcome| **outcome != Outcome::Processed);
        assert_eq!(other, None, "{plugin}, of {} blocks", outcomes.len());
        let counters = live.counters();
        assert_eq!((counters.late, counters.dropped, counters.behind), (0, 0, 0), "{plugin}");
        assert_eq!(counters.processed, outcomes.len() as u64, "{plugin}");

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
        let heard = match live.save_state().unwrap() {
            _ if title == "Dyad Gain" => 20.0 * f64::from(player.sample() / 0.25).log10(),
            // The fixture saves what its sound has heard.
            PluginState::Vst3 { component, .. } => f64::from_le_bytes(component.0.try_into().unwrap()),
            PluginState::Lv2 { ports, .. } => f64::from(ports["level"]),
        };
        assert!((heard - plain).abs() < 1e-3, "{plugin}: {heard} instead of {plain}");
        live.close().unwrap();
    }
}
