//! The VST3 bundle in the crate vst3-host, a host that loads bundles as DAWs do.
//!
//! Host quirk: it takes the first library in the bundle's folder for the plugin, whatever its name is. So the
//! editor has a folder of its own.

use dyad_tests::bundle;
use dyad_tests::gain::{self, FADE, RAMP, assert_close, curve, factor, position};
use vst3_host::audio::{AudioBuffers, SpeakerArrangement};
use vst3_host::{Plugin, Vst3Host};

const BLOCK: usize = 512;

fn load() -> Plugin {
    let mut host = Vst3Host::builder().sample_rate(gain::RATE).block_size(BLOCK).build().expect("a host");
    host.load_plugin(bundle::vst3()).expect("the plugin loads")
}

fn playing() -> Plugin {
    let mut plugin = load();
    plugin.start_processing().expect("it starts");
    plugin
}

/// The first output channel of a block of a steady level.
fn play(plugin: &mut Plugin, channels: usize, level: f32) -> Vec<f32> {
    let mut buffers = AudioBuffers::new(channels, channels, BLOCK, gain::RATE);
    buffers.inputs.iter_mut().for_each(|input| input.fill(level));
    buffers.outputs.iter_mut().for_each(|output| output.fill(f32::NAN));
    plugin.process_audio(&mut buffers).expect("it processes");
    assert!(buffers.outputs.iter().all(|output| output == &buffers.outputs[0]), "all channels sound alike");
    buffers.outputs.swap_remove(0)
}

#[test]
fn the_host_knows_who_it_is() {
    let plugin = load();
    let info = plugin.info();
    assert_eq!((info.name.as_str(), info.vendor.as_str()), ("Dyad Gain", "Dyad"));
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(plugin.latency_samples(), 0);
    assert_eq!(plugin.tail_samples(), 0);
}

#[test]
fn parameters_have_names_units_defaults_and_text() {
    let plugin = load();
    let params = plugin.get_parameters().expect("parameters");
    let names: Vec<_> = params.iter().map(|p| (p.name.as_str(), p.unit.as_str(), p.step_count)).collect();
    assert_eq!(names, [("Bypass", "", 1), ("Gain", "dB", 0), ("Peak", "", 0), ("RMS", "", 0)]);
    let ids: Vec<_> = params.iter().map(|p| p.id).collect();
    assert_eq!(ids, ["bypass", "gain", "peak", "rms"].map(gain::id));
    assert!(params[0].is_bypass && params[0].can_automate);
    assert!(params[1].can_automate && !params[1].is_read_only);
    assert!(params[2].is_read_only && params[3].is_read_only);
    assert!((params[1].default - position(0.0)).abs() < 1e-9);
    assert!((params[1].value - position(0.0)).abs() < 1e-9);
    for (db, text) in [(-60.0, "-inf"), (-6.0, "-6.0"), (24.0, "24.0")] {
        let shown = plugin.format_parameter(gain::id("gain"), position(db)).expect("text");
        assert_eq!(shown, text);
    }
}

#[test]
fn sound_follows_automation_at_its_frame() {
    let mut plugin = playing();
    assert_close(&play(&mut plugin, 2, 1.0), &[1.0; BLOCK], 0.0, "the default");
    for (frame, db) in [(0, -12.0), (100, 6.0), (511, -20.0)] {
        plugin.set_parameter_at(gain::id("gain"), position(db), frame).expect("it is queued");
    }
    let changes = [(0, -12.0), (100, 6.0), (511, -20.0)];
    let expected = curve(0.0, &changes, BLOCK + RAMP + BLOCK, RAMP);
    let mut sound = play(&mut plugin, 2, 1.0);
    while sound.len() < expected.len() {
        sound.extend(play(&mut plugin, 2, 1.0));
    }
    assert_close(&sound[..expected.len()], &expected, 1e-5, "three points in one block");
    assert!((plugin.get_parameter(gain::id("gain")).expect("a value") - position(-20.0)).abs() < 1e-6);
}

#[test]
fn bypass_passes_the_input() {
    let mut plugin = playing();
    plugin.set_parameter(gain::id("gain"), position(-20.0)).expect("it is set");
    for _ in 0..4 {
        play(&mut plugin, 2, 1.0);
    }
    assert_close(&play(&mut plugin, 2, 1.0), &[factor(-20.0); BLOCK], 1e-6, "wet");
    plugin.set_parameter_at(gain::id("bypass"), 1.0, 0).expect("it is set");
    let sound = play(&mut plugin, 2, 1.0);
    let largest = sound.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.9 / FADE as f32 * 1.01, "no click: {largest}");
    assert_eq!(sound[FADE..], [1.0; BLOCK - FADE], "dry after 5 ms");
}

#[test]
fn state_brings_value_and_sound_back() {
    let mut plugin = playing();
    plugin.set_parameter(gain::id("gain"), position(-20.0)).expect("it is set");
    play(&mut plugin, 2, 1.0);
    let state = plugin.save_state().expect("a state");
    drop(plugin);
    let mut fresh = load();
    assert!((fresh.get_parameter(gain::id("gain")).expect("a value") - position(0.0)).abs() < 1e-9);
    fresh.load_state(&state).expect("it loads");
    assert!((fresh.get_parameter(gain::id("gain")).expect("a value") - position(-20.0)).abs() < 1e-6);
    fresh.start_processing().expect("it starts");
    assert_close(&play(&mut fresh, 2, 1.0), &[factor(-20.0); BLOCK], 1e-6, "the sound");
    assert_eq!(fresh.save_state().expect("a state"), state, "the same bytes");
}

#[test]
fn mono_is_asked_for_and_heard() {
    let mut plugin = load();
    let mono = [SpeakerArrangement::MONO];
    plugin.set_bus_arrangements(&mono, &mono).expect("mono is there");
    let now = plugin.bus_arrangements().expect("arrangements");
    assert_eq!((&now.inputs[..], &now.outputs[..]), (&mono[..], &mono[..]));
    plugin.start_processing().expect("it starts");
    plugin.set_parameter(gain::id("gain"), position(-20.0)).expect("it is set");
    for _ in 0..4 {
        play(&mut plugin, 1, 1.0);
    }
    assert_close(&play(&mut plugin, 1, 1.0), &[factor(-20.0); BLOCK], 1e-6, "one channel");
}
