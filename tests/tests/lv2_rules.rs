//! LV2's own rules, and what hosts do to plugins all the same: making, connecting, activating.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_void};
use std::process::Command;

use dyad_tests::command::{hush, run};
use dyad_tests::gain::{self, RATE, assert_close, curve};
use dyad_tests::lv2::{Host, Module, Rig, sys};

const STEREO: &str = "urn:dyad:gain#stereo";
const QUIET: f32 = -20.0;

fn made(rate: f64) -> bool {
    let (host, descriptor) = (Host::new(None), Module::gain().find(STEREO));
    // SAFETY: a descriptor of the binary, a path, and features that live until the end.
    unsafe {
        let handle = descriptor.instantiate.unwrap()(descriptor, rate, c"/".as_ptr(), host.features());
        if !handle.is_null() {
            descriptor.cleanup.unwrap()(handle);
        }
        !handle.is_null()
    }
}

#[test]
fn both_layouts_are_there_and_nothing_beyond() {
    let module = Module::gain();
    for uri in [STEREO, "urn:dyad:gain#mono"] {
        assert!(!module.find(uri).URI.is_null());
    }
    assert!(module.descriptor(0).is_some() && module.descriptor(1).is_some());
    assert!(module.descriptor(2).is_none() && module.descriptor(u32::MAX).is_none());
    let again = module.descriptor(0).unwrap();
    assert!(std::ptr::eq(again, module.descriptor(0).unwrap()), "a descriptor stays where it is");
}

#[test]
fn sample_rates_that_are_none_are_refused() {
    hush();
    for rate in [0.0, -48_000.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(!made(rate), "{rate}");
    }
    for rate in [8_000.0, 44_100.0, 384_000.0] {
        assert!(made(rate), "{rate}");
    }
}

#[test]
fn without_urid_map_there_is_no_instance_but_one_line_that_says_why() {
    let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
    let said = run(driver.arg("no-map")).expect_success("a refusal");
    let lines: Vec<_> = said.err.lines().collect();
    let [line] = lines[..] else { panic!("one line, not {lines:?}") };
    assert!(line.contains(STEREO) && line.contains("urid:map"), "{line}");
}

#[test]
fn set_ups_that_nobody_needs_are_survived() {
    for (rate, longest) in
        [(1e-9, None), (1e300, None), (RATE, Some(i32::MAX)), (RATE, Some(-1)), (1.0, Some(1))]
    {
        let mut rig = Rig::new("stereo", rate, longest, 64);
        rig.activate();
        for db in [0.0, -20.0] {
            rig.set("gain", db);
            let sound = rig.play(&[1.0; 64]);
            assert!(sound.iter().all(|s| (0.0999..=1.0).contains(s)), "{rate} Hz, {longest:?}: {sound:?}");
        }
    }
}

#[test]
fn a_urid_map_that_does_not_map_is_as_good_as_none() {
    unsafe extern "C" fn full(_: *mut c_void, _: *const c_char) -> u32 {
        0
    }
    hush();
    let null: *mut c_void = std::ptr::null_mut();
    let missing = sys::LV2_URID_Map { handle: null, map: None };
    let failing = sys::LV2_URID_Map { handle: null, map: Some(full) };
    let instantiate = Module::gain().find(STEREO).instantiate.unwrap();
    for data in [null, (&raw const missing).cast_mut().cast(), (&raw const failing).cast_mut().cast()] {
        let map = sys::LV2_Feature { URI: sys::LV2_URID__map.as_ptr().cast(), data };
        let unnamed = sys::LV2_Feature { URI: std::ptr::null(), data: null };
        let features = [&raw const unnamed, &raw const map, std::ptr::null()];
        // SAFETY: a descriptor of the binary, a path, and a list of features.
        let handle =
            unsafe { instantiate(Module::gain().find(STEREO), RATE, c"/".as_ptr(), features.as_ptr()) };
        assert!(handle.is_null());
    }
}

#[test]
fn a_null_handle_does_nothing() {
    let descriptor = Module::gain().find(STEREO);
    let state = Module::state(descriptor);
    let null: *mut c_void = std::ptr::null_mut();
    // SAFETY: what this test is about.
    unsafe {
        descriptor.connect_port.unwrap()(null, 0, null);
        descriptor.activate.unwrap()(null);
        descriptor.run.unwrap()(null, 64);
        descriptor.deactivate.unwrap()(null);
        assert_ne!(state.save.unwrap()(null, None, null, 0, std::ptr::null()), 0);
        assert_ne!(state.restore.unwrap()(null, None, null, 0, std::ptr::null()), 0);
        descriptor.cleanup.unwrap()(null);
        let instantiate = descriptor.instantiate.unwrap();
        let host = Host::new(None);
        assert!(instantiate(std::ptr::null(), RATE, c"/".as_ptr(), host.features()).is_null());
        assert!(instantiate(descriptor, RATE, c"/".as_ptr(), std::ptr::null()).is_null());
        let handle = instantiate(descriptor, RATE, std::ptr::null(), host.features());
        assert!(!handle.is_null(), "nothing is read from the bundle");
        descriptor.cleanup.unwrap()(handle);
    }
}

#[test]
fn extensions_that_are_not_there_are_null() {
    let extension = Module::gain().find(STEREO).extension_data.unwrap();
    for uri in [c"", c"urn:example:extension", c"http://lv2plug.in/ns/ext/state#interfac"] {
        // SAFETY: a string.
        assert!(unsafe { extension(uri.as_ptr()) }.is_null(), "{uri:?}");
    }
    // SAFETY: what this test is about.
    assert!(unsafe { extension(std::ptr::null()) }.is_null());
}

#[test]
fn a_descriptor_that_was_copied_is_refused_and_not_believed() {
    let (host, descriptor) = (Host::new(None), Module::gain().find(STEREO));
    // What follows a descriptor in the binary does not follow a copy of it.
    let copy = Box::new((*descriptor, [0usize; 64]));
    // SAFETY: readable well beyond the descriptor.
    let handle = unsafe { descriptor.instantiate.unwrap()(&copy.0, RATE, c"/".as_ptr(), host.features()) };
    assert!(handle.is_null());
}

#[test]
fn ports_beyond_the_last_are_ignored() {
    let mut rig = Rig::active("stereo", 64);
    let count = rig.table.ports.len() as u32;
    let mut word = 0x1234_5678u32;
    for port in [count, count + 1, 1000, u32::MAX] {
        rig.connect(port, (&raw mut word).cast());
    }
    assert_close(&rig.play(&[0.5; 64]), &[0.5; 64], 0.0, "sound");
    assert_eq!(word, 0x1234_5678);
}

#[test]
fn ports_may_stay_unconnected_one_by_one_and_all() {
    for layout in ["stereo", "mono"] {
        let count = Rig::new(layout, RATE, None, 1).table.ports.len();
        for port in 0..count {
            let mut rig = Rig::new(layout, RATE, None, 64);
            rig.set("gain", QUIET);
            rig.connect(port as u32, std::ptr::null_mut());
            rig.activate();
            rig.ins.iter_mut().for_each(|input| input.fill(1.0));
            rig.run(64);
            let symbol = rig.table.ports[port].symbol.clone();
            for (n, output) in rig.outs.iter().enumerate() {
                let names = if layout == "mono" {
                    [["in", "out"]; 2]
                } else {
                    [["in_l", "out_l"], ["in_r", "out_r"]]
                };
                let expected = match () {
                    () if symbol == names[n][1] => continue,
                    () if symbol == names[n][0] => 0.0,
                    // Without its port a parameter stays at its default.
                    () if symbol == "gain" => 1.0,
                    () => 0.1,
                };
                assert_close(
                    output,
                    &[expected; 64],
                    1e-6,
                    &format!("{layout} without {symbol}, output {n}"),
                );
            }
        }
        let mut rig = Rig::new(layout, RATE, None, 64);
        (0..count).for_each(|port| rig.connect(port as u32, std::ptr::null_mut()));
        rig.activate();
        rig.run(64);
        rig.connect_all();
        rig.set("gain", QUIET);
        rig.play(&[1.0; 2000][..64]);
    }
}

#[test]
fn a_run_without_frames_writes_what_hosts_show_and_no_sound() {
    let mut rig = Rig::active("stereo", 64);
    rig.outs.iter_mut().for_each(|output| output.fill(7.0));
    rig.run(0);
    assert!(rig.outs.iter().all(|output| output.iter().all(|sample| *sample == 7.0)));
    assert_eq!([rig.get("latency"), rig.get("peak"), rig.get("rms")], [0.0; 3]);
}

#[test]
fn a_run_before_activation_never_gives_what_was_in_the_buffer() {
    let mut rig = Rig::new("stereo", RATE, None, 64);
    let sound = rig.play(&[0.5; 64]);
    assert!(sound.iter().all(|s| *s == 0.0 || *s == 0.5), "silence or the input, not {}", sound[0]);
    assert_eq!(rig.get("latency"), 0.0);
    rig.activate();
    assert_close(&rig.play(&[0.5; 64]), &[0.5; 64], 0.0, "afterwards");
    rig.deactivate();
    let sound = rig.play(&[0.5; 64]);
    assert!(sound.iter().all(|s| *s == 0.0 || *s == 0.5), "after deactivation, not {}", sound[0]);
}

#[test]
fn activation_twice_and_deactivation_twice_are_harmless() {
    let mut rig = Rig::new("mono", RATE, None, 64);
    rig.set("gain", QUIET);
    rig.deactivate();
    rig.activate();
    rig.activate();
    assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, "after two activations");
    rig.deactivate();
    rig.deactivate();
    rig.activate();
    assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, "after two deactivations");
}

#[test]
fn the_first_value_after_activation_is_there_at_once_and_later_ones_move() {
    let mut rig = Rig::new("stereo", RATE, None, 2000);
    rig.set("gain", QUIET);
    rig.activate();
    assert_close(&rig.play(&[1.0; 100]), &[0.1; 100], 1e-6, "at once");
    rig.set("gain", 0.0);
    let expected = curve(f64::from(QUIET), &[(0, 0.0)], 2000, gain::RAMP);
    assert_close(&rig.play(&[1.0; 2000]), &expected, 1e-5, "moving over 20 ms");
}

#[test]
fn smoothing_follows_the_sample_rate() {
    for (rate, ramp) in [(8_000.0, 160), (96_000.0, 1920)] {
        let mut rig = Rig::new("mono", rate, None, 2000);
        rig.activate();
        rig.play(&[1.0; 10]);
        rig.set("gain", QUIET);
        let expected = curve(0.0, &[(0, f64::from(QUIET))], 2000, ramp);
        assert_close(&rig.play(&[1.0; 2000]), &expected, 1e-5, &format!("at {rate} Hz"));
    }
}

#[test]
fn values_beyond_the_range_are_clamped_and_nonsense_is_ignored() {
    let mut rig = Rig::new("mono", RATE, None, 2000);
    rig.set("gain", QUIET);
    rig.activate();
    rig.play(&[1.0; 64]);
    rig.set("gain", f32::NAN);
    assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, "NaN");
    for (value, factor) in
        [(900.0, gain::factor(24.0)), (f32::NEG_INFINITY, 0.0), (f32::INFINITY, gain::factor(24.0))]
    {
        rig.set("gain", value);
        rig.play(&[1.0; 2000]);
        assert_close(&rig.play(&[1.0; 64]), &[factor; 64], 1e-5, &format!("{value}"));
    }
}
