//! Options of an LV2 instance: how long blocks are, and the sample rate, set anew and read back through
//! `opts:interface`. Hosts' quirk shown here: Ardour sets the nominal length when the engine's changes, Carla
//! the longest one and the rate, and neither need deactivate the plugin.
#![allow(unsafe_code)]

use std::ffi::c_void;

use dyad_tests::gain::{assert_close, curve};
use dyad_tests::lv2::{Offers, Rig, sys};

const MAX: &str = "http://lv2plug.in/ns/ext/buf-size#maxBlockLength";
const NOMINAL: &str = "http://lv2plug.in/ns/ext/buf-size#nominalBlockLength";
const RATE: &str = "http://lv2plug.in/ns/ext/parameters#sampleRate";
const INT: &str = "http://lv2plug.in/ns/ext/atom#Int";
const FLOAT: &str = "http://lv2plug.in/ns/ext/atom#Float";
const SUCCESS: u32 = sys::LV2_Options_Status_LV2_OPTIONS_SUCCESS;
const BAD_SUBJECT: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_SUBJECT;
const BAD_KEY: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_KEY;
const BAD_VALUE: u32 = sys::LV2_Options_Status_LV2_OPTIONS_ERR_BAD_VALUE;

fn interface(rig: &Rig) -> &'static sys::LV2_Options_Interface {
    let extension = rig.descriptor.extension_data.expect("extension_data is there");
    // SAFETY: a string; the answer is null or the struct that this URI stands for.
    let found = unsafe { extension(sys::LV2_OPTIONS__interface.as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { found.cast::<sys::LV2_Options_Interface>().as_ref() }.expect("the plugin has options")
}

/// An option of the instance with four bytes.
fn option(rig: &Rig, key: &str, kind: &str, value: &[u8]) -> sys::LV2_Options_Option {
    sys::LV2_Options_Option {
        context: 0,
        subject: 0,
        key: rig.urid(key),
        size: value.len() as u32,
        type_: rig.urid(kind),
        value: value.as_ptr().cast(),
    }
}

fn end() -> sys::LV2_Options_Option {
    sys::LV2_Options_Option { context: 0, subject: 0, key: 0, size: 0, type_: 0, value: std::ptr::null() }
}

fn set(rig: &Rig, options: &[sys::LV2_Options_Option]) -> u32 {
    let list = [options, &[end()]].concat();
    // SAFETY: the instance, and a list that ends.
    unsafe { interface(rig).set.expect("set is there")(rig.handle, list.as_ptr()) }
}

fn set_one(rig: &Rig, key: &str, kind: &str, value: &[u8]) -> u32 {
    set(rig, &[option(rig, key, kind, value)])
}

/// Of an option its size, the number of its type, and its bytes.
type Found = (u32, u32, Option<[u8; 4]>);

/// The status, and what was found.
fn get(rig: &Rig, keys: &[&str]) -> (u32, Vec<Found>) {
    let mut list: Vec<_> =
        keys.iter().map(|key| sys::LV2_Options_Option { key: rig.urid(key), ..end() }).collect();
    list.push(end());
    // SAFETY: the instance, and a list that ends.
    let status = unsafe { interface(rig).get.expect("get is there")(rig.handle, list.as_mut_ptr()) };
    list.pop();
    // SAFETY: null, or the four bytes of a value of the instance's.
    let bytes = |value: *const c_void| unsafe { value.cast::<[u8; 4]>().as_ref() }.copied();
    (status, list.iter().map(|option| (option.size, option.type_, bytes(option.value))).collect())
}

#[test]
fn hosts_read_back_what_they_set() {
    let rig = Rig::new("stereo", 44_100.0, Some(256), 64);
    let (int, float) = (rig.urid(INT), rig.urid(FLOAT));
    let all = |longest: i32, nominal: i32, rate: f32| {
        let values =
            [(int, longest.to_ne_bytes()), (int, nominal.to_ne_bytes()), (float, rate.to_ne_bytes())];
        (SUCCESS, values.map(|(kind, bytes)| (4, kind, Some(bytes))).to_vec())
    };
    assert_eq!(get(&rig, &[MAX, NOMINAL, RATE]), all(256, 0, 44_100.0), "as it was made");
    let options = [
        option(&rig, MAX, INT, &512i32.to_ne_bytes()),
        option(&rig, NOMINAL, INT, &128i32.to_ne_bytes()),
        option(&rig, RATE, FLOAT, &96_000f32.to_ne_bytes()),
    ];
    assert_eq!(set(&rig, &options), SUCCESS);
    assert_eq!(get(&rig, &[MAX, NOMINAL, RATE]), all(512, 128, 96_000.0));
    // Numbers of other types mean the same.
    let rate = 88_200f64.to_ne_bytes();
    let double = option(&rig, RATE, "http://lv2plug.in/ns/ext/atom#Double", &rate);
    assert_eq!(set(&rig, &[double]), SUCCESS);
    assert_eq!(get(&rig, &[MAX, NOMINAL, RATE]), all(512, 128, 88_200.0));
}

#[test]
fn what_makes_no_sense_changes_nothing_and_is_named() {
    let rig = Rig::new("stereo", 48_000.0, Some(256), 64);
    let before = get(&rig, &[MAX, NOMINAL, RATE]);
    let int = 64i32.to_ne_bytes();
    assert_eq!(set_one(&rig, "urn:example:option", INT, &int), BAD_KEY);
    assert_eq!(set_one(&rig, MAX, "urn:example:type", &int), BAD_VALUE);
    assert_eq!(set_one(&rig, MAX, INT, &(-1i32).to_ne_bytes()), BAD_VALUE);
    assert_eq!(set_one(&rig, MAX, INT, &int[..3]), BAD_VALUE);
    assert_eq!(set_one(&rig, MAX, INT, &[0; 9]), BAD_VALUE, "no number is as long");
    assert_eq!(set_one(&rig, RATE, FLOAT, &f32::NAN.to_ne_bytes()), BAD_VALUE);
    assert_eq!(set_one(&rig, RATE, FLOAT, &0f32.to_ne_bytes()), BAD_VALUE);
    let null = sys::LV2_Options_Option { value: std::ptr::null(), ..option(&rig, MAX, INT, &int) };
    assert_eq!(set(&rig, &[null]), BAD_VALUE);
    let port = sys::LV2_Options_Option { context: 3, ..option(&rig, MAX, INT, &int) };
    assert_eq!(set(&rig, &[port]), BAD_SUBJECT, "ports have no options");
    let both = [option(&rig, "urn:example:option", INT, &int), port];
    assert_eq!(set(&rig, &both), BAD_KEY | BAD_SUBJECT);
    assert_eq!(get(&rig, &[MAX, NOMINAL, RATE]), before);
    let (status, found) = get(&rig, &["urn:example:option", MAX]);
    assert_eq!((status, found[0]), (BAD_KEY, (0, 0, None)));
    assert_eq!(found[1], before.1[0], "the others are answered all the same");
    let (get, set) = (interface(&rig).get.expect("get"), interface(&rig).set.expect("set"));
    // SAFETY: what this test is about.
    unsafe {
        assert_eq!(get(rig.handle, std::ptr::null_mut()), SUCCESS, "asked for nothing");
        assert_eq!(set(rig.handle, std::ptr::null()), SUCCESS);
        assert_ne!(get(std::ptr::null_mut(), std::ptr::null_mut()), SUCCESS);
        assert_ne!(set(std::ptr::null_mut(), std::ptr::null()), SUCCESS);
    }
}

/// The gain's ramp takes 20 ms, and so tells the rate.
#[test]
fn another_rate_is_heard_running_or_not() {
    for running in [false, true] {
        let mut rig = Rig::new("mono", 48_000.0, None, 2000);
        if running {
            rig.activate();
            rig.play(&[1.0; 64]);
        }
        assert_eq!(set_one(&rig, RATE, FLOAT, &96_000f32.to_ne_bytes()), SUCCESS);
        if !running {
            rig.activate();
        }
        rig.play(&[1.0; 64]);
        rig.set("gain", -20.0);
        let expected = curve(0.0, &[(0, -20.0)], 2000, 1920);
        assert_close(&rig.play(&[1.0; 2000]), &expected, 1e-5, &format!("at 96 kHz, running: {running}"));
    }
}

#[test]
fn longer_blocks_may_come_at_once_and_are_whole_with_the_next_run() {
    let mut rig = Rig::probe("stereo", Offers::default(), 64);
    let max = |rig: &Rig, frames: i32| set_one(rig, MAX, INT, &frames.to_ne_bytes());
    assert_eq!(max(&rig, 16), SUCCESS);
    rig.activate();
    // What the plugin counts are the pieces that it gets.
    let pieces = |rig: &mut Rig| {
        let before = rig.get("pieces");
        rig.cycle(64, &[]);
        rig.get("pieces") - before
    };
    rig.cycle(64, &[]);
    assert_eq!(pieces(&mut rig), 4.0, "longer than promised");
    assert_eq!(set_one(&rig, NOMINAL, INT, &64i32.to_ne_bytes()), SUCCESS);
    assert_eq!(pieces(&mut rig), 4.0, "not before the next run");
    rig.deactivate();
    rig.activate();
    rig.cycle(64, &[]);
    assert_eq!(pieces(&mut rig), 1.0, "as the option says");
}

#[test]
fn rates_that_no_machine_has_are_refused() {
    let mut rig = Rig::new("mono", 48_000.0, None, 64);
    rig.set("gain", -20.0);
    for rate in [1e300, 1e-300, 1e8, 0.5, f64::INFINITY] {
        let value = rate.to_ne_bytes();
        assert_eq!(
            set_one(&rig, RATE, "http://lv2plug.in/ns/ext/atom#Double", &value),
            BAD_VALUE,
            "{rate}"
        );
    }
    rig.activate();
    assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, "as before");
}
