//! VST3's note expressions through the built synth, in the crate vst3-host: of two notes that sound together, one is
//! told something, and the other stays as it is.

use dyad_tests::gain::RATE;
use dyad_tests::pitch::{cents, level, of_key, pitch};
use dyad_tests::player::plain;
use dyad_tests::sound::Format;
use dyad_tests::{bundle, gain};
use vst3_host::audio::AudioBuffers;
use vst3_host::midi::{MidiChannel, MidiEvent, NoteExpressionType};
use vst3_host::{Plugin, Vst3Host};

const BLOCK: usize = 512;
/// Two keys that share no partial among the first ten, and each of which is told something in turn.
const KEYS: [u8; 2] = [57, 64];

fn playing(settings: &[(&str, f32)]) -> Plugin {
    // It wants to know where the bundle is.
    let _ = bundle::folder();
    let mut host = Vst3Host::builder().sample_rate(RATE).block_size(BLOCK).build().expect("a host");
    let mut plugin = host.load_plugin(Format::Vst3.bundle("synth")).expect("the plugin loads");
    plugin.start_processing().expect("it starts");
    for (param, value) in settings {
        let (_, position) = plain::<synth::Bundle>(param, *value);
        plugin.set_parameter_at(gain::id(param), position, 0).expect("it is queued");
    }
    plugin
}

/// So many frames of both channels.
fn hear(plugin: &mut Plugin, frames: usize) -> [Vec<f32>; 2] {
    let mut heard = [Vec::new(), Vec::new()];
    while heard[0].len() < frames {
        let mut buffers = AudioBuffers::new(0, 2, BLOCK, RATE);
        plugin.process_audio(&mut buffers).expect("it processes");
        for (all, block) in heard.iter_mut().zip(&buffers.outputs) {
            all.extend(block);
        }
    }
    heard
}

/// The level of a key's partial in decibels.
fn decibels(sound: &[f32], key: u8, partial: f64) -> f64 {
    20.0 * level(sound, RATE, of_key(key.into()) * partial).log10()
}

/// What both notes sound like before and after the first is told something.
fn told(settings: &[(&str, f32)], kind: NoteExpressionType, value: f64) -> [[Vec<f32>; 2]; 2] {
    let mut plugin = playing(settings);
    let known = plugin.note_expressions().expect("it tells which there are");
    assert!(known.iter().any(|info| info.kind == kind), "{kind:?} is among {known:?}");
    let [first, _] = KEYS.map(|key| plugin.note_on(MidiChannel::Ch1, key, 100).expect("a note begins"));
    hear(&mut plugin, 9600);
    let before = hear(&mut plugin, 19_200);
    plugin.send_note_expression_at(first, kind, value, 100).expect("it is queued");
    hear(&mut plugin, 9600);
    [before, hear(&mut plugin, 19_200)]
}

#[test]
fn tuning_bends_one_note_alone() {
    // Half a semitone, of 240 from end to end.
    let [before, after] = told(&[], NoteExpressionType::Tuning, 0.5 + 0.5 / 240.0);
    for (sound, bend) in [(&before, 0.0), (&after, 50.0)] {
        for (key, expected) in KEYS.into_iter().zip([bend, 0.0]) {
            let wanted = of_key(f64::from(key) + expected / 100.0);
            let off = cents(pitch(&sound[0], RATE, wanted), wanted);
            assert!(off.abs() < 0.5, "key {key}, {expected} cents up, is off by {off} cents");
        }
    }
}

#[test]
fn volume_turns_one_note_down() {
    // An eighth is half of a quarter, which is 0 dB.
    let [before, after] = told(&[], NoteExpressionType::Volume, 0.125);
    let change = KEYS.map(|key| decibels(&after[0], key, 1.0) - decibels(&before[0], key, 1.0));
    assert!((change[0] + 6.02).abs() < 0.2, "{change:?} dB");
    assert!(change[1].abs() < 0.2, "{change:?} dB");
}

#[test]
fn pan_moves_one_note_to_the_side() {
    let [before, after] = told(&[], NoteExpressionType::Pan, 0.0);
    let sides = |sound: &[Vec<f32>; 2], key| decibels(&sound[0], key, 1.0) - decibels(&sound[1], key, 1.0);
    assert!(KEYS.iter().all(|key| sides(&before, *key).abs() < 0.2), "both in the middle");
    assert!(sides(&after, KEYS[0]) > 30.0, "left: {} dB", sides(&after, KEYS[0]));
    assert!(sides(&after, KEYS[1]).abs() < 0.5, "still in the middle: {} dB", sides(&after, KEYS[1]));
}

#[test]
fn brightness_and_pressure_open_the_filter_of_one_note() {
    // Source slide or pressure, to the cutoff, by 37 % of eight octaves.
    let filter = [("filter_cutoff", 300.0), ("mod_1_target", 10.0), ("mod_1_amount", 37.0)];
    for (source, kind) in [(12.0, NoteExpressionType::Brightness), (14.0, NoteExpressionType::Expression)] {
        // Expression is full from the start, so it closes the filter instead.
        let value = if kind == NoteExpressionType::Brightness { 1.0 } else { 0.0 };
        let settings = [&filter[..], &[("mod_1_source", source)]].concat();
        let [before, after] = told(&settings, kind, value);
        let change = KEYS.map(|key| {
            // An overtone, beside the first partial.
            let bright =
                |sound: &[Vec<f32>; 2]| decibels(&sound[0], key, 7.0) - decibels(&sound[0], key, 1.0);
            bright(&after) - bright(&before)
        });
        let told = if value == 1.0 { change[0] } else { -change[0] };
        assert!(told > 12.0, "{kind:?}: {change:?} dB");
        assert!(change[1].abs() < 1.0, "{kind:?}: the other is as it was: {change:?} dB");
    }
}

#[test]
fn channels_of_an_mpe_controller_bend_their_own_notes() {
    // MPE's zone as it comes from the host: on from the start, and by the controller's own message.
    for by_message in [false, true] {
        let mut plugin = playing(&[("mpe", if by_message { 0.0 } else { 1.0 })]);
        hear(&mut plugin, BLOCK);
        let mut say = |event| plugin.send_midi_event(event).expect("it is queued");
        if by_message {
            let controller = |controller, value| MidiEvent::ControlChange {
                channel: MidiChannel::Ch1,
                controller,
                value,
            };
            [(101, 0), (100, 6), (6, 15)]
                .into_iter()
                .for_each(|(number, value)| say(controller(number, value)));
        }
        let [one, other] = [MidiChannel::Ch2, MidiChannel::Ch3];
        for (channel, note) in [one, other].into_iter().zip(KEYS) {
            say(MidiEvent::NoteOn { channel, note, velocity: 100 });
        }
        hear(&mut plugin, 9600);
        // A semitone, of 48 each way.
        let up = MidiEvent::PitchBend { channel: one, value: 8192 + 8192 / 48 };
        plugin.send_midi_event(up).expect("it is queued");
        hear(&mut plugin, 9600);
        let sound = hear(&mut plugin, 19_200);
        for (key, semitones) in KEYS.into_iter().zip([f64::from(8192 / 48) / 8192.0 * 48.0, 0.0]) {
            let wanted = of_key(f64::from(key) + semitones);
            let off = cents(pitch(&sound[0], RATE, wanted), wanted);
            assert!(
                off.abs() < 1.0,
                "by message {by_message}: key {key}, {semitones} semitones up: off by {off} cents"
            );
        }
    }
}
