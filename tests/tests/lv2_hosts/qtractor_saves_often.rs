//! Qtractor asks for a plugin's state again and again, also while it plays.

use std::sync::atomic::{AtomicBool, Ordering};

use dyad_tests::command::hush;
use dyad_tests::gain::noise;
use dyad_tests::lv2::{Event, Offers, Rig, StateStore};

use crate::patch::{set_file, set_title};

const BLOCK: usize = 64;
const ROUNDS: usize = 400;

/// A probe that plays, with texts in its state.
fn playing() -> Rig {
    hush();
    let mut rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, BLOCK);
    rig.activate();
    let events = [set_title(&rig, "A title"), set_file(&rig, "/no such file")];
    rig.cycle(BLOCK, &events);
    rig.work();
    rig.cycle(BLOCK, &[]);
    rig
}

fn saved(rig: &Rig) -> StateStore {
    StateStore::save(rig.state(), rig.handle).expect("it saves")
}

/// A block in which much happens: sound, what was sent, and what output ports show.
fn play(rig: &mut Rig, round: usize) -> (Vec<Vec<u32>>, Vec<Event>, Vec<u32>) {
    let bits = |samples: &[f32]| samples.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>();
    rig.set("gain", [0.0, -6.0, 12.0][round / 7 % 3]);
    rig.set("delay", [0.0, 300.0][round / 90 % 2]);
    rig.set("enabled", if round % 50 < 40 { 1.0 } else { 0.0 });
    rig.ins.iter_mut().zip(1..).for_each(|(input, seed)| {
        input.copy_from_slice(&noise(BLOCK, (2 * round + seed) as u32));
    });
    let key = round as u8 % 100;
    let events = [rig.midi(3, &[0x90, key, 9]), rig.midi(40, &[0x80, key, 9])];
    let out = rig.cycle(BLOCK, &events);
    (rig.outs.iter().map(|out| bits(out)).collect(), out, bits(&rig.numbers))
}

#[test]
fn saving_before_every_block_gives_the_same_bytes_and_is_not_heard() {
    let (mut often, mut never) = (playing(), playing());
    let first = saved(&often);
    assert!(first.0[0].value.windows(7).any(|part| part == b"A title"), "there is something in it");
    for round in 0..ROUNDS {
        for _ in 0..3 {
            assert_eq!(saved(&often), first, "round {round}");
        }
        assert_eq!(play(&mut often, round), play(&mut never, round), "round {round}");
    }
    assert_eq!(saved(&never), first, "and it never matters how often");
}

#[test]
fn saving_beside_the_sound_is_not_heard() {
    let (mut often, mut never) = (playing(), playing());
    let expected: Vec<_> = (0..ROUNDS).map(|round| play(&mut never, round)).collect();
    let (state, handle) = (often.state(), often.handle.expose_provenance());
    let (first, running) = (saved(&often), AtomicBool::new(true));
    let saves = std::thread::scope(|scope| {
        let saver = scope.spawn(|| {
            let handle = std::ptr::with_exposed_provenance_mut(handle);
            let mut saves = 0;
            while running.load(Ordering::Relaxed) {
                assert_eq!(StateStore::save(state, handle).expect("it saves"), first);
                saves += 1;
            }
            saves
        });
        for (round, expected) in expected.iter().enumerate() {
            assert_eq!(play(&mut often, round), *expected, "round {round}");
        }
        running.store(false, Ordering::Relaxed);
        saver.join().expect("it saves")
    });
    assert!(saves > 0);
}
