//! Ardour may run more frames at once than it has promised with `bufsz:maxBlockLength`.

use dyad_tests::command::hush;
use dyad_tests::gain::{RATE, noise};
use dyad_tests::lv2::{Host, Offers, Rig};

/// A block of the host; shorter ones divide it.
const LONG: usize = 960;
const ROUNDS: usize = 8;

/// A probe of a host that promises blocks of at most `longest` frames, if anything.
fn promised(longest: Option<i32>) -> Rig {
    let mut rig = Rig::probe("stereo", Offers::default(), LONG);
    let host = Host::offering(longest, Offers::default());
    // SAFETY: the instance, given back once; a descriptor of the binary, a path, features that live in the rig.
    let handle = unsafe {
        rig.descriptor.cleanup.expect("cleanup is there")(rig.handle);
        let instantiate = rig.descriptor.instantiate.expect("instantiate is there");
        instantiate(rig.descriptor, RATE, c"/".as_ptr(), host.features())
    };
    assert!(!handle.is_null(), "the plugin was made");
    (rig.host, rig.handle) = (host, handle);
    rig.connect_all();
    rig
}

/// Sound and notes that come out of blocks of this length, with values that change every [`LONG`] frames and
/// notes all over.
fn play(longest: Option<i32>, block: usize) -> (Vec<f32>, Vec<(i64, Vec<u8>)>) {
    let mut rig = promised(longest);
    rig.activate();
    let sound = noise(LONG * ROUNDS, 5);
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    for start in (0..sound.len()).step_by(block) {
        let round = start / LONG;
        rig.set("gain", [0.0, -20.0, 6.0, -60.0][round % 4]);
        // Hosts and bypass hear of a latency with the block's end, so it stays the same around the bypass.
        rig.set("delay", [0.0, 100.0, 999.0, 999.0][round / 2]);
        rig.set("enabled", if round == 5 { 0.0 } else { 1.0 });
        rig.ins.iter_mut().for_each(|input| input[..block].copy_from_slice(&sound[start..start + block]));
        rig.outs.iter_mut().for_each(|output| output.fill(f32::NAN));
        let inside = (start..start + block).filter(|frame| frame % 97 == 0);
        let events: Vec<_> = inside
            .map(|frame| rig.midi((frame - start) as i64, &[0x90, (frame / 97) as u8 % 100, 1]))
            .collect();
        let events = rig.cycle(block, &events);
        assert_eq!(rig.outs[0][..block], rig.outs[1][..block], "both channels sound alike");
        out.extend_from_slice(&rig.outs[0][..block]);
        notes.extend(rig.midi_of(&events).into_iter().map(|(frame, note)| (frame + start as i64, note)));
    }
    (out, notes)
}

/// That nothing takes memory then, the test `realtime` counts.
#[test]
fn what_was_not_promised_sounds_as_what_was() {
    hush();
    let expected = play(None, 64);
    assert!(expected.0.iter().any(|sample| *sample != 0.0) && expected.1.len() > 50, "there is something");
    for (longest, block) in [(64, 64), (64, 960), (1, 960), (0, 960), (64, 192), (960, 1), (16, 15)] {
        let played = play(Some(longest), block);
        let differs = played.0.iter().zip(&expected.0).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(differs, None, "blocks of {block}, promised {longest}: the sound");
        assert_eq!(played.1, expected.1, "blocks of {block}, promised {longest}: notes");
    }
}
