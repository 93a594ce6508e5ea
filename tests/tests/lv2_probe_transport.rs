//! The transport through the LV2 binary of the test plugin. Hosts' quirks shown here: Carla sends
//! `time:beat` without its fraction; hosts differ in the types of numbers; Ardour and jalv send a
//! position only when something has changed.
#![allow(unsafe_code)]

use dyad_tests::lv2::Value::{Double, Float, Int, Long};
use dyad_tests::lv2::{Event, Offers, Rig, Value};

fn active() -> Rig {
    let rig = Rig::probe("stereo", Offers::default(), 512);
    rig.activate();
    rig
}

/// Playing 4/4 at 120, at beat 2.5 of the third bar.
fn playing(rig: &Rig, frame: i64) -> Event {
    rig.position(
        frame,
        &[
            ("frame", Long(252_000)),
            ("speed", Float(1.0)),
            ("bar", Long(2)),
            ("barBeat", Float(2.5)),
            ("beatUnit", Int(4)),
            ("beatsPerBar", Float(4.0)),
            ("beatsPerMinute", Float(120.0)),
        ],
    )
}

fn shown(rig: &Rig) -> [f32; 3] {
    [rig.get("playing"), rig.get("tempo"), rig.get("beat")]
}

#[test]
fn a_position_cuts_the_block_at_its_frame() {
    let mut rig = active();
    rig.cycle(512, &[]);
    assert_eq!((shown(&rig), rig.get("pieces")), ([0.0; 3], 1.0));
    let at = [playing(&rig, 100)];
    rig.cycle(512, &at);
    assert_eq!(
        (shown(&rig), rig.get("pieces")),
        ([1.0, 120.0, 10.5], 3.0),
        "two pieces: the second has it"
    );
    // It goes on by itself, from frame 100: 412 frames later, at 24,000 a beat.
    rig.cycle(512, &[]);
    assert_eq!(shown(&rig), [1.0, 120.0, 10.5 + 412.0 / 24_000.0]);
    let two = [playing(&rig, 0), rig.position(256, &[("speed", Float(0.0))])];
    rig.cycle(512, &two);
    assert_eq!(shown(&rig), [0.0, 120.0, 10.5 + 256.0 / 24_000.0], "stopped in the block's middle");
    rig.cycle(512, &[]);
    assert_eq!(shown(&rig), [0.0, 120.0, 10.5 + 256.0 / 24_000.0]);
}

#[test]
fn numbers_of_any_type_mean_the_same() {
    let types: [fn(f64) -> Value; 4] = [|x| Int(x as i32), |x| Long(x as i64), |x| Float(x as f32), Double];
    for number in types {
        let mut rig = active();
        let all = [
            ("frame", 96_000.0),
            ("speed", 1.0),
            ("bar", 3.0),
            ("barBeat", 1.0),
            ("beatUnit", 8.0),
            ("beatsPerBar", 6.0),
            ("beatsPerMinute", 240.0),
        ];
        let event = rig.position(0, &all.map(|(key, x)| (key, number(x))));
        rig.cycle(64, &[event]);
        // 19 eighth notes at 240 a minute.
        assert_eq!(shown(&rig), [1.0, 120.0, 9.5], "{:?}", number(1.0));
    }
}

#[test]
fn carlas_whole_beats_and_the_old_blank_objects() {
    let mut rig = active();
    let mut event = rig.position(0, &[("beat", Double(7.0)), ("bar", Long(1)), ("barBeat", Double(3.25))]);
    rig.cycle(64, std::slice::from_ref(&event));
    assert_eq!(rig.get("beat"), 7.0, "without the bar's length there is nothing better");
    let all =
        [("beat", Double(7.0)), ("bar", Long(1)), ("barBeat", Double(3.25)), ("beatsPerBar", Float(4.0))];
    event = rig.position(0, &all);
    event.kind = rig.urid("http://lv2plug.in/ns/ext/atom#Blank");
    rig.cycle(64, &[event]);
    assert_eq!(rig.get("beat"), 7.25);
}

#[test]
fn malformed_objects_are_ignored() {
    let mut rig = active();
    let good = playing(&rig, 0);
    rig.cycle(64, std::slice::from_ref(&good));
    let before = rig.get("tempo");
    let stop = rig.position(0, &[("speed", Float(0.0)), ("beatsPerMinute", Float(60.0))]);
    for cut in 0..stop.body.len() {
        // A cut between two properties, or within padding, makes a shorter object.
        if matches!(cut, 8 | 28..=32 | 52..=55) {
            continue;
        }
        let short = Event::new(0, stop.kind, &stop.body[..cut]);
        rig.cycle(64, &[short]);
        assert_eq!(shown(&rig)[..2], [1.0, before], "{cut} bytes");
    }
    let mut lying = stop.clone();
    lying.body[16..20].copy_from_slice(&u32::MAX.to_ne_bytes());
    rig.cycle(64, &[lying]);
    let junk =
        [("beatsPerMinute", Float(f32::NAN)), ("speed", Value::Text("no".into())), ("bar", Float(1e30))];
    let junk = rig.position(0, &junk);
    rig.cycle(64, &[junk]);
    let other = rig.object(0, "urn:example:Position", &[("http://lv2plug.in/ns/ext/time#speed", Int(0))]);
    rig.cycle(64, &[other]);
    assert_eq!(shown(&rig)[..2], [1.0, before]);
    rig.cycle(64, &[stop]);
    assert_eq!(shown(&rig)[..2], [0.0, 60.0], "and the whole one is heard");
}

#[test]
fn odd_frames_count_as_the_blocks_own() {
    let mut rig = active();
    let late = [playing(&rig, i64::MAX)];
    rig.cycle(64, &late);
    let beat = 10.5;
    rig.cycle(64, &[]);
    assert_eq!(shown(&rig), [1.0, 120.0, beat + 1.0 / 24_000.0], "at the last frame");
    let early = [playing(&rig, -5)];
    rig.cycle(64, &early);
    assert_eq!(rig.get("beat"), beat);
    // A block without frames has no room for one; the next begins with it.
    let none = [playing(&rig, 40)];
    rig.cycle(0, &none);
    rig.cycle(64, &[]);
    assert_eq!(rig.get("beat"), beat);
    let backwards = [playing(&rig, 40), rig.position(3, &[("speed", Float(0.0))])];
    rig.cycle(64, &backwards);
    assert_eq!(shown(&rig), [0.0, 120.0, beat]);
}

#[test]
fn a_new_run_knows_the_tempo_and_not_the_place() {
    let mut rig = active();
    let event = [playing(&rig, 0)];
    rig.cycle(64, &event);
    rig.deactivate();
    rig.activate();
    rig.cycle(64, &[]);
    assert_eq!(shown(&rig), [1.0, 120.0, 0.0]);
}
