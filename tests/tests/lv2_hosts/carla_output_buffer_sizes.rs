//! Carla says anew with each block how large the buffer of an atom output is, and means another size each time:
//! the buffer stays where it is.

use dyad_tests::command::hush;
use dyad_tests::lv2::{Event, Offers, Rig, Value, room, sequence};
use dyad_tests::memory::Guarded;

use crate::patch::{filed, get, set_title, titled, told};

const SEQUENCE: &str = "http://lv2plug.in/ns/ext/atom#Sequence";
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
const CHANGED: &str = "http://lv2plug.in/ns/ext/state#StateChanged";
/// The buffer's real size.
const LARGEST: u32 = 4096;
/// What the host says of it, block by block: room for nothing, for the sequence alone, for one event, for all.
const ROOMS: [u32; 13] = [0, 8, 31, 32, 56, 7, 100, 16, 180, 55, 33, 400, LARGEST];

/// A host that never connects `notify` again.
struct Carla(Rig);

impl Carla {
    fn new() -> Self {
        let mut rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, 64);
        rig.notify = Guarded::aligned(&room(rig.urid(CHUNK), LARGEST), 0);
        rig.connect_all();
        rig.activate();
        Self(rig)
    }

    /// Runs a block with this room, and gives what comes out.
    fn run(&mut self, events: &[Event], bytes: u32) -> Vec<Event> {
        let rig = &mut self.0;
        rig.control = Guarded::aligned(&sequence(rig.urid(SEQUENCE), events), 0);
        rig.wire("control", rig.control.ptr());
        let mut before = room(rig.urid(CHUNK), LARGEST);
        before[..4].copy_from_slice(&bytes.to_ne_bytes());
        rig.notify.copy_from_slice(&before);
        rig.run(64);
        let (end, notify) = (8 + bytes as usize, &rig.notify);
        assert_eq!(notify[end..], before[end..], "what lies behind {bytes} bytes is somebody else's");
        let word = |at: usize| u32::from_ne_bytes(notify[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(word(4), rig.urid(SEQUENCE));
        let end = 8 + word(0) as usize;
        assert!(end <= 8 + bytes as usize, "{end} bytes where there is room for {bytes}");
        let (mut at, mut out) = (16, Vec::new());
        while at < end {
            let size = word(at + 8) as usize;
            out.push(Event::new(0, word(at + 12), &notify[at + 16..at + 16 + size]));
            at += 16 + size.next_multiple_of(8);
        }
        out
    }
}

#[test]
fn what_comes_out_stays_within_the_room_of_its_block_and_the_rest_comes_later() {
    hush();
    let mut carla = Carla::new();
    let text = "A title that does not find room in every block.".repeat(2);
    let rig = &carla.0;
    let words = Value::Bytes(b"hello".to_vec());
    let first = [
        set_title(rig, &text),
        get(rig),
        rig.object(0, dyad_ttl::WATCH, &[]),
        rig.object(0, dyad_ttl::MESSAGE, &[(dyad_ttl::MESSAGE_BYTES, words)]),
    ];
    carla.0.set("press", 1.0);
    let mut out = carla.run(&first, 0);
    for round in 0..3 * ROOMS.len() {
        carla.0.work();
        let (rig, bytes) = (&carla.0, ROOMS[round % ROOMS.len()]);
        let notes = [rig.midi(1, &[0x90, 60, 1]), rig.midi(2, &[0x80, 60, 1])];
        let now = carla.run(&notes, bytes);
        // Notes can't wait, so they come before all that can.
        let places = bytes.saturating_sub(8) / 24;
        assert_eq!(carla.0.midi_of(&now).len(), places.min(2) as usize, "notes in {bytes} bytes");
        out.extend(now);
    }
    let rig = &carla.0;
    let mut values = told(rig, &out);
    values.sort_by_key(|value| value.property != titled(rig, "").property);
    assert_eq!(values, [titled(rig, &text), filed(rig, "")], "each answer once");
    assert_eq!(rig.objects(&out, CHANGED).len(), 1, "the state has changed once");
    let messages = rig.objects(&out, dyad_ttl::MESSAGE);
    let [message] = &messages[..] else { panic!("one message: {messages:?}") };
    assert_eq!(message[0].2, b"olleh");
}
