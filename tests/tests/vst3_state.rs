//! State through the streams of real hosts, and documents that are none.
#![allow(unsafe_code)]

use dyad_core::state::Writer;
use dyad_tests::command::hush;
use dyad_tests::gain::{RAMP, RATE, assert_close, curve, position};
use dyad_tests::vst3::{Plugin, Stream};
use vst3::Steinberg::Vst::{IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{kResultFalse, kResultOk};

fn quiet() -> Plugin {
    hush();
    let plugin = Plugin::ready(RATE, 64);
    plugin.flush("gain", position(-20.0));
    plugin.play(&[1.0; 64], &[]);
    plugin
}

#[track_caller]
fn assert_untouched(plugin: &Plugin, before: &[u8], what: &str) {
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, what);
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-9, "{what}");
    assert_eq!(plugin.save(), before, "{what}");
}

#[test]
fn value_and_sound_come_back_in_a_fresh_instance() {
    let state = quiet().save();
    for active in [false, true] {
        let fresh = Plugin::new();
        assert_eq!(fresh.set_up(RATE, 64), kResultOk);
        if active {
            fresh.start();
        }
        assert_eq!(fresh.load(&state), kResultOk);
        assert!((fresh.value("gain") - position(-20.0)).abs() < 1e-9, "active {active}");
        assert_eq!(fresh.save(), state, "active {active}: the same bytes");
        fresh.start();
        assert_close(&fresh.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "the sound");
        assert_eq!(fresh.save(), state, "and after a block");
    }
}

#[test]
fn loading_while_it_plays_moves_without_a_click() {
    let (plugin, other) = (quiet(), Plugin::ready(RATE, 64));
    other.play(&[1.0; 8], &[]);
    assert_eq!(other.load(&plugin.save()), kResultOk);
    let expected = curve(0.0, &[(0, -20.0)], 64, RAMP);
    assert_close(&other.play(&[1.0; 64], &[]), &expected, 1e-5, "from the next block on");
}

#[test]
fn bypass_is_saved_with_the_rest() {
    let plugin = quiet();
    plugin.flush("bypass", 1.0);
    let fresh = Plugin::new();
    assert_eq!(fresh.load(&plugin.save()), kResultOk);
    assert_eq!(fresh.value("bypass"), 1.0);
    assert_eq!(fresh.set_up(RATE, 64), kResultOk);
    fresh.start();
    assert_eq!(fresh.play(&[1.0; 64], &[]), [1.0; 64], "dry from the first frame on");
}

#[test]
fn a_plugin_that_never_ran_has_a_state() {
    hush();
    let plugin = Plugin::new();
    let state = plugin.save();
    assert!(!state.is_empty());
    assert_eq!(plugin.load(&state), kResultOk);
    // What the host sets before it ever processes belongs to the session too.
    // SAFETY: valid.
    let set =
        unsafe { plugin.controller.setParamNormalized(dyad_tests::gain::id("gain"), position(-20.0)) };
    assert_eq!(set, kResultOk);
    let fresh = Plugin::new();
    assert_eq!(fresh.load(&plugin.save()), kResultOk);
    assert!((fresh.value("gain") - position(-20.0)).abs() < 1e-9);
}

#[test]
fn streams_that_read_short_and_begin_with_a_header() {
    let plugin = quiet();
    let state = plugin.save();
    let mut with_header = b"the host's own header".to_vec();
    let at = with_header.len();
    with_header.extend(&state);
    for most in [1, 2, 3, 7, 1000] {
        let fresh = Plugin::new();
        let stream = Stream::new(&with_header, at, most);
        // SAFETY: a valid stream.
        assert_eq!(unsafe { fresh.component.setState(Stream::pointer(&stream)) }, kResultOk, "{most}");
        assert!((fresh.value("gain") - position(-20.0)).abs() < 1e-9, "{most} bytes at a time");
        assert_eq!(stream.sought(), 0, "seeking would leave the header's place");
        let stream = Stream::new(b"header", 6, most);
        // SAFETY: a valid stream.
        assert_eq!(unsafe { plugin.component.getState(Stream::pointer(&stream)) }, kResultOk, "{most}");
        assert_eq!(stream.bytes(), [b"header", &state[..]].concat(), "written {most} bytes at a time");
        assert_eq!(stream.sought(), 0);
    }
}

#[test]
fn a_stream_without_room_is_reported() {
    let plugin = quiet();
    let (state, full) = (plugin.save(), Stream::with_room(&[], 0, 1000, 20));
    // SAFETY: a valid stream.
    assert_eq!(unsafe { plugin.component.getState(Stream::pointer(&full)) }, kResultFalse);
    assert_untouched(&plugin, &state, "afterwards");
}

#[test]
fn documents_that_are_none_are_refused_and_change_nothing() {
    let plugin = quiet();
    let good = plugin.save();
    let mut foreign = Writer::new("urn:example:other", "1.0.0", 1);
    foreign.float("gain", 24.0);
    assert_eq!(plugin.load(&foreign.finish()), kResultFalse, "another plugin's");
    for cut in 0..good.len() {
        assert_eq!(plugin.load(&good[..cut]), kResultFalse, "cut off after {cut} bytes");
    }
    let longer: Vec<u8> = good.iter().copied().chain([0]).collect();
    assert_eq!(plugin.load(&longer), kResultFalse, "with something behind it");
    // A `.vstpreset` as it lies on the disk, which hosts take apart before: the state is at byte 48.
    let header = [&b"VST3\x01\0\0\0"[..], &[b'0'; 32], &(48 + good.len() as u64).to_le_bytes()].concat();
    assert_eq!(plugin.load(&[&header[..], &good].concat()), kResultFalse, "with a preset's header");
    for junk in [&[0xff; 64][..], b"{\"gain\":-6}", &[0xdf, 0xff, 0xff, 0xff, 0xff], &[0x81; 200_000]] {
        assert_eq!(plugin.load(junk), kResultFalse, "{:?}…", &junk[..5]);
    }
    assert_untouched(&plugin, &good, "after all of them");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x80;
        let answer = plugin.load(&bad);
        assert!(answer == kResultOk || answer == kResultFalse, "byte {at}: {answer}");
        assert!((0.0..=1.0).contains(&plugin.value("gain")), "byte {at}");
    }
    assert_eq!(plugin.load(&good), kResultOk, "and the good one is taken");
    plugin.play(&[1.0; 2000], &[]);
    assert_untouched(&plugin, &good, "at last");
}

#[test]
fn values_that_a_parameter_cannot_have_are_brought_into_its_range() {
    hush();
    for (plain, expected) in [(1e9, 1.0), (-1e9, 0.0), (f64::NAN, position(0.0)), (f64::INFINITY, 1.0)] {
        let mut document = Writer::new("urn:dyad:gain", "0.1.0", 1);
        document.float("gain", plain);
        let plugin = Plugin::new();
        assert_eq!(plugin.load(&document.finish()), kResultOk, "{plain}");
        assert!((plugin.value("gain") - expected).abs() < 1e-9, "{plain}");
    }
}

#[test]
fn the_controllers_own_state_is_none_and_the_components_may_come_twice() {
    let plugin = quiet();
    let state = plugin.save();
    for _ in 0..2 {
        let stream = Stream::new(&state, 0, 5);
        // SAFETY: a valid stream.
        let answer = unsafe { plugin.controller.setComponentState(Stream::pointer(&stream)) };
        assert_eq!(answer, kResultOk, "as Ardour does, once more for luck");
    }
    assert_untouched(&plugin, &state, "after setComponentState");
    let stream = Stream::new(&[], 0, 5);
    // SAFETY: a valid stream.
    let answer = unsafe { IEditControllerTrait::getState(&plugin.controller, Stream::pointer(&stream)) };
    assert_eq!((answer, stream.bytes().len()), (kResultOk, 0));
}

#[test]
fn saving_and_loading_beside_the_sound() {
    let plugin = quiet();
    let states = [plugin.save(), Plugin::new().save()];
    let running = std::sync::atomic::AtomicBool::new(true);
    let (component, controller) = (plugin.component.clone(), plugin.controller.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while running.load(std::sync::atomic::Ordering::Relaxed) {
                let stream = Stream::new(&states[round % 2], 0, 100);
                // SAFETY: valid; the main thread may do this while the audio thread processes.
                unsafe {
                    assert_eq!(component.setState(Stream::pointer(&stream)), kResultOk);
                    let value = controller.getParamNormalized(dyad_tests::gain::id("gain"));
                    let known = [position(-20.0), position(0.0)].iter().any(|p| (p - value).abs() < 1e-6);
                    assert!(known, "{value}");
                    let stream = Stream::new(&[], 0, 100);
                    assert_eq!(component.getState(Stream::pointer(&stream)), kResultOk);
                    assert!(!stream.bytes().is_empty());
                }
                round += 1;
            }
        });
        let mut last = 0.1;
        for _ in 0..2000 {
            for sample in plugin.play(&[1.0; 64], &[]) {
                // No value that was never set, and no jump: 0.9 over 20 ms is the steepest line.
                assert!((0.0999..=1.0001).contains(&sample), "{sample}");
                assert!((sample - last).abs() < 0.9 / RAMP as f32 * 1.1, "from {last} to {sample}");
                last = sample;
            }
        }
        running.store(false, std::sync::atomic::Ordering::Relaxed);
    });
}

/// A session, and then another one, while the sound goes on: the last one stays.
#[test]
fn the_last_state_wins_over_blocks_that_are_being_processed() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.flush("gain", position(-20.0));
    let last = plugin.save();
    let first = Plugin::new().save();
    let component = plugin.component.clone();
    let lost = std::thread::scope(|scope| {
        let host = scope.spawn(|| {
            let mut lost = 0;
            for _ in 0..20_000 {
                for state in [&first, &last] {
                    let stream = Stream::new(state, 0, 1000);
                    // SAFETY: valid, on the thread that is the main one here.
                    unsafe { component.setState(Stream::pointer(&stream)) };
                }
                std::thread::yield_now();
                let stream = Stream::new(&[], 0, 1000);
                // SAFETY: as above.
                unsafe { component.getState(Stream::pointer(&stream)) };
                lost += usize::from(stream.bytes() != last);
            }
            lost
        });
        while !host.is_finished() {
            plugin.play(&[1.0; 1], &[]);
        }
        host.join().expect("the host thread ends well")
    });
    assert_eq!(lost, 0, "of 20000 sessions");
}

/// Hosts tell the controller late values of an automation, to be shown; they are not the session's.
#[test]
fn a_late_value_for_the_controls_is_not_saved() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.play(&[1.0; 64], &[(0, position(-20.0))]);
    let expected = plugin.save();
    // SAFETY: valid.
    unsafe { plugin.controller.setParamNormalized(dyad_tests::gain::id("gain"), position(0.0)) };
    plugin.play(&[1.0; 64], &[]);
    assert_eq!(plugin.save(), expected, "the sound has −20 dB");
    assert!((plugin.value("gain") - position(0.0)).abs() < 1e-9, "the controls show what the host said");
    plugin.stop();
    plugin.start();
    let sound = plugin.play(&[1.0; 64], &[]);
    assert!((sound[63] - 0.1).abs() < 1e-4, "and a new run goes on with it: {}", sound[63]);
}
