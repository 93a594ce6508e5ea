//! Notes that are played in an editor of the test plugin, which sends on what it gets an octave higher.
#![allow(unsafe_code)]

use dyad_tests::command::hush;
use dyad_tests::gain::RATE;
use dyad_tests::lv2::{Event, Offers, Rig, Value};
use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::probe;
use dyad_tests::x11::{SOON, Screen, pause};
use dyad_ttl::{NOTES, NOTES_HELD};

const BLOCK: usize = 512;

fn active() -> Rig {
    hush();
    let rig = Rig::probe("stereo", Offers::default(), BLOCK);
    rig.activate();
    rig
}

/// An editor says that it holds these keys.
fn holds(rig: &Rig, keys: &[u8], velocity: f32) -> Event {
    let held = keys.iter().fold(0_u128, |held, key| held | 1 << key);
    let bytes = [&held.to_le_bytes()[..], &velocity.to_le_bytes()].concat();
    rig.object(3, NOTES, &[(NOTES_HELD, Value::Bytes(bytes))])
}

/// What the plugin made of a block: the keys that began, with their velocity, and those that ended as less than 0.
fn played(rig: &mut Rig, events: &[Event]) -> Vec<(i32, u8)> {
    let out = rig.cycle(BLOCK, events);
    let note = |(_, bytes): (i64, Vec<u8>)| match bytes[..] {
        [0x90, key, velocity] => (i32::from(key) - 12, velocity),
        [0x80, key, _] => (12 - i32::from(key), 0),
        _ => panic!("{bytes:?}"),
    };
    rig.midi_of(&out).into_iter().map(note).collect()
}

/// The same, heard with the block or the one after it: objects may come behind the block's first notes.
fn played_soon(rig: &mut Rig, events: &[Event]) -> Vec<(i32, u8)> {
    let mut all = played(rig, events);
    all.extend(played(rig, &[]));
    all
}

#[test]
fn what_was_given_up_is_not_struck_by_an_editor_that_goes_on() {
    let mut rig = active();
    let event = holds(&rig, &[60], 1.0);
    assert_eq!(played_soon(&mut rig, &[event]), [(60, 127)]);
    let pause = 3.5 * f64::from(RATE as u32) / BLOCK as f64;
    let ended: Vec<_> = (0..pause as usize).flat_map(|_| played(&mut rig, &[])).collect();
    assert_eq!(ended, [(-60, 0)], "nothing was heard of it for long");
    let event = holds(&rig, &[60], 0.0);
    assert_eq!(played_soon(&mut rig, &[event]), []);
    let event = holds(&rig, &[60, 62], 1.0);
    assert_eq!(played_soon(&mut rig, &[event]), [(60, 127), (62, 127)]);
    let event = holds(&rig, &[], 0.0);
    assert_eq!(played_soon(&mut rig, &[event]).len(), 2);
}

#[test]
fn what_an_editor_holds_sounds_and_ends() {
    let mut rig = active();
    let event = holds(&rig, &[60], 1.0);
    assert_eq!(played_soon(&mut rig, &[event]), [(60, 127)]);
    assert_eq!((rig.get("held"), rig.get("key"), rig.get("velocity")), (1.0, 60.0, 1.0));
    let event = holds(&rig, &[60, 0, 127], 0.5);
    assert_eq!(played_soon(&mut rig, &[event]).len(), 2);
    assert_eq!(rig.get("held"), 3.0);
    let event = holds(&rig, &[127], 0.0);
    assert_eq!(played_soon(&mut rig, &[event]).len(), 2);
    assert_eq!(rig.get("held"), 1.0);
    let event = holds(&rig, &[], 0.0);
    played_soon(&mut rig, &[event]);
    assert_eq!(rig.get("held"), 0.0);
}

#[test]
fn nobody_has_to_end_the_notes_of_an_editor_that_was_killed() {
    let mut rig = active();
    let (event, again) = (holds(&rig, &[60], 1.0), holds(&rig, &[60], 0.0));
    played_soon(&mut rig, &[event]);
    let blocks = |seconds: f64| (seconds * RATE / BLOCK as f64) as usize;
    for _ in 0..blocks(2.5) {
        assert_eq!(played(&mut rig, &[]), []);
    }
    assert_eq!(played_soon(&mut rig, &[again]), [], "it is still there, and so is the note");
    let end = (0..blocks(4.0)).find(|_| !played(&mut rig, &[]).is_empty());
    let end = end.expect("the note ends") as f64 * BLOCK as f64 / RATE;
    assert!((2.9..3.1).contains(&end), "after {end} seconds");
    assert_eq!(rig.get("held"), 0.0);
}

#[test]
fn what_is_no_word_of_an_editor_plays_nothing() {
    let mut rig = active();
    let held = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let whole = holds(&rig, &[60], 1.0);
    let events = [
        Event::new(0, whole.kind, &whole.body[..whole.body.len() - 8]),
        rig.object(0, NOTES, &[]),
        rig.object(0, NOTES, &[(NOTES_HELD, held(&[255; 19]))]),
        rig.object(0, NOTES, &[(NOTES_HELD, held(&[255; 21]))]),
        rig.object(0, NOTES, &[(NOTES_HELD, Value::Text("hello".into()))]),
        rig.object(0, NOTES, &[("urn:example:held", held(&[255; 20]))]),
    ];
    assert_eq!(played_soon(&mut rig, &events), []);
    // Not a number as a velocity.
    let event = holds(&rig, &[60], f32::NAN);
    assert_eq!(played_soon(&mut rig, &[event]), []);
}

/// A plugin that runs, with its editor open, which plays while `secret` is at its upper end.
struct Pair {
    editor: Editor,
    rig: Rig,
    _window: HostWindow,
}

impl Pair {
    fn new(screen: &Screen) -> Self {
        let rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, BLOCK);
        rig.activate();
        let window = HostWindow::new(screen, 1300, 900);
        let offers = UiOffers::all(window.id);
        // SAFETY: fields are dropped in order, so the plugin's host outlives the editor.
        let editor = unsafe {
            Editor::beside(&rig.host, UiModule::probe(), &probe::description(), "stereo", &offers)
        };
        Self { editor, rig, _window: window }
    }

    /// Runs both, with what the editor says carried to the plugin, until notes are played.
    #[track_caller]
    fn until_played(&mut self) -> Vec<(i32, u8)> {
        let until = std::time::Instant::now() + SOON;
        loop {
            assert!(self.editor.idle());
            let calls = self.editor.host.take();
            let events = self.editor.atoms(&calls);
            let notes = played(&mut self.rig, &events);
            if !notes.is_empty() {
                return notes;
            }
            assert!(std::time::Instant::now() < until, "nothing is played");
            pause();
        }
    }
}

#[test]
fn an_editor_plays_the_plugin_and_its_end_ends_the_note() {
    let (screen, _turn) = screen();
    let mut pair = Pair::new(&screen);
    pair.editor.tell("secret", 1.0);
    assert_eq!(pair.until_played(), [(60, 48)]);
    pair.editor.tell("secret", 0.0);
    assert_eq!(pair.until_played(), [(-60, 0)]);
    pair.editor.tell("secret", 1.0);
    assert_eq!(pair.until_played(), [(60, 48)]);
    let Pair { editor, mut rig, _window } = pair;
    let last = editor.closed().into_iter().filter_map(|call| match call {
        Call::Write(_, _, bytes) => {
            let kind = bytes[4..8].try_into().expect("four");
            Some(Event::new(0, u32::from_ne_bytes(kind), &bytes[8..]))
        }
        _ => None,
    });
    assert_eq!(played_soon(&mut rig, &last.collect::<Vec<_>>()), [(-60, 0)]);
    assert_eq!(rig.get("held"), 0.0, "closed");
}
