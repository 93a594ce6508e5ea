//! The library itself: MIDI both ways, events on their frames, states.

mod common;
mod rendering;

use common::{Bench, FIXTURE, PROGRAM, RATE, example};
use dyad_host::{Block, Change, Host, Instance, Midi, Planar, Setup, Target, Transport};

const SETUP: Setup = Setup { sample_rate: RATE, max_block: 512 };

fn load(spec: &str, id: Option<&str>) -> Instance {
    let target = Target::parse(spec).unwrap();
    Host::with_program(PROGRAM).open(&target, SETUP).unwrap().load(id).unwrap()
}

/// Runs blocks of 512 frames with the same input; `midi` comes in the first one.
fn play(plugin: &mut Instance, blocks: u64, input: f32, midi: &[Midi]) -> Vec<f32> {
    let channels = plugin.info().main_inputs();
    plugin.activate(Some(channels)).unwrap();
    let mut source = Planar::new(channels as usize, 512);
    for channel in 0..source.channels() {
        source.channel_mut(channel).fill(input);
    }
    let mut output = Planar::new(plugin.info().main_outputs() as usize, 512);
    let mut heard = Vec::new();
    for block in 0..blocks {
        let block = Block {
            frames: 512,
            transport: Transport::playing_at(block * 512),
            input: &source,
            aux: &[],
            changes: &[],
            midi: if block == 0 { midi } else { &[] },
        };
        plugin.process(&block, &mut output).unwrap();
        if output.channels() > 0 {
            heard.extend_from_slice(output.channel(0));
        }
    }
    heard
}

fn note(offset: u32, status: u8) -> Midi {
    Midi::new(offset, &[status, 60, 100]).unwrap()
}

#[test]
fn notes_reach_a_gate_on_their_frames() {
    let mut plugin = load("http://lv2plug.in/plugins/eg-midigate", None);
    let heard = play(&mut plugin, 1, 0.5, &[note(100, 0x90), note(300, 0x80)]);
    for (frame, sample) in heard.iter().enumerate() {
        // This example gives the frames before an event what holds after it.
        let open = (0..100).contains(&frame);
        assert_eq!(*sample, if open { 0.5 } else { 0.0 }, "frame {frame}");
    }
    plugin.close().unwrap();
}

#[test]
fn midi_comes_out_where_the_plugin_puts_it() {
    let mut plugin = load("http://lv2plug.in/plugins/eg-fifths", None);
    play(&mut plugin, 1, 0.0, &[note(37, 0x90)]);
    let out: Vec<_> = plugin.midi_out().iter().map(|m| (m.offset, m.bytes().to_vec())).collect();
    assert_eq!(out, [(37, vec![0x90, 60, 100]), (37, vec![0x90, 67, 100])]);
    plugin.close().unwrap();
}

/// LV2 has each message whole, and no note that begins with velocity 0: plugins rely on both, and write with a
/// key of 200 into the memory of others.
#[test]
fn an_lv2_plugin_gets_proper_messages_alone() {
    let mut plugin = load(&rendering::notes(&Bench::new()), None);
    let good: &[&[u8]] =
        &[&[0x91, 60, 1], &[0xc2, 5], &[0xf8], &[0xf2, 1, 2], &[0xf0, 0x7d, 1, 0xf7], &[0xe0, 0, 64]];
    let bad: &[&[u8]] = &[
        &[60, 100],
        &[0x90, 200, 100],
        &[0x90, 60, 200],
        &[0x90, 60],
        &[0x90, 60, 100, 0],
        &[0xc0, 5, 5],
        &[0xf4],
        &[0xf8, 1],
        &[0xf0, 0x7d],
        &[0xf0, 0x80, 0xf7],
        &[0xf7],
    ];
    let start: &[&[u8]] = &[&[0x91, 61, 0]];
    let sent = start.iter().chain(good).chain(bad);
    let midi: Vec<_> = (0..).zip(sent).map(|(at, bytes)| Midi::new(at, bytes).unwrap()).collect();
    play(&mut plugin, 1, 0.0, &midi);
    let out: Vec<_> = plugin.midi_out().iter().map(|m| (m.offset, m.bytes().to_vec())).collect();
    let end = [(0, vec![0x81, 61, 0])];
    let want: Vec<_> =
        end.into_iter().chain((1..).zip(good).map(|(at, bytes)| (at, bytes.to_vec()))).collect();
    assert_eq!(out, want);
    plugin.close().unwrap();
}

#[test]
fn a_synthesizer_sounds_after_its_note() {
    let mut plugin = load("http://drobilla.net/plugins/mda/EPiano", None);
    let heard = play(&mut plugin, 20, 0.0, &[note(200, 0x90)]);
    assert!(heard[..200].iter().all(|x| *x == 0.0));
    assert!(heard[200..].iter().any(|x| x.abs() > 1e-3));
    plugin.close().unwrap();
}

#[test]
fn a_default_state_is_loaded() {
    // Without it the sampler has no sample; with it, a note plays the click.
    let mut plugin = load("http://lv2plug.in/plugins/eg-sampler", None);
    let heard = play(&mut plugin, 20, 0.0, &[note(10, 0x90)]);
    assert!(heard.iter().any(|x| x.abs() > 1e-3));
    let state = plugin.save_state().unwrap();
    let text = format!("{state:?}");
    assert!(text.contains("eg-sampler#sample") && text.contains("atom#Path"), "{text}");
    plugin.load_state(state).unwrap();
    plugin.close().unwrap();
}

#[test]
fn sample_accurate_changes_reach_vst3_too() {
    let spec = example("fixture_vst3");
    let mut plugin = load(spec.to_str().unwrap(), Some(FIXTURE));
    let silent = plugin.native(0, -60.0).unwrap();
    plugin.activate(Some(2)).unwrap();
    let mut input = Planar::new(2, 512);
    input.channel_mut(0).fill(0.5);
    let mut output = Planar::new(2, 512);
    let changes = [Change { index: 0, offset: 201, native: silent }];
    let transport = Transport::playing_at(0);
    let block = Block { frames: 512, transport, input: &input, aux: &[], changes: &changes, midi: &[] };
    plugin.process(&block, &mut output).unwrap();
    let gain = 0.5 * 10_f32.powf(-3.0);
    for (frame, sample) in output.channel(0).iter().enumerate() {
        let want = if frame < 201 { 0.5 } else { gain };
        assert!((sample - want).abs() < 1e-6, "frame {frame}: {sample}");
    }
    // The fixture tells its level, the last of its parameters.
    let [level] = plugin.changes_out() else { panic!("{:?}", plugin.changes_out()) };
    assert_eq!((level.index, level.native), (4, 0.5));
    plugin.deactivate().unwrap();
    plugin.activate(Some(1)).unwrap();
    plugin.close().unwrap();
}

#[test]
fn vst3_gets_notes_and_controllers_and_gives_notes() {
    let spec = example("fixture_vst3");
    let mut plugin = load(spec.to_str().unwrap(), Some(FIXTURE));
    assert_eq!(plugin.info().event_inputs, ["Notes"]);
    let on = Midi::new(99, &[0x90, 60, 127]).unwrap();
    // Volume of the third channel, all the way down; of the first channel, mapped to nothing.
    let volume = Midi::new(300, &[0xB2, 7, 0]).unwrap();
    let other = Midi::new(301, &[0xB0, 7, 127]).unwrap();
    let heard = play(&mut plugin, 1, 0.25, &[on, volume, other]);
    let low = 0.25 * 10_f32.powf(-3.0);
    for (frame, sample) in heard.iter().enumerate() {
        let want = match frame {
            99 => 1.0,
            0..300 => 0.25,
            _ => low,
        };
        assert!((sample - want).abs() < 1e-6, "frame {frame}: {sample}");
    }
    let out: Vec<_> = plugin.midi_out().iter().map(|m| (m.offset, m.bytes().to_vec())).collect();
    assert_eq!(out, [(99, vec![0x90, 60, 127])]);
    plugin.close().unwrap();
}

/// Hosts connect them, and plugins that call them optional crash where one does not: Calf's Envelope Filter.
#[test]
fn a_sidechain_that_may_be_left_out_is_a_bus_like_others() {
    let bench = Bench::new();
    let bundle = bench.lv2_fixture("echo");
    let manifest = format!("{bundle}/manifest.ttl");
    let turtle = std::fs::read_to_string(&manifest).unwrap();
    // The first sample of what is there comes out as the latency.
    let control = "lv2:InputPort, lv2:ControlPort ; lv2:index 3";
    assert!(turtle.contains(control));
    let optional = "lv2:portProperty lv2:connectionOptional , lv2:isSideChain ; lv2:index 3";
    let turtle = turtle.replace(control, &format!("lv2:InputPort, lv2:AudioPort ; {optional}"));
    std::fs::write(&manifest, turtle).unwrap();
    let mut plugin = load(&bundle, None);
    let buses: Vec<_> = plugin.info().inputs.iter().map(|bus| (&*bus.name, bus.channels)).collect();
    assert_eq!(buses, [("Main", 1), ("claim", 1)]);
    play(&mut plugin, 1, 0.5, &[]);
    assert_eq!(plugin.timing().unwrap().latency, 0, "silence where there is none");
    let input = Planar::new(1, 512);
    let mut key = Planar::new(1, 512);
    key.channel_mut(0).fill(9.0);
    let transport = Transport::playing_at(512);
    let block = Block { frames: 512, transport, input: &input, aux: &[&key], changes: &[], midi: &[] };
    plugin.process(&block, &mut Planar::new(1, 512)).unwrap();
    assert_eq!(plugin.timing().unwrap().latency, 9);
    plugin.close().unwrap();
}

#[test]
fn misuse_is_an_error_and_nothing_worse() {
    let mut plugin = load("http://lv2plug.in/plugins/eg-amp", None);
    let input = Planar::new(1, 512);
    let mut output = Planar::new(1, 512);
    let transport = Transport::playing_at(0);
    let mut block = Block { frames: 512, transport, input: &input, aux: &[], changes: &[], midi: &[] };
    let error = plugin.process(&block, &mut output).unwrap_err().to_string();
    assert!(error.contains("activated"), "{error}");
    plugin.activate(None).unwrap();
    for frames in [0, 513] {
        block.frames = frames;
        let error = plugin.process(&block, &mut output).unwrap_err().to_string();
        assert!(error.contains("expected 1 to 512"), "{error}");
    }
    block.frames = 512;
    let unsorted = [7, 3].map(|offset| Change { index: 0, offset, native: 0.0 });
    let error =
        plugin.process(&Block { changes: &unsorted, ..block }, &mut output).unwrap_err().to_string();
    assert!(error.contains("refused a block"), "{error}");
}
